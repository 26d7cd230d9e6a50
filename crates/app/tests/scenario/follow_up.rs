//! 回访 on both stores: everybody who left a number is asked, one caller a case, the unit that did the work has no
//! part in it, a doubtful rating waits (R62, R69, R70, R86, R100, R118).

use app::clock::Clock;
use app::view::{CaseView, InspectionOrder, LinkRating, NewFollowRules, Visitor};
use app::{AppError, CommandKey};
use domain::desk::Desk;
use domain::id::AccountId;
use domain::right::{Actor, Role};
use serde_json::json;
use testkit::contact::SITE_NOISE;
use testkit::people::{clerk, desk_unit, follow_up, lead, operator, person};
use testkit::{Caller, MINUTE, Platform, StoreKind};

const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const UNIT: &str = "urban-management";

fn caller_named(name: &str) -> Actor {
    Actor {
        account: AccountId::new(name),
        ..follow_up(Desk::Hotline)
    }
}

/// Rules by which every case is called, or none.
async fn called(platform: &Platform, share: u16) {
    let actor = lead(Desk::Hotline);
    let held = platform.app.follow_up_rules(&actor).await.unwrap();
    let text = held
        .text
        .replace("望澜2026.1", &format!("试验{share}"))
        .replace("share = 200", &format!("share = {share}"));
    let new = NewFollowRules {
        over: held.version,
        text,
        reason: "试验用规则".to_owned(),
    };
    platform
        .app
        .change_follow_up_rules(&actor, &new, &platform.key())
        .await
        .unwrap();
}

/// A case of the n-th caller, brought to its end by the unit and the desk.
async fn closed(platform: &Platform, n: u64) -> CaseView {
    let contact = Caller::says(SITE_NOISE).number(n).contact();
    let taken = platform.take(&operator(Desk::Hotline), contact).await;
    let id = taken.unwrap().brief.id;
    let desk = lead(Desk::Hotline);
    let unit = clerk(UNIT);
    let order = json!({"command": "dispatch", "lead": UNIT});
    let view = platform.act(&desk, &id, order).await.unwrap();
    let leg = view.legs[0].id.clone();
    let work = [
        (&unit, json!({"command": "sign", "leg": leg})),
        (
            &unit,
            json!({"command": "give_result", "leg": leg, "text": "已处理",
                "public_reply": "已责令停工", "solved": "solved"}),
        ),
        (
            &desk,
            json!({"command": "review", "passed": true, "reason": "属实"}),
        ),
        (&desk, json!({"command": "close"})),
    ];
    let mut last = view;
    for (who, command) in work {
        last = platform.act(who, &id, command).await.unwrap();
    }
    last
}

fn refused<T: std::fmt::Debug>(answer: Result<T, AppError>) -> String {
    answer.unwrap_err().key()
}

fn bad() -> serde_json::Value {
    json!({"command": "follow_up", "reached": true, "solved": "unsolved", "satisfied_desk": 5,
        "satisfied_unit": 1, "reasons": {"solved": "half_done", "unit": "poor_work"},
        "note": "晚上还在施工"})
}

#[tokio::test]
async fn r86_a_case_is_on_one_list_and_a_second_call_is_another_persons() {
    for kind in [StoreKind::Sqlite, StoreKind::Postgres] {
        let platform = Platform::open(Desk::Hotline, kind).await;
        called(&platform, 1_000).await;
        let case = closed(&platform, 1).await.brief.id;
        let other = closed(&platform, 2).await.brief.id;
        let app = &platform.app;
        let (anna, bert) = (caller_named("anna"), caller_named("bert"));
        // Both ask at once: two cases, two lists.
        let (one, two) = tokio::join!(app.next_follow_up(&anna), app.next_follow_up(&bert));
        let (one, two) = (one.unwrap().sheet.unwrap(), two.unwrap().sheet.unwrap());
        assert_ne!(one.item.case, two.item.case);
        // A repeat gives the one in hand, and a third finds nothing.
        let again = app.next_follow_up(&anna).await.unwrap().sheet.unwrap();
        assert_eq!(again.item.case, one.item.case);
        let third = caller_named("third");
        assert!(app.next_follow_up(&third).await.unwrap().sheet.is_none());
        let taken = app.claim_follow_up(&third, &one.item.case).await;
        assert_eq!(refused(taken), "refused/called_by_other");
        let said = platform.act(&third, &one.item.case, bad()).await;
        assert_eq!(refused(said), "refused/called_by_other");
        let lists = app.follow_up_desk(&third).await.unwrap();
        assert!(lists.waiting.is_empty() && lists.mine.is_empty());
        // Given back, it is anybody's.
        app.leave_follow_up(&bert, &two.item.case).await.unwrap();
        let got = app.next_follow_up(&third).await.unwrap().sheet.unwrap();
        assert_eq!(got.item.case, two.item.case);
        // A lease that nobody renews lapses.
        platform.clock.advance(21 * MINUTE);
        app.claim_follow_up(&bert, &two.item.case).await.unwrap();
        app.leave_follow_up(&bert, &two.item.case).await.unwrap();
        // A bad call: the second is due, and not by the same person.
        platform.act(&anna, &one.item.case, bad()).await.unwrap();
        let lists = app.follow_up_desk(&anna).await.unwrap();
        assert_eq!(lists.second.len(), 1);
        assert_eq!(lists.second[0].barred.as_deref(), Some("same_person"));
        let same = platform.act(&anna, &one.item.case, bad()).await;
        assert_eq!(refused(same), "refused/same_person");
        let next = app.next_follow_up(&bert).await.unwrap().sheet.unwrap();
        assert_eq!(next.item.kind, "second");
        assert_eq!(next.attempts.len(), 1, "what was said before is beside it");
        assert_eq!(next.attempts[0].cause, "poor_work");
        let redo = json!({"command": "follow_up", "reached": true, "solved": "unsolved",
            "satisfied_unit": 1, "reasons": {"unit": "poor_work"}, "note": "仍在施工", "then": "redo"});
        let view = platform.act(&bert, &one.item.case, redo).await.unwrap();
        assert_eq!(view.brief.status, "handling");
        let lists = app.follow_up_desk(&bert).await.unwrap();
        assert!(lists.second.is_empty() && lists.mine.is_empty());
        let rate = |name: &str| {
            let found = lists.today.iter().find(|rate| rate.name == name).unwrap();
            (found.count, found.of)
        };
        // Law 9: kept apart, each of those who said something.
        assert_eq!(rate("reached"), (2, 2));
        assert_eq!(rate("desk"), (1, 1));
        assert_eq!(rate("unit"), (0, 2));
        assert!([&case, &other].contains(&&one.item.case));
    }
}

#[tokio::test]
async fn r70_the_unit_that_did_the_work_does_not_ask_about_it() {
    for kind in [StoreKind::Sqlite, StoreKind::Postgres] {
        let platform = Platform::open(Desk::Hotline, kind).await;
        called(&platform, 1_000).await;
        let case = closed(&platform, 1).await.brief.id;
        let own = person(Role::FollowUp, UNIT);
        let said = platform.act(&own, &case, bad()).await;
        assert_eq!(refused(said), "refused/own_work");
        let claimed = platform.app.claim_follow_up(&own, &case).await;
        assert_eq!(refused(claimed), "refused/own_work");
        let next = platform.app.next_follow_up(&own).await.unwrap();
        assert!(next.sheet.is_none());
        let link = platform
            .app
            .print_rating_link(&own, &case, &platform.key())
            .await;
        assert_eq!(refused(link), "refused/own_work");
        let clerk = platform.app.next_follow_up(&clerk(UNIT)).await;
        assert_eq!(refused(clerk), "forbidden");
    }
}

#[tokio::test]
async fn r86_whoever_nobody_calls_gets_a_link_and_it_is_used_once() {
    for kind in [StoreKind::Sqlite, StoreKind::Postgres] {
        let platform = Platform::open(Desk::Hotline, kind).await;
        called(&platform, 1_000).await;
        let case = closed(&platform, 1).await;
        let id = case.brief.id.as_str();
        let app = &platform.app;
        assert_eq!(
            app.ask_for_ratings().await.unwrap(),
            0,
            "a call is due first"
        );
        platform.clock.advance(5 * DAY);
        assert_eq!(app.ask_for_ratings().await.unwrap(), 1);
        assert_eq!(app.ask_for_ratings().await.unwrap(), 0, "once");
        let desk = app.follow_up_desk(&follow_up(Desk::Hotline)).await.unwrap();
        let asked = desk.sample.iter().find(|rate| rate.name == "asked");
        assert_eq!(asked.map(|r| (r.count, r.of)), Some((1, 1)));
        // Whoever sends it works the token out; the log and the store have its digest.
        let path = app.rating_path(id, platform.clock.now());
        let token = path.rsplit('=').next().unwrap().to_owned();
        let page = app.rating_page(&token).await.unwrap();
        assert!(page.with_unit && page.reply.as_deref() == Some("已责令停工"));
        let form = LinkRating {
            t: token.clone(),
            reached: "yes".to_owned(),
            solved: "solved".to_owned(),
            desk: "5".to_owned(),
            unit: "2".to_owned(),
            words: "太慢".to_owned(),
            lang: String::new(),
        };
        let home = Visitor {
            address: "192.0.2.7".to_owned(),
            agent: "browser".to_owned(),
        };
        let half = LinkRating {
            unit: String::new(),
            ..form.clone()
        };
        assert_eq!(refused(app.rate_by_link(&half, &home).await), "invalid");
        app.rate_by_link(&form, &home).await.unwrap();
        assert_eq!(refused(app.rate_by_link(&form, &home).await), "not_found");
        assert_eq!(refused(app.rating_page(&token).await), "not_found");
        // A bad rating is called back, every one of them.
        let desk = app.follow_up_desk(&follow_up(Desk::Hotline)).await.unwrap();
        assert_eq!(desk.bad.len(), 1);
        assert_eq!(desk.bad[0].kind, "bad_rating");
        let log = platform.app.store().events(id, 0, 100).await.unwrap();
        let bodies: String = log.iter().map(|row| row.body.as_str()).collect();
        assert!(
            !bodies.contains(&token) && !bodies.contains("太慢"),
            "law 10"
        );
        assert!(log.iter().any(|row| row.kind == "rating_asked"));
    }
}

#[tokio::test]
async fn many_ratings_from_one_device_wait_to_be_looked_at() {
    for kind in [StoreKind::Sqlite, StoreKind::Postgres] {
        let platform = Platform::open(Desk::Hotline, kind).await;
        called(&platform, 0).await;
        let app = &platform.app;
        let office = Visitor {
            address: "192.0.2.9".to_owned(),
            agent: "one browser".to_owned(),
        };
        let mut last = String::new();
        for n in 1..=4 {
            let case = closed(&platform, n).await.brief.id;
            app.ask_for_ratings().await.unwrap();
            let path = app.rating_path(&case, platform.clock.now());
            let form = LinkRating {
                t: path.rsplit('=').next().unwrap().to_owned(),
                reached: "yes".to_owned(),
                solved: "solved".to_owned(),
                desk: "5".to_owned(),
                unit: "5".to_owned(),
                ..LinkRating::default()
            };
            app.rate_by_link(&form, &office).await.unwrap();
            platform.clock.advance(MINUTE);
            last = case;
        }
        let who = follow_up(Desk::Hotline);
        let desk = app.follow_up_desk(&who).await.unwrap();
        assert_eq!(desk.flagged.len(), 1, "the fourth");
        assert_eq!(desk.flagged[0].case, last);
        let unit = desk.today.iter().find(|rate| rate.name == "unit").unwrap();
        assert_eq!((unit.count, unit.of), (3, 3), "not counted until looked at");
        let check =
            json!({"command": "check_rating", "counted": false, "reason": "同一设备集中评价"});
        let own = person(Role::FollowUp, UNIT);
        let by_unit = platform.act(&own, &last, check.clone()).await;
        assert_eq!(refused(by_unit), "refused/own_work");
        platform.act(&who, &last, check).await.unwrap();
        let desk = app.follow_up_desk(&who).await.unwrap();
        assert!(desk.flagged.is_empty());
        let unit = desk.today.iter().find(|rate| rate.name == "unit").unwrap();
        assert_eq!((unit.count, unit.of), (3, 3));
    }
}

#[tokio::test]
async fn a_booked_call_comes_at_its_time_and_a_missed_one_within_calling_hours() {
    for kind in [StoreKind::Sqlite, StoreKind::Postgres] {
        let platform = Platform::open(Desk::Hotline, kind).await;
        called(&platform, 1_000).await;
        let case = closed(&platform, 1).await.brief.id;
        let app = &platform.app;
        let who = follow_up(Desk::Hotline);
        // 18:00: four hours later it is night, so it is tried in the morning.
        platform.clock.advance(9 * HOUR);
        let missed = json!({"command": "follow_up", "reached": false,
            "reasons": {"reached": "no_answer"}, "note": "无人接听"});
        platform.act(&who, &case, missed).await.unwrap();
        let desk = app.follow_up_desk(&who).await.unwrap();
        let from = desk.booked[0].from_at.unwrap();
        let calendar = domain::clock::Calendar::plain();
        assert_eq!(calendar.minute_of_day(from), 510);
        assert!(app.next_follow_up(&who).await.unwrap().sheet.is_none());
        platform.clock.advance(from - platform.clock.now());
        let sheet = app.next_follow_up(&who).await.unwrap().sheet.unwrap();
        assert_eq!(sheet.item.tries, 1);
        let at = platform.clock.now() + 30 * HOUR;
        let booked = json!({"command": "follow_up", "reached": false, "booked_at": at,
            "reasons": {"reached": "later"}, "note": "明天下午再打"});
        platform.act(&who, &case, booked).await.unwrap();
        let desk = app.follow_up_desk(&who).await.unwrap();
        assert!(desk.booked[0].booked);
        assert_eq!(desk.booked[0].from_at, Some(at));
    }
}

#[tokio::test]
async fn who_left_no_number_has_a_reason_and_the_parts_are_the_whole() {
    for kind in [StoreKind::Sqlite, StoreKind::Postgres] {
        let platform = Platform::open(Desk::Hotline, kind).await;
        called(&platform, 500).await;
        let mut nobody = Caller::says("想问问社保怎么办理").contact();
        nobody.caller_number.clear();
        nobody.contact_number.clear();
        nobody.then = Some(json!({"command": "answer", "text": "已告知"}));
        platform
            .take(&operator(Desk::Hotline), nobody)
            .await
            .unwrap();
        for n in 1..=6 {
            closed(&platform, n).await;
        }
        platform.clock.advance(6 * DAY);
        while platform.app.ask_for_ratings().await.unwrap() > 0 {}
        let desk = platform
            .app
            .follow_up_desk(&person(Role::Assessor, desk_unit(Desk::Hotline)))
            .await
            .unwrap();
        let rate = |name: &str| desk.sample.iter().find(|rate| rate.name == name).unwrap();
        assert_eq!((rate("to_ask").count, rate("to_ask").of), (6, 7));
        assert_eq!(rate("by_call").count + rate("by_link").count, 6);
        assert_eq!((rate("asked").count, rate("asked").of), (6, 6));
        assert_eq!(desk.not_asked.len(), 1);
        assert_eq!(desk.not_asked[0].reason, "no_contact");
        assert_eq!(desk.not_asked[0].count, 1);
    }
}

#[tokio::test]
async fn bad_rules_are_refused_and_the_old_ones_stay() {
    for kind in [StoreKind::Sqlite, StoreKind::Postgres] {
        let platform = Platform::open(Desk::Hotline, kind).await;
        let actor = lead(Desk::Hotline);
        let held = platform.app.follow_up_rules(&actor).await.unwrap();
        let mut new = NewFollowRules {
            over: 0,
            text: held.text.replace("share = 200", "share = 2000"),
            reason: "写错的规则".to_owned(),
        };
        let change = async |actor: &Actor, new: &NewFollowRules| {
            let key: CommandKey = platform.key();
            platform.app.change_follow_up_rules(actor, new, &key).await
        };
        assert_eq!(refused(change(&actor, &new).await), "invalid");
        let after = platform.app.follow_up_rules(&actor).await.unwrap();
        assert_eq!((after.version, after.text), (0, held.text.clone()));
        let caller = follow_up(Desk::Hotline);
        assert_eq!(refused(change(&caller, &new).await), "forbidden");
        new.text = held.text.replace("望澜2026.1", "望澜2026.2");
        change(&actor, &new).await.unwrap();
        assert_eq!(refused(change(&actor, &new).await), "conflict");
    }
}

#[tokio::test]
async fn r118_an_inspection_is_planned_and_ended_once_and_the_inspected_do_not_read_it() {
    for kind in [StoreKind::Sqlite, StoreKind::Postgres] {
        let platform = Platform::open(Desk::Hotline, kind).await;
        let app = &platform.app;
        let supervisor = person(Role::Supervisor, desk_unit(Desk::Hotline));
        let plan = InspectionOrder::Plan {
            kind: "covert".to_owned(),
            way: "call".to_owned(),
            unit: UNIT.to_owned(),
            subject: "夜间值班电话是否接听".to_owned(),
            planned_at: platform.clock.now() + DAY,
        };
        let view = app
            .change_inspection(&supervisor, &plan, &platform.key())
            .await
            .unwrap();
        let end = InspectionOrder::End {
            id: view.id.clone(),
            result: "faults".to_owned(),
            finding: "三次拨打，一次无人接听".to_owned(),
            case_no: String::new(),
        };
        let done = app
            .change_inspection(&supervisor, &end, &platform.key())
            .await
            .unwrap();
        assert_eq!(
            (done.state.as_str(), done.result.as_str()),
            ("done", "faults")
        );
        let twice = app
            .change_inspection(&supervisor, &end, &platform.key())
            .await;
        assert_eq!(refused(twice), "invalid");
        for who in [operator(Desk::Hotline), lead(Desk::Hotline), clerk(UNIT)] {
            assert_eq!(refused(app.inspections(&who).await), "forbidden");
        }
        let assessor = person(Role::Assessor, desk_unit(Desk::Hotline));
        assert!(!app.inspections(&assessor).await.unwrap().may_inspect);
        let tries = app
            .change_inspection(&assessor, &plan, &platform.key())
            .await;
        assert_eq!(refused(tries), "forbidden");
    }
}
