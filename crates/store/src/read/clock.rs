//! Reading the clock catalogue and the deadlines that still run.

use crate::engine::Store;
use crate::error::StoreError;
use crate::row::{ClockVersionRow, RunningRow};
use crate::value::{Value, statements};

statements! {
    pub(crate) CLOCKS:
    CLOCK_VERSIONS = "clock_version.all",
        "SELECT version, label, '' AS text, published_at, published_by, reason \
         FROM clock_version ORDER BY version DESC";
    CLOCK_NUMBER = "clock_version.number",
        "SELECT COALESCE(MAX(version), 0) FROM clock_version";
    CLOCK_VERSION = "clock_version.one",
        "SELECT version, label, text, published_at, published_by, reason \
         FROM clock_version WHERE version = $1";
    RUNNING = "deadline.running",
        "SELECT next_at, case_id, deadline_id FROM deadline \
         WHERE next_at IS NOT NULL AND next_at >= $1 \
         AND (next_at > $1 OR case_id > $2 OR (case_id = $2 AND deadline_id > $3)) \
         ORDER BY next_at, case_id, deadline_id LIMIT $4";
}

impl Store {
    /// All versions of the clock catalogue, the newest first, without their texts.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn clock_versions(&self) -> Result<Vec<ClockVersionRow>, StoreError> {
        self.look_up(&CLOCK_VERSIONS, Vec::new()).await
    }

    /// The number of the version in force; 0 where none was published.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn clock_number(&self) -> Result<i64, StoreError> {
        let found = self.one::<(i64,)>(&CLOCK_NUMBER, Vec::new()).await?;
        Ok(found.map_or(0, |(number,)| number))
    }

    /// A version of the clock catalogue, whole.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn clock_version(&self, version: i64) -> Result<Option<ClockVersionRow>, StoreError> {
        self.one(&CLOCK_VERSION, vec![Value::I64(version)]).await
    }

    /// Deadlines that still run, in the order of their next steps, behind one of them.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn running_deadlines(
        &self,
        after: &RunningRow,
        limit: i64,
    ) -> Result<Vec<RunningRow>, StoreError> {
        let values = vec![
            Value::I64(after.next_at),
            Value::Text(after.case_id.clone()),
            Value::Text(after.deadline_id.clone()),
            Value::I64(limit),
        ];
        self.rows(&RUNNING, values).await
    }
}
