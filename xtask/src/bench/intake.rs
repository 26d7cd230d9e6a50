//! Durable intake: what one desk takes in a second, on either store, beside a bare database.

use super::figure::{Row, Times, rate, ratio};
use super::{Bench, database, machine};
use crate::ground::http::{Connection, contact};
use crate::ground::platform::{Ground, Platform, Running};
use crate::ground::postgres::{Postgres, new_database};
use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Connections that take at once.
pub(crate) const AT_ONCE: usize = 64;
/// Turns of us and of what we are compared with.
const TURNS: u32 = 3;

/// Takes contacts over so many kept connections until the time is over.
///
/// # Errors
/// When one is refused.
pub(crate) async fn take(
    doors: &[(SocketAddr, String)],
    at_once: usize,
    time: Duration,
    label: &str,
) -> Result<(Times, Duration)> {
    take_until(doors, at_once, time, label, &Arc::default()).await
}

/// The same, or until somebody says that it is enough.
///
/// # Errors
/// When one is refused.
pub(crate) async fn take_until(
    doors: &[(SocketAddr, String)],
    at_once: usize,
    time: Duration,
    label: &str,
    enough: &Arc<AtomicBool>,
) -> Result<(Times, Duration)> {
    let begun = Instant::now();
    let mut workers = Vec::new();
    for (worker, (address, cookie)) in doors.iter().cycle().take(at_once).enumerate() {
        let (address, cookie) = (*address, cookie.clone());
        let (label, enough) = (format!("{label}-{worker}"), Arc::clone(enough));
        workers.push(tokio::spawn(async move {
            let mut connection = Connection::open(address, Some(&cookie)).await?;
            let base = u64::try_from(worker)?.saturating_mul(1_000_000);
            let mut samples = Vec::new();
            let mut number = 0_u64;
            while begun.elapsed() < time && !enough.load(Ordering::Relaxed) {
                let body = contact(base.saturating_add(number), "");
                let asked = Instant::now();
                let answer = connection
                    .post_briefly("/api/contacts", &format!("{label}-{number}"), &body)
                    .await?;
                samples.push(asked.elapsed());
                answer.json().context("a contact is refused")?;
                number = number.saturating_add(1);
            }
            Ok::<_, anyhow::Error>(samples)
        }));
    }
    let mut samples = Vec::new();
    for worker in workers {
        samples.extend(worker.await.context("a worker fell")??);
    }
    Ok((Times::of(samples), begun.elapsed()))
}

/// Takes so many contacts, each followed by the same command, as fast as it goes; gives the cases.
///
/// # Errors
/// When one is refused.
pub(crate) async fn take_count(
    door: &(SocketAddr, String),
    count: usize,
    then: &str,
    label: &str,
) -> Result<Vec<Value>> {
    let mut workers = Vec::new();
    for worker in 0..AT_ONCE {
        let (address, cookie) = door.clone();
        let (label, then) = (label.to_owned(), then.to_owned());
        workers.push(tokio::spawn(async move {
            let mut connection = Connection::open(address, Some(&cookie)).await?;
            let mut cases = Vec::new();
            for number in (worker..count).step_by(AT_ONCE) {
                let body = contact(u64::try_from(number)?, &then);
                let answer = connection
                    .post("/api/contacts", &format!("{label}-{number}"), &body)
                    .await?;
                let case = answer.json().context("a contact is refused")?;
                // Of a million only what is asked for later is kept.
                cases.push(json!({
                    "id": case.get("id"), "version": case.get("version"),
                    "deadlines": case.get("deadlines"),
                }));
            }
            Ok::<_, anyhow::Error>(cases)
        }));
    }
    let mut cases = Vec::new();
    for worker in workers {
        cases.extend(worker.await.context("a worker fell")??);
    }
    Ok(cases)
}

/// SQLite: one platform, 64 connections, against the bare database and the disk.
///
/// # Errors
/// When anything does not start or is refused.
pub(crate) async fn sqlite(bench: &Bench) -> Result<Vec<Row>> {
    let base = bench.folder("intake")?;
    let platform = Platform::new(&bench.program, base.path(), "police", Ground::Sqlite, 1)?;
    platform.settle(None, 1)?;
    let running = platform.start()?;
    let cookie = running.sign_in(0).await?;
    let doors = [(running.address, cookie)];
    take(&doors, AT_ONCE, bench.warm(), "warm").await?;

    // In turns, so that a disk that changes its mind changes it for both.
    let cluster = Postgres::start(&[])?;
    let mut bare = database::Bare::new(new_database(&cluster, "bare")?)?;
    bare.orders(AT_ONCE, bench.warm())?;
    let before = machine::disk(base.path())?;
    let (mut own, mut spent) = (0.0, 0.0);
    let (mut samples, mut time, mut rates) = (Vec::new(), Duration::ZERO, Vec::new());
    for turn in 0..TURNS {
        let old = (
            machine::cpu(std::process::id())?,
            machine::cpu(running.pid())?,
        );
        let label = format!("take{turn}");
        let (part, took) = take(&doors, AT_ONCE, bench.seconds / TURNS, &label).await?;
        own += machine::cpu(std::process::id())? - old.0;
        spent += machine::cpu(running.pid())? - old.1;
        samples.extend(part.into_samples());
        time = time.saturating_add(took);
        rates.push(bare.orders(AT_ONCE, bench.seconds / TURNS)?);
    }
    let after = machine::disk(base.path())?;
    let times = Times::of(samples);
    let ours = rate(times.count(), time);
    let theirs = rates.iter().sum::<f64>() / f64::from(TURNS);
    let memory = machine::memory(running.pid())?;
    drop(running);

    let cost = format!(
        "server {spent:.1} s CPU ({:.3} ms each), generator {own:.1} s; {:.0} MiB",
        spent * 1e3 / f64::from(times.count().max(1)),
        memory.1
    );
    let mut against = Row::of("Durable intake over HTTP, SQLite, 64 connections");
    against.measured = format!("{ours:.0}/s");
    against.compared = format!("PostgreSQL, bare insert of three rows, 64 clients: {theirs:.0}/s");
    against.ratio = ratio(ours, theirs);
    against.times = times.text();
    against.cost = cost;
    against.note = bench.verdict(before, after);
    let mut flush = Row::of("The same against the disk");
    flush.measured = format!("{ours:.0}/s");
    let disk = f64::midpoint(before, after);
    flush.compared = format!("8 KiB writes, each synced: {disk:.0}/s");
    flush.ratio = ratio(ours, disk);
    flush.note.clone_from(&against.note);
    Ok(vec![against, flush])
}

/// PostgreSQL: two processes over one database.
///
/// # Errors
/// When anything does not start or is refused.
pub(crate) async fn postgres(bench: &Bench) -> Result<Vec<Row>> {
    let base = bench.folder("intake-pg")?;
    let cluster = Postgres::start(&[])?;
    let url = new_database(&cluster, "desk")?;
    let first = Platform::new(
        &bench.program,
        base.path(),
        "police",
        Ground::Postgres(url.clone()),
        1,
    )?;
    let second = Platform::new(
        &bench.program,
        base.path(),
        "police",
        Ground::Postgres(url),
        2,
    )?;
    first.settle(None, 1)?;
    second.settle(None, 0)?;
    let servers: [Running; 2] = [first.start()?, second.start()?];
    let mut doors = Vec::new();
    for server in &servers {
        doors.push((server.address, server.sign_in(0).await?));
    }
    take(&doors, AT_ONCE, bench.warm(), "warm").await?;

    let mut bare = database::Bare::new(new_database(&cluster, "bare")?)?;
    bare.orders(AT_ONCE, bench.warm())?;
    let before = machine::disk(base.path())?;
    let spent = |servers: &[Running; 2]| -> Result<(f64, f64)> {
        let own = servers
            .iter()
            .map(|server| machine::cpu(server.pid()))
            .sum::<Result<f64>>()?;
        Ok((own, machine::cpu_with_children(cluster.pid())?))
    };
    let (mut own, mut base_spent) = (0.0, 0.0);
    let (mut samples, mut time, mut rates) = (Vec::new(), Duration::ZERO, Vec::new());
    for turn in 0..TURNS {
        let old = spent(&servers)?;
        let label = format!("take{turn}");
        let (part, took) = take(&doors, AT_ONCE, bench.seconds / TURNS, &label).await?;
        let new = spent(&servers)?;
        own += new.0 - old.0;
        base_spent += new.1 - old.1;
        samples.extend(part.into_samples());
        time = time.saturating_add(took);
        rates.push(bare.orders(AT_ONCE, bench.seconds / TURNS)?);
    }
    let after = machine::disk(base.path())?;
    let times = Times::of(samples);
    let ours = rate(times.count(), time);
    let theirs = rates.iter().sum::<f64>() / f64::from(TURNS);
    drop(servers);

    let mut row = Row::of("Durable intake over HTTP, PostgreSQL, 2 processes, 64 connections");
    row.measured = format!("{ours:.0}/s");
    row.compared = format!("the same PostgreSQL, bare insert of three rows: {theirs:.0}/s");
    row.ratio = ratio(ours, theirs);
    row.times = times.text();
    row.cost = format!("servers {own:.1} s CPU, database {base_spent:.1} s");
    row.note = bench.verdict(before, after);
    Ok(vec![row])
}
