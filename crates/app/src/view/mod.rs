//! What the edge shows: the shapes of the answers, the same for the console and for machines.

mod case;
mod contact;
mod desk;
mod office;

pub use self::case::*;
pub use self::contact::*;
pub use self::desk::*;
pub use self::office::*;
pub use crate::case::{Done, PublicReceipt, PublicReport, PublicStatus};
