//! The rungs of the ladder (R82).

use serde::{Deserialize, Serialize};

/// A rung of the ladder of supervision, the mildest first (R82). Urge, order and meeting are about
/// cases; interview, bulletin and accountability are about a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    /// 催办
    Urge,
    /// 督办单
    Order,
    /// 协调会
    Meeting,
    /// 约谈 (R37)
    Interview,
    /// 通报
    Bulletin,
    /// 问责 (R63)
    Accountability,
}

impl Rung {
    /// All of them, from the bottom.
    pub const ALL: [Self; 6] = [
        Self::Urge,
        Self::Order,
        Self::Meeting,
        Self::Interview,
        Self::Bulletin,
        Self::Accountability,
    ];

    /// The word used on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Urge => "urge",
            Self::Order => "order",
            Self::Meeting => "meeting",
            Self::Interview => "interview",
            Self::Bulletin => "bulletin",
            Self::Accountability => "accountability",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rung| rung.as_str() == word)
    }

    /// The letters its printed numbers begin with: 催办, 督办, 协调, 约谈, 通报, 问责.
    #[must_use]
    pub const fn letters(self) -> &'static str {
        match self {
            Self::Urge => "CB",
            Self::Order => "DB",
            Self::Meeting => "XT",
            Self::Interview => "YT",
            Self::Bulletin => "TB",
            Self::Accountability => "WZ",
        }
    }

    /// Whether it is about cases, and each step of it a fact of them.
    #[must_use]
    pub const fn about_cases(self) -> bool {
        matches!(self, Self::Urge | Self::Order | Self::Meeting)
    }

    /// The rung that comes before it.
    #[must_use]
    pub const fn before(self) -> Option<Self> {
        match self {
            Self::Urge => None,
            Self::Order => Some(Self::Urge),
            Self::Meeting => Some(Self::Order),
            Self::Interview => Some(Self::Meeting),
            Self::Bulletin => Some(Self::Interview),
            Self::Accountability => Some(Self::Bulletin),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r82_the_ladder_has_six_rungs_one_above_the_other() {
        for pair in Rung::ALL.windows(2) {
            assert_eq!(pair[1].before(), Some(pair[0]));
            assert!(pair[0] < pair[1]);
        }
        assert_eq!(Rung::Urge.before(), None);
        for rung in Rung::ALL {
            assert_eq!(Rung::parse(rung.as_str()), Some(rung));
        }
    }
}
