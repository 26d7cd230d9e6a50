//! Appending: what a change is, how it becomes writes, how the chain is made.

mod batch;
mod chain;
mod change;
mod judge;
pub(crate) mod look;
mod plan;
pub(crate) mod press;
mod record;
pub(crate) mod wide;
pub(crate) mod write;

pub(crate) use batch::{BATCH, Message, Order, Outcomes, Room, answer, refuse_rest};
pub(crate) use chain::{
    Digest, Head, Heads, LinkHead, audit_digest, digest_of_event, event_digest,
};
pub(crate) use judge::{Kept, Known};
pub(crate) use plan::{AUDIT_HEAD, LOG_HEAD, Plan, Step, Turn, Write, sequence, settle};

pub use change::{Appended, CaseChange, Change, CommandKey, NewEvent};
pub use press::PressRecord;
pub use record::Record;
