//! Somebody wrote into the tables beside the program: it is found and named (law 10), and what
//! cannot be read holds up nobody else (T12, T19).

use crate::story::{push, twin_at};
use domain::desk::Desk;
use serde_json::json;
use testkit::contact::SITE_NOISE;
use testkit::people::{lead, operator};
use testkit::{Caller, Pair, Platform, StoreKind};

async fn three_cases() -> (Platform, Vec<String>) {
    let hotline = Platform::open(Desk::Hotline, StoreKind::Postgres).await;
    let mut cases = Vec::new();
    for n in 0..3 {
        let contact = Caller::says(SITE_NOISE).number(n).contact();
        let view = hotline.take(&operator(Desk::Hotline), contact).await;
        cases.push(view.unwrap().brief.id);
    }
    (hotline, cases)
}

async fn first_bad(platform: &Platform) -> (String, i64) {
    let report = app::verify(&platform.app, |_| {}).await.unwrap();
    assert!(!report.clean);
    let bad = report.first_bad.expect("the first bad position");
    (bad.what, bad.pos)
}

#[tokio::test]
async fn law_10_an_event_that_was_rewritten_is_named() {
    let (hotline, _) = three_cases().await;
    assert!(app::verify(&hotline.app, |_| {}).await.unwrap().clean);
    let sql = "UPDATE log SET body = replace(body, '\"confidential\":false', \
               '\"confidential\":true') WHERE pos = 3";
    hotline.ground().tamper(sql).await;
    assert_eq!(first_bad(&hotline).await, ("log".to_owned(), 3));
}

#[tokio::test]
async fn law_10_a_row_that_is_not_the_fold_of_its_events_is_named() {
    let (hotline, cases) = three_cases().await;
    let sql = format!(
        "UPDATE case_row SET state = replace(state, '\"urged\":0', '\"urged\":7') \
         WHERE id = '{}'",
        cases[1]
    );
    hotline.ground().tamper(&sql).await;
    assert_eq!(first_bad(&hotline).await, ("fold".to_owned(), 4));
}

#[tokio::test]
async fn law_10_a_case_that_was_removed_is_named() {
    let (hotline, cases) = three_cases().await;
    let sql = format!("DELETE FROM case_row WHERE id = '{}'", cases[2]);
    hotline.ground().tamper(&sql).await;
    assert_eq!(first_bad(&hotline).await, ("fold".to_owned(), 6));
}

/// A twin whose row cannot be read any more: what comes for it is put aside after three tries,
/// and what comes for the others is not held up.
#[tokio::test]
async fn an_unreadable_case_puts_its_envelopes_aside_and_holds_up_nobody() {
    let mut pair = Pair::open(StoreKind::Postgres).await;
    let chief = lead(Desk::Police);
    let mut cases = Vec::new();
    for n in 0..3 {
        let contact = Caller::says(SITE_NOISE).number(n).then(push()).contact();
        cases.push(pair.police.take(&chief, contact).await.unwrap());
    }
    pair.settle().await;
    let broken = twin_at(&pair.hotline, &cases[1]).await;
    let sql = format!(
        "UPDATE case_row SET state = '{{' WHERE id = '{}'",
        broken.brief.id
    );
    pair.hotline.ground().tamper(&sql).await;
    for case in &cases {
        let more = json!({"command": "add_detail", "text": "又开始打桩了"});
        pair.police.act(&chief, &case.brief.id, more).await.unwrap();
    }
    pair.settle().await;
    let links = pair.police.app.links(&chief).await.unwrap();
    assert_eq!((links[0].backlog, links[0].dead), (0, 1));
    let desk = lead(Desk::Hotline);
    let list = pair.hotline.app.cases(&desk, app::CaseQuery::default());
    let items = list.await.unwrap().items;
    assert_eq!(items.len(), 3, "the list goes on");
    let mut heard = 0;
    for item in items {
        if item.id != broken.brief.id {
            let view = pair.hotline.app.case(&desk, &item.id).await.unwrap();
            assert!(view.person.narrative.contains("又开始打桩了"));
            heard += 1;
        }
    }
    assert_eq!(heard, 2);
}
