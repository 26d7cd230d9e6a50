//! The desk: its figures, its directory, its links, and who sits at it.

use domain::clock::Limits;
use domain::desk::{Desk, Standing, Tier, Urgency};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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
    /// Service hours: the list's, unless the site set others.
    pub hours: String,
    /// The list's own.
    pub listed_hours: String,
    /// Whether it serves at this moment, by hours and calendar.
    pub serves_now: bool,
    /// Who stands in for it.
    pub out_of_hours: Option<String>,
    /// Takes no new work.
    pub disabled: bool,
    /// Why the site changed it; empty if it did not.
    pub reason: String,
}

/// What a unit promises the public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicPromise {
    /// The unit's name.
    pub name: String,
    /// When it serves.
    pub hours: domain::clock::Hours,
    /// Minutes until somebody is there; none where it promises none.
    pub arrival: Option<u32>,
    /// Who stands in for it out of hours.
    pub instead: Option<String>,
}

/// What waits for the desk lead, in lanes; the most pressing lane first.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct BoardView {
    /// Every lane, empty ones too.
    pub lanes: Vec<LaneView>,
}

/// The cases that wait for one kind of decision.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct LaneView {
    /// The task it is for; `consult` are the incoming ones the two platforms have to agree on.
    pub lane: String,
    /// How many there are; more than are listed where there are many.
    pub count: i64,
    /// Since when the oldest listed one waits.
    pub oldest_at: Option<i64>,
    /// The first cases, the longest waiting first.
    pub items: Vec<WaitingView>,
}

/// A case that waits for the desk lead.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct WaitingView {
    /// The case.
    #[serde(flatten)]
    pub case: super::CaseBrief,
    /// Since when it waits for this.
    pub since: i64,
    /// The way of the hand-over in question.
    pub mode: Option<String>,
    /// Why: what the unit asked, or what the peer said.
    pub reason: String,
}

/// Who is at a seat now, and what lies with the units.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SeatsView {
    /// Everybody whose live line is open, by name; on every process of the platform.
    pub seats: Vec<SeatView>,
    /// Every unit of this platform that has something to do or somebody signed in.
    pub units: Vec<UnitLoadView>,
}

/// Somebody who is signed in with an open live line.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SeatView {
    /// Account.
    pub account: String,
    /// Name.
    pub name: String,
    /// Roles.
    pub roles: Vec<String>,
    /// Unit code.
    pub unit: String,
    /// Unit name.
    pub unit_name: String,
    /// Since when.
    pub since: i64,
    /// `free`, `busy` with something begun, or `away`.
    pub state: String,
    /// Contacts begun at the console and not sent.
    pub drafts: i64,
    /// Contacts taken in the last hour.
    pub taken: i64,
}

/// What lies with a unit.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct UnitLoadView {
    /// Code.
    pub unit: String,
    /// Name.
    pub unit_name: String,
    /// Assignments not signed.
    pub to_sign: i64,
    /// When the oldest of those was dispatched.
    pub oldest_unsigned_at: Option<i64>,
    /// Assignments signed and not done, suspended ones too.
    pub running: i64,
    /// People of the unit at a seat.
    pub present: i64,
}

/// A text for the citizen that the list offers; `{unit}`, `{matter}` and `{date}` stand for themselves.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ReplyView {
    /// What to choose it by.
    pub name: String,
    /// The text.
    pub text: String,
    /// What it says of the matter: `solved`, `partly`, `unsolved` or `not_handled`.
    #[schema(value_type = Option<String>)]
    pub solved: Option<domain::case::Solved>,
    /// `matter`, `group` or `any`: for what the list has it.
    pub scope: String,
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
    /// Texts for the citizen when it is done, the most special first.
    pub replies: Vec<ReplyView>,
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
    /// What a person must see, as a stable key.
    pub alarm: Option<String>,
    /// What the key leaves open: which number, what the peer said.
    pub alarm_detail: Option<String>,
    /// Since when, for an alarm that is kept.
    pub alarm_at: Option<i64>,
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
    /// The password was given by somebody else: until another is chosen nothing else is answered.
    pub password_due: bool,
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
    /// `province`, `city`, `county` or `town` (R134).
    #[schema(value_type = String)]
    pub tier: Tier,
    /// Where it stands, seen from here: `above`, `beside` or `below`.
    #[schema(value_type = String)]
    pub standing: Standing,
}

/// How the learnt layer of triage stands.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct LearningView {
    /// The model calls are answered with: digest, and lessons learnt since. Empty before the first.
    pub served: String,
    /// The version somebody went back to, while it is served.
    pub pinned: Option<String>,
    /// Lessons learnt.
    pub lessons: i64,
    /// Share of the last 200 lessons whose row was said first before it was learnt.
    pub recent: Option<f64>,
    /// The same of the 800 before those.
    pub earlier: Option<f64>,
    /// Whether that fell by more than five points.
    pub drifting: bool,
    /// New models that did worse and were not taken.
    pub refused: i64,
    /// Lessons at which everything is learnt anew next.
    pub next: i64,
    /// Lessons at which the shadow, which is in training, takes over unless it does worse.
    pub shadow: Option<i64>,
    /// The shadow that was tried last.
    pub last: Option<TriedModel>,
    /// By which rule a model takes over.
    pub rule: PromotionRule,
    /// The models that took over and are kept, the youngest first.
    pub models: Vec<LearntModel>,
}

/// A model that took over.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct LearntModel {
    /// Digest.
    pub version: String,
    /// Lessons it was trained on; 0 is what the list's own examples teach.
    pub lessons: i64,
    /// Macro-F1 on the youngest cases, unseen when it was tried.
    pub tried: f64,
    /// What its predecessor had reached on them.
    pub before: f64,
    /// Lessons it was asked about before it learnt them, while it was the newest; the shares below
    /// are of these.
    pub asked: i64,
    /// Share whose likeliest row was the right one.
    pub agreement: Option<f64>,
    /// Expected calibration error: how far what was claimed lies from what was right.
    pub calibration_error: Option<f64>,
    /// Share it was sure enough of to fill the row in.
    pub coverage: Option<f64>,
    /// Share of those filled in that were right.
    pub precision: Option<f64>,
    /// Share whose offered rows held the right one.
    pub set_coverage: Option<f64>,
    /// Rows offered a case.
    pub set_size: Option<f64>,
}

/// A shadow model that was tried.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TriedModel {
    /// Lessons it was trained on.
    pub lessons: i64,
    /// Macro-F1 on the youngest cases, unseen when it was tried.
    pub tried: f64,
    /// What the working model had reached on them.
    pub before: f64,
    /// Whether it took over.
    pub taken: bool,
}

/// By which rule a model takes over, and what counts as drift.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PromotionRule {
    /// Lessons before the first training; later, a quarter more each time.
    pub first: i64,
    /// How much worse a new model may do, as macro-F1.
    pub slack: f64,
    /// Youngest cases it is tried on, at most.
    pub tried_on: i64,
    /// Models that are kept.
    pub kept: i64,
    /// Lessons the drift is watched over.
    pub recent: i64,
    /// Those before that they are compared with.
    pub before: i64,
    /// A fall of the share by this much is drift.
    pub fall: f64,
}
