//! Hand-over: durable at the 110, carried, durable at the 12345, seen on a screen there.

use super::figure::{Row, Times, rate, ratio, short};
use super::{Bench, database, intake, machine};
use crate::ground::http::{Connection, contact};
use crate::ground::platform::{Platform, Running, pair};
use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

const PUSH: &str = r#"{"command":"hand_over","link":"bench","mode":"push"}"#;
/// How long one hand-over may take before the bench is void.
const PATIENCE: Duration = Duration::from_secs(60);

/// The two platforms, and who waits for what arrives.
pub(crate) struct Crossing {
    pub(crate) police: Running,
    pub(crate) hotline: Running,
    pub(crate) cookie: String,
    waiting: Arc<Mutex<Waiting>>,
    followers: Vec<tokio::task::JoinHandle<Result<()>>>,
    _platforms: (Platform, Platform),
}

/// Envelopes of a link arrive in the order of their numbers, so the n-th offer of the sender's log
/// is the n-th of the receiver's.
#[derive(Default)]
struct Waiting {
    offered: HashMap<String, usize>,
    offers: usize,
    arrived: Vec<Instant>,
    by_number: HashMap<usize, oneshot::Sender<Instant>>,
    by_case: HashMap<String, oneshot::Sender<Instant>>,
}

impl Waiting {
    fn offer(&mut self, case: &str) {
        let number = self.offers;
        self.offers = self.offers.saturating_add(1);
        match self.by_case.remove(case) {
            Some(sender) => self.await_number(number, sender),
            None => {
                self.offered.insert(case.to_owned(), number);
            }
        }
    }

    fn await_case(&mut self, case: &str, sender: oneshot::Sender<Instant>) {
        match self.offered.remove(case) {
            Some(number) => self.await_number(number, sender),
            None => {
                self.by_case.insert(case.to_owned(), sender);
            }
        }
    }

    fn await_number(&mut self, number: usize, sender: oneshot::Sender<Instant>) {
        match self.arrived.get(number) {
            // The worker may have given up; then nobody needs it.
            Some(at) => {
                let _ = sender.send(*at);
            }
            None => {
                self.by_number.insert(number, sender);
            }
        }
    }

    fn arrive(&mut self, at: Instant) {
        let number = self.arrived.len();
        self.arrived.push(at);
        if let Some(sender) = self.by_number.remove(&number) {
            // The worker may have given up; then nobody needs it.
            let _ = sender.send(at);
        }
    }
}

impl Crossing {
    /// Starts both and follows their streams.
    ///
    /// # Errors
    /// When one does not start.
    pub(crate) async fn open(bench: &Bench, base: &std::path::Path) -> Result<Self> {
        let platforms = pair(&bench.program, base)?;
        let (police, hotline) = (platforms.0.start()?, platforms.1.start()?);
        // Started just now, they learn, and not for a hand-over.
        machine::at_rest(police.pid()).await?;
        machine::at_rest(hotline.pid()).await?;
        let (cookie, other) = (police.sign_in(0).await?, hotline.sign_in(0).await?);
        let waiting = Arc::new(Mutex::new(Waiting::default()));
        let mut followers = Vec::new();
        for (running, cookie, kind) in [
            (&police, &cookie, "offered"),
            (&hotline, &other, "offer_received"),
        ] {
            let connection = Connection::open(running.address, Some(cookie)).await?;
            let mut events = connection.follow(None).await?;
            // The first event says that we follow; before it an offer could be missed.
            events.next().await?;
            let waiting = Arc::clone(&waiting);
            followers.push(tokio::spawn(async move {
                loop {
                    let event = events.next().await?;
                    if event.name == "reset" {
                        bail!("a stream fell too far behind");
                    }
                    if event.data.get("kind").and_then(Value::as_str) != Some(kind) {
                        continue;
                    }
                    let at = Instant::now();
                    let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
                    if kind == "offered" {
                        let case = event.data.get("case").and_then(Value::as_str);
                        waiting.offer(case.context("an event without a case")?);
                    } else {
                        waiting.arrive(at);
                    }
                }
            }));
        }
        Ok(Self {
            police,
            hotline,
            cookie,
            waiting,
            followers,
            _platforms: platforms,
        })
    }

    /// Hands over with so many in flight until the time is over; each waits for its arrival.
    ///
    /// # Errors
    /// When one is refused or does not arrive.
    pub(crate) async fn cross(
        &self,
        in_flight: usize,
        time: Duration,
        label: &str,
    ) -> Result<(Times, Duration)> {
        let begun = Instant::now();
        let mut workers = Vec::new();
        for worker in 0..in_flight {
            let (address, cookie) = (self.police.address, self.cookie.clone());
            let waiting = Arc::clone(&self.waiting);
            let label = format!("{label}-{worker}");
            workers.push(tokio::spawn(async move {
                let mut connection = Connection::open(address, Some(&cookie)).await?;
                let base = u64::try_from(worker)?.saturating_mul(1_000_000);
                let mut samples = Vec::new();
                let mut number = 0_u64;
                while begun.elapsed() < time {
                    let body = contact(base.saturating_add(number), PUSH);
                    let asked = Instant::now();
                    let answer = connection
                        .post_briefly("/api/contacts", &format!("{label}-{number}"), &body)
                        .await?;
                    let case = answer.json().context("a hand-over is refused")?;
                    let case = case.get("id").and_then(Value::as_str).context("no id")?;
                    let (sender, arrival) = oneshot::channel();
                    waiting
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .await_case(case, sender);
                    let at = tokio::time::timeout(PATIENCE, arrival)
                        .await
                        .context("a hand-over did not arrive")?
                        .context("the streams ended")?;
                    samples.push(at.duration_since(asked));
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

    /// How many offers have arrived so far.
    pub(crate) fn arrived(&self) -> usize {
        self.waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .arrived
            .len()
    }

    /// When the last of them arrived.
    pub(crate) fn last_arrival(&self) -> Option<Instant> {
        self.waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .arrived
            .last()
            .copied()
    }

    /// Envelopes that wait at the 110.
    ///
    /// # Errors
    /// When it does not answer.
    pub(crate) async fn backlog(&self) -> Result<u64> {
        let mut connection = Connection::open(self.police.address, Some(&self.cookie)).await?;
        let links = connection.get("/api/links").await?.json()?;
        links
            .get(0)
            .and_then(|link| link.get("backlog"))
            .and_then(Value::as_u64)
            .context("a link without backlog")
    }

    /// Waits until no receipt is missing.
    ///
    /// # Errors
    /// When some still is after a minute.
    pub(crate) async fn settle(&self) -> Result<()> {
        let begun = Instant::now();
        while self.backlog().await? > 0 {
            if begun.elapsed() > PATIENCE {
                bail!("receipts are missing after {PATIENCE:?}");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }
}

impl Drop for Crossing {
    fn drop(&mut self) {
        for follower in &self.followers {
            follower.abort();
        }
    }
}

/// 1, 16 and 64 in flight, against PostgreSQL's synchronous logical replication.
///
/// # Errors
/// When anything does not start, is refused or does not arrive.
pub(crate) async fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let base = bench.folder("handover")?;
    let peers = database::Replicated::start()?;
    let crossing = Crossing::open(bench, base.path()).await?;
    crossing.cross(16, bench.warm(), "warm").await?;
    peers.orders(16, bench.warm())?;
    let mut rows = Vec::new();
    let mut at_most = 0.0;
    for in_flight in [1, 16, 64] {
        let before = machine::disk(base.path())?;
        let old = spent(&crossing)?;
        let label = format!("cross{in_flight}");
        let (times, time) = crossing.cross(in_flight, bench.seconds, &label).await?;
        crossing.settle().await?;
        let new = spent(&crossing)?;
        let theirs = peers.orders(in_flight, bench.seconds)?;
        let after = machine::disk(base.path())?;
        at_most = rate(times.count(), time);
        let mut row = Row::of(format!("Hand-over 110 → 12345, {in_flight} in flight"));
        row.measured = format!("{at_most:.0}/s");
        row.compared = format!("PostgreSQL synchronous logical replication, tuned: {theirs:.0}/s");
        row.ratio = ratio(at_most, theirs);
        row.times = times.text();
        row.cost = format!(
            "110 {:.1} s CPU, 12345 {:.1} s",
            new.0 - old.0,
            new.1 - old.1
        );
        row.note = bench.verdict(before, after);
        rows.push(row);
    }
    let doors = [(crossing.police.address, crossing.cookie.clone())];
    let (local, time) = intake::take(&doors, 64, bench.seconds, "local").await?;
    let local = rate(local.count(), time);
    let mut row = Row::of("Hand-over against intake alone, both 64 at once");
    row.measured = format!("{at_most:.0}/s");
    row.compared = format!("intake at the same 110: {local:.0}/s");
    row.ratio = ratio(at_most, local);
    rows.push(row);
    Ok(rows)
}

/// CPU seconds of both platforms.
fn spent(crossing: &Crossing) -> Result<(f64, f64)> {
    Ok((
        machine::cpu(crossing.police.pid())?,
        machine::cpu(crossing.hotline.pid())?,
    ))
}

/// What piled up while the other side was away, and the desk's own work meanwhile.
///
/// # Errors
/// When anything does not start, is refused or does not arrive.
pub(crate) async fn drain(bench: &Bench) -> Result<Vec<Row>> {
    let base = bench.folder("drain")?;
    let crossing = Crossing::open(bench, base.path()).await?;
    let doors = [(crossing.police.address, crossing.cookie.clone())];
    crossing.cross(16, bench.warm(), "warm").await?;
    crossing.settle().await?;
    let (alone, _) = intake::take(&doors, 8, bench.seconds, "alone").await?;
    let before = machine::disk(base.path())?;
    let arrived = crossing.arrived();

    crossing.hotline.freeze();
    let piled = bench.piled();
    pile_up(&crossing, piled).await?;
    let waiting = crossing.backlog().await?;
    crossing.hotline.thaw();
    let begun = Instant::now();
    // New cases come in while the backlog drains.
    let enough = Arc::new(AtomicBool::new(false));
    let most = PATIENCE.saturating_mul(5);
    let work = intake::take_until(&doors, 8, most, "during", &enough);
    let gone = async {
        while crossing.arrived() < arrived.saturating_add(piled) {
            if begun.elapsed() > most {
                enough.store(true, Ordering::Relaxed);
                bail!("the backlog did not drain");
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        enough.store(true, Ordering::Relaxed);
        crossing.last_arrival().context("nothing arrived")
    };
    let (work, last) = tokio::join!(work, gone);
    let ((during, _), last) = (work?, last?);
    let time = last.duration_since(begun);
    crossing.settle().await?;
    let after = machine::disk(base.path())?;
    let surplus = crossing
        .arrived()
        .saturating_sub(arrived.saturating_add(piled));

    let count = u32::try_from(piled).context("too many")?;
    let mut row = Row::of(format!(
        "Backlog of {waiting} after a cut (receiver frozen, then not)"
    ));
    row.measured = format!("{:.0}/s, gone after {}", rate(count, time), short(time));
    let (p99, calm) = (during.within(990), alone.within(990));
    row.compared = format!(
        "new cases' p99: {} meanwhile, {} without",
        short(p99),
        short(calm)
    );
    row.ratio = ratio(calm.as_secs_f64(), p99.as_secs_f64());
    row.times = during.text();
    row.note = format!("{surplus} arrived twice; {}", bench.verdict(before, after));
    Ok(vec![row])
}

async fn pile_up(crossing: &Crossing, count: usize) -> Result<()> {
    let mut workers = Vec::new();
    for worker in 0..32_usize {
        let (address, cookie) = (crossing.police.address, crossing.cookie.clone());
        workers.push(tokio::spawn(async move {
            let mut connection = Connection::open(address, Some(&cookie)).await?;
            for number in (worker..count).step_by(32) {
                let body = contact(u64::try_from(number)?, PUSH);
                let answer = connection
                    .post_briefly("/api/contacts", &format!("pile-{number}"), &body)
                    .await?;
                answer
                    .json()
                    .context("a hand-over is refused during the cut")?;
            }
            Ok::<_, anyhow::Error>(())
        }));
    }
    for worker in workers {
        worker.await.context("a worker fell")??;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrival_finds_its_case_in_whatever_order_the_streams_speak() {
        let mut waiting = Waiting::default();
        let mut ends = Vec::new();
        let at = Instant::now();
        let mut ask = |waiting: &mut Waiting, case: &str| {
            let (sender, receiver) = oneshot::channel();
            waiting.await_case(case, sender);
            ends.push(receiver);
        };
        ask(&mut waiting, "a");
        waiting.offer("a");
        waiting.offer("b");
        waiting.arrive(at);
        waiting.arrive(at + Duration::from_secs(1));
        ask(&mut waiting, "b");
        waiting.offer("c");
        ask(&mut waiting, "c");
        waiting.arrive(at + Duration::from_secs(2));
        let got: Vec<Duration> = ends
            .iter_mut()
            .map(|end| end.try_recv().unwrap().duration_since(at))
            .collect();
        assert_eq!(got, [0, 1, 2].map(Duration::from_secs));
    }
}
