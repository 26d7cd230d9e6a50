//! Reading, as typed rows.

mod attachment;
mod audit;
mod case;
mod figures;
mod link;
mod list;
mod matter;
mod office;
mod place;
mod search;
mod seat;

pub use audit::AuditFilter;
pub use figures::{Counts, Today};
pub use link::DeadLetter;
pub use list::{CaseFilter, Order, Page, Scope};
pub use place::{PointRow, SaidPlaceRow};
pub use seat::Load;

use crate::value::Stmt;

/// The statements that read, a list for each file.
pub(crate) fn statements() -> [&'static [Stmt]; 10] {
    [
        attachment::ATTACHMENTS,
        audit::AUDIT,
        case::CASES,
        figures::FIGURES,
        link::LINKS,
        matter::MATTERS,
        office::OFFICE,
        place::PLACES,
        search::SEARCHES,
        seat::SEATS,
    ]
}
