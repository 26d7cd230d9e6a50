//! The handle that the rest of the program holds.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot, watch};

use crate::append::{Appended, BATCH, Change, Message, Order, Plan, Step};
use crate::error::{AppendError, StoreError, VerifyError};
use crate::postgres::Postgres;
use crate::row::{CaseRow, LogRow};
use crate::sqlite::{self, Sqlite};
use crate::value::{Columns, FromRow, Stmt, Value};
use crate::verify::Verified;
use crate::{migrate, verify};

/// How long a call may take unless [`Store::with_deadline`] says otherwise. A frozen server keeps
/// its connections open, so the caller must be the one who stops waiting.
pub const DEADLINE: Duration = Duration::from_secs(3);

/// Which engine, and where.
#[derive(Debug, Clone)]
pub enum StoreConfig {
    /// A file beside the program.
    Sqlite {
        /// Path of the file.
        path: PathBuf,
        /// Reading threads; at least one.
        readers: usize,
    },
    /// A server.
    Postgres {
        /// Address as libpq writes it, URL or key=value.
        url: String,
        /// Reading connections; at least one.
        readers: usize,
    },
}

#[derive(Debug)]
enum Engine {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

#[derive(Debug)]
pub(crate) struct Inner {
    engine: Engine,
    orders: mpsc::Sender<Order>,
    positions: watch::Receiver<i64>,
    /// Per link: all up to this number are known to be in the inbox (rows never leave it).
    pub(crate) watermarks: Mutex<HashMap<String, i64>>,
}

/// How the store is doing, as far as it costs nothing to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vitals {
    /// `sqlite` or `postgres`.
    pub engine: &'static str,
    /// Bytes of the file; unknown on PostgreSQL, whose server is asked instead.
    pub bytes: Option<u64>,
    /// Bytes written ahead and not yet moved into the file.
    pub ahead_bytes: Option<u64>,
    /// Changes that wait for the appender.
    pub queue: usize,
    /// How many may wait before callers do.
    pub queue_most: usize,
}

/// The store. Clones share the appender and the readers.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) inner: Arc<Inner>,
    deadline: Duration,
}

impl Store {
    /// Opens a database that [`Store::migrate`] has made or brought up to date.
    ///
    /// # Errors
    /// [`StoreError::Schema`] if it is older, newer or changed; otherwise what the engine says.
    pub async fn open(config: &StoreConfig) -> Result<Self, StoreError> {
        let (sender, positions) = watch::channel(0);
        let (engine, orders) = match config {
            StoreConfig::Sqlite { path, readers } => {
                let engine = Sqlite::open(path, *readers, sender).await?;
                let orders = engine.orders.clone();
                (Engine::Sqlite(engine), orders)
            }
            StoreConfig::Postgres { url, readers } => {
                let engine = Postgres::open(url, *readers, sender).await?;
                let orders = engine.orders.clone();
                (Engine::Postgres(engine), orders)
            }
        };
        let inner = Inner {
            engine,
            orders,
            positions,
            watermarks: Mutex::default(),
        };
        Ok(Self {
            inner: Arc::new(inner),
            deadline: DEADLINE,
        })
    }

    /// Makes the tables or brings them up to date; the names of the migrations applied now.
    ///
    /// # Errors
    /// [`StoreError::Schema`] if the database is newer than the program or a migration was changed.
    pub async fn migrate(config: &StoreConfig) -> Result<Vec<String>, StoreError> {
        match config {
            StoreConfig::Sqlite { path, .. } => {
                let path = path.clone();
                tokio::task::spawn_blocking(move || migrate::sqlite(&path))
                    .await
                    .map_err(|error| StoreError::Io(error.to_string()))?
            }
            StoreConfig::Postgres { url, .. } => crate::postgres::migrate(url).await,
        }
    }

    /// The same store with another deadline for each call.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Writes a change and answers when it is durable (law 3).
    ///
    /// # Errors
    /// A refusal, or a failure of the store; nothing was written, except that after
    /// [`StoreError::Deadline`] the outcome is unknown and the command should be repeated.
    pub async fn append(&self, change: Change) -> Result<Appended, AppendError> {
        let plan = Plan::new(change)?;
        let outcome = self.hand_over(vec![plan]).await?.pop();
        outcome.unwrap_or(Err(AppendError::Store(StoreError::Closed)))
    }

    /// Writes changes in their order, each for itself: one that is refused does not stop the rest.
    pub async fn append_all(&self, changes: Vec<Change>) -> Vec<Result<Appended, AppendError>> {
        let mut outcomes = Vec::with_capacity(changes.len());
        let mut changes = changes.into_iter();
        loop {
            // What does not pass its own checks is answered here and sent no further.
            let part: Vec<_> = changes.by_ref().take(BATCH).map(Plan::new).collect();
            if part.is_empty() {
                return outcomes;
            }
            let mut marks = Vec::with_capacity(part.len());
            let mut plans = Vec::with_capacity(part.len());
            for plan in part {
                match plan {
                    Ok(plan) => {
                        plans.push(plan);
                        marks.push(None);
                    }
                    Err(error) => marks.push(Some(error)),
                }
            }
            let answer = if plans.is_empty() {
                Ok(Vec::new())
            } else {
                self.hand_over(plans).await
            };
            let (mut answers, missing) = match answer {
                Ok(answers) => (answers.into_iter(), StoreError::Closed),
                Err(error) => (Vec::new().into_iter(), error),
            };
            outcomes.extend(marks.into_iter().map(|mark| {
                match mark {
                    Some(error) => Err(error.into()),
                    None => answers
                        .next()
                        .unwrap_or_else(|| Err(missing.clone().into())),
                }
            }));
        }
    }

    /// Writes the store's own housekeeping, all of it or nothing.
    pub(crate) async fn keep_house(&self, steps: Vec<Step>) -> Result<(), AppendError> {
        let done = self.hand_over(vec![Plan::of_steps(steps)]).await?.pop();
        done.unwrap_or(Err(AppendError::Store(StoreError::Closed)))
            .map(drop)
    }

    async fn hand_over(
        &self,
        plans: Vec<Plan>,
    ) -> Result<Vec<Result<Appended, AppendError>>, StoreError> {
        let (reply, answer) = oneshot::channel();
        let expires = Instant::now() + self.deadline;
        let order = Order::Append(Message {
            plans,
            expires,
            reply,
        });
        match tokio::time::timeout(self.deadline, self.inner.orders.send(order)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return Err(StoreError::Closed),
            Err(_) => {
                return Err(StoreError::Unavailable(
                    "the appender's queue is full".into(),
                ));
            }
        }
        // A little more than the appender's own limit, so that its certain answer comes first.
        let grace = self.deadline + Duration::from_millis(250);
        match tokio::time::timeout(grace, answer).await {
            Ok(Ok((outcomes, _))) => Ok(outcomes),
            Ok(Err(_)) => Err(StoreError::Closed),
            Err(_) => Err(StoreError::Deadline),
        }
    }

    /// The last committed position; it changes after each commit. On PostgreSQL commits of other
    /// processes are seen within about 200 ms.
    #[must_use]
    pub fn positions(&self) -> watch::Receiver<i64> {
        self.inner.positions.clone()
    }

    /// How the store is doing.
    #[must_use]
    pub fn vitals(&self) -> Vitals {
        let queue_most = self.inner.orders.max_capacity();
        let (engine, (bytes, ahead_bytes)) = match &self.inner.engine {
            Engine::Sqlite(engine) => ("sqlite", engine.sizes()),
            Engine::Postgres(_) => ("postgres", (None, None)),
        };
        Vitals {
            engine,
            bytes,
            ahead_bytes,
            queue: queue_most.saturating_sub(self.inner.orders.capacity()),
            queue_most,
        }
    }

    /// Finishes what waits and closes the database, for all clones.
    pub async fn close(self) {
        if let Engine::Sqlite(engine) = &self.inner.engine {
            engine.close_readers().await;
        }
        let (reply, closed) = oneshot::channel();
        if self.inner.orders.send(Order::Close(reply)).await.is_ok() {
            let _ = closed.await;
        }
        if let Engine::Postgres(engine) = &self.inner.engine {
            engine.close();
        }
    }

    /// Limits the size of an SQLite file in pages of 4 KiB; `None` lifts it. A change that would
    /// go beyond is refused with [`StoreError::Full`]. On PostgreSQL the server sets quotas.
    ///
    /// # Errors
    /// [`StoreError::NotHere`] on PostgreSQL.
    pub fn limit_pages(&self, pages: Option<u32>) -> Result<(), StoreError> {
        match &self.inner.engine {
            Engine::Sqlite(engine) => {
                engine.limit_pages(pages.map_or(0, i64::from));
                Ok(())
            }
            Engine::Postgres(_) => Err(StoreError::NotHere("set the quota on the server")),
        }
    }

    /// While it is on, an SQLite store reports a commit before it is on the disk: a power cut may take the last ones, never their
    /// order nor half of one. For a store that is filled by a program and begun anew if that is cut short; law 3 holds from the
    /// first commit after it was switched off. PostgreSQL goes on as its server is set.
    pub fn rush(&self, on: bool) {
        if let Engine::Sqlite(engine) = &self.inner.engine {
            engine.rush(on);
        }
    }

    /// Copies an SQLite database to `path` while writers work. The copy appears under its name
    /// only when it is whole and durable.
    ///
    /// # Errors
    /// [`StoreError::NotHere`] on PostgreSQL, which has tools of its own.
    pub async fn backup(&self, path: &Path) -> Result<(), StoreError> {
        match &self.inner.engine {
            Engine::Sqlite(engine) => engine.backup(path).await,
            Engine::Postgres(_) => Err(StoreError::NotHere(
                "use pg_basebackup or pg_dump, and archive the write-ahead log",
            )),
        }
    }

    /// Checks a copy before it is put in place: pages, tables, both chains.
    ///
    /// # Errors
    /// What is wrong with it.
    pub async fn check_file(path: &Path) -> Result<Verified, VerifyError> {
        let owned = path.to_owned();
        tokio::task::spawn_blocking(move || verify::pages(&owned))
            .await
            .map_err(|error| StoreError::Io(error.to_string()))??;
        let config = StoreConfig::Sqlite {
            path: path.to_owned(),
            readers: 1,
        };
        let store = Self::open(&config).await?;
        let verified = store.verify(|_| {}).await;
        store.close().await;
        verified
    }

    /// Recomputes both chains from their beginning. `on_progress` hears the position reached.
    ///
    /// # Errors
    /// The first position that does not fit (law 10), or a failure of the store.
    pub async fn verify(&self, on_progress: impl FnMut(i64)) -> Result<Verified, VerifyError> {
        verify::chains(self, on_progress).await
    }

    /// Shows every event from a position on, in order, until `visit` breaks off.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn scan(
        &self,
        from: i64,
        mut visit: impl FnMut(&LogRow) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let mut after = from.saturating_sub(1);
        loop {
            let rows = self.feed(after, 1000).await?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            after = last.pos;
            if rows.iter().try_for_each(&mut visit).is_break() {
                return Ok(());
            }
        }
    }

    /// Shows every case row in the order of ids, until `visit` breaks off.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn scan_cases(
        &self,
        mut visit: impl FnMut(&CaseRow) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let mut after = String::new();
        loop {
            let rows = self.cases_after(&after, 200).await?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            after.clone_from(&last.id);
            if rows.iter().try_for_each(&mut visit).is_break() {
                return Ok(());
            }
        }
    }

    /// Reads a registered statement.
    pub(crate) async fn rows<T: FromRow>(
        &self,
        stmt: &'static Stmt,
        values: Vec<Value>,
    ) -> Result<Vec<T>, StoreError> {
        let rows = match &self.inner.engine {
            Engine::Sqlite(engine) => {
                let sql = Cow::Borrowed(sqlite::native(stmt));
                self.ask(engine, sql, values).await?
            }
            Engine::Postgres(engine) => engine.rows(stmt.sql, values, self.deadline).await?,
        };
        typed(stmt.name, rows)
    }

    /// Reads the one row or none.
    pub(crate) async fn one<T: FromRow>(
        &self,
        stmt: &'static Stmt,
        values: Vec<Value>,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.rows(stmt, values).await?.into_iter().next())
    }

    /// As [`Store::rows`], for statements that touch a few rows by their key: the embedded engine
    /// answers them on the caller's thread, which is faster than waking another.
    pub(crate) async fn look_up<T: FromRow>(
        &self,
        stmt: &'static Stmt,
        values: Vec<Value>,
    ) -> Result<Vec<T>, StoreError> {
        if let Engine::Sqlite(engine) = &self.inner.engine
            && let Some(rows) = engine.readers.near(sqlite::native(stmt), &values)
        {
            return typed(stmt.name, rows);
        }
        self.rows(stmt, values).await
    }

    /// The one row or none of a [`Store::look_up`].
    pub(crate) async fn look_up_one<T: FromRow>(
        &self,
        stmt: &'static Stmt,
        values: Vec<Value>,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.look_up(stmt, values).await?.into_iter().next())
    }

    /// Reads a statement that the list of cases has put together.
    pub(crate) async fn built<T: FromRow>(
        &self,
        name: &'static str,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Vec<T>, StoreError> {
        let rows = match &self.inner.engine {
            Engine::Sqlite(engine) => {
                self.ask(engine, Cow::Owned(sqlite::question_marks(sql)), values)
                    .await?
            }
            Engine::Postgres(engine) => engine.rows(sql, values, self.deadline).await?,
        };
        typed(name, rows)
    }

    async fn ask(
        &self,
        engine: &Sqlite,
        sql: Cow<'static, str>,
        values: Vec<Value>,
    ) -> Result<Vec<Vec<Value>>, StoreError> {
        let (reply, answer) = oneshot::channel();
        engine.readers.send(sqlite::Ask { sql, values, reply })?;
        match tokio::time::timeout(self.deadline, answer).await {
            Ok(Ok(rows)) => rows,
            Ok(Err(_)) => Err(StoreError::Closed),
            Err(_) => Err(StoreError::Unavailable(
                "the readers did not answer in time".into(),
            )),
        }
    }
}

fn typed<T: FromRow>(name: &'static str, rows: Vec<Vec<Value>>) -> Result<Vec<T>, StoreError> {
    rows.into_iter()
        .map(|row| T::from_row(&mut Columns::new(name, row)))
        .collect()
}
