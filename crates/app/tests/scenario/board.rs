//! The desk lead's board, who is at a seat, and what a unit's own list says (R16, R17, R45, R83).

use app::clock::Clock as _;
use app::view::{Doing, NewContact};
use app::{AppError, CaseQuery};
use domain::desk::{Channel, Desk};
use domain::right::{Actor, Role};
use serde_json::json;
use std::collections::BTreeSet;
use testkit::contact::{GAMBLING, SITE_NOISE};
use testkit::people::{clerk, lead, operator};
use testkit::{Caller, HOUR, MINUTE, Pair, Platform, StoreKind};

/// A lane's count, oldest and numbers.
async fn lane(platform: &Platform, name: &str) -> (i64, Option<i64>, Vec<String>) {
    let board = platform.app.board(&lead(platform.desk)).await.unwrap();
    let lane = board.lanes.into_iter().find(|l| l.lane == name).unwrap();
    let cases = lane.items.iter().map(|i| i.case.id.clone()).collect();
    (lane.count, lane.oldest_at, cases)
}

#[tokio::test]
async fn each_kind_of_decision_has_its_lane_and_the_longest_waiting_comes_first() {
    let mut pair = Pair::open(StoreKind::Sqlite).await;
    let chief = lead(Desk::Hotline);
    let begin = pair.clock.now();
    let mut taken = Vec::new();
    for n in 0..3 {
        let contact = Caller::says(SITE_NOISE).number(n).contact();
        taken.push(pair.hotline.take(&chief, contact).await.unwrap().brief.id);
        pair.clock.advance(MINUTE);
    }
    let (count, oldest, cases) = lane(&pair.hotline, "undecided").await;
    assert_eq!((count, oldest), (3, Some(begin)));
    assert_eq!(cases, taken, "the first one waits longest");

    // A unit wants to be rid of one: it waits since then, not since the call.
    let order = json!({"command": "dispatch", "lead": "urban-management"});
    pair.hotline.act(&chief, &taken[0], order).await.unwrap();
    pair.clock.advance(HOUR);
    let back = json!({"command": "ask_return", "leg": "a1", "reason": "不属本单位职责"});
    let city = clerk("urban-management");
    pair.hotline.act(&city, &taken[0], back).await.unwrap();
    let asked = pair.clock.now();
    pair.clock.advance(MINUTE);
    let board = pair.hotline.app.board(&chief).await.unwrap();
    let returned = board.lanes.iter().find(|l| l.lane == "return").unwrap();
    assert_eq!((returned.count, returned.oldest_at), (1, Some(asked)));
    assert_eq!(returned.items[0].reason, "不属本单位职责");

    // What both have to agree on is another lane than what can be taken; both arrive as offers.
    for (id, mode) in [(&taken[1], "push"), (&taken[2], "consult")] {
        let hand = json!({"command": "hand_over", "link": testkit::LINK, "mode": mode});
        pair.hotline.act(&chief, id, hand).await.unwrap();
    }
    pair.settle().await;
    assert_eq!(lane(&pair.police, "incoming").await.0, 1);
    assert_eq!(lane(&pair.police, "consult").await.0, 1);
    assert_eq!(lane(&pair.hotline, "undecided").await.0, 0);

    // Nobody answers in time: it waits since the limit passed.
    pair.clock.advance(HOUR);
    pair.sweep().await;
    let (count, oldest, _) = lane(&pair.hotline, "timed_out").await;
    assert_eq!(count, 2);
    assert_eq!(oldest, Some(asked + MINUTE + 30 * MINUTE));
}

/// Whatever way a matter comes in, it stands on the one board, is dispatched from there by the one command, and whoever
/// commands reaches the unit that works on it (统一接报、统一调度、统一指挥).
#[tokio::test]
async fn r131_every_way_in_ends_on_one_board_and_under_one_command() {
    let mut pair = Pair::open(StoreKind::Sqlite).await;
    let chief = lead(Desk::Hotline);
    let ways = [
        Channel::Phone,
        Channel::Sms,
        Channel::Web,
        Channel::Messenger,
        Channel::Mail,
        Channel::Counter,
        Channel::Import,
    ];
    let mut waiting = Vec::new();
    for (n, channel) in (0..).zip(ways) {
        let contact = NewContact {
            channel,
            ..Caller::says(SITE_NOISE).number(n).contact()
        };
        let taken = pair.hotline.take(&chief, contact).await.unwrap();
        waiting.push(taken.brief.id);
        pair.clock.advance(MINUTE);
    }
    // The eighth way: the other platform's.
    let hand = json!({"command": "hand_over", "link": testkit::LINK, "mode": "push"});
    let crossing = Caller::says(SITE_NOISE).number(99).then(hand).contact();
    pair.police
        .take(&operator(Desk::Police), crossing)
        .await
        .unwrap();
    pair.settle().await;
    let (_, _, incoming) = lane(&pair.hotline, "incoming").await;
    assert_eq!(incoming.len(), 1);
    let accept = json!({"command": "accept_offer"});
    pair.hotline
        .act(&chief, &incoming[0], accept)
        .await
        .unwrap();
    waiting.extend(incoming);

    let (count, _, cases) = lane(&pair.hotline, "undecided").await;
    assert_eq!(count, 8);
    assert_eq!(
        cases.iter().collect::<BTreeSet<_>>(),
        waiting.iter().collect()
    );
    for case in &waiting {
        let order = json!({"command": "dispatch", "lead": "urban-management"});
        pair.hotline.act(&chief, case, order).await.unwrap();
        let instruct =
            json!({"command": "instruct", "leg": "a1", "text": "先到现场，十分钟内报告"});
        pair.hotline.act(&chief, case, instruct).await.unwrap();
        let seen = pair
            .hotline
            .app
            .case(&clerk("urban-management"), case)
            .await
            .unwrap();
        assert!(seen.legs[0].instruction.is_some());
    }
    assert_eq!(lane(&pair.hotline, "undecided").await.0, 0);
}

#[tokio::test]
async fn law_10_the_board_is_for_those_who_may_read_the_desk_and_its_cases() {
    let hotline = Platform::open(Desk::Hotline, StoreKind::Sqlite).await;
    let with = |role| Actor {
        roles: vec![role],
        ..lead(Desk::Hotline)
    };
    for role in Role::ALL {
        let answer = hotline.app.board(&with(*role)).await;
        let lets = matches!(
            role,
            Role::Operator
                | Role::Lead
                | Role::FollowUp
                | Role::Supervisor
                | Role::Assessor
                | Role::Commander
        );
        assert_eq!(answer.is_ok(), lets, "{role:?}");
        if let Err(error) = answer {
            assert!(matches!(error, AppError::Forbidden));
        }
    }
    let seats = hotline.app.seats(&clerk("urban-management")).await;
    assert!(matches!(seats, Err(AppError::Forbidden)));
}

#[tokio::test]
async fn r17_a_seat_is_there_while_its_line_is_and_shows_how_loaded_it_is() {
    let hotline = Platform::open(Desk::Hotline, StoreKind::Sqlite).await;
    let account = app::NewAccount {
        login: "op".to_owned(),
        name: "试验乙".to_owned(),
        password: "a long enough password".to_owned(),
        roles: vec![Role::Operator],
        unit: "desk-12345".to_owned(),
    };
    hotline.app.make_account(&account).await.unwrap();
    let (token, me) = hotline
        .app
        .sign_in("op", "a long enough password")
        .await
        .unwrap();
    let session = hotline.app.session(&token).await.unwrap().unwrap();
    let actor = session.actor.clone();
    for n in 0..2 {
        let contact = Caller::says(SITE_NOISE).number(n).contact();
        hotline.take(&actor, contact).await.unwrap();
    }
    let chief = lead(Desk::Hotline);
    assert!(hotline.app.seats(&chief).await.unwrap().seats.is_empty());

    let first = hotline.app.sit(&actor);
    let second = hotline.app.sit(&actor);
    until(&hotline, |rows| rows == 2).await;
    hotline.app.say_seat(&actor, 2, false).await.unwrap();
    let seats = hotline.app.seats(&chief).await.unwrap().seats;
    assert_eq!(seats.len(), 1, "two windows of one person are one seat");
    assert_eq!(seats[0].account, me.account.id);
    assert_eq!((seats[0].drafts, seats[0].taken), (2, 2));
    assert_eq!(seats[0].state, "busy");
    // An hour later nothing was taken in the last hour; the line is still open.
    hotline.clock.advance(HOUR + 1);
    hotline.app.say_seat(&actor, 0, true).await.unwrap();
    let seats = hotline.app.seats(&chief).await.unwrap().seats;
    assert_eq!((seats[0].taken, seats[0].state.as_str()), (0, "away"));

    drop(first);
    assert_eq!(hotline.app.seats(&chief).await.unwrap().seats.len(), 1);
    drop(second);
    assert!(hotline.app.seats(&chief).await.unwrap().seats.is_empty());
    until(&hotline, |rows| rows == 0).await;
    let wrong = hotline.app.say_seat(&actor, -1, false).await;
    assert!(matches!(wrong, Err(AppError::Invalid(_))));
}

/// Two people on one case are told of each other before they collide, on whatever process they are.
async fn presence(kind: StoreKind) {
    let hotline = Platform::open(Desk::Hotline, kind).await;
    let (chief, desk) = (lead(Desk::Hotline), operator(Desk::Hotline));
    let contact = Caller::says(SITE_NOISE).contact();
    let case = hotline.take(&desk, contact).await.unwrap().brief.id;
    let other = hotline.beside().await;
    let others = async |app: &app::App, who: &Actor, doing: Doing| {
        let view = app.present(who, &case, doing).await.unwrap();
        let seen = view.others.into_iter();
        seen.map(|each| (each.name, each.doing)).collect::<Vec<_>>()
    };
    assert!(
        others(&hotline.app, &chief, Doing::Looking)
            .await
            .is_empty()
    );
    let seen = others(&other, &desk, Doing::Writing).await;
    assert_eq!(seen, [(chief.name.clone(), Doing::Looking)]);
    let seen = others(&hotline.app, &chief, Doing::Looking).await;
    assert_eq!(seen, [(desk.name.clone(), Doing::Writing)]);
    let stranger = clerk("urban-management");
    let refused = other.present(&stranger, &case, Doing::Looking).await;
    assert!(matches!(refused, Err(AppError::NotFound)));
    others(&other, &desk, Doing::Leaving).await;
    assert!(
        others(&hotline.app, &chief, Doing::Looking)
            .await
            .is_empty()
    );
    // Who says nothing more has left, whatever became of the page.
    hotline.clock.advance(MINUTE);
    assert!(others(&other, &desk, Doing::Looking).await.is_empty());
}

#[tokio::test]
async fn two_people_on_one_case_hear_of_each_other_sqlite() {
    presence(StoreKind::Sqlite).await;
}

#[tokio::test]
async fn two_people_on_one_case_hear_of_each_other_on_two_processes_pg() {
    presence(StoreKind::Postgres).await;
}

/// Several processes on one database: what the other one wrote counts while it vouches for it.
#[tokio::test]
async fn a_seat_of_another_process_counts_until_nobody_vouches_for_it() {
    let mut hotline = Platform::open(Desk::Hotline, StoreKind::Sqlite).await;
    let account = app::NewAccount {
        login: "op".to_owned(),
        name: "试验乙".to_owned(),
        password: "a long enough password".to_owned(),
        roles: vec![Role::Operator],
        unit: "desk-12345".to_owned(),
    };
    hotline.app.make_account(&account).await.unwrap();
    let (token, _) = hotline
        .app
        .sign_in("op", "a long enough password")
        .await
        .unwrap();
    let session = hotline.app.session(&token).await.unwrap().unwrap();
    let actor = session.actor.clone();
    let sitting = hotline.app.sit(&actor);
    until(&hotline, |rows| rows == 1).await;
    // The same database under another process, which has no line of its own.
    let gone = hotline.app.clone();
    hotline.restart().await;
    let chief = lead(Desk::Hotline);
    assert_eq!(hotline.app.seats(&chief).await.unwrap().seats.len(), 1);
    hotline.clock.advance(2 * MINUTE);
    assert_eq!(hotline.app.seats(&chief).await.unwrap().seats.len(), 1);
    hotline.clock.advance(MINUTE);
    assert!(hotline.app.seats(&chief).await.unwrap().seats.is_empty());
    drop(sitting);
    drop(gone);
}

async fn until(platform: &Platform, holds: impl Fn(usize) -> bool) {
    // Rows are written behind the line's opening; what is waited for is that write. How often one can ask until then depends on
    // the machine.
    let written = async {
        while !holds(platform.app.store().seats().await.unwrap().len()) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), written)
        .await
        .expect("the seat's row never came or never went");
}

#[tokio::test]
async fn a_units_own_list_says_what_has_to_be_done_again_and_who_else_is_on_it() {
    let hotline = Platform::open(Desk::Hotline, StoreKind::Sqlite).await;
    let chief = lead(Desk::Hotline);
    let city = clerk("urban-management");
    let order = json!({
        "command": "dispatch", "lead": "urban-management", "assist": ["ecology"],
    });
    let contact = Caller::says(SITE_NOISE).then(order).contact();
    let id = hotline.take(&chief, contact).await.unwrap().brief.id;
    let mine = async |actor: &Actor| {
        let query = CaseQuery {
            scope: Some("unit".to_owned()),
            ..CaseQuery::default()
        };
        let page = hotline.app.cases(actor, query).await.unwrap();
        page.items[0].my_leg.clone().unwrap()
    };
    let leg = mine(&city).await;
    assert!(!leg.redo && !leg.binding && leg.asked.is_none());
    assert_eq!(leg.together.len(), 1);
    assert!(leg.together[0].contains("生态"), "{:?}", leg.together);
    hotline
        .act(&city, &id, json!({"command": "sign", "leg": "a1"}))
        .await
        .unwrap();
    // Its own next limit, not the other unit's, which has not signed.
    let next = mine(&city).await.next.unwrap();
    assert_eq!(
        (next.stage.as_str(), next.state.as_str()),
        ("feedback", "running")
    );
    assert_eq!(mine(&clerk("ecology")).await.next.unwrap().stage, "sign");
    let more = json!({"command": "ask_extension", "leg": "a1", "by": "2d", "reason": "需会同勘查"});
    hotline.act(&city, &id, more).await.unwrap();
    assert_eq!(mine(&city).await.asked.as_deref(), Some("extension"));
    let no = json!({"command": "decide_extension", "leg": "a1", "granted": false, "reason": "不"});
    hotline.act(&chief, &id, no).await.unwrap();
    let done = json!({
        "command": "give_result", "leg": "a1", "text": "已处理", "public_reply": "已处理完毕",
        "solved": "solved",
    });
    hotline.act(&city, &id, done).await.unwrap();
    assert!(!mine(&city).await.redo);
    let again = json!({"command": "review", "passed": false, "reason": "现场照片不符"});
    hotline.act(&chief, &id, again).await.unwrap();
    let leg = mine(&city).await;
    assert!(leg.redo, "sent back to be done again");
    assert_eq!(leg.state, "signed");
    // The other unit's own line knows nothing of that.
    assert!(!mine(&clerk("ecology")).await.redo);
}

#[tokio::test]
async fn the_lists_texts_for_the_citizen_come_with_their_matter() {
    let hotline = Platform::open(Desk::Hotline, StoreKind::Sqlite).await;
    let rows = hotline.app.matters(&clerk("urban-management")).unwrap();
    let site = rows.iter().find(|row| row.code == "H1-1").unwrap();
    let scopes: Vec<&str> = site.replies.iter().map(|r| r.scope.as_str()).collect();
    assert_eq!(&scopes[..2], ["matter", "group"], "the most special first");
    assert!(scopes[2..].iter().all(|scope| *scope == "any"));
    let gambling = rows.iter().find(|row| row.group == "P1").unwrap();
    assert!(gambling.replies.iter().all(|r| r.name != "限时停工"));
}

#[tokio::test]
async fn r126_a_word_with_the_departure_is_kept_and_the_time_is_the_servers() {
    let police = Platform::open(Desk::Police, StoreKind::Sqlite).await;
    let taker = operator(Desk::Police);
    let order = json!({"command": "dispatch", "lead": "station-central"});
    let contact = Caller::says(GAMBLING).then(order).contact();
    let id = police.take(&taker, contact).await.unwrap().brief.id;
    let crew = clerk("station-central");
    police
        .act(&crew, &id, json!({"command": "sign", "leg": "a1"}))
        .await
        .unwrap();
    police.clock.advance(7 * MINUTE);
    let depart = json!({"command": "depart", "leg": "a1", "note": "09:01 按下，断网后送达"});
    police.act(&crew, &id, depart).await.unwrap();
    police
        .act(&crew, &id, json!({"command": "arrive", "leg": "a1"}))
        .await
        .unwrap();
    let items = police.app.timeline(&taker, &id, 0).await.unwrap().items;
    let of = |kind: &str| items.iter().find(|item| item.kind == kind).unwrap();
    assert_eq!(of("departed").body["note"], "09:01 按下，断网后送达");
    assert_eq!(of("departed").at, police.clock.now());
    assert!(of("arrived").body.get("note").is_none());
    let long = json!({"command": "depart", "leg": "a1", "note": "长".repeat(4_001)});
    assert!(police.act(&crew, &id, long).await.is_err());
}
