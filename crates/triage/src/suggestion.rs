//! What the layers suggest about a narrative, and why.

use domain::clock::Limits;
use domain::desk::{Desk, Urgency};
use domain::id::{MatterCode, UnitId};
use serde::{Deserialize, Serialize};

/// What to do with the contact, seen from the desk that received it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// 派单: the receiving desk dispatches to a unit of its own side.
    Dispatch,
    /// 直接转接: the call itself goes to the other desk.
    Direct,
    /// 推送: the order goes to the other desk, the call ends here.
    Push,
    /// 派警同时推送: police go at once and the department's order is made beside it (R96).
    Parallel,
    /// 协商: the two desks and the caller decide together; undecided, who received it keeps it.
    Consult,
    /// Answered or refused on the spot; no order is needed.
    Answer,
}

/// The rule a danger is quoted by that was heard and that no rule named.
pub(crate) const UNNAMED: &str = "D-HEARD";

/// What is suggested for one narrative. A person decides; this only fills the form in.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// The desk the contact belongs to; `None` when nobody's row matches.
    pub desk: Option<Desk>,
    /// The row of the responsibility list, or of the scope table when `mode` is `Answer`.
    pub matter: Option<MatterCode>,
    /// The row's name; empty without a row.
    pub matter_name: String,
    /// The unit that leads 牵头 (R107). In a parallel hand-over it leads the department's case.
    pub lead: Option<UnitId>,
    /// The units that assist 协办. In danger the police unit that goes first stands in front.
    pub assist: Vec<UnitId>,
    /// How urgent (R114): the greatest of danger's and the row's.
    pub urgency: Urgency,
    /// What to do with it.
    pub mode: Mode,
    /// Every danger rule that fired, gravest first; what was heard without a rule stands last
    /// (law 5).
    pub danger: Vec<Danger>,
    /// No danger was raised, but the words sound like one: ask whether anybody is in danger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask: Option<Doubt>,
    /// How likely the matter is the police's, 0 to 1, by what is heard beside the rules; `None`
    /// where the rules alone were asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub police: Option<f64>,
    /// No row of the list and no danger: somebody has to make a rule (R108).
    pub unowned: bool,
    /// What fired, in the caller's own words (law 11).
    pub evidence: Vec<Evidence>,
    /// Up to three other rows that match, best first.
    pub alternatives: Vec<Alternative>,
    /// A sentence for the caller; may be empty.
    pub say: String,
    /// The document the row rests on (R55).
    pub basis: String,
    /// The limits the row sets, each counted from dispatch (law 6).
    pub limits: Limits,
    /// Version of the responsibility list that was read.
    pub list_version: String,
    /// Version of the danger rules that were read.
    pub danger_version: String,
}

/// One danger rule that fired.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Danger {
    /// The kind, such as `fire`.
    pub kind: String,
    /// The kind's Chinese name.
    pub name: String,
    /// The rule's id.
    pub rule: String,
    /// The caller's own words.
    pub words: String,
    /// Where they begin: characters of the original, from 0.
    pub start: usize,
    /// Where they end, not included.
    pub end: usize,
    /// One sentence for the call-taker: what to say or do.
    pub advice: String,
}

/// Words that may mean danger though no rule knows them: a question for the caller (law 5).
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Doubt {
    /// The kind it would be.
    pub kind: String,
    /// The kind's Chinese name.
    pub name: String,
    /// How likely, 0 to 1, by narratives that were held out.
    pub share: f64,
    /// The caller's own words that spoke loudest for it.
    pub words: String,
    /// Where they begin: characters of the original, from 0.
    pub start: usize,
    /// Where they end, not included.
    pub end: usize,
}

/// One thing that spoke for the suggestion.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The row's code or the danger rule's id.
    pub rule: String,
    /// Version of the rule set it stands in.
    pub version: String,
    /// The caller's own words.
    pub words: String,
    /// Where they begin: characters of the original, from 0.
    pub start: usize,
    /// Where they end, not included.
    pub end: usize,
}

/// Another row that matches.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Alternative {
    /// The row's code.
    pub matter: MatterCode,
    /// The row's name.
    pub name: String,
    /// The desk it belongs to.
    pub desk: Desk,
    /// The unit that would lead.
    pub lead: UnitId,
    /// Points, by the same count that put the first row first; only good for comparing.
    pub score: u32,
}
