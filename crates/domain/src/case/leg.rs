//! Legs 流转 of a case: assignments to units of this platform, and hand-overs to the peer.

use super::outcome::{Outcome, Solved};
use crate::clock::{Limits, Millis, Span};
use crate::id::{LegId, LinkId, UnitId};
use serde::{Deserialize, Serialize};

/// What a unit is asked to be on a case (R10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegRole {
    /// 牵头
    Lead,
    /// 协办
    Assist,
    /// 先期处置
    FirstResponse,
}

impl LegRole {
    /// The word used on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Assist => "assist",
            Self::FirstResponse => "first_response",
        }
    }
}

/// Where an assignment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegState {
    /// 待签收: dispatched, the clock runs (law 6), nobody has signed.
    Dispatched,
    /// 已签收: a lead that has signed answers for the case.
    Signed,
    /// 挂起
    Suspended,
    /// 已办结: the unit gave its result.
    Done,
    /// 已退单: the return was accepted.
    Returned,
    /// 已撤回: the desk took it back or gave it to another.
    Withdrawn,
}

impl LegState {
    /// The word used on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dispatched => "dispatched",
            Self::Signed => "signed",
            Self::Suspended => "suspended",
            Self::Done => "done",
            Self::Returned => "returned",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whether the unit still has something to do.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Dispatched | Self::Signed | Self::Suspended)
    }
}

/// What a unit has asked of the desk and not been answered yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "ask")]
pub enum Ask {
    /// More time 延期.
    Extension {
        /// How much longer.
        by: Span,
        /// Why.
        reason: String,
        /// When it was asked.
        at: Millis,
    },
    /// To be rid of it 退单.
    Return {
        /// Why, in writing.
        reason: String,
        /// When it was asked.
        at: Millis,
    },
}

/// An assignment 派单 of the case to one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// Its id within the case.
    pub id: LegId,
    /// The unit.
    pub unit: UnitId,
    /// As what.
    pub role: LegRole,
    /// Where it stands.
    pub state: LegState,
    /// When it was dispatched: all its clocks count from here.
    pub dispatched_at: Millis,
    /// When it was signed for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_at: Option<Millis>,
    /// When somebody last reached the caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contacted_at: Option<Millis>,
    /// What the unit waits to hear from the desk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask: Option<Ask>,
    /// Extensions granted so far.
    #[serde(default)]
    pub extensions: u8,
    /// Whether a binding decision gave it to this unit: it cannot be returned (R106).
    #[serde(default)]
    pub binding: bool,
    /// The limits the order itself named; what it left open the catalogue said.
    #[serde(default)]
    pub limits: Limits,
    /// Whether the unit called it solved, once it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub solved: Option<Solved>,
}

/// The ways a matter crosses to the other platform (R66).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandOverMode {
    /// 直接转接: with the caller on the line.
    Direct,
    /// 推送: as an order.
    Push,
    /// 派警同时推送: both platforms take a part.
    Parallel,
    /// 协商: the two agree who takes it.
    Consult,
    /// 退回: back to where it came from.
    Return,
}

impl HandOverMode {
    /// The outcome of a contact that crossed this way.
    #[must_use]
    pub const fn outcome(self) -> Outcome {
        match self {
            Self::Direct => Outcome::HandedOverDirect,
            Self::Push | Self::Return => Outcome::HandedOverPush,
            Self::Parallel => Outcome::HandedOverParallel,
            Self::Consult => Outcome::HandedOverConsult,
        }
    }
}

/// Where a hand-over stands, as far as this side knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandOverState {
    /// In the air; the sender answers for the case.
    Offered,
    /// In the air and past its time; the sender still answers for the case.
    TimedOut,
    /// The sender asked for it back and has not heard whether that came in time.
    Withdrawing,
    /// Taken by the receiver.
    Accepted,
    /// Refused by the receiver, with reason.
    Refused,
    /// Back with the sender before it was answered.
    Withdrawn,
}

impl HandOverState {
    /// Whether an answer may still come.
    #[must_use]
    pub const fn in_the_air(self) -> bool {
        matches!(self, Self::Offered | Self::TimedOut | Self::Withdrawing)
    }
}

/// A hand-over 转办 between this platform and its peer, seen from this side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOver {
    /// Its id, chosen by the sender and the same on both sides.
    pub id: LegId,
    /// The link it crosses.
    pub link: LinkId,
    /// Whether this side sent it.
    pub sent: bool,
    /// The way.
    pub mode: HandOverMode,
    /// Where it stands.
    pub state: HandOverState,
    /// When it was offered.
    pub offered_at: Millis,
    /// When it was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Millis>,
    /// Why it was sent or sent back.
    #[serde(default)]
    pub note: String,
}
