//! Short messages with citizens (R18): what comes is a contact, stands in the desk's queue until it is answered, and is
//! answered by the same number.
//!
//! `door.rs` reads what a gateway posts, `take.rs` joins pieces and makes a contact of the whole, `answer.rs` is what people
//! at the desk do, `carry.rs` sends and watches the limit, `show.rs` what is seen. How messages travel is the channel "sms"
//! of `reach`, whatever is behind it. A message and what became of it are facts of its case; its number and words lie beside.

mod answer;
mod carry;
mod door;
mod line;
mod show;
mod take;

pub use door::{MessageCoding, MessageDoor};
pub(crate) use take::message_records;
pub use take::{CameIn, Taken};

use std::collections::VecDeque;
use std::sync::Mutex;

/// How messages of citizens are taken.
#[derive(Debug, Clone)]
pub struct MessageConfig {
    /// Our numbers; a message to another is refused, so that a gateway that is set up wrongly shows. None for any.
    pub numbers: Vec<String>,
    /// Within which a message is answered, milliseconds: three minutes by GB/T 33358.
    pub answer_within: i64,
    /// How long the rest of a long message is waited for, milliseconds.
    pub pieces_within: i64,
    /// The gateway's door, if it calls.
    pub door: Option<MessageDoor>,
}

impl Default for MessageConfig {
    fn default() -> Self {
        Self {
            numbers: Vec::new(),
            answer_within: 180_000,
            pieces_within: 20_000,
            door: None,
        }
    }
}

/// Reports that were faster than the answer that names what they are about.
const EARLY_MOST: usize = 256;

/// What the job of messages needs to remember.
#[derive(Default)]
pub(crate) struct MessageRoom {
    /// Rung when there is something to send.
    bell: tokio::sync::Notify,
    early: Mutex<VecDeque<Report>>,
}

/// A carrier's word on a message.
#[derive(Debug, Clone)]
struct Report {
    gateway: String,
    said: String,
    arrived: bool,
}

impl MessageRoom {
    fn with<T>(&self, work: impl FnOnce(&mut VecDeque<Report>) -> T) -> T {
        work(
            &mut self
                .early
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner),
        )
    }

    /// Keeps a report for the answer that is on its way.
    fn keep(&self, report: Report) {
        self.with(|early| {
            if early.len() >= EARLY_MOST {
                early.pop_front();
            }
            early.push_back(report);
        });
    }

    fn early(&self, gateway: &str) -> Option<Report> {
        self.with(|early| {
            let at = early.iter().position(|report| report.gateway == gateway)?;
            early.remove(at)
        })
    }
}
