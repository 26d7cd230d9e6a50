//! The clock catalogue: every shipped one lived through by a clock that jumps, every step of every
//! ladder once and when it was foretold; published, refused, counted anew.

use app::AppError;
use app::catalogue::{Configured, PRESETS, preset};
use app::clock::HandClock;
use app::view::{
    CalendarOrder, CaseView, ClockAsk, ClockPreview, ClockPublish, DayView, DeadlineView,
    RecountOrder,
};
use domain::case::LegRole;
use domain::clock::Stage;
use domain::desk::{Channel, Desk, Urgency};
use domain::right::Role;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use testkit::contact::SITE_NOISE;
use testkit::people::{clerk, follow_up, lead, operator, person};
use testkit::{
    Caller, DAY, Ground, HOUR, MINUTE, Platform, Settings, StoreKind, at, check_platform,
};

const UNIT: &str = "urban-management";
/// A working Friday without holidays behind it.
const FRIDAY: &str = "2026-11-20T16:50:00+08:00";

async fn with(name: &str, kind: StoreKind) -> Platform {
    at_desk(Desk::Hotline, name, kind).await
}

async fn at_desk(desk: Desk, name: &str, kind: StoreKind) -> Platform {
    let mut settings = Settings::of(desk);
    settings.clocks = Configured {
        name: name.to_owned(),
        text: preset(name).unwrap().to_owned(),
    };
    let clock = Arc::new(HandClock::new(at(FRIDAY)));
    Platform::open_with(settings, Ground::new(kind).await, clock, 1).await
}

/// A case that is taken and dispatched in one breath.
async fn dispatched(hotline: &Platform) -> CaseView {
    let order = json!({"command": "dispatch", "lead": UNIT});
    let contact = Caller::says(SITE_NOISE).then(order).contact();
    hotline
        .take(&operator(Desk::Hotline), contact)
        .await
        .unwrap()
}

async fn case(hotline: &Platform, id: &str) -> CaseView {
    hotline.app.case(&lead(Desk::Hotline), id).await.unwrap()
}

async fn clock(hotline: &Platform, id: &str, stage: Stage) -> DeadlineView {
    let view = case(hotline, id).await;
    let found = view
        .deadlines
        .into_iter()
        .rfind(|d| d.stage == stage.as_str());
    found.unwrap_or_else(|| panic!("no clock {}", stage.as_str()))
}

fn ask(view: &CaseView) -> ClockAsk {
    ClockAsk {
        matter: view.brief.matter.clone().unwrap_or_default(),
        urgency: Urgency::Normal,
        channel: Channel::Phone,
        unit: UNIT.to_owned(),
        tier: None,
        role: LegRole::Lead,
        at: String::new(),
        text: None,
    }
}

async fn foretold(hotline: &Platform, view: &CaseView) -> ClockPreview {
    let chief = lead(Desk::Hotline);
    hotline
        .app
        .preview_clocks(&chief, &ask(view))
        .await
        .unwrap()
}

/// Everything of one kind on a case's record: when, and the event's fields.
async fn record(hotline: &Platform, id: &str, kind: &str) -> Vec<(i64, Value)> {
    let chief = lead(Desk::Hotline);
    let timeline = hotline.app.timeline(&chief, id, 0).await.unwrap();
    let items = timeline.items.into_iter().filter(|item| item.kind == kind);
    items.map(|item| (item.at, item.body)).collect()
}

/// Jumps from step to step until time has nothing left to do.
async fn live_through(hotline: &Platform, id: &str) {
    for _ in 0..200 {
        let rows = hotline.app.store().deadlines(id).await.unwrap();
        let Some(next) = rows.iter().filter_map(|row| row.next_at).min() else {
            return;
        };
        hotline.clock.set(next);
        assert!(
            hotline.app.sweep().await.unwrap() > 0,
            "a step is taken at its time"
        );
    }
    panic!("a ladder without an end");
}

/// What happens to a case nobody touches, by every catalogue: each clock the preview foretold, with
/// that rule and those moments, and each step of its ladder once, in order, at its moment.
#[tokio::test]
async fn r_79_every_preset_runs_as_it_was_foretold_step_by_step() {
    for (name, _) in PRESETS {
        let hotline = with(name, StoreKind::Sqlite).await;
        let view = dispatched(&hotline).await;
        let said = foretold(&hotline, &view).await;
        let id = view.brief.id.as_str();
        let mut steps: Vec<(i64, String, String)> = Vec::new();
        let mut stages: BTreeMap<String, (i64, i64, Option<i64>)> = BTreeMap::new();
        for line in &said.clocks {
            stages.insert(line.stage.clone(), (line.amber, line.due, line.red));
            if matches!(line.stage.as_str(), "dispatch" | "answer" | "follow_up") {
                continue;
            }
            for step in &line.ladder {
                steps.push((step.at, step.tell.clone(), step.then.clone()));
            }
        }
        for deadline in &view.deadlines {
            let (amber, due, red) = stages[&deadline.stage];
            assert_eq!(
                (deadline.amber, deadline.due, deadline.red),
                (amber, due, red),
                "{name}"
            );
            let foreseen = said.clocks.iter().find(|line| line.stage == deadline.stage);
            assert_eq!(deadline.rule, foreseen.unwrap().rule, "{name}");
            assert_eq!(deadline.from, view.brief.opened_at, "law 6: {name}");
        }
        live_through(&hotline, id).await;
        let mut told: Vec<(i64, String, String)> = Vec::new();
        for (when, body) in record(&hotline, id, "escalated").await {
            let word = |field: &str| body[field].as_str().unwrap().to_owned();
            assert!(!word("rule").is_empty(), "law 11");
            assert_eq!(word("unit"), UNIT, "{name}: of which unit");
            told.push((when, word("to"), word("then")));
        }
        steps.sort();
        told.sort();
        assert_eq!(told, steps, "{name}");
        let missed = record(&hotline, id, "deadline_missed").await;
        let open = case(&hotline, id).await.deadlines;
        let open = open.iter().filter(|d| d.state == "missed").count();
        assert_eq!(missed.len(), open, "{name}");
        assert!(!missed.is_empty(), "{name}");
        check_platform(&hotline).await;
    }
}

/// The consequence on the desk is no guess: under every shipped catalogue it is what the dispatch then sets.
#[tokio::test]
async fn what_the_desk_shows_ahead_is_what_the_dispatch_sets() {
    for (name, _) in PRESETS {
        let hotline = with(name, StoreKind::Sqlite).await;
        let ahead = hotline
            .app
            .suggest(&operator(Desk::Hotline), SITE_NOISE, "", "")
            .unwrap();
        assert_eq!(ahead.lead.as_deref(), Some(UNIT), "{name}");
        let view = dispatched(&hotline).await;
        let set = |stage: Stage| {
            let mut clocks = view.deadlines.iter();
            clocks.find(|d| d.stage == stage.as_str()).map(|d| d.due)
        };
        let due = &ahead.due;
        assert_eq!(due.sign, set(Stage::Sign), "{name}");
        assert_eq!(due.feedback, set(Stage::Feedback), "{name}");
        assert_eq!(due.result, set(Stage::Result), "{name}");
        assert_eq!(due.close, set(Stage::Close), "{name}");
        assert!(due.result.is_some(), "{name}");
    }
}

/// What crosses whole has one clock here, the answer's; the rest are the other desk's to set.
#[tokio::test]
async fn what_the_desk_shows_ahead_of_a_hand_over_is_the_answers_clock_alone() {
    for (name, _) in PRESETS {
        let police = at_desk(Desk::Police, name, StoreKind::Sqlite).await;
        let operator = operator(Desk::Police);
        let ahead = police.app.suggest(&operator, SITE_NOISE, "", "").unwrap();
        assert_eq!(ahead.desk, Some(Desk::Hotline), "{name}");
        let order = json!({"command": "hand_over", "link": testkit::LINK, "mode": ahead.mode});
        let contact = Caller::says(SITE_NOISE).then(order).contact();
        let view = police.take(&operator, contact).await.unwrap();
        // A catalogue may time how soon it is handed on: that clock has stopped by then.
        let runs = |clock: &&DeadlineView| clock.state == "running";
        let running: Vec<&DeadlineView> = view.deadlines.iter().filter(runs).collect();
        let [clock] = running.as_slice() else {
            panic!("{name}: {running:?}");
        };
        assert_eq!(clock.stage, Stage::Answer.as_str(), "{name}");
        assert_eq!(ahead.due.answer, Some(clock.due), "{name}");
        let due = ahead.due;
        let others = [due.sign, due.feedback, due.result, due.close];
        assert_eq!(others, [None; 4], "{name}");
    }
}

/// R79 two hours, R80 two days, R128 twelve hours, R133 the unit's promise.
#[tokio::test]
async fn r_80_r_128_the_papers_clocks_are_those_the_papers_name() {
    let hotline = with("seed-papers", StoreKind::Sqlite).await;
    let view = dispatched(&hotline).await;
    let from = view.brief.opened_at;
    let id = view.brief.id.as_str();
    assert_eq!(
        clock(&hotline, id, Stage::Feedback).await.due,
        from + 2 * HOUR
    );
    assert_eq!(clock(&hotline, id, Stage::Result).await.due, from + 2 * DAY);
    let rule = clock(&hotline, id, Stage::Result).await.rule;
    assert_eq!(rule, "seed-papers-1 result-2d · result 2d");
    let urgent = |unit: &str| ClockAsk {
        urgency: Urgency::Urgent,
        unit: unit.to_owned(),
        ..ask(&view)
    };
    let chief = lead(Desk::Hotline);
    let units = hotline.app.units(&chief).unwrap();
    let team = units
        .iter()
        .find(|unit| unit.tier == 1 && unit.desk == Desk::Hotline)
        .unwrap();
    let said = hotline
        .app
        .preview_clocks(&chief, &urgent(&team.code))
        .await
        .unwrap();
    let due = |stage: &str| {
        said.clocks
            .iter()
            .find(|line| line.stage == stage)
            .map(|line| line.due)
    };
    assert_eq!(due("result"), Some(from + 12 * HOUR));
    assert_eq!(due("feedback"), Some(from + 2 * HOUR));
    assert!(due("arrival").is_some(), "what the team promises");
}

/// A first word stops its clock and the ladder with it; the next steps are never taken.
#[tokio::test]
async fn a_ladder_ends_when_the_thing_is_done() {
    let hotline = with("seed-papers", StoreKind::Sqlite).await;
    let view = dispatched(&hotline).await;
    let id = view.brief.id.as_str();
    let city = clerk(UNIT);
    hotline.clock.advance(2 * HOUR);
    hotline.app.sweep().await.unwrap();
    let told = |body: &Value| body["deadline"].clone();
    let feedback = clock(&hotline, id, Stage::Feedback).await;
    assert_eq!(
        (feedback.state.as_str(), feedback.climbed),
        ("missed", 3),
        "slept through three"
    );
    assert_eq!(feedback.next_told.as_ref().unwrap().tell, "supervisor");
    hotline
        .act(&city, id, json!({"command": "sign", "leg": "a1"}))
        .await
        .unwrap();
    let word = json!({"command": "report", "leg": "a1", "text": "已到场"});
    hotline.act(&city, id, word).await.unwrap();
    let before = record(&hotline, id, "escalated").await;
    hotline.clock.advance(3 * HOUR);
    hotline.app.sweep().await.unwrap();
    let after = record(&hotline, id, "escalated").await;
    let of_feedback = |steps: &[(i64, Value)]| {
        steps
            .iter()
            .filter(|(_, body)| told(body) == json!(feedback.id))
            .count()
    };
    assert_eq!(of_feedback(&before), 3);
    assert_eq!(
        of_feedback(&after),
        3,
        "the supervisor is not told of what is done"
    );
    check_platform(&hotline).await;
}

/// R16, R122: what runs in service hours stands still at night, through a suspension too.
#[tokio::test]
async fn r_122_service_hours_and_a_pause_count_service_alone() {
    let hotline = with("working-day-city", StoreKind::Sqlite).await;
    let text = preset("working-day-city").unwrap();
    let own = text
        .replacen("working-day-city-2", "own-2", 1)
        .replacen(
            "span = \"1wd\"\nladder = \"unit\"",
            "span = \"4sh\"\nladder = \"unit\"",
            1,
        )
        .replacen("gives = { sign = \"2026-02-14 23:59\", ", "gives = { ", 1);
    publish(&hotline, 0, &own).await.unwrap();
    let order = app::view::UnitOrder {
        hours: "08:30-17:30 working days".to_owned(),
        disabled: false,
        reason: "按办公时间服务".to_owned(),
    };
    let system = person(Role::SystemAdmin, "desk-12345");
    hotline
        .app
        .change_unit(&system, UNIT, &order, &hotline.key())
        .await
        .unwrap();
    let view = dispatched(&hotline).await;
    let id = view.brief.id.as_str();
    // Friday 16:50: forty minutes are left of the day, the rest is Monday's.
    assert_eq!(
        clock(&hotline, id, Stage::Sign).await.due,
        at("2026-11-23T11:50:00+08:00")
    );
    // A unit may wait only for what the catalogue names.
    let city = clerk(UNIT);
    hotline
        .act(&city, id, json!({"command": "sign", "leg": "a1"}))
        .await
        .unwrap();
    let wait = json!({"command": "suspend", "leg": "a1", "reason": "等检测"});
    let refused = hotline.act(&city, id, wait).await.unwrap_err();
    assert_eq!(refused.key(), "refused/pause_ground");
    let grounds = case(&hotline, id).await.grounds;
    assert_eq!(grounds.len(), 3);
    let wait =
        json!({"command": "suspend", "leg": "a1", "reason": "等检测", "ground": "third-party"});
    hotline.act(&city, id, wait).await.unwrap();
    let paused = record(&hotline, id, "suspended").await;
    assert_eq!(paused[0].1["ground"], "third-party");
    hotline.clock.advance(DAY);
    assert_eq!(hotline.app.sweep().await.unwrap(), 0, "nothing runs");
    // More time than the catalogue allows is refused.
    hotline
        .act(&city, id, json!({"command": "resume", "leg": "a1"}))
        .await
        .unwrap();
    let more = json!({"command": "ask_extension", "leg": "a1", "by": "20d", "reason": "等检测"});
    let refused = hotline.act(&city, id, more).await.unwrap_err();
    assert_eq!(refused.key(), "refused/extension_too_long");
    check_platform(&hotline).await;
}

/// The caller is asked after the review; the clock of it outlives the case and ends with the call.
#[tokio::test]
async fn the_follow_up_has_a_clock_of_its_own() {
    let hotline = with("working-day-city", StoreKind::Sqlite).await;
    let view = dispatched(&hotline).await;
    let id = view.brief.id.as_str();
    let (city, chief) = (clerk(UNIT), lead(Desk::Hotline));
    hotline
        .act(&city, id, json!({"command": "sign", "leg": "a1"}))
        .await
        .unwrap();
    let result = json!({
        "command": "give_result", "leg": "a1", "text": "已处理", "public_reply": "已处理",
        "solved": "solved",
    });
    hotline.act(&city, id, result).await.unwrap();
    assert_eq!(clock(&hotline, id, Stage::Contact).await.state, "met");
    let passed = json!({"command": "review", "passed": true, "reason": ""});
    hotline.act(&chief, id, passed).await.unwrap();
    let call = clock(&hotline, id, Stage::FollowUp).await;
    assert_eq!(call.due, at("2026-11-21T23:59:59.999+08:00"));
    hotline
        .act(&chief, id, json!({"command": "close"}))
        .await
        .unwrap();
    assert_eq!(clock(&hotline, id, Stage::FollowUp).await.state, "running");
    let called = json!({"command": "follow_up", "reached": true, "satisfaction": 5, "note": ""});
    hotline
        .act(&follow_up(Desk::Hotline), id, called)
        .await
        .unwrap();
    assert_eq!(clock(&hotline, id, Stage::FollowUp).await.state, "met");
    check_platform(&hotline).await;
}

/// The desk's own clock runs from the reception until it has decided.
#[tokio::test]
async fn the_desk_has_a_clock_until_it_decides() {
    let hotline = with("direct-dispatch-city", StoreKind::Sqlite).await;
    let contact = Caller::says(SITE_NOISE).contact();
    let view = hotline
        .take(&operator(Desk::Hotline), contact)
        .await
        .unwrap();
    let id = view.brief.id.as_str();
    let desk = clock(&hotline, id, Stage::Dispatch).await;
    assert_eq!((desk.due, desk.leg), (view.brief.opened_at + DAY, None));
    hotline.clock.advance(HOUR);
    let order = json!({"command": "dispatch", "lead": UNIT});
    hotline.act(&lead(Desk::Hotline), id, order).await.unwrap();
    let desk = clock(&hotline, id, Stage::Dispatch).await;
    assert_eq!((desk.state.as_str(), desk.late), ("met", Some(false)));
    assert_eq!(
        clock(&hotline, id, Stage::Result).await.due,
        hotline.app.now() + 7 * DAY
    );
    check_platform(&hotline).await;
}

async fn publish(hotline: &Platform, over: i64, text: &str) -> Result<i64, AppError> {
    let order = ClockPublish {
        text: text.to_owned(),
        over,
        reason: "领导小组会议批准".to_owned(),
    };
    let chief = lead(Desk::Hotline);
    let done = hotline
        .app
        .publish_clocks(&chief, &order, &hotline.key())
        .await;
    done.map(|version| version.number)
}

async fn a_catalogue_is_refused_or_holds_in_every_process(kind: StoreKind) {
    let mut hotline = with("seed-papers", kind).await;
    let other = hotline.beside().await;
    let first = dispatched(&hotline).await;
    let text = preset("seed-papers").unwrap();
    // A bad one is refused with place and reason, and the one before holds.
    let bad = text.replacen("span = \"12h\"", "span = \"13h\"", 1);
    match publish(&hotline, 0, &bad).await {
        Err(AppError::Invalid(fields)) => {
            assert!(
                fields
                    .iter()
                    .all(|f| f.field.starts_with("line ") && f.key == "example")
            );
            assert!(fields[0].detail.contains("13h"), "{fields:?}");
        }
        other => panic!("{other:?}"),
    }
    let checked = hotline
        .app
        .check_clocks(&lead(Desk::Hotline), &bad)
        .unwrap();
    assert_eq!(checked.faults.len(), 2);
    assert_eq!(
        hotline
            .app
            .clock_office(&lead(Desk::Hotline))
            .await
            .unwrap()
            .running,
        0
    );
    // Not everybody publishes.
    let order = ClockPublish {
        text: text.to_owned(),
        over: 0,
        reason: "不该由接警员".to_owned(),
    };
    let key = hotline.key();
    let refused = hotline
        .app
        .publish_clocks(&operator(Desk::Hotline), &order, &key)
        .await;
    assert!(matches!(refused, Err(AppError::Forbidden)));
    // A good one holds for what starts from now on, in every process.
    let next = text
        .replacen("version = \"seed-papers-1\"", "version = \"own-2\"", 1)
        .replace("span = \"2h\"\nred", "span = \"3h\"\nred")
        .replace("feedback = \"2h\"", "feedback = \"3h\"")
        .replace("2026-02-13 18:50", "2026-02-13 19:50");
    assert_eq!(publish(&hotline, 0, &next).await.unwrap(), 1);
    assert!(matches!(
        publish(&hotline, 0, &next).await,
        Err(AppError::Conflict { actual: 1 })
    ));
    assert!(
        matches!(publish(&hotline, 1, &next).await, Err(AppError::Invalid(_))),
        "its name is taken"
    );
    let second = dispatched(&hotline).await;
    let feedback = clock(&hotline, &second.brief.id, Stage::Feedback).await;
    assert_eq!(feedback.due - feedback.from, 3 * HOUR);
    assert!(feedback.rule.starts_with("own-2 feedback-2h"));
    let old = clock(&hotline, &first.brief.id, Stage::Feedback).await;
    assert_eq!(old.due - old.from, 2 * HOUR, "what runs keeps its rule");
    other.turn_clocks().await.unwrap();
    let said = other.clock_office(&lead(Desk::Hotline)).await.unwrap();
    assert_eq!((said.running, said.label.as_str()), (1, "own-2"));
    assert_eq!(said.versions[0].reason, "领导小组会议批准");
    other.store().clone().close().await;
    hotline.restart().await;
    let said = hotline
        .app
        .clock_office(&lead(Desk::Hotline))
        .await
        .unwrap();
    assert_eq!(said.label, "own-2", "after a restart, too");
    check_platform(&hotline).await;
}

#[tokio::test]
async fn a_catalogue_is_refused_or_holds_in_every_process_sqlite() {
    a_catalogue_is_refused_or_holds_in_every_process(StoreKind::Sqlite).await;
}

#[tokio::test]
async fn a_catalogue_is_refused_or_holds_in_every_process_postgres() {
    a_catalogue_is_refused_or_holds_in_every_process(StoreKind::Postgres).await;
}

/// A changed calendar moves nothing by itself; counted anew, a case keeps when it was due at first,
/// and the same order again moves nothing more.
#[tokio::test]
async fn a_calendar_that_changed_is_counted_anew_when_it_is_said() {
    let hotline = with("working-day-city", StoreKind::Sqlite).await;
    let view = dispatched(&hotline).await;
    let id = view.brief.id.as_str();
    let before = clock(&hotline, id, Stage::Result).await;
    assert_eq!(before.due, at("2026-11-27T23:59:59.999+08:00"));
    hotline.clock.advance(MINUTE);
    let system = person(Role::SystemAdmin, "desk-12345");
    let day = |day: &str| DayView {
        day: day.to_owned(),
        off: true,
        note: "临时放假".to_owned(),
    };
    let order = CalendarOrder {
        put: vec![day("2026-11-24")],
        remove: Vec::new(),
    };
    hotline
        .app
        .change_calendar(&system, &order, &hotline.key())
        .await
        .unwrap();
    let still = clock(&hotline, id, Stage::Result).await;
    let wanted = at("2026-11-30T23:59:59.999+08:00");
    assert_eq!((still.due, still.recounted), (before.due, Some(wanted)));
    hotline.clock.advance(MINUTE);
    let order = RecountOrder {
        reason: "临时放假通知".to_owned(),
    };
    let done = hotline
        .app
        .recount_deadlines(&system, &order, &hotline.key())
        .await
        .unwrap();
    assert_eq!((done.cases, done.moved), (1, 1));
    let after = clock(&hotline, id, Stage::Result).await;
    assert_eq!((after.due, after.due_first), (wanted, Some(before.due)));
    assert_eq!(after.recounted, None);
    assert!(
        after.amber > before.amber && after.red > before.red,
        "the signs move with it"
    );
    // Signing was due on Monday, before the day that changed.
    assert_eq!(clock(&hotline, id, Stage::Sign).await.due_first, None);
    let done = hotline
        .app
        .recount_deadlines(&system, &order, &hotline.key())
        .await
        .unwrap();
    assert_eq!(done.moved, 0);
    let refused = hotline
        .app
        .recount_deadlines(&lead(Desk::Hotline), &order, &hotline.key())
        .await;
    assert!(matches!(refused, Err(AppError::Forbidden)));
    let kept = record(&hotline, id, "recounted").await;
    assert_eq!(kept[0].1["reason"], "临时放假通知");
    check_platform(&hotline).await;
}
