//! Reading, as typed rows.

mod audit;
mod case;
mod figures;
mod link;
mod list;
mod office;

pub use audit::AuditFilter;
pub use figures::Counts;
pub use link::DeadLetter;
pub use list::{CaseFilter, Order, Page, Scope};

use crate::value::Stmt;

/// The statements that read, a list for each file.
pub(crate) fn statements() -> [&'static [Stmt]; 5] {
    [
        audit::AUDIT,
        case::CASES,
        figures::FIGURES,
        link::LINKS,
        office::OFFICE,
    ]
}
