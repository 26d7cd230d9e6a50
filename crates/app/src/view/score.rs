//! Scores 考核: figures with their denominators, units by rank, what was asked and what was published.
//! Numbers are decimals as text, so that no digit is lost on the way.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A metric as it is declared.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct MetricView {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// Its Chinese name.
    pub zh: String,
    /// Its English name.
    pub en: String,
    /// A remark in Chinese.
    pub note_zh: String,
    /// A remark in English.
    pub note_en: String,
    /// What is counted: `case` or `leg`.
    pub of: String,
    /// `rate`, `count`, `mean`, `sum`, `coverage`, `recorded` or `made`.
    pub shape: String,
    /// The formula of what is counted; empty where nothing is.
    pub denominator: String,
    /// The formula of what fulfils it.
    pub numerator: String,
    /// The formula of what is left out by definition.
    pub exclude: String,
    /// The formula of the value that is summed.
    pub value: String,
    /// The formula over other metrics.
    pub made: String,
    /// Declared numbers, as `name = number`.
    pub parameters: Vec<String>,
    /// Facts it needs that nothing reports.
    pub lacks: Vec<String>,
}

/// A part of a scheme.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SchemePartView {
    /// Its id.
    pub id: String,
    /// Its Chinese name.
    pub zh: String,
    /// Its English name.
    pub en: String,
    /// Most points.
    pub full: Option<String>,
    /// Whether they are taken away.
    pub deduct: bool,
    /// What it counts for without data: `full`, `zero` or `leave_out`.
    pub no_data: String,
    /// The formula of the points.
    pub score: String,
}

/// A scheme.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SchemeView {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// Its Chinese name.
    pub zh: String,
    /// Its English name.
    pub en: String,
    /// What it stands on, in Chinese.
    pub note_zh: String,
    /// What it stands on, in English.
    pub note_en: String,
    /// The periods it is for: `week`, `month`, `quarter`, `year`, `days`.
    pub periods: Vec<String>,
    /// Whether tiers are ranked apart.
    pub apart: bool,
    /// Places of a score.
    pub places: u32,
    /// Metrics that part equal scores.
    pub ties: Vec<String>,
    /// The metrics it uses or shows.
    pub metrics: Vec<String>,
    /// Its parts; none where it only shows figures.
    pub parts: Vec<SchemePartView>,
    /// Declared numbers, as `name = number`.
    pub parameters: Vec<String>,
}

/// A name formulas may use.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FactView {
    /// The name.
    pub name: String,
    /// `flag`, `number` or `word`.
    pub kind: String,
    /// Whether anything reports it.
    pub there: bool,
    /// What it means, in Chinese.
    pub zh: String,
    /// What it means, in English.
    pub en: String,
}

/// A publication in a list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublicationHead {
    /// Its id.
    pub id: String,
    /// The scheme.
    pub scheme: String,
    /// Its version.
    pub version: i64,
    /// The period.
    pub period: String,
    /// The log position it was counted at.
    pub pos: i64,
    /// SHA-256 of rules, basis and sheet.
    pub digest: String,
    /// When it was published.
    pub published_at: i64,
    /// By whom.
    pub published_by: String,
    /// Why.
    pub reason: String,
}

/// Everything the place of scores needs before a sheet is chosen.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ScoreOffice {
    /// The schemes.
    pub schemes: Vec<SchemeView>,
    /// The metrics.
    pub metrics: Vec<MetricView>,
    /// Names for formulas over cases and assignments.
    pub facts: Vec<FactView>,
    /// The publications, the newest first.
    pub publications: Vec<PublicationHead>,
    /// The log position facts are folded up to.
    pub pos: i64,
    /// The period of today's month, and the one before.
    pub periods: Vec<String>,
    /// Claims that wait for a decision.
    pub waiting: u32,
}

/// A figure with what it was counted from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FigureView {
    /// The metric.
    pub metric: String,
    /// Its version.
    pub version: u32,
    /// The denominator.
    pub denominator: u64,
    /// Of those, what fulfils it.
    pub numerator: u64,
    /// Left out by definition.
    pub by_definition: u64,
    /// Left out by approved records.
    pub by_claim: u64,
    /// What it comes to; null for "no data".
    pub value: Option<String>,
    /// Facts it needs that nothing reports.
    pub lacks: Vec<String>,
}

/// A part of a score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PartScoreView {
    /// Which.
    pub part: String,
    /// The points; null where it is left out.
    pub points: Option<String>,
    /// Whether they are taken away.
    pub deduct: bool,
    /// Whether its figures have no data.
    pub no_data: bool,
}

/// A unit's line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ScoreLine {
    /// The unit.
    pub unit: String,
    /// Its name.
    pub name: String,
    /// Its tier.
    pub tier: u8,
    /// The rank; null without a score.
    pub rank: Option<u32>,
    /// Whether it shares the rank.
    pub tied: bool,
    /// The metric that parted it from one with the same score.
    pub parted_by: Option<String>,
    /// The score.
    pub score: Option<String>,
    /// What scaling and caps add.
    pub adjustment: String,
    /// The parts.
    pub parts: Vec<PartScoreView>,
    /// Red list.
    pub red: bool,
    /// Black list.
    pub black: bool,
    /// Among the last.
    pub bottom: bool,
    /// The figures.
    pub figures: Vec<FigureView>,
}

/// The units of a period, scored and ranked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SheetView {
    /// The scheme.
    pub scheme: String,
    /// Its version.
    pub version: u32,
    /// The period.
    pub period: String,
    /// Its first moment.
    pub from: i64,
    /// The first moment after it.
    pub to: i64,
    /// The log position it was counted at.
    pub pos: i64,
    /// Cases looked at.
    pub cases: u64,
    /// The units.
    pub lines: Vec<ScoreLine>,
    /// The platform as a whole.
    pub total: Vec<FigureView>,
}

/// A figure of two periods.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ChangeView {
    /// Before.
    pub before: FigureView,
    /// After.
    pub after: FigureView,
    /// After less before.
    pub difference: Option<String>,
    /// The same in percent of before.
    pub percent: Option<String>,
}

/// The platform's figures of a period, beside those of another where one is named.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FiguresView {
    /// The period.
    pub period: String,
    /// The log position.
    pub pos: i64,
    /// The figures.
    pub figures: Vec<FigureView>,
    /// The same against the other period.
    pub changes: Vec<ChangeView>,
}

/// Which figure's cases.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FigureQuery {
    /// The metric.
    #[param(example = "sign_on_time")]
    pub metric: String,
    /// The period.
    #[param(example = "2026-11")]
    pub period: String,
    /// The unit; all where it is left out.
    #[serde(default)]
    pub unit: String,
    /// The publication whose figure it is; today's where it is left out.
    #[serde(default)]
    pub publication: String,
    /// `counted`, `met`, `unmet` or `excluded`; all of them where it is left out.
    #[serde(default)]
    pub which: String,
    /// Behind which: `next` of the page before.
    #[serde(default)]
    pub after: String,
}

/// A case, or an assignment of one, that a figure was counted from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CountedView {
    /// The case.
    pub case: String,
    /// Its printed number.
    pub no: String,
    /// When it was received.
    pub opened_at: i64,
    /// What it is.
    pub matter: String,
    /// The assignment, where assignments are counted.
    pub leg: Option<String>,
    /// The unit it is counted for.
    pub unit: String,
    /// Its name.
    pub unit_name: String,
    /// `met`, `unmet`, `by_definition` or `by_claim`.
    pub verdict: String,
    /// The record that leaves it out.
    pub claim: Option<String>,
    /// Its value, where values are summed.
    pub value: Option<String>,
}

/// A page of what a figure was counted from.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CountedPage {
    /// The figure.
    pub figure: FigureView,
    /// The page.
    pub items: Vec<CountedView>,
    /// Where the next one begins.
    pub next: Option<String>,
}

/// What is asked of a score.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, tag = "kind", rename_all = "snake_case")]
pub enum ClaimOrder {
    /// That a case be left out 剔除.
    Exclusion {
        /// The case, by id or printed number.
        case: String,
        /// `malicious`, `out_of_scope`, `court_bound` or `duplicate`.
        ground: String,
        /// Why.
        reason: String,
        /// What shows it.
        evidence: String,
    },
    /// That a case be left out of one's own unit's figures 申诉.
    Appeal {
        /// The case, by id or printed number.
        case: String,
        /// The metric; all where it is empty.
        #[serde(default)]
        metric: String,
        /// Why.
        reason: String,
        /// What shows it.
        evidence: String,
    },
    /// That a figure be recorded which no case shows.
    Figure {
        /// The metric.
        metric: String,
        /// The period.
        period: String,
        /// The unit; empty for the platform.
        #[serde(default)]
        unit: String,
        /// The figure, a decimal.
        figure: String,
        /// Why.
        reason: String,
        /// What shows it.
        evidence: String,
    },
}

/// What was asked, and what was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimView {
    /// Its id.
    pub id: String,
    /// `exclusion`, `appeal` or `figure`.
    pub kind: String,
    /// The ground of an exclusion.
    pub ground: String,
    /// The case; empty for a figure.
    pub case: String,
    /// Its printed number.
    pub no: String,
    /// The unit it is for; empty for all.
    pub unit: String,
    /// Its name.
    pub unit_name: String,
    /// The metric it is for; empty for all.
    pub metric: String,
    /// The period of a figure.
    pub period: String,
    /// The figure.
    pub figure: String,
    /// Why.
    pub reason: String,
    /// What shows it.
    pub evidence: String,
    /// When it was asked.
    pub asked_at: i64,
    /// By whom.
    pub asked_by: String,
    /// Whether the reader asked it, and so may not decide on it.
    pub own: bool,
    /// `asked`, `upheld` or `dismissed`.
    pub state: String,
    /// When it was decided.
    pub decided_at: Option<i64>,
    /// By whom.
    pub decided_by: String,
    /// Why.
    pub decision: String,
}

/// A decision on a claim.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimDecision {
    /// Whether it is upheld.
    pub uphold: bool,
    /// Why.
    pub reason: String,
}

/// A period to freeze and publish.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishOrder {
    /// The scheme.
    pub scheme: String,
    /// The period; it has to be over.
    pub period: String,
    /// Why, or by whose leave.
    pub reason: String,
}

/// A publication, whole.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PublicationView {
    /// Which.
    pub head: PublicationHead,
    /// What was published.
    pub sheet: SheetView,
}

/// What counting a publication again came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecountView {
    /// The publication.
    pub id: String,
    /// Whether every digit is the same and the digest fits.
    pub same: bool,
    /// Whether what was kept still has its digest.
    pub kept: bool,
    /// The digest of what counting came to now.
    pub digest: String,
    /// The digest it was published with.
    pub published: String,
    /// Cases folded from the log.
    pub cases: u64,
    /// The first thing that differs.
    pub differs: Option<String>,
}

/// A text of metrics and schemes.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RuleTextView {
    /// What it is called.
    pub name: String,
    /// The text, TOML.
    pub text: String,
    /// Whether it is shipped with the program.
    pub shipped: bool,
    /// Whether it is in force; one that this program cannot read is not.
    pub in_force: bool,
    /// When it was taken.
    pub changed_at: Option<i64>,
    /// By whom.
    pub changed_by: String,
    /// Why.
    pub reason: String,
}

/// A text of metrics and schemes to be tried or taken.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleOrder {
    /// What it is called.
    pub name: String,
    /// The text, TOML.
    pub text: String,
    /// Why.
    pub reason: String,
    /// Only looks whether it could be taken.
    #[serde(default)]
    pub only_try: bool,
}

/// What became of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleDone {
    /// Whether it is in force now.
    pub taken: bool,
    /// The rules it has, as `id v2`.
    pub rules: Vec<String>,
}
