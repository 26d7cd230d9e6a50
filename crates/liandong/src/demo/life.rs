//! The county's present: callers that keep coming, and people who act when nobody else does. They
//! leave time first, so that whoever sits at the desk can be faster.

use super::County;
use super::county::{Speech, pick};
use super::duty::{Habit, public_reply};
use super::history::key;
use super::people::{clerk, desk_actor};
use app::chance::SeededChance;
use app::view::{CaseView, LegView};
use app::{App, CaseQuery, CommandKey};
use domain::case::{HandOverMode, HandOverState};
use domain::desk::Desk;
use domain::right::Actor;
use serde_json::{Value, json};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

/// How long a case rests before an invented person touches it, milliseconds of the county's time.
const REST: i64 = 9_000;
/// How long what a person at the desk took or accepted is left to that person, milliseconds.
const MINE: i64 = 30 * 60_000;
/// How long what was written, and nobody at the desk took, is left to whoever sits there, milliseconds.
const WRITTEN: i64 = 3 * 60_000;
/// How long a crew is under way, milliseconds.
const UNDER_WAY: i64 = 3 * 60_000;
/// How long a closed case rests before an invented caller asks about it, milliseconds: whoever sits
/// at the desk is faster.
const ASK_REST: i64 = 2 * 3_600_000;

/// Lives on until it is stopped.
pub(crate) async fn live(county: Arc<County>, calls_a_minute: f64, speed: f64) {
    let speech = Speech::new(&SeededChance::new(county.chance.next()), &county.map);
    let mut n = 0_u64;
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
                    took(&county.own, view.brief.id);
                }
                Err(error) => tracing::warn!(%error, "an invented call was not taken"),
            }
        }
        if chance_of(
            &county.chance,
            calls_a_minute / 60.0 / 5.0 * (speed / speed.clamp(1.0, 20.0)),
        ) {
            n += 1;
            let app = if n.is_multiple_of(2) {
                &county.hotline
            } else {
                &county.police
            };
            if let Err(error) = super::carrier::write(app, &speech, n).await {
                tracing::warn!(%error, "an invented message was not taken");
            }
        }
        for app in [&county.police, &county.hotline] {
            if let Err(error) = super::carrier::answer(app, &county.chance).await {
                tracing::warn!(%error, "the county's operators write nothing");
            }
            if let Err(error) = go_on(app, &county.chance, &county.own).await {
                tracing::warn!(%error, "the county's people wait");
            }
            if county.chance.one_in(30)
                && let Err(error) = super::follow_up::ask(app, &county.chance, 1, ASK_REST).await
            {
                tracing::warn!(%error, "the county's callers wait");
            }
        }
    }
}

/// An invented person took it.
fn took(own: &super::lines::Own, case: String) {
    own.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(case);
}

pub(crate) fn chance_of(chance: &SeededChance, share: f64) -> bool {
    let thrown = u32::try_from(chance.next() >> 40).unwrap_or(0);
    f64::from(thrown) / f64::from(1_u32 << 24) < share
}

fn taken_here(own: &super::lines::Own, case: &str) -> bool {
    own.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .contains(case)
}

async fn go_on(
    app: &App,
    chance: &SeededChance,
    own: &super::lines::Own,
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
        if brief.status == "taken"
            && !taken_here(own, &brief.id)
            && now - brief.opened_at < left_alone(&brief.channel)
        {
            continue;
        }
        let view = app.case(&desk_actor(app), &brief.id).await?;
        if let Some((actor, command)) = next_command(app, &view, chance) {
            let key = CommandKey {
                id: format!("life/{}/{}", view.brief.id, view.brief.version),
                digest: view.brief.id.clone(),
            };
            let accepts = command
                .get("command")
                .is_some_and(|name| name == "accept_offer");
            if act_once(app, &actor, &view, command, &key).await && accepts {
                took(own, view.brief.id);
            }
        }
    }
    Ok(())
}

/// How long a case waits for the person who may have taken it.
fn left_alone(channel: &str) -> i64 {
    match channel {
        "phone" | "peer" => MINE,
        _ => WRITTEN,
    }
}

/// Sends one command and says whether it was done; that somebody else was faster is no fault.
pub(crate) async fn act_once(
    app: &App,
    actor: &Actor,
    view: &CaseView,
    command: Value,
    key: &CommandKey,
) -> bool {
    let name = command.get("command").cloned().unwrap_or_default();
    // Nobody invented reads the answer.
    let done = app
        .act_briefly(
            actor,
            &view.brief.id,
            command,
            Some(view.brief.version),
            key,
        )
        .await;
    if let Err(error) = &done {
        tracing::debug!(%error, case = view.brief.no, %name, "an invented person was refused");
    }
    done.is_ok()
}

/// What would happen next to a case if its people went on with it: who does it, and what.
pub(crate) fn next_command(
    app: &App,
    view: &CaseView,
    chance: &SeededChance,
) -> Option<(Actor, Value)> {
    let asked = view.legs.iter().find(|leg| leg.ask.is_some());
    if let Some(leg) = asked {
        return Some((desk_actor(app), answer_ask(leg, chance)));
    }
    let by_desk = match view.brief.status.as_str() {
        "incoming" => answer_offer(app, view, chance),
        "taken" => decide_taken(app, view, chance),
        "resulted" if !view.reviewed => {
            let passed = !chance.one_in(15);
            may(view, "review").then(
                || json!({ "command": "review", "passed": passed, "reason": "已核对办理情况" }),
            )
        }
        "resulted" | "elsewhere" => finish(view, chance),
        _ => None,
    };
    if let Some(waits) = view.awaiting.as_ref().filter(|_| chance.one_in(2)) {
        let text = "疏散周边人员，封控现场，增援力量已调派，随时报告";
        let order = json!({ "command": "instruct", "leg": waits.leg, "text": text });
        return Some((desk_actor(app), order));
    }
    if let Some(command) = by_desk.or_else(|| settle_dispute(app, view)) {
        return Some((desk_actor(app), command));
    }
    // Whoever answers for it now: a unit that is at work goes on, as help if it is no longer the
    // lead, and the case cannot be closed before it is done.
    let open = |state: &str| matches!(state, "dispatched" | "signed" | "suspended");
    let leg = view.legs.iter().find(|leg| open(&leg.state))?;
    // A late unit lets most days pass.
    if Habit::of(&leg.unit) == Habit::Late && !chance.one_in(8) {
        return None;
    }
    let command = arrive(app.now(), view, leg).unwrap_or_else(|| work_leg(view, leg, chance));
    Some((clerk(&leg.unit), command))
}

/// A crew that has signed gets there, where somebody was promised that it does.
fn arrive(now: i64, view: &CaseView, leg: &LegView) -> Option<Value> {
    let promised = view.deadlines.iter().any(|clock| {
        let open = matches!(clock.state.as_str(), "running" | "amber" | "missed");
        clock.leg.as_ref() == Some(&leg.id) && clock.stage == "arrival" && open
    });
    let there = leg
        .signed_at
        .is_some_and(|signed| now - signed >= UNDER_WAY);
    (promised && there && leg.state == "signed")
        .then(|| json!({ "command": "arrive", "leg": leg.id, "note": "" }))
}

/// Whether the desk may send this now.
fn may(view: &CaseView, command: &str) -> bool {
    view.allowed.iter().any(|allowed| allowed == command)
}

/// What the desk does with an offer of the peer.
fn answer_offer(app: &App, view: &CaseView, chance: &SeededChance) -> Option<Value> {
    if may(view, "decide") {
        // The list decides where it can; else whoever was asked takes it, and it goes round no more.
        let own = app.config().platform.desk.as_str();
        let desk = view.brief.desk.as_deref().unwrap_or(own);
        return Some(json!({ "command": "decide", "decision": desk, "note": "三方通话商定" }));
    }
    let pushed_before = view.hand_overs.iter().filter(|h| !h.sent).count() > 1;
    if !pushed_before && chance.one_in(12) && may(view, "refuse_offer") {
        return Some(
            json!({ "command": "refuse_offer", "reason": "不属本平台受理范围，建议先行核实" }),
        );
    }
    if may(view, "accept_offer") {
        return Some(json!({ "command": "accept_offer" }));
    }
    // Both offered at once: one has to take its own back before it can answer.
    may(view, "withdraw_offer")
        .then(|| json!({ "command": "withdraw_offer", "reason": "对方已先转来，撤回本方转办" }))
}

/// What the two sides could not agree on is decided where the arbiter sits.
fn settle_dispute(app: &App, view: &CaseView) -> Option<Value> {
    let own = app.config().platform.desk.as_str();
    let to = view.brief.desk.as_deref().unwrap_or(own);
    may(view, "arbitrate").then(|| {
        json!({
            "command": "arbitrate", "to": to, "basis": "联动权责清单", "reason": "按清单归属审定",
        })
    })
}

/// Calls the citizen back, then closes; waits where the peer has not told what came of it.
fn finish(view: &CaseView, chance: &SeededChance) -> Option<Value> {
    let told = view.peer_result.is_some() || view.reviewed;
    // Some are asked before they are closed; the others by the sample, afterwards.
    if told && view.follow_ups == 0 && chance.one_in(3) && may(view, "follow_up") {
        let satisfaction = 2 + chance.next() % 4;
        let bad = satisfaction <= 2;
        return Some(json!({
            "command": "follow_up", "reached": true, "note": "电话回访",
            "solved": if bad { "unsolved" } else { "solved" },
            "satisfied_desk": 4, "satisfied_unit": satisfaction,
            "reasons": if bad { json!({"solved": "half_done", "unit": "slow"}) } else { json!({}) },
        }));
    }
    may(view, "close").then(|| json!({ "command": "close", "note": "" }))
}

/// What the desk decides about a case that lies with it and with no unit.
fn decide_taken(app: &App, view: &CaseView, chance: &SeededChance) -> Option<Value> {
    let own = app.config().platform.desk.as_str();
    let matter = view.brief.matter.as_deref();
    let desk = view.brief.desk.as_deref();
    // Where it is the other side's by the list and has not come from there, it crosses.
    if desk.is_some_and(|desk| desk != own)
        && matter.is_some()
        && let Some(command) = cross(app, view, chance)
    {
        return Some(command);
    }
    if let Some(command) = dispatch(app, view) {
        return Some(command);
    }
    let sent = |mode: HandOverMode| view.hand_overs.iter().any(|h| h.mode == mode);
    // Nobody owns it. The two agree on it once; a second time would be the same circle.
    if !sent(HandOverMode::Consult) && may(view, "hand_over_consult") && chance.one_in(3) {
        let link = &app.config().peers.first()?.link;
        let note = "归属不明，协商受理";
        return Some(
            json!({ "command": "hand_over", "link": link, "mode": "consult", "note": note }),
        );
    }
    if may(view, "answer") && matter.is_some() {
        return Some(json!({ "command": "answer", "text": "已按知识库口径当场答复" }));
    }
    if may(view, "inform") {
        let told = json!({ "command": "inform", "text": "已告知受理范围和办理渠道" });
        // Some stay a while for the desk lead: matters nobody owns.
        return chance.one_in(2).then_some(told);
    }
    // The other side's part is under way and nothing is left to do here.
    finish(view, chance)
}

/// To the other side: as an order, or back as what it is no part of this side's.
fn cross(app: &App, view: &CaseView, chance: &SeededChance) -> Option<Value> {
    let link = &app.config().peers.first()?.link;
    let tried = view.hand_overs.iter().filter(|h| h.sent).count();
    let came = view
        .hand_overs
        .iter()
        .any(|h| !h.sent && h.state == HandOverState::Accepted && h.mode != HandOverMode::Parallel);
    if !came && tried < 3 && may(view, "hand_over") {
        let mode = if chance.one_in(4) { "direct" } else { "push" };
        return Some(json!({ "command": "hand_over", "link": link, "mode": mode, "note": "" }));
    }
    if may(view, "return_to_peer") {
        let reason = "本方部分已了结，其余属对方职责";
        return Some(json!({ "command": "return_to_peer", "reason": reason }));
    }
    may(view, "ask_arbitration").then(
        || json!({ "command": "ask_arbitration", "reason": "双方对归属有不同意见，提请审定" }),
    )
}

/// To the unit the list names; in danger that no row is for, to whoever goes first.
fn dispatch(app: &App, view: &CaseView) -> Option<Value> {
    if !may(view, "dispatch") {
        return None;
    }
    let own = app.config().platform.desk;
    let rows = app.matters(&desk_actor(app)).ok()?;
    let matter = view.brief.matter.as_deref();
    let row = rows
        .iter()
        .find(|row| Some(row.code.as_str()) == matter && row.desk == own);
    if let Some(row) = row {
        return Some(json!({
            "command": "dispatch", "lead": row.lead, "assist": row.assist, "note": "",
        }));
    }
    let danger = view.brief.danger && own == Desk::Police;
    danger.then(|| {
        let lead = &app.config().rules.danger_unit;
        json!({ "command": "dispatch", "lead": lead, "assist": [], "note": "先到场核实" })
    })
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
    let habit = Habit::of(&leg.unit);
    let bounces = if habit == Habit::Bouncing { 55 } else { 4 };
    let extends = if habit == Habit::Extending { 45 } else { 8 };
    match leg.state.as_str() {
        "dispatched" if thrown < bounces && !leg.binding && view.returns < 2 => {
            json!({ "command": "ask_return", "leg": id, "reason": "经核实不在本单位职责范围内，建议改派" })
        }
        "dispatched" => json!({ "command": "sign", "leg": id }),
        "suspended" => json!({ "command": "resume", "leg": id }),
        _ if leg.contacted_at.is_none() && habit != Habit::Silent => json!({
            "command": "contact", "leg": id, "reached": thrown >= 10,
            "note": if thrown >= 10 { "已与诉求人电话联系，了解情况" } else { "电话无人接听" },
        }),
        _ if thrown < 5 => {
            json!({ "command": "suspend", "leg": id, "reason": "等待诉求人补充材料" })
        }
        _ if thrown < extends && leg.extensions == 0 => {
            json!({ "command": "ask_extension", "leg": id, "by": "2d", "reason": "需会同相关单位现场勘查" })
        }
        // Where there is danger, what the crew finds there is the desk's matter at once (R127).
        _ if view.brief.danger
            && view.awaiting.is_none()
            && leg.instruction.is_none()
            && thrown < 60 =>
        {
            let hurt = thrown.is_multiple_of(3);
            json!({
                "command": "report", "leg": id,
                "text": if hurt { "已到现场，有人受伤，请求急救和增援" } else { "已到现场，请求抢修增援" },
                "scene": {
                    "harm": if hurt { "hurt" } else { "none" }, "people": u8::from(hurt),
                    "help": if hurt { ["ambulance", "police"].as_slice() } else { ["repair"].as_slice() },
                },
            })
        }
        _ if thrown < 60 && habit == Habit::Extending || thrown < 35 => {
            json!({ "command": "report", "leg": id, "text": "已派员到现场，正在处理" })
        }
        _ => {
            let row = view.brief.matter.as_deref().unwrap_or_default();
            json!({
                "command": "give_result", "leg": id,
                "text": "现场核实后已处理完毕，记录留存",
                "public_reply": public_reply(&leg.unit, row, &view.brief.matter_name, chance),
                "solved": if thrown > 90 { "partly" } else { "solved" },
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::lines::Own;
    use testkit::{Pair, StoreKind};

    const MINUTE: i64 = 60_000;

    /// Both desks' people go on for a while of the county's time.
    async fn lives(pair: &mut Pair, own: &Own, chance: &SeededChance) {
        for _ in 0..80 {
            for app in [&pair.police.app, &pair.hotline.app] {
                go_on(app, chance, own).await.unwrap();
            }
            pair.settle().await;
            pair.clock.advance(MINUTE / 4);
        }
    }

    /// A visitor hands over by hand, and the county's people take it to a unit; what the visitor accepts is left
    /// to the visitor.
    #[tokio::test]
    async fn what_is_handed_over_is_worked_on_and_what_a_person_accepts_is_left_to_the_person() {
        let mut pair = Pair::open(StoreKind::Sqlite).await;
        let (own, chance) = (Own::default(), SeededChance::new(7));
        let visitor = testkit::people::operator(Desk::Police);
        let mut twins = Vec::new();
        for accepted in [true, false, false, false, false, false] {
            let contact = testkit::Caller::says("楼旁边工地半夜还在施工，吵得睡不着")
                .then(json!({ "command": "hand_over", "link": testkit::LINK, "mode": "push", "note": "" }))
                .contact();
            let case = pair.police.take(&visitor, contact).await.unwrap();
            pair.settle().await;
            let people = desk_actor(&pair.hotline.app);
            let page = pair.hotline.app.cases(&people, CaseQuery::default());
            let no = Some(case.brief.no);
            let mut items = page.await.unwrap().items.into_iter();
            let twin = items.find(|twin| twin.twin_no == no).expect("it arrived");
            if accepted {
                let by = testkit::people::operator(Desk::Hotline);
                let accept = json!({ "command": "accept_offer" });
                pair.hotline.act(&by, &twin.id, accept).await.unwrap();
            }
            twins.push(twin.id);
        }
        lives(&mut pair, &own, &chance).await;
        let status = async |id: &str| {
            let app = &pair.hotline.app;
            app.case(&desk_actor(app), id).await.unwrap().brief.status
        };
        let mut states = Vec::new();
        for twin in &twins {
            states.push(status(twin).await);
        }
        assert_eq!(states[0], "taken", "it was the visitor's: {states:?}");
        let idle = |state: &String| matches!(state.as_str(), "incoming" | "taken");
        assert!(
            !states.iter().skip(1).any(idle),
            "nobody works on it: {states:?}"
        );
    }
}
