//! Reading cases and what belongs to them.

use crate::append::look::fill_keys;
use crate::engine::Store;
use crate::error::StoreError;
use crate::row::{CaseRow, DeadlineRow, LegRow, LogMark, LogRow, PersonRow};
use crate::value::{Value, statements};

statements! {
    pub(crate) CASES:
    CASE = "case_row.one",
        "SELECT id, no, version, status, first_receiver, accountable_side, accountable_unit, \
         desk, matter, matter_first, urgency, danger, unowned, task, channel, outcome, \
         district, place, summary, caller_key, place_key, twin_link, twin_case, \
         parent_case, opened_at, updated_at, closed_at, next_due_at, next_due_kind, \
         lon, lat, archived, matter_name, held_since, twin_no, state \
         FROM case_row WHERE id = $1";
    CASE_BY_NO = "case_row.by_no",
        "SELECT id, no, version, status, first_receiver, accountable_side, accountable_unit, \
         desk, matter, matter_first, urgency, danger, unowned, task, channel, outcome, \
         district, place, summary, caller_key, place_key, twin_link, twin_case, \
         parent_case, opened_at, updated_at, closed_at, next_due_at, next_due_kind, \
         lon, lat, archived, matter_name, held_since, twin_no, state \
         FROM case_row WHERE no = $1";
    CASES_SOME = "case_row.some",
        "SELECT id, no, version, status, first_receiver, accountable_side, accountable_unit, \
         desk, matter, matter_first, urgency, danger, unowned, task, channel, outcome, \
         district, place, summary, caller_key, place_key, twin_link, twin_case, \
         parent_case, opened_at, updated_at, closed_at, next_due_at, next_due_kind, \
         lon, lat, archived, matter_name, held_since, twin_no, state \
         FROM case_row WHERE id IN \
         ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    CASES_AFTER = "case_row.after",
        "SELECT id, no, version, status, first_receiver, accountable_side, accountable_unit, \
         desk, matter, matter_first, urgency, danger, unowned, task, channel, outcome, \
         district, place, summary, caller_key, place_key, twin_link, twin_case, \
         parent_case, opened_at, updated_at, closed_at, next_due_at, next_due_kind, \
         lon, lat, archived, matter_name, held_since, twin_no, state \
         FROM case_row WHERE id > $1 ORDER BY id LIMIT $2";
    CASES_TWIN = "case_row.by_twin",
        "SELECT id, no, version, status, first_receiver, accountable_side, accountable_unit, \
         desk, matter, matter_first, urgency, danger, unowned, task, channel, outcome, \
         district, place, summary, caller_key, place_key, twin_link, twin_case, \
         parent_case, opened_at, updated_at, closed_at, next_due_at, next_due_kind, \
         lon, lat, archived, matter_name, held_since, twin_no, state \
         FROM case_row WHERE twin_link = $1 AND twin_case = $2 AND twin_case <> '' \
         ORDER BY id";
    CASES_CHILDREN = "case_row.by_parent",
        "SELECT id, no, version, status, first_receiver, accountable_side, accountable_unit, \
         desk, matter, matter_first, urgency, danger, unowned, task, channel, outcome, \
         district, place, summary, caller_key, place_key, twin_link, twin_case, \
         parent_case, opened_at, updated_at, closed_at, next_due_at, next_due_kind, \
         lon, lat, archived, matter_name, held_since, twin_no, '' AS state \
         FROM case_row WHERE parent_case = $1 AND parent_case <> '' ORDER BY id";
    CASE_COUNT = "case_row.count",
        "SELECT count(*) FROM case_row";
    RECENT_CALLER = "case_row.recent_by_caller",
        "SELECT id, no, version, status, first_receiver, accountable_side, accountable_unit, \
         desk, matter, matter_first, urgency, danger, unowned, task, channel, outcome, \
         district, place, summary, caller_key, place_key, twin_link, twin_case, \
         parent_case, opened_at, updated_at, closed_at, next_due_at, next_due_kind, \
         lon, lat, archived, matter_name, held_since, twin_no, '' AS state \
         FROM case_row WHERE caller_key = $1 AND caller_key <> '' AND opened_at >= $2 \
         ORDER BY opened_at DESC, id DESC LIMIT $3";
    RECENT_PLACE = "case_row.recent_by_place",
        "SELECT id, no, version, status, first_receiver, accountable_side, accountable_unit, \
         desk, matter, matter_first, urgency, danger, unowned, task, channel, outcome, \
         district, place, summary, caller_key, place_key, twin_link, twin_case, \
         parent_case, opened_at, updated_at, closed_at, next_due_at, next_due_kind, \
         lon, lat, archived, matter_name, held_since, twin_no, '' AS state \
         FROM case_row WHERE place_key = $1 AND place_key <> '' AND matter = $2 \
         AND opened_at >= $3 ORDER BY opened_at DESC, id DESC LIMIT $4";
    CROSSED = "case_row.crossed_before",
        "SELECT id FROM (SELECT id, 1 AS place FROM (SELECT id FROM case_row \
         WHERE caller_key = $1 AND caller_key <> '' AND matter = $3 \
         AND opened_at >= $4 AND outcome IN ('handed_over_direct', 'handed_over_push', \
         'handed_over_parallel', 'handed_over_consult') \
         ORDER BY opened_at DESC LIMIT 1) AS by_caller \
         UNION ALL \
         SELECT id, 2 AS place FROM (SELECT id FROM case_row \
         WHERE place_key = $2 AND place_key <> '' AND matter = $3 \
         AND opened_at >= $4 AND outcome IN ('handed_over_direct', 'handed_over_push', \
         'handed_over_parallel', 'handed_over_consult') \
         ORDER BY opened_at DESC LIMIT 1) AS by_place) AS found ORDER BY place LIMIT 1";
    MAX_NO = "case_row.max_no",
        "SELECT max(no) FROM case_row WHERE no >= $1 AND no <= $2";
    PERSON = "person.one",
        "SELECT case_id, caller_name, caller_number, contact_number, address, narrative, \
         confidential, salt \
         FROM person WHERE case_id = $1";
    EVENTS = "log.of_case",
        "SELECT pos, case_id, case_seq, kind, v, at, actor, unit, cause, body, digest, hash \
         FROM log WHERE case_id = $1 AND case_seq > $2 ORDER BY case_seq LIMIT $3";
    FEED = "log.after",
        "SELECT pos, case_id, case_seq, kind, v, at, actor, unit, cause, body, digest, hash \
         FROM log WHERE pos > $1 ORDER BY pos LIMIT $2";
    FEED_MARKS = "log.marks_after",
        "SELECT pos, case_id, kind, hash FROM log WHERE pos > $1 ORDER BY pos LIMIT $2";
    LEGS = "leg.of_case",
        "SELECT case_id, leg_id, unit, role, state, dispatched_at, signed_at, due_at \
         FROM leg WHERE case_id = $1 ORDER BY dispatched_at, leg_id";
    LEGS_SOME = "leg.of_cases",
        "SELECT case_id, leg_id, unit, role, state, dispatched_at, signed_at, due_at \
         FROM leg WHERE case_id IN \
         ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) \
         ORDER BY case_id, dispatched_at, leg_id";
    DEADLINES = "deadline.of_case",
        "SELECT case_id, deadline_id, kind, unit, rule, due_at, warn_at, next_at, state \
         FROM deadline WHERE case_id = $1 ORDER BY due_at, deadline_id";
    DUE = "deadline.due",
        "SELECT case_id, deadline_id, kind, unit, rule, due_at, warn_at, next_at, state \
         FROM deadline WHERE next_at IS NOT NULL AND next_at <= $1 \
         ORDER BY next_at LIMIT $2";
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// Events that are read where they are asked for; more take long enough for a thread of their own.
const FEW: i64 = 64;
/// Keys in [`CASES_SOME`], [`LEGS_SOME`] and the like.
pub(super) const KEYS: usize = 16;

impl Store {
    /// A case with its state.
    ///
    /// # Errors
    /// A failure of the store; so for all reads.
    pub async fn case(&self, id: &str) -> Result<Option<CaseRow>, StoreError> {
        self.look_up_one(&CASE, vec![text(id)]).await
    }

    /// A case by the number people know, with its state.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn case_by_no(&self, no: &str) -> Result<Option<CaseRow>, StoreError> {
        self.look_up_one(&CASE_BY_NO, vec![text(no)]).await
    }

    /// Cases with their states, in the order of `ids`; those that do not exist are left out.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn cases(&self, ids: &[String]) -> Result<Vec<CaseRow>, StoreError> {
        let mut found = std::collections::HashMap::new();
        for part in ids.chunks(KEYS) {
            let rows: Vec<CaseRow> = self.look_up(&CASES_SOME, fill_keys(part, KEYS)).await?;
            found.extend(rows.into_iter().map(|row| (row.id.clone(), row)));
        }
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }

    /// Cases with their states, in the order of ids, after one.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn cases_after(&self, after: &str, limit: i64) -> Result<Vec<CaseRow>, StoreError> {
        self.rows(&CASES_AFTER, vec![text(after), Value::I64(limit)])
            .await
    }

    /// Our case of a peer's case (law 2), with its state.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn cases_by_twin(
        &self,
        link: &str,
        twin_case: &str,
    ) -> Result<Vec<CaseRow>, StoreError> {
        self.look_up(&CASES_TWIN, vec![text(link), text(twin_case)])
            .await
    }

    /// Cases merged into or split from a case, without states.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn cases_by_parent(&self, parent: &str) -> Result<Vec<CaseRow>, StoreError> {
        self.rows(&CASES_CHILDREN, vec![text(parent)]).await
    }

    /// How many cases there are.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn case_count(&self) -> Result<i64, StoreError> {
        Ok(self
            .one::<(i64,)>(&CASE_COUNT, Vec::new())
            .await?
            .map_or(0, |(count,)| count))
    }

    /// Cases of the same caller opened since a time, newest first, without states.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn recent_by_caller(
        &self,
        caller_key: &str,
        since: i64,
        limit: i64,
    ) -> Result<Vec<CaseRow>, StoreError> {
        let values = vec![text(caller_key), Value::I64(since), Value::I64(limit)];
        self.rows(&RECENT_CALLER, values).await
    }

    /// Cases of the same matter at the same place opened since a time, newest first, without
    /// states.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn recent_by_place(
        &self,
        place_key: &str,
        matter: &str,
        since: i64,
        limit: i64,
    ) -> Result<Vec<CaseRow>, StoreError> {
        let values = vec![
            text(place_key),
            text(matter),
            Value::I64(since),
            Value::I64(limit),
        ];
        self.rows(&RECENT_PLACE, values).await
    }

    /// The newest case of the same matter, by the same caller or else at the same place, that
    /// crossed to a peer since a time (R38). An empty key is not asked about.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn crossed_before(
        &self,
        caller_key: &str,
        place_key: &str,
        matter: &str,
        since: i64,
    ) -> Result<Option<String>, StoreError> {
        if caller_key.is_empty() && place_key.is_empty() {
            return Ok(None);
        }
        let values = vec![
            text(caller_key),
            text(place_key),
            text(matter),
            Value::I64(since),
        ];
        let found = self.look_up_one::<(String,)>(&CROSSED, values).await?;
        Ok(found.map(|(id,)| id))
    }

    /// The greatest case number that is a prefix followed by at most twelve digits.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn max_no_with_prefix(&self, prefix: &str) -> Result<Option<String>, StoreError> {
        // A bound of digits sorts alike under every collation, unlike a bound of signs.
        let bound = format!("{prefix}999999999999");
        let found = self
            .one::<(Option<String>,)>(&MAX_NO, vec![text(prefix), Value::Text(bound)])
            .await?;
        Ok(found
            .and_then(|(no,)| no)
            .filter(|no| no.starts_with(prefix)))
    }

    /// Personal data of a case.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn person(&self, case_id: &str) -> Result<Option<PersonRow>, StoreError> {
        self.look_up_one(&PERSON, vec![text(case_id)]).await
    }

    /// Events of a case after one of them, in order.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn events(
        &self,
        case_id: &str,
        after_seq: i64,
        limit: i64,
    ) -> Result<Vec<LogRow>, StoreError> {
        self.look_up(
            &EVENTS,
            vec![text(case_id), Value::I64(after_seq), Value::I64(limit)],
        )
        .await
    }

    /// Events of all cases after a position, in order and without gaps.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn feed(&self, after_pos: i64, limit: i64) -> Result<Vec<LogRow>, StoreError> {
        let values = vec![Value::I64(after_pos), Value::I64(limit)];
        if limit <= FEW {
            return self.look_up(&FEED, values).await;
        }
        self.rows(&FEED, values).await
    }

    /// As [`Store::feed`], without what happened.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn feed_marks(&self, after_pos: i64, limit: i64) -> Result<Vec<LogMark>, StoreError> {
        let values = vec![Value::I64(after_pos), Value::I64(limit)];
        self.rows(&FEED_MARKS, values).await
    }

    /// Legs of a case in the order of dispatch.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn legs(&self, case_id: &str) -> Result<Vec<LegRow>, StoreError> {
        self.look_up(&LEGS, vec![text(case_id)]).await
    }

    /// Legs of several cases, case by case.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn legs_of_cases(&self, case_ids: &[String]) -> Result<Vec<LegRow>, StoreError> {
        let mut legs = Vec::new();
        for part in case_ids.chunks(KEYS) {
            let keys = fill_keys(part, KEYS);
            legs.extend(self.look_up::<LegRow>(&LEGS_SOME, keys).await?);
        }
        Ok(legs)
    }

    /// Deadlines of a case.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn deadlines(&self, case_id: &str) -> Result<Vec<DeadlineRow>, StoreError> {
        self.look_up(&DEADLINES, vec![text(case_id)]).await
    }

    /// Deadlines at which something must happen by now, the longest overdue first (law 6).
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn due(&self, now: i64, limit: i64) -> Result<Vec<DeadlineRow>, StoreError> {
        self.rows(&DUE, vec![Value::I64(now), Value::I64(limit)])
            .await
    }
}
