//! Reading supervision.

use crate::engine::Store;
use crate::error::StoreError;
use crate::row::{
    SupervisionFindingRow, SupervisionFlagRow, SupervisionPendingRow, SupervisionRow,
    SupervisionStepRow, SupervisionTickRow,
};
use crate::value::{Value, statements};

statements! {
    pub(crate) SUPERVISION:
    MEASURE = "supervision.one",
        "SELECT id, no, version, rung, unit, state, rule, opened_at, due_at, next_at, ended_at, body \
         FROM supervision WHERE id = $1";
    MEASURES_OPEN = "supervision.open",
        "SELECT id, no, version, rung, unit, state, rule, opened_at, due_at, next_at, ended_at, body \
         FROM supervision WHERE ended_at IS NULL ORDER BY opened_at, id LIMIT $1";
    MEASURES_ENDED = "supervision.ended",
        "SELECT id, no, version, rung, unit, state, rule, opened_at, due_at, next_at, ended_at, body \
         FROM supervision WHERE ended_at IS NOT NULL AND ended_at >= $1 ORDER BY ended_at DESC, id LIMIT $2";
    MEASURES_PARTY = "supervision.party",
        "SELECT s.id, s.no, s.version, s.rung, s.unit, s.state, s.rule, s.opened_at, s.due_at, s.next_at, \
         s.ended_at, s.body FROM supervision_party p JOIN supervision s ON s.id = p.supervision_id \
         WHERE p.kind = $1 AND p.what = $2 ORDER BY s.opened_at DESC, s.id LIMIT $3";
    MEASURES_DUE = "supervision.due",
        "SELECT id, no, version, rung, unit, state, rule, opened_at, due_at, next_at, ended_at, body \
         FROM supervision WHERE next_at IS NOT NULL AND next_at <= $1 ORDER BY next_at LIMIT $2";
    MEASURES_COUNT = "supervision.count",
        "SELECT count(*) FROM supervision WHERE unit = $1 AND rung = $2 AND opened_at >= $3 AND state <> 'withdrawn'";
    MEASURES_RUNNING = "supervision.running",
        "SELECT count(*) FROM supervision WHERE unit = $1 AND rung = $2 AND ended_at IS NULL";
    MEASURE_NUMBERS = "supervision.numbers",
        "SELECT count(*) FROM supervision WHERE no LIKE $1";
    STEPS = "supervision_step.of",
        "SELECT supervision_id, n, at, actor, unit, kind, body FROM supervision_step \
         WHERE supervision_id = $1 ORDER BY n";
    PENDING_DUE = "supervision_pending.due",
        "SELECT id, at, body FROM supervision_pending WHERE at <= $1 ORDER BY at, id LIMIT $2";
    HANDED_OFTEN = "supervision_handed.often",
        "SELECT h.case_id, h.times, h.last_at FROM supervision_handed h JOIN case_row c ON c.id = h.case_id \
         WHERE c.closed_at IS NULL AND h.times >= $1 ORDER BY h.case_id LIMIT $2";
    TICKS = "supervision_tick.day",
        "SELECT day, case_id, times, carried, sentence, ticked_at, ticked_by FROM supervision_tick \
         WHERE day = $1 ORDER BY carried DESC, times DESC, case_id";
    TICK_DAY_BEFORE = "supervision_tick.before",
        "SELECT COALESCE(max(day), '') FROM supervision_tick WHERE day < $1";
    FLAGS = "supervision_flag.open",
        "SELECT f.case_id, f.flag, f.reason, f.at, f.flagged_by FROM supervision_flag f \
         JOIN case_row c ON c.id = f.case_id WHERE c.closed_at IS NULL OR f.flag = 'at_risk' ORDER BY f.at DESC, f.case_id LIMIT $1";
    FINDINGS = "supervision_finding.state",
        "SELECT id, detector, unit, case_id, state, found_at, decided_at, decided_by, reason, evidence \
         FROM supervision_finding WHERE state = $1 ORDER BY found_at DESC, id LIMIT $2";
    FINDING = "supervision_finding.one",
        "SELECT id, detector, unit, case_id, state, found_at, decided_at, decided_by, reason, evidence \
         FROM supervision_finding WHERE id = $1";
    FINDING_COUNTS = "supervision_finding.counts",
        "SELECT detector, state, count(*) FROM supervision_finding GROUP BY detector, state ORDER BY detector, state";
}

impl Store {
    /// A measure by its id.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn measure(&self, id: &str) -> Result<Option<SupervisionRow>, StoreError> {
        self.one(&MEASURE, vec![Value::Text(id.to_owned())]).await
    }

    /// Measures that are not over, the oldest first.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn measures_open(&self, limit: i64) -> Result<Vec<SupervisionRow>, StoreError> {
        self.rows(&MEASURES_OPEN, vec![Value::I64(limit)]).await
    }

    /// Measures that ended since, the youngest first.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn measures_ended(
        &self,
        since: i64,
        limit: i64,
    ) -> Result<Vec<SupervisionRow>, StoreError> {
        let values = vec![Value::I64(since), Value::I64(limit)];
        self.rows(&MEASURES_ENDED, values).await
    }

    /// Measures about a `case` or a `unit`, the youngest first.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn measures_about(
        &self,
        kind: &str,
        what: &str,
        limit: i64,
    ) -> Result<Vec<SupervisionRow>, StoreError> {
        let values = vec![
            Value::Text(kind.to_owned()),
            Value::Text(what.to_owned()),
            Value::I64(limit),
        ];
        self.rows(&MEASURES_PARTY, values).await
    }

    /// Measures on which time has to act.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn measures_due(
        &self,
        now: i64,
        limit: i64,
    ) -> Result<Vec<SupervisionRow>, StoreError> {
        self.look_up(&MEASURES_DUE, vec![Value::I64(now), Value::I64(limit)])
            .await
    }

    /// How many measures of a rung a unit got since, without those taken back.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn measures_since(
        &self,
        unit: &str,
        rung: &str,
        since: i64,
    ) -> Result<i64, StoreError> {
        let values = vec![
            Value::Text(unit.to_owned()),
            Value::Text(rung.to_owned()),
            Value::I64(since),
        ];
        let found = self.one::<(i64,)>(&MEASURES_COUNT, values).await?;
        Ok(found.map_or(0, |(count,)| count))
    }

    /// How many measures of a rung to a unit are not over.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn measures_running(&self, unit: &str, rung: &str) -> Result<i64, StoreError> {
        let values = vec![Value::Text(unit.to_owned()), Value::Text(rung.to_owned())];
        let found = self.one::<(i64,)>(&MEASURES_RUNNING, values).await?;
        Ok(found.map_or(0, |(count,)| count))
    }

    /// How many numbers are like a pattern: those of one rung and year.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn measure_numbers(&self, pattern: &str) -> Result<i64, StoreError> {
        let values = vec![Value::Text(pattern.to_owned())];
        let found = self.one::<(i64,)>(&MEASURE_NUMBERS, values).await?;
        Ok(found.map_or(0, |(count,)| count))
    }

    /// The steps of a measure in order.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn measure_steps(&self, id: &str) -> Result<Vec<SupervisionStepRow>, StoreError> {
        self.rows(&STEPS, vec![Value::Text(id.to_owned())]).await
    }

    /// What rules have to look at now.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn supervision_pending(
        &self,
        now: i64,
        limit: i64,
    ) -> Result<Vec<SupervisionPendingRow>, StoreError> {
        self.look_up(&PENDING_DUE, vec![Value::I64(now), Value::I64(limit)])
            .await
    }

    /// Open cases that were handed out at least so often: case, times, when last.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn handed_often(
        &self,
        times: i64,
        limit: i64,
    ) -> Result<Vec<(String, i64, i64)>, StoreError> {
        self.rows(&HANDED_OFTEN, vec![Value::I64(times), Value::I64(limit)])
            .await
    }

    /// A day's list: what was carried over longest stands first.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn ticks(&self, day: &str) -> Result<Vec<SupervisionTickRow>, StoreError> {
        self.rows(&TICKS, vec![Value::Text(day.to_owned())]).await
    }

    /// The last day before this one that has a list.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn tick_day_before(&self, day: &str) -> Result<Option<String>, StoreError> {
        let found = self
            .one::<(String,)>(&TICK_DAY_BEFORE, vec![Value::Text(day.to_owned())])
            .await?;
        Ok(found.map(|(day,)| day).filter(|day| !day.is_empty()))
    }

    /// Watch flags on open cases, the youngest first.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn watch_flags(&self, limit: i64) -> Result<Vec<SupervisionFlagRow>, StoreError> {
        self.rows(&FLAGS, vec![Value::I64(limit)]).await
    }

    /// Findings in a state, the youngest first.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn findings(
        &self,
        state: &str,
        limit: i64,
    ) -> Result<Vec<SupervisionFindingRow>, StoreError> {
        let values = vec![Value::Text(state.to_owned()), Value::I64(limit)];
        self.rows(&FINDINGS, values).await
    }

    /// A finding by its id.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn finding(&self, id: &str) -> Result<Option<SupervisionFindingRow>, StoreError> {
        self.one(&FINDING, vec![Value::Text(id.to_owned())]).await
    }

    /// How many findings there are by detector and state.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn finding_counts(&self) -> Result<Vec<(String, String, i64)>, StoreError> {
        self.rows(&FINDING_COUNTS, Vec::new()).await
    }
}
