//! What of short messages belongs on their case. No number and no word of one is in it: they lie beside the log.

use crate::clock::Millis;
use serde::{Deserialize, Serialize};

/// A fact of a short message that belongs to the case (R18).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageNoted {
    /// The message, by the name its row has.
    pub message: String,
    /// When it happened.
    pub at: Millis,
    /// What happened.
    #[serde(flatten)]
    pub step: MessageStep,
}

/// A fact of a short message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "step")]
pub enum MessageStep {
    /// 收到短信
    Came {
        /// How many messages it is as carriers count.
        parts: u8,
        /// Pieces of a long one that never came.
        #[serde(default, skip_serializing_if = "is_none")]
        missing: u8,
    },
    /// 超过答复时限: nobody had answered when the limit passed (GB/T 33358: three minutes).
    Late,
    /// 回复短信: somebody at the desk answered, or wrote first.
    Written {
        /// How many messages it is as carriers count.
        parts: u8,
        /// How long the oldest message it answers had waited, milliseconds; none where nothing waited.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        waited: Option<Millis>,
    },
    /// 无需答复: it is answered in another way, or asks for nothing.
    SetAside {
        /// Why.
        reason: String,
        /// How long it had waited, milliseconds.
        waited: Millis,
    },
    /// 送达: the carrier says that it is on the telephone.
    Arrived,
    /// 未送达: it is not, and will not be.
    Failed {
        /// Stable key.
        why: String,
    },
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands a reference over"
)]
const fn is_none(count: &u8) -> bool {
    *count == 0
}
