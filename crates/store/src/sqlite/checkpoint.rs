//! Copying the write-ahead log back into the file, beside the writer instead of in its commits.
//!
//! A helper thread copies whatever is committed while the writer goes on appending; the little that
//! came in meanwhile the writer copies itself, so that the log can begin anew. Nothing here decides
//! what is durable: a commit is, before any of this happens (law 3).

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

use rusqlite::Connection;
use rusqlite::hooks::Wal;

use crate::error::StoreError;
use crate::sqlite::connection::{checkpoint_connection, failure};

/// Pages in the log after which the helper begins: the more, the fewer pages are copied twice.
const BEGIN: i32 = 8_000;
/// Pages after which the writer no longer waits for the helper: the log must not grow for ever.
const MOST: i32 = 64_000;

/// The writer's side of it.
#[derive(Debug)]
pub(super) struct Checkpoint {
    /// Pages in the log after the last commit, as SQLite counts them.
    pages: Arc<AtomicI32>,
    /// Set by the helper when it has copied what it found.
    copied: Arc<AtomicBool>,
    asks: Option<SyncSender<()>>,
    helper: Option<JoinHandle<()>>,
}

impl Checkpoint {
    /// Takes over from SQLite's own checkpoints, which would be made inside commits.
    pub(super) fn start(path: &Path, writer: &mut Connection) -> Result<Self, StoreError> {
        let pages = Arc::new(AtomicI32::new(0));
        let counter = Arc::clone(&pages);
        writer
            .wal_hook(Some(move |_: &mut Wal, count| {
                counter.store(count, Ordering::Relaxed);
                Ok(())
            }))
            .map_err(|error| failure(&error))?;
        let connection = checkpoint_connection(path)?;
        let copied = Arc::new(AtomicBool::new(false));
        let done = Arc::clone(&copied);
        let (asks, asked) = sync_channel(1);
        let helper = std::thread::Builder::new()
            .name("store-checkpoint".into())
            .spawn(move || serve(connection, &asked, &done))
            .map_err(|error| StoreError::Io(error.to_string()))?;
        Ok(Self {
            pages,
            copied,
            asks: Some(asks),
            helper: Some(helper),
        })
    }

    /// Called by the writer between two batches.
    pub(super) fn tend(&self, writer: &Connection) {
        let pages = self.pages.load(Ordering::Relaxed);
        if pages < BEGIN {
            return;
        }
        if self.copied.swap(false, Ordering::AcqRel) || pages >= MOST {
            // The rest; when all is copied and nobody reads in it, the log begins anew.
            passive(writer);
            self.pages.store(0, Ordering::Relaxed);
        } else if let Some(asks) = &self.asks {
            match asks.try_send(()) {
                // It is at work already.
                Ok(()) | Err(TrySendError::Full(())) => {}
                Err(TrySendError::Disconnected(())) => passive(writer),
            }
        }
    }

    /// Ends the helper; closing the writer's connection then copies what is left.
    pub(super) fn stop(mut self) {
        self.asks.take();
        if let Some(helper) = self.helper.take()
            && helper.join().is_err()
        {
            tracing::warn!("the checkpoint thread panicked");
        }
    }
}

fn serve(connection: Connection, asked: &Receiver<()>, copied: &AtomicBool) {
    while asked.recv().is_ok() {
        passive(&connection);
        copied.store(true, Ordering::Release);
        // What was asked meanwhile was asked for the same.
        while asked.try_recv().is_ok() {}
    }
    if let Err((_, error)) = connection.close() {
        tracing::warn!(%error, "the checkpoint connection was not closed cleanly");
    }
}

/// Copies back what nobody's snapshot forbids, and waits for nobody. What fails is tried again
/// when the log has grown: until then it holds the pages.
fn passive(connection: &Connection) {
    let done = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
    if let Err(error) = done {
        tracing::warn!(%error, "the write-ahead log was not copied back");
    }
}
