//! A file of contacts, carried to its end: every line taken or refused, every case decided,
//! dispatched or handed over, worked on and closed by the county's people, and both records checked.

use super::County;
use super::life::{act_once, next_command};
use super::people::desk_actor;
use crate::command::say;
use anyhow::Context as _;
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
        open = 0;
        for app in [&county.police, &county.hotline] {
            open += step_all(county, app, round).await?;
        }
        if open == 0 {
            break;
        }
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

/// Every open case of a platform takes one step, if it has one; says how many are open.
async fn step_all(county: &County, app: &App, round: usize) -> anyhow::Result<usize> {
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
                if let Some((actor, command)) = next_command(app, &view, &county.chance) {
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
