//! Rows that belong to one case.

use crate::value::{Field, Value, row};

row! {
    /// The folded case as lists and commands see it. `fold(events) == row` (law 1).
    CaseRow {
        /// Case id.
        id: String,
        /// Number shown to people, unique.
        no: String,
        /// Events so far; checked against the caller's expectation.
        version: i64,
        /// Stage of the case.
        status: String,
        /// Unit that received it first (law 8).
        first_receiver: String,
        /// `own` or `peer`: which platform holds it (law 2).
        accountable_side: String,
        /// Unit that is answerable now (law 2).
        accountable_unit: String,
        /// Desk it belongs to.
        desk: String,
        /// Matter as last classified.
        matter: String,
        /// Matter as first classified (law 8).
        matter_first: String,
        /// Urgency, a greater number being more urgent.
        urgency: i64,
        /// Danger rules fired (law 5).
        danger: bool,
        /// No unit has accepted it.
        unowned: bool,
        /// What waits for the desk lead; empty if nothing.
        task: String,
        /// How it arrived.
        channel: String,
        /// Recorded outcome of the contact; empty while open (law 1).
        outcome: String,
        /// District code.
        district: String,
        /// Place in words.
        place: String,
        /// One line without personal data.
        summary: String,
        /// Blind index of the caller's number; empty if unknown.
        caller_key: String,
        /// Normalised place for finding repeats; empty if unknown.
        place_key: String,
        /// Link over which the twin lives; empty if none.
        twin_link: String,
        /// Case id of the twin on the peer.
        twin_case: String,
        /// Case this one was merged into or split from; empty if none.
        parent_case: String,
        /// Opening time.
        opened_at: i64,
        /// Time of the last event; never before `opened_at`, which lists rely on.
        updated_at: i64,
        /// Closing time.
        closed_at: Option<i64>,
        /// Nearest open deadline.
        next_due_at: Option<i64>,
        /// Kind of that deadline.
        next_due_kind: String,
        /// Longitude in degrees.
        lon: Option<f64>,
        /// Latitude in degrees.
        lat: Option<f64>,
        /// Kept for the record only.
        archived: bool,
        /// Name of the matter as last classified.
        matter_name: String,
        /// Since when the accountable side answers for it (law 2).
        held_since: i64,
        /// Number of the twin on the peer; empty if unknown.
        twin_no: String,
        /// Folded state as JSON; empty in lists.
        state: String,
    }
}

impl CaseRow {
    /// Whether it differs from `before` in nothing but how the case stands: version, stage, who answers, danger, task, limits,
    /// state. What the case is found by (words, place, keys, twin, matter, outcome) is then as it was stored.
    #[must_use]
    pub fn stands_only(&self, before: &Self) -> bool {
        let stood = Self {
            version: before.version,
            status: before.status.clone(),
            accountable_side: before.accountable_side.clone(),
            accountable_unit: before.accountable_unit.clone(),
            danger: before.danger,
            unowned: before.unowned,
            task: before.task.clone(),
            updated_at: before.updated_at,
            closed_at: before.closed_at,
            next_due_at: before.next_due_at,
            next_due_kind: before.next_due_kind.clone(),
            held_since: before.held_since,
            state: before.state.clone(),
            ..self.clone()
        };
        stood == *before
    }

    /// The values of `case_row.stand`.
    pub(crate) fn standing(self) -> Vec<Value> {
        vec![
            self.id.into_value(),
            self.version.into_value(),
            self.status.into_value(),
            self.accountable_side.into_value(),
            self.accountable_unit.into_value(),
            self.danger.into_value(),
            self.unowned.into_value(),
            self.task.into_value(),
            self.updated_at.into_value(),
            self.closed_at.into_value(),
            self.next_due_at.into_value(),
            self.next_due_kind.into_value(),
            self.held_since.into_value(),
            self.state.into_value(),
        ]
    }
}

row! {
    /// Personal data of a case. It is never part of an event (law 10).
    PersonRow {
        /// Case id.
        case_id: String,
        /// Name the caller gave.
        caller_name: String,
        /// Number the call came from (law 7).
        caller_number: String,
        /// Number to call back.
        contact_number: String,
        /// Address.
        address: String,
        /// Narrative, never cut.
        narrative: String,
        /// The caller asked not to be named.
        confidential: bool,
        /// Salt of the digest that the events carry.
        salt: String,
    }
}

row! {
    /// One unit's part in a case.
    LegRow {
        /// Case id.
        case_id: String,
        /// Leg id, unique in the case.
        leg_id: String,
        /// Unit.
        unit: String,
        /// `lead`, `assist` or `first_response`.
        role: String,
        /// State of the leg.
        state: String,
        /// Dispatch time; clocks start here (law 6).
        dispatched_at: i64,
        /// Time of signing.
        signed_at: Option<i64>,
        /// Limit of the leg.
        due_at: Option<i64>,
    }
    beside {
        /// The row does not exist yet. False on reading.
        new: bool,
    }
}

row! {
    /// One running or ended limit (law 6: deadlines are rows).
    DeadlineRow {
        /// Case id.
        case_id: String,
        /// Deadline id, unique in the case.
        deadline_id: String,
        /// Kind of limit.
        kind: String,
        /// Unit it binds.
        unit: String,
        /// Rule and version it comes from (law 11).
        rule: String,
        /// When it is due.
        due_at: i64,
        /// When to warn.
        warn_at: Option<i64>,
        /// The next moment at which something must happen; none if nothing.
        next_at: Option<i64>,
        /// State of the limit.
        state: String,
    }
    beside {
        /// The row does not exist yet. False on reading.
        new: bool,
    }
}

row! {
    /// That something happened to a case, without what: for those who read the case itself.
    LogMark {
        /// Position in the whole log, from 1, without gaps.
        pos: i64,
        /// Case id.
        case_id: String,
        /// Name of the event.
        kind: String,
        /// SHA-256 of previous hash, position and digest.
        hash: Vec<u8>,
    }
}

row! {
    /// One event in the log.
    LogRow {
        /// Position in the whole log, from 1, without gaps.
        pos: i64,
        /// Case id.
        case_id: String,
        /// Position in the case, from 1, without gaps.
        case_seq: i64,
        /// Name of the event.
        kind: String,
        /// Version of the event's body.
        v: i64,
        /// Time of the fact.
        at: i64,
        /// Who.
        actor: String,
        /// For which unit.
        unit: String,
        /// Command or envelope that caused it.
        cause: String,
        /// JSON without personal data.
        body: String,
        /// SHA-256 of the fields above except `pos`.
        digest: Vec<u8>,
        /// SHA-256 of previous hash, position and digest.
        hash: Vec<u8>,
    }
}
