//! Head figures.

use crate::append::look::fill_keys;
use crate::engine::Store;
use crate::error::StoreError;
use crate::read::case::KEYS;
use crate::value::{Columns, FromRow, Value, row, statements};

statements! {
    pub(crate) FIGURES:
    OPEN_COUNTS = "case_row.open_counts",
        "SELECT status, task, danger, unowned, count(*) FROM case_row WHERE closed_at IS NULL \
         GROUP BY status, task, danger, unowned ORDER BY status, task, danger, unowned";
    OVERDUE = "case_row.overdue",
        "SELECT count(*) FROM case_row \
         WHERE closed_at IS NULL AND next_due_at IS NOT NULL AND next_due_at < $1";
    OUTCOMES = "case_row.outcomes",
        "SELECT outcome, count(*) FROM case_row WHERE opened_at >= $1 AND opened_at < $2 \
         GROUP BY outcome ORDER BY outcome";
    WAITING_SINCE = "case_row.waiting_since",
        "SELECT min(opened_at + 0) FROM case_row \
         WHERE closed_at IS NULL AND status IN ('taken', 'incoming')";
    TODAY = "case_row.today",
        "SELECT channel, outcome, CASE WHEN twin_link = '' THEN '' ELSE 'offered' END, \
         CASE WHEN twin_no = '' THEN '' ELSE 'known' END, count(*) FROM case_row \
         WHERE opened_at >= $1 AND opened_at < $2 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4";
    COUNTED_SINCE = "case_row.counted_since",
        "SELECT id, status, task, danger, unowned, channel, outcome, twin_link, twin_no, opened_at, \
         closed_at, next_due_at FROM case_row WHERE opened_at >= $1 \
         UNION ALL \
         SELECT id, status, task, danger, unowned, channel, outcome, twin_link, twin_no, opened_at, \
         closed_at, next_due_at FROM case_row WHERE closed_at IS NULL AND opened_at < $1";
    COUNTED_SOME = "case_row.counted_some",
        "SELECT id, status, task, danger, unowned, channel, outcome, twin_link, twin_no, opened_at, \
         closed_at, next_due_at FROM case_row WHERE id IN \
         ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    DAY_OUTCOMES = "case_row.day_outcomes",
        "SELECT (opened_at + $3) / 86400000, outcome, count(*) FROM case_row \
         WHERE opened_at >= $1 AND opened_at < $2 GROUP BY 1, 2 ORDER BY 1, 2";
}

row! {
    /// What is counted of a case.
    Counted {
        /// Case id.
        id: String,
        /// Stage.
        status: String,
        /// What waits for the desk lead; empty if nothing.
        task: String,
        /// Danger rules fired (law 5).
        danger: bool,
        /// No row matches.
        unowned: bool,
        /// How it arrived.
        channel: String,
        /// Recorded outcome; empty while there is none (law 1).
        outcome: String,
        /// Link over which it was offered; empty if none.
        twin_link: String,
        /// Number of the twin on the peer; empty if unknown.
        twin_no: String,
        /// Opening time.
        opened_at: i64,
        /// Closing time.
        closed_at: Option<i64>,
        /// Nearest open deadline.
        next_due_at: Option<i64>,
    }
}

/// Open cases counted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// All open cases.
    pub open: i64,
    /// By stage.
    pub by_status: Vec<(String, i64)>,
    /// By what waits for the desk lead; cases with nothing waiting are not in it.
    pub by_task: Vec<(String, i64)>,
    /// With a danger rule fired (law 5).
    pub danger: i64,
    /// That no unit has accepted.
    pub unowned: i64,
}

/// What arrived in a span of time, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Today {
    /// Contacts taken here.
    pub taken: i64,
    /// Of those, offered to the peer, whatever came of it.
    pub handed_over: i64,
    /// Of those again, taken by the peer.
    pub accepted: i64,
    /// Orders that came from the peer.
    pub from_peer: i64,
}

impl Today {
    /// Adds contacts that are alike: from the peer, offered to it, and known to have been taken there.
    pub fn add(&mut self, from_peer: bool, offered: bool, accepted: bool, count: i64) {
        if from_peer {
            self.from_peer += count;
            return;
        }
        self.taken += count;
        if !offered {
            return;
        }
        self.handed_over += count;
        if accepted {
            self.accepted += count;
        }
    }
}

/// Contacts that are alike in what is counted.
struct Arrived {
    channel: String,
    outcome: String,
    offered: String,
    twin: String,
    count: i64,
}

impl FromRow for Arrived {
    fn from_row(columns: &mut Columns) -> Result<Self, StoreError> {
        Ok(Self {
            channel: columns.take()?,
            outcome: columns.take()?,
            offered: columns.take()?,
            twin: columns.take()?,
            count: columns.take()?,
        })
    }
}

/// Open cases that are alike in what is counted.
struct Group {
    status: String,
    task: String,
    danger: bool,
    unowned: bool,
    count: i64,
}

impl FromRow for Group {
    fn from_row(columns: &mut Columns) -> Result<Self, StoreError> {
        Ok(Self {
            status: columns.take()?,
            task: columns.take()?,
            danger: columns.take()?,
            unowned: columns.take()?,
            count: columns.take()?,
        })
    }
}

fn add(counts: &mut Vec<(String, i64)>, name: String, count: i64) {
    match counts.iter_mut().find(|(known, _)| *known == name) {
        Some((_, sum)) => *sum += count,
        None => counts.push((name, count)),
    }
}

impl Store {
    /// Open cases by stage and by task.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn counts(&self) -> Result<Counts, StoreError> {
        let mut counts = Counts::default();
        for group in self.rows::<Group>(&OPEN_COUNTS, Vec::new()).await? {
            counts.open += group.count;
            counts.danger += if group.danger { group.count } else { 0 };
            counts.unowned += if group.unowned { group.count } else { 0 };
            add(&mut counts.by_status, group.status, group.count);
            if !group.task.is_empty() {
                add(&mut counts.by_task, group.task, group.count);
            }
        }
        Ok(counts)
    }

    /// Open cases whose nearest limit has passed.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn overdue_count(&self, now: i64) -> Result<i64, StoreError> {
        let found = self.one::<(i64,)>(&OVERDUE, vec![Value::I64(now)]).await?;
        Ok(found.map_or(0, |(count,)| count))
    }

    /// When the oldest case was opened on which nobody has decided yet. (`+ 0` in the statement
    /// keeps the planner from walking all that was ever opened, oldest first, until it finds one.)
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn waiting_since(&self) -> Result<Option<i64>, StoreError> {
        let found = self.one::<(Option<i64>,)>(&WAITING_SINCE, vec![]).await?;
        Ok(found.and_then(|(at,)| at))
    }

    /// What is counted of every open case and of every one opened since a time: a whole reading,
    /// for whoever keeps the counts by position from then on.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn counted_since(&self, since: i64) -> Result<Vec<Counted>, StoreError> {
        self.rows(&COUNTED_SINCE, vec![Value::I64(since)]).await
    }

    /// What is counted of some cases; those that do not exist are left out.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn counted_cases(&self, ids: &[String]) -> Result<Vec<Counted>, StoreError> {
        let mut counted = Vec::with_capacity(ids.len());
        for part in ids.chunks(KEYS) {
            let keys = fill_keys(part, KEYS);
            counted.extend(self.look_up::<Counted>(&COUNTED_SOME, keys).await?);
        }
        Ok(counted)
    }

    /// What arrived in `from..to`.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn arrived(&self, from: i64, to: i64) -> Result<Today, StoreError> {
        let values = vec![Value::I64(from), Value::I64(to)];
        let mut today = Today::default();
        for group in self.rows::<Arrived>(&TODAY, values).await? {
            // A parallel hand-over is decided when it is offered; the twin's number comes with
            // the acceptance.
            let accepted = !group.twin.is_empty() && group.outcome.starts_with("handed_over");
            let offered = !group.offered.is_empty();
            today.add(group.channel == "peer", offered, accepted, group.count);
        }
        Ok(today)
    }

    /// Outcomes of the cases opened in `from..to`; open cases have an empty outcome.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn outcome_counts(
        &self,
        from: i64,
        to: i64,
    ) -> Result<Vec<(String, i64)>, StoreError> {
        self.rows(&OUTCOMES, vec![Value::I64(from), Value::I64(to)])
            .await
    }

    /// The same by day: days since 1970-01-01 in a time zone that is `offset` milliseconds ahead
    /// of UTC, outcome, number.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn day_outcomes(
        &self,
        from: i64,
        to: i64,
        offset: i64,
    ) -> Result<Vec<(i64, String, i64)>, StoreError> {
        let values = vec![Value::I64(from), Value::I64(to), Value::I64(offset)];
        self.rows(&DAY_OUTCOMES, values).await
    }
}
