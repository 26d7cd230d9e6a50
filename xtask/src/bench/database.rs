//! The bare database we are compared with: three rows an order, no rule, no HTTP.

use crate::ground::postgres::{Postgres, new_database, programs, sql};
use crate::process::output;
use anyhow::{Context as _, Result};
use std::process::Command;
use std::time::Duration;

const TABLES: &str = "CREATE TABLE orders (id bigserial PRIMARY KEY, no text NOT NULL, unit text NOT NULL, state text NOT NULL);\
    CREATE TABLE events (id bigserial PRIMARY KEY, order_no text NOT NULL, at timestamptz NOT NULL DEFAULT now(), body text NOT NULL);\
    CREATE TABLE outbox (id bigserial PRIMARY KEY, order_no text NOT NULL, body text NOT NULL);";
/// About as many bytes as a case of ours, in one statement, so that it is one round trip.
const ORDER: &str = "\\set n random(1, 1000000000)\n\
    WITH o AS (INSERT INTO orders (no, unit, state) VALUES ('W' || :n, 'u1', repeat('x', 800)) RETURNING no),\n\
    e AS (INSERT INTO events (order_no, body) SELECT no, repeat('y', 300) FROM o)\n\
    INSERT INTO outbox (order_no, body) SELECT no, repeat('z', 300) FROM o;\n";

/// A database with the three tables and nothing else.
#[derive(Debug)]
pub(crate) struct Bare(String);

impl Bare {
    /// Makes the tables.
    ///
    /// # Errors
    /// When psql fails.
    pub(crate) fn new(url: String) -> Result<Self> {
        sql(&url, TABLES)?;
        Ok(Self(url))
    }

    /// Orders a second by so many clients with prepared statements.
    ///
    /// # Errors
    /// When pgbench is missing or fails.
    pub(crate) fn orders(&mut self, clients: usize, time: Duration) -> Result<f64> {
        pgbench(&self.0, clients, time)
    }
}

fn pgbench(url: &str, clients: usize, time: Duration) -> Result<f64> {
    let script = tempfile::NamedTempFile::new().context("no file for the script")?;
    std::fs::write(script.path(), ORDER).context("the script")?;
    let (clients, seconds) = (clients.to_string(), time.as_secs().max(1).to_string());
    let mut command = Command::new(programs()?.join("pgbench"));
    command
        .args([
            "-n", "-M", "prepared", "-j", "2", "-c", &clients, "-T", &seconds, "-f",
        ])
        .arg(script.path())
        .arg(url);
    let text = output(&mut command)?;
    tps(&text).with_context(|| format!("pgbench names no tps:\n{text}"))
}

fn tps(text: &str) -> Option<f64> {
    let line = text.lines().find(|line| line.starts_with("tps = "))?;
    line.split_whitespace().nth(2)?.parse().ok()
}

/// Two clusters, the second a synchronous logical subscriber of the first that has applied and
/// flushed each order before its client is answered; tuned as far as one can without losing that.
#[derive(Debug)]
pub(crate) struct Replicated {
    first: String,
    second: String,
    _clusters: (Postgres, Postgres),
}

impl Replicated {
    /// Starts both.
    ///
    /// # Errors
    /// When one does not start or the subscription does not come up.
    pub(crate) fn start() -> Result<Self> {
        let clusters = (
            Postgres::start(&["wal_level=logical", "wal_sender_timeout=60s"])?,
            Postgres::start(&["wal_receiver_status_interval=1s"])?,
        );
        let first = new_database(&clusters.0, "desk")?;
        let second = new_database(&clusters.1, "desk")?;
        sql(&first, TABLES)?;
        sql(&second, TABLES)?;
        sql(&first, "CREATE PUBLICATION desk FOR ALL TABLES")?;
        // Without synchronous_commit=on here the subscriber's flush waits for its WAL writer, and
        // the pair does 4 orders a second.
        sql(
            &second,
            &format!(
                "CREATE SUBSCRIPTION desk CONNECTION '{first}' PUBLICATION desk \
                 WITH (copy_data = false, synchronous_commit = on)"
            ),
        )?;
        sql(
            &clusters.0.url,
            "ALTER SYSTEM SET synchronous_standby_names = 'desk'",
        )?;
        sql(
            &clusters.0.url,
            "ALTER SYSTEM SET synchronous_commit = 'on'",
        )?;
        sql(&clusters.0.url, "SELECT pg_reload_conf()")?;
        Ok(Self {
            first,
            second,
            _clusters: clusters,
        })
    }

    /// Orders a second that both have on their disks.
    ///
    /// # Errors
    /// When pgbench fails or nothing arrived at the second.
    pub(crate) fn orders(&self, clients: usize, time: Duration) -> Result<f64> {
        let rate = pgbench(&self.first, clients, time)?;
        let count = "SELECT count(*) FROM orders";
        let (sent, arrived) = (sql(&self.first, count)?, sql(&self.second, count)?);
        anyhow::ensure!(
            sent == arrived && arrived != "0",
            "{sent} orders were answered, {arrived} arrived: the replication is not synchronous"
        );
        Ok(rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_read_from_what_pgbench_prints() {
        let text =
            "latency average = 3.4 ms\ntps = 18431.250000 (without initial connection time)\n";
        assert_eq!(tps(text), Some(18_431.25));
        assert_eq!(tps("nothing"), None);
    }
}
