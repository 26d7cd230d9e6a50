//! The index follows the log: a walk through all cases first, then event by event.

use super::entry::fold;
use crate::App;
use crate::error::AppError;
use ::search::{Entry, FullText, Index, Mark, SearchError};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use store::{CaseRow, LogMark, PersonRow};
use tokio::sync::watch;

/// Cases of one step of the walk through all of them.
const STEP: usize = 4_000;
/// Events of one step behind it. Each step is a segment of its own, which costs as much as some hundred cases.
const EVENTS: i64 = 4_096;
/// The least time between two steps that are not full, so that a busy desk is followed in batches.
const PACE: Duration = Duration::from_millis(250);
/// Events that say what happened on the telephone and change nothing of what a case is found by.
const NOTES: [&str; 2] = ["call_noted", "message_noted"];
/// How long until an index that cannot be kept is tried again.
const AGAIN: Duration = Duration::from_secs(5);
/// How often somebody outside may ask for a new one.
const LOOK: Duration = Duration::from_secs(1);

/// How far the walk through all cases has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filling {
    /// Cases put.
    pub done: i64,
    /// Cases there were when it began.
    pub of: i64,
}

/// What is left to do behind a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    More,
    Some,
    Nothing,
}

impl App {
    /// Keeps the index as long as the program runs. Whatever goes wrong here, the desk works on.
    pub(crate) async fn run_search(&self, mut stop: watch::Receiver<bool>) {
        if self.inner.config.search.is_none() {
            return;
        }
        let mut told = false;
        while !*stop.borrow() {
            let kept = tokio::select! {
                kept = self.keep_index() => kept,
                _ = stop.wait_for(|stop| *stop) => Ok(()),
            };
            self.inner.search.keep(None);
            if let Err(error) = kept
                && !std::mem::replace(&mut told, true)
            {
                tracing::warn!(%error, "the search index waits");
            }
            tokio::select! {
                () = tokio::time::sleep(AGAIN) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }

    /// Opens the index and follows, until something goes wrong.
    async fn keep_index(&self) -> Result<(), AppError> {
        let index = self.open_index().await?;
        let mut positions = self.inner.store.positions();
        loop {
            positions.borrow_and_update();
            if index.wanted_anew() {
                put(&index, Job::Clear).await?;
            }
            match self.index_step(&index).await? {
                Left::More => {}
                Left::Some => tokio::time::sleep(PACE).await,
                Left::Nothing => {
                    tokio::select! {
                        changed = positions.changed() => {
                            // The store has been closed: there is nothing more to follow.
                            if changed.is_err() {
                                return Ok(());
                            }
                            tokio::time::sleep(PACE).await;
                        }
                        () = tokio::time::sleep(LOOK) => {}
                    }
                }
            }
        }
    }

    /// Opens the index, or begins it anew where it does not belong to this log.
    async fn open_index(&self) -> Result<Arc<dyn FullText>, AppError> {
        let _step = self.inner.search.step.lock().await;
        if let Some(index) = self.inner.search.index() {
            return Ok(index);
        }
        let Some(path) = self.inner.config.search.clone() else {
            return Err(AppError::NoIndex);
        };
        let opened = tokio::task::spawn_blocking(move || Index::open(&path))
            .await
            .map_err(super::gone)??;
        let index: Arc<dyn FullText> = Arc::new(opened);
        if let Some(mark) = index.mark()
            && !self.belongs(&mark).await?
        {
            tracing::warn!("the search index belongs to another log and is made anew");
            put(&index, Job::Clear).await?;
        }
        self.inner.search.keep(Some(Arc::clone(&index)));
        Ok(index)
    }

    /// Whether the event a mark names is the one that stands there now.
    async fn belongs(&self, mark: &Mark) -> Result<bool, AppError> {
        if mark.pos == 0 {
            return Ok(true);
        }
        let rows = self.inner.store.feed_marks(mark.pos - 1, 1).await?;
        Ok(rows
            .first()
            .is_some_and(|row| *mark == mark_at(row, mark.filled_to.clone())))
    }

    /// Brings the index up to the log, now. For commands and tests; the program has a job for it.
    ///
    /// # Errors
    /// [`AppError::NoIndex`] if another process keeps it, the store's, the index's.
    pub async fn index_now(&self, mut on_progress: impl FnMut(Filling)) -> Result<i64, AppError> {
        let index = self.open_index().await?;
        while self.index_step(&index).await? != Left::Nothing {
            if let Some(filling) = self.inner.search.filling() {
                on_progress(filling);
            }
        }
        Ok(index.mark().map_or(0, |mark| mark.pos))
    }

    /// Makes the index anew.
    ///
    /// # Errors
    /// As [`App::index_now`].
    pub async fn index_anew(&self, on_progress: impl FnMut(Filling)) -> Result<i64, AppError> {
        let index = self.open_index().await?;
        put(&index, Job::Clear).await?;
        self.index_now(on_progress).await
    }

    /// Gives the index back, so that another process may keep it.
    pub fn close_index(&self) {
        self.inner.search.keep(None);
    }

    /// How far along the log the index is, and how far its filling has come.
    #[must_use]
    pub fn index_state(&self) -> (Option<i64>, Option<Filling>) {
        let room = &self.inner.search;
        let mark = room.index().and_then(|index| index.mark());
        (mark.map(|mark| mark.pos), room.filling())
    }

    async fn index_step(&self, index: &Arc<dyn FullText>) -> Result<Left, AppError> {
        let _step = self.inner.search.step.lock().await;
        match index.mark() {
            None => self.begin_walk(index).await,
            Some(Mark {
                filled_to: Some(after),
                pos,
                hash,
            }) => self.walk(index, after, pos, hash).await,
            Some(mark) => self.catch_up(index, mark.pos).await,
        }
    }

    /// The walk begins by remembering where the log is: what happens meanwhile is read behind it.
    async fn begin_walk(&self, index: &Arc<dyn FullText>) -> Result<Left, AppError> {
        let head = *self.inner.store.positions().borrow();
        let rows = self.inner.store.feed_marks((head - 1).max(0), 1).await?;
        let mark = match rows.first() {
            Some(row) => mark_at(row, Some(String::new())),
            None => Mark {
                filled_to: Some(String::new()),
                ..Mark::default()
            },
        };
        put(index, Job::Put(Vec::new(), mark, false)).await?;
        let of = self.inner.store.case_count().await?;
        self.inner.search.fills(Some(Filling { done: 0, of }));
        Ok(Left::More)
    }

    async fn walk(
        &self,
        index: &Arc<dyn FullText>,
        mut after: String,
        pos: i64,
        hash: String,
    ) -> Result<Left, AppError> {
        let mut rows: Vec<CaseRow> = Vec::with_capacity(STEP);
        while rows.len() < STEP {
            let some = self.inner.store.cases_after(&after, 200).await?;
            let Some(last) = some.last() else { break };
            after.clone_from(&last.id);
            rows.extend(some);
        }
        let count = i64::try_from(rows.len()).unwrap_or(0);
        let filled_to = (count > 0).then_some(after);
        let whole = filled_to.is_none();
        let mark = Mark {
            pos,
            hash,
            filled_to,
        };
        let entries = self.entries(rows).await?;
        put(index, Job::Put(entries, mark, false)).await?;
        let filling = match self.inner.search.filling() {
            Some(Filling { done, of }) => Filling {
                done: done + count,
                of,
            },
            // Taken up where an earlier process was broken off.
            None => Filling {
                done: count,
                of: self.inner.store.case_count().await?,
            },
        };
        self.inner.search.fills((!whole).then_some(filling));
        Ok(Left::More)
    }

    async fn catch_up(&self, index: &Arc<dyn FullText>, pos: i64) -> Result<Left, AppError> {
        let events = self.inner.store.feed_marks(pos, EVENTS).await?;
        let Some(last) = events.last() else {
            return Ok(Left::Nothing);
        };
        let mark = mark_at(last, None);
        let full = i64::try_from(events.len()).is_ok_and(|count| count == EVENTS);
        // What was taken out of a case must not stay behind in the index.
        let purge = events.iter().any(|event| event.kind == "redacted");
        let mut ids: Vec<String> = events
            .into_iter()
            .filter(|event| !NOTES.contains(&event.kind.as_str()))
            .map(|event| event.case_id)
            .collect();
        ids.sort_unstable();
        ids.dedup();
        let rows = self.inner.store.cases(&ids).await?;
        let entries = self.entries(rows).await?;
        put(index, Job::Put(entries, mark, purge)).await?;
        Ok(if full { Left::More } else { Left::Some })
    }

    async fn entries(&self, rows: Vec<CaseRow>) -> Result<Vec<Entry>, AppError> {
        let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
        let persons = self.inner.store.persons(&ids).await?;
        let app = self.clone();
        calmly(move || {
            let calendar = app.inner.calendar.load();
            rows.into_iter()
                .filter_map(|row| {
                    let person: Option<&PersonRow> = persons.get(&row.id);
                    let made = app.entry(&calendar, row, person);
                    // One that cannot be read holds up no other; `verify` names it.
                    made.inspect_err(|error| tracing::warn!(%error, "a case is not indexed"))
                        .ok()
                })
                .collect()
        })
        .await
    }
}

fn mark_at(row: &LogMark, filled_to: Option<String>) -> Mark {
    Mark {
        pos: row.pos,
        hash: row.hash.iter().map(|byte| format!("{byte:02x}")).collect(),
        filled_to,
    }
}

enum Job {
    Put(Vec<Entry>, Mark, bool),
    Clear,
}

async fn put(index: &Arc<dyn FullText>, job: Job) -> Result<(), AppError> {
    let index = Arc::clone(index);
    let done: Result<(), SearchError> = tokio::task::spawn_blocking(move || match job {
        Job::Put(entries, mark, purge) => index.put(entries, mark, purge),
        Job::Clear => index.clear(),
    })
    .await
    .map_err(super::gone)?;
    Ok(done?)
}

/// Runs on a thread that stands back behind everything else.
async fn calmly<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, AppError> {
    let (reply, answer) = tokio::sync::oneshot::channel();
    std::thread::Builder::new()
        .name("search-entries".to_owned())
        .spawn(move || {
            ::search::stand_back();
            // Whoever waited may have gone away.
            let _ = reply.send(work());
        })
        .map_err(super::gone)?;
    answer.await.map_err(super::gone)
}

/// Asks the process that keeps the index in a directory to make it anew.
///
/// # Errors
/// When the wish cannot be left there.
pub fn ask_rebuild(path: &Path) -> Result<(), AppError> {
    Ok(::search::ask_rebuild(path)?)
}

/// Words of a question in the index's spelling.
pub(super) fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(fold).collect()
}
