//! What a caller asks to be written, all or nothing.

use crate::append::record::Record;
use crate::row::{CaseRow, DeadlineRow, InboxRow, LegRow, NewEnvelope, PersonRow};

/// Everything that one command writes. It is written whole or not at all (rule 5 of the house:
/// state, log and follow-up in one transaction).
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// Idempotency key: a repeated command gets its first answer (law 3).
    pub command: Option<CommandKey>,
    /// Cases, each checked against the version it was decided on; no case twice.
    pub cases: Vec<CaseChange>,
    /// Envelopes for peers; the appender numbers them per link.
    pub outbox: Vec<NewEnvelope>,
    /// Receipt of an envelope; a second one is answered with the first result (law 4).
    pub inbox: Option<InboxRow>,
    /// Rows of ordinary tables.
    pub records: Vec<Record>,
}

/// Idempotency key of a command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommandKey {
    /// Id chosen by the client.
    pub id: String,
    /// Digest of the request, so that a reused id is noticed.
    pub digest: String,
    /// Answer to keep.
    pub answer: String,
}

/// New events of one case and the rows that follow from them.
#[derive(Debug, Clone, Default)]
pub struct CaseChange {
    /// Case id.
    pub id: String,
    /// Version the decision was made on; 0 = the case must not exist.
    pub expected_version: i64,
    /// Events in order.
    pub events: Vec<NewEvent>,
    /// The folded row; its version must be `expected_version` + number of events. `no` and
    /// `opened_at` are written once, with the first version.
    pub row: CaseRow,
    /// Whether the stored row differs from it in how the case stands alone ([`CaseRow::stands_only`]):
    /// then fewer indexes are written.
    pub stands_only: bool,
    /// Personal data, if it changes.
    pub person: Option<PersonRow>,
    /// Legs that are new or changed.
    pub legs: Vec<LegRow>,
    /// Deadlines that are new or changed.
    pub deadlines: Vec<DeadlineRow>,
}

/// An event to be logged. Its digest is computed on the caller's thread, never by the writer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    pub(crate) case_id: String,
    pub(crate) kind: &'static str,
    pub(crate) v: i64,
    pub(crate) at: i64,
    pub(crate) actor: String,
    pub(crate) unit: String,
    pub(crate) cause: String,
    pub(crate) body: String,
}

impl NewEvent {
    /// `at` in milliseconds UTC; `body` is JSON without personal data (law 10). The digest covers
    /// all of these and the event's number in its case, which `expected_version` gives; it is
    /// computed when the change is handed to `append`, before the writer sees it.
    #[expect(
        clippy::too_many_arguments,
        reason = "the columns of one log line, each once"
    )]
    #[must_use]
    pub fn new(
        case_id: String,
        kind: &'static str,
        v: i64,
        at: i64,
        actor: String,
        unit: String,
        cause: String,
        body: String,
    ) -> Self {
        Self {
            case_id,
            kind,
            v,
            at,
            actor,
            unit,
            cause,
            body,
        }
    }
}

/// Where a change ended up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Appended {
    /// Position of the first event; if there is none, the position before the change.
    pub first: i64,
    /// Position of the last event.
    pub last: i64,
    /// New version of each case, in the order of the change.
    pub versions: Vec<i64>,
    /// Link and number of each envelope, in the order of the change.
    pub outbox: Vec<(String, i64)>,
}
