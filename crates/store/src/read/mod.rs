//! Reading, as typed rows.

mod attachment;
mod case;
mod figures;
mod link;
mod list;
mod office;

pub use figures::Counts;
pub use list::{CaseFilter, Order, Page, Scope};

use crate::value::Stmt;

/// The statements that read, a list for each file.
pub(crate) fn statements() -> [&'static [Stmt]; 5] {
    [
        attachment::ATTACHMENTS,
        case::CASES,
        figures::FIGURES,
        link::LINKS,
        office::OFFICE,
    ]
}
