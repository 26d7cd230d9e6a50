//! A file of contacts, carried to its end: every line taken or refused, every case decided,
//! dispatched or handed over, worked on and closed by the county's people, and both records checked.

use super::County;
use super::history::settle;
use super::life::{act_once, next_command};
use super::people::desk_actor;
use crate::command::say;
use anyhow::Context as _;
use app::chance::SeededChance;
use app::{App, CaseQuery, CommandKey, Mapping};
use futures_util::stream::{self, StreamExt as _};
use serde_json::json;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

const AT_ONCE: usize = 32;
/// Rounds after which whatever is still open is said to be stuck.
const ROUNDS: usize = 400;

/// Imports and carries; says whether both records are clean and nothing is left open.
pub(crate) async fn carry(county: &County, file: &Path, mapping: &Path) -> anyhow::Result<bool> {
    let text = std::fs::read_to_string(mapping)
        .with_context(|| format!("{} cannot be read", mapping.display()))?;
    let mapping: Mapping = toml::from_str(&text)?;
    let bytes =
        std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let name = file
        .file_name()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default();
    let csv = file.extension().is_some_and(|e| e == "csv");
    let report = app::import(&county.hotline, &bytes, &name, csv, &mapping, |_| {}).await?;
    let sentence = format!(
        "{} lines: {} taken, {} refused",
        report.lines, report.taken, report.refused
    );
    say(false, &report, &sentence)?;
    let mut open = 0;
    for round in 0..ROUNDS {
        open = step(&county.police, &county.hotline, &county.chance, round).await?;
        if open == 0 {
            break;
        }
        settle(county).await?;
    }
    let mut clean = open == 0;
    for app in [&county.police, &county.hotline] {
        let counts = counts(app).await?;
        let checked = app::verify(app, |_| {}).await?;
        clean &= checked.clean;
        let sentence = format!(
            "{}: {} cases, {} events, {}; {}",
            app.config().platform.name,
            checked.cases,
            checked.events,
            if checked.clean { "clean" } else { "NOT clean" },
            counts
                .iter()
                .map(|(what, n)| format!("{what} {n}"))
                .collect::<Vec<_>>()
                .join(", ")
        );
        let value = json!({ "platform": app.config().platform.id, "counts": counts });
        say(false, &value, &sentence)?;
    }
    say(
        false,
        &json!({ "open": open }),
        &format!("{open} left open"),
    )?;
    Ok(clean)
}

/// Every open case of both platforms takes one step, if it has one; says how many are open.
pub(super) async fn step(
    police: &App,
    hotline: &App,
    chance: &SeededChance,
    round: usize,
) -> anyhow::Result<usize> {
    Ok(step_all(police, chance, round).await? + step_all(hotline, chance, round).await?)
}

async fn step_all(app: &App, chance: &SeededChance, round: usize) -> anyhow::Result<usize> {
    let mut after = None;
    let mut open = 0;
    loop {
        let query = CaseQuery {
            open: Some(true),
            order: Some("opened".to_owned()),
            limit: Some(200),
            after,
            ..CaseQuery::default()
        };
        let page = app.cases(&desk_actor(app), query).await?;
        open += page.items.len();
        let steps: Vec<anyhow::Result<()>> = stream::iter(page.items)
            .map(|brief| async move {
                let view = app.case(&desk_actor(app), &brief.id).await?;
                if let Some((actor, command)) = next_command(app, &view, chance) {
                    let key = CommandKey {
                        id: format!("carry/{}/{}/{round}", view.brief.id, view.brief.version),
                        digest: view.brief.id.clone(),
                    };
                    act_once(app, &actor, &view, command, &key).await;
                }
                Ok(())
            })
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        for step in steps {
            step?;
        }
        after = page.next;
        if after.is_none() {
            return Ok(open);
        }
    }
}

async fn counts(app: &App) -> anyhow::Result<BTreeMap<String, u64>> {
    let mut counts = BTreeMap::new();
    app.store()
        .scan_cases(|row| {
            let ended = if row.closed_at.is_some() {
                "closed"
            } else {
                row.status.as_str()
            };
            *counts.entry(ended.to_owned()).or_default() += 1;
            let routed = if row.matter.is_empty() {
                "no row"
            } else {
                "routed by a row"
            };
            *counts.entry(routed.to_owned()).or_default() += 1;
            if !row.outcome.is_empty() {
                *counts
                    .entry(format!("outcome {}", row.outcome))
                    .or_default() += 1;
            }
            ControlFlow::Continue(())
        })
        .await?;
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::county::Speech;
    use domain::desk::Desk;
    use serde_json::Value;
    use testkit::{HOUR, Pair, StoreKind, check_pair};

    /// Danger that comes up in whatever the matter is: where it is a department's, both sides get a
    /// part of it; where nobody owns it, somebody has to all the same.
    const DANGER: [&str; 3] = [
        "，他拿着刀说要砍人",
        "，有人受伤流血了",
        "，有人想不开要跳楼",
    ];
    /// Words no row of the list knows.
    const NOBODYS: [&str; 2] = ["楼道里多了一把旧椅子，不知道该找谁", "门口的石狮子换了方向"];

    async fn open_ones(app: &App) -> Vec<(String, Value)> {
        let query = CaseQuery {
            open: Some(true),
            limit: Some(200),
            ..CaseQuery::default()
        };
        let page = app.cases(&desk_actor(app), query).await.unwrap();
        let mut open = Vec::new();
        for brief in page.items {
            let view = app.case(&desk_actor(app), &brief.id).await.unwrap();
            let told = json!({
                "status": view.brief.status, "task": view.brief.task, "desk": view.brief.desk,
                "matter": view.brief.matter, "danger": view.brief.danger,
                "legs": view.legs, "hand_overs": view.hand_overs, "allowed": view.allowed,
            });
            open.push((brief.no, told));
        }
        open
    }

    /// R100: every matter ends, also one that is pushed whole to a police that has its part already.
    /// `LIANDONG_SOAK=1` carries many counties.
    #[tokio::test]
    async fn r100_the_countys_people_bring_every_case_to_closing() {
        let soak = std::env::var_os("LIANDONG_SOAK").is_some();
        for seed in 0..if soak { 40 } else { 1 } {
            carried(seed).await;
        }
    }

    async fn carried(seed: u64) {
        let mut pair = Pair::open(StoreKind::Sqlite).await;
        let chance = SeededChance::new(seed);
        let map = crate::demo::county::map().unwrap();
        let speech = Speech::new(&SeededChance::new(seed + 7), &map);
        let mut whole = 0;
        for n in 0..360_u64 {
            let platform = if n.is_multiple_of(3) {
                &pair.police
            } else {
                &pair.hotline
            };
            let mut contact = speech.contact(n);
            if n.is_multiple_of(11) {
                let words = NOBODYS[usize::try_from(n / 11).unwrap() % NOBODYS.len()];
                words.clone_into(&mut contact.narrative);
            }
            if n.is_multiple_of(4) {
                let words = DANGER[usize::try_from(n / 4).unwrap() % DANGER.len()];
                contact.narrative.push_str(words);
            }
            let actor = desk_actor(&platform.app);
            let hotline = platform.desk == Desk::Hotline;
            let view = platform.take(&actor, contact).await.unwrap();
            // Some departments push what police have a part of to them whole.
            if view.brief.danger && hotline && chance.one_in(2) {
                pair.settle().await;
                let push = json!({
                    "command": "hand_over", "link": testkit::LINK, "mode": "push", "note": "整件转办",
                });
                let id = &view.brief.id;
                pair.hotline.act(&actor, id, push).await.unwrap();
                whole += 1;
            }
        }
        assert!(whole > 10, "the case this is about came up {whole} times");
        pair.settle().await;
        let mut open = usize::MAX;
        for round in 0..ROUNDS {
            let (police, hotline) = (&pair.police.app, &pair.hotline.app);
            open = step(police, hotline, &chance, round).await.unwrap();
            if open == 0 {
                break;
            }
            pair.settle().await;
            pair.clock.advance(HOUR / 6);
            pair.sweep().await;
        }
        if open > 0 {
            let police = open_ones(&pair.police.app).await;
            let hotline = open_ones(&pair.hotline.app).await;
            panic!("seed {seed}: {open} left open: {police:#?} {hotline:#?}");
        }
        check_pair(&pair).await;
    }
}
