//! Sends what waits in the outbox of one link until the peer says it has it.

mod course;
mod run;
mod trial;

pub use course::{Action, Course, Event, backoff, jittered};
pub use run::{Chance, LinkSender, SenderParts, SenderSettings};
pub use trial::{Trial, TrialError};
