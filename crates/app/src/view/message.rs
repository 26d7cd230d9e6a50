//! Short messages.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A short message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MessageView {
    /// Its name.
    pub message: String,
    /// It came; else it was written here.
    pub inbound: bool,
    /// Its case.
    pub case: String,
    /// The case's printed number.
    pub no: String,
    /// The citizen's number.
    pub number: String,
    /// The words.
    pub text: String,
    /// How many messages it is as carriers count.
    pub parts: i64,
    /// When it came or was written.
    pub at: i64,
    /// Who wrote it, or answered it or set it aside; empty for nobody yet.
    pub name: String,
    /// Of one that came `waiting`, `late`, `answered`, `aside`, `closed`; of one that was written `waiting`, `sending`, `sent`,
    /// `arrived`, `failed`.
    pub state: String,
    /// By when it is to be answered, while it waits; it stays when it has passed.
    pub due: Option<i64>,
    /// When it was answered, given to the carrier, or what became of it was known.
    pub done_at: Option<i64>,
    /// Why it was set aside, or what came of sending.
    pub outcome: String,
    /// Whether the reader may answer it.
    pub may_answer: bool,
}

/// What waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MessageQueueView {
    /// Whether there is a way to send.
    pub sends: bool,
    /// Within which a message is to be answered, milliseconds.
    pub within: i64,
    /// The messages, the longest waiting first.
    pub waiting: Vec<MessageView>,
}
