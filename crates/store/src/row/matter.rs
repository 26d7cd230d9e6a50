//! Rows of the responsibility list: its versions, the draft, the runs that try it.

use crate::value::row;

row! {
    /// A published version of the responsibility list. It is never changed, only withdrawn before
    /// it holds.
    ListVersionRow {
        /// Running number, from 1.
        version: i64,
        /// The version as the list names itself.
        label: String,
        /// The list as text; empty where only the versions are listed.
        text: String,
        /// From when it holds.
        valid_at: i64,
        /// Time of publication.
        published_at: i64,
        /// By whom.
        published_by: String,
        /// Why.
        reason: String,
        /// The version whose text it repeats; 0 for a text of its own.
        repeats: i64,
        /// When it was withdrawn before it held.
        withdrawn_at: Option<i64>,
        /// By whom.
        withdrawn_by: String,
    }
}

row! {
    /// The draft of the next version.
    ListDraftRow {
        /// How often it was saved, from 1.
        revision: i64,
        /// The version it began from.
        based_on: i64,
        /// The version as the text names itself.
        label: String,
        /// The list as text.
        text: String,
        /// When it was saved.
        changed_at: i64,
        /// By whom.
        changed_by: String,
    }
}

row! {
    /// A draft tried over past cases.
    ListRunRow {
        /// Id.
        id: String,
        /// The revision of the draft.
        revision: i64,
        /// Cases opened since.
        since: i64,
        /// `running`, `done`, `cancelled` or `failed`.
        state: String,
        /// Cases looked at.
        done: i64,
        /// Cases to be looked at.
        total: i64,
        /// When it began.
        started_at: i64,
        /// By whom.
        started_by: String,
        /// When it last said how far it is.
        touched_at: i64,
        /// What came out, JSON; empty until it is done.
        result: String,
    }
}

row! {
    /// What a list can be tried on: a case's words.
    NarrativeRow {
        /// Case.
        id: String,
        /// Its printed number.
        no: String,
        /// When it was opened.
        opened_at: i64,
        /// The place in words.
        place: String,
        /// The district.
        district: String,
        /// The caller's words; empty where they were removed.
        narrative: String,
    }
}
