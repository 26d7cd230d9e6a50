//! The clocks of duty (law 6): from dispatch, each step once, whatever the clock on the wall does.

use app::AppError;
use app::view::{CaseView, DeadlineView};
use domain::case::Refusal;
use domain::desk::Desk;
use serde_json::json;
use testkit::contact::SITE_NOISE;
use testkit::people::{clerk, lead, operator};
use testkit::{Caller, DAY, HOUR, MINUTE, Platform, StoreKind, at, check_platform};

/// A hotline with one case dispatched to urban management, limits of row H1-1 (2h/2d/5wd/7wd).
async fn dispatched() -> (Platform, String) {
    let hotline = Platform::open(Desk::Hotline, StoreKind::Sqlite).await;
    let case = dispatch(&hotline).await;
    (hotline, case)
}

async fn dispatch(hotline: &Platform) -> String {
    let order = json!({"command": "dispatch", "lead": "urban-management"});
    let contact = Caller::says(SITE_NOISE).then(order).contact();
    let view = hotline.take(&operator(Desk::Hotline), contact).await;
    view.unwrap().brief.id
}

async fn view(hotline: &Platform, case: &str) -> CaseView {
    let chief = lead(Desk::Hotline);
    hotline.app.case(&chief, case).await.unwrap()
}

async fn clock(hotline: &Platform, case: &str, stage: &str) -> DeadlineView {
    let view = view(hotline, case).await;
    let last = view.deadlines.into_iter().rfind(|d| d.stage == stage);
    last.expect("such a clock")
}

async fn unit(hotline: &Platform, case: &str, command: serde_json::Value) -> CaseView {
    let city = clerk("urban-management");
    hotline.act(&city, case, command).await.unwrap()
}

async fn desk(hotline: &Platform, case: &str, command: serde_json::Value) -> CaseView {
    let chief = lead(Desk::Hotline);
    hotline.act(&chief, case, command).await.unwrap()
}

async fn overdue(hotline: &Platform) -> usize {
    let query = app::CaseQuery {
        overdue: Some(true),
        ..app::CaseQuery::default()
    };
    let page = hotline.app.cases(&lead(Desk::Hotline), query).await;
    page.unwrap().items.len()
}

/// Steps are written together, but a case that cannot be read keeps no other from being taken.
#[tokio::test]
async fn an_unreadable_case_keeps_no_other_clock_from_its_step() {
    let hotline = Platform::open(Desk::Hotline, StoreKind::Postgres).await;
    let (broken, sound) = (dispatch(&hotline).await, dispatch(&hotline).await);
    let sql = format!("UPDATE case_row SET state = '{{' WHERE id = '{broken}'");
    hotline.ground().tamper(&sql).await;
    hotline.clock.advance(90 * MINUTE);
    hotline.app.sweep().await.unwrap_err();
    let waiting = hotline.app.store().deadlines(&sound).await.unwrap();
    let sign = waiting.iter().find(|row| row.kind == "sign").unwrap();
    assert_eq!(sign.next_at, Some(sign.due_at), "amber was taken");
}

#[tokio::test]
async fn law_6_two_hours_without_a_signature_are_missed_amber_before_and_each_once() {
    let (mut hotline, case) = dispatched().await;
    hotline.clock.advance(90 * MINUTE - 1);
    assert_eq!(hotline.app.sweep().await.unwrap(), 0);
    hotline.clock.advance(1);
    assert_eq!(hotline.app.sweep().await.unwrap(), 1);
    assert_eq!(clock(&hotline, &case, "sign").await.state, "amber");
    assert_eq!(overdue(&hotline).await, 0);
    // The program is stopped over the due time: nothing is lost by it.
    hotline.clock.advance(30 * MINUTE);
    hotline.restart().await;
    assert_eq!(hotline.app.sweep().await.unwrap(), 1);
    assert_eq!(hotline.app.sweep().await.unwrap(), 0, "once");
    assert_eq!(clock(&hotline, &case, "sign").await.state, "missed");
    assert_eq!(overdue(&hotline).await, 1);
    unit(&hotline, &case, json!({"command": "sign", "leg": "a1"})).await;
    let sign = clock(&hotline, &case, "sign").await;
    assert_eq!((sign.state.as_str(), sign.late), ("met", Some(true)));
    assert_eq!(overdue(&hotline).await, 0);
    check_platform(&hotline).await;
}

#[tokio::test]
async fn a_deadline_that_slept_through_amber_is_missed_at_once() {
    let (hotline, case) = dispatched().await;
    hotline.clock.advance(3 * HOUR);
    assert_eq!(hotline.app.sweep().await.unwrap(), 1);
    assert_eq!(clock(&hotline, &case, "sign").await.state, "missed");
    check_platform(&hotline).await;
}

#[tokio::test]
async fn a_suspension_stops_the_clock_and_the_rest_runs_on() {
    let (hotline, case) = dispatched().await;
    hotline.clock.advance(HOUR);
    unit(&hotline, &case, json!({"command": "sign", "leg": "a1"})).await;
    let before = clock(&hotline, &case, "feedback").await;
    let wait = json!({"command": "suspend", "leg": "a1", "reason": "等待业主到场"});
    assert_eq!(unit(&hotline, &case, wait).await.brief.status, "suspended");
    hotline.clock.advance(3 * DAY);
    assert_eq!(hotline.app.sweep().await.unwrap(), 0, "the clock stands");
    let go_on = json!({"command": "resume", "leg": "a1"});
    unit(&hotline, &case, go_on).await;
    let after = clock(&hotline, &case, "feedback").await;
    assert_eq!(after.due - before.due, 3 * DAY);
    hotline.clock.set(after.due - 1);
    hotline.app.sweep().await.unwrap();
    assert_eq!(clock(&hotline, &case, "feedback").await.state, "amber");
    hotline.clock.advance(1);
    hotline.app.sweep().await.unwrap();
    assert_eq!(clock(&hotline, &case, "feedback").await.state, "missed");
    check_platform(&hotline).await;
}

#[tokio::test]
async fn an_extension_moves_the_result_once_and_must_be_asked_in_time() {
    let (hotline, case) = dispatched().await;
    unit(&hotline, &case, json!({"command": "sign", "leg": "a1"})).await;
    let before = clock(&hotline, &case, "result").await;
    let ask = json!({"command": "ask_extension", "leg": "a1", "by": "2d", "reason": "需检测"});
    let asked = unit(&hotline, &case, ask.clone()).await;
    assert_eq!(asked.brief.task.as_deref(), Some("extension"));
    let grant = json!({"command": "decide_extension", "leg": "a1", "granted": true, "reason": ""});
    desk(&hotline, &case, grant).await;
    let after = clock(&hotline, &case, "result").await;
    assert_eq!(after.due - before.due, 2 * DAY);
    assert!(after.rule.ends_with("+ 2d"), "{}", after.rule);
    let city = clerk("urban-management");
    let again = hotline.act(&city, &case, ask).await;
    let spent = AppError::Refused(Refusal::ExtensionsExhausted(1)).key();
    assert_eq!(again.unwrap_err().key(), spent);
    // The old due time passes without a step; the new one is missed.
    hotline.clock.set(before.due + 1);
    hotline.app.sweep().await.unwrap();
    assert_ne!(clock(&hotline, &case, "result").await.state, "missed");
    hotline.clock.set(after.due);
    hotline.app.sweep().await.unwrap();
    assert_eq!(clock(&hotline, &case, "result").await.state, "missed");
    check_platform(&hotline).await;
}

#[tokio::test]
async fn a_result_that_does_not_pass_is_done_again_on_a_clock_of_its_own() {
    let (hotline, case) = dispatched().await;
    unit(&hotline, &case, json!({"command": "sign", "leg": "a1"})).await;
    let result = json!({
        "command": "give_result", "leg": "a1", "text": "已转告", "public_reply": "已转告",
        "solved": "unsolved",
    });
    unit(&hotline, &case, result.clone()).await;
    let close = json!({"command": "close"});
    let early = hotline.act(&lead(Desk::Hotline), &case, close).await;
    assert_eq!(early.unwrap_err().key(), "refused/not_reviewed");
    hotline.clock.advance(DAY);
    let no = json!({"command": "review", "passed": false, "reason": "未到现场"});
    let redo = desk(&hotline, &case, no).await;
    assert_eq!(redo.legs[0].state, "signed");
    let fresh = clock(&hotline, &case, "result").await;
    assert_eq!(fresh.state, "running");
    assert_eq!(fresh.from, hotline.app.now());
    unit(&hotline, &case, result).await;
    assert_eq!(clock(&hotline, &case, "result").await.state, "met");
    check_platform(&hotline).await;
}

#[tokio::test]
async fn working_days_skip_the_weekend() {
    let hotline = Platform::open(Desk::Hotline, StoreKind::Sqlite).await;
    hotline.clock.set(at("2026-11-27T16:00:00+08:00"));
    let case = dispatch(&hotline).await;
    let result = clock(&hotline, &case, "result").await;
    assert_eq!(result.due, at("2026-12-04T23:59:59.999+08:00"));
    unit(&hotline, &case, json!({"command": "sign", "leg": "a1"})).await;
    unit(
        &hotline,
        &case,
        json!({"command": "report", "leg": "a1", "text": "周一到场"}),
    )
    .await;
    // The weekend passes without a step.
    hotline.clock.set(at("2026-11-30T08:00:00+08:00"));
    assert_eq!(hotline.app.sweep().await.unwrap(), 0);
    check_platform(&hotline).await;
}

#[tokio::test]
async fn a_clock_set_back_an_hour_moves_neither_order_nor_deadlines() {
    let (hotline, case) = dispatched().await;
    let due = clock(&hotline, &case, "sign").await.due;
    let before = view(&hotline, &case).await;
    hotline.clock.advance(90 * MINUTE);
    assert_eq!(hotline.app.sweep().await.unwrap(), 1, "amber");
    let amber = view(&hotline, &case).await;
    hotline.clock.advance(-HOUR);
    assert_eq!(hotline.app.sweep().await.unwrap(), 0);
    let urge = json!({"command": "urge", "note": "请尽快签收"});
    let after = desk(&hotline, &case, urge).await;
    assert!(after.brief.updated_at >= amber.brief.updated_at);
    assert!(after.brief.version > before.brief.version);
    assert_eq!(clock(&hotline, &case, "sign").await.due, due);
    hotline.clock.set(due);
    assert_eq!(hotline.app.sweep().await.unwrap(), 1, "missed, once");
    let timeline = hotline
        .app
        .timeline(&lead(Desk::Hotline), &case, 0)
        .await
        .unwrap();
    let order: Vec<i64> = timeline.items.iter().map(|item| item.pos).collect();
    assert!(order.is_sorted(), "the order is the log's, not the clock's");
    check_platform(&hotline).await;
}

/// Numbers of a day that comes twice are not given twice, also where a command begins cases.
#[tokio::test]
async fn a_clock_set_back_over_midnight_gives_no_number_twice() {
    let hotline = Platform::open(Desk::Hotline, StoreKind::Sqlite).await;
    let chief = lead(Desk::Hotline);
    let mut last = String::new();
    for n in 0..40 {
        let contact = Caller::says(SITE_NOISE).number(n).contact();
        last = hotline.take(&chief, contact).await.unwrap().brief.id;
    }
    hotline.clock.advance(DAY);
    let contact = Caller::says(SITE_NOISE).number(99).contact();
    hotline.take(&chief, contact).await.unwrap();
    hotline.clock.advance(-DAY);
    let split = json!({"command": "split", "parts": [{"narrative": "夜间施工"}]});
    hotline.act(&chief, &last, split).await.unwrap();
    let contact = Caller::says(SITE_NOISE).number(100).contact();
    hotline.take(&chief, contact).await.unwrap();
    check_platform(&hotline).await;
}
