//! Reading, as typed rows.

mod case;
mod figures;
mod link;
mod list;
mod office;
mod seat;

pub use figures::Counts;
pub use list::{CaseFilter, Order, Page, Scope};
pub use seat::Load;

use crate::value::Stmt;

/// The statements that read, a list for each file.
pub(crate) fn statements() -> [&'static [Stmt]; 5] {
    [
        case::CASES,
        figures::FIGURES,
        link::LINKS,
        office::OFFICE,
        seat::SEATS,
    ]
}
