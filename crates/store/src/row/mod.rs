//! The rows of the tables, as types.

mod attachment;
mod case;
mod link;
mod matter;
mod office;
mod press;

pub use attachment::AttachmentRow;
pub use case::{CaseRow, DeadlineRow, LegRow, LogRow, PersonRow};
pub use link::{InboxRow, LinkStateRow, NewEnvelope, OutboxRow};
pub use matter::{ListDraftRow, ListRunRow, ListVersionRow, NarrativeRow};
pub use office::{
    AccountRow, AuditLine, AuditRow, CalendarChangeRow, CalendarRow, ImportRefusedRow,
    ImportRunRow, SavedSearchRow, SeatRow, SessionRow, SettingRow, UnitRow,
};
pub use press::{BulletinRow, BulletinSentRow, RegisterFileRow, RegisterRow};
