//! Case facts: what of a case can be counted, per case and per assignment, folded from its events.
//!
//! Facts hold no personal data and decide nothing. They can be thrown away and folded anew at any
//! time; [`SHAPE`] says which fold made them.

mod field;
mod fold;

pub use field::{CASE_FIELDS, Field, LEG_FIELDS, fill, fill_leg, vocabulary};
pub use fold::Entry;

use domain::clock::Millis;
use serde::{Deserialize, Serialize};

/// Raised whenever the fold or its fields change: facts of another shape are folded anew.
pub const SHAPE: i64 = 2;

/// How a stage's clock came out for an assignment or a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    /// No clock, or one that still runs or was called off before it was due.
    #[default]
    Open,
    /// Done in time, each time it was asked for.
    InTime,
    /// Missed or done late at least once, whatever came after.
    Late,
}

/// What can be counted of one assignment 派单: one unit-action 联动 (R67).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LegFacts {
    /// Its id within the case.
    pub leg: String,
    /// The unit.
    pub unit: String,
    /// `lead`, `assist` or `first_response`.
    pub role: String,
    /// Where it stands.
    pub state: String,
    /// When it was dispatched; all its clocks count from here (law 6).
    pub dispatched_at: Millis,
    /// When it was signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_at: Option<Millis>,
    /// When the unit first reached the caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contacted_at: Option<Millis>,
    /// When it set out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub departed_at: Option<Millis>,
    /// When it arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrived_at: Option<Millis>,
    /// When it first fed back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported_at: Option<Millis>,
    /// When it first gave a result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resulted_at: Option<Millis>,
    /// Signing.
    #[serde(default)]
    pub sign: Kept,
    /// First feedback.
    #[serde(default)]
    pub feedback: Kept,
    /// Result.
    #[serde(default)]
    pub result: Kept,
    /// A binding decision gave it to the unit (R106).
    #[serde(default, skip_serializing_if = "no")]
    pub bound: bool,
    /// Tries to reach the caller.
    #[serde(default, skip_serializing_if = "none")]
    pub contact_tries: u32,
    /// Times the unit asked to be rid of it.
    #[serde(default, skip_serializing_if = "none")]
    pub returns_asked: u32,
    /// Times the desk said no to that.
    #[serde(default, skip_serializing_if = "none")]
    pub returns_denied: u32,
    /// Times more time was asked for.
    #[serde(default, skip_serializing_if = "none")]
    pub extensions_asked: u32,
    /// Times it was given.
    #[serde(default, skip_serializing_if = "none")]
    pub extensions: u32,
    /// Times its clocks were paused.
    #[serde(default, skip_serializing_if = "none")]
    pub suspensions: u32,
    /// Times it had to be done again 重办.
    #[serde(default, skip_serializing_if = "none")]
    pub redos: u32,
    /// Whether it is solved, as the unit says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub solved: String,
}

/// What can be counted of one case 事项.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CaseFacts {
    /// Its id.
    pub id: String,
    /// Printed number.
    pub no: String,
    /// When it was received.
    pub opened_at: Millis,
    /// When something last happened to it.
    pub touched_at: Millis,
    /// The log position of its last event counted here.
    pub pos: i64,
    /// The desk of this platform.
    pub desk: String,
    /// The desk triage first gave it to (law 8).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub first_desk: String,
    /// The desk it is taken to belong to now.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub class_desk: String,
    /// The row of the list it is taken to be.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub matter: String,
    /// The row's name as it was quoted.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub matter_name: String,
    /// The row triage first took it for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub first_matter: String,
    /// How urgent.
    pub urgency: String,
    /// How it arrived.
    pub channel: String,
    /// District code.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub district: String,
    /// How the contact ended; empty while it has not.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub outcome: String,
    /// The unit whose work the case is counted as: the last lead, or the desk.
    pub unit: String,
    /// First receiver 首接 (R64).
    pub first_receiver: String,
    /// When it was first decided on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Millis>,
    /// When the first result was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resulted_at: Option<Millis>,
    /// When it was closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Millis>,
    /// Closing.
    #[serde(default)]
    pub close: Kept,
    /// A result passed review.
    #[serde(default, skip_serializing_if = "no")]
    pub reviewed: bool,
    /// The caller can be told a result.
    #[serde(default, skip_serializing_if = "no")]
    pub told: bool,
    /// A sign of danger was found, dismissed or not.
    #[serde(default, skip_serializing_if = "no")]
    pub dangerous: bool,
    /// The caller's name is kept from units.
    #[serde(default, skip_serializing_if = "no")]
    pub confidential: bool,
    /// Handed over to the peer, and taken there.
    #[serde(default, skip_serializing_if = "no")]
    pub diverted: bool,
    /// It came from the peer.
    #[serde(default, skip_serializing_if = "no")]
    pub from_peer: bool,
    /// It is the return 回流 of an earlier case (R38).
    #[serde(default, skip_serializing_if = "no")]
    pub backflow: bool,
    /// The matter came back here: the peer returned it, or the caller did.
    #[serde(default, skip_serializing_if = "no")]
    pub came_back: bool,
    /// Police were ordered for it, here or as a case of their own.
    #[serde(default, skip_serializing_if = "no")]
    pub police_sent: bool,
    /// Returns between the platforms.
    #[serde(default, skip_serializing_if = "none")]
    pub crossings_back: u32,
    /// Offers the peer refused or let time out.
    #[serde(default, skip_serializing_if = "none")]
    pub refusals: u32,
    /// Binding decisions 审定.
    #[serde(default, skip_serializing_if = "none")]
    pub arbitrations: u32,
    /// Times it was opened again.
    #[serde(default, skip_serializing_if = "none")]
    pub reopened: u32,
    /// 催办 count.
    #[serde(default, skip_serializing_if = "none")]
    pub urges: u32,
    /// Follow-up calls.
    #[serde(default, skip_serializing_if = "none")]
    pub follow_ups: u32,
    /// A follow-up call reached the caller.
    #[serde(default, skip_serializing_if = "no")]
    pub reached: bool,
    /// Whether it is solved, as the caller last said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub caller_solved: String,
    /// Satisfaction of the last follow-up that reached the caller, 1 to 5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub satisfaction: Option<u8>,
    /// Satisfied with the desk at the last follow-up that asked, 1 to 5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_desk: Option<u8>,
    /// Satisfied with the unit at the last follow-up that asked, 1 to 5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_unit: Option<u8>,
    /// Supervision was opened about it (R82).
    #[serde(default, skip_serializing_if = "no")]
    pub supervised: bool,
    /// The caller's own rating of the desk, 1 to 5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desk_rating: Option<u8>,
    /// The caller's own rating of the unit, 1 to 5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_rating: Option<u8>,
    /// Files.
    #[serde(default, skip_serializing_if = "none")]
    pub files: u32,
    /// Assignments, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub legs: Vec<LegFacts>,
}

/// Serde asks with a reference.
const fn no(flag: &bool) -> bool {
    !*flag
}

/// Serde asks with a reference.
const fn none(count: &u32) -> bool {
    *count == 0
}
