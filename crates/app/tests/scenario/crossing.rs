//! Hand-overs that do not go straight: refused, late, withdrawn, consulted, returned, arbitrated
//! (R60–R66, R89–R90, R106; law 2).

use crate::story::{held_by, push, twin_at};
use app::AppError;
use app::view::CaseView;
use domain::case::Refusal;
use domain::desk::Desk;
use serde_json::json;
use testkit::contact::{GAMBLING, SITE_NOISE};
use testkit::people::{lead, operator};
use testkit::{Caller, LINK, MINUTE, Pair, Platform, StoreKind, check_pair};

async fn offered(pair: &mut Pair, mode: &str) -> (CaseView, CaseView) {
    let order = json!({"command": "hand_over", "link": LINK, "mode": mode});
    let contact = Caller::says(SITE_NOISE).then(order).contact();
    let own = pair.police.take(&operator(Desk::Police), contact).await;
    let own = own.unwrap();
    pair.settle().await;
    let twin = twin_at(&pair.hotline, &own).await;
    (own, twin)
}

async fn now(platform: &Platform, case: &CaseView) -> CaseView {
    let chief = lead(platform.desk);
    platform.app.case(&chief, &case.brief.id).await.unwrap()
}

async fn refused(platform: &Platform, case: &CaseView, command: serde_json::Value) -> Refusal {
    let chief = lead(platform.desk);
    match platform.act(&chief, &case.brief.id, command.clone()).await {
        Err(AppError::Refused(refusal)) => refusal,
        other => panic!("{command}: {:?}", other.map(|view| view.brief.status)),
    }
}

#[tokio::test]
async fn r60_a_refusal_comes_back_with_its_reason_and_110_sends_its_own() {
    let mut pair = Pair::open(StoreKind::Sqlite).await;
    let (own, twin) = offered(&mut pair, "push").await;
    let chief = lead(Desk::Hotline);
    let refuse = json!({"command": "refuse_offer", "reason": "属治安案件"});
    let back = pair.hotline.act(&chief, &twin.brief.id, refuse).await;
    assert_eq!(back.unwrap().brief.outcome.as_deref(), Some("sent_back"));
    pair.settle().await;
    let own = now(&pair.police, &own).await;
    assert_eq!(own.brief.task.as_deref(), Some("refused"));
    assert_eq!(held_by(&own), "desk-110");
    let timeline = pair
        .police
        .app
        .timeline(&lead(Desk::Police), &own.brief.id, 0)
        .await
        .unwrap();
    let told = timeline.items.iter().find(|i| i.kind == "peer_refused");
    assert_eq!(told.unwrap().body["reason"], "属治安案件");
    let order = json!({"command": "dispatch", "lead": "station-central"});
    let own = pair
        .police
        .act(&lead(Desk::Police), &own.brief.id, order)
        .await
        .unwrap();
    assert_eq!(own.brief.status, "dispatched");
    pair.settle().await;
    check_pair(&pair).await;
}

#[tokio::test]
async fn an_answer_that_is_late_times_out_and_is_honoured_all_the_same() {
    let mut pair = Pair::open(StoreKind::Sqlite).await;
    let (own, twin) = offered(&mut pair, "push").await;
    assert_eq!(pair.sweep().await, 0, "nothing is due yet");
    pair.clock.advance(30 * MINUTE - 1);
    assert_eq!(pair.sweep().await, 1, "amber");
    pair.clock.advance(1);
    assert_eq!(pair.sweep().await, 1, "missed");
    assert_eq!(pair.sweep().await, 0, "once");
    let late = now(&pair.police, &own).await;
    assert_eq!(late.brief.task.as_deref(), Some("timed_out"));
    assert_eq!(held_by(&late), "desk-110", "a failed offer moves nothing");

    let accept = json!({"command": "accept_offer"});
    let chief = lead(Desk::Hotline);
    pair.hotline
        .act(&chief, &twin.brief.id, accept)
        .await
        .unwrap();
    pair.settle().await;
    let own = now(&pair.police, &own).await;
    assert_eq!(own.brief.status, "elsewhere");
    let clock = own.deadlines.iter().find(|d| d.stage == "answer").unwrap();
    assert_eq!(clock.late, Some(true), "the lateness stays on the record");
    check_pair(&pair).await;
}

/// Withdrawn before it was seen: it comes back. Accepted meanwhile: the acceptance wins.
#[tokio::test]
async fn law_2_a_withdrawal_and_an_acceptance_race_and_one_wins_on_both_sides() {
    for accepted_first in [false, true] {
        let mut pair = Pair::open(StoreKind::Sqlite).await;
        let (own, twin) = offered(&mut pair, "push").await;
        let withdraw = json!({"command": "withdraw_offer", "reason": "来电人撤回"});
        let chief = lead(Desk::Police);
        let asked = pair.police.act(&chief, &own.brief.id, withdraw).await;
        let asked = asked.unwrap();
        assert_eq!(held_by(&asked), "desk-110");
        if accepted_first {
            // Neither has heard of the other yet.
            let accept = json!({"command": "accept_offer"});
            let desk = lead(Desk::Hotline);
            pair.hotline
                .act(&desk, &twin.brief.id, accept)
                .await
                .unwrap();
        }
        pair.settle().await;
        let (own, twin) = (
            now(&pair.police, &own).await,
            now(&pair.hotline, &twin).await,
        );
        if accepted_first {
            assert_eq!(own.brief.status, "elsewhere");
            assert_eq!(held_by(&twin), "desk-12345");
        } else {
            assert_eq!(held_by(&own), "desk-110");
            assert_eq!(own.brief.task.as_deref(), Some("undecided"));
            assert_eq!(twin.brief.status, "closed");
            assert_eq!(twin.brief.outcome.as_deref(), Some("sent_back"));
        }
        check_pair(&pair).await;
    }
}

/// R90: a consultation ends in one of four ways; "undecided" goes to whoever received it first.
#[tokio::test]
async fn r90_a_consultation_ends_in_one_of_four_ways() {
    for (decision, police, hotline) in [
        ("police", true, false),
        ("hotline", false, true),
        ("both", true, true),
        ("undecided", true, false),
    ] {
        let mut pair = Pair::open(StoreKind::Sqlite).await;
        let (own, twin) = offered(&mut pair, "consult").await;
        let accept = json!({"command": "accept_offer"});
        assert_eq!(
            refused(&pair.hotline, &twin, accept).await,
            Refusal::Consultation
        );
        let decide = json!({"command": "decide", "decision": decision, "note": "电话会商"});
        let chief = lead(Desk::Hotline);
        pair.hotline
            .act(&chief, &twin.brief.id, decide)
            .await
            .unwrap();
        pair.settle().await;
        let (own, twin) = (
            now(&pair.police, &own).await,
            now(&pair.hotline, &twin).await,
        );
        assert_eq!(held_by(&own) == "desk-110", police, "{decision}");
        assert_eq!(held_by(&twin) == "desk-12345", hotline, "{decision}");
        check_pair(&pair).await;
    }
}

/// R106: taken, returned once, then no more: the arbiter decides, and that cannot be returned.
#[tokio::test]
async fn r106_after_one_return_the_arbiter_decides_and_that_binds() {
    let mut pair = Pair::open(StoreKind::Sqlite).await;
    let (own, twin) = offered(&mut pair, "push").await;
    let (police, hotline) = (lead(Desk::Police), lead(Desk::Hotline));
    let accept = json!({"command": "accept_offer"});
    pair.hotline
        .act(&hotline, &twin.brief.id, accept.clone())
        .await
        .unwrap();
    pair.settle().await;
    // 110 cannot close what it does not hold and has no answer to.
    let close = json!({"command": "close"});
    assert_eq!(refused(&pair.police, &own, close).await, Refusal::NoResult);

    let back = json!({"command": "return_to_peer", "reason": "现场为治安纠纷"});
    let twin = pair.hotline.act(&hotline, &twin.brief.id, back).await;
    let twin = twin.unwrap();
    assert_eq!(held_by(&twin), "desk-12345", "until 110 takes it back");
    pair.settle().await;
    assert_eq!(
        now(&pair.police, &own).await.brief.task.as_deref(),
        Some("incoming")
    );
    pair.police
        .act(&police, &own.brief.id, accept.clone())
        .await
        .unwrap();
    pair.settle().await;
    assert_eq!(held_by(&now(&pair.police, &own).await), "desk-110");
    assert_eq!(
        held_by(&now(&pair.hotline, &twin).await),
        format!("peer {LINK}")
    );

    // Over again: 110 hands it over, the hotline takes it, and may not return it a second time.
    pair.police
        .act(&police, &own.brief.id, push())
        .await
        .unwrap();
    pair.settle().await;
    pair.hotline
        .act(&hotline, &twin.brief.id, accept)
        .await
        .unwrap();
    pair.settle().await;
    let back = json!({"command": "return_to_peer", "reason": "仍然不是"});
    assert_eq!(
        refused(&pair.hotline, &twin, back.clone()).await,
        Refusal::ReturnsExhausted(1)
    );
    let ask = json!({"command": "ask_arbitration", "reason": "职责不清"});
    let asked = pair.hotline.act(&hotline, &twin.brief.id, ask).await;
    assert_eq!(asked.unwrap().brief.task.as_deref(), Some("arbitration"));
    pair.settle().await;
    let rule = json!({
        "command": "arbitrate", "to": "police", "basis": "联动办审定规则第三条",
        "reason": "治安纠纷归公安",
    });
    // The arbiter sits at the hotline: 110 cannot decide.
    assert_eq!(
        refused(&pair.police, &own, rule.clone()).await,
        Refusal::NotArbiter
    );
    pair.hotline
        .act(&hotline, &twin.brief.id, rule)
        .await
        .unwrap();
    pair.settle().await;
    let bound = now(&pair.police, &own).await;
    assert_eq!(held_by(&bound), "desk-110");
    assert_eq!(
        refused(&pair.police, &own, push()).await,
        Refusal::Bound,
        "what was decided cannot go back"
    );
    let order = json!({"command": "dispatch", "lead": "station-central"});
    pair.police
        .act(&police, &own.brief.id, order)
        .await
        .unwrap();
    pair.settle().await;
    check_pair(&pair).await;
}

/// What the arbiter's own desk refused comes before the arbiter, though its part was closed.
#[tokio::test]
async fn a_refused_hand_over_that_is_disputed_waits_at_the_arbiter() {
    for kind in [StoreKind::Sqlite, StoreKind::Postgres] {
        let mut pair = Pair::open(kind).await;
        let police = operator(Desk::Police);
        let chief = lead(Desk::Hotline);
        let contact = Caller::says(SITE_NOISE).then(push()).contact();
        let own = pair.police.take(&police, contact).await.unwrap();
        pair.settle().await;
        let twin = twin_at(&pair.hotline, &own).await;
        let refuse = json!({"command": "refuse_offer", "reason": "属治安纠纷"});
        pair.hotline
            .act(&chief, &twin.brief.id, refuse)
            .await
            .unwrap();
        pair.settle().await;
        let ask = json!({"command": "ask_arbitration", "reason": "未发生冲突"});
        pair.police
            .act(&lead(Desk::Police), &own.brief.id, ask)
            .await
            .unwrap();
        pair.settle().await;
        let board = pair.hotline.app.board(&chief).await.unwrap();
        let lane = board.lanes.iter().find(|lane| lane.lane == "arbitration");
        let waiting = lane.map(|lane| lane.items.len());
        assert_eq!(waiting, Some(1), "{kind:?}: the arbiter's board");
        let rule = json!({"command": "arbitrate", "to": "hotline", "basis": "规则三", "reason": "归12345"});
        pair.hotline
            .act(&chief, &twin.brief.id, rule)
            .await
            .unwrap();
        pair.settle().await;
        assert_eq!(held_by(&now(&pair.hotline, &twin).await), "desk-12345");
        assert_eq!(
            held_by(&now(&pair.police, &own).await),
            format!("peer {LINK}")
        );
        // The record says who did what, not where it was heard.
        let told = pair.police.app.timeline(&police, &own.brief.id, 0).await;
        let told = told.unwrap();
        let by = |kind: &str| {
            let item = told.items.iter().find(|item| item.kind == kind);
            item.map(|item| item.unit_name.clone())
        };
        let (here, there) = (by("arbitration_asked"), by("arbitrated"));
        assert_eq!(by("peer_refused"), there);
        assert_ne!(here, there);
        assert_eq!(there, Some(pair.police.app.config().peer_name(LINK)));
        check_pair(&pair).await;
    }
}

/// The other way round: from 12345 to 110, by push.
#[tokio::test]
async fn a_call_to_12345_that_is_the_polices_crosses_the_other_way() {
    let mut pair = Pair::open(StoreKind::Sqlite).await;
    let contact = Caller::says(GAMBLING).then(push()).contact();
    let own = pair
        .hotline
        .take(&operator(Desk::Hotline), contact)
        .await
        .unwrap();
    assert_eq!(own.brief.desk.as_deref(), Some("police"));
    pair.settle().await;
    let twin = twin_at(&pair.police, &own).await;
    let accept = json!({"command": "accept_offer"});
    pair.police
        .act(&lead(Desk::Police), &twin.brief.id, accept)
        .await
        .unwrap();
    pair.settle().await;
    assert_eq!(now(&pair.hotline, &own).await.brief.status, "elsewhere");
    check_pair(&pair).await;
}
