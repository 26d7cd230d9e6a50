//! The county's present: callers that keep coming, and people who act when nobody else does. They
//! leave time first, so that whoever sits at the desk can be faster.

use super::County;
use super::county::{Speech, pick};
use super::history::key;
use super::people::{clerk, desk_actor};
use app::chance::SeededChance;
use app::view::{CaseView, LegView};
use app::{App, CaseQuery, CommandKey};
use domain::right::Actor;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

/// How long a case rests before an invented person touches it, milliseconds of the county's time.
const REST: i64 = 9_000;

/// Lives on until it is stopped.
pub(crate) async fn live(county: Arc<County>, calls_a_minute: f64, speed: f64) {
    let speech = Speech::new(&SeededChance::new(county.chance.next()), &county.map);
    let mut n = 0_u64;
    let mut own: HashSet<String> = HashSet::new();
    let second = Duration::from_secs(1).div_f64(speed.clamp(1.0, 20.0));
    let mut tick = tokio::time::interval(second);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        if chance_of(
            &county.chance,
            calls_a_minute / 60.0 * (speed / speed.clamp(1.0, 20.0)),
        ) {
            n += 1;
            let app = if n.is_multiple_of(3) {
                &county.hotline
            } else {
                &county.police
            };
            let taken = app
                .take(&desk_actor(app), speech.contact(n), &key(app, "call", n))
                .await;
            match taken {
                Ok(view) => {
                    own.insert(view.brief.id);
                }
                Err(error) => tracing::warn!(%error, "an invented call was not taken"),
            }
        }
        for app in [&county.police, &county.hotline] {
            if let Err(error) = go_on(app, &county.chance, &own).await {
                tracing::warn!(%error, "the county's people wait");
            }
        }
    }
}

fn chance_of(chance: &SeededChance, share: f64) -> bool {
    let thrown = u32::try_from(chance.next() >> 40).unwrap_or(0);
    f64::from(thrown) / f64::from(1_u32 << 24) < share
}

async fn go_on(
    app: &App,
    chance: &SeededChance,
    own: &HashSet<String>,
) -> Result<(), app::AppError> {
    let query = CaseQuery {
        open: Some(true),
        limit: Some(80),
        ..CaseQuery::default()
    };
    let page = app.cases(&desk_actor(app), query).await?;
    let now = app.now();
    let rested: Vec<_> = page
        .items
        .into_iter()
        .filter(|case| now - case.updated_at > REST)
        .collect();
    for _ in 0..2 {
        let Some(brief) = pick(chance, &rested) else {
            return Ok(());
        };
        // What a person at the desk took is that person's to decide on.
        if brief.status == "taken" && !own.contains(&brief.id) && now - brief.opened_at < 1_800_000
        {
            continue;
        }
        let view = app.case(&desk_actor(app), &brief.id).await?;
        if let Some((actor, command)) = next_command(app, &view, chance) {
            let key = CommandKey {
                id: format!("life/{}/{}", view.brief.id, view.brief.version),
                digest: view.brief.id.clone(),
            };
            act_once(app, &actor, &view, command, &key).await;
        }
    }
    Ok(())
}

/// Sends one command; that somebody else was faster is no fault.
pub(crate) async fn act_once(
    app: &App,
    actor: &Actor,
    view: &CaseView,
    command: Value,
    key: &CommandKey,
) {
    let name = command.get("command").cloned().unwrap_or_default();
    if let Err(error) = app
        .act(
            actor,
            &view.brief.id,
            command,
            Some(view.brief.version),
            key,
        )
        .await
    {
        tracing::debug!(%error, case = view.brief.no, %name, "an invented person was refused");
    }
}

/// What would happen next to a case if its people went on with it: who does it, and what.
pub(crate) fn next_command(
    app: &App,
    view: &CaseView,
    chance: &SeededChance,
) -> Option<(Actor, Value)> {
    let desk = desk_actor(app);
    let can = |name: &str| view.allowed.iter().any(|a| a == name);
    let asked = view.legs.iter().find(|leg| leg.ask.is_some());
    if let Some(leg) = asked {
        return Some((desk, answer_ask(leg, chance)));
    }
    match view.brief.status.as_str() {
        "incoming" if can("decide") => Some((
            desk,
            json!({ "command": "decide", "decision": app.config().platform.desk, "note": "三方通话商定" }),
        )),
        "incoming" if chance.one_in(12) && can("refuse_offer") => Some((
            desk,
            json!({ "command": "refuse_offer", "reason": "不属本平台受理范围，建议先行核实" }),
        )),
        "incoming" if can("accept_offer") => Some((desk, json!({ "command": "accept_offer" }))),
        "taken" => decide_taken(app, view, chance).map(|command| (desk, command)),
        "resulted" if !view.reviewed => Some((
            desk,
            json!({ "command": "review", "passed": !chance.one_in(15), "reason": "已核对办理情况" }),
        )),
        "resulted" | "elsewhere" if view.follow_ups == 0 && can("follow_up") => {
            let told = view.peer_result.is_some() || view.reviewed;
            told.then(|| {
                let satisfaction = 2 + chance.next() % 4;
                let solved = if satisfaction > 2 {
                    "solved"
                } else {
                    "unsolved"
                };
                (
                    desk,
                    json!({
                        "command": "follow_up", "reached": true, "solved": solved,
                        "satisfaction": satisfaction, "note": "电话回访",
                    }),
                )
            })
        }
        "resulted" | "elsewhere" if can("close") => {
            Some((desk, json!({ "command": "close", "note": "" })))
        }
        "dispatched" | "handling" | "suspended" => {
            let open = |state: &str| matches!(state, "dispatched" | "signed" | "suspended");
            let leg = view.legs.iter().find(|leg| open(&leg.state))?;
            Some((clerk(&leg.unit), work_leg(view, leg, chance)))
        }
        _ => None,
    }
}

fn decide_taken(app: &App, view: &CaseView, chance: &SeededChance) -> Option<Value> {
    let own = app.config().platform.desk.as_str();
    let link = app.config().peers.first().map(|peer| peer.link.clone());
    let matter = view.brief.matter.as_deref();
    match (view.brief.desk.as_deref(), matter, link) {
        (Some(desk), Some(_), Some(link)) if desk != own => {
            let mode = if chance.one_in(4) { "direct" } else { "push" };
            Some(json!({ "command": "hand_over", "link": link, "mode": mode, "note": "" }))
        }
        (Some(_), Some(matter), _) => {
            let anybody = desk_actor(app);
            let rows = app.matters(&anybody).ok()?;
            let Some(row) = rows.iter().find(|row| row.code == matter) else {
                return Some(json!({ "command": "answer", "text": "已按知识库口径当场答复" }));
            };
            Some(json!({
                "command": "dispatch", "lead": row.lead, "assist": row.assist, "note": "",
            }))
        }
        (_, _, Some(link)) if chance.one_in(3) => Some(
            json!({ "command": "hand_over", "link": link, "mode": "consult", "note": "归属不明，协商受理" }),
        ),
        _ if chance.one_in(2) => {
            Some(json!({ "command": "inform", "text": "已告知受理范围和办理渠道" }))
        }
        // Some stay for the desk lead: matters nobody owns.
        _ => None,
    }
}

fn answer_ask(leg: &LegView, chance: &SeededChance) -> Value {
    let yes = !chance.one_in(4);
    let reason = if yes {
        "情况属实，同意"
    } else {
        "理由不充分，请继续办理"
    };
    match &leg.ask {
        Some(domain::case::Ask::Extension { .. }) => {
            json!({ "command": "decide_extension", "leg": leg.id, "granted": yes, "reason": reason })
        }
        _ => {
            json!({ "command": "decide_return", "leg": leg.id, "accepted": yes, "reason": reason })
        }
    }
}

fn work_leg(view: &CaseView, leg: &LegView, chance: &SeededChance) -> Value {
    let id = &leg.id;
    let thrown = chance.next() % 100;
    match leg.state.as_str() {
        "dispatched" if thrown < 7 && !leg.binding && view.returns < 2 => {
            json!({ "command": "ask_return", "leg": id, "reason": "经核实不在本单位职责范围内，建议改派" })
        }
        "dispatched" => json!({ "command": "sign", "leg": id }),
        "suspended" => json!({ "command": "resume", "leg": id }),
        _ if leg.contacted_at.is_none() => json!({
            "command": "contact", "leg": id, "reached": thrown >= 10,
            "note": if thrown >= 10 { "已与诉求人电话联系，了解情况" } else { "电话无人接听" },
        }),
        _ if thrown < 5 => {
            json!({ "command": "suspend", "leg": id, "reason": "等待诉求人补充材料" })
        }
        _ if thrown < 12 && leg.extensions == 0 => {
            json!({ "command": "ask_extension", "leg": id, "by": "2d", "reason": "需会同相关单位现场勘查" })
        }
        _ if thrown < 35 => {
            json!({ "command": "report", "leg": id, "text": "已派员到现场，正在处理" })
        }
        _ => json!({
            "command": "give_result", "leg": id,
            "text": "现场核实后已处理完毕，记录留存",
            "public_reply": format!("您反映的“{}”问题已核实处理，感谢您的监督。", view.brief.matter_name),
            "solved": if thrown > 90 { "partly" } else { "solved" },
        }),
    }
}
