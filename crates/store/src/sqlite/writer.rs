//! The writing thread: everything that waits goes into one transaction, and is answered after it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot, watch};

use crate::append::{
    AUDIT_HEAD, Appended, Head, Heads, Known, LOG_HEAD, Lesson, LinkHead, Order, Outcomes, Plan,
    Room, Write, look, refuse_rest, sequence, settle,
};
use crate::error::{AppendError, StoreError};
use crate::sqlite::connection::{duplicate, failure, native, write_connection};
use crate::sqlite::read;
use crate::value::Value;

/// Starts the thread and waits until its connection is open.
pub(super) async fn start(
    path: &Path,
    queue: mpsc::Receiver<Order>,
    positions: watch::Sender<i64>,
    page_limit: Arc<AtomicI64>,
) -> Result<(), StoreError> {
    let path = path.to_owned();
    let (ready, opened) = oneshot::channel();
    std::thread::Builder::new()
        .name("store-append".into())
        .spawn(move || {
            let begun = write_connection(&path).and_then(|connection| {
                crate::migrate::check_connection(&connection)?;
                let heads = load_heads(&connection)?;
                Ok((connection, heads.log.pos))
            });
            match begun {
                Ok((connection, pos)) => {
                    positions.send_replace(pos);
                    let _ = ready.send(Ok(()));
                    Writer {
                        connection,
                        positions,
                        page_limit,
                        obeyed: 0,
                    }
                    .serve(queue);
                }
                Err(error) => {
                    let _ = ready.send(Err(error));
                }
            }
        })
        .map_err(|error| StoreError::Io(error.to_string()))?;
    opened.await.map_err(|_| StoreError::Closed)?
}

struct Writer {
    connection: Connection,
    positions: watch::Sender<i64>,
    page_limit: Arc<AtomicI64>,
    obeyed: i64,
}

/// Why one change was not written.
enum Failed {
    /// Only this change: its savepoint was rolled back.
    Change(AppendError),
    /// The transaction cannot go on.
    Batch(StoreError),
}

impl Writer {
    fn serve(mut self, mut queue: mpsc::Receiver<Order>) {
        while let Some(first) = queue.blocking_recv() {
            let room = Room::fill(first, &mut queue);
            self.obey_page_limit();
            self.batch(room.messages);
            if let Some(reply) = room.closing {
                refuse_rest(&mut queue, &StoreError::Closed);
                // Closing folds the write-ahead log back into the file.
                if let Err((_, error)) = self.connection.close() {
                    tracing::warn!(%error, "the database file was not closed cleanly");
                }
                let _ = reply.send(());
                return;
            }
        }
    }

    fn obey_page_limit(&mut self) {
        let wanted = self.page_limit.load(Ordering::Acquire);
        if wanted == self.obeyed {
            return;
        }
        // SQLite's own upper bound stands for "no limit".
        let pages = if wanted == 0 { 4_294_967_294 } else { wanted };
        match self.connection.pragma_update(None, "max_page_count", pages) {
            Ok(()) => self.obeyed = wanted,
            Err(error) => tracing::warn!(%error, "the page limit was not set"),
        }
    }

    fn batch(&mut self, messages: Vec<crate::append::Message>) {
        if messages.is_empty() {
            return;
        }
        let mut counts = Vec::with_capacity(messages.len());
        let mut replies = Vec::with_capacity(messages.len());
        let mut plans = Vec::new();
        for message in messages {
            counts.push(message.plans.len());
            replies.push(message.reply);
            plans.extend(message.plans);
        }
        let total = plans.len();
        let outcomes = match self.transaction(plans) {
            Ok((outcomes, pos)) => {
                self.positions
                    .send_if_modified(|last| std::mem::replace(last, pos) != pos);
                outcomes
            }
            Err(error) => {
                tracing::warn!(%error, changes = total, "a batch was not written");
                if !self.connection.is_autocommit() {
                    // If even this fails the next BEGIN fails and says so to its callers.
                    let _ = self.connection.execute_batch("ROLLBACK");
                }
                (0..total)
                    .map(|_| Err(AppendError::Store(error.clone())))
                    .collect()
            }
        };
        let mut outcomes = outcomes.into_iter();
        for (count, reply) in counts.into_iter().zip(replies) {
            let _ = reply.send(outcomes.by_ref().take(count).collect());
        }
    }

    /// One transaction. An error means that nothing of it was written.
    fn transaction(&mut self, plans: Vec<Plan>) -> Result<(Outcomes, i64), StoreError> {
        let connection = &self.connection;
        simple(connection, "BEGIN IMMEDIATE")?;
        let before = load_heads(connection)?;
        let mut heads = before.clone();
        let mut known = Known::default();
        let mut outcomes = Vec::with_capacity(plans.len());
        let mut written = false;
        for plan in plans {
            look_up(connection, &plan, &mut known)?;
            let outcome = match known.judge(&plan) {
                Err(refusal) => Err(refusal),
                Ok(()) => {
                    let lesson = Lesson::of(&plan);
                    let saved = heads.clone();
                    match change(connection, plan, &mut heads) {
                        Ok(appended) => {
                            known.learn(lesson);
                            written = true;
                            Ok(appended)
                        }
                        Err(Failed::Change(error)) => {
                            heads = saved;
                            Err(error)
                        }
                        Err(Failed::Batch(error)) => return Err(error),
                    }
                }
            };
            outcomes.push(outcome);
        }
        if written {
            for write in settle(&before, &heads) {
                if execute(connection, &write).map_err(|error| failure(&error))? != 1 {
                    return Err(StoreError::Broken(format!(
                        "{} hit no row",
                        write.stmt.name
                    )));
                }
            }
            simple(connection, "COMMIT")?;
        } else {
            simple(connection, "ROLLBACK")?;
        }
        Ok((outcomes, heads.log.pos))
    }
}

fn change(connection: &Connection, plan: Plan, heads: &mut Heads) -> Result<Appended, Failed> {
    simple(connection, "SAVEPOINT change").map_err(Failed::Batch)?;
    let (writes, appended) = sequence(plan, heads);
    for write in &writes {
        let refused = match execute(connection, write) {
            Ok(0) if write.must_hit => {
                StoreError::Broken(format!("{} hit no row", write.stmt.name)).into()
            }
            Ok(_) => continue,
            Err(error) => match duplicate(&error) {
                Some(what) => AppendError::Duplicate { what },
                None => return Err(Failed::Batch(failure(&error))),
            },
        };
        simple(connection, "ROLLBACK TO change").map_err(Failed::Batch)?;
        simple(connection, "RELEASE change").map_err(Failed::Batch)?;
        return Err(Failed::Change(refused));
    }
    simple(connection, "RELEASE change").map_err(Failed::Batch)?;
    Ok(appended)
}

fn execute(connection: &Connection, write: &Write) -> rusqlite::Result<usize> {
    let mut statement = connection.prepare_cached(native(write.stmt))?;
    statement.execute(rusqlite::params_from_iter(&write.values))
}

fn simple(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.execute([]))
        .map(drop)
        .map_err(|error| failure(&error))
}

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
fn look_up(connection: &Connection, plan: &Plan, known: &mut Known) -> Result<(), StoreError> {
    for case in &plan.cases {
        if !known.versions.contains_key(&case.case_id) {
            let key = [Value::Text(case.case_id.clone())];
            let found = read::<(String, i64)>(connection, &look::VERSION, &key)?;
            let version = found.first().map_or(0, |(_, version)| *version);
            known.versions.insert(case.case_id.clone(), version);
        }
    }
    if let Some((id, _, _)) = &plan.command
        && !known.commands.contains_key(id)
    {
        let key = [Value::Text(id.clone())];
        let found = read::<(String, String, String)>(connection, &look::COMMAND, &key)?;
        let answer = found
            .into_iter()
            .next()
            .map(|(_, digest, answer)| (digest, answer));
        known.commands.insert(id.clone(), answer);
    }
    if let Some((link, seq, _)) = &plan.inbox
        && !known.inbox.contains_key(&(link.clone(), *seq))
    {
        let key = [Value::Text(link.clone()), Value::I64(*seq)];
        let found = read::<(String,)>(connection, &look::INBOX, &key)?;
        known
            .inbox
            .insert((link.clone(), *seq), found.into_iter().next().map(|(r,)| r));
    }
    Ok(())
}
