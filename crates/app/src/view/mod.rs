//! What the edge shows: the shapes of the answers, the same for the console and for machines.

mod case;
mod contact;
mod desk;
mod list;
mod office;
mod place;
mod press;
mod register;
mod search;

pub use self::case::*;
pub use self::contact::*;
pub use self::desk::*;
pub use self::list::*;
pub use self::office::*;
pub use self::place::*;
pub use self::press::*;
pub use self::register::*;
pub use self::search::*;
pub use crate::case::{
    Doing, Done, PresenceView, PresentView, PublicDanger, PublicProof, PublicRating, PublicReceipt,
    PublicReport, PublicSign, PublicStatus,
};
