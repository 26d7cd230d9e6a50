//! What can be chosen in a command, word by word.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A desk, and the one a matter belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeskWord {
    /// 110
    Police,
    /// 12345
    Hotline,
}

/// Who must take a matter by a binding decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TakerWord {
    /// The police desk of the two.
    Police,
    /// The hotline of the two.
    Hotline,
    /// Between desks of one kind: this side, the arbiter's.
    Arbiter,
    /// Between desks of one kind: the other, the lower tier's.
    Other,
}

/// Why a case is watched until its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FlagWord {
    /// 特殊
    Special,
    /// 重大
    Serious,
    /// 复杂
    Complicated,
    /// 疑难
    Difficult,
    /// 离场后风险
    AtRisk,
}

/// How urgent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UrgencyWord {
    /// 一般
    Normal,
    /// 紧急
    Urgent,
    /// 特急
    Critical,
}

/// Whether it is solved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SolvedWord {
    /// 解决
    Solved,
    /// 部分解决
    Partly,
    /// 未解决
    Unsolved,
    /// 不办理
    NotHandled,
}

/// Which way a matter crosses (R66).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ModeWord {
    /// 直接转接
    Direct,
    /// 推送
    Push,
    /// 派警同时推送
    Parallel,
    /// 协商
    Consult,
}

/// What a consultation decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DecisionWord {
    /// The police take it.
    Police,
    /// The hotline takes it.
    Hotline,
    /// Each takes its part.
    Both,
    /// No agreement: whoever received it first takes it (law 2).
    Undecided,
}

/// How two cases have to do with each other, as far as people may say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RelationWord {
    /// 关联
    Related,
}
