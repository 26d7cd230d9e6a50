//! Reading, as typed rows.

mod attachment;
mod audit;
mod case;
mod clock;
mod figures;
mod follow_up;
mod knowledge;
mod link;
mod list;
mod matter;
mod message;
mod office;
mod place;
mod press;
mod reach;
mod score;
mod search;
mod seat;
mod supervision;
mod voice;

pub use audit::AuditFilter;
pub use figures::{Counted, Counts, Today};
pub use follow_up::{FollowUpCount, FollowUpSum};
pub use knowledge::KnowledgeCountRow;
pub use link::DeadLetter;
pub use list::{CaseFilter, Order, Page, Scope};
pub use place::{PointRow, SaidPlaceRow};
pub use press::{DeadlineCountRow, LegCountRow, MatterCountRow, RegisterFilter};
pub use reach::{ChannelCount, TestedUnit, ToldRow};
pub use seat::Load;

use crate::value::Stmt;

/// The statements that read, a list for each file.
pub(crate) fn statements() -> [&'static [Stmt]; 19] {
    [
        attachment::ATTACHMENTS,
        audit::AUDIT,
        case::CASES,
        figures::FIGURES,
        follow_up::FOLLOW_UPS,
        link::LINKS,
        matter::MATTERS,
        office::OFFICE,
        place::PLACES,
        score::SCORES,
        reach::REACHES,
        press::PRESS,
        knowledge::KNOWLEDGE,
        search::SEARCHES,
        seat::SEATS,
        supervision::SUPERVISION,
        clock::CLOCKS,
        voice::CALLS,
        message::MESSAGES,
    ]
}
