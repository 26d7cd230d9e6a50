//! The rows of the tables, as types.

mod attachment;
mod case;
mod clock;
mod follow_up;
mod knowledge;
mod link;
mod matter;
mod message;
mod office;
mod press;
mod reach;
mod score;
mod supervision;
mod voice;

pub use attachment::AttachmentRow;
pub use case::{CaseRow, DeadlineRow, LegRow, LogMark, LogRow, PersonRow};
pub use clock::{ClockVersionRow, RunningRow};
pub use follow_up::{
    FollowUpClaimRow, FollowUpResultRow, FollowUpRow, FollowUpRulesRow, InspectionRow,
    RatingLinkRow,
};
pub use knowledge::{KnowledgeRow, KnowledgeUseRow};
pub use link::{InboxRow, LinkKeyRow, LinkStateRow, NewEnvelope, OutboxRow};
pub use matter::{ListDraftRow, ListRunRow, ListVersionRow, NarrativeRow};
pub use message::{MessagePieceRow, MessageRow};
pub use office::{
    AccountRow, AuditLine, AuditRow, CalendarChangeRow, CalendarRow, ImportRefusedRow,
    ImportRunRow, PlaceNameRow, PresenceRow, SavedSearchRow, SeatRow, SessionRow, SettingRow,
    UnitRow,
};
pub use press::{BulletinRow, BulletinSentRow, RegisterFileRow, RegisterRow};
pub use reach::{
    AttemptRow, DeliveryRow, DutyDayRow, DutyPatternRow, DutyPersonRow, DutySwapRow, DutyTestRow,
    DutyWayRow, NoticeRow,
};
pub use score::{CaseFactRow, ScoreClaimRow, ScorePublicationRow, ScoreRuleRow};
pub use supervision::{
    SupervisionFindingRow, SupervisionFlagRow, SupervisionPendingRow, SupervisionRow,
    SupervisionStepRow, SupervisionTickRow,
};
pub use voice::{
    CallHoldRow, CallRecordRow, CallRecordingRow, CallSnapshotRow, CallStepRow, CallTallyRow,
    TalkRow,
};
