//! What a crew finds at the scene, and what units cannot agree about there.

use crate::clock::Millis;
use crate::id::{LegId, UnitId};
use serde::{Deserialize, Serialize};

/// Whether people came to harm 伤亡, as the crew sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Harm {
    /// 没有
    None,
    /// 有人受伤
    Hurt,
    /// 有人死亡
    Dead,
    /// 不清楚
    Unknown,
}

/// What a crew asks for 支援.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Help {
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

/// What the unit that arrived first makes of the scene 判明 (R127).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scene {
    /// Whether people came to harm.
    pub harm: Harm,
    /// How many; 0 where nobody counted.
    #[serde(default)]
    pub people: u16,
    /// What it asks for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub help: Vec<Help>,
    /// It is graver than the unit can deal with by itself 事态重大.
    #[serde(default)]
    pub serious: bool,
}

/// What makes a report one that the desk must answer with an instruction, and the leaders hear of
/// (R127: casualties, serious, reinforcement, several units).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// 人员伤亡
    Casualties,
    /// 事态重大
    Serious,
    /// 需要增援
    Reinforcement,
    /// 需要多个单位联动
    SeveralUnits,
}

impl Ground {
    /// The word used on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Casualties => "casualties",
            Self::Serious => "serious",
            Self::Reinforcement => "reinforcement",
            Self::SeveralUnits => "several_units",
        }
    }
}

impl Scene {
    /// What about it the desk must act on; empty where it is a report like any other.
    #[must_use]
    pub fn grounds(&self) -> Vec<Ground> {
        let mut kinds = self.help.clone();
        kinds.sort_unstable();
        kinds.dedup();
        [
            (
                Ground::Casualties,
                matches!(self.harm, Harm::Hurt | Harm::Dead),
            ),
            (Ground::Serious, self.serious),
            (Ground::Reinforcement, !kinds.is_empty()),
            (Ground::SeveralUnits, kinds.len() > 1),
        ]
        .into_iter()
        .filter_map(|(ground, holds)| holds.then_some(ground))
        .collect()
    }
}

/// A report from the scene that waits for what the desk says to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Awaiting {
    /// Whose report.
    pub leg: LegId,
    /// Since when.
    pub at: Millis,
    /// What makes it one.
    pub grounds: Vec<Ground>,
}

/// The last thing the desk told a unit at work to do 指令 (R127).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instruction {
    /// Whose assignment.
    pub leg: LegId,
    /// When.
    pub at: Millis,
    /// What to do.
    pub text: String,
}

/// What units cannot agree about at the scene (R31: 民政不收、费用谁出).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeAbout {
    /// 人员接收: who takes somebody in.
    Custody,
    /// 费用承担: who pays.
    Fee,
    /// 处置职责: who has to act.
    Duty,
}

impl DisputeAbout {
    /// The word used on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Custody => "custody",
            Self::Fee => "fee",
            Self::Duty => "duty",
        }
    }
}

/// 争议: raised by a unit at work, decided by the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    /// Which of the case, from 1.
    pub dispute: u8,
    /// Whose assignment it came up in.
    pub leg: LegId,
    /// About what.
    pub about: DisputeAbout,
    /// The unit that declines, if one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<UnitId>,
    /// What each side says.
    pub text: String,
}

/// 裁定: what was decided about a dispute; it binds (R31).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// Which of the case.
    pub dispute: u8,
    /// Who takes in, pays or acts.
    pub unit: UnitId,
    /// By what rule.
    pub basis: String,
    /// Why, and how.
    pub reason: String,
}

/// A dispute as the case remembers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disputed {
    /// What it is.
    #[serde(flatten)]
    pub dispute: Dispute,
    /// Since when.
    pub at: Millis,
    /// What was decided, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<(Settlement, Millis)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r127_each_of_the_four_grounds_is_seen_and_nothing_else() {
        let calm = Scene {
            harm: Harm::None,
            people: 0,
            help: Vec::new(),
            serious: false,
        };
        assert!(calm.grounds().is_empty());
        let unclear = Scene {
            harm: Harm::Unknown,
            ..calm.clone()
        };
        assert!(unclear.grounds().is_empty());
        let grave = Scene {
            harm: Harm::Hurt,
            people: 2,
            help: vec![Help::Fire, Help::Ambulance, Help::Fire],
            serious: true,
        };
        let all = [
            Ground::Casualties,
            Ground::Serious,
            Ground::Reinforcement,
            Ground::SeveralUnits,
        ];
        assert_eq!(grave.grounds(), all);
        let one = Scene {
            help: vec![Help::Fire, Help::Fire],
            ..calm
        };
        assert_eq!(one.grounds(), [Ground::Reinforcement]);
    }
}
