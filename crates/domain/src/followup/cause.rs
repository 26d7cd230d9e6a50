//! Why a caller could not be asked, or why the answer was not good: one word for each of the four
//! results that are kept apart.

use serde::{Deserialize, Serialize};

/// One of the four results of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Whether the caller was reached.
    Reached,
    /// Whether the matter is solved.
    Solved,
    /// Satisfied with the desk.
    Desk,
    /// Satisfied with the unit.
    Unit,
}

/// A reason, from one closed list so that it can be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// 无人接听
    NoAnswer,
    /// 占线
    Busy,
    /// 关机或停机
    SwitchedOff,
    /// 号码有误
    WrongNumber,
    /// 不愿受访
    Declined,
    /// 另约时间: the caller wants to be called at another time.
    Later,
    /// 未办理
    NotStarted,
    /// 只办了一部分
    HalfDone,
    /// 问题反复
    CameBack,
    /// 答复与事实不符
    UntrueReply,
    /// 超出职责
    NoAuthority,
    /// 条件不具备
    Conditions,
    /// 政策规定限制
    Policy,
    /// 诉求不合理
    OutOfReason,
    /// 态度不好
    Attitude,
    /// 办理太慢
    Slow,
    /// 没有联系过
    NoContact,
    /// 办得不好
    PoorWork,
    /// 推诿
    PassedOn,
    /// 派错单位
    WrongUnit,
}

impl Cause {
    /// All of them, in the order a form shows them.
    pub const ALL: [Self; 20] = [
        Self::NoAnswer,
        Self::Busy,
        Self::SwitchedOff,
        Self::WrongNumber,
        Self::Declined,
        Self::Later,
        Self::NotStarted,
        Self::HalfDone,
        Self::CameBack,
        Self::UntrueReply,
        Self::NoAuthority,
        Self::Conditions,
        Self::Policy,
        Self::OutOfReason,
        Self::Attitude,
        Self::Slow,
        Self::NoContact,
        Self::PoorWork,
        Self::PassedOn,
        Self::WrongUnit,
    ];

    /// The word used on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoAnswer => "no_answer",
            Self::Busy => "busy",
            Self::SwitchedOff => "switched_off",
            Self::WrongNumber => "wrong_number",
            Self::Declined => "declined",
            Self::Later => "later",
            Self::NotStarted => "not_started",
            Self::HalfDone => "half_done",
            Self::CameBack => "came_back",
            Self::UntrueReply => "untrue_reply",
            Self::NoAuthority => "no_authority",
            Self::Conditions => "conditions",
            Self::Policy => "policy",
            Self::OutOfReason => "out_of_reason",
            Self::Attitude => "attitude",
            Self::Slow => "slow",
            Self::NoContact => "no_contact",
            Self::PoorWork => "poor_work",
            Self::PassedOn => "passed_on",
            Self::WrongUnit => "wrong_unit",
        }
    }

    /// Whether it can be the reason of that result.
    #[must_use]
    pub const fn explains(self, part: Part) -> bool {
        match part {
            Part::Reached => matches!(
                self,
                Self::NoAnswer
                    | Self::Busy
                    | Self::SwitchedOff
                    | Self::WrongNumber
                    | Self::Declined
                    | Self::Later
            ),
            Part::Solved => matches!(
                self,
                Self::NotStarted
                    | Self::HalfDone
                    | Self::CameBack
                    | Self::UntrueReply
                    | Self::NoAuthority
                    | Self::Conditions
                    | Self::Policy
                    | Self::OutOfReason
            ),
            Part::Desk => matches!(self, Self::Attitude | Self::Slow | Self::WrongUnit),
            Part::Unit => matches!(
                self,
                Self::Attitude
                    | Self::Slow
                    | Self::NoContact
                    | Self::PoorWork
                    | Self::PassedOn
                    | Self::UntrueReply
            ),
        }
    }

    /// Whether it lies with whoever did the work 主观原因: then the work is done again.
    #[must_use]
    pub const fn is_subjective(self) -> bool {
        matches!(
            self,
            Self::NotStarted
                | Self::HalfDone
                | Self::UntrueReply
                | Self::Attitude
                | Self::Slow
                | Self::NoContact
                | Self::PoorWork
                | Self::PassedOn
        )
    }
}

/// The reason of each of the four results, where it was not good.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reasons {
    /// Why not reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reached: Option<Cause>,
    /// Why not solved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub solved: Option<Cause>,
    /// Why not satisfied with the desk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desk: Option<Cause>,
    /// Why not satisfied with the unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Cause>,
}

impl Reasons {
    /// Whether none is given.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.reached.is_none()
            && self.solved.is_none()
            && self.desk.is_none()
            && self.unit.is_none()
    }

    /// The one that weighs most: the unit's, the matter's, the desk's, why nobody was reached.
    #[must_use]
    pub fn main(&self) -> Option<Cause> {
        self.unit.or(self.solved).or(self.desk).or(self.reached)
    }

    /// The first reason that cannot be one of its result.
    #[must_use]
    pub fn misplaced(&self) -> Option<&'static str> {
        let fits =
            |cause: Option<Cause>, part: Part| cause.is_none_or(|cause| cause.explains(part));
        if !fits(self.reached, Part::Reached) {
            Some("reasons.reached")
        } else if !fits(self.solved, Part::Solved) {
            Some("reasons.solved")
        } else if !fits(self.desk, Part::Desk) {
            Some("reasons.desk")
        } else if !fits(self.unit, Part::Unit) {
            Some("reasons.unit")
        } else {
            None
        }
    }
}

/// What is ordered in the same breath as a bad call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterCall {
    /// 退回重办: the unit does it again.
    Redo,
    /// 重启: the desk decides anew.
    Reopen,
}
