//! Appending: what a change is, how it becomes writes, how the chain is made.

mod batch;
mod chain;
mod change;
pub(crate) mod follow_up;
mod import;
mod judge;
pub(crate) mod knowledge;
pub(crate) mod look;
pub(crate) mod message;
mod plan;
pub(crate) mod press;
pub(crate) mod reach;
mod record;
mod score;
pub(crate) mod seat;
pub(crate) mod supervision;
pub(crate) mod voice;
pub(crate) mod wide;
pub(crate) mod write;

pub(crate) use batch::{BATCH, Message, Order, Outcomes, Room, answer, refuse_rest};
pub(crate) use chain::{
    Digest, Head, Heads, LinkHead, audit_digest, digest_of_event, event_digest,
};
pub(crate) use judge::{Kept, Known};
pub(crate) use plan::{AUDIT_HEAD, LOG_HEAD, Plan, Step, Turn, Write, sequence, settle};

pub use change::{Appended, CaseChange, Change, CommandKey, NewEvent};
pub use follow_up::FollowUpRecord;
pub use import::ImportRecord;
pub use knowledge::KnowledgeRecord;
pub use message::MessageRecord;
pub use press::PressRecord;
pub use reach::ReachRecord;
pub use record::Record;
pub use score::ScoreRecord;
pub use seat::SeatRecord;
pub use supervision::SupervisionRecord;
pub use voice::VoiceRecord;
