//! What the edge shows: the shapes of the answers, the same for the console and for machines.

mod case;
mod clock;
mod contact;
mod desk;
mod follow_up;
mod knowledge;
mod link_key;
mod list;
mod message;
mod nuisance;
mod office;
mod place;
mod press;
mod reach;
mod register;
mod score;
mod search;
mod supervision;
mod transfer;
mod voice;

pub use self::case::*;
pub use self::clock::*;
pub use self::contact::*;
pub use self::desk::*;
pub use self::follow_up::*;
pub use self::knowledge::*;
pub use self::link_key::*;
pub use self::list::*;
pub use self::message::*;
pub use self::nuisance::*;
pub use self::office::*;
pub use self::place::*;
pub use self::press::*;
pub use self::reach::*;
pub use self::register::*;
pub use self::score::*;
pub use self::search::*;
pub use self::supervision::*;
pub use self::transfer::*;
pub use self::voice::*;
pub use crate::case::{
    Doing, Done, PresenceView, PresentView, PublicDanger, PublicProof, PublicRating, PublicReceipt,
    PublicReport, PublicSign, PublicStatus, Visitor,
};
