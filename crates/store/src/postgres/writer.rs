//! The appender on a server.
//!
//! There are no savepoints in the pipeline: what can conflict is looked up under the lock row and
//! refused before anything is written. If a change still hits a unique key, the batch is rolled
//! back and repeated without it.
//!
//! A connection that is lost during COMMIT leaves the outcome open. Each process therefore writes
//! the number of its batch into a row of its own in the same transaction, and reads that row on the
//! next connection, behind the lock row: if the number is there, the batch is.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, watch};
use tokio_postgres::Config;

use crate::append::{
    AUDIT_HEAD, Head, Heads, Kept, Known, LOG_HEAD, LinkHead, Message, Order, Outcomes, Plan, Room,
    Write, answer, look, refuse_rest, sequence, settle, wide, write,
};
use crate::error::{AppendError, StoreError};
use crate::postgres::advance;
use crate::postgres::connection::{Connection, Trouble, connect_until};
use crate::postgres::pipeline::{OF_BATCH, alone, in_order, together};
use crate::value::{Columns, FromRow, Stmt, Value};

/// Repetitions of one batch for single changes, before each change gets a transaction of its own.
const REPEATS: usize = 4;

/// Pause before a new connection replaces a lost one, so that a server which takes connections
/// and drops them is not hammered.
const PAUSE: Duration = Duration::from_millis(20);

/// The appender.
pub(super) struct Writer {
    config: Config,
    connection: Option<Connection>,
    positions: Arc<watch::Sender<i64>>,
    /// Names this process's row in `writer_mark`.
    token: String,
    batch: i64,
}

/// How one attempt failed.
enum Failed {
    /// A statement for many rows failed on one of them; nothing was written.
    OneOfMany,
    /// One change is at fault; nothing was written.
    Change(usize, AppendError),
    /// Nothing was written; the batch may be repeated on a new connection.
    Lost,
    /// COMMIT was sent and not answered.
    Unknown(Outcomes, i64),
    /// Nothing was written; the transaction may be repeated.
    Again,
    /// Nothing was written.
    Batch(StoreError),
}

/// A batch after its checks.
struct Judged<'p> {
    outcomes: Outcomes,
    /// Each with the place of its change.
    writes: Vec<(usize, Write<'p>)>,
    last: i64,
    accepted: bool,
}

impl Writer {
    pub(super) fn new(
        config: Config,
        connection: Connection,
        positions: Arc<watch::Sender<i64>>,
    ) -> Result<Self, StoreError> {
        let mut random = [0_u8; 16];
        getrandom::fill(&mut random).map_err(|error| StoreError::Io(error.to_string()))?;
        let token = random.iter().fold(String::new(), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        });
        Ok(Self {
            config,
            connection: Some(connection),
            positions,
            token,
            batch: 0,
        })
    }

    pub(super) async fn serve(mut self, mut queue: mpsc::Receiver<Order>) {
        while let Some(first) = queue.recv().await {
            let room = Room::fill(first, &mut queue);
            self.answer(room.messages).await;
            // Those who were just answered and have more to write get into the next batch.
            tokio::task::yield_now().await;
            if let Some(reply) = room.closing {
                refuse_rest(&mut queue, &StoreError::Closed);
                self.forget_mark().await;
                let _ = reply.send(());
                return;
            }
        }
        self.forget_mark().await;
    }

    /// The row of a process that ends is of no use to anybody.
    async fn forget_mark(&mut self) {
        if let Some(connection) = self.connection.take() {
            let token = [Value::Text(self.token.clone())];
            if let Err(trouble) = connection.execute(write::MARK_DELETE.sql, &token).await {
                tracing::debug!(?trouble, "the writer's row was left behind");
            }
        }
    }

    async fn answer(&mut self, messages: Vec<Message>) {
        let Some(until) = messages.iter().map(|message| message.expires).max() else {
            return;
        };
        let plans: Vec<&Plan> = messages.iter().flat_map(|m| &m.plans).collect();
        let outcomes = self.batch(&plans, until).await;
        answer(messages, outcomes);
    }

    /// Writes a batch, whatever it takes until the deadline.
    async fn batch(&mut self, plans: &[&Plan], until: Instant) -> Outcomes {
        let mut at_fault: Vec<Option<AppendError>> = plans.iter().map(|_| None).collect();
        let mut repeats = 0;
        let mut wide = true;
        let error = loop {
            if repeats >= REPEATS && plans.len() > 1 {
                return self.one_by_one(plans, until).await;
            }
            match self.attempt(plans, &at_fault, wide, until).await {
                Ok((outcomes, last)) => {
                    advance(&self.positions, last);
                    return outcomes;
                }
                // Row by row, the failure says which change it belongs to.
                Err(Failed::OneOfMany) => wide = false,
                Err(Failed::Change(place, error)) => {
                    repeats += 1;
                    if let Some(slot) = at_fault.get_mut(place) {
                        *slot = Some(error);
                    }
                }
                Err(Failed::Again) if Instant::now() < until => {}
                Err(Failed::Lost) if Instant::now() < until => tokio::time::sleep(PAUSE).await,
                Err(Failed::Lost | Failed::Again) => {
                    break StoreError::Unavailable("the server did not answer in time".into());
                }
                Err(Failed::Unknown(outcomes, last)) => match self.was_committed(until).await {
                    Ok(true) => {
                        advance(&self.positions, last);
                        return outcomes;
                    }
                    Ok(false) => {}
                    Err(error) => {
                        tracing::warn!(%error, "the outcome of a batch is not known");
                        break StoreError::Deadline;
                    }
                },
                Err(Failed::Batch(error)) => break error,
            }
        };
        tracing::warn!(%error, changes = plans.len(), "a batch was not written");
        plans
            .iter()
            .map(|_| Err(AppendError::Store(error.clone())))
            .collect()
    }

    /// Each change in a transaction of its own, for a batch in which many are at fault.
    async fn one_by_one(&mut self, plans: &[&Plan], until: Instant) -> Outcomes {
        let mut outcomes = Vec::with_capacity(plans.len());
        for plan in plans {
            outcomes.extend(Box::pin(self.batch(std::slice::from_ref(plan), until)).await);
        }
        outcomes
    }

    async fn connected(&mut self, until: Instant) -> Result<Connection, StoreError> {
        match self
            .connection
            .take()
            .filter(|connection| !connection.is_closed())
        {
            Some(connection) => Ok(connection),
            None => {
                let connection = connect_until(&self.config, until).await?;
                connection.plan_by_key().await;
                Ok(connection)
            }
        }
    }

    /// One transaction. The connection is kept only if it is in a known state afterwards.
    async fn attempt(
        &mut self,
        plans: &[&Plan],
        at_fault: &[Option<AppendError>],
        wide: bool,
        until: Instant,
    ) -> Result<(Outcomes, i64), Failed> {
        let connection = self.connected(until).await.map_err(Failed::Batch)?;
        self.batch += 1;
        let mut work = Box::pin(prepare_and_write(
            &connection,
            plans,
            at_fault,
            wide,
            (&self.token, self.batch),
        ));
        let judged = match tokio::time::timeout_at(until.into(), &mut work).await {
            // COMMIT was not sent: the server rolls back when it sees the connection gone.
            Err(_) => return Err(Failed::Lost),
            Ok(Err(failed)) => {
                drop(work);
                if !matches!(failed, Failed::Lost) && roll_back(&connection, until).await {
                    self.connection = Some(connection);
                }
                return Err(failed);
            }
            Ok(Ok(judged)) => judged,
        };
        drop(work);
        let Judged {
            outcomes,
            last,
            accepted,
            ..
        } = judged;
        if !accepted {
            if roll_back(&connection, until).await {
                self.connection = Some(connection);
            }
            return Ok((outcomes, last));
        }
        match tokio::time::timeout_at(until.into(), connection.simple("COMMIT")).await {
            Ok(Ok(())) => {
                self.connection = Some(connection);
                Ok((outcomes, last))
            }
            Ok(Err(Trouble::Again(_))) => {
                if roll_back(&connection, until).await {
                    self.connection = Some(connection);
                }
                Err(Failed::Again)
            }
            // Whatever else is said about a COMMIT, the mark knows whether it happened.
            Ok(Err(_)) | Err(_) => Err(Failed::Unknown(outcomes, last)),
        }
    }

    /// Whether the last batch is in the database. The lock row makes the old transaction, if it
    /// still runs, end first.
    async fn was_committed(&mut self, until: Instant) -> Result<bool, StoreError> {
        let connection = connect_until(&self.config, until).await?;
        let look = async {
            connection.simple("BEGIN").await?;
            connection
                .execute(write::HEAD_LOCK.sql, &[Value::I64(LOG_HEAD)])
                .await?;
            let mark = connection
                .query(look::MARK.sql, &[Value::Text(self.token.clone())])
                .await?;
            connection.simple("ROLLBACK").await?;
            Ok::<_, Trouble>(mark)
        };
        let mark = tokio::time::timeout_at(until.into(), look)
            .await
            .map_err(|_| StoreError::Deadline)?
            .map_err(Trouble::into_store)?;
        self.connection = Some(connection);
        Ok(mark.first().and_then(|row| row.first()) == Some(&Value::I64(self.batch)))
    }
}

async fn roll_back(connection: &Connection, until: Instant) -> bool {
    let rolled = tokio::time::timeout_at(until.into(), connection.simple("ROLLBACK")).await;
    matches!(rolled, Ok(Ok(())))
}

/// Everything up to, but without, COMMIT.
async fn prepare_and_write<'p>(
    connection: &Connection,
    plans: &[&'p Plan],
    at_fault: &[Option<AppendError>],
    wide: bool,
    (token, batch): (&str, i64),
) -> Result<Judged<'p>, Failed> {
    let (before, mut known, marked) = look_up(connection, plans, token)
        .await
        .map_err(batch_fault)?;
    let mut judged = judge(plans, at_fault, &before, &mut known);
    if !judged.accepted {
        return Ok(judged);
    }
    let stmt = if marked {
        &write::MARK_UPDATE
    } else {
        &write::MARK_INSERT
    };
    let values = vec![Value::Text(token.to_owned()), Value::I64(batch)];
    let mark = Write::whole(stmt, values, true);
    judged.writes.push((OF_BATCH, mark));

    let requests = if wide {
        together(&judged.writes)
    } else {
        judged.writes.iter().map(alone).collect()
    };
    let mut prepared = Vec::with_capacity(requests.len());
    for request in &requests {
        prepared.push(
            connection
                .statement(request.stmt)
                .await
                .map_err(batch_fault)?,
        );
    }
    let counts = in_order(
        prepared
            .iter()
            .zip(&requests)
            .map(|(statement, request)| connection.execute_borrowed(statement, &request.values)),
    )
    .await;
    for (request, count) in requests.iter().zip(counts) {
        let error = match count {
            Ok(0) if request.must_hit => AppendError::Store(StoreError::Broken(format!(
                "{} hit no row",
                request.stmt.name
            ))),
            Ok(_) => continue,
            Err(trouble) => match trouble.of_change() {
                Some(error) => error,
                None => return Err(batch_fault(trouble)),
            },
        };
        return Err(match request.place {
            None => Failed::OneOfMany,
            Some(OF_BATCH) => Failed::Batch(StoreError::Broken(error.to_string())),
            Some(place) => Failed::Change(place, error),
        });
    }
    Ok(judged)
}

fn batch_fault(trouble: Trouble) -> Failed {
    match trouble {
        // A server that cannot write just now may be a demoted primary: ask for a new connection.
        Trouble::Lost(_) | Trouble::Unavailable(_) => Failed::Lost,
        Trouble::Again(_) => Failed::Again,
        other => Failed::Batch(other.into_store()),
    }
}

/// Takes the lock row and reads, behind it and in one pipeline, all that the checks need.
async fn look_up<'p>(
    connection: &Connection,
    plans: &[&'p Plan],
    token: &str,
) -> Result<(Heads, Known<'p>, bool), Trouble> {
    let cases = distinct(plans.iter().flat_map(|plan| {
        let ids = plan.cases.iter().map(|case| case.case_id.as_str());
        ids.collect::<Vec<_>>()
    }));
    let of_command = |plan: &&'p Plan| plan.command.as_ref().map(|command| command.0.as_str());
    let commands = distinct(plans.iter().filter_map(of_command));
    let of_inbox = |plan: &&'p Plan| plan.inbox.as_ref().map(|row| (row.0.as_str(), row.1));
    let inbox: Vec<(&str, i64)> = plans.iter().filter_map(of_inbox).collect();

    // What is asked, the statement that asks it, and its parameters.
    let plain = |stmt: &'static Stmt, values| (stmt, stmt, values);
    let mut asked = vec![
        plain(&look::HEADS, Vec::new()),
        plain(&look::OUTBOX_HEADS, Vec::new()),
        plain(&look::MARK, vec![Value::Text(token.to_owned())]),
    ];
    asked.extend(keyed(&look::VERSION, &cases));
    asked.extend(keyed(&look::COMMAND, &commands));
    asked.extend(inbox.iter().map(|(link, seq)| {
        let key = vec![Value::Text((*link).to_owned()), Value::I64(*seq)];
        plain(&look::INBOX, key)
    }));

    let lock = connection.statement(&write::HEAD_LOCK).await?;
    let lock_values = [Value::I64(LOG_HEAD)];
    let mut prepared = Vec::with_capacity(asked.len());
    for (_, stmt, values) in &asked {
        prepared.push((connection.statement(stmt).await?, values));
    }
    let begin = async { connection.simple("BEGIN").await.map(|()| Vec::new()) };
    let locked = async {
        connection
            .execute_prepared(&lock, &lock_values)
            .await
            .map(|_| Vec::new())
    };
    let mut requests: Vec<Answer<'_>> = vec![Box::pin(begin), Box::pin(locked)];
    for (statement, values) in &prepared {
        requests.push(Box::pin(connection.query_prepared(statement, values)));
    }
    let mut answers = in_order(requests.into_iter()).await.into_iter();
    // BEGIN and the lock.
    for _ in 0..2 {
        if let Some(answer) = answers.next() {
            answer?;
        }
    }
    let mut heads = Heads::default();
    let mut known = Known::default();
    let mut marked = false;
    let mut received = inbox.into_iter();
    for ((stmt, _, _), rows) in asked.iter().zip(answers) {
        let key = if stmt.name == look::INBOX.name {
            received.next()
        } else {
            None
        };
        for row in rows? {
            let mut columns = Columns::new(stmt.name, row);
            if stmt.name == look::MARK.name {
                marked = true;
            } else if let Some(key) = key {
                let found = <(String,)>::from_row(&mut columns);
                let (result,) = found.map_err(|error| Trouble::Broken(error.to_string()))?;
                known.inbox.insert(key, Some(Cow::Owned(result)));
            } else {
                take_note(
                    stmt,
                    &mut columns,
                    (&cases, &commands),
                    &mut heads,
                    &mut known,
                )
                .map_err(|error| Trouble::Broken(error.to_string()))?;
            }
        }
    }
    Ok((heads, known, marked))
}

type Answer<'a> = Pin<Box<dyn Future<Output = Result<Vec<Vec<Value>>, Trouble>> + Send + 'a>>;

/// Look-ups by key, many keys at a time.
fn keyed(base: &'static Stmt, keys: &[&str]) -> Vec<(&'static Stmt, &'static Stmt, Vec<Value>)> {
    let (width, stmt) = wide::at_least(base, keys.len()).unwrap_or((1, base));
    keys.chunks(width)
        .map(|part| (base, stmt, look::fill_keys(part, width)))
        .collect()
}

fn distinct<'p>(keys: impl Iterator<Item = &'p str>) -> Vec<&'p str> {
    let mut keys: Vec<&str> = keys.collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn take_note<'p>(
    stmt: &Stmt,
    columns: &mut Columns,
    (cases, commands): (&[&'p str], &[&'p str]),
    heads: &mut Heads,
    known: &mut Known<'p>,
) -> Result<(), StoreError> {
    // The key as the plans have it; the server answers only with keys it was asked for.
    let own = |keys: &[&'p str], id: &str| {
        let place = keys.binary_search(&id).ok();
        place.and_then(|place| keys.get(place).copied())
    };
    if stmt.name == look::HEADS.name {
        let (id, pos, hash) = <(i64, i64, Vec<u8>)>::from_row(columns)?;
        let hash = <[u8; 32]>::try_from(hash)
            .map_err(|_| StoreError::Broken("a chain head is not 32 bytes".into()))?;
        match id {
            LOG_HEAD => heads.log = Head { pos, hash },
            AUDIT_HEAD => heads.audit = Head { pos, hash },
            _ => {}
        }
    } else if stmt.name == look::OUTBOX_HEADS.name {
        let (link, next) = <(String, i64)>::from_row(columns)?;
        heads.outbox.push(LinkHead { link, next });
    } else if stmt.name == look::VERSION.name {
        let (id, version) = <(String, i64)>::from_row(columns)?;
        known
            .versions
            .extend(own(cases, &id).map(|id| (id, version)));
    } else if stmt.name == look::COMMAND.name {
        let (id, digest, answer) = <(String, String, String)>::from_row(columns)?;
        let kept = Kept {
            digest: Cow::Owned(digest),
            answer: Cow::Owned(answer),
        };
        known
            .commands
            .extend(own(commands, &id).map(|id| (id, Some(kept))));
    }
    Ok(())
}

/// The checks and the numbers, in the order of the changes.
fn judge<'p>(
    plans: &[&'p Plan],
    at_fault: &[Option<AppendError>],
    before: &Heads,
    known: &mut Known<'p>,
) -> Judged<'p> {
    let mut heads = before.clone();
    let mut judged = Judged {
        outcomes: Vec::with_capacity(plans.len()),
        writes: Vec::new(),
        last: before.log.pos,
        accepted: false,
    };
    for (place, (plan, fault)) in plans.iter().zip(at_fault).enumerate() {
        let outcome = match (fault, known.judge(plan)) {
            // The database's own refusals come first: they are what a repetition would get.
            (_, Err(refusal)) => Err(refusal),
            (Some(fault), Ok(())) => Err(fault.clone()),
            (None, Ok(())) => {
                let (writes, appended) = sequence(plan, &mut heads);
                judged
                    .writes
                    .extend(writes.into_iter().map(|write| (place, write)));
                judged.accepted = true;
                known.learn(plan);
                Ok(appended)
            }
        };
        judged.outcomes.push(outcome);
    }
    let moved = settle(before, &heads)
        .into_iter()
        .map(|write| (OF_BATCH, write));
    judged.writes.extend(moved);
    judged.last = heads.log.pos;
    judged
}
