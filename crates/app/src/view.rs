//! What the edge shows: the shapes of the answers, the same for the console and for machines.

pub use crate::case::{Done, PublicReceipt, PublicReport, PublicStatus};
pub use crate::office::AuditView;
use domain::case::{Classification, GivenResult, Relation};
use domain::clock::Limits;
use domain::desk::{Channel, Desk, Urgency};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who answers for a case, with names.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "side")]
pub enum HolderView {
    /// A unit of this platform.
    Own {
        /// Its code.
        unit: String,
        /// Its name.
        unit_name: String,
    },
    /// The platform behind a link.
    Peer {
        /// The link.
        link: String,
        /// The peer's name.
        peer_name: String,
    },
}

/// The nearest deadline of a case.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DueView {
    /// What must have happened.
    pub stage: String,
    /// By when, milliseconds UTC.
    pub due: i64,
    /// When it turns amber.
    pub amber_at: i64,
    /// `running`, `amber` or `missed`.
    pub state: String,
}

/// The asking unit's own part in a listed case.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct MyLeg {
    /// Assignment id.
    pub id: String,
    /// `lead`, `assist` or `first_response`.
    pub role: String,
    /// Its state.
    pub state: String,
    /// The next thing due of it.
    pub due: Option<i64>,
}

/// A case in a list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CaseBrief {
    /// Id.
    pub id: String,
    /// Printed number.
    pub no: String,
    /// Events so far.
    pub version: i64,
    /// What it is doing.
    pub status: String,
    /// What waits for the desk lead.
    pub task: Option<String>,
    /// Who answers for it.
    pub holder: HolderView,
    /// Since when.
    pub held_since: i64,
    /// The desk the matter belongs to.
    pub desk: Option<String>,
    /// Row of the responsibility list.
    pub matter: Option<String>,
    /// Its name.
    pub matter_name: String,
    /// `normal`, `urgent` or `critical`.
    pub urgency: String,
    /// Signs of danger stand.
    pub danger: bool,
    /// How it arrived.
    pub channel: String,
    /// How the contact ended.
    pub outcome: Option<String>,
    /// District code.
    pub district: String,
    /// Place, masked where the reader may not see it.
    pub place: String,
    /// First words of the narrative, masked.
    pub summary: String,
    /// The twin's number.
    pub twin_no: Option<String>,
    /// Received.
    pub opened_at: i64,
    /// Last event.
    pub updated_at: i64,
    /// Closed.
    pub closed_at: Option<i64>,
    /// The nearest deadline.
    pub next_due: Option<DueView>,
    /// The asking unit's own part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub my_leg: Option<MyLeg>,
}

/// A page of cases.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CasePage {
    /// The cases.
    pub items: Vec<CaseBrief>,
    /// Where the next page begins; none at the end.
    pub next: Option<String>,
}

/// A caller's data as the reader may see it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct PersonView {
    /// Name.
    pub caller_name: String,
    /// Number the call came from (law 7).
    pub caller_number: String,
    /// Number to call back.
    pub contact_number: String,
    /// Place in words.
    pub address: String,
    /// What was said, with all supplements.
    pub narrative: String,
    /// Whether a mask lies on it.
    pub masked: bool,
    /// Whether the reader may lift it with a reason.
    pub may_unmask: bool,
}

/// A sign of danger.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DangerView {
    /// Kind of danger.
    pub kind: String,
    /// Rule.
    pub rule: String,
    /// Words that fired it.
    pub words: String,
    /// Why it was called false.
    pub dismissed: Option<String>,
}

/// An assignment.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct LegView {
    /// Id within the case.
    pub id: String,
    /// Unit code.
    pub unit: String,
    /// Unit name.
    pub unit_name: String,
    /// `lead`, `assist` or `first_response`.
    pub role: String,
    /// State.
    pub state: String,
    /// Dispatched.
    pub dispatched_at: i64,
    /// Signed for.
    pub signed_at: Option<i64>,
    /// Caller last reached.
    pub contacted_at: Option<i64>,
    /// What the unit asked of the desk.
    #[schema(value_type = Option<Object>)]
    pub ask: Option<domain::case::Ask>,
    /// Extensions granted.
    pub extensions: u8,
    /// Bound by decision.
    pub binding: bool,
    /// Solved, as the unit says.
    #[schema(value_type = Option<String>)]
    pub solved: Option<domain::case::Solved>,
}

/// A hand-over between the platforms.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct HandOverView {
    /// Id.
    pub id: String,
    /// Link.
    pub link: String,
    /// Sent by this side.
    pub sent: bool,
    /// Way.
    #[schema(value_type = String)]
    pub mode: domain::case::HandOverMode,
    /// State.
    #[schema(value_type = String)]
    pub state: domain::case::HandOverState,
    /// Offered.
    pub offered_at: i64,
    /// Answered.
    pub answered_at: Option<i64>,
    /// Why.
    pub note: String,
}

/// The same case on the other platform.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TwinView {
    /// Link.
    pub link: String,
    /// Peer's name.
    pub peer_name: String,
    /// Its id there.
    pub case: Option<String>,
    /// Its number there.
    pub no: String,
    /// Closed there.
    pub closed: bool,
    /// Both sides have a part.
    pub parallel: bool,
}

/// A deadline.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DeadlineView {
    /// Id within the case.
    pub id: String,
    /// The assignment or offer it is about.
    pub leg: Option<String>,
    /// What must have happened.
    pub stage: String,
    /// The rule.
    pub rule: String,
    /// Counted from.
    pub from: i64,
    /// Amber.
    pub amber: i64,
    /// Due.
    pub due: i64,
    /// `running`, `amber`, `missed`, `paused`, `met` or `void`.
    pub state: String,
    /// When it was met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<i64>,
    /// Whether late.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub late: Option<bool>,
}

/// A case that has to do with this one.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct LinkedView {
    /// Its id.
    pub case: String,
    /// Its number.
    pub no: String,
    /// How.
    #[schema(value_type = String)]
    pub relation: Relation,
}

/// A case whole.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CaseView {
    /// As in lists.
    #[serde(flatten)]
    pub brief: CaseBrief,
    /// First receiver 首接.
    pub first_receiver: String,
    /// Its name.
    pub first_receiver_name: String,
    /// First classification; never changes (law 8).
    #[schema(value_type = Option<Object>)]
    pub first: Option<Classification>,
    /// Classification now.
    #[schema(value_type = Object)]
    pub classification: Classification,
    /// SFBM.
    pub confidential: bool,
    /// Holder count.
    pub epoch: u32,
    /// The caller.
    pub person: PersonView,
    /// Signs of danger.
    pub dangers: Vec<DangerView>,
    /// The police case made for the danger.
    pub police_case: Option<String>,
    /// Assignments.
    pub legs: Vec<LegView>,
    /// Hand-overs.
    pub hand_overs: Vec<HandOverView>,
    /// Twin.
    pub twin: Option<TwinView>,
    /// Clocks.
    pub deadlines: Vec<DeadlineView>,
    /// This side's result.
    #[schema(value_type = Option<Object>)]
    pub result: Option<GivenResult>,
    /// The peer's result.
    #[schema(value_type = Option<Object>)]
    pub peer_result: Option<GivenResult>,
    /// Result reviewed.
    pub reviewed: bool,
    /// Follow-ups made.
    pub follow_ups: u8,
    /// Times urged.
    pub urged: u8,
    /// Returns accepted.
    pub returns: u8,
    /// Linked cases.
    pub links: Vec<LinkedView>,
    /// The case this is a part of.
    pub parent: Option<String>,
    /// Open parts.
    pub open_children: Vec<String>,
    /// Closed parts.
    pub closed_children: Vec<String>,
    /// Command names this actor may send now; leg commands as `sign:a1`.
    pub allowed: Vec<String>,
}

/// An entry of the timeline both platforms share.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TimelineItem {
    /// Place in this side's log of the case.
    pub seq: i64,
    /// Position in the platform's log.
    pub pos: i64,
    /// Event kind.
    pub kind: String,
    /// When.
    pub at: i64,
    /// `own` or `peer`.
    pub side: String,
    /// Who.
    pub actor_name: String,
    /// Unit code.
    pub unit: String,
    /// Unit name.
    pub unit_name: String,
    /// The event's fields.
    #[schema(value_type = Object)]
    pub body: serde_json::Value,
}

/// A page of the timeline.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Timeline {
    /// Entries in order.
    pub items: Vec<TimelineItem>,
}

/// Cases of the same caller.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CallerCases {
    /// Still open.
    pub open: Vec<CaseBrief>,
    /// Closed earlier.
    pub earlier: Vec<CaseBrief>,
}

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
}

/// The head figures of the desk.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct Summary {
    /// Open cases by status.
    pub by_status: std::collections::BTreeMap<String, i64>,
    /// Open cases by what waits for the lead.
    pub by_task: std::collections::BTreeMap<String, i64>,
    /// Contacts of today by outcome.
    pub by_outcome_today: std::collections::BTreeMap<String, i64>,
    /// Cases past their nearest deadline.
    pub overdue: i64,
    /// Cases due within the hour.
    pub due_soon: i64,
    /// Open cases.
    pub open: i64,
    /// When the oldest undecided one was received.
    pub waiting_oldest_at: Option<i64>,
}

/// A member unit.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct UnitView {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// 1 or 2.
    pub tier: i64,
    /// Desk it stands behind.
    #[schema(value_type = String)]
    pub desk: Desk,
    /// Duty: rescue and daily (R39).
    pub duty: String,
    /// Service hours.
    pub hours: String,
}

/// A row of the responsibility list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct MatterView {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Kind.
    pub group: String,
    /// Desk.
    #[schema(value_type = String)]
    pub desk: Desk,
    /// Lead unit.
    pub lead: String,
    /// Its name.
    pub lead_name: String,
    /// Assisting units.
    pub assist: Vec<String>,
    /// Urgency.
    #[schema(value_type = String)]
    pub urgency: Urgency,
    /// Mode of hand-over.
    pub mode: String,
    /// Limits.
    #[schema(value_type = Object)]
    pub limits: Limits,
    /// Document.
    pub basis: String,
    /// Sentence for the caller.
    pub say: String,
}

/// How a link is.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct LinkView {
    /// Name.
    pub id: String,
    /// Peer.
    pub peer_name: String,
    /// Answers now.
    pub connected: bool,
    /// Envelopes that wait.
    pub backlog: u64,
    /// Since when.
    pub oldest_waiting_at: Option<i64>,
    /// Last good receipt.
    pub last_ok_at: Option<i64>,
    /// Round trip.
    pub rtt_ms: Option<u64>,
    /// Last error.
    pub last_error: Option<String>,
    /// What a person must see.
    pub alarm: Option<String>,
    /// Envelopes the peer refused for good.
    pub dead: u64,
}

/// Who is signed in, and where.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Me {
    /// The account.
    pub account: AccountView,
    /// The platform.
    pub platform: PlatformView,
    /// Its links.
    pub links: Vec<PeerView>,
    /// Version of the program.
    pub version: String,
    /// Actions the role table grants, to any extent.
    pub may: Vec<String>,
}

/// An account.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AccountView {
    /// Id.
    pub id: String,
    /// Login.
    pub login: String,
    /// Name.
    pub name: String,
    /// Roles.
    pub roles: Vec<String>,
    /// Unit code.
    pub unit: String,
    /// Unit name.
    pub unit_name: String,
}

/// A platform.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PlatformView {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Desk.
    #[schema(value_type = String)]
    pub desk: Desk,
    /// 110 or 12345.
    pub number: String,
    /// A demonstration with invented data.
    pub demo: bool,
}

/// A peer.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PeerView {
    /// Link.
    pub id: String,
    /// Name.
    pub peer_name: String,
    /// Desk behind it.
    #[schema(value_type = String)]
    pub peer_desk: Desk,
    /// The arbiter sits here.
    pub arbiter: bool,
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
    /// Point, WGS-84 degrees.
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
    /// When the contact was received, for an import of history; now otherwise.
    #[serde(skip)]
    pub received_at: Option<i64>,
}

/// A point.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PointView {
    /// Longitude.
    pub lon: f64,
    /// Latitude.
    pub lat: f64,
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
