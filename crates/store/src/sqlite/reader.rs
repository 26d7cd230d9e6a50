//! Reading threads, each with a connection of its own that cannot write; and connections for
//! look-ups by key, which are over before a thread would have been woken.

use std::borrow::Cow;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, TryLockError, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Params, Statement};
use tokio::sync::oneshot;

use crate::error::StoreError;
use crate::sqlite::connection::{failure, read_connection};
use crate::value::Value;

/// Rows as values.
pub(crate) type Rows = Vec<Vec<Value>>;

/// A question for a reading thread.
#[derive(Debug)]
pub(crate) struct Ask {
    pub(crate) sql: Cow<'static, str>,
    pub(crate) values: Vec<Value>,
    pub(crate) reply: oneshot::Sender<Result<Rows, StoreError>>,
}

/// Look-ups that may be made at once where they are asked; more go to the threads.
const NEAR: usize = 2;

/// The reading threads' common queue. The threads end when it is dropped.
#[derive(Debug)]
pub(crate) struct Readers {
    asks: Mutex<Option<mpsc::Sender<Ask>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    near: Vec<Mutex<Option<Connection>>>,
}

impl Readers {
    pub(crate) async fn start(path: &Path, count: usize) -> Result<Self, StoreError> {
        let (asks, queue) = mpsc::channel::<Ask>();
        let queue = Arc::new(Mutex::new(queue));
        let share = i64::try_from(count.saturating_add(NEAR)).unwrap_or(i64::MAX);
        let mut threads = Vec::with_capacity(count);
        for number in 0..count {
            let (path, queue) = (path.to_owned(), Arc::clone(&queue));
            let (ready, opened) = oneshot::channel();
            let thread = std::thread::Builder::new()
                .name(format!("store-read-{number}"))
                .spawn(move || match read_connection(&path, share) {
                    Ok(connection) => {
                        let _ = ready.send(Ok(()));
                        serve(&connection, &queue);
                    }
                    Err(error) => {
                        let _ = ready.send(Err(error));
                    }
                })
                .map_err(|error| StoreError::Io(error.to_string()))?;
            threads.push(thread);
            opened.await.map_err(|_| StoreError::Closed)??;
        }
        let near = (0..NEAR)
            .map(|_| {
                let connection = read_connection(path, share)?;
                // Whoever looks up here must not sleep: what is busy is left to the threads.
                connection
                    .busy_timeout(Duration::ZERO)
                    .map_err(|error| failure(&error))?;
                Ok(Mutex::new(Some(connection)))
            })
            .collect::<Result<_, StoreError>>()?;
        Ok(Self {
            asks: Mutex::new(Some(asks)),
            threads: Mutex::new(threads),
            near,
        })
    }

    /// Looks up on the caller's own thread, if a connection is free; `None` leaves it to the
    /// threads. For statements that touch a few rows by their key and nothing else.
    pub(crate) fn near(&self, sql: &str, values: &[Value]) -> Option<Rows> {
        let guard = self.near.iter().find_map(|near| match near.try_lock() {
            Ok(guard) => Some(guard),
            Err(TryLockError::Poisoned(broken)) => Some(broken.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        })?;
        run(guard.as_ref()?, sql, values).ok()
    }

    pub(crate) fn send(&self, ask: Ask) -> Result<(), StoreError> {
        let guard = self.asks.lock().unwrap_or_else(PoisonError::into_inner);
        let asks = guard.as_ref().ok_or(StoreError::Closed)?;
        asks.send(ask).map_err(|_| StoreError::Closed)
    }

    /// Lets the threads end after what waits, and waits for that.
    pub(crate) fn close(&self) {
        self.asks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        for near in &self.near {
            near.lock().unwrap_or_else(PoisonError::into_inner).take();
        }
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        for thread in threads.drain(..) {
            if thread.join().is_err() {
                tracing::warn!("a reading thread panicked");
            }
        }
    }
}

fn serve(connection: &Connection, queue: &Mutex<mpsc::Receiver<Ask>>) {
    loop {
        // The lock is held while waiting: one idle thread waits in the queue, the others for it.
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(ask) = next else { return };
        if ask.reply.is_closed() {
            continue;
        }
        let rows = run(connection, &ask.sql, &ask.values);
        let _ = ask.reply.send(rows);
    }
}

/// Runs one statement that reads.
pub(crate) fn run(
    connection: &Connection,
    sql: &str,
    values: &[Value],
) -> Result<Rows, StoreError> {
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| collect(&mut statement, rusqlite::params_from_iter(values)))
        .map_err(|error| failure(&error))
}

/// All rows of a prepared statement.
pub(super) fn collect(
    statement: &mut Statement<'_>,
    values: impl Params,
) -> rusqlite::Result<Rows> {
    let width = statement.column_count();
    let mut rows = statement.query(values)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let mut columns = Vec::with_capacity(width);
        for column in 0..width {
            columns.push(match row.get_ref(column)? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(number) => Value::I64(number),
                ValueRef::Real(number) => Value::F64(number),
                ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
                ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
            });
        }
        all.push(columns);
    }
    Ok(all)
}
