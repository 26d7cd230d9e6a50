//! The writing thread: everything that waits goes into one transaction, and is answered after it.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use rusqlite::{Connection, Params, Statement};
use tokio::sync::{mpsc, oneshot, watch};

use crate::append::{
    AUDIT_HEAD, Appended, Head, Heads, Kept, Known, LOG_HEAD, LinkHead, Order, Outcomes, Plan,
    Room, Write, answer, look, refuse_rest, sequence, settle,
};
use crate::error::{AppendError, StoreError};
use crate::sqlite::checkpoint::Checkpoint;
use crate::sqlite::connection::{duplicate, failure, native, write_connection};
use crate::sqlite::reader::collect;
use crate::sqlite::{Wishes, read};
use crate::value::{Columns, FromRow, Stmt};

/// Starts the thread and waits until its connection is open.
pub(super) async fn start(
    path: &Path,
    queue: mpsc::Receiver<Order>,
    positions: watch::Sender<i64>,
    wishes: Arc<Wishes>,
) -> Result<(), StoreError> {
    let path = path.to_owned();
    let (ready, opened) = oneshot::channel();
    std::thread::Builder::new()
        .name("store-append".into())
        .spawn(move || {
            let begun = write_connection(&path).and_then(|mut connection| {
                crate::migrate::check_connection(&connection)?;
                let heads = load_heads(&connection)?;
                let checkpoint = Checkpoint::start(&path, &mut connection)?;
                Ok((connection, checkpoint, heads.log.pos))
            });
            match begun {
                Ok((connection, checkpoint, pos)) => {
                    positions.send_replace(pos);
                    let _ = ready.send(Ok(()));
                    let statements = Prepared {
                        connection: &connection,
                        by_name: Vec::new(),
                    };
                    let writer = Writer {
                        connection: &connection,
                        checkpoint: &checkpoint,
                        statements,
                        positions,
                        wishes,
                        page_limit: 0,
                        rush: false,
                    };
                    let closing = writer.serve(queue);
                    checkpoint.stop();
                    // Closing folds the write-ahead log back into the file.
                    if let Err((_, error)) = connection.close() {
                        tracing::warn!(%error, "the database file was not closed cleanly");
                    }
                    if let Some(reply) = closing {
                        let _ = reply.send(());
                    }
                }
                Err(error) => {
                    let _ = ready.send(Err(error));
                }
            }
        })
        .map_err(|error| StoreError::Io(error.to_string()))?;
    opened.await.map_err(|_| StoreError::Closed)?
}

struct Writer<'c> {
    connection: &'c Connection,
    checkpoint: &'c Checkpoint,
    statements: Prepared<'c>,
    positions: watch::Sender<i64>,
    wishes: Arc<Wishes>,
    /// What of them it keeps to.
    page_limit: i64,
    rush: bool,
}

/// Why a change was not written.
enum Failed {
    /// The change is at fault; with a savepoint only it was rolled back.
    Change(AppendError),
    /// The transaction cannot go on.
    Batch(StoreError),
}

/// The writer's statements, each prepared once. (rusqlite's own cache hashes the whole text at
/// every use, which costs the writer a tenth of its time; comparing a few dozen names costs less
/// than hashing one.)
struct Prepared<'c> {
    connection: &'c Connection,
    by_name: Vec<(&'static str, Statement<'c>)>,
}

impl<'c> Prepared<'c> {
    fn get(&mut self, stmt: &'static Stmt) -> rusqlite::Result<&mut Statement<'c>> {
        let held = self.by_name.iter().position(|(name, _)| *name == stmt.name);
        let place = match held {
            Some(place) => place,
            None => {
                let statement = self.connection.prepare(native(stmt))?;
                self.by_name.push((stmt.name, statement));
                self.by_name.len() - 1
            }
        };
        self.by_name
            .get_mut(place)
            .map(|(_, statement)| statement)
            .ok_or(rusqlite::Error::InvalidQuery)
    }

    fn execute(&mut self, write: &Write<'_>) -> rusqlite::Result<usize> {
        self.get(write.stmt)?
            .execute(rusqlite::params_from_iter(write.values()))
    }

    fn simple(&mut self, stmt: &'static Stmt) -> Result<(), StoreError> {
        let done = self.get(stmt).and_then(|statement| statement.execute([]));
        done.map(drop).map_err(|error| failure(&error))
    }

    fn one<T: FromRow>(
        &mut self,
        stmt: &'static Stmt,
        values: impl Params,
    ) -> Result<Option<T>, StoreError> {
        let rows = self
            .get(stmt)
            .and_then(|statement| collect(statement, values))
            .map_err(|error| failure(&error))?;
        let row = rows.into_iter().next();
        row.map(|row| T::from_row(&mut Columns::new(stmt.name, row)))
            .transpose()
    }
}

impl Writer<'_> {
    /// Works until all handles are gone or one asks to close; that one is to be told.
    fn serve(mut self, mut queue: mpsc::Receiver<Order>) -> Option<oneshot::Sender<()>> {
        while let Some(first) = queue.blocking_recv() {
            let room = Room::fill(first, &mut queue);
            self.obey_page_limit();
            self.obey_rush();
            self.batch(room.messages);
            self.checkpoint.tend(self.connection);
            if room.closing.is_some() {
                refuse_rest(&mut queue, &StoreError::Closed);
                return room.closing;
            }
        }
        None
    }

    fn obey_page_limit(&mut self) {
        let wanted = self.wishes.page_limit.load(Ordering::Acquire);
        if wanted == self.page_limit {
            return;
        }
        // SQLite's own upper bound stands for "no limit".
        let pages = if wanted == 0 { 4_294_967_294 } else { wanted };
        match self.connection.pragma_update(None, "max_page_count", pages) {
            Ok(()) => self.page_limit = wanted,
            Err(error) => tracing::warn!(%error, "the page limit was not set"),
        }
    }

    /// The first commit after a rush puts all that came before it on the disk, too: one log holds them in their order.
    fn obey_rush(&mut self) {
        let wanted = self.wishes.rush.load(Ordering::Acquire);
        if wanted == self.rush {
            return;
        }
        let level = if wanted { "NORMAL" } else { "FULL" };
        match self.connection.pragma_update(None, "synchronous", level) {
            Ok(()) => self.rush = wanted,
            Err(error) => tracing::warn!(%error, level, "when a commit is on the disk was not set"),
        }
    }

    fn batch(&mut self, messages: Vec<crate::append::Message>) {
        if messages.is_empty() {
            return;
        }
        let plans: Vec<&Plan> = messages.iter().flat_map(|m| &m.plans).collect();
        // Savepoints make SQLite keep a copy of every page a change touches, so the first attempt
        // goes without. A change that hits a unique key ends it; the second one has savepoints.
        let mut result = self.transaction(&plans, false);
        if let Err(Failed::Change(_)) = result {
            self.roll_back();
            result = self.transaction(&plans, true);
        }
        let outcomes = match result {
            Ok((outcomes, pos)) => {
                self.positions
                    .send_if_modified(|last| std::mem::replace(last, pos) != pos);
                outcomes
            }
            Err(failed) => {
                self.roll_back();
                let error = match failed {
                    Failed::Batch(error) => error,
                    Failed::Change(error) => StoreError::Broken(error.to_string()),
                };
                tracing::warn!(%error, changes = plans.len(), "a batch was not written");
                plans
                    .iter()
                    .map(|_| Err(AppendError::Store(error.clone())))
                    .collect()
            }
        };
        answer(messages, outcomes);
    }

    fn roll_back(&mut self) {
        // SQLite has already rolled back after some failures, a full disk among them.
        if !self.connection.is_autocommit() {
            // If even this fails the next BEGIN fails and says so to its callers.
            let _ = self.statements.simple(&ROLLBACK);
        }
    }

    /// One transaction. An error means that nothing of it was written once it is rolled back.
    fn transaction(
        &mut self,
        plans: &[&Plan],
        savepoints: bool,
    ) -> Result<(Outcomes, i64), Failed> {
        let statements = &mut self.statements;
        statements.simple(&BEGIN).map_err(Failed::Batch)?;
        let before = load_heads(self.connection).map_err(Failed::Batch)?;
        let mut heads = before.clone();
        let mut known = Known::default();
        let mut outcomes = Vec::with_capacity(plans.len());
        let mut written = false;
        for plan in plans {
            look_up(statements, plan, &mut known).map_err(Failed::Batch)?;
            let outcome = match known.judge(plan) {
                Err(refusal) => Err(refusal),
                Ok(()) if savepoints => {
                    let saved = heads.clone();
                    match change_alone(statements, plan, &mut heads) {
                        Err(Failed::Change(error)) => {
                            heads = saved;
                            Err(error)
                        }
                        other => Ok(other?),
                    }
                }
                Ok(()) => Ok(change(statements, plan, &mut heads)?),
            };
            if outcome.is_ok() {
                known.learn(plan);
                written = true;
            }
            outcomes.push(outcome);
        }
        if !written {
            statements.simple(&ROLLBACK).map_err(Failed::Batch)?;
            return Ok((outcomes, heads.log.pos));
        }
        for write in settle(&before, &heads) {
            let hit = statements
                .execute(&write)
                .map_err(|e| Failed::Batch(failure(&e)))?;
            if hit != 1 {
                let text = format!("{} hit no row", write.stmt.name);
                return Err(Failed::Batch(StoreError::Broken(text)));
            }
        }
        statements.simple(&COMMIT).map_err(Failed::Batch)?;
        Ok((outcomes, heads.log.pos))
    }
}

/// Writes a change so that it can be taken back alone.
fn change_alone(
    statements: &mut Prepared<'_>,
    plan: &Plan,
    heads: &mut Heads,
) -> Result<Appended, Failed> {
    statements.simple(&SAVEPOINT).map_err(Failed::Batch)?;
    let done = change(statements, plan, heads);
    if let Err(Failed::Change(_)) = done {
        statements.simple(&ROLLBACK_TO).map_err(Failed::Batch)?;
    }
    if !matches!(done, Err(Failed::Batch(_))) {
        statements.simple(&RELEASE).map_err(Failed::Batch)?;
    }
    done
}

fn change(
    statements: &mut Prepared<'_>,
    plan: &Plan,
    heads: &mut Heads,
) -> Result<Appended, Failed> {
    let (writes, appended) = sequence(plan, heads);
    for write in &writes {
        match statements.execute(write) {
            Ok(0) if write.must_hit => {
                let text = format!("{} hit no row", write.stmt.name);
                return Err(Failed::Change(StoreError::Broken(text).into()));
            }
            Ok(_) => {}
            Err(error) => {
                return Err(match duplicate(&error) {
                    Some(what) => Failed::Change(AppendError::Duplicate { what }),
                    None => Failed::Batch(failure(&error)),
                });
            }
        }
    }
    Ok(appended)
}

// Not in the portable list: PostgreSQL cannot prepare them and has no need to.
const BEGIN: Stmt = Stmt::new("begin", "BEGIN IMMEDIATE");
const COMMIT: Stmt = Stmt::new("commit", "COMMIT");
const ROLLBACK: Stmt = Stmt::new("rollback", "ROLLBACK");
const SAVEPOINT: Stmt = Stmt::new("savepoint", "SAVEPOINT change");
const ROLLBACK_TO: Stmt = Stmt::new("rollback_to", "ROLLBACK TO change");
const RELEASE: Stmt = Stmt::new("release", "RELEASE change");

/// Where the chains and the links stand.
fn load_heads(connection: &Connection) -> Result<Heads, StoreError> {
    let mut heads = Heads::default();
    for (id, pos, hash) in read::<(i64, i64, Vec<u8>)>(connection, &look::HEADS, &[])? {
        let hash = <[u8; 32]>::try_from(hash)
            .map_err(|_| StoreError::Broken("a chain head is not 32 bytes".into()))?;
        match id {
            LOG_HEAD => heads.log = Head { pos, hash },
            AUDIT_HEAD => heads.audit = Head { pos, hash },
            _ => {}
        }
    }
    heads.outbox = read::<(String, i64)>(connection, &look::OUTBOX_HEADS, &[])?
        .into_iter()
        .map(|(link, next)| LinkHead { link, next })
        .collect();
    Ok(heads)
}

/// Looks up what the plan's checks need and the batch does not know yet.
fn look_up<'p>(
    statements: &mut Prepared<'_>,
    plan: &'p Plan,
    known: &mut Known<'p>,
) -> Result<(), StoreError> {
    for case in &plan.cases {
        if let Entry::Vacant(free) = known.versions.entry(&case.case_id) {
            let found = statements.one::<(String, i64)>(&look::VERSION, [&case.case_id])?;
            free.insert(found.map_or(0, |(_, version)| version));
        }
    }
    if let Some((id, _, _)) = &plan.command
        && let Entry::Vacant(free) = known.commands.entry(id)
    {
        let found = statements.one::<(String, String, String)>(&look::COMMAND, [id])?;
        free.insert(found.map(|(_, digest, answer)| Kept {
            digest: Cow::Owned(digest),
            answer: Cow::Owned(answer),
        }));
    }
    if let Some((link, seq, _)) = &plan.inbox
        && let Entry::Vacant(free) = known.inbox.entry((link, *seq))
    {
        let found = statements.one::<(String,)>(&look::INBOX, (link, seq))?;
        free.insert(found.map(|(result,)| Cow::Owned(result)));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Law 3: what is written after a rush is on the disk before it is reported, as before it.
    #[test]
    fn law_3_a_rush_ends_with_the_first_batch_after_it_is_switched_off() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rush.sqlite3");
        Connection::open(&path).unwrap();
        let mut connection = write_connection(&path).unwrap();
        let checkpoint = Checkpoint::start(&path, &mut connection).unwrap();
        let wishes = Arc::new(Wishes::default());
        let mut writer = Writer {
            connection: &connection,
            checkpoint: &checkpoint,
            statements: Prepared {
                connection: &connection,
                by_name: Vec::new(),
            },
            positions: watch::Sender::new(0),
            wishes: Arc::clone(&wishes),
            page_limit: 0,
            rush: false,
        };
        let level =
            || connection.pragma_query_value(None, "synchronous", |row| row.get::<_, i64>(0));
        for (on, synchronous) in [(false, 2), (true, 1), (true, 1), (false, 2)] {
            wishes.rush.store(on, Ordering::Release);
            writer.obey_rush();
            assert_eq!(level(), Ok(synchronous), "rush: {on}");
        }
    }
}
