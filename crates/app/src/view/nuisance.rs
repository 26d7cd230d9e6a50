//! How much a number's past speaks for nuisance 骚扰 (R29), and the pack that shows it on paper.

use domain::nuisance::{Kind, Level};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A score with everything it is the sum of. It decides nothing.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct NuisanceView {
    /// 0 to 100.
    pub score: i64,
    /// `none`, `conspicuous` or `repeated`.
    #[schema(value_type = String)]
    pub level: Level,
    /// The formula and its version.
    pub rule: String,
    /// Closed contacts of the last 90 days that were looked at.
    pub counted: i64,
    /// Those with points, the youngest first.
    pub items: Vec<NuisanceItem>,
}

/// One earlier contact and its points.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct NuisanceItem {
    /// Case.
    pub id: String,
    /// Printed number.
    pub no: String,
    /// When it began.
    pub at: i64,
    /// `marked`, `false_alarm`, `abandoned` or `genuine`.
    #[schema(value_type = String)]
    pub kind: Kind,
    /// What it adds today; below zero where it speaks for the caller.
    pub points: i64,
}

/// What the platform has of a number's last 90 days, to be printed.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct EvidencePack {
    /// The number, as it was asked for.
    pub number: String,
    /// From when.
    pub from: i64,
    /// When it was put together.
    pub at: i64,
    /// What it is for; it stands in the audit trail.
    pub reason: String,
    /// The score.
    pub nuisance: NuisanceView,
    /// Every contact, the youngest first.
    pub cases: Vec<EvidenceCase>,
}

/// One contact with the caller's words.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct EvidenceCase {
    /// Case.
    pub id: String,
    /// Printed number.
    pub no: String,
    /// When it began.
    pub opened_at: i64,
    /// When it ended.
    pub closed_at: Option<i64>,
    /// How it arrived.
    pub channel: String,
    /// How it ended; empty while it has not.
    pub outcome: String,
    /// Place in words.
    pub place: String,
    /// Name the caller gave.
    pub caller_name: String,
    /// What was said.
    pub narrative: String,
    /// What was decided about it.
    pub steps: Vec<EvidenceStep>,
}

/// What was decided, by whom and why.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct EvidenceStep {
    /// Kind of event.
    pub kind: String,
    /// When.
    pub at: i64,
    /// The account.
    pub by: String,
    /// Words or rule it is about; may be empty.
    pub words: String,
    /// Why; may be empty.
    pub reason: String,
}
