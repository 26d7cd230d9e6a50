//! Reading, as typed rows.

mod attachment;
mod case;
mod figures;
mod link;
mod list;
mod office;
mod place;
mod search;
mod seat;

pub use figures::{Counts, Today};
pub use list::{CaseFilter, Order, Page, Scope};
pub use place::PointRow;
pub use seat::Load;

use crate::value::Stmt;

/// The statements that read, a list for each file.
pub(crate) fn statements() -> [&'static [Stmt]; 8] {
    [
        attachment::ATTACHMENTS,
        case::CASES,
        figures::FIGURES,
        link::LINKS,
        office::OFFICE,
        place::PLACES,
        search::SEARCHES,
        seat::SEATS,
    ]
}
