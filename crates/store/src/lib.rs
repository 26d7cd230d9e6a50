//! The log and the tables, over SQLite or PostgreSQL, one set of statements.
//!
//! One appender per process takes every [`Change`] that waits, writes them in one transaction and
//! answers after the commit: what was answered with success is durable (law 3). Positions have no
//! gaps and every event is linked to its predecessor by a hash (law 10). The crate knows SQL and
//! durability and nothing of the trade: ids are text, times are milliseconds UTC, booleans are 0
//! and 1, JSON is text.

mod append;
mod engine;
mod error;
mod migrate;
mod postgres;
mod read;
mod row;
mod sqlite;
mod value;
mod verify;

pub use append::{
    Appended, CaseChange, Change, CommandKey, FollowUpRecord, ImportRecord, KnowledgeRecord,
    MessageRecord, NewEvent, PressRecord, ReachRecord, Record, ScoreRecord, SeatRecord,
    SupervisionRecord, VoiceRecord,
};
pub use engine::{DEADLINE, Store, StoreConfig, Vitals};
pub use error::{AppendError, FirstBad, SchemaProblem, StoreError, VerifyError};
pub use read::{
    AuditFilter, CaseFilter, ChannelCount, Counted, Counts, DeadLetter, DeadlineCountRow,
    FollowUpCount, FollowUpSum, KnowledgeCountRow, LegCountRow, Load, MatterCountRow, Order, Page,
    PointRow, RegisterFilter, SaidPlaceRow, Scope, TestedUnit, Today, ToldRow,
};
pub use row::{
    AccountRow, AttachmentRow, AttemptRow, AuditLine, AuditRow, BulletinRow, BulletinSentRow,
    CalendarChangeRow, CalendarRow, CallHoldRow, CallRecordRow, CallRecordingRow, CallSnapshotRow,
    CallStepRow, CallTallyRow, CaseFactRow, CaseRow, ClockVersionRow, DeadlineRow, DeliveryRow,
    DutyDayRow, DutyPatternRow, DutyPersonRow, DutySwapRow, DutyTestRow, DutyWayRow,
    FollowUpClaimRow, FollowUpResultRow, FollowUpRow, FollowUpRulesRow, ImportRefusedRow,
    ImportRunRow, InboxRow, InspectionRow, KnowledgeRow, KnowledgeUseRow, LegRow, LinkKeyRow,
    LinkStateRow, ListDraftRow, ListRunRow, ListVersionRow, LogMark, LogRow, MessagePieceRow,
    MessageRow, NarrativeRow, NewEnvelope, NoticeRow, OutboxRow, PersonRow, PlaceNameRow,
    PresenceRow, RatingLinkRow, RegisterFileRow, RegisterRow, RunningRow, SavedSearchRow,
    ScoreClaimRow, ScorePublicationRow, ScoreRuleRow, SeatRow, SessionRow, SettingRow,
    SupervisionFindingRow, SupervisionFlagRow, SupervisionPendingRow, SupervisionRow,
    SupervisionStepRow, SupervisionTickRow, TalkRow, UnitRow,
};
pub use value::Stmt;
pub use verify::Verified;

/// Every statement with a fixed text. A test prepares each on both engines.
pub fn statements() -> impl Iterator<Item = &'static Stmt> {
    [
        append::write::WRITES,
        append::follow_up::FOLLOW_UP_WRITES,
        append::press::PRESS_WRITES,
        append::knowledge::KNOWLEDGE_WRITES,
        append::look::LOOKS,
        append::supervision::SUPERVISION_WRITES,
        append::reach::REACH_WRITES,
        append::seat::SEAT_WRITES,
        append::voice::VOICE_WRITES,
        append::message::MESSAGE_WRITES,
    ]
    .into_iter()
    .chain(read::statements())
    .flatten()
    .chain(append::wide::statements())
}
