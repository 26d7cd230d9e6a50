//! What a desk does with cases beside dispatching: parts, merges, links, returns of callers,
//! repeated commands (laws 1, 3, 8; R38).

use crate::story::{push, twin_at};
use app::{AppError, CommandKey};
use domain::case::Relation;
use domain::desk::Desk;
use serde_json::json;
use testkit::contact::SITE_NOISE;
use testkit::people::{clerk, lead, operator};
use testkit::{Caller, DAY, Pair, Platform, StoreKind, check_pair, check_platform};

async fn hotline() -> Platform {
    Platform::open(Desk::Hotline, StoreKind::Sqlite).await
}

#[tokio::test]
async fn parts_block_the_whole_until_each_is_closed_and_reopen_it() {
    let hotline = hotline().await;
    let chief = lead(Desk::Hotline);
    let city = clerk("urban-management");
    let order = json!({"command": "dispatch", "lead": "urban-management"});
    let contact = Caller::says(SITE_NOISE).then(order).contact();
    let whole = hotline.take(&chief, contact).await.unwrap().brief.id;
    let split = json!({"command": "split", "parts": [
        {"narrative": "工地夜间打桩"}, {"narrative": "渣土车洒了一路土"},
    ]});
    let view = hotline.act(&chief, &whole, split).await.unwrap();
    let parts = view.open_children.clone();
    assert_eq!(parts.len(), 2);
    let part = hotline.app.case(&chief, &parts[1]).await.unwrap();
    assert_eq!(part.parent.as_deref(), Some(whole.as_str()));
    assert_eq!(part.brief.matter.as_deref(), Some("H2-5"), "triaged anew");
    assert_eq!(part.person.caller_number, "10000000042");

    let result = json!({
        "command": "give_result", "leg": "a1", "text": "已处理", "public_reply": "已处理",
        "solved": "solved",
    });
    let sign = json!({"command": "sign", "leg": "a1"});
    hotline.act(&city, &whole, sign).await.unwrap();
    let blocked = hotline.act(&city, &whole, result.clone()).await;
    assert_eq!(blocked.unwrap_err().key(), "refused/part_open");
    for part in &parts {
        let answer = json!({"command": "answer", "text": "已答复"});
        hotline.act(&chief, part, answer).await.unwrap();
    }
    let view = hotline.app.case(&chief, &whole).await.unwrap();
    assert_eq!(view.closed_children.len(), 2);
    hotline.act(&city, &whole, result).await.unwrap();
    for step in [
        json!({"command": "review", "passed": true, "reason": ""}),
        json!({"command": "close"}),
    ] {
        hotline.act(&chief, &whole, step).await.unwrap();
    }
    let again = json!({"command": "reopen", "reason": "又施工了"});
    hotline.act(&chief, &parts[0], again).await.unwrap();
    let view = hotline.app.case(&chief, &whole).await.unwrap();
    assert_ne!(view.brief.status, "closed", "a part reopens the whole");
    assert_eq!(view.open_children, [parts[0].clone()]);
    check_platform(&hotline).await;
}

#[tokio::test]
async fn a_second_caller_is_merged_into_the_open_case_and_both_know() {
    let hotline = hotline().await;
    let chief = lead(Desk::Hotline);
    let first = Caller::says(SITE_NOISE).contact();
    let first = hotline.take(&chief, first).await.unwrap().brief.id;
    let second = Caller::says(SITE_NOISE).number(43).contact();
    let second = hotline.take(&chief, second).await.unwrap().brief.id;
    let itself = json!({"command": "merge_into", "into": first});
    let refused = hotline.act(&chief, &first, itself.clone()).await;
    assert!(refused.is_err(), "into itself");
    let merged = hotline.act(&chief, &second, itself).await.unwrap();
    assert_eq!(merged.brief.outcome.as_deref(), Some("merged"));
    assert_eq!(merged.brief.status, "closed");
    assert_eq!(merged.links[0].case, first);
    let kept = hotline.app.case(&chief, &first).await.unwrap();
    assert_eq!(kept.links[0].case, second);
    assert_eq!(kept.links[0].relation, Relation::Merged);
    assert_ne!(kept.brief.status, "closed");
    // Into a closed one nothing is merged, and nothing half happens.
    let third = Caller::says(SITE_NOISE).number(44).contact();
    let third = hotline.take(&chief, third).await.unwrap().brief.id;
    let into = json!({"command": "merge_into", "into": second});
    assert!(hotline.act(&chief, &third, into).await.is_err());
    let third = hotline.app.case(&chief, &third).await.unwrap();
    assert_eq!(third.brief.status, "taken");
    check_platform(&hotline).await;
}

#[tokio::test]
async fn cases_are_linked_both_ways_and_once() {
    let hotline = hotline().await;
    let chief = lead(Desk::Hotline);
    let mut cases = Vec::new();
    for n in 0..2 {
        let contact = Caller::says(SITE_NOISE).number(n).contact();
        cases.push(hotline.take(&chief, contact).await.unwrap().brief.id);
    }
    let link = json!({"command": "link", "other": cases[1], "relation": "related"});
    hotline.act(&chief, &cases[0], link.clone()).await.unwrap();
    let other = hotline.app.case(&chief, &cases[1]).await.unwrap();
    assert_eq!(other.links[0].case, cases[0]);
    let twice = hotline.act(&chief, &cases[0], link).await;
    assert_eq!(twice.unwrap_err().key(), "refused/linked_already");
    check_platform(&hotline).await;
}

/// R38: the same caller with the same matter, after it was handed over, is a backflow.
#[tokio::test]
async fn r38_a_caller_who_comes_back_after_a_hand_over_is_recognised() {
    let mut pair = Pair::open(StoreKind::Sqlite).await;
    let desk = operator(Desk::Police);
    let contact = || Caller::says(SITE_NOISE).contact();
    let first = Caller::says(SITE_NOISE).then(push()).contact();
    let first = pair.police.take(&desk, first).await.unwrap();
    // Not yet accepted: the caller urges, this is no backflow.
    let soon = pair.police.take(&desk, contact()).await.unwrap();
    assert!(soon.links.is_empty());
    pair.settle().await;
    let twin = twin_at(&pair.hotline, &first).await;
    let accept = json!({"command": "accept_offer"});
    pair.hotline
        .act(&lead(Desk::Hotline), &twin.brief.id, accept)
        .await
        .unwrap();
    pair.settle().await;
    pair.clock.advance(10 * DAY);
    let back = pair.police.take(&desk, contact()).await.unwrap();
    assert_eq!(back.links.len(), 1);
    assert_eq!(back.links[0].case, first.brief.id);
    assert_eq!(back.links[0].relation, Relation::Backflow);
    // Somebody else at the same place with the same matter, too.
    let other = Caller::says(SITE_NOISE).number(7).at("镜湖路 18号3栋502室");
    let other = pair.police.take(&desk, other.contact()).await.unwrap();
    assert_eq!(other.links[0].case, first.brief.id);
    // Another matter is none; nor is a return long after.
    let another = pair
        .police
        .take(&desk, Caller::says("停水三天了").contact())
        .await
        .unwrap();
    assert!(another.links.is_empty());
    pair.clock.advance(31 * DAY);
    let late = pair.police.take(&desk, contact()).await.unwrap();
    assert!(late.links.is_empty());
    pair.settle().await;
    check_pair(&pair).await;
}

/// Law 3: a repeat gets the first answer and does nothing; a key for something else is refused.
#[tokio::test]
async fn law_3_a_repeated_command_gets_its_first_answer() {
    for kind in [StoreKind::Sqlite, StoreKind::Postgres] {
        let mut hotline = Platform::open(Desk::Hotline, kind).await;
        let chief = lead(Desk::Hotline);
        let key = hotline.key();
        let contact = || Caller::says(SITE_NOISE).contact();
        let first = hotline.app.take(&chief, contact(), &key).await.unwrap();
        hotline.note(key.clone(), &first.brief.id);
        hotline.restart().await;
        let again = hotline.app.take(&chief, contact(), &key).await.unwrap();
        assert_eq!(again.brief.id, first.brief.id);
        assert_eq!(again.brief.no, first.brief.no);
        let other = CommandKey {
            digest: "another request".to_owned(),
            ..key.clone()
        };
        let reused = hotline.app.take(&chief, contact(), &other).await;
        assert!(matches!(reused, Err(AppError::KeyReused)), "{reused:?}");

        let urge = json!({"command": "urge", "note": "请尽快"});
        let key = hotline.key();
        let case = first.brief.id.as_str();
        for _ in 0..3 {
            let view = hotline
                .app
                .act(&chief, case, urge.clone(), None, &key)
                .await;
            assert_eq!(view.unwrap().urged, 1);
        }
        hotline.note(key.clone(), case);
        let other = CommandKey {
            digest: "another request".to_owned(),
            ..key
        };
        let reused = hotline.app.act(&chief, case, urge, None, &other).await;
        assert!(matches!(reused, Err(AppError::KeyReused)));
        check_platform(&hotline).await;
    }
}

/// A screen that shows an old version is told so; without a version the command is decided anew.
#[tokio::test]
async fn a_command_upon_an_old_version_is_a_conflict() {
    let hotline = hotline().await;
    let chief = lead(Desk::Hotline);
    let contact = Caller::says(SITE_NOISE).contact();
    let seen = hotline.take(&chief, contact).await.unwrap();
    let urge = || json!({"command": "urge", "note": "请尽快"});
    let case = seen.brief.id.as_str();
    hotline.act(&chief, case, urge()).await.unwrap();
    let key = hotline.key();
    let version = Some(seen.brief.version);
    let old = hotline.app.act(&chief, case, urge(), version, &key).await;
    let Err(AppError::Conflict { actual }) = old else {
        panic!("{old:?}")
    };
    assert_eq!(actual, seen.brief.version + 1);
    let now = Some(actual);
    let done = hotline.app.act(&chief, case, urge(), now, &key).await;
    assert_eq!(done.unwrap().urged, 2);
    check_platform(&hotline).await;
}

/// Many hands on one case at once: each command is carried out, once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twelve_hands_on_one_case_at_once_lose_nothing() {
    let hotline = std::sync::Arc::new(hotline().await);
    let chief = lead(Desk::Hotline);
    let contact = Caller::says(SITE_NOISE).contact();
    let case = hotline.take(&chief, contact).await.unwrap().brief.id;
    let mut hands = Vec::new();
    for hand in 0..12 {
        let (hotline, case, chief) = (hotline.clone(), case.clone(), chief.clone());
        hands.push(tokio::spawn(async move {
            for n in 0..5 {
                let urge = json!({"command": "urge", "note": format!("{hand}-{n}")});
                let key = hotline.key();
                // "Too busy" is an honest answer; the same command is sent again.
                loop {
                    match hotline
                        .app
                        .act(&chief, &case, urge.clone(), None, &key)
                        .await
                    {
                        Ok(_) => break hotline.note(key, &case),
                        Err(AppError::Unavailable(_)) => {}
                        Err(other) => panic!("{other:?}"),
                    }
                }
            }
        }));
    }
    for hand in hands {
        hand.await.unwrap();
    }
    let view = hotline.app.case(&chief, &case).await.unwrap();
    assert_eq!(view.urged, 60);
    check_platform(&hotline).await;
}

/// Two programs on one server, by mistake with the same digit: no number twice, nothing lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_programs_on_one_database_give_no_number_twice() {
    let one = Platform::open(Desk::Hotline, StoreKind::Postgres).await;
    let two = Platform::open_with(
        testkit::Settings::of(Desk::Hotline),
        testkit::Ground::at(&one.ground().address()),
        std::sync::Arc::clone(&one.clock),
        77,
    )
    .await;
    let sides = [std::sync::Arc::new(one), std::sync::Arc::new(two)];
    let mut desks = Vec::new();
    for (n, side) in sides.iter().enumerate() {
        let side = std::sync::Arc::clone(side);
        desks.push(tokio::spawn(async move {
            let desk = operator(Desk::Hotline);
            let mut numbers = Vec::new();
            for call in 0..40 {
                let contact = Caller::says(SITE_NOISE).number(call).contact();
                let key = CommandKey {
                    id: format!("program-{n}-{call}"),
                    digest: String::new(),
                };
                let view = side.app.take(&desk, contact, &key).await.unwrap();
                side.note(key, &view.brief.id);
                numbers.push(view.brief.no);
            }
            numbers
        }));
    }
    let mut numbers = Vec::new();
    for desk in desks {
        numbers.extend(desk.await.unwrap());
    }
    numbers.sort();
    numbers.dedup();
    assert_eq!(numbers.len(), 80);
    for side in &sides {
        check_platform(side).await;
    }
}
