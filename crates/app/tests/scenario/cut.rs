//! The link is cut and hundreds of hand-overs pile up; then it comes back in a storm that loses,
//! doubles, delays and reorders, while both desks go on working and either program is stopped and
//! started between any two steps (laws 2, 3, 4; R18, R19, R61, R78).

use crate::player::Player;
use crate::story::push;
use domain::desk::Desk;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use testkit::contact::{GAMBLING, SITE_NOISE};
use testkit::people::operator;
use testkit::{Caller, LINK, Pair, Platform, Side, StoreKind, Weather, check_pair, check_sight};

fn soak() -> bool {
    std::env::var_os("LIANDONG_SOAK").is_some()
}

/// Takes and hands over so many, while nothing crosses. One after the other, so that a night is
/// the same every time it is played.
async fn pile_up(platform: &Platform, words: &str, count: u64) {
    let desk = operator(platform.desk);
    for n in 0..count {
        let contact = Caller::says(words).number(n).then(push()).contact();
        platform.take(&desk, contact).await.unwrap();
    }
}

/// What each side says happened there, by case: kinds in order.
async fn told(platform: &Platform) -> BTreeMap<String, (String, Vec<String>, Vec<String>)> {
    let mut rows = Vec::new();
    let store = platform.app.store();
    store
        .scan_cases(|row| {
            rows.push(row.clone());
            ControlFlow::Continue(())
        })
        .await
        .unwrap();
    let chief = testkit::people::lead(platform.desk);
    let mut stories = BTreeMap::new();
    for row in rows {
        let line = platform.app.timeline(&chief, &row.id, 0).await.unwrap();
        let (mut own, mut heard) = (Vec::new(), Vec::new());
        // What an order's reception here found is this side's own, until the offer stands.
        let case: domain::case::Case = serde_json::from_str(&row.state).unwrap();
        let mut begun = case.first_here;
        for item in line.items {
            let event: domain::case::Event = match serde_json::from_value(item.body.clone()) {
                Ok(event) => event,
                Err(error) => panic!("{}: {error}", item.kind),
            };
            begun |= item.kind == "offer_received";
            if !begun && item.side == "own" {
                continue;
            }
            if !event.is_shared() && item.kind != "detail_added" {
                continue;
            }
            if item.side == "own" {
                own.push(item.kind);
            } else {
                heard.push(item.kind);
            }
        }
        stories.insert(row.id, (row.twin_case, own, heard));
    }
    stories
}

/// What happened there since the twin began is heard here, in its order, each once.
async fn timelines_agree(pair: &Pair) {
    let police = told(&pair.police).await;
    let hotline = told(&pair.hotline).await;
    let mut dead = String::new();
    for side in [&pair.police, &pair.hotline] {
        for letter in side.app.store().outbox_dead(LINK).await.unwrap() {
            let (case, kind, why) = (letter.case_id, letter.kind, letter.reason);
            dead.push_str(&format!("\n{} {case} {kind}: {why}", side.desk));
        }
    }
    let mut twins = 0;
    for (here, there) in [(&police, &hotline), (&hotline, &police)] {
        for (id, (twin, own, heard)) in here {
            let Some((_, theirs, ours)) = there.get(twin) else {
                continue;
            };
            twins += 1;
            assert_eq!(heard, theirs, "{twin} as heard by {id}; dead: {dead}");
            assert_eq!(ours, own, "{id} as heard by {twin}; dead: {dead}");
        }
    }
    assert!(twins > 0);
}

async fn a_night(kind: StoreKind, seed: u64, calls: u64, steps: u64) -> Player {
    let mut pair = Pair::open_with(kind, |_| {}, seed).await;
    pile_up(&pair.police, SITE_NOISE, calls).await;
    pile_up(&pair.hotline, GAMBLING, calls / 5).await;
    let waiting = pair.waiting(Side::Police).await;
    assert_eq!(waiting, i64::try_from(calls).unwrap(), "nothing crossed");
    pair.weather = Weather::storm();
    let mut player = Player::new(seed);
    for _ in 0..steps {
        match pair.dice.below(100) {
            0..=29 => pair.step(Side::Police).await,
            30..=59 => pair.step(Side::Hotline).await,
            60..=75 => player.plays(&pair.police).await,
            76..=93 => player.plays(&pair.hotline).await,
            94 => pair.restart(Side::Police).await,
            95 => pair.restart(Side::Hotline).await,
            _ => {
                let jump = i64::try_from(pair.dice.below(20)).unwrap();
                pair.clock.advance(jump * testkit::MINUTE);
                pair.sweep().await;
            }
        }
    }
    pair.settle().await;
    check_pair(&pair).await;
    timelines_agree(&pair).await;
    check_sight(&pair.police, &["station-central", "traffic-police"]).await;
    check_sight(&pair.hotline, &["urban-management", "ecology"]).await;
    let crossed = pair.hotline.app.store().applied_watermark(LINK).await;
    assert!(crossed.unwrap() >= i64::try_from(calls).unwrap());
    player
}

#[tokio::test]
async fn law_4_what_piled_up_crosses_once_and_in_order_through_storm_and_restarts_sqlite() {
    let (calls, steps) = if soak() { (10_000, 20_000) } else { (500, 700) };
    let player = a_night(StoreKind::Sqlite, 1, calls, steps).await;
    player.assert_busy();
}

#[tokio::test]
async fn law_4_what_piled_up_crosses_once_and_in_order_through_storm_and_restarts_postgres() {
    a_night(StoreKind::Postgres, 2, 60, 250).await;
}

/// Fewer cases, more hands on each: where acceptances, withdrawals, returns and arbitrations meet.
#[tokio::test]
async fn law_2_many_short_nights_with_few_cases_leave_one_holder_each() {
    let nights = if soak() { 200 } else { 24 };
    let mut all = Player::new(0);
    for seed in 100..100 + nights {
        println!("night {seed}");
        all.learn(&a_night(StoreKind::Sqlite, seed, 5, 400).await);
    }
    all.assert_busy();
    all.assert_crossed();
}

/// After a night without the link the comparison travels with what it compares.
#[tokio::test]
async fn a_comparison_in_the_batch_of_what_it_counts_finds_both_sides_alike() {
    let mut pair = Pair::open(StoreKind::Sqlite).await;
    pile_up(&pair.police, SITE_NOISE, 3).await;
    pair.police.app.send_summary(LINK).await.unwrap();
    pile_up(&pair.police, SITE_NOISE, 1).await;
    pair.settle().await;
    let dead = pair.police.app.store().outbox_dead(LINK).await.unwrap();
    assert!(dead.is_empty(), "{dead:?}");
}

/// A failing night can be played again: its seed is all there is to it.
#[tokio::test]
async fn a_night_is_the_same_every_time_it_is_played() {
    let mut nights = Vec::new();
    for _ in 0..2 {
        nights.push(a_night(StoreKind::Sqlite, 42, 5, 300).await.done);
    }
    assert_eq!(nights[0], nights[1]);
}

/// The program's own jobs, with nothing played: what is handed over arrives when it is rung for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_jobs_themselves_carry_it_across_and_back() {
    let mut pair = Pair::open(StoreKind::Sqlite).await;
    let carrier = |to: &Platform| -> Arc<dyn exchange::Carrier> {
        Arc::new(testkit::link::Straight::to(&to.app))
    };
    let run = |own: &Platform, carrier| app::LinkRun {
        link: LINK.to_owned(),
        book: Arc::clone(&own.book),
        carrier,
        ports: own.ports.clone(),
        settings: exchange::SenderSettings::default(),
    };
    let out = run(&pair.police, carrier(&pair.hotline));
    let back = run(&pair.hotline, carrier(&pair.police));
    let jobs = [
        app::Jobs::start(&pair.police.app, vec![out]),
        app::Jobs::start(&pair.hotline.app, vec![back]),
    ];
    let mut arrived = pair.hotline.app.store().positions();
    pile_up(&pair.police, SITE_NOISE, 20).await;
    // Waits for what is awaited, not for a time: received, triaged, offered each.
    let wait = arrived.wait_for(|pos| *pos >= 60);
    tokio::time::timeout(std::time::Duration::from_secs(60), wait)
        .await
        .expect("the hand-overs arrive")
        .unwrap();
    let chief = testkit::people::lead(Desk::Hotline);
    let page = pair.hotline.app.cases(&chief, app::CaseQuery::default());
    let twins = page.await.unwrap().items;
    assert_eq!(twins.len(), 20);
    let mut answered = pair.police.app.store().positions();
    let before = *answered.borrow();
    for twin in &twins {
        let accept = serde_json::json!({"command": "accept_offer"});
        pair.hotline.act(&chief, &twin.id, accept).await.unwrap();
    }
    let wait = answered.wait_for(|pos| *pos >= before + 20);
    tokio::time::timeout(std::time::Duration::from_secs(60), wait)
        .await
        .expect("the answers come back")
        .unwrap();
    for jobs in jobs {
        jobs.stop().await;
    }
    pair.settle().await;
    check_pair(&pair).await;
}
