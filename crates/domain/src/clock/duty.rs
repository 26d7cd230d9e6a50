//! What the rules of clocks ask about a unit and a matter; looked up before a decision.

use super::{Asked, Catalogue, Choice, Hours, Limit, Limits, Stage};
use crate::id::{MatterCode, UnitId};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;

/// What is asked of a unit (R21, R123, R124).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(into = "u8")]
pub enum Tier {
    /// 一级: an own rescue team, day and night.
    One,
    /// 二级: named persons.
    Two,
}

impl From<Tier> for u8 {
    fn from(tier: Tier) -> Self {
        match tier {
            Tier::One => 1,
            Tier::Two => 2,
        }
    }
}

impl<'de> Deserialize<'de> for Tier {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        match u8::deserialize(d)? {
            1 => Ok(Self::One),
            2 => Ok(Self::Two),
            other => Err(serde::de::Error::custom(format!(
                "tier {other} is not 1 or 2"
            ))),
        }
    }
}

/// A unit as clocks see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duty {
    /// Its tier; none for whoever the list does not name.
    pub tier: Option<Tier>,
    /// Arrival it promises, in minutes (R133).
    pub promise: Option<u32>,
    /// When it serves (R16, R122).
    pub hours: Hours,
}

impl Default for Duty {
    fn default() -> Self {
        Self {
            tier: None,
            promise: None,
            hours: Hours::Always,
        }
    }
}

/// A matter as clocks see it: a row of the responsibility list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MatterDuty {
    /// The kind it belongs to.
    pub group: String,
    /// The limits its row sets.
    pub limits: Limits,
}

/// The catalogue in force beside the units and matters it asks about.
#[derive(Debug, Clone, Default)]
pub struct Clockwork {
    /// The catalogue.
    pub catalogue: Catalogue,
    /// The units.
    pub units: BTreeMap<UnitId, Duty>,
    /// The matters.
    pub matters: BTreeMap<MatterCode, MatterDuty>,
}

impl Clockwork {
    /// A unit as clocks see it.
    #[must_use]
    pub fn duty(&self, unit: &UnitId) -> Duty {
        self.units.get(unit).copied().unwrap_or_default()
    }

    /// A matter as clocks see it; none that the list does not name.
    #[must_use]
    pub fn matter(&self, code: &MatterCode) -> Option<&MatterDuty> {
        self.matters.get(code)
    }

    /// What the catalogue says of a stage.
    #[must_use]
    pub fn choose(&self, stage: Stage, asked: &Asked<'_>) -> Choice<'_> {
        self.catalogue.choose(stage, asked)
    }
}

impl Limits {
    /// The limit of a stage, of those a row of the list can set.
    #[must_use]
    pub const fn of(&self, stage: Stage) -> Option<Limit> {
        match stage {
            Stage::Sign => self.sign,
            Stage::Feedback => self.feedback,
            Stage::Result => self.result,
            Stage::Close => self.close,
            _ => None,
        }
    }
}
