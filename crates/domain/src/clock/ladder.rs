//! The escalation ladder 逐级督促: who is told when a deadline nears, is red, is missed, and what
//! follows. Each step taken is a fact of the case; what follows from it is done by those who read it.

use super::{Millis, Span};
use crate::supervision::Rung;
use serde::{Deserialize, Serialize};

/// The moment of a deadline a step counts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Anchor {
    /// When it turns amber.
    Amber,
    /// When it turns red; when it is due, where the rule has no red share.
    Red,
    /// When it is due.
    Due,
}

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// Whoever works on it at the unit 承办人.
    Clerk,
    /// Who answers for the unit 单位负责人.
    UnitLead,
    /// Who leads the desk 班长.
    DeskLead,
    /// 督办员
    Supervisor,
    /// 考核员
    Assessor,
    /// 指挥长
    Commander,
}

impl Told {
    /// The word used on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Clerk => "clerk",
            Self::UnitLead => "unit_lead",
            Self::DeskLead => "desk_lead",
            Self::Supervisor => "supervisor",
            Self::Assessor => "assessor",
            Self::Commander => "commander",
        }
    }
}

/// How somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// On the screen.
    Console,
    /// By short message.
    Sms,
    /// By telephone.
    Phone,
    /// By electronic mail.
    Mail,
    /// On paper.
    Paper,
}

impl Way {
    /// The word used on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Console => "console",
            Self::Sms => "sms",
            Self::Phone => "phone",
            Self::Mail => "mail",
            Self::Paper => "paper",
        }
    }
}

/// What a step of the ladder asks for besides being told.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// Nothing more 提醒.
    #[default]
    Remind,
    /// 催办
    Urge,
    /// 督办单
    Order,
    /// 协调会
    Meeting,
    /// 约谈
    Interview,
    /// 通报
    Bulletin,
    /// 问责
    Accountability,
}

impl Then {
    /// The word used on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Remind => "remind",
            Self::Urge => "urge",
            Self::Order => "order",
            Self::Meeting => "meeting",
            Self::Interview => "interview",
            Self::Bulletin => "bulletin",
            Self::Accountability => "accountability",
        }
    }

    /// The rung of supervision it asks for; none where somebody is only told.
    #[must_use]
    pub const fn rung(self) -> Option<Rung> {
        match self {
            Self::Remind => None,
            Self::Urge => Some(Rung::Urge),
            Self::Order => Some(Rung::Order),
            Self::Meeting => Some(Rung::Meeting),
            Self::Interview => Some(Rung::Interview),
            Self::Bulletin => Some(Rung::Bulletin),
            Self::Accountability => Some(Rung::Accountability),
        }
    }
}

/// A step as a rule states it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LadderStep {
    /// From which moment of the deadline.
    pub at: Anchor,
    /// How long after it; at once where not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Span>,
    /// Who is told.
    pub tell: Told,
    /// How.
    pub by: Vec<Way>,
    /// What it asks for besides.
    #[serde(default, rename = "then")]
    pub then: Then,
}

/// A step of a running deadline: the rule's step with the moment it is taken at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepDue {
    /// When.
    pub at: Millis,
    /// From which moment of the deadline it counts.
    pub of: Anchor,
    /// How long after that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Span>,
    /// Who is told.
    pub tell: Told,
    /// How.
    pub by: Vec<Way>,
    /// What it asks for besides.
    #[serde(default)]
    pub then: Then,
}
