//! Watch flags (R119, R31).

use serde::{Deserialize, Serialize};

/// Why a case is watched 跟踪督办: four until its end (R119: 特殊、重大、复杂、疑难), one beyond it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WatchFlag {
    /// 特殊
    Special,
    /// 重大
    Serious,
    /// 复杂
    Complicated,
    /// 疑难
    Difficult,
    /// 离场后风险: who stayed behind may still come to harm; watched until somebody takes it back (R31).
    AtRisk,
}

impl WatchFlag {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Special,
        Self::Serious,
        Self::Complicated,
        Self::Difficult,
        Self::AtRisk,
    ];

    /// The word used on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Special => "special",
            Self::Serious => "serious",
            Self::Complicated => "complicated",
            Self::Difficult => "difficult",
            Self::AtRisk => "at_risk",
        }
    }
}
