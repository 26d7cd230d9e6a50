//! One round: the real program takes contacts over HTTP, is cut off at some moment, comes back;
//! each contact that was acknowledged must be there, once.

use super::disk::CutDisk;
use crate::ground::http::{Connection, contact};
use crate::ground::platform::{Platform, Running};
use crate::ground::postgres::Postgres;
use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

pub(super) const AT_ONCE: u64 = 32;

/// How long the load goes on once its database is back.
const AFTER: Duration = Duration::from_millis(300);

/// What is cut off, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cut<'a> {
    /// `kill -9` of the program: what the kernel holds stays.
    Kill,
    /// The power of its disk: what was not flushed is gone.
    Power(&'a CutDisk),
    /// `kill -9` of its database's every process; the program lives on and must find back.
    Database(&'a RefCell<Postgres>),
    /// The power of the disk that its database writes to.
    DatabasePower(&'a CutDisk, &'a RefCell<Postgres>),
}

/// What came of one or more rounds.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// How many rounds.
    pub(crate) rounds: u32,
    /// Contacts that were answered with success.
    pub(crate) acknowledged: u64,
    /// Of these, no longer there.
    pub(crate) lost: u64,
    /// Of these, there more than once.
    pub(crate) doubled: u64,
}

impl Outcome {
    /// Both together.
    pub(crate) const fn and(self, other: Self) -> Self {
        Self {
            rounds: self.rounds.saturating_add(other.rounds),
            acknowledged: self.acknowledged.saturating_add(other.acknowledged),
            lost: self.lost.saturating_add(other.lost),
            doubled: self.doubled.saturating_add(other.doubled),
        }
    }
}

impl Outcome {
    /// Itself, when something was acknowledged and nothing is lost or doubled.
    ///
    /// # Errors
    /// Otherwise.
    pub(crate) fn check(self) -> Result<Self> {
        if self.acknowledged == 0 {
            bail!(
                "nothing was acknowledged in {} rounds: this proves nothing",
                self.rounds
            );
        }
        if self.lost > 0 || self.doubled > 0 {
            bail!("{self:?}");
        }
        Ok(self)
    }
}

/// A contact that was answered with success, and the case it became.
#[derive(Debug, Clone)]
pub(super) struct Acknowledged {
    pub(super) number: u64,
    pub(super) case: String,
}

/// Runs one round.
///
/// # Errors
/// When the platform does not come back, or `verify` finds a fault.
pub(crate) async fn run(
    platform: &Platform,
    round: u32,
    life: Duration,
    cut: Cut<'_>,
) -> Result<Outcome> {
    let running = platform.start()?;
    let cookie = running.sign_in(0).await?;
    let stop = Arc::new(AtomicBool::new(false));
    let taking: Vec<_> = (0..AT_ONCE)
        .map(|worker| {
            let stop = Arc::clone(&stop);
            tokio::spawn(take(running.address, cookie.clone(), round, worker, stop))
        })
        .collect();
    tokio::time::sleep(life).await;
    match cut {
        Cut::Kill => running.kill()?,
        Cut::Power(disk) => {
            disk.cut()?;
            // What the program still answers from here on it must answer with an error.
            tokio::time::sleep(Duration::from_millis(50)).await;
            running.kill()?;
        }
        Cut::Database(server) => server.borrow().crash()?,
        Cut::DatabasePower(disk, server) => {
            disk.cut()?;
            tokio::time::sleep(Duration::from_millis(50)).await;
            server.borrow().crash()?;
        }
    }
    // Those who ask meanwhile wait or are told no; what they are told yes must hold as well.
    if let Cut::Database(server) | Cut::DatabasePower(_, server) = cut {
        if let Cut::DatabasePower(disk, _) = cut {
            disk.restore()?;
        }
        server.borrow_mut().restart()?;
        running.wait_ready().context("without its database")?;
        tokio::time::sleep(AFTER).await;
    }
    stop.store(true, Ordering::Relaxed);
    let mut acknowledged = Vec::new();
    for worker in taking {
        acknowledged.extend(worker.await.context("a worker fell")?);
    }
    let running = match cut {
        Cut::Kill | Cut::Power(_) => {
            drop(running);
            if let Cut::Power(disk) = cut {
                disk.restore()?;
            }
            platform.verify().context("after the cut")?;
            platform.start()?
        }
        Cut::Database(_) | Cut::DatabasePower(..) => {
            platform.verify().context("after the cut")?;
            running
        }
    };
    let cookie = running.sign_in(0).await?;
    count(&running, &cookie, round, &acknowledged).await
}

fn key(round: u32, number: u64) -> String {
    format!("soak-{round}-{number}")
}

fn place(round: u32, number: u64) -> u64 {
    u64::from(round)
        .saturating_mul(1_000_000_000)
        .saturating_add(number)
}

/// Takes contacts until the first error, which is no promise, or until it is stopped.
pub(super) async fn take(
    address: SocketAddr,
    cookie: String,
    round: u32,
    worker: u64,
    stop: Arc<AtomicBool>,
) -> Vec<Acknowledged> {
    let mut acknowledged = Vec::new();
    let Ok(mut connection) = Connection::open(address, Some(&cookie)).await else {
        return acknowledged;
    };
    let mut number = worker;
    while !stop.load(Ordering::Relaxed) {
        let body = contact(place(round, number), "");
        let answer = connection
            .post("/api/contacts", &key(round, number), &body)
            .await;
        let Ok(case) = answer.and_then(|answer| answer.json()) else {
            return acknowledged;
        };
        let Some(case) = case.get("id").and_then(Value::as_str) else {
            return acknowledged;
        };
        acknowledged.push(Acknowledged {
            number,
            case: case.to_owned(),
        });
        number = number.saturating_add(AT_ONCE);
    }
    acknowledged
}

/// Asks for each acknowledged case, and sends its command again: the repeat must name the same case
/// (a lost one would be made anew, a doubled one would be another).
pub(super) async fn count(
    running: &Running,
    cookie: &str,
    round: u32,
    acknowledged: &[Acknowledged],
) -> Result<Outcome> {
    let mut outcome = Outcome {
        rounds: 1,
        acknowledged: u64::try_from(acknowledged.len())?,
        ..Outcome::default()
    };
    let mut connection = Connection::open(running.address, Some(cookie)).await?;
    let mut numbers = HashSet::new();
    for one in acknowledged {
        let answer = connection.get(&format!("/api/cases/{}", one.case)).await?;
        if answer.status == 404 {
            outcome.lost = outcome.lost.saturating_add(1);
            continue;
        }
        let case = answer.json().context("a case cannot be read")?;
        let no = case
            .get("no")
            .and_then(Value::as_str)
            .context("a case without number")?;
        let body = contact(place(round, one.number), "");
        let again = connection
            .post("/api/contacts", &key(round, one.number), &body)
            .await?
            .json()
            .context("a repeat is refused")?;
        let same = again.get("id").and_then(Value::as_str) == Some(&one.case);
        if !same || !numbers.insert(no.to_owned()) {
            outcome.doubled = outcome.doubled.saturating_add(1);
        }
    }
    Ok(outcome)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_add_up() {
        let one = Outcome {
            rounds: 1,
            acknowledged: 10,
            lost: 1,
            doubled: 0,
        };
        let sum = one.and(one);
        assert_eq!(
            (sum.rounds, sum.acknowledged, sum.lost, sum.doubled),
            (2, 20, 2, 0)
        );
    }
}
