//! Head figures.

use crate::engine::Store;
use crate::error::StoreError;
use crate::value::{Value, statements};

statements! {
    pub(crate) FIGURES:
    OPEN_COUNTS = "case_row.open_counts",
        "SELECT status, task, count(*) FROM case_row WHERE closed_at IS NULL \
         GROUP BY status, task ORDER BY status, task";
    OPEN_FLAGS = "case_row.open_flags",
        "SELECT CAST(coalesce(sum(danger), 0) AS BIGINT), \
         CAST(coalesce(sum(unowned), 0) AS BIGINT) FROM case_row WHERE closed_at IS NULL";
    OVERDUE = "case_row.overdue",
        "SELECT count(*) FROM case_row \
         WHERE closed_at IS NULL AND next_due_at IS NOT NULL AND next_due_at < $1";
    OUTCOMES = "case_row.outcomes",
        "SELECT outcome, count(*) FROM case_row WHERE opened_at >= $1 AND opened_at < $2 \
         GROUP BY outcome ORDER BY outcome";
    DAY_OUTCOMES = "case_row.day_outcomes",
        "SELECT (opened_at + $3) / 86400000, outcome, count(*) FROM case_row \
         WHERE opened_at >= $1 AND opened_at < $2 GROUP BY 1, 2 ORDER BY 1, 2";
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
        for (status, task, count) in self
            .rows::<(String, String, i64)>(&OPEN_COUNTS, Vec::new())
            .await?
        {
            counts.open += count;
            add(&mut counts.by_status, status, count);
            if !task.is_empty() {
                add(&mut counts.by_task, task, count);
            }
        }
        if let Some((danger, unowned)) = self.one::<(i64, i64)>(&OPEN_FLAGS, Vec::new()).await? {
            counts.danger = danger;
            counts.unowned = unowned;
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
