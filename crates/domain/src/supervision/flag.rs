//! Watch flags (R119).

use serde::{Deserialize, Serialize};

/// Why a case is watched until its end 跟踪督办 (R119: 特殊、重大、复杂、疑难).
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
}

impl WatchFlag {
    /// All four.
    pub const ALL: [Self; 4] = [
        Self::Special,
        Self::Serious,
        Self::Complicated,
        Self::Difficult,
    ];

    /// The word used on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Special => "special",
            Self::Serious => "serious",
            Self::Complicated => "complicated",
            Self::Difficult => "difficult",
        }
    }
}
