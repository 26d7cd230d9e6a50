//! How a contact ended (law 1), and the answers that are counted.

use crate::desk::Desk;
use serde::{Deserialize, Serialize};

/// The one recorded outcome of a contact (R66, R88, R100).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 当场答复
    Answered,
    /// 告知: told what they wanted to know or where to go.
    Informed,
    /// 不予受理, with reason, basis and guidance.
    NotAccepted,
    /// 告知自行拨打: recorded as the inferior outcome it is (R88).
    ToldToDial,
    /// 派单 to a unit of this platform.
    Dispatched,
    /// 直接转接 and accepted.
    HandedOverDirect,
    /// 推送 and accepted.
    HandedOverPush,
    /// 派警同时推送: both platforms have a part of their own.
    HandedOverParallel,
    /// 协商转办: consulted, and a platform decided on.
    HandedOverConsult,
    /// 骚扰
    Nuisance,
    /// The caller took it back 撤销.
    Cancelled,
    /// Joined into an open case 并案.
    Merged,
    /// An order from the peer that went back to it unaccepted 退回.
    SentBack,
}

impl Outcome {
    /// The word used on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Informed => "informed",
            Self::NotAccepted => "not_accepted",
            Self::ToldToDial => "told_to_dial",
            Self::Dispatched => "dispatched",
            Self::HandedOverDirect => "handed_over_direct",
            Self::HandedOverPush => "handed_over_push",
            Self::HandedOverParallel => "handed_over_parallel",
            Self::HandedOverConsult => "handed_over_consult",
            Self::Nuisance => "nuisance",
            Self::Cancelled => "cancelled",
            Self::Merged => "merged",
            Self::SentBack => "sent_back",
        }
    }
}

/// What a consultation of the two platforms decided (R90).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// The police take it.
    Police,
    /// The hotline takes it.
    Hotline,
    /// Each takes its part.
    Both,
    /// No agreement: whoever received it first takes it (law 2).
    Undecided,
}

impl Decision {
    /// Whether `desk` takes a part by this decision; `first` says whether it received it first.
    #[must_use]
    pub const fn takes(self, desk: Desk, first: bool) -> bool {
        match self {
            Self::Police => matches!(desk, Desk::Police),
            Self::Hotline => matches!(desk, Desk::Hotline),
            Self::Both => true,
            Self::Undecided => first,
        }
    }
}

/// Who must take a matter by a binding decision of the arbiter 审定.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Taker {
    /// The police desk of the two.
    Police,
    /// The hotline of the two.
    Hotline,
    /// Between two desks of one kind (R134): the arbiter's own, the upper tier's 上级.
    Arbiter,
    /// Between two desks of one kind: the other, the lower tier's 下级.
    Other,
}

impl From<Desk> for Taker {
    fn from(desk: Desk) -> Self {
        match desk {
            Desk::Police => Self::Police,
            Desk::Hotline => Self::Hotline,
        }
    }
}

impl Taker {
    /// Whether the side with this desk takes it; `arbiter` says whether the decision was made there.
    #[must_use]
    pub const fn takes(self, desk: Desk, arbiter: bool) -> bool {
        match self {
            Self::Police => matches!(desk, Desk::Police),
            Self::Hotline => matches!(desk, Desk::Hotline),
            Self::Arbiter => arbiter,
            Self::Other => !arbiter,
        }
    }

    /// Whether it says who, on a link between these two desks.
    #[must_use]
    pub fn fits(self, desk: Desk, peer: Desk) -> bool {
        matches!(self, Self::Police | Self::Hotline) == (desk != peer)
    }
}

/// Whether the matter was solved, as the unit says and as the caller says: two facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Solved {
    /// 解决
    Solved,
    /// 部分解决
    Partly,
    /// 未解决
    Unsolved,
    /// 不办理
    NotHandled,
}
