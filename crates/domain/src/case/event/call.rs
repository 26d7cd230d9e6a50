//! What of a telephone call belongs on its case. No number and no name of a caller is in it: they lie in the call record.

use crate::clock::Millis;
use serde::{Deserialize, Serialize};

/// A fact of a call that belongs to the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallNoted {
    /// The call, by the name its record has.
    pub call: String,
    /// When it happened, which may be before the case was opened.
    pub at: Millis,
    /// What happened.
    #[serde(flatten)]
    pub step: CallStep,
}

/// Where a call was to go, or who was brought into it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "to", content = "name")]
pub enum CallParty {
    /// Another platform or an external desk, by the name of its entry (R94).
    Partner(String),
    /// A colleague, by account.
    Seat(String),
    /// Some number; which one the call record says.
    Number,
}

/// Why somebody who was called did not come into the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallFailure {
    /// 忙
    Busy,
    /// 无人接听
    NoAnswer,
    /// 拒接
    Declined,
    /// 空号
    NoSuchNumber,
    /// 线路不通
    Unreachable,
    /// 已收回
    TakenBack,
    /// 来电人已挂断
    CallerGone,
}

/// What a consult call decided (R54, R90).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallAgreed {
    /// 110
    Police,
    /// 12345
    Hotline,
    /// 双方各办一部分
    Both,
    /// 未能商定: who received it first takes it.
    Undecided,
}

/// Why a call is to be made up for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallDropped {
    /// 接听前挂断
    Abandoned,
    /// 接通后立即断线
    SoonAfterAnswer,
    /// 线路中断
    LineDead,
    /// 等待过久，承诺回拨
    GaveUp,
}

/// How somebody supervises a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallSupervision {
    /// 监听
    Listen,
    /// 耳语
    Whisper,
    /// 强插
    Barge,
}

/// A sealed recording, as the case can prove it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallSound {
    /// Its name.
    pub name: String,
    /// Head of its chain, SHA-256, hexadecimal (law 10).
    pub head: String,
    /// Seconds.
    pub seconds: u32,
}

/// A fact of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "step")]
pub enum CallStep {
    /// Somebody answered.
    Answered {
        /// How long the caller had waited, milliseconds.
        waited: i64,
        /// Who, if not a seat here: the duty phone or another platform.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        elsewhere: String,
    },
    /// 一键转接 began: the caller hears the sentence (R74).
    TransferBegan(CallParty),
    /// The caller heard the sentence to its end (R74).
    SentenceHeard,
    /// The other side has the caller.
    TransferAnswered {
        /// Who.
        #[serde(flatten)]
        party: CallParty,
        /// After how long, milliseconds.
        after: i64,
    },
    /// The other side did not come, and the operator has the caller again.
    TransferFailed {
        /// Who.
        #[serde(flatten)]
        party: CallParty,
        /// Why.
        failure: CallFailure,
    },
    /// 协商通话 began: the caller waits.
    ConsultBegan(CallParty),
    /// They answered.
    ConsultAnswered {
        /// Who.
        #[serde(flatten)]
        party: CallParty,
        /// After how long, milliseconds.
        after: i64,
    },
    /// They did not come, or left.
    ConsultEnded {
        /// Who.
        #[serde(flatten)]
        party: CallParty,
        /// Why, if they were never there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        failure: Option<CallFailure>,
    },
    /// 三方通话 (R54)
    Joined(CallParty),
    /// The operator left, the others go on.
    HandedOver(CallParty),
    /// What the two platforms agreed on (R90).
    Agreed {
        /// On what.
        agreed: CallAgreed,
        /// Nobody said so before the call ended.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        by_rule: bool,
    },
    /// Somebody listens, whispers or barges in.
    Supervised {
        /// Who, by account.
        by: String,
        /// How.
        mode: CallSupervision,
    },
    /// Recording paused while a secret was said, or goes on.
    RecordingPaused {
        /// Paused.
        paused: bool,
    },
    /// The operator's line went; the caller waits again, in front.
    OperatorLost,
    /// The call ended so that it is to be made up for.
    Dropped {
        /// Why.
        reason: CallDropped,
        /// When the call-back is due.
        due: Millis,
    },
    /// A call-back reached nobody.
    CallBackFailed {
        /// Which try.
        attempt: u8,
        /// Why.
        failure: CallFailure,
        /// It was the last.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        last: bool,
    },
    /// A call-back reached the caller.
    CallBackReached,
    /// The caller called again before it was made.
    CalledAgain,
    /// The call is over.
    Over {
        /// It came in; else it was made here.
        inbound: bool,
        /// Milliseconds from the first answer to the end; 0 if nobody answered.
        talked: i64,
        /// Its recordings.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        sound: Vec<CallSound>,
    },
}

impl CallStep {
    /// Whether the other platform's timeline shows it: not who was listened in on, nor when a secret was said.
    #[must_use]
    pub const fn is_shared(&self) -> bool {
        !matches!(self, Self::Supervised { .. } | Self::RecordingPaused { .. })
    }
}
