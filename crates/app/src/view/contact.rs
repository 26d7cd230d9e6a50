//! A contact as it is typed, and what triage says to it.

use super::PointView;
use domain::clock::Limits;
use domain::desk::{Channel, Desk, Urgency};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// When the limits would end if it were sent now.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct DueIfSent {
    /// Answer of the peer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<i64>,
    /// Signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sign: Option<i64>,
    /// First feedback.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feedback: Option<i64>,
    /// Result.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<i64>,
    /// Closing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub close: Option<i64>,
}

/// A sign of danger in words that are being typed.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DangerHint {
    /// Kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Rule.
    pub rule: String,
    /// Words.
    pub words: String,
    /// First character (code points).
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// What to do and say.
    pub advice: String,
}

/// No danger was raised, but the words sound like one: a question for the caller (law 5).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DoubtHint {
    /// Kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Of a hundred such calls, how many are in danger.
    pub percent: i64,
    /// The caller's words that spoke loudest for it.
    pub words: String,
    /// First character (code points).
    pub start: usize,
    /// One past the last.
    pub end: usize,
}

/// Words that fired a row.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct EvidenceView {
    /// Rule.
    pub rule: String,
    /// Version of the list.
    pub version: String,
    /// Words.
    pub words: String,
    /// First character (code points).
    pub start: usize,
    /// One past the last.
    pub end: usize,
}

/// Another row that might be meant.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AlternativeView {
    /// Row.
    pub matter: String,
    /// Name.
    pub name: String,
    /// Desk.
    #[schema(value_type = String)]
    pub desk: Desk,
    /// Lead unit.
    pub lead: String,
    /// Its name.
    pub lead_name: String,
    /// Score; greater is better.
    pub score: u32,
}

/// What triage says, with names and times for the desk.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SuggestionView {
    /// Desk.
    #[schema(value_type = Option<String>)]
    pub desk: Option<Desk>,
    /// Row of the list.
    pub matter: Option<String>,
    /// Its name.
    pub matter_name: String,
    /// Lead unit.
    pub lead: Option<String>,
    /// Its name.
    pub lead_name: String,
    /// Assisting units.
    pub assist: Vec<String>,
    /// Their names.
    pub assist_names: Vec<String>,
    /// Urgency.
    #[schema(value_type = String)]
    pub urgency: Urgency,
    /// `dispatch`, `direct`, `push`, `parallel`, `consult` or `answer`.
    pub mode: String,
    /// Danger.
    pub danger: Vec<DangerHint>,
    /// Ask whether anybody is in danger; null where danger was raised or nothing sounds like it.
    #[serde(default)]
    pub ask: Option<DoubtHint>,
    /// No row matches (R108).
    pub unowned: bool,
    /// Why.
    pub evidence: Vec<EvidenceView>,
    /// What else it might be.
    pub alternatives: Vec<AlternativeView>,
    /// What to say to the caller.
    pub say: String,
    /// Document the row cites.
    pub basis: String,
    /// Limits.
    #[schema(value_type = Object)]
    pub limits: Limits,
    /// When they would end.
    pub due: DueIfSent,
    /// List version.
    pub list_version: String,
    /// Danger rules' version.
    pub danger_version: String,
    /// The district that units were chosen by; empty if none is known.
    pub district: String,
    /// How sure it is, and what the learnt layer says beside the rules.
    pub confidence: ConfidenceView,
}

/// How sure a suggestion may look, and what speaks for it beside the rules. Danger is none of its
/// business.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct ConfidenceView {
    /// `prefill`: one may be filled in; `offer`: choose from the rows; `ask`: ask the caller more.
    /// Empty while the learnt layer is not there yet.
    pub zone: String,
    /// The desk by rules and learnt layer together; null where nothing speaks for either.
    #[serde(default)]
    pub desk: Option<DeskOpinion>,
    /// Rows with how likely each is, likeliest first; together right 19 times of 20 where they can be.
    pub rows: Vec<OpinionRow>,
    /// Whether the learnt layer names the row the rules named.
    pub agree: Option<bool>,
    /// The caller's words that spoke loudest.
    pub fragments: Vec<FragmentView>,
    /// Decided cases most like it, and where they went.
    pub before: Vec<AlikeBefore>,
    /// The model that was asked.
    pub model: String,
}

/// A desk and how likely it is.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DeskOpinion {
    /// Desk.
    #[schema(value_type = String)]
    pub desk: Desk,
    /// Of a hundred such calls, how many are this desk's.
    pub percent: i64,
    /// Whether it may be taken without asking.
    pub sure: bool,
}

/// A row and how likely it is.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct OpinionRow {
    /// Code.
    pub matter: String,
    /// Name.
    pub name: String,
    /// Desk.
    #[schema(value_type = String)]
    pub desk: Desk,
    /// Lead unit.
    pub lead: String,
    /// Its name.
    pub lead_name: String,
    /// Of a hundred such cases, how many are this.
    pub percent: i64,
}

/// A stretch of the caller's words.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FragmentView {
    /// The words.
    pub words: String,
    /// Where they begin, in characters from 0.
    pub start: usize,
    /// Where they end, not included.
    pub end: usize,
    /// Their part of all that spoke for it, in percent.
    pub percent: i64,
}

/// A decided case that is like this one.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AlikeBefore {
    /// Its id.
    pub id: String,
    /// What it was.
    pub matter_name: String,
    /// Who led it, by the list.
    pub lead_name: String,
    /// How alike the words are, in percent.
    pub percent: i64,
}

/// A contact as it is typed in.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewContact {
    /// How it arrived.
    #[schema(value_type = String)]
    pub channel: Channel,
    /// What was said; 1 to 4,000 characters.
    pub narrative: String,
    /// Place in words; up to 200 characters.
    #[serde(default)]
    pub place: String,
    /// District code.
    #[serde(default)]
    pub district: String,
    /// Point; kept in WGS-84.
    #[serde(default)]
    pub point: Option<PointView>,
    /// Number the call came from (law 7).
    #[serde(default)]
    pub caller_number: String,
    /// Number to call back.
    #[serde(default)]
    pub contact_number: String,
    /// Name.
    #[serde(default)]
    pub caller_name: String,
    /// SFBM.
    #[serde(default)]
    pub confidential: bool,
    /// When it happened.
    #[serde(default)]
    pub happened_at: Option<i64>,
    /// Signs of danger the operator called false before saving.
    #[serde(default)]
    pub dismissed: Vec<DismissedSign>,
    /// What is decided in the same breath.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub then: Option<serde_json::Value>,
    /// Where an import took it from.
    #[serde(skip)]
    pub source: String,
}

/// A sign of danger called false, with reason.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DismissedSign {
    /// Rule.
    pub rule: String,
    /// Reason.
    pub reason: String,
}
