//! The clock catalogue 时限目录 in the back office: what holds, what a text would be, which clocks
//! would run.

use domain::case::LegRole;
use domain::desk::{Channel, Urgency};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The catalogue as it holds.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ClockOffice {
    /// Number of the version in force; 0 for the configuration's.
    pub running: i64,
    /// The version as the catalogue names itself; each deadline quotes it.
    pub label: String,
    /// Its name.
    pub name: String,
    /// What it rests on.
    pub source: String,
    /// The catalogue as text.
    pub text: String,
    /// Why work may be suspended; empty where any reason in words will do.
    pub grounds: Vec<GroundView>,
    /// Percentiles the catalogue asks for.
    pub targets: Vec<TargetView>,
    /// What was published, the newest first.
    pub versions: Vec<ClockVersionView>,
    /// The catalogues that are shipped.
    pub presets: Vec<PresetView>,
    /// Whether the reader may publish.
    pub may_publish: bool,
}

/// Why work may be suspended.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct GroundView {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
}

/// So many of all within so long.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TargetView {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Percent of all.
    pub share: u8,
    /// Within, such as `15s`.
    pub within: String,
}

/// A published version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClockVersionView {
    /// Running number, from 1.
    pub number: i64,
    /// The version as the catalogue names itself.
    pub label: String,
    /// When it was published.
    pub published_at: i64,
    /// By whom.
    pub published_by: String,
    /// Why.
    pub reason: String,
}

/// A shipped catalogue.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PresetView {
    /// Its name in the configuration.
    pub name: String,
    /// Its title.
    pub title: String,
    /// The catalogue as text.
    pub text: String,
}

/// A catalogue to be looked at.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClockText {
    /// The catalogue as text, TOML.
    pub text: String,
}

/// What a text is.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ClockChecked {
    /// The version as it names itself; empty where it cannot be read.
    pub label: String,
    /// Its name.
    pub name: String,
    /// How many clocks it has.
    pub clocks: usize,
    /// What is wrong with it; nothing where it can be published.
    pub faults: Vec<ClockFault>,
}

/// What is wrong with a catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClockFault {
    /// Line, from 1.
    pub line: usize,
    /// The rule, ladder or example.
    pub row: String,
    /// Stable key.
    pub key: String,
    /// What is wrong with it.
    pub problem: String,
}

/// A catalogue to be published.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClockPublish {
    /// The catalogue as text.
    pub text: String,
    /// The number that held when it was made; another one refuses it.
    pub over: i64,
    /// Why.
    pub reason: String,
}

/// What is asked ahead: which clocks would run.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClockAsk {
    /// The matter's code; empty for none.
    #[serde(default)]
    pub matter: String,
    /// How urgent.
    #[serde(default)]
    #[schema(value_type = String)]
    pub urgency: Urgency,
    /// How it arrives.
    #[serde(default = "phone")]
    #[schema(value_type = String)]
    pub channel: Channel,
    /// The unit; empty for one of that tier without a promise.
    #[serde(default)]
    pub unit: String,
    /// The tier asked about, where no unit is named: 1 or 2.
    #[serde(default)]
    pub tier: Option<u8>,
    /// What the unit is asked to be.
    #[serde(default = "lead")]
    #[schema(value_type = String)]
    pub role: LegRole,
    /// The moment of dispatch, `2026-02-13 16:50` by the platform's zone; now where it is empty.
    #[serde(default)]
    pub at: String,
    /// A text to ask instead of the catalogue in force.
    #[serde(default)]
    pub text: Option<String>,
}

const fn phone() -> Channel {
    Channel::Phone
}

const fn lead() -> LegRole {
    LegRole::Lead
}

/// The clocks that would run.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ClockPreview {
    /// The moment they count from.
    pub from: i64,
    /// The same, `2026-02-13 16:50`.
    pub from_stamp: String,
    /// The catalogue that was asked.
    pub label: String,
    /// The unit's name, or its tier.
    pub unit: String,
    /// When the unit serves.
    pub hours: String,
    /// The clocks, in the order a case meets them.
    pub clocks: Vec<ClockLine>,
}

/// A clock that would run.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ClockLine {
    /// What must have happened.
    pub stage: String,
    /// The rule as a deadline would quote it.
    pub rule: String,
    /// How long, such as `5wd`.
    pub span: String,
    /// When it turns amber.
    pub amber: i64,
    /// The same for people.
    pub amber_stamp: String,
    /// When it turns red; with the end where it is null.
    pub red: Option<i64>,
    /// When it is due.
    pub due: i64,
    /// The same for people.
    pub due_stamp: String,
    /// Who is told when.
    pub ladder: Vec<ClockStep>,
    /// Day by day, where days or service hours are counted.
    pub days: Vec<ClockDay>,
}

/// A step of a ladder that would be taken.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ClockStep {
    /// When.
    pub at: i64,
    /// Who is told.
    pub tell: String,
    /// How.
    pub by: Vec<String>,
    /// What it asks for besides.
    pub then: String,
}

/// A day that is counted, or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClockDay {
    /// The day, `2026-02-14`.
    pub day: String,
    /// 1 Monday … 7 Sunday.
    pub weekday: i8,
    /// `first` (the day it begins), `counted`, `weekend`, `holiday`, `worked` (a weekend that is
    /// worked, counted), `closed` (no service).
    pub kind: String,
    /// What the calendar says of it.
    pub note: String,
    /// How many are counted so far; 0 before the first.
    pub count: u32,
    /// Minutes in service that were counted on it, where hours in service count.
    pub minutes: Option<i64>,
}

/// Deadlines to be counted anew by the calendar in force.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecountOrder {
    /// Why.
    pub reason: String,
}

/// What was counted anew.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Recounted {
    /// Cases that were looked at.
    pub cases: u64,
    /// Cases of which a deadline moved.
    pub moved: u64,
}
