//! Live updates: many consoles, many updates, nothing missed.

use super::figure::{Row, Times, rate};
use super::{Bench, intake, machine};
use crate::ground::http::{Connection, Events};
use crate::ground::platform::{Ground, Platform, Running};
use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::time::MissedTickBehavior;

/// Streams of one account: fewer than it may have, since a seat that was left is free again only
/// when the server has seen that nobody sits there.
const PER_ACCOUNT: usize = 14;
/// Cases that are updated in turn.
const CASES: usize = 2_000;
/// Connections that send the updates.
const SENDERS: usize = 16;

/// When the last update of a case was sent.
type Sent = Arc<Mutex<HashMap<String, Instant>>>;

/// What a console saw.
#[derive(Debug, Default)]
struct Seen {
    samples: Vec<Duration>,
    gaps: u32,
    doubles: u32,
    reconnects: u32,
}

struct Console {
    address: SocketAddr,
    cookie: String,
    last: i64,
    sent: Sent,
    /// The position after which nobody waits for more; 0 while it is not known.
    end: Arc<AtomicI64>,
}

impl Console {
    async fn open(&self, after: Option<i64>) -> Result<Events> {
        let connection = Connection::open(self.address, Some(&self.cookie)).await?;
        connection.follow(after).await
    }

    /// Follows to the end; goes away once in between when `leaves` says after how many events.
    async fn follow(mut self, mut events: Events, leaves: Option<u32>) -> Result<Seen> {
        let mut seen = Seen::default();
        let mut count = 0_u32;
        loop {
            let end = self.end.load(Ordering::Relaxed);
            if end > 0 && self.last >= end {
                return Ok(seen);
            }
            let event = tokio::time::timeout(Duration::from_secs(60), events.next())
                .await
                .with_context(|| format!("silence after position {}", self.last))??;
            let at = Instant::now();
            let pos = event.data.get("pos").and_then(Value::as_i64);
            let pos = pos.context("an event without a position")?;
            match event.name.as_str() {
                "hello" => continue,
                "case" => {}
                other => bail!("a console was sent `{other}`"),
            }
            if pos <= self.last {
                seen.doubles = seen.doubles.saturating_add(1);
            } else if pos > self.last.saturating_add(1) {
                seen.gaps = seen.gaps.saturating_add(1);
            }
            self.last = pos;
            if let Some(case) = event.data.get("case").and_then(Value::as_str) {
                let sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(sent) = sent.get(case) {
                    seen.samples.push(at.duration_since(*sent));
                }
            }
            count = count.saturating_add(1);
            if leaves == Some(count) {
                drop(events);
                events = self.open(Some(self.last)).await?;
                seen.reconnects = seen.reconnects.saturating_add(1);
            }
        }
    }
}

/// So many consoles at so many updates a second.
///
/// # Errors
/// When anything does not start or is refused.
pub(crate) async fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let base = bench.folder("live")?;
    let crowds: [(usize, u32); 2] = [(500, 200), (2_000, 50)];
    let platform = Platform::new(&bench.program, base.path(), "police", Ground::Sqlite, 1)?;
    let accounts = crowds.iter().map(|(consoles, _)| consoles).max();
    let accounts = accounts.copied().unwrap_or(0).div_ceil(PER_ACCOUNT);
    platform.settle(None, accounts)?;
    let running = platform.start()?;
    let mut cookies = Vec::new();
    for number in 0..accounts {
        cookies.push(running.sign_in(number).await?);
    }
    let door = (
        running.address,
        cookies.first().context("no account")?.clone(),
    );
    let cases: Vec<String> = intake::take_count(&door, CASES, "", "live")
        .await?
        .iter()
        .filter_map(|case| case.get("id").and_then(Value::as_str).map(str::to_owned))
        .collect();
    machine::at_rest(running.pid()).await?;
    let mut rows = Vec::new();
    for (consoles, updates) in crowds {
        rows.push(crowd(bench, &running, &cookies, &cases, consoles, updates).await?);
    }
    Ok(rows)
}

async fn crowd(
    bench: &Bench,
    running: &Running,
    cookies: &[String],
    cases: &[String],
    consoles: usize,
    updates: u32,
) -> Result<Row> {
    let sent: Sent = Arc::default();
    let end = Arc::new(AtomicI64::new(0));
    let mut crowd = Vec::new();
    for number in 0..consoles {
        let cookie = cookies
            .get(number / PER_ACCOUNT)
            .context("too few accounts")?;
        let mut console = Console {
            address: running.address,
            cookie: cookie.clone(),
            last: 0,
            sent: Arc::clone(&sent),
            end: Arc::clone(&end),
        };
        let mut events = console.open(None).await?;
        let hello = events.next().await?;
        let pos = hello.data.get("pos").and_then(Value::as_i64);
        console.last = pos.context("a greeting without a position")?;
        // Every tenth goes away once and comes back, each at another moment.
        let at = u32::try_from(number % 97).unwrap_or(0).saturating_add(50);
        let leaves = (number % 10 == 0).then_some(at);
        crowd.push(tokio::spawn(console.follow(events, leaves)));
    }
    let spent = machine::cpu(running.pid())?;
    let own = machine::cpu(std::process::id())?;
    let (count, time) = send(bench, running, cookies, cases, updates, &sent).await?;
    let last = last_position(running, cookies).await?;
    end.store(last, Ordering::Relaxed);
    // One more update wakes those who have seen all and wait.
    let door = (
        running.address,
        cookies.first().context("no account")?.clone(),
    );
    intake::take_count(&door, 1, "", &format!("end-{consoles}")).await?;
    let (mut samples, mut gaps, mut doubles, mut reconnects) = (Vec::new(), 0_u32, 0_u32, 0_u32);
    for console in crowd {
        let seen = console.await.context("a console fell")??;
        samples.extend(seen.samples);
        gaps = gaps.saturating_add(seen.gaps);
        doubles = doubles.saturating_add(seen.doubles);
        reconnects = reconnects.saturating_add(seen.reconnects);
    }
    let times = Times::of(samples);
    let spent = machine::cpu(running.pid())? - spent;
    let own = machine::cpu(std::process::id())? - own;
    let mut row = Row::of(format!("{consoles} consoles × {updates} updates/s"));
    row.measured = format!(
        "p99 {} from command to screen, {:.0} deliveries/s",
        super::figure::short(times.within(990)),
        rate(times.count(), time)
    );
    row.times = times.text();
    row.cost = format!(
        "server {spent:.1} s CPU ({:.0} deliveries per CPU second), generator {own:.1} s; {:.0} MiB",
        f64::from(times.count()) / spent.max(1e-9),
        machine::memory(running.pid())?.1
    );
    row.note = format!(
        "{:.0} updates/s sent; {gaps} missed, {doubles} doubled over {reconnects} reconnects",
        rate(count, time)
    );
    Ok(row)
}

/// Sends the updates at their pace, each sender in its turn: all at once would be sixteen at a time.
async fn send(
    bench: &Bench,
    running: &Running,
    cookies: &[String],
    cases: &[String],
    updates: u32,
    sent: &Sent,
) -> Result<(u32, Duration)> {
    let begun = Instant::now();
    let mut senders = Vec::new();
    let pace = Duration::from_secs(1)
        .saturating_mul(u32::try_from(SENDERS)?)
        .checked_div(updates)
        .context("no updates")?;
    let time = bench.seconds;
    for number in 0..SENDERS {
        let cookie = cookies.first().context("no account")?.clone();
        let mut connection = Connection::open(running.address, Some(&cookie)).await?;
        let own: Vec<String> = cases
            .iter()
            .skip(number)
            .step_by(SENDERS)
            .cloned()
            .collect();
        let sent = Arc::clone(sent);
        let turn = pace
            .saturating_mul(u32::try_from(number)?)
            .checked_div(u32::try_from(SENDERS)?)
            .unwrap_or_default();
        senders.push(tokio::spawn(async move {
            let mut tick = tokio::time::interval_at(tokio::time::Instant::now() + turn, pace);
            tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
            let mut count = 0_u32;
            for case in own.iter().cycle() {
                tick.tick().await;
                if begun.elapsed() > time {
                    break;
                }
                sent.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .insert(case.clone(), Instant::now());
                let body = r#"{"command":"add_detail","text":"又来电催问"}"#;
                let key = format!("u-{updates}-{number}-{count}");
                let answer = connection
                    .post(&format!("/api/cases/{case}/commands"), &key, body)
                    .await?;
                answer.json().context("an update is refused")?;
                count = count.saturating_add(1);
            }
            Ok::<_, anyhow::Error>(count)
        }));
    }
    let mut count = 0_u32;
    for sender in senders {
        count = count.saturating_add(sender.await.context("a sender fell")??);
    }
    Ok((count, begun.elapsed()))
}

async fn last_position(running: &Running, cookies: &[String]) -> Result<i64> {
    // The crowd may fill the first account's seats; a greeting is asked for with the last one's.
    let mut refused = None;
    for cookie in cookies.iter().rev() {
        let connection = Connection::open(running.address, Some(cookie)).await?;
        match connection.follow(None).await {
            Ok(mut events) => {
                let hello = events.next().await?;
                let pos = hello.data.get("pos").and_then(Value::as_i64);
                return pos.context("a greeting without a position");
            }
            Err(error) => refused = Some(error),
        }
    }
    Err(refused.context("no account")?)
}
