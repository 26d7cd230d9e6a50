//! What was acknowledged survives (law 3), whatever happens to the process, the disk or the server.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use store::{AppendError, Store, StoreConfig, StoreError};

use crate::build::{T0, intake, step};
use crate::ground::{Cluster, Ground, on_both};
use crate::proxy::{Fault, Proxy};

const CHILD: &str = "LIANDONG_TEST_CHILD";

/// The process that is killed: appends from sixteen tasks and prints each acknowledgement.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by the test that kills it"]
async fn child_that_appends_until_it_is_killed() {
    let words = std::env::var(CHILD).unwrap();
    let (round, place) = words.split_once(' ').unwrap();
    let config = if place.starts_with("postgres:") || place.starts_with("postgresql:") {
        StoreConfig::Postgres {
            url: place.into(),
            readers: 1,
        }
    } else {
        StoreConfig::Sqlite {
            path: place.into(),
            readers: 1,
        }
    };
    let store = Store::open(&config)
        .await
        .unwrap()
        .with_deadline(Duration::from_secs(60));
    let tasks: Vec<_> = (0..16)
        .map(|task| {
            let (store, round) = (store.clone(), round.to_owned());
            tokio::spawn(async move {
                for number in 0.. {
                    let id = format!("k{round}-{task}-{number}");
                    let done = store.append(intake(&id, T0)).await.unwrap();
                    let line = format!("ACK {id} {} {}\n", done.first, done.last);
                    // Past the harness, which would keep it back: one write a line.
                    std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
                    std::io::stdout().flush().unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

/// One life of the child; what it acknowledged before it was killed.
fn one_life(place: &str, round: u64) -> Vec<(String, i64, i64)> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "faults::child_that_appends_until_it_is_killed"])
        .args(["--ignored", "--nocapture"])
        .env(CHILD, format!("{round} {place}"))
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
        let mut words = ack.split(' ');
        let mut next = || words.next().unwrap_or_default().to_owned();
        let (id, first, last) = (next(), next(), next());
        acks.push((id, first.parse().unwrap(), last.parse().unwrap()));
        true
    };
    // From the first acknowledgement on, killed after a time that differs from round to round.
    while let Some(Ok(line)) = lines.next() {
        if take(line) {
            break;
        }
    }
    let wait = Duration::from_millis(round.wrapping_mul(6_364_136_223_846_793_005) >> 57);
    let killer = std::thread::spawn(move || {
        std::thread::sleep(wait);
        child.kill().unwrap();
        child.wait().unwrap();
    });
    while let Some(Ok(line)) = lines.next() {
        // A line is one write below the pipe's atomic size: the kill cannot cut it.
        take(line);
    }
    killer.join().unwrap();
    acks
}

async fn killed(ground: &Ground, rounds: u64) {
    let place = match &ground.config {
        StoreConfig::Sqlite { path, .. } => path.display().to_string(),
        StoreConfig::Postgres { url, .. } => url.clone(),
    };
    let mut acked: HashMap<String, (i64, i64)> = HashMap::new();
    for round in 1..=rounds {
        let place = place.clone();
        let acks = tokio::task::spawn_blocking(move || one_life(&place, round))
            .await
            .unwrap();
        assert!(!acks.is_empty(), "round {round} acknowledged something");
        acked.extend(
            acks.into_iter()
                .map(|(id, first, last)| (id, (first, last))),
        );
        let store = ground.open().await;
        let verified = store.verify(|_| {}).await.unwrap();
        let mut seen: HashMap<String, Vec<i64>> = HashMap::new();
        store
            .scan(1, |event| {
                seen.entry(event.case_id.clone())
                    .or_default()
                    .push(event.pos);
                std::ops::ControlFlow::Continue(())
            })
            .await
            .unwrap();
        for (id, (first, last)) in &acked {
            assert_eq!(
                seen.get(id),
                Some(&vec![*first, *last]),
                "{id} was lost or doubled"
            );
        }
        assert!(
            seen.values().all(|events| events.len() == 2),
            "half a change"
        );
        assert_eq!(verified.cases, i64::try_from(seen.len()).unwrap());
        // The client that never got its answer asks again and gets the first one.
        let id = acked.keys().next().unwrap();
        assert!(matches!(
            store.append(intake(id, T0)).await,
            Err(AppendError::Repeated { answer }) if answer.contains(id)
        ));
        store.close().await;
    }
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_when_the_process_is_killed_sqlite() {
    killed(&Ground::sqlite().await, 20).await;
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_when_the_process_is_killed_postgres() {
    killed(&Ground::postgres().await, 8).await;
}

#[tokio::test]
async fn a_full_disk_refuses_and_recovers() {
    let ground = Ground::sqlite().await;
    let store = ground.open().await;
    store.append(intake("first", T0)).await.unwrap();
    let pages: u32 = rusqlite::Connection::open(ground.path())
        .unwrap()
        .query_row("PRAGMA page_count", [], |row| row.get(0))
        .unwrap();
    store.limit_pages(Some(pages + 20)).unwrap();
    let mut acked = Vec::new();
    let refused = loop {
        let id = format!("f{}", acked.len());
        match store.append(intake(&id, T0)).await {
            Ok(_) => acked.push(id),
            Err(error) => break error,
        }
        assert!(acked.len() < 10_000, "the limit holds");
    };
    assert!(
        matches!(refused, AppendError::Store(StoreError::Full)),
        "{refused:?}"
    );
    // A whole batch is refused as full, and readers go on.
    let batch = (0..50)
        .map(|number| intake(&format!("g{number}"), T0))
        .collect();
    for outcome in store.append_all(batch).await {
        assert!(matches!(outcome, Err(AppendError::Store(StoreError::Full))));
    }
    for id in &acked {
        assert!(store.case(id).await.unwrap().is_some());
    }
    assert!(store.case("g0").await.unwrap().is_none());
    store.limit_pages(None).unwrap();
    let next = store.append(intake("g0", T0)).await.unwrap();
    let before = 2 + 2 * i64::try_from(acked.len()).unwrap();
    assert_eq!(next.first, before + 1, "refusals leave no gap");
    store.verify(|_| {}).await.unwrap();
    store.close().await;
}

#[tokio::test]
async fn a_closed_store_says_so() {
    on_both(async |ground| {
        let store = ground.open().await;
        let other = store.clone();
        store.close().await;
        assert!(matches!(
            other.append(intake("a", T0)).await,
            Err(AppendError::Store(StoreError::Closed))
        ));
        let again = ground.open().await;
        again.append(intake("a", T0)).await.unwrap();
        again.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_append_to_one_server_without_gap() {
    let ground = Ground::postgres().await;
    let (one, two) = (ground.open().await, ground.open().await);
    one.append(intake("shared", T0)).await.unwrap();
    let mut tasks = Vec::new();
    for task in 0..16_i64 {
        let store = if task % 2 == 0 {
            one.clone()
        } else {
            two.clone()
        };
        tasks.push(tokio::spawn(async move {
            let mut won = 0;
            for number in 0..25 {
                store
                    .append(intake(&format!("p{task}-{number}"), T0))
                    .await
                    .unwrap();
                // Everybody fights for the next version of one case; each version has one winner.
                loop {
                    let version = store.case("shared").await.unwrap().unwrap().version;
                    match store.append(step("shared", version, T0)).await {
                        Ok(_) => break won += 1,
                        Err(AppendError::Conflict { actual, .. }) => assert!(actual > version),
                        Err(other) => panic!("{other:?}"),
                    }
                }
            }
            won
        }));
    }
    let mut won = 0;
    for task in tasks {
        won += task.await.unwrap();
    }
    assert_eq!(won, 400);
    assert_eq!(one.case("shared").await.unwrap().unwrap().version, 402);
    let verified = one.verify(|_| {}).await.unwrap();
    assert_eq!(verified.events, 2 + 400 * 2 + 400);

    // What one appends, the other hears of.
    let mut heard = two.positions();
    let done = one.append(intake("late", T0)).await.unwrap();
    let wait = heard.wait_for(|pos| *pos >= done.last);
    tokio::time::timeout(Duration::from_secs(30), wait)
        .await
        .unwrap()
        .unwrap();
    one.close().await;
    two.close().await;
}

async fn behind_proxy() -> (Ground, Proxy, Store) {
    let ground = Ground::postgres().await;
    let StoreConfig::Postgres { url, .. } = &ground.config else {
        panic!()
    };
    let proxy = Proxy::start(url).await;
    let config = StoreConfig::Postgres {
        url: proxy.url.clone(),
        readers: 1,
    };
    let store = Store::open(&config)
        .await
        .unwrap()
        .with_deadline(Duration::from_secs(60));
    (ground, proxy, store)
}

#[tokio::test]
async fn a_commit_whose_answer_was_lost_is_looked_up() {
    let (_ground, proxy, store) = behind_proxy().await;
    store.append(intake("a", T0)).await.unwrap();
    for (number, fault) in [Fault::AfterCommit, Fault::BeforeCommit]
        .into_iter()
        .enumerate()
    {
        proxy.arm(fault);
        // Without a command key: only the writer's mark can tell.
        let mut change = intake(&format!("lost{number}"), T0);
        change.command = None;
        let done = store.append(change).await.unwrap();
        assert!(proxy.fired(), "{fault:?} happened");
        let first = 3 + 2 * i64::try_from(number).unwrap();
        assert_eq!((done.first, done.last), (first, first + 1));
    }
    assert_eq!(store.verify(|_| {}).await.unwrap().events, 6, "once each");
    store.close().await;
}

#[tokio::test]
async fn a_frozen_server_does_not_hold_its_callers() {
    let (_ground, proxy, store) = behind_proxy().await;
    store.append(intake("a", T0)).await.unwrap();
    let hasty = store.clone().with_deadline(Duration::from_millis(700));
    proxy.arm(Fault::Stall);
    let begun = Instant::now();
    let refused = hasty.append(intake("b", T0)).await;
    assert!(
        matches!(
            refused,
            Err(AppendError::Store(
                StoreError::Unavailable(_) | StoreError::Deadline
            ))
        ),
        "{refused:?}"
    );
    assert!(matches!(
        hasty.case("a").await,
        Err(StoreError::Unavailable(_))
    ));
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "{:?}",
        begun.elapsed()
    );
    proxy.heal();
    // The same command again: whichever way it went, it is there once.
    match store.append(intake("b", T0)).await {
        Ok(_) | Err(AppendError::Repeated { .. }) => {}
        Err(other) => panic!("{other:?}"),
    }
    assert_eq!(store.verify(|_| {}).await.unwrap().events, 4);
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_wait_while_the_server_restarts() {
    let cluster = tokio::task::spawn_blocking(Cluster::start).await.unwrap();
    let config = StoreConfig::Postgres {
        url: cluster.database().await,
        readers: 2,
    };
    Store::migrate(&config).await.unwrap();
    let store = Store::open(&config)
        .await
        .unwrap()
        .with_deadline(Duration::from_secs(120));
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let store = store.clone();
            tokio::spawn(async move {
                for number in 0..150 {
                    store
                        .append(intake(&format!("s{task}-{number}"), T0))
                        .await
                        .unwrap();
                }
            })
        })
        .collect();
    let mut position = store.positions();
    position.wait_for(|pos| *pos >= 200).await.unwrap();
    let cluster = tokio::task::spawn_blocking(move || {
        cluster.down();
        cluster
    })
    .await
    .unwrap();
    let hasty = store.clone().with_deadline(Duration::from_millis(300));
    assert!(hasty.case("s0-0").await.is_err(), "the server is away");
    let cluster = tokio::task::spawn_blocking(move || {
        cluster.up();
        cluster
    })
    .await
    .unwrap();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(
        store.verify(|_| {}).await.unwrap().events,
        8 * 150 * 2,
        "each once"
    );
    store.close().await;
    drop(cluster);
}
