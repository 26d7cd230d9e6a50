//! The embedded engine: one writing thread, a few reading threads, one file.
//!
//! WAL with `synchronous = FULL`: a commit that was reported is on the disk (law 3), but for a store that is being filled.

mod backup;
mod checkpoint;
mod connection;
mod reader;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use tokio::sync::{mpsc, watch};

use crate::append::Order;
use crate::error::StoreError;
use crate::value::{Columns, FromRow, Stmt, Value};

pub(crate) use connection::{failure, migrate_connection, native, question_marks, read_connection};
pub(crate) use reader::{Ask, Readers, run};

/// Orders that may wait for the appender; callers beyond that wait to hand theirs over.
const QUEUE: usize = 1024;

/// The embedded engine.
#[derive(Debug)]
pub(crate) struct Sqlite {
    path: PathBuf,
    pub(crate) orders: mpsc::Sender<Order>,
    pub(crate) readers: Arc<Readers>,
    wishes: Arc<Wishes>,
}

/// What the writer is asked to keep to; it obeys before its next batch.
#[derive(Debug, Default)]
struct Wishes {
    /// Pages the file may have; 0 = no limit.
    page_limit: AtomicI64,
    /// Whether a commit is reported before it is on the disk.
    rush: AtomicBool,
}

impl Sqlite {
    /// Opens a migrated file; `positions` gets the last committed position.
    pub(crate) async fn open(
        path: &Path,
        readers: usize,
        positions: watch::Sender<i64>,
    ) -> Result<Self, StoreError> {
        let (orders, queue) = mpsc::channel(QUEUE);
        let wishes = Arc::new(Wishes::default());
        writer::start(path, queue, positions, Arc::clone(&wishes)).await?;
        let readers = Arc::new(Readers::start(path, readers.max(1)).await?);
        Ok(Self {
            path: path.to_owned(),
            orders,
            readers,
            wishes,
        })
    }

    pub(crate) fn limit_pages(&self, pages: i64) {
        self.wishes.page_limit.store(pages, Ordering::Release);
    }

    pub(crate) fn rush(&self, on: bool) {
        self.wishes.rush.store(on, Ordering::Release);
    }

    /// Bytes of the file and of what is written ahead of it.
    pub(crate) fn sizes(&self) -> (Option<u64>, Option<u64>) {
        let size = |path: &Path| std::fs::metadata(path).map(|data| data.len()).ok();
        let mut ahead = self.path.as_os_str().to_owned();
        ahead.push("-wal");
        (size(&self.path), size(Path::new(&ahead)))
    }

    /// Ends the readers. The writer is to close after them: who closes last folds the log back.
    pub(crate) async fn close_readers(&self) {
        let readers = Arc::clone(&self.readers);
        if let Err(error) = tokio::task::spawn_blocking(move || readers.close()).await {
            tracing::warn!(%error, "the readers were not closed");
        }
    }

    /// Copies the file while writers work.
    pub(crate) async fn backup(&self, to: &Path) -> Result<(), StoreError> {
        let (from, to) = (self.path.clone(), to.to_owned());
        let done = tokio::task::spawn_blocking(move || backup::copy(&from, &to)).await;
        done.map_err(|error| StoreError::Io(error.to_string()))?
    }
}

/// Reads one statement into types, on a blocking thread.
pub(crate) fn read<T: FromRow>(
    connection: &rusqlite::Connection,
    stmt: &'static Stmt,
    values: &[Value],
) -> Result<Vec<T>, StoreError> {
    run(connection, native(stmt), values)?
        .into_iter()
        .map(|row| T::from_row(&mut Columns::new(stmt.name, row)))
        .collect()
}
