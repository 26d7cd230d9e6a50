//! The program is killed, and the disk is full: what was answered with success is there, once
//! (law 3; T1, T10).

use crate::story::push;
use app::{App, AppError, CommandKey};
use domain::desk::Desk;
use serde_json::json;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use testkit::contact::SITE_NOISE;
use testkit::people::{lead, operator};
use testkit::{Caller, Dice, Ground, MONDAY, Platform, Settings, StoreKind, at, check_platform};

const CHILD: &str = "LIANDONG_SCENARIO_CHILD";

async fn on(ground: Ground, seed: u64) -> Platform {
    let clock = Arc::new(app::clock::HandClock::new(at(MONDAY)));
    Platform::open_with(Settings::of(Desk::Police), ground, clock, seed).await
}

fn key(id: &str) -> CommandKey {
    CommandKey {
        id: id.to_owned(),
        digest: format!("digest of {id}"),
    }
}

fn acknowledge(id: &str, case: &str) {
    // One write a line, past the test harness: a kill cannot cut it.
    let line = format!("ACK {id} {case}\n");
    let mut out = std::io::stdout().lock();
    out.write_all(line.as_bytes()).unwrap();
    out.flush().unwrap();
}

/// What one operator does for ever: a call, some words more, an urge.
async fn works(app: App, round: String, task: u64) {
    let desk = operator(Desk::Police);
    for number in 0.. {
        let id = format!("k{round}-{task}-{number}");
        let contact = Caller::says(SITE_NOISE).number(number).then(push());
        let view = app.take(&desk, contact.contact(), &key(&id)).await.unwrap();
        let case = view.brief.id;
        acknowledge(&id, &case);
        for (n, command) in [
            json!({"command": "add_detail", "text": "又开始打桩了"}),
            json!({"command": "urge", "note": "请尽快"}),
        ]
        .into_iter()
        .enumerate()
        {
            let id = format!("{id}-{n}");
            app.act(&desk, &case, command, None, &key(&id))
                .await
                .unwrap();
            acknowledge(&id, &case);
        }
    }
}

/// The program that is killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by the test that kills it"]
async fn child_that_works_until_it_is_killed() {
    let words = std::env::var(CHILD).unwrap();
    let (round, address) = words.split_once(' ').unwrap();
    let seed = round.parse::<u64>().unwrap() * 7_919;
    let platform = on(Ground::at(address), seed).await;
    let tasks: Vec<_> = (0..8)
        .map(|task| tokio::spawn(works(platform.app.clone(), round.to_owned(), task)))
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

/// One life of the child; what it acknowledged before it was killed.
fn one_life(address: &str, round: u64, wait: Duration) -> Vec<(String, String)> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::child_that_works_until_it_is_killed"])
        .args(["--ignored", "--nocapture"])
        .env(CHILD, format!("{round} {address}"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut acks = Vec::new();
    let mut take = |line: String| {
        let Some((_, ack)) = line.split_once("ACK ") else {
            return false;
        };
        let (id, case) = ack.split_once(' ').unwrap();
        acks.push((id.to_owned(), case.to_owned()));
        true
    };
    while let Some(Ok(line)) = lines.next() {
        if take(line) {
            break;
        }
    }
    let killer = std::thread::spawn(move || {
        // Not to wait for anything: the moment of the kill is what the dice choose.
        std::thread::sleep(wait);
        child.kill().unwrap();
        child.wait().unwrap();
    });
    while let Some(Ok(line)) = lines.next() {
        take(line);
    }
    killer.join().unwrap();
    acks
}

async fn killed(kind: StoreKind, rounds: u64) {
    let ground = Ground::new(kind).await;
    let address = ground.address();
    let dice = Dice::new(9);
    let mut platform = on(ground, 1).await;
    for round in 1..=rounds {
        platform.app.store().clone().close().await;
        let address = address.clone();
        let wait = Duration::from_millis(dice.below(400));
        let life = tokio::task::spawn_blocking(move || one_life(&address, round, wait));
        let acks = life.await.unwrap();
        assert!(!acks.is_empty(), "round {round} acknowledged something");
        for (id, case) in &acks {
            platform.note(key(id), case);
        }
        platform.restart().await;
        check_platform(&platform).await;
        // The client that never got its answer asks again and gets the first one.
        let (id, case) = acks
            .iter()
            .find(|(id, _)| id.matches('-').count() == 2)
            .unwrap();
        let contact = Caller::says(SITE_NOISE).then(push()).contact();
        let again = platform
            .app
            .take(&operator(Desk::Police), contact, &key(id))
            .await
            .unwrap();
        assert_eq!(&again.brief.id, case);
    }
}

fn rounds(few: u64) -> u64 {
    if std::env::var_os("LIANDONG_SOAK").is_some() {
        100
    } else {
        few
    }
}

#[tokio::test]
async fn law_3_nothing_acknowledged_is_lost_when_the_program_is_killed_sqlite() {
    killed(StoreKind::Sqlite, rounds(10)).await;
}

#[tokio::test]
async fn law_3_nothing_acknowledged_is_lost_when_the_program_is_killed_postgres() {
    killed(StoreKind::Postgres, rounds(4)).await;
}

/// A full disk refuses by its name, reads go on, and when there is room again so does the desk.
#[tokio::test]
async fn a_full_disk_refuses_and_recovers() {
    let platform = on(Ground::new(StoreKind::Sqlite).await, 1).await;
    let desk = operator(Desk::Police);
    let call = |n| Caller::says(SITE_NOISE).number(n).then(push()).contact();
    let first = platform.take(&desk, call(0)).await.unwrap();
    platform.app.store().limit_pages(Some(1)).unwrap();
    let mut taken = 0;
    let refused = loop {
        taken += 1;
        match platform.take(&desk, call(taken)).await {
            Ok(_) => assert!(taken < 1_000, "the limit holds"),
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, AppError::Full), "{refused:?}");
    let urge = json!({"command": "urge", "note": "请尽快"});
    let case = first.brief.id.as_str();
    let seen = platform.app.case(&desk, case).await.unwrap();
    assert_eq!(seen.brief.no, first.brief.no, "reads go on");
    let chief = lead(Desk::Police);
    let page = platform.app.cases(&chief, app::CaseQuery::default()).await;
    assert_eq!(u64::try_from(page.unwrap().items.len()).unwrap(), taken);
    platform.app.store().limit_pages(None).unwrap();
    platform.act(&desk, case, urge).await.unwrap();
    platform.take(&desk, call(taken)).await.unwrap();
    check_platform(&platform).await;
}
