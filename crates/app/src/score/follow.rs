//! Facts follow the log by position. A step folds the cases of the next events anew from their whole
//! log and writes the facts in one transaction with how far they are: broken off anywhere, repeated,
//! or done by two processes, it comes to the same.

use crate::App;
use crate::error::AppError;
use domain::text;
use insight::fact::SHAPE;
use insight::{CaseFacts, Entry};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{CaseFactRow, Change, Record, ScoreRecord, SettingRow};
use tokio::sync::watch;

/// The setting that says how far facts are.
const MARK: &str = "fact_mark";
/// Events of a step: a case that much happens to is folded once for all of it.
const EVENTS: i64 = 4_096;
/// Cases of one transaction: few, so that the desk's own are not kept waiting behind them.
const CASES: usize = 128;
/// Events of a case that are read at once.
const READ: i64 = 1_000;
/// Between two steps that were not full. Whoever asks for a figure does not wait for it, but folds what has come since.
const PACE: Duration = Duration::from_secs(10);

/// How far along the log facts are, and by which fold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    pos: i64,
    shape: i64,
}

/// How far the fold has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FactFilling {
    /// Position folded up to.
    pub pos: i64,
    /// End of the log.
    pub of: i64,
}

impl App {
    /// Keeps facts as long as the program runs. Whatever goes wrong here, the desk works on.
    pub(crate) async fn run_scores(&self, mut stop: watch::Receiver<bool>) {
        let mut told = false;
        loop {
            let folded = tokio::select! {
                folded = self.fold_facts(|_| {}) => folded,
                _ = stop.wait_for(|stop| *stop) => return,
            };
            if let Err(error) = folded
                && !std::mem::replace(&mut told, true)
            {
                tracing::warn!(%error, "the facts for scores wait");
            }
            tokio::select! {
                () = tokio::time::sleep(PACE) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }

    /// Brings facts up to the end of the log, as it is when this is asked or later, and says where that is. What comes meanwhile is
    /// left to the next time: who ran after a busy desk would fold each case at each of its events.
    ///
    /// # Errors
    /// The store's.
    pub async fn fold_facts(
        &self,
        mut on_progress: impl FnMut(FactFilling),
    ) -> Result<i64, AppError> {
        let _step = self.inner.scores.step.lock().await;
        let mut mark = self.mark().await?;
        loop {
            let events = self.inner.store.feed_marks(mark, EVENTS).await?;
            let Some(last) = events.last() else {
                return Ok(mark);
            };
            mark = last.pos;
            let whole = i64::try_from(events.len()).is_ok_and(|count| count < EVENTS);
            let mut ids: Vec<String> = events.iter().map(|event| event.case_id.clone()).collect();
            ids.sort_unstable();
            ids.dedup();
            let parts: Vec<&[String]> = ids.chunks(CASES).collect();
            for (n, part) in parts.iter().enumerate() {
                let mut records = Vec::with_capacity(part.len().saturating_add(1));
                for id in *part {
                    // One that cannot be folded holds up no other; `verify` names it.
                    if let Some(facts) = self.facts_from_log(id, i64::MAX).await? {
                        records.push(Record::Score(ScoreRecord::Fact(row(&facts)?)));
                    }
                }
                if n + 1 == parts.len() {
                    records.push(self.marked(mark)?);
                }
                let change = Change {
                    records,
                    ..Change::default()
                };
                self.inner.store.append(change).await?;
            }
            let of = *self.inner.store.positions().borrow();
            on_progress(FactFilling { pos: mark, of });
            if whole {
                return Ok(mark);
            }
        }
    }

    /// Throws the facts away and folds them anew.
    ///
    /// # Errors
    /// The store's.
    pub async fn fold_facts_anew(
        &self,
        on_progress: impl FnMut(FactFilling),
    ) -> Result<i64, AppError> {
        {
            let _step = self.inner.scores.step.lock().await;
            let change = Change {
                records: vec![Record::Score(ScoreRecord::FactsGone), self.marked(0)?],
                ..Change::default()
            };
            self.inner.store.append(change).await?;
        }
        self.fold_facts(on_progress).await
    }

    /// The facts of a case as they were at a position of the log; none where it had not begun.
    pub(super) async fn facts_from_log(
        &self,
        id: &str,
        until: i64,
    ) -> Result<Option<CaseFacts>, AppError> {
        let mut entries = Vec::new();
        let mut after = 0;
        loop {
            let rows = self.inner.store.events(id, after, READ).await?;
            let Some(last) = rows.last() else { break };
            after = last.case_seq;
            let whole = i64::try_from(rows.len()).is_ok_and(|count| count < READ);
            for row in rows.into_iter().filter(|row| row.pos <= until) {
                let Ok(event) = text::read_event(&row.body) else {
                    tracing::warn!(position = row.pos, "an event cannot be read for scores");
                    return Ok(None);
                };
                let (pos, at) = (row.pos, row.at);
                entries.push(Entry { pos, at, event });
            }
            if whole {
                break;
            }
        }
        Ok(CaseFacts::of(id, entries))
    }

    async fn mark(&self) -> Result<i64, AppError> {
        let row = self.inner.store.setting(MARK).await?;
        let mark: Option<Mark> = row.and_then(|row| serde_json::from_str(&row.value).ok());
        // Facts of another shape are folded anew; each is written over as its case comes up.
        Ok(mark
            .filter(|mark| mark.shape == SHAPE)
            .map_or(0, |mark| mark.pos))
    }

    fn marked(&self, pos: i64) -> Result<Record, AppError> {
        Ok(Record::Setting(SettingRow {
            key: MARK.to_owned(),
            value: crate::draft::to_json(&Mark { pos, shape: SHAPE })?,
            at: self.now(),
        }))
    }
}

fn row(facts: &CaseFacts) -> Result<CaseFactRow, AppError> {
    Ok(CaseFactRow {
        case_id: facts.id.clone(),
        opened_at: facts.opened_at,
        touched_at: facts.touched_at,
        pos: facts.pos,
        body: crate::draft::to_json(facts)?,
    })
}
