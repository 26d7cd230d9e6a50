//! The duty roster: kept by its unit, swaps asked and accepted, gaps seen ahead, files, test calls, a calendar.

use super::{CITY, gateway, hotline, notice, order, person, roster, step};
use crate::reach::receiver::Http;
use app::AppError;
use app::view::{DutyTestOrder, RosterFile, RosterOrder, RosterQuery, RosterView};
use domain::desk::Desk;
use domain::id::AccountId;
use domain::right::Role;
use serde_json::{Value, json};
use std::sync::Arc;
use testkit::people::{clerk, lead, operator, person as somebody};
use testkit::{DAY, HOUR, MINUTE, Platform, StoreKind, at};

async fn week(hotline: &Platform) -> RosterView {
    let query = RosterQuery::default();
    hotline
        .app
        .roster(&lead(Desk::Hotline), &query)
        .await
        .unwrap()
}

async fn change(
    hotline: &Platform,
    actor: &domain::right::Actor,
    unit: &str,
    order: Value,
) -> Result<String, AppError> {
    let order: RosterOrder = serde_json::from_value(order).unwrap();
    let done = hotline
        .app
        .change_roster(actor, unit, &order, &hotline.key())
        .await;
    done.map(|done| done.id)
}

#[tokio::test]
async fn r124_a_unit_that_names_nobody_is_seen_until_it_does() {
    let hotline = hotline(StoreKind::Sqlite, Vec::new()).await;
    let unnamed = async || {
        let units = week(&hotline).await.units;
        units.iter().find(|u| u.unit == CITY).unwrap().unnamed
    };
    assert!(unnamed().await);
    person(&hotline, CITY, "方舟", 0, json!({})).await;
    assert!(
        unnamed().await,
        "one of the shift is not the person in charge"
    );
    let named = json!({"role": "contact", "mobile": "10000000003"});
    person(&hotline, CITY, "江汀", 1, named).await;
    assert!(!unnamed().await);
}

async fn gaps_and_turns(kind: StoreKind) {
    let mut hotline = hotline(kind, Vec::new()).await;
    let one = person(&hotline, CITY, "方舟", 0, json!({})).await;
    let two = person(&hotline, CITY, "林溯", 0, json!({})).await;
    let before = week(&hotline).await;
    let city = before.units.iter().find(|u| u.unit == CITY).unwrap();
    // 08:00 to 22:00 every day, and nobody on: two weeks from nine in the morning touch fifteen days.
    assert_eq!(city.gaps.len(), 15);
    assert_eq!(city.gaps[0].from, hotline.app.now(), "it is open now");
    let pattern = json!({"change": "pattern", "rank": 1, "from": "08:00", "to": "22:00", "days": "working",
        "people": [one, two], "step": 1, "starts": "2026-11-23"});
    roster(&hotline, CITY, pattern).await;
    hotline.restart().await;
    let after = week(&hotline).await;
    let city = after.units.iter().find(|u| u.unit == CITY).unwrap();
    let days: Vec<i64> = city
        .gaps
        .iter()
        .map(|gap| (gap.from - after.days[0]) / DAY)
        .collect();
    assert_eq!(days, [5, 6, 12, 13], "the weekends are seen ahead");
    assert_eq!(city.on_now[0].name, "方舟");
    let names: Vec<&str> = city
        .shifts
        .iter()
        .map(|shift| shift.name.as_str())
        .collect();
    assert_eq!(names, ["方舟", "林溯", "方舟", "林溯", "方舟"]);
    assert!(
        after.units[0].unit == "desk-12345",
        "the desk has a roster, too"
    );
}

#[tokio::test]
async fn r68_turns_are_taken_and_gaps_are_seen_ahead_sqlite() {
    gaps_and_turns(StoreKind::Sqlite).await;
}

#[tokio::test]
async fn r68_turns_are_taken_and_gaps_are_seen_ahead_postgres() {
    gaps_and_turns(StoreKind::Postgres).await;
}

#[tokio::test]
async fn r68_a_swap_is_asked_and_accepted_by_those_it_concerns_and_nobody_else() {
    let hotline = hotline(StoreKind::Sqlite, Vec::new()).await;
    let mut accounts = Vec::new();
    for login in ["fang", "lin", "jiang"] {
        let new = app::NewAccount {
            login: login.to_owned(),
            name: login.to_owned(),
            password: "an invented password".to_owned(),
            roles: vec![domain::right::Role::Crew],
            unit: CITY.to_owned(),
        };
        let id = hotline.app.make_account(&new).await.unwrap();
        accounts.push(domain::right::Actor {
            account: AccountId::new(id),
            name: login.to_owned(),
            roles: vec![domain::right::Role::Crew],
            unit: domain::id::UnitId::from(CITY),
        });
    }
    let giver = person(&hotline, CITY, "方舟", 1, json!({"login": "fang"})).await;
    let taker = person(&hotline, CITY, "林溯", 0, json!({"login": "lin"})).await;
    let from = at("2026-11-24T00:00:00+08:00");
    let ask = json!({"change": "ask_swap", "rank": 1, "from": from, "to": from + 12 * HOUR,
        "giver": giver, "taker": taker, "reason": "家中有事"});
    let stranger = change(&hotline, &accounts[2], CITY, ask.clone()).await;
    assert!(matches!(stranger, Err(AppError::Forbidden)));
    let id = change(&hotline, &accounts[0], CITY, ask).await.unwrap();
    let page = hotline
        .app
        .notices(&accounts[1], &app::view::NoticeQuery::default())
        .await
        .unwrap();
    assert_eq!(
        (page.unseen, page.items[0].kind.as_str()),
        (1, "swap_asked")
    );
    let accept = json!({"change": "decide_swap", "id": id, "decision": "accepted"});
    let own = change(&hotline, &accounts[0], CITY, accept.clone()).await;
    assert!(
        matches!(own, Err(AppError::Forbidden)),
        "nobody accepts for another"
    );
    change(&hotline, &accounts[1], CITY, accept.clone())
        .await
        .unwrap();
    assert!(
        change(&hotline, &accounts[1], CITY, accept).await.is_err(),
        "once"
    );
    for (at, who) in [
        (from - 1, "方舟"),
        (from, "林溯"),
        (from + 12 * HOUR, "方舟"),
    ] {
        hotline.clock.set(at);
        let view = week(&hotline).await;
        let city = view.units.iter().find(|u| u.unit == CITY).unwrap();
        assert_eq!(city.on_now[0].name, who, "at {at}");
    }
    let nobody = json!({"change": "ask_swap", "rank": 2, "from": from, "to": from + HOUR, "giver": giver, "taker": taker});
    let wrong = change(&hotline, &accounts[0], CITY, nobody)
        .await
        .unwrap_err();
    assert!(
        matches!(wrong, AppError::Invalid(ref e) if e[0].key == "not_on_duty"),
        "{wrong:?}"
    );
}

#[tokio::test]
async fn law_10_a_unit_keeps_its_own_roster_and_no_other() {
    let hotline = hotline(StoreKind::Sqlite, Vec::new()).await;
    let named =
        json!({"change": "person", "name": "方舟", "role": "contact", "mobile": "10000000001"});
    change(&hotline, &clerk(CITY), CITY, named.clone())
        .await
        .unwrap();
    for stranger in [
        clerk("ecology"),
        operator(Desk::Hotline),
        testkit::people::crew(CITY),
    ] {
        let refused = change(&hotline, &stranger, CITY, named.clone()).await;
        assert!(matches!(refused, Err(AppError::Forbidden)), "{stranger:?}");
    }
    let seen = hotline
        .app
        .unit_duty(&clerk("ecology"), CITY)
        .await
        .unwrap();
    assert_eq!(
        (seen.people[0].mobile.as_str(), seen.feed.as_str()),
        ("100****0001", "")
    );
    let own = hotline.app.unit_duty(&clerk(CITY), CITY).await.unwrap();
    assert_eq!(own.people[0].mobile, "10000000001");
    let nowhere = change(&hotline, &lead(Desk::Hotline), "station-central", named).await;
    assert!(
        matches!(nowhere, Err(AppError::NotFound)),
        "it stands behind the other desk"
    );
}

#[tokio::test]
async fn a_file_of_shifts_is_taken_whole_or_refused_whole_with_its_lines() {
    let hotline = hotline(StoreKind::Sqlite, Vec::new()).await;
    let chief = lead(Desk::Hotline);
    let import = async |text: &str| {
        let file = RosterFile {
            text: text.to_owned(),
        };
        hotline
            .app
            .import_roster(&chief, CITY, &file, &hotline.key())
            .await
    };
    let wrong = "day,from,to,rank,name\n2026-11-23,08:00,20:00,1,方舟\n2026-11-2x,08:00,20:00,1,方舟\n2026-11-23,8,20:00,0,x\n";
    let AppError::Invalid(errors) = import(wrong).await.unwrap_err() else {
        panic!()
    };
    let lines: Vec<&str> = errors.iter().map(|e| e.field.as_str()).collect();
    assert_eq!(lines, ["line 3", "line 4"]);
    let duty = hotline.app.unit_duty(&chief, CITY).await.unwrap();
    assert!(duty.people.is_empty() && duty.days.is_empty());
    let right = "日期,起,止,次序,姓名,手机\n2026-11-23,08:00,20:00,1,方舟,10000000001\n2026-11-23,20:00,08:00,,林溯,\n";
    let done = import(right).await.unwrap();
    assert_eq!((done.shifts, done.people), (2, 2));
    hotline.clock.set(at("2026-11-24T03:00:00+08:00"));
    let view = week(&hotline).await;
    let city = view.units.iter().find(|u| u.unit == CITY).unwrap();
    assert_eq!(city.on_now[0].name, "林溯", "a night ends on the next day");
}

#[tokio::test]
async fn r69_a_test_call_lists_who_answered_who_not_and_is_what_duty_is_scored_by() {
    let sms = Http::start().await;
    let hotline = hotline(StoreKind::Sqlite, vec![Arc::new(gateway(&sms.url))]).await;
    person(&hotline, CITY, "方舟", 1, json!({"mobile": "10000000001"})).await;
    person(
        &hotline,
        "ecology",
        "林溯",
        1,
        json!({"mobile": "10000000002"}),
    )
    .await;
    person(
        &hotline,
        "housing",
        "江汀",
        1,
        json!({"mobile": "10000000003"}),
    )
    .await;
    let units = [CITY, "ecology", "housing", "duty-office"].map(str::to_owned);
    let test = DutyTestOrder {
        units: units.to_vec(),
        minutes: 10,
    };
    let stranger = hotline
        .app
        .test_roster(&clerk(CITY), &test, &hotline.key())
        .await;
    assert!(matches!(stranger, Err(AppError::Forbidden)));
    let chief = lead(Desk::Hotline);
    hotline
        .app
        .test_roster(&chief, &test, &hotline.key())
        .await
        .unwrap();
    step(&hotline).await;
    assert_eq!(sms.bodies().len(), 3);
    hotline.clock.advance(4 * MINUTE);
    let id = notice(&hotline, CITY, "duty_test").await.notice.id;
    order(
        &hotline,
        &id,
        json!({"change": "acknowledge_for", "name": "方舟"}),
    )
    .await
    .unwrap();
    hotline.clock.advance(7 * MINUTE);
    let id = notice(&hotline, "ecology", "duty_test").await.notice.id;
    order(
        &hotline,
        &id,
        json!({"change": "acknowledge_for", "name": "林溯"}),
    )
    .await
    .unwrap();
    let tests = hotline.app.duty_tests(&chief).await.unwrap();
    let mut results: Vec<(&str, &str)> = tests[0]
        .lines
        .iter()
        .map(|l| (l.unit.as_str(), l.result.as_str()))
        .collect();
    results.sort_unstable();
    let wanted = [
        ("duty-office", "nobody"),
        ("ecology", "late"),
        ("housing", "silent"),
        (CITY, "in_time"),
    ];
    assert_eq!(results, wanted);
    assert_eq!(
        tests[0].lines.iter().find(|l| l.unit == CITY).unwrap().name,
        "方舟"
    );
    let assessor = somebody(Role::Assessor, "desk-12345");
    let month = "2026-11";
    let sheet = hotline.app.score_sheet(&assessor, "unit_duties", month);
    let sheet = sheet.await.unwrap();
    let kept = |unit: &str| {
        let line = sheet.lines.iter().find(|line| line.unit == unit).unwrap();
        let figure = line.figures.iter().find(|f| f.metric == "duty_kept");
        let value = figure.unwrap().value.as_deref();
        value.map(|text| text.trim_end_matches('0').trim_end_matches('.').to_owned())
    };
    assert_eq!(kept(CITY).as_deref(), Some("100"));
    assert_eq!(kept("ecology").as_deref(), Some("0"));
    assert_eq!(
        kept("water-supply"),
        None,
        "who was not tested has no figure"
    );
}

#[tokio::test]
async fn a_calendar_is_read_by_its_address_until_another_is_made() {
    let hotline = hotline(StoreKind::Sqlite, Vec::new()).await;
    person(&hotline, CITY, "方舟", 1, json!({})).await;
    let chief = lead(Desk::Hotline);
    let feed = hotline.app.unit_duty(&chief, CITY).await.unwrap().feed;
    let key = feed.rsplit('/').next().unwrap().to_owned();
    let text = hotline.app.duty_feed(CITY, &key).await.unwrap();
    assert!(text.starts_with("BEGIN:VCALENDAR\r\n") && text.ends_with("END:VCALENDAR\r\n"));
    assert!(text.contains("DTSTART:20261122T160000Z\r\n"), "{text}");
    assert_eq!(
        text.matches("BEGIN:VEVENT").count(),
        text.matches("END:VEVENT").count()
    );
    assert!(text.matches("BEGIN:VEVENT").count() >= 60);
    for (unit, key) in [(CITY, "0".repeat(32)), ("ecology", key.clone())] {
        let wrong = hotline.app.duty_feed(unit, &key).await;
        assert!(matches!(wrong, Err(AppError::NotFound)));
    }
    roster(&hotline, CITY, json!({"change": "new_feed"})).await;
    assert!(matches!(
        hotline.app.duty_feed(CITY, &key).await,
        Err(AppError::NotFound)
    ));
}
