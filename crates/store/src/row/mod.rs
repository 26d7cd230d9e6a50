//! The rows of the tables, as types.

mod attachment;
mod case;
mod link;
mod matter;
mod office;

pub use attachment::AttachmentRow;
pub use case::{CaseRow, DeadlineRow, LegRow, LogRow, PersonRow};
pub use link::{InboxRow, LinkStateRow, NewEnvelope, OutboxRow};
pub use matter::{ListDraftRow, ListRunRow, ListVersionRow, NarrativeRow};
pub use office::{
    AccountRow, AuditLine, AuditRow, CalendarChangeRow, CalendarRow, ImportRefusedRow,
    ImportRunRow, PlaceNameRow, SavedSearchRow, SeatRow, SessionRow, SettingRow, UnitRow,
};
