//! What a crew says of the scene, and what units cannot agree about there, as the edge reads it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whether people came to harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HarmWord {
    /// 没有
    None,
    /// 有人受伤
    Hurt,
    /// 有人死亡
    Dead,
    /// 不清楚
    Unknown,
}

/// What a crew asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HelpWord {
    /// 警力
    Police,
    /// 急救
    Ambulance,
    /// 消防
    Fire,
    /// 抢修
    Repair,
    /// 其他
    Other,
}

/// What the unit that arrived first makes of the scene (R127).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SceneWords {
    /// Whether people came to harm.
    pub harm: HarmWord,
    /// How many; 0 where nobody counted.
    #[serde(default)]
    pub people: u16,
    /// What it asks for.
    #[serde(default)]
    pub help: Vec<HelpWord>,
    /// It is graver than the unit can deal with by itself.
    #[serde(default)]
    pub serious: bool,
}

/// What units cannot agree about (R31).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DisputeWord {
    /// 人员接收
    Custody,
    /// 费用承担
    Fee,
    /// 处置职责
    Duty,
}
