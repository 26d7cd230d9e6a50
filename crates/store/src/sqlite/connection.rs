//! Opening connections, binding values, and what SQLite's failures mean here.

use std::collections::HashMap;
use std::path::Path;
use std::sync::LazyLock;

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql};

use crate::error::{SchemaProblem, StoreError};
use crate::value::{Stmt, Value};

/// Memory for the writer's pages, KiB. A commit may look through all of them.
const WRITER_CACHE: i64 = 16 * 1024;
/// Memory for all readers' pages together, KiB. Each forgets its own whenever anything was written.
const READERS_CACHE: i64 = 8 * 1024;
/// Memory for the pages of the connection that copies the log back; it needs next to none.
const CHECKPOINT_CACHE: i64 = 256;
/// The write-ahead log's file is cut to this after it has been copied back, bytes.
const LOG_FILE: i64 = 64 * 1024 * 1024;
/// How long a connection waits for another process, milliseconds.
const BUSY: std::time::Duration = std::time::Duration::from_secs(30);

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::I64(number) => ValueRef::Integer(*number),
            Self::F64(number) => ValueRef::Real(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// `$1` as SQLite numbers it: `?1`. (`$1` would be a name there, numbered by occurrence.)
pub(crate) fn question_marks(sql: &str) -> String {
    let mut text = String::with_capacity(sql.len());
    let mut letters = sql.chars().peekable();
    while let Some(letter) = letters.next() {
        let parameter = letter == '$' && letters.peek().is_some_and(char::is_ascii_digit);
        text.push(if parameter { '?' } else { letter });
    }
    text
}

/// Every registered statement in SQLite's spelling.
static NATIVE: LazyLock<HashMap<&'static str, String>> = LazyLock::new(|| {
    crate::statements()
        .map(|stmt| (stmt.name, question_marks(stmt.sql)))
        .collect()
});

/// The statement's text for SQLite.
pub(crate) fn native(stmt: &'static Stmt) -> &'static str {
    // A statement that is not registered is found by the test that compares the lists; it would
    // still run, if its parameters stand in order.
    NATIVE.get(stmt.name).map_or(stmt.sql, String::as_str)
}

fn open(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(
        path,
        flags | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI,
    )
    .map_err(|error| failure(&error))?;
    connection
        .busy_timeout(BUSY)
        .map_err(|error| failure(&error))?;
    // A plan that may look at the values is made anew for every value; the partial indexes are
    // asked for by words in the statement instead.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map_err(|error| failure(&error))?;
    connection.set_prepared_statement_cache_capacity(256);
    Ok(connection)
}

fn durable(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "mmap_size", 0)?;
    connection.pragma_update(None, "cache_size", -WRITER_CACHE)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "journal_size_limit", LOG_FILE)
}

/// The connection that writes. The file must exist.
pub(crate) fn write_connection(path: &Path) -> Result<Connection, StoreError> {
    if !path.exists() {
        return Err(StoreError::Schema(SchemaProblem::Missing("1".into())));
    }
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    durable(&connection).map_err(|error| failure(&error))?;
    Ok(connection)
}

/// A second connection to the file, that copies the write-ahead log back and does nothing else.
pub(crate) fn checkpoint_connection(path: &Path) -> Result<Connection, StoreError> {
    let connection = write_connection(path)?;
    connection
        .pragma_update(None, "cache_size", -CHECKPOINT_CACHE)
        .map_err(|error| failure(&error))?;
    Ok(connection)
}

/// The connection that migrates; makes the file.
pub(crate) fn migrate_connection(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let connection = open(path, flags)?;
    durable(&connection).map_err(|error| failure(&error))?;
    Ok(connection)
}

/// A connection that cannot write; `share` readers divide their memory.
pub(crate) fn read_connection(path: &Path, share: i64) -> Result<Connection, StoreError> {
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let cache = (READERS_CACHE / share.max(1)).max(2048);
    connection
        .pragma_update(None, "query_only", true)
        .and_then(|()| connection.pragma_update(None, "mmap_size", 0))
        .and_then(|()| connection.pragma_update(None, "cache_size", -cache))
        .and_then(|()| connection.pragma_update(None, "temp_store", "MEMORY"))
        .map_err(|error| failure(&error))?;
    Ok(connection)
}

/// What a failure of SQLite means to the caller.
pub(crate) fn failure(error: &rusqlite::Error) -> StoreError {
    let Some(code) = error.sqlite_error_code() else {
        return StoreError::Broken(error.to_string());
    };
    match code {
        ErrorCode::DiskFull => StoreError::Full,
        ErrorCode::SystemIoFailure => StoreError::Io(error.to_string()),
        ErrorCode::DatabaseBusy
        | ErrorCode::DatabaseLocked
        | ErrorCode::CannotOpen
        | ErrorCode::ReadOnly
        | ErrorCode::OutOfMemory => StoreError::Unavailable(error.to_string()),
        _ => StoreError::Broken(error.to_string()),
    }
}

/// The unique key that was hit, if that is what failed.
pub(crate) fn duplicate(error: &rusqlite::Error) -> Option<String> {
    let rusqlite::Error::SqliteFailure(inner, text) = error else {
        return None;
    };
    let unique = [
        rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE,
        rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY,
    ];
    if !unique.contains(&inner.extended_code) {
        return None;
    }
    let text = text.as_deref().unwrap_or_default();
    let columns = text.rsplit_once(": ").map_or(text, |(_, columns)| columns);
    Some(columns.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::StatementStatus;

    #[test]
    fn a_look_up_is_planned_once_and_by_its_partial_index() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        let writer = migrate_connection(&path).unwrap();
        let table = "CREATE TABLE t (k TEXT, v TEXT); CREATE INDEX t_k ON t (k) WHERE k <> ''";
        writer.execute_batch(table).unwrap();
        let reader = read_connection(&path, 1).unwrap();
        let sql = "SELECT v FROM t WHERE k = ?1 AND k <> ''";
        let mut statement = reader.prepare(sql).unwrap();
        for key in ["a", "b", "c"] {
            assert!(!statement.exists([key]).unwrap());
        }
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
        let plan: String = reader
            .query_row(&format!("EXPLAIN QUERY PLAN {sql}"), ["a"], |row| {
                row.get(3)
            })
            .unwrap();
        assert!(plan.contains("USING INDEX t_k"), "{plan}");
    }

    #[test]
    fn only_parameters_are_rewritten() {
        let text = question_marks("SELECT '$', a FROM t WHERE x = $12 AND y = $3");
        assert_eq!(text, "SELECT '$', a FROM t WHERE x = ?12 AND y = ?3");
    }
}
