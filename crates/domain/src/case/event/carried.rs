//! What events carry besides their own fields: what triage made of it, and what crosses.

use crate::case::leg::HandOverMode;
use crate::case::outcome::Solved;
use crate::clock::{Millis, Then, Told, Way};
use crate::desk::{Channel, Desk, Urgency};
use crate::followup::RatingFlag;
use crate::id::{AttachmentId, CaseId, DeadlineId, LegId, MatterCode, MeasureId, UnitId};
use crate::supervision::{Rung, WatchFlag};
use serde::{Deserialize, Serialize};

/// What a matter is taken to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Classification {
    /// The desk it belongs to, if anybody knows.
    pub desk: Option<Desk>,
    /// The row of the responsibility list; none is an unowned matter (R108).
    pub matter: Option<MatterCode>,
    /// The row's name when it was quoted.
    #[serde(default)]
    pub matter_name: String,
    /// How urgent.
    pub urgency: Urgency,
}

/// A sign of danger as a rule found it (law 11: rule, words).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DangerSign {
    /// What kind of danger.
    pub kind: String,
    /// The rule that fired.
    pub rule: String,
    /// The words that fired it.
    pub words: String,
}

/// What triage made of a contact, with the rules it can be quoted by (law 11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Triaged {
    /// What it is taken to be.
    #[serde(flatten)]
    pub classification: Classification,
    /// The signs of danger in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub danger: Vec<DangerSign>,
    /// The rule and words behind the matter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<DangerSign>,
    /// Version of the responsibility list.
    pub list_version: String,
    /// Version of the danger rules.
    pub danger_version: String,
    /// How surely the place is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub located: Option<PlaceLevel>,
}

/// On which rung of the ladder a place in words was found, the surest first (R109): a distance to
/// a road's middle is another distance than that to a door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceLevel {
    /// By the number of a house or a building.
    House,
    /// Where two roads cross.
    Crossing,
    /// An estate as a whole.
    Estate,
    /// A named point.
    Landmark,
    /// Somewhere along a road.
    Road,
    /// Somewhere in a district.
    District,
    /// A person set a point, and the words name no place that is known.
    Point,
}

/// What crosses with an offer, besides the caller's words and numbers, which lie beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OfferBody {
    /// The offer, the same on both sides.
    pub offer: LegId,
    /// Which way it crosses.
    pub mode: HandOverMode,
    /// The sender's id for the case.
    pub case: CaseId,
    /// The sender's printed number.
    pub no: String,
    /// The sender's desk.
    pub desk: Desk,
    /// Whether the sender received the matter first (R64), so that "undecided" can be answered.
    pub first: bool,
    /// What the sender takes it to be.
    pub classification: Classification,
    /// The signs of danger in it that nobody dismissed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub danger: Vec<DangerSign>,
    /// How the contact arrived there.
    pub channel: Channel,
    /// When it arrived there.
    pub received_at: Millis,
    /// Whether who called is to be kept from the units.
    pub confidential: bool,
    /// District code of the place.
    pub district: String,
    /// The holder count before it; an acceptance makes it one more.
    pub epoch: u32,
    /// When the sender counts it as timed out.
    pub answer_due: Millis,
    /// What to mind, or why it comes back.
    pub note: String,
    /// What had happened at the sender before, for the shared timeline; filled in on the way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<Entry>,
}

/// One entry of the other side's timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its event's kind there.
    pub kind: String,
    /// When it happened there.
    pub at: Millis,
    /// The unit that did it, by the name it has there.
    pub unit: String,
    /// Its position in the case there.
    pub seq: i64,
    /// Its event as JSON text.
    pub body: String,
}

/// A file that was added to a case. Its bytes and its name lie beside the log, since a name may
/// tell who somebody is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attached {
    /// Which.
    pub attachment: AttachmentId,
    /// The assignment it belongs to, if it was added to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leg: Option<LegId>,
    /// Media type, as its bytes say and not as its sender claims.
    pub media: String,
    /// How many bytes.
    pub size: i64,
    /// SHA-256 of the bytes, hexadecimal.
    pub digest: String,
    /// Salted digest of the name.
    pub name: String,
}

/// What the caller says of the answer, in person and not through a unit 群众评价.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rated {
    /// The result that was rated, by its moment.
    pub result_at: Millis,
    /// Whether the unit got in touch.
    pub reached: bool,
    /// Solved or not.
    pub solved: Solved,
    /// The desk, 1 very dissatisfied … 5 very satisfied.
    pub desk: u8,
    /// The unit, likewise; 0 where no unit had a part in it.
    pub unit: u8,
    /// Digest of the words with it, as the supplement has it that brought them; empty without.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
    /// By the link that was given out for it, and not by number and key.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_link: bool,
    /// What makes it doubtful: it counts only once somebody has looked at it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<RatingFlag>,
}

impl Rated {
    /// Whether it says that something was not good; each of these is called back.
    #[must_use]
    pub const fn is_bad(&self) -> bool {
        matches!(self.solved, Solved::Unsolved | Solved::NotHandled)
            || self.desk <= 2
            || (self.unit >= 1 && self.unit <= 2)
    }
}

/// A link to rate the answer by was given out; whoever sends it works the token out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatingAsked {
    /// Digest of the token; the token itself is nowhere.
    pub digest: String,
    /// Until when it may be used.
    pub until: Millis,
    /// Why by link: the sampling rule, or what made it one.
    pub rule: String,
}

/// A doubtful rating was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatingChecked {
    /// Whether it counts.
    pub counted: bool,
    /// Why.
    pub reason: String,
}

/// A rung of supervision about a case, as it was opened 督办 (R82).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Supervised {
    /// The measure.
    pub measure: MeasureId,
    /// Its printed number.
    pub no: String,
    /// Which rung.
    pub rung: Rung,
    /// Whom it is addressed to.
    pub unit: UnitId,
    /// The rule that opened it; empty where a person did.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rule: String,
    /// Why this rung, quoted (law 11).
    pub reason: String,
    /// By when it must be answered.
    pub due: Millis,
}

/// A watch flag that was set or taken away (R119).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watched {
    /// As what the case is watched.
    pub flag: WatchFlag,
    /// Why.
    pub reason: String,
}

/// A step of a deadline's ladder that was taken. Whoever sends notices and opens supervision reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalation {
    /// Which deadline.
    pub deadline: DeadlineId,
    /// The step, from 1.
    pub step: u8,
    /// Who is told.
    pub to: Told,
    /// Of which unit, where the deadline is a unit's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// How.
    pub by: Vec<Way>,
    /// What it asks for besides.
    pub then: Then,
    /// The rule as the deadline quotes it (law 11).
    pub rule: String,
}

/// What the desk tells a unit at work to do next 指令 (R127).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instructed {
    /// Whose assignment.
    pub leg: LegId,
    /// What to do.
    pub text: String,
}
