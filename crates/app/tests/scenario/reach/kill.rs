//! The program is killed while it tells people: every order is told of once in intent, and sent at least once
//! under one key (law 3).

use super::{CITY, gateway, on};
use crate::reach::receiver::Http;
use domain::desk::Desk;
use serde_json::json;
use std::collections::{HashMap, HashSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use testkit::contact::SITE_NOISE;
use testkit::people::operator;
use testkit::{Caller, Dice, Ground, MINUTE, Platform, Settings, StoreKind, check_platform};

const CHILD: &str = "LIANDONG_REACH_CHILD";

async fn dispatch_for_ever(platform: Arc<Platform>, round: String) {
    for number in 0.. {
        let order = json!({"command": "dispatch", "lead": CITY});
        let contact = Caller::says(SITE_NOISE)
            .number(number)
            .then(order)
            .contact();
        let key = app::CommandKey {
            id: format!("reach-{round}-{number}"),
            digest: format!("reach-{round}-{number}"),
        };
        platform
            .app
            .take(&operator(Desk::Hotline), contact, &key)
            .await
            .unwrap();
        if number == 0 {
            // One write past the test harness: from here on there is something to lose.
            let mut out = std::io::stdout().lock();
            out.write_all(b"READY\n").unwrap();
            out.flush().unwrap();
        }
    }
}

/// The program that is killed: one task dispatches, one tells.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by the test that kills it"]
async fn child_that_tells_until_it_is_killed() {
    let words = std::env::var(CHILD).unwrap();
    let mut words = words.split(' ');
    let (round, url, address) = (
        words.next().unwrap(),
        words.next().unwrap(),
        words.next().unwrap(),
    );
    let platform = Arc::new(
        on(
            Settings::of(Desk::Hotline),
            Ground::at(address),
            vec![Arc::new(gateway(url))],
        )
        .await,
    );
    tokio::spawn(dispatch_for_ever(Arc::clone(&platform), round.to_owned()));
    loop {
        platform.app.reach_step().await.unwrap();
        tokio::task::yield_now().await;
    }
}

fn one_life(address: &str, url: &str, round: u64, wait: Duration) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "reach::kill::child_that_tells_until_it_is_killed",
        ])
        .args(["--ignored", "--nocapture"])
        .env(CHILD, format!("{round} {url} {address}"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    while let Some(Ok(line)) = lines.next() {
        if line.contains("READY") {
            break;
        }
    }
    // Not to wait for anything: the moment of the kill is what the dice choose.
    std::thread::sleep(wait);
    child.kill().unwrap();
    child.wait().unwrap();
}

async fn killed(kind: StoreKind, rounds: u64) {
    let sms = Http::start().await;
    let mut platform = on(
        Settings::of(Desk::Hotline),
        Ground::new(kind).await,
        vec![Arc::new(gateway(&sms.url))],
    )
    .await;
    super::person(&platform, CITY, "方舟", 1, json!({"mobile": "10000000001"})).await;
    let (address, dice) = (platform.ground().address(), Dice::new(5));
    for round in 1..=rounds {
        platform.app.store().clone().close().await;
        let (address, url) = (address.clone(), sms.url.clone());
        let wait = Duration::from_millis(300 + dice.below(900));
        tokio::task::spawn_blocking(move || one_life(&address, &url, round, wait))
            .await
            .unwrap();
        platform.restart().await;
    }
    // What was begun and not ended is taken up again when nobody can still be at it.
    platform.clock.advance(2 * MINUTE);
    platform.app.reach_step().await.unwrap();
    check_platform(&platform).await;
    let mut dispatched = HashSet::new();
    let mut after = 0;
    loop {
        let rows = platform.app.store().feed(after, 500).await.unwrap();
        let Some(last) = rows.last() else { break };
        after = last.pos;
        let orders = rows.iter().filter(|row| row.kind == "dispatched");
        dispatched.extend(orders.map(|row| (row.pos, row.case_id.clone())));
    }
    assert!(
        dispatched.len() > 3,
        "something happened: {}",
        dispatched.len()
    );
    let sent: Vec<String> = sms
        .bodies()
        .iter()
        .map(|b| b["key"].as_str().unwrap().to_owned())
        .collect();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for key in &sent {
        *counts.entry(key.as_str()).or_default() += 1;
    }
    for (pos, case) in dispatched {
        let rows = platform.app.store().notices_of_case(&case).await.unwrap();
        let told: Vec<_> = rows
            .iter()
            .filter(|row| row.pos == pos && row.kind == "dispatched")
            .collect();
        assert_eq!(told.len(), 1, "one notice of position {pos}");
        let deliveries = platform.app.store().deliveries(&told[0].id).await.unwrap();
        let by_sms: Vec<_> = deliveries.iter().filter(|d| d.channel == "sms").collect();
        assert_eq!(by_sms.len(), 1, "one delivery of it");
        assert_eq!(by_sms[0].state, "sent");
        let times = counts.get(by_sms[0].id.as_str()).copied().unwrap_or(0);
        let attempts = platform.app.store().attempts(&told[0].id).await.unwrap();
        let tries = attempts.iter().filter(|a| a.channel == "sms").count();
        assert!(
            times >= 1 && times <= tries,
            "sent {times} times by {tries} tries"
        );
    }
}

#[tokio::test]
async fn law_3_nobody_is_forgotten_when_the_program_is_killed_sqlite() {
    killed(StoreKind::Sqlite, 4).await;
}

#[tokio::test]
async fn law_3_nobody_is_forgotten_when_the_program_is_killed_postgres() {
    killed(StoreKind::Postgres, 2).await;
}
