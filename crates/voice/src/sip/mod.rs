//! Signalling: SIP (RFC 3261) on rsipstack, behind names of our own.
//!
//! Open first `stack`: what can be asked of it; `word`: what it tells. Nothing outside this
//! module knows rsipstack, so that it can be exchanged.

mod challenge;
mod changing;
mod digest;
mod goodbye;
pub mod guard;
mod hear;
mod kept;
mod listening;
mod message;
mod older;
pub mod policy;
pub mod probe;
mod refer;
mod registrar;
mod reliable;
pub mod sdp;
pub mod settings;
mod socket;
mod spelling;
mod stack;
mod timer;
mod trunk;
pub mod value;
mod watch;
pub mod word;

pub use goodbye::Goodbye;
pub use kept::{Former, KeptDialog};
pub use settings::Settings;
pub use stack::{Failure, Invite, Reply, Stack};
