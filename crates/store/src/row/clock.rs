//! Rows of the clock catalogue, and of deadlines that are counted anew.

use crate::value::row;

row! {
    /// A published version of the clock catalogue. It is never changed.
    ClockVersionRow {
        /// Running number, from 1.
        version: i64,
        /// The version as the catalogue names itself.
        label: String,
        /// The catalogue as text; empty where only the versions are listed.
        text: String,
        /// Time of publication.
        published_at: i64,
        /// By whom.
        published_by: String,
        /// Why.
        reason: String,
    }
}

row! {
    /// A deadline that still runs, by the moment of its next step.
    RunningRow {
        /// The moment of its next step.
        next_at: i64,
        /// Case.
        case_id: String,
        /// Deadline.
        deadline_id: String,
    }
}
