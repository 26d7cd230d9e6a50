//! In and out in bulk: import, export, and the check of the whole record.

mod export;
mod guess;
mod import;
mod office;
mod source;
mod verify;

pub use export::export;
pub use import::{ImportReport, Mapping, import};
pub use verify::{VerifyReport, verify};
