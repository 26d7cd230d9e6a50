//! Live updates: every event once and in order to everybody who may see it, however often the
//! line breaks; a unit hears of its own cases only (law 10).

use app::{App, Jobs, LiveItem};
use domain::desk::Desk;
use domain::right::Actor;
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;
use testkit::contact::SITE_NOISE;
use testkit::people::{clerk, lead, operator};
use testkit::{Caller, Dice, Platform, StoreKind, check_platform};
use tokio::sync::watch;

const UNITS: [&str; 3] = ["urban-management", "ecology", "housing"];

fn data(frame: &[u8]) -> (i64, Value) {
    let text = std::str::from_utf8(frame).unwrap();
    assert!(text.ends_with("\n\n"), "one whole event");
    let mut lines = text.lines();
    let id = lines.next().unwrap().strip_prefix("id: ").unwrap();
    assert_eq!(lines.next(), Some("event: case"));
    let data = lines.next().unwrap().strip_prefix("data: ").unwrap();
    (id.parse().unwrap(), serde_json::from_str(data).unwrap())
}

/// Listens until the last position, breaking off now and then and coming back by the last one.
async fn listens(
    app: App,
    actor: Actor,
    from: i64,
    dice: Dice,
    mut end: watch::Receiver<Option<i64>>,
) -> Vec<(i64, Value)> {
    let mut heard: Vec<(i64, Value)> = Vec::new();
    let mut last = from;
    loop {
        let mut stream = app.live(&actor, Some(last));
        let mut left = 1 + dice.below(40);
        loop {
            let item = tokio::select! {
                item = stream.next() => item,
                // The end may be behind already: nothing more will come for a unit.
                known = end.wait_for(|end| end.is_some_and(|end| end <= last)) => {
                    known.unwrap();
                    return heard;
                }
            };
            match item {
                Some(LiveItem::Hello { pos }) => assert_eq!(pos, last),
                Some(LiveItem::Frame(frame)) => {
                    let (pos, data) = data(&frame);
                    assert!(pos > last, "doubled or out of order");
                    last = pos;
                    heard.push((pos, data));
                }
                Some(LiveItem::Reset { .. }) => panic!("it was never that far behind"),
                None => break,
            }
            left -= 1;
            if left == 0 {
                break;
            }
        }
    }
}

async fn works(platform: Arc<Platform>, task: u64) {
    let desk = operator(Desk::Hotline);
    let chief = lead(Desk::Hotline);
    let dice = Dice::new(task);
    for n in 0..12 {
        let unit = UNITS[dice.index(3)];
        let caller = Caller::says(SITE_NOISE).number(task * 100 + n);
        let case = platform.take(&desk, caller.contact()).await.unwrap();
        let case = case.brief.id;
        let city = clerk(unit);
        let order = json!({"command": "dispatch", "lead": unit});
        platform.act(&chief, &case, order).await.unwrap();
        for command in [
            json!({"command": "sign", "leg": "a1"}),
            json!({"command": "report", "leg": "a1", "text": "正在处理"}),
        ] {
            platform.act(&city, &case, command).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_listeners_miss_nothing_and_hear_nothing_twice() {
    let platform = Platform::open(Desk::Hotline, StoreKind::Sqlite).await;
    let platform = Arc::new(platform);
    let jobs = Jobs::start(&platform.app, Vec::new());
    let (tell, end) = watch::channel(None);
    let mut listeners = Vec::new();
    for n in 0..200_u64 {
        let actor = if n % 2 == 0 {
            lead(Desk::Hotline)
        } else {
            clerk(UNITS[usize::try_from(n / 2 % 3).unwrap()])
        };
        let listener = listens(
            platform.app.clone(),
            actor.clone(),
            0,
            Dice::new(n),
            end.clone(),
        );
        listeners.push((actor, tokio::spawn(listener)));
    }
    let tasks: Vec<_> = (0..6)
        .map(|task| tokio::spawn(works(Arc::clone(&platform), task)))
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    // One last event that each unit hears of: whoever hears it is at the end.
    let mut last = BTreeMap::new();
    for unit in UNITS {
        let order = json!({"command": "dispatch", "lead": unit});
        let contact = Caller::says(SITE_NOISE).number(9_999).then(order).contact();
        let desk = operator(Desk::Hotline);
        platform.take(&desk, contact).await.unwrap();
        last.insert(unit, *platform.app.store().positions().borrow());
    }
    let mut log = Vec::new();
    let store = platform.app.store();
    store
        .scan(1, |row| {
            log.push(row.clone());
            ControlFlow::Continue(())
        })
        .await
        .unwrap();
    // The first of those last events; every listener's own last lies at or behind it.
    tell.send(last.values().min().copied()).unwrap();
    let mut since: BTreeMap<String, (String, i64)> = BTreeMap::new();
    for row in &log {
        if row.kind == "dispatched" {
            let body: Value = serde_json::from_str(&row.body).unwrap();
            let unit = body["legs"][0]["unit"].as_str().unwrap().to_owned();
            since.insert(row.case_id.clone(), (unit, row.case_seq));
        }
    }
    for (actor, listener) in listeners {
        let heard = listener.await.unwrap();
        let reached = heard.last().map_or(0, |(pos, _)| *pos);
        assert!(reached >= *last.values().min().unwrap(), "it heard the end");
        let unit = actor.unit.as_str();
        if unit == "desk-12345" {
            let positions: Vec<i64> = heard.iter().map(|(pos, _)| *pos).collect();
            let all: Vec<i64> = (1..=reached).collect();
            assert_eq!(positions, all, "a desk hears everything, once, in order");
            continue;
        }
        let mut positions = BTreeSet::new();
        for (pos, data) in &heard {
            let units = data["units"].as_array().unwrap();
            assert!(units.iter().any(|u| u == unit), "{unit} heard of {data}");
            let (of, _) = &since[data["case"].as_str().unwrap()];
            assert_eq!(of, unit, "a case of somebody else");
            positions.insert(*pos);
        }
        for row in log.iter().filter(|row| row.pos <= reached) {
            let own = since
                .get(&row.case_id)
                .is_some_and(|(of, from)| of == unit && row.case_seq >= *from);
            assert!(
                !own || positions.contains(&row.pos),
                "{unit} missed {}",
                row.pos
            );
        }
    }
    jobs.stop().await;
    check_platform(&platform).await;
}

/// Who was away too long is told to read everything anew.
#[tokio::test]
async fn who_was_away_too_long_is_told_to_read_anew() {
    let platform = Platform::open(Desk::Hotline, StoreKind::Sqlite).await;
    let desk = operator(Desk::Hotline);
    let chief = lead(Desk::Hotline);
    let calls = (0..2_600).map(|n| {
        let contact = Caller::says(SITE_NOISE).number(n).contact();
        platform.take(&desk, contact)
    });
    let calls: Vec<_> = futures_util::stream::iter(calls)
        .buffer_unordered(64)
        .collect()
        .await;
    assert!(calls.iter().all(Result::is_ok));
    let head = *platform.app.store().positions().borrow();
    assert_eq!(head, 5_200);
    let jobs = Jobs::start(&platform.app, Vec::new());
    let mut hears_of = platform.app.live(&chief, None);
    hears_of.next().await.unwrap();
    // The publisher has caught up once it has published something new.
    let contact = Caller::says(SITE_NOISE).contact();
    platform.take(&desk, contact).await.unwrap();
    while let Some(item) = hears_of.next().await {
        // Who reads more slowly than 5,202 frames come is told to read anew instead.
        let caught_up = match &item {
            LiveItem::Frame(frame) => data(frame).0 == head + 2,
            LiveItem::Reset { pos } | LiveItem::Hello { pos } => *pos == head + 2,
        };
        if caught_up {
            break;
        }
    }
    let mut late = platform.app.live(&chief, Some(10));
    let first = late.next().await;
    assert!(matches!(first, Some(LiveItem::Reset { pos }) if pos == head + 2));
    let mut soon = platform.app.live(&chief, Some(head));
    let first = soon.next().await;
    assert!(matches!(first, Some(LiveItem::Hello { pos }) if pos == head));
    let next = soon.next().await;
    assert!(matches!(&next, Some(LiveItem::Frame(frame)) if data(frame).0 == head + 1));
    jobs.stop().await;
}
