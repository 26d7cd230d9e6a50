//! A connection with its prepared statements, and what the server's failures mean here.

use std::collections::HashMap;
use std::str::FromStr as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::{TryStreamExt as _, pin_mut};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config, NoTls, Statement};

use crate::error::{AppendError, StoreError};
use crate::postgres::value::columns;
use crate::value::{Stmt, Value};

/// Statements kept prepared; the case list's variants are the only ones that can grow in number.
const PREPARED: usize = 256;
/// First and longest pause between attempts to connect.
const PAUSE: (Duration, Duration) = (Duration::from_millis(20), Duration::from_millis(500));

/// What went wrong on a connection.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The connection is gone.
    Lost(String),
    /// Serialization failure or deadlock: the transaction was rolled back and may be repeated.
    Again(String),
    /// A unique key was hit.
    Duplicate(String),
    /// A value that the server cannot take.
    Value(String),
    /// The server is out of disk.
    Full,
    /// The server cannot write or take connections just now.
    Unavailable(String),
    /// Anything else is a defect.
    Broken(String),
}

impl Trouble {
    pub(super) fn of(error: &tokio_postgres::Error) -> Self {
        let Some(db) = error.as_db_error() else {
            // Without an answer of the server it is the connection, or a value that could not be
            // put on the wire; the latter leaves the connection open.
            let text = source_text(error);
            return if error.is_closed() || std::error::Error::source(error).is_some_and(is_io) {
                Self::Lost(text)
            } else {
                Self::Value(text)
            };
        };
        let code = db.code();
        if *code == SqlState::UNIQUE_VIOLATION {
            return Self::Duplicate(key_of(db.table(), db.detail()));
        }
        if *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED
        {
            return Self::Again(db.message().to_owned());
        }
        if *code == SqlState::DISK_FULL {
            return Self::Full;
        }
        let text = format!("{} ({})", db.message(), code.code());
        match code.code().get(..2) {
            Some("22" | "23") => Self::Value(text),
            // Operator intervention and session timeouts end the connection.
            Some("57" | "08") => Self::Lost(text),
            // A read-only server is a demoted primary; another connection may find the new one.
            Some("25" | "53" | "58" | "28" | "3D") => Self::Unavailable(text),
            _ => Self::Broken(text),
        }
    }

    pub(super) fn into_store(self) -> StoreError {
        match self {
            Self::Lost(text) | Self::Again(text) | Self::Unavailable(text) => {
                StoreError::Unavailable(text)
            }
            Self::Full => StoreError::Full,
            Self::Duplicate(text) | Self::Value(text) | Self::Broken(text) => {
                StoreError::Broken(text)
            }
        }
    }

    /// The failure as the fault of one change, if it is one.
    pub(super) fn of_change(&self) -> Option<AppendError> {
        match self {
            Self::Duplicate(what) => Some(AppendError::Duplicate { what: what.clone() }),
            Self::Value(text) => Some(StoreError::Broken(text.clone()).into()),
            _ => None,
        }
    }
}

fn is_io(error: &(dyn std::error::Error + 'static)) -> bool {
    error.is::<std::io::Error>()
}

fn source_text(error: &tokio_postgres::Error) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

/// The key as SQLite names it: `account.login`. The server's detail reads
/// `Key (login)=(...) already exists.`; the values in it go no further.
fn key_of(table: Option<&str>, detail: Option<&str>) -> String {
    let table = table.unwrap_or_default();
    let columns = detail
        .and_then(|detail| detail.split_once('('))
        .and_then(|(_, rest)| rest.split_once(')'))
        .map(|(columns, _)| columns)
        .unwrap_or_default();
    columns
        .split(", ")
        .map(|column| format!("{table}.{column}"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// The address, with what every connection of ours adds.
pub(super) fn config(url: &str) -> Result<Config, StoreError> {
    let mut config = Config::from_str(url)
        .map_err(|error| StoreError::Unavailable(format!("the address: {error}")))?;
    if config.get_application_name().is_none() {
        config.application_name("liandong");
    }
    config.keepalives_idle(Duration::from_secs(10));
    config.tcp_user_timeout(Duration::from_secs(10));
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(Duration::from_secs(2));
    }
    Ok(config)
}

/// A connection and what was prepared on it.
#[derive(Debug)]
pub(super) struct Connection {
    client: Client,
    prepared: Mutex<HashMap<String, Statement>>,
    /// The registered ones by name, which is shorter than their text.
    named: Mutex<HashMap<&'static str, Statement>>,
}

/// Connects once.
pub(super) async fn connect(config: &Config) -> Result<Connection, Trouble> {
    let (client, driver) =
        config
            .connect(NoTls)
            .await
            .map_err(|error| match Trouble::of(&error) {
                Trouble::Value(text) => Trouble::Lost(text),
                other => other,
            })?;
    tokio::spawn(async move {
        if let Err(error) = driver.await {
            tracing::debug!(%error, "a connection to the server ended");
        }
    });
    // A transaction of ours never idles; one that does lost its process and must let go of the
    // lock row. A server that does not know the setting goes without.
    if let Err(error) = client
        .batch_execute("SET idle_in_transaction_session_timeout = 10000")
        .await
    {
        tracing::debug!(%error, "the server has no idle limit for transactions");
    }
    Ok(Connection {
        client,
        prepared: Mutex::default(),
        named: Mutex::default(),
    })
}

/// Connects, with growing pauses, until the deadline.
pub(super) async fn connect_until(
    config: &Config,
    until: Instant,
) -> Result<Connection, StoreError> {
    let mut pause = PAUSE.0;
    loop {
        let error = match tokio::time::timeout_at(until.into(), connect(config)).await {
            Ok(Ok(connection)) => return Ok(connection),
            Ok(Err(trouble)) => trouble.into_store(),
            Err(_) => return Err(StoreError::Unavailable("connecting took too long".into())),
        };
        if Instant::now() + pause >= until {
            return Err(error);
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(PAUSE.1);
    }
}

impl Connection {
    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    pub(super) fn client_mut(&mut self) -> &mut Client {
        &mut self.client
    }

    /// The statement, prepared now if it was not yet.
    pub(super) async fn prepare(&self, sql: &str) -> Result<Statement, Trouble> {
        {
            let known = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(statement) = known.get(sql) {
                return Ok(statement.clone());
            }
        }
        let statement = self
            .client
            .prepare(sql)
            .await
            .map_err(|error| Trouble::of(&error))?;
        let mut known = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= PREPARED {
            known.clear();
        }
        known.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    /// The same for a registered statement.
    pub(super) async fn statement(&self, stmt: &'static Stmt) -> Result<Statement, Trouble> {
        {
            let known = self.named.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(statement) = known.get(stmt.name) {
                return Ok(statement.clone());
            }
        }
        let prepared = self.client.prepare(stmt.sql).await;
        let statement = prepared.map_err(|error| Trouble::of(&error))?;
        let mut known = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(stmt.name, statement.clone());
        Ok(statement)
    }

    /// Plans once and by key for a connection that only looks up by key and inserts. The planner
    /// would otherwise choose to read whole tables while they are small and unknown to it, keep
    /// that plan as they grow, and plan each statement five times. A server that does not know a
    /// setting goes without.
    pub(super) async fn plan_by_key(&self) {
        for setting in [
            "SET plan_cache_mode = force_generic_plan",
            "SET enable_seqscan = off",
            "SET jit = off",
        ] {
            if let Err(error) = self.client.batch_execute(setting).await {
                tracing::debug!(%error, setting, "a setting of the planner was not taken");
            }
        }
    }

    pub(super) async fn query(
        &self,
        sql: &str,
        values: &[Value],
    ) -> Result<Vec<Vec<Value>>, Trouble> {
        let statement = self.prepare(sql).await?;
        self.query_prepared(&statement, values).await
    }

    pub(super) async fn query_prepared(
        &self,
        statement: &Statement,
        values: &[Value],
    ) -> Result<Vec<Vec<Value>>, Trouble> {
        let stream = self
            .client
            .query_raw(statement, values)
            .await
            .map_err(|error| Trouble::of(&error))?;
        pin_mut!(stream);
        let mut rows = Vec::new();
        while let Some(row) = stream
            .try_next()
            .await
            .map_err(|error| Trouble::of(&error))?
        {
            rows.push(columns(&row).map_err(|error| Trouble::Broken(error.to_string()))?);
        }
        Ok(rows)
    }

    pub(super) async fn execute(&self, sql: &str, values: &[Value]) -> Result<u64, Trouble> {
        let statement = self.prepare(sql).await?;
        self.execute_prepared(&statement, values).await
    }

    pub(super) async fn execute_prepared(
        &self,
        statement: &Statement,
        values: &[Value],
    ) -> Result<u64, Trouble> {
        self.client
            .execute_raw(statement, values)
            .await
            .map_err(|error| Trouble::of(&error))
    }

    pub(super) async fn execute_borrowed(
        &self,
        statement: &Statement,
        values: &[&Value],
    ) -> Result<u64, Trouble> {
        let values = values.iter().copied();
        self.client
            .execute_raw(statement, values)
            .await
            .map_err(|error| Trouble::of(&error))
    }

    /// BEGIN, COMMIT, ROLLBACK.
    pub(super) async fn simple(&self, sql: &'static str) -> Result<(), Trouble> {
        self.client
            .batch_execute(sql)
            .await
            .map_err(|error| Trouble::of(&error))
    }
}

#[cfg(test)]
mod tests {
    use super::key_of;

    #[test]
    fn a_key_is_named_without_its_values() {
        let detail = "Key (link, msg_id)=(p, 10000000042) already exists.";
        assert_eq!(
            key_of(Some("inbox"), Some(detail)),
            "inbox.link, inbox.msg_id"
        );
    }
}
