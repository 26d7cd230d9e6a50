//! Danger outranks the list (law 5), wherever its words are heard.

use crate::story::{held_by, push, twin_at};
use app::AppError;
use domain::case::Refusal;
use domain::desk::Desk;
use serde_json::json;
use testkit::contact::{KNIFE, SITE_NOISE};
use testkit::people::{lead, operator};
use testkit::{Caller, Pair, StoreKind, check_pair};

/// Words of danger at the hotline: a parallel offer, taken by the police without a person, and a
/// patrol on its way; the department's part stays at the hotline.
#[tokio::test]
async fn law_5_danger_typed_at_the_hotline_sends_police_without_anybody_asking() {
    let mut pair = Pair::open(StoreKind::Sqlite).await;
    let words = format!("{SITE_NOISE}。{KNIFE}");
    let order = json!({"command": "dispatch", "lead": "urban-management"});
    let own = pair
        .hotline
        .take(
            &operator(Desk::Hotline),
            Caller::says(&words).then(order).contact(),
        )
        .await
        .unwrap();
    assert!(own.brief.danger);
    assert_eq!(own.hand_overs.len(), 1, "an offer nobody typed");
    assert_eq!(held_by(&own), "desk-12345");
    assert_eq!(own.legs[0].unit, "urban-management");
    pair.settle().await;

    let part = twin_at(&pair.police, &own).await;
    assert_eq!(part.brief.status, "dispatched");
    assert_eq!(held_by(&part), "desk-110");
    assert_eq!(part.legs[0].unit, "station-central");
    let sign = part.deadlines.iter().find(|d| d.stage == "sign").unwrap();
    assert_eq!(sign.due - sign.from, 60_000);
    assert!(sign.rule.contains("law 5"));
    let own = pair
        .hotline
        .app
        .case(&lead(Desk::Hotline), &own.brief.id)
        .await
        .unwrap();
    assert_eq!(
        own.brief.outcome.as_deref(),
        Some("dispatched"),
        "the first outcome stands"
    );
    assert_eq!(held_by(&own), "desk-12345", "each answers for its part");
    check_pair(&pair).await;
}

/// The danger comes up later at the hotline: the same.
#[tokio::test]
async fn law_5_danger_added_at_the_hotline_later_sends_police_too() {
    let mut pair = Pair::open(StoreKind::Sqlite).await;
    let desk = operator(Desk::Hotline);
    let own = pair
        .hotline
        .take(&desk, Caller::says(SITE_NOISE).contact())
        .await
        .unwrap();
    assert!(own.twin.is_none());
    let more = json!({"command": "add_detail", "text": KNIFE});
    let own = pair.hotline.act(&desk, &own.brief.id, more).await.unwrap();
    assert_eq!(own.hand_overs.len(), 1);
    pair.settle().await;
    let part = twin_at(&pair.police, &own).await;
    assert_eq!(part.brief.status, "dispatched");
    assert!(
        part.person.narrative.contains(KNIFE),
        "the words that made it dangerous go along"
    );
    check_pair(&pair).await;
}

/// A case at the hotline that came from 110: the words heard there bring a police case here.
#[tokio::test]
async fn law_5_danger_heard_by_the_hotline_in_a_case_from_110_makes_a_police_case() {
    let mut pair = Pair::open(StoreKind::Sqlite).await;
    let own = pair
        .police
        .take(
            &operator(Desk::Police),
            Caller::says(SITE_NOISE).then(push()).contact(),
        )
        .await
        .unwrap();
    pair.settle().await;
    let twin = twin_at(&pair.hotline, &own).await;
    let chief = lead(Desk::Hotline);
    let accept = json!({"command": "accept_offer"});
    pair.hotline
        .act(&chief, &twin.brief.id, accept)
        .await
        .unwrap();
    let more = json!({"command": "add_detail", "text": KNIFE});
    pair.hotline
        .act(&chief, &twin.brief.id, more)
        .await
        .unwrap();
    pair.settle().await;
    let own = pair
        .police
        .app
        .case(&lead(Desk::Police), &own.brief.id)
        .await
        .unwrap();
    assert!(own.brief.danger);
    assert!(own.person.narrative.contains(KNIFE));
    let police_case = own.police_case.expect("a police case");
    let part = pair
        .police
        .app
        .case(&lead(Desk::Police), &police_case)
        .await
        .unwrap();
    assert_eq!(part.brief.status, "dispatched");
    check_pair(&pair).await;
}

/// The danger is heard while the offer is still in the air: police do not wait for the answer.
#[tokio::test]
async fn law_5_danger_while_the_offer_is_in_the_air_does_not_wait_for_the_answer() {
    let mut pair = Pair::open(StoreKind::Sqlite).await;
    let desk = operator(Desk::Police);
    let contact = Caller::says(SITE_NOISE).then(push()).contact();
    let own = pair.police.take(&desk, contact).await.unwrap();
    let more = json!({"command": "add_detail", "text": KNIFE});
    let own = pair.police.act(&desk, &own.brief.id, more).await.unwrap();
    let part = own.police_case.expect("a police case, link or no link");
    let part = pair
        .police
        .app
        .case(&lead(Desk::Police), &part)
        .await
        .unwrap();
    assert_eq!(part.brief.status, "dispatched");
    pair.settle().await;
    check_pair(&pair).await;
}

/// The police never hand danger away whole, and nobody ends it by word.
#[tokio::test]
async fn law_5_danger_cannot_be_handed_away_or_talked_away() {
    let pair = Pair::open(StoreKind::Sqlite).await;
    let desk = operator(Desk::Police);
    let own = pair
        .police
        .take(&desk, Caller::says(KNIFE).contact())
        .await
        .unwrap();
    assert_eq!(own.brief.status, "dispatched");
    for command in [
        push(),
        json!({"command": "answer", "text": "知道了"}),
        json!({"command": "tell_to_dial", "number": "12345"}),
        json!({"command": "cancel", "reason": "不要了"}),
    ] {
        let refused = pair.police.act(&desk, &own.brief.id, command.clone()).await;
        assert!(
            matches!(refused, Err(AppError::Refused(Refusal::Danger))),
            "{command}: {:?}",
            refused.err()
        );
    }
    // A false alarm is dismissed with its reason; the sign stays on the record (law 8).
    for sign in &own.dangers {
        let rule = &sign.rule;
        let dismiss = json!({"command": "dismiss_danger", "rule": rule, "reason": "演戏，已核实"});
        pair.police
            .act(&desk, &own.brief.id, dismiss)
            .await
            .unwrap();
    }
    let own = pair.police.app.case(&desk, &own.brief.id).await.unwrap();
    assert!(!own.brief.danger);
    assert!(own.dangers.iter().all(|d| d.dismissed.is_some()));
    check_pair(&pair).await;
}
