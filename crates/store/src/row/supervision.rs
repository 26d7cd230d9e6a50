//! Rows of supervision.

use crate::value::row;

row! {
    /// A measure as it stands.
    SupervisionRow {
        /// Id.
        id: String,
        /// Printed number, unique.
        no: String,
        /// How many steps made it.
        version: i64,
        /// Rung of the ladder.
        rung: String,
        /// Addressee.
        unit: String,
        /// Where it stands.
        state: String,
        /// The rule that opened it; empty where a person did.
        rule: String,
        /// When it was opened.
        opened_at: i64,
        /// By when the next thing is due of the addressee.
        due_at: Option<i64>,
        /// The next moment at which time acts on it.
        next_at: Option<i64>,
        /// When it ended.
        ended_at: Option<i64>,
        /// The measure whole, JSON.
        body: String,
    }
}

row! {
    /// A step of a measure. It is only added: a second one of the same number is a duplicate.
    SupervisionStepRow {
        /// Measure.
        supervision_id: String,
        /// Number, from 1.
        n: i64,
        /// When.
        at: i64,
        /// Who; empty for a rule.
        actor: String,
        /// For which unit.
        unit: String,
        /// Its kind.
        kind: String,
        /// What, JSON.
        body: String,
    }
}

row! {
    /// What a rule is about to look at.
    SupervisionPendingRow {
        /// Rule, subject and cause.
        id: String,
        /// When.
        at: i64,
        /// What set it off, JSON.
        body: String,
    }
}

row! {
    /// A line of the daily list.
    SupervisionTickRow {
        /// The day as `20261128`.
        day: String,
        /// Case.
        case_id: String,
        /// How often it had been handed out.
        times: i64,
        /// On how many days before nobody ticked it.
        carried: i64,
        /// What was found; empty until ticked.
        sentence: String,
        /// When it was ticked.
        ticked_at: Option<i64>,
        /// By whom.
        ticked_by: String,
    }
}

row! {
    /// A watch flag that stands.
    SupervisionFlagRow {
        /// Case.
        case_id: String,
        /// Which.
        flag: String,
        /// Why.
        reason: String,
        /// Since when.
        at: i64,
        /// By whom.
        flagged_by: String,
    }
}

row! {
    /// What a detector found.
    SupervisionFindingRow {
        /// Detector and subject: the same finding is one row.
        id: String,
        /// Detector.
        detector: String,
        /// The unit it is about.
        unit: String,
        /// The case it is about; empty where it is about the unit alone.
        case_id: String,
        /// `open`, `confirmed` or `dismissed`.
        state: String,
        /// When it was found first.
        found_at: i64,
        /// When it was decided.
        decided_at: Option<i64>,
        /// By whom.
        decided_by: String,
        /// Why.
        reason: String,
        /// What shows it, JSON.
        evidence: String,
    }
}
