//! A case, its list, its timeline.

use super::NuisanceView;
use domain::case::{Classification, GivenResult, PlaceLevel, Relation};
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
    /// The next thing due of this assignment alone, whatever else is due of the case.
    pub next: Option<DueView>,
    /// The result it gave did not pass: to be done again.
    pub redo: bool,
    /// Cannot be returned: a binding decision gave it to this unit.
    pub binding: bool,
    /// `extension` or `return`: what was asked of the desk and not answered.
    pub asked: Option<String>,
    /// Names of the other units that have a part in it.
    pub together: Vec<String>,
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
    /// What the desk last told it to do (R127).
    pub instruction: Option<InstructionView>,
}

/// An instruction of the desk to a unit at work.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct InstructionView {
    /// When.
    pub at: i64,
    /// What to do.
    pub text: String,
}

/// A report from the scene that waits for an instruction (R127).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AwaitingView {
    /// The assignment it is of.
    pub leg: String,
    /// The unit, by name.
    pub unit_name: String,
    /// Since when.
    pub at: i64,
    /// Why: `casualties`, `serious`, `reinforcement`, `several_units`.
    pub grounds: Vec<String>,
}

/// Something units could not agree about, and what was decided (R31).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DisputeView {
    /// Which of the case, from 1.
    pub dispute: u8,
    /// `custody`, `fee` or `duty`.
    pub about: String,
    /// The unit that raised it, by name.
    pub unit_name: String,
    /// The unit that declines, by name; empty where none was named.
    pub against_name: String,
    /// What each side says.
    pub text: String,
    /// When.
    pub at: i64,
    /// When it was decided.
    pub settled_at: Option<i64>,
    /// Who takes in, pays or acts, by name.
    pub bearer_name: String,
    /// By what rule.
    pub basis: String,
    /// Why, and how.
    pub reason: String,
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
    /// Red, where the rule says so before it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub red: Option<i64>,
    /// Due.
    pub due: i64,
    /// When it was due at first, where a changed calendar moved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_first: Option<i64>,
    /// How many steps of its ladder were taken.
    #[serde(default)]
    pub climbed: u8,
    /// Who is told next, where its ladder goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_told: Option<super::ClockStep>,
    /// `running`, `amber`, `missed`, `paused`, `met` or `void`.
    pub state: String,
    /// When it would be due by the calendar in force, where it was counted by an older one. It is
    /// not moved by that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recounted: Option<i64>,
    /// When it was met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<i64>,
    /// Whether late.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub late: Option<bool>,
}

/// A file of a case 附件.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AttachmentView {
    /// Id.
    pub id: String,
    /// Its name; none where it is withheld.
    pub name: Option<String>,
    /// Media type, as its bytes say.
    pub kind: String,
    /// Bytes.
    pub size: i64,
    /// SHA-256 of the bytes, hexadecimal; the event `attached` has it, too.
    pub digest: String,
    /// `image` and `sound` are shown by the page, a `file` is only fetched.
    pub shown: String,
    /// When it was added.
    pub at: i64,
    /// The assignment it belongs to.
    pub leg: Option<String>,
    /// Who added it.
    pub by: String,
    /// The unit of whoever added it.
    pub unit_name: String,
    /// Whether a citizen added it.
    pub citizen: bool,
    /// Whether the bytes are on this platform; else they are on the peer's.
    pub here: bool,
    /// Whether its bytes and its name were removed with the caller's personal data.
    pub removed: bool,
    /// Kept from this reader, since the caller is confidential.
    pub withheld: bool,
}

/// What may still be added to a case.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AttachView {
    /// Bytes of one file at the most.
    pub bytes_most: i64,
    /// How many files there is room for.
    pub left: u16,
}

/// A case that has to do with this one.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct LinkedView {
    /// Its id.
    pub case: String,
    /// Its number; empty where the reader may not know of it.
    pub no: String,
    /// How.
    #[schema(value_type = String)]
    pub relation: Relation,
}

/// A part of this case.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PartView {
    /// Its id.
    pub case: String,
    /// Its number; empty where the reader may not know of it.
    pub no: String,
    /// Closed.
    pub closed: bool,
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
    /// On which rung the place in words was found, the surest first: `house`, `crossing`, `estate`,
    /// `landmark`, `road`, `district`; `point` where a person set one; none where nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub located: Option<PlaceLevel>,
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
    /// The grounds on which work may be suspended, where the clock catalogue names any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grounds: Vec<super::GroundView>,
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
    /// Its number; none where the reader may not know of it.
    pub parent_no: Option<String>,
    /// Parts, the open ones first.
    pub parts: Vec<PartView>,
    /// Open parts.
    pub open_children: Vec<String>,
    /// Closed parts.
    pub closed_children: Vec<String>,
    /// Files, the oldest first.
    pub attachments: Vec<AttachmentView>,
    /// The rungs of supervision it has been through, in order.
    pub supervision: Vec<super::LadderView>,
    /// Watch flags that stand.
    pub flags: Vec<String>,
    /// A report from the scene that waits for an instruction (R127).
    pub awaiting: Option<AwaitingView>,
    /// What units could not agree about (R31).
    pub disputes: Vec<DisputeView>,
    /// What this actor may still add; none if nothing.
    pub attach: Option<AttachView>,
    /// What the caller last said of an answer.
    #[schema(value_type = Option<Object>)]
    pub rating: Option<domain::case::Rated>,
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
    /// How much the number's past speaks for nuisance; null where cases of a place were asked for.
    pub nuisance: Option<NuisanceView>,
}
