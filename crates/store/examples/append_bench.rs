//! What the appender costs, against what the disk itself can do in the same run.
//!
//! `cargo run -p store --example append_bench -- [folder] [seconds] [cases]`
//!
//! 64 tasks append intakes (2 events, case, caller, leg, 2 deadlines, command key) to an SQLite
//! file in the folder; before and after, the disk writes and syncs 8 KiB blocks. With `cases`, so
//! many closed cases and 10,000 open ones are loaded first and lists are timed over them.
//! `LIANDONG_BENCH_PG` names a PostgreSQL database to measure instead of the file; pgbench then says
//! before and after what 64 clients get who insert three bare rows in one prepared statement.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::io::{Seek as _, Write as _};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use store::{
    CaseChange, CaseFilter, CaseRow, Change, CommandKey, DeadlineRow, LegRow, NewEvent, Order,
    Page, PersonRow, Scope, Store, StoreConfig,
};

type Failure = Box<dyn std::error::Error>;

const TASKS: u64 = 64;
const T0: i64 = 1_767_225_600_000;
/// Beyond every number that the appending tasks reach.
const LATER: u64 = 100_000_000;
const HOUR: i64 = 3_600_000;

fn event(case: &str, kind: &'static str, at: i64) -> NewEvent {
    let body = format!(
        r#"{{"case":"{case}","matter":"noise","person":"sha256:{:064}"}}"#,
        7
    );
    NewEvent::new(
        case.into(),
        kind,
        1,
        at,
        "op-1".into(),
        "990001-desk".into(),
        "bench".into(),
        body,
    )
}

fn deadline(case: &str, kind: &str, at: i64) -> DeadlineRow {
    DeadlineRow {
        case_id: case.into(),
        deadline_id: kind.into(),
        kind: kind.into(),
        unit: "u1".into(),
        rule: "rule/1".into(),
        due_at: at + 2 * HOUR,
        warn_at: Some(at + HOUR),
        next_at: Some(at + HOUR),
        state: "running".into(),
        new: true,
    }
}

/// Ids as the program makes them: 36 letters, in the order of time.
fn id(number: u64) -> String {
    format!("0199c2d0-0000-7000-8000-{number:012x}")
}

fn intake(number: u64, open: bool) -> Change {
    let id = id(number);
    let id = id.as_str();
    let at = T0 + i64::try_from(number).unwrap_or(0);
    let unit = format!("u{}", number % 26);
    Change {
        command: Some(CommandKey {
            id: format!("c-{id}"),
            digest: "0".repeat(64),
            answer: format!(r#"{{"case":"{id}"}}"#),
        }),
        cases: vec![CaseChange {
            id: id.into(),
            expected_version: 0,
            events: vec![event(id, "Received", at), event(id, "Dispatched", at)],
            row: CaseRow {
                id: id.into(),
                no: format!("W{id}"),
                version: 2,
                status: if !open {
                    "closed"
                } else if number.is_multiple_of(30) {
                    "taken"
                } else {
                    "handling"
                }
                .into(),
                task: if open && number.is_multiple_of(20) {
                    "unowned".into()
                } else {
                    String::new()
                },
                danger: number.is_multiple_of(50),
                accountable_side: "own".into(),
                accountable_unit: unit.clone(),
                desk: if number.is_multiple_of(3) {
                    "110"
                } else {
                    "12345"
                }
                .into(),
                matter: format!("m{}", number % 200),
                urgency: 2,
                summary: "夜间施工噪声".into(),
                place: "望澜县镜湖路".into(),
                caller_key: format!("k{}", number % 5000),
                place_key: format!("p{}", number % 5000),
                opened_at: at,
                updated_at: at,
                closed_at: (!open).then_some(at),
                next_due_at: open.then_some(at + HOUR),
                state: "{}".repeat(400),
                ..CaseRow::default()
            },
            stands_only: false,
            person: Some(PersonRow {
                case_id: id.into(),
                caller_number: "10000000042".into(),
                narrative: "楼下工地夜间施工，声音很大。".repeat(8),
                ..PersonRow::default()
            }),
            legs: vec![LegRow {
                case_id: id.into(),
                leg_id: "1".into(),
                unit,
                role: "lead".into(),
                state: "dispatched".into(),
                dispatched_at: at,
                new: true,
                ..LegRow::default()
            }],
            deadlines: vec![
                // A closed case still has a limit far off, so that a sweep has many to pass over.
                deadline(id, "sign", if open { at } else { at + 8760 * HOUR }),
                deadline(id, "finish", if open { at } else { at + 8760 * HOUR }),
            ],
        }],
        ..Change::default()
    }
}

/// Blocks of 8 KiB written and synced a second.
fn disk(folder: &Path, time: Duration) -> Result<f64, Failure> {
    let path = folder.join("disk.probe");
    let mut file = std::fs::File::create(&path)?;
    let block = [7_u8; 8192];
    let begun = Instant::now();
    let mut count = 0_u32;
    while begun.elapsed() < time {
        if count.is_multiple_of(512) {
            file.rewind()?;
        }
        file.write_all(&block)?;
        file.sync_data()?;
        count += 1;
    }
    std::fs::remove_file(&path)?;
    Ok(f64::from(count) / begun.elapsed().as_secs_f64())
}

/// Three rows, one statement: the least that can be called a durable event with its state.
const BARE: &str = "\\set n random(1, 1000000000000000)
WITH a AS (INSERT INTO bare_a (id, body) VALUES (:client_id || '-' || :n, repeat('x', 400)) RETURNING id), \
b AS (INSERT INTO bare_b (id, seq, body) SELECT id, 1, repeat('x', 400) FROM a) \
INSERT INTO bare_c (id, at) SELECT id, 1 FROM a;
";
const BARE_TABLES: &str = "DROP TABLE IF EXISTS bare_a, bare_b, bare_c; \
CREATE TABLE bare_a (id TEXT PRIMARY KEY, body TEXT NOT NULL); \
CREATE TABLE bare_b (id TEXT, seq BIGINT, body TEXT NOT NULL, PRIMARY KEY (id, seq)); \
CREATE TABLE bare_c (id TEXT PRIMARY KEY, at BIGINT NOT NULL);";

/// Transactions a second of PostgreSQL's own bench.
fn bare(url: &str, folder: &Path, seconds: u64) -> Result<f64, Failure> {
    let script = folder.join("bare.sql");
    std::fs::write(&script, BARE)?;
    let made = Command::new("psql")
        .args(["-q", "-d", url, "-c", BARE_TABLES])
        .status()?;
    if !made.success() {
        return Err("psql could not make the bare tables".into());
    }
    let said = Command::new("pgbench")
        .args(["-n", "-M", "prepared", "-j", "2", "-c", &TASKS.to_string()])
        .args(["-T", &seconds.to_string(), "-f"])
        .args([script.as_os_str(), url.as_ref()])
        .output()?;
    let text = String::from_utf8_lossy(&said.stdout);
    let line = text.lines().find_map(|line| line.strip_prefix("tps = "));
    let rate = line.and_then(|rest| rest.split(' ').next());
    Ok(rate.ok_or("pgbench gave no rate")?.parse()?)
}

/// The time below which that share of the samples lies.
fn share(samples: &mut [Duration], percent: usize) -> Duration {
    samples.sort_unstable();
    let place = samples.len().saturating_mul(percent) / 100;
    samples
        .get(place.min(samples.len().saturating_sub(1)))
        .copied()
        .unwrap_or_default()
}

/// Processor time of the writing thread so far, which other work on the machine does not change.
fn writer_time() -> Option<Duration> {
    for task in std::fs::read_dir("/proc/self/task").ok()?.flatten() {
        let name = std::fs::read_to_string(task.path().join("comm")).ok()?;
        if name.trim() == "store-append" {
            // Fields 14 and 15, hundredths of a second; the name before them is in parentheses.
            let stat = std::fs::read_to_string(task.path().join("stat")).ok()?;
            let mut fields = stat.rsplit_once(") ")?.1.split(' ').skip(11);
            let user: u64 = fields.next()?.parse().ok()?;
            let system: u64 = fields.next()?.parse().ok()?;
            return Some(Duration::from_millis((user + system) * 10));
        }
    }
    None
}

async fn load(store: &Store, cases: u64) -> Result<(), Failure> {
    let begun = Instant::now();
    let mut number = 0;
    while number < cases + 10_000 {
        let part: Vec<Change> = (number..(number + 2000).min(cases + 10_000))
            .map(|number| intake(number, number >= cases))
            .collect();
        number += 2000;
        for outcome in store.append_all(part).await {
            outcome?;
        }
    }
    println!(
        "loaded {cases} closed and 10000 open cases in {:.1?}",
        begun.elapsed()
    );
    Ok(())
}

/// A name for the output and what it sets in a filter.
type Wish = (&'static str, fn(&mut CaseFilter));

/// What desks ask for.
const WISHES: &[Wish] = &[
    ("open", |f| f.open_only = true),
    ("closed too", |_| {}),
    ("a unit's open", |f| {
        f.scope = Scope::Unit("u7".into());
        f.open_only = true;
    }),
    ("a unit's, closed too", |f| {
        f.scope = Scope::Unit("u7".into());
    }),
    ("a unit's open, last opened first", |f| {
        f.scope = Scope::Unit("u7".into());
        f.open_only = true;
        f.order = Order::Opened;
    }),
    ("a unit's, last opened first", |f| {
        f.scope = Scope::Unit("u7".into());
        f.order = Order::Opened;
    }),
    ("a unit's open by limit", |f| {
        f.scope = Scope::Unit("u7".into());
        f.open_only = true;
        f.order = Order::Due;
    }),
    ("held by a unit, open", |f| {
        f.unit = Some("u7".into());
        f.open_only = true;
    }),
    ("held by a unit", |f| f.unit = Some("u7".into())),
    ("open by limit", |f| {
        f.open_only = true;
        f.order = Order::Due;
    }),
    ("open overdue", |f| {
        f.open_only = true;
        f.overdue_at = Some(T0 + 2000 * HOUR);
    }),
    ("overdue, open or not", |f| {
        f.overdue_at = Some(T0 + 2000 * HOUR);
    }),
    ("open overdue, none", |f| {
        f.open_only = true;
        f.overdue_at = Some(T0);
    }),
    ("open by limit, soon", |f| {
        f.open_only = true;
        f.order = Order::Due;
        f.due_before = Some(T0 + 2000 * HOUR);
    }),
    ("waiting, a task", |f| {
        f.open_only = true;
        f.task = Some("unowned".into());
    }),
    ("waiting, a task, not said open", |f| {
        f.task = Some("unowned".into());
    }),
    ("waiting, a task nobody has", |f| {
        f.open_only = true;
        f.task = Some("arbitration".into());
    }),
    ("waiting, any task", |f| {
        f.open_only = true;
        f.any_task = true;
    }),
    ("waiting, any task, not said open", |f| f.any_task = true),
    ("open of a matter", |f| {
        f.open_only = true;
        f.matter = Some("m7".into());
    }),
    ("open of a matter nobody has", |f| {
        f.open_only = true;
        f.matter = Some("none".into());
    }),
    ("of a matter, closed too", |f| f.matter = Some("m7".into())),
    ("of a matter nobody has", |f| f.matter = Some("none".into())),
    ("open of a desk", |f| {
        f.open_only = true;
        f.desk = Some("110".into());
    }),
    ("open with danger", |f| {
        f.open_only = true;
        f.danger = Some(true);
    }),
    ("with danger, closed too", |f| f.danger = Some(true)),
    ("taken, open, last opened first", |f| {
        f.open_only = true;
        f.status = vec!["taken".into()];
        f.order = Order::Opened;
    }),
    ("taken, closed too", |f| f.status = vec!["taken".into()]),
    ("of a place, a month", |f| {
        f.place_key = Some("p77".into());
        f.opened_from = Some(T0);
    }),
    ("of a caller", |f| f.caller_key = Some("k77".into())),
    ("open with words", |f| {
        f.open_only = true;
        f.text = Some("施工".into());
    }),
    ("open with words nobody wrote", |f| {
        f.open_only = true;
        f.text = Some("鲸".into());
    }),
    ("with words nobody wrote", |f| f.text = Some("鲸".into())),
];

async fn lists(store: &Store, cases: u64) -> Result<(), Failure> {
    for (name, wish) in WISHES {
        let mut filter = CaseFilter::default();
        wish(&mut filter);
        let mut samples = Vec::new();
        let mut page = Page {
            after: None,
            limit: 50,
        };
        let begun = Instant::now();
        while samples.len() < 100 && begun.elapsed() < Duration::from_secs(5) {
            let begun = Instant::now();
            let rows = store.list(&filter, &page).await?;
            samples.push(begun.elapsed());
            page.after = rows.last().map(|row| filter.order.key(row));
        }
        let (half, most) = (share(&mut samples, 50), share(&mut samples, 99));
        println!("list, {name}: p50 {half:.2?}, p99 {most:.2?}");
    }
    let mut samples = [const { Vec::new() }; 5];
    // The two limits of each of the first fifty open cases.
    let now = T0 + i64::try_from(cases)? + HOUR + 49;
    for _ in 0..100 {
        let mut ask = 0;
        let mut note = |begun: Instant| {
            if let Some(samples) = samples.get_mut(ask) {
                samples.push(begun.elapsed());
            }
            ask += 1;
        };
        let begun = Instant::now();
        let due = store.due(now, 200).await?;
        note(begun);
        if due.len() != 100 {
            return Err(format!("{} due, not 100", due.len()).into());
        }
        let begun = Instant::now();
        store.counts().await?;
        note(begun);
        let begun = Instant::now();
        store.overdue_count(now).await?;
        note(begun);
        let begun = Instant::now();
        store.recent_by_caller("k77", T0, 20).await?;
        note(begun);
        let begun = Instant::now();
        store.recent_by_place("p77", "m77", T0, 20).await?;
        note(begun);
    }
    let names = [
        "100 due among all open deadlines",
        "head figures",
        "overdue count",
        "recent by caller",
        "recent by place",
    ];
    for (name, samples) in names.iter().zip(&mut samples) {
        println!(
            "{name}: p50 {:.2?}, p99 {:.2?}",
            share(samples, 50),
            share(samples, 99)
        );
    }
    Ok(())
}

async fn appends(store: &Store, from: u64, time: Duration) -> Result<(u64, Duration), Failure> {
    let done = Arc::new(AtomicU64::new(0));
    let next = Arc::new(AtomicU64::new(from));
    let begun = Instant::now();
    let tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            let (store, done, next) = (store.clone(), Arc::clone(&done), Arc::clone(&next));
            tokio::spawn(async move {
                let mut samples = Vec::new();
                while begun.elapsed() < time {
                    let change = intake(next.fetch_add(1, Ordering::Relaxed), true);
                    let asked = Instant::now();
                    store.append(change).await?;
                    samples.push(asked.elapsed());
                    done.fetch_add(1, Ordering::Relaxed);
                }
                Ok::<_, store::AppendError>(samples)
            })
        })
        .collect();
    let mut samples = Vec::new();
    for task in tasks {
        samples.extend(task.await??);
    }
    Ok((done.load(Ordering::Relaxed), share(&mut samples, 99)))
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut words = std::env::args().skip(1);
    let base = words.next().unwrap_or_else(|| ".".into());
    let seconds: u64 = words.next().map_or(Ok(5), |word| word.parse())?;
    let cases: u64 = words.next().map_or(Ok(0), |word| word.parse())?;
    let folder = tempfile::tempdir_in(base)?;
    let server = std::env::var("LIANDONG_BENCH_PG").ok();
    let config = match server.clone() {
        Some(url) => StoreConfig::Postgres { url, readers: 2 },
        None => StoreConfig::Sqlite {
            path: folder.path().join("bench.db"),
            readers: 2,
        },
    };
    Store::migrate(&config).await?;
    let store = Store::open(&config)
        .await?
        .with_deadline(Duration::from_secs(60));
    if cases > 0 {
        load(&store, cases).await?;
        lists(&store, cases).await?;
    }
    let before = disk(folder.path(), Duration::from_secs(2))?;
    let time = Duration::from_secs(seconds);
    let bare_before = match &server {
        Some(url) => Some(bare(url, folder.path(), seconds)?),
        None => None,
    };
    let (count, most) = appends(&store, cases + 10_000, time).await?;
    let after = disk(folder.path(), Duration::from_secs(2))?;
    let rate = f64::from(u32::try_from(count)?) / time.as_secs_f64();
    let syncs = f64::midpoint(before, after);
    println!("disk: {before:.0} and {after:.0} synced 8 KiB blocks a second");
    println!("append: {rate:.0} intakes a second from {TASKS} tasks, p99 {most:.2?}");
    println!(
        "ratio: {:.1} durable intakes for each block the disk can sync",
        rate / syncs
    );

    if let (Some(url), Some(first)) = (&server, bare_before) {
        let second = bare(url, folder.path(), seconds)?;
        println!(
            "pgbench: {first:.0} and {second:.0} bare three-row inserts a second; ratio {:.2}",
            rate / f64::midpoint(first, second)
        );
    }

    // Full batches: what the writer itself needs for one intake, its share of the sync included.
    let mut spent = Duration::ZERO;
    let busy = writer_time();
    for part in 0..10 {
        let changes: Vec<Change> = (0..2048)
            .map(|n| intake(LATER + part * 2048 + n, true))
            .collect();
        let begun = Instant::now();
        for outcome in store.append_all(changes).await {
            outcome?;
        }
        spent += begun.elapsed();
    }
    println!(
        "writer: {:.1?} for each intake in batches of 512",
        spent / 20_480
    );
    if let (Some(before), Some(after)) = (busy, writer_time()) {
        println!(
            "writer: {:.1?} of processor time for each",
            (after - before) / 20_480
        );
    }
    store.close().await;
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        let peak = status.lines().find(|line| line.starts_with("VmHWM"));
        println!("memory: {}", peak.unwrap_or("unknown"));
    }
    Ok(())
}
