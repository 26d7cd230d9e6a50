//! The server engine: the same statements, pipelined.
//!
//! Several processes append to one database. Each takes the lock row, reads the heads from behind
//! it, checks the whole batch, writes it in one pipeline and commits: positions stay without gaps
//! and in order, and no leader is elected.

mod connection;
mod pipeline;
mod value;
mod writer;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, mpsc, watch};
use tokio::task::JoinHandle;

use crate::append::{LOG_HEAD, Order, look, write};
use crate::engine::DEADLINE;
use crate::error::StoreError;
use crate::migrate::{Dialect, compare, first_heads, migrations, require, runner_failure};
use crate::postgres::connection::{Connection, Trouble, connect, connect_until};
use crate::value::{Columns, FromRow, Value};

/// Orders that may wait for the appender.
const QUEUE: usize = 1024;
/// How often the head is read for appends of other processes.
const POLL: Duration = Duration::from_millis(200);

/// The server engine.
#[derive(Debug)]
pub(crate) struct Postgres {
    pub(crate) orders: mpsc::Sender<Order>,
    readers: std::sync::Arc<Readers>,
    poll: JoinHandle<()>,
}

impl Postgres {
    /// Opens a migrated database; `positions` gets the last committed position.
    pub(crate) async fn open(
        url: &str,
        readers: usize,
        positions: watch::Sender<i64>,
    ) -> Result<Self, StoreError> {
        let config = connection::config(url)?;
        let first = connect_until(&config, Instant::now() + DEADLINE).await?;
        require(&applied(&first).await?, Dialect::Postgres)?;
        let readers = std::sync::Arc::new(Readers {
            config: config.clone(),
            slots: (0..readers.max(1)).map(|_| Mutex::new(None)).collect(),
            next: AtomicUsize::new(0),
        });
        let positions = std::sync::Arc::new(positions);
        if let Some(pos) = readers.head().await? {
            positions.send_replace(pos);
        }
        first.plan_by_key().await;
        let (orders, queue) = mpsc::channel(QUEUE);
        let writer = writer::Writer::new(config, first, std::sync::Arc::clone(&positions))?;
        tokio::spawn(writer.serve(queue));
        let poll = tokio::spawn(follow(std::sync::Arc::clone(&readers), positions));
        Ok(Self {
            orders,
            readers,
            poll,
        })
    }

    pub(crate) fn close(&self) {
        self.poll.abort();
    }

    pub(crate) async fn rows(
        &self,
        sql: &str,
        values: Vec<Value>,
        deadline: Duration,
    ) -> Result<Vec<Vec<Value>>, StoreError> {
        self.readers
            .rows(sql, &values, Instant::now() + deadline)
            .await
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.poll.abort();
    }
}

/// Moves the position when another process has appended.
async fn follow(readers: std::sync::Arc<Readers>, positions: std::sync::Arc<watch::Sender<i64>>) {
    let mut tick = tokio::time::interval(POLL);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        // While the server is away the position simply does not move; the callers hear of it.
        if let Ok(Some(pos)) = readers.head().await {
            advance(&positions, pos);
        }
    }
}

/// Positions never go back, even when the poll was overtaken by a commit.
fn advance(positions: &watch::Sender<i64>, pos: i64) {
    positions.send_if_modified(|last| {
        let further = pos > *last;
        if further {
            *last = pos;
        }
        further
    });
}

/// Connections that read, each pipelined, used in turn.
#[derive(Debug)]
struct Readers {
    config: tokio_postgres::Config,
    slots: Vec<Mutex<Option<std::sync::Arc<Connection>>>>,
    next: AtomicUsize,
}

impl Readers {
    async fn head(&self) -> Result<Option<i64>, StoreError> {
        let rows = self
            .rows(look::HEADS.sql, &[], Instant::now() + DEADLINE)
            .await?;
        for row in rows {
            let (id, pos, _) =
                <(i64, i64, Vec<u8>)>::from_row(&mut Columns::new(look::HEADS.name, row))?;
            if id == LOG_HEAD {
                return Ok(Some(pos));
            }
        }
        Ok(None)
    }

    /// Reads; a lost connection is replaced and the question asked again until the deadline.
    async fn rows(
        &self,
        sql: &str,
        values: &[Value],
        until: Instant,
    ) -> Result<Vec<Vec<Value>>, StoreError> {
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.slots.len().max(1);
        let slot = self.slots.get(turn).ok_or(StoreError::Closed)?;
        loop {
            let connection = {
                let wait = tokio::time::timeout_at(until.into(), slot.lock()).await;
                let mut held = wait.map_err(|_| late())?;
                match held.as_ref().filter(|connection| !connection.is_closed()) {
                    Some(connection) => std::sync::Arc::clone(connection),
                    None => {
                        let new = std::sync::Arc::new(connect_until(&self.config, until).await?);
                        *held = Some(std::sync::Arc::clone(&new));
                        new
                    }
                }
            };
            match tokio::time::timeout_at(until.into(), connection.query(sql, values)).await {
                Ok(Ok(rows)) => return Ok(rows),
                Ok(Err(Trouble::Lost(_) | Trouble::Again(_))) => {
                    tracing::debug!("a reading connection was lost; asking again");
                }
                Ok(Err(other)) => return Err(other.into_store()),
                Err(_) => {
                    // A frozen server keeps the connection open; the next reader gets a new one.
                    if let Ok(mut held) = slot.try_lock() {
                        held.take();
                    }
                    return Err(late());
                }
            }
            if Instant::now() >= until {
                return Err(late());
            }
        }
    }
}

fn late() -> StoreError {
    StoreError::Unavailable("the server did not answer in time".into())
}

async fn applied(connection: &Connection) -> Result<Vec<(i64, String, String)>, StoreError> {
    // The one question to the catalogue; it is asked of PostgreSQL only.
    let made = connection
        .query(
            "SELECT count(*) FROM information_schema.tables \
             WHERE table_name = 'refinery_schema_history' AND table_schema = current_schema()",
            &[],
        )
        .await
        .map_err(Trouble::into_store)?;
    if made.first().and_then(|row| row.first()) != Some(&Value::I64(1)) {
        return Ok(Vec::new());
    }
    let rows = connection
        .query(look::MIGRATIONS.sql, &[])
        .await
        .map_err(Trouble::into_store)?;
    rows.into_iter()
        .map(|row| FromRow::from_row(&mut Columns::new(look::MIGRATIONS.name, row)))
        .collect()
}

const TURN_TABLE: &str =
    "CREATE TABLE IF NOT EXISTS migration_turn (id BIGINT NOT NULL PRIMARY KEY)";
const TURN_ROW: &str = "INSERT INTO migration_turn (id) SELECT 1 \
     WHERE NOT EXISTS (SELECT 1 FROM migration_turn)";
const TURN_TAKE: &str = "UPDATE migration_turn SET id = id WHERE id = 1";
/// A migration may take its time; the usual limit for a transaction at rest would end the turn.
const TURN_LIMIT: &str = "SET LOCAL idle_in_transaction_session_timeout = 3600000";

/// A connection that holds the one row which all who migrate must lock.
async fn take_turn(config: &tokio_postgres::Config) -> Result<Connection, Trouble> {
    let connection = connect(config).await?;
    // Making the table or the row can fail only because another process just made it: then the
    // second attempt finds it.
    for sql in [TURN_TABLE, TURN_ROW] {
        if let Err(trouble) = connection.simple(sql).await {
            tracing::debug!(?trouble, "another process migrates");
            connection.simple(sql).await?;
        }
    }
    connection.simple("BEGIN").await?;
    connection.simple(TURN_LIMIT).await?;
    connection.simple(TURN_TAKE).await?;
    Ok(connection)
}

/// Brings a database up to date; the names that were applied.
pub(crate) async fn migrate(url: &str) -> Result<Vec<String>, StoreError> {
    let config = connection::config(url)?;
    // Held until the end: whoever comes second waits, and finds nothing left to do.
    let turn = take_turn(&config).await.map_err(Trouble::into_store)?;
    let mut connection = connect(&config).await.map_err(Trouble::into_store)?;
    let known = migrations(Dialect::Postgres)?;
    compare(&applied(&connection).await?, &known).map_err(StoreError::Schema)?;
    let report = refinery_core::Runner::new(&known)
        .run_async(connection.client_mut())
        .await
        .map_err(|error| runner_failure(&error))?;
    let heads = connection
        .query(look::HEADS.sql, &[])
        .await
        .map_err(Trouble::into_store)?;
    for values in first_heads() {
        if !heads.iter().any(|row| row.first() == values.first()) {
            connection
                .execute(write::HEAD_INSERT.sql, &values)
                .await
                .map_err(Trouble::into_store)?;
        }
    }
    turn.simple("COMMIT").await.map_err(Trouble::into_store)?;
    Ok(report
        .applied_migrations()
        .iter()
        .map(ToString::to_string)
        .collect())
}
