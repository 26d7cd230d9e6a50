//! Reading calls.

use crate::engine::Store;
use crate::error::StoreError;
use crate::row::{
    CallHoldRow, CallRecordRow, CallRecordingRow, CallSnapshotRow, CallStepRow, CallTallyRow,
    TalkRow,
};
use crate::value::{Value, statements};

statements! {
    pub(crate) CALLS:
    CALL = "call_record.one",
        "SELECT id, inbound, trunk, session, number, caller_key, caller, called, class, call_back, case_id, seat, \
         began, offered, answered, held, held_ms, transferred, transfer, ended, ended_by, cause, outcome, legs \
         FROM call_record WHERE id = $1";
    CALLS_CASE = "call_record.of_case",
        "SELECT id, inbound, trunk, session, number, caller_key, caller, called, class, call_back, case_id, seat, \
         began, offered, answered, held, held_ms, transferred, transfer, ended, ended_by, cause, outcome, legs \
         FROM call_record WHERE case_id = $1 AND case_id <> '' ORDER BY began, id LIMIT 500";
    CALLS_CALLER = "call_record.of_caller",
        "SELECT id, inbound, trunk, session, number, caller_key, caller, called, class, call_back, case_id, seat, \
         began, offered, answered, held, held_ms, transferred, transfer, ended, ended_by, cause, outcome, legs \
         FROM call_record WHERE caller_key = $1 AND seat <> '' AND case_id <> '' \
         ORDER BY began DESC, id DESC LIMIT 1";
    CALLS_SINCE = "call_record.since",
        "SELECT id, inbound, trunk, session, number, caller_key, caller, called, class, call_back, case_id, seat, \
         began, offered, answered, held, held_ms, transferred, transfer, ended, ended_by, cause, outcome, '' AS legs \
         FROM call_record WHERE began >= $1 AND inbound = 1 ORDER BY began DESC, id DESC LIMIT $2";
    // A call without a case is nobody's matter.
    CALLS_TALK = "call_record.talk",
        "SELECT COALESCE(c.desk, '') AS desk, COUNT(*) AS calls, CAST(SUM(r.ended - r.answered) AS BIGINT) AS talk_ms \
         FROM call_record r LEFT JOIN case_row c ON c.id = r.case_id \
         WHERE r.began >= $1 AND r.inbound = 1 AND r.answered IS NOT NULL AND r.ended IS NOT NULL \
         GROUP BY COALESCE(c.desk, '') ORDER BY 1";
    CALLS_TALLY = "call_record.tally",
        "SELECT COUNT(*) AS offered, \
         CAST(COALESCE(SUM(CASE WHEN answered IS NULL AND ended - began < $3 THEN 1 ELSE 0 END), 0) AS BIGINT) AS short, \
         COUNT(answered) AS answered, \
         CAST(COALESCE(SUM(CASE WHEN answered - began <= $4 THEN 1 ELSE 0 END), 0) AS BIGINT) AS soon, \
         CAST(COALESCE(SUM(answered - began), 0) AS BIGINT) AS wait_ms, \
         CAST(COALESCE(SUM(ended - answered), 0) AS BIGINT) AS talk_ms \
         FROM call_record WHERE began >= $1 AND began < $2 AND inbound = 1 AND ended IS NOT NULL";
    STEPS = "call_step.of_call",
        "SELECT call_id, n, at, kind, body FROM call_step WHERE call_id = $1 ORDER BY n";
    RECORDING = "call_recording.one",
        "SELECT id, call_id, leg, who, at, seconds, gaps, head, removed_at FROM call_recording WHERE id = $1";
    RECORDINGS = "call_recording.of_call",
        "SELECT id, call_id, leg, who, at, seconds, gaps, head, removed_at FROM call_recording WHERE call_id = $1 \
         ORDER BY leg, id";
    // A case that is still open keeps its calls, whatever their age.
    RECORDINGS_DUE = "call_recording.due",
        "SELECT r.id, r.call_id, r.leg, r.who, r.at, r.seconds, r.gaps, r.head, r.removed_at \
         FROM call_recording r WHERE r.removed_at IS NULL AND r.at < $1 \
         AND NOT EXISTS (SELECT 1 FROM call_hold h WHERE h.call_id = r.call_id) \
         AND NOT EXISTS (SELECT 1 FROM call_record c JOIN case_row k ON k.id = c.case_id \
         WHERE c.id = r.call_id AND k.closed_at IS NULL) \
         ORDER BY r.at, r.id LIMIT $2";
    HOLD = "call_hold.one",
        "SELECT call_id, at, account, name, reason FROM call_hold WHERE call_id = $1";
    SNAPSHOTS = "call_snapshot.of_home",
        "SELECT home, call_id, kind, id, at, state FROM call_snapshot WHERE home = $1 ORDER BY kind, id";
    BOUND = "call_snapshot.bound",
        "SELECT r.id, r.case_id, c.no FROM call_snapshot s JOIN call_record r ON r.id = s.call_id \
         JOIN case_row c ON c.id = r.case_id \
         WHERE s.home = $1 AND s.kind = 'call' AND r.case_id <> '' ORDER BY r.id";
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

impl Store {
    /// The record of a call.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn call(&self, id: &str) -> Result<Option<CallRecordRow>, StoreError> {
        self.look_up_one(&CALL, vec![text(id)]).await
    }

    /// The calls of a case, the first first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn calls_of_case(&self, case: &str) -> Result<Vec<CallRecordRow>, StoreError> {
        self.rows(&CALLS_CASE, vec![text(case)]).await
    }

    /// The last call of a number that somebody answered and that belongs to a case.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn last_call_of(
        &self,
        caller_key: &str,
    ) -> Result<Option<CallRecordRow>, StoreError> {
        if caller_key.is_empty() {
            return Ok(None);
        }
        self.look_up_one(&CALLS_CALLER, vec![text(caller_key)])
            .await
    }

    /// Calls that came in since, the latest first, without their legs.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn calls_since(
        &self,
        since: i64,
        limit: i64,
    ) -> Result<Vec<CallRecordRow>, StoreError> {
        self.rows(&CALLS_SINCE, vec![Value::I64(since), Value::I64(limit)])
            .await
    }

    /// How long people talked in calls that came in since and are over, by the desk whose matter it was (R9).
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn talk_since(&self, since: i64) -> Result<Vec<TalkRow>, StoreError> {
        self.rows(&CALLS_TALK, vec![Value::I64(since)]).await
    }

    /// Calls that came in within a span and are over: how many, how many of them were given up within `short` or
    /// answered within `soon` milliseconds, and how long they waited and talked.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn call_tally(
        &self,
        span: std::ops::Range<i64>,
        short: i64,
        soon: i64,
    ) -> Result<CallTallyRow, StoreError> {
        let bounds = [span.start, span.end, short, soon].map(Value::I64);
        let tally = self.one(&CALLS_TALLY, bounds.to_vec()).await?;
        Ok(tally.unwrap_or_default())
    }

    /// What happened in a call.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn call_steps(&self, call: &str) -> Result<Vec<CallStepRow>, StoreError> {
        self.look_up(&STEPS, vec![text(call)]).await
    }

    /// A recording.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn call_recording(&self, id: &str) -> Result<Option<CallRecordingRow>, StoreError> {
        self.one(&RECORDING, vec![text(id)]).await
    }

    /// The recordings of a call.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn call_recordings(&self, call: &str) -> Result<Vec<CallRecordingRow>, StoreError> {
        self.rows(&RECORDINGS, vec![text(call)]).await
    }

    /// Recordings made before a moment whose time is over: not sealed, and of no open case. The oldest first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn recordings_due(
        &self,
        before: i64,
        limit: i64,
    ) -> Result<Vec<CallRecordingRow>, StoreError> {
        self.rows(&RECORDINGS_DUE, vec![Value::I64(before), Value::I64(limit)])
            .await
    }

    /// Why the recordings of a call are sealed, if they are.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn call_hold(&self, call: &str) -> Result<Option<CallHoldRow>, StoreError> {
        self.one(&HOLD, vec![text(call)]).await
    }

    /// What a former process with these ports kept, by kind and name.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn call_snapshots(&self, home: &str) -> Result<Vec<CallSnapshotRow>, StoreError> {
        self.rows(&SNAPSHOTS, vec![text(home)]).await
    }

    /// Of the calls a former process with these ports kept, those that belong to a case: call, case, and the case's number.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn calls_bound(
        &self,
        home: &str,
    ) -> Result<Vec<(String, String, String)>, StoreError> {
        self.rows(&BOUND, vec![text(home)]).await
    }
}
