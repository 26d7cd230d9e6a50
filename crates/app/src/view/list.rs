//! The responsibility list 权责清单 in the back office: versions, the draft, what a draft would change.

use domain::clock::Limits;
use domain::desk::{Desk, Urgency};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The list as it is worked on.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ListOffice {
    /// Number of the version in force.
    pub running: i64,
    /// Its name; every suggestion quotes it.
    pub running_label: String,
    /// All versions, the newest first. While nothing was published, the configuration's file is
    /// number one.
    pub versions: Vec<ListVersionView>,
    /// The draft of the next version.
    pub draft: Option<ListDraftHead>,
    /// The run that was begun last.
    pub run: Option<ListRunView>,
    /// Whether the reader may publish.
    pub may_publish: bool,
}

/// A version of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListVersionView {
    /// Running number, from 1.
    pub number: i64,
    /// The version as the list names itself.
    pub label: String,
    /// `running`, `scheduled`, `past`, `withdrawn`, or `unusable` where this program cannot read it.
    pub state: String,
    /// From when it holds; null for the configuration's file.
    pub valid_at: Option<i64>,
    /// When it was published; null for the configuration's file.
    pub published_at: Option<i64>,
    /// By whom.
    pub published_by: String,
    /// Why.
    pub reason: String,
    /// The earlier version whose text it brings back.
    pub repeats: Option<i64>,
    /// When it was withdrawn before it held.
    pub withdrawn_at: Option<i64>,
    /// By whom.
    pub withdrawn_by: String,
}

/// A version whole, with the two lists for the public.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ListVersionWhole {
    /// Which.
    pub version: ListVersionView,
    /// The list's name.
    pub name: String,
    /// Who publishes it, as the list says.
    pub issuer: String,
    /// What citizens bring to 12345 and belongs to 110.
    pub to_police: Vec<PublicGroup>,
    /// What citizens bring to 110 and belongs to 12345.
    pub to_hotline: Vec<PublicGroup>,
    /// The text.
    pub text: String,
}

/// A kind of matters on a public list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PublicGroup {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Its rows.
    pub rows: Vec<PublicRow>,
}

/// A row of a public list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PublicRow {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Who leads.
    pub lead_name: String,
    /// Who assists.
    pub assist_names: Vec<String>,
    /// Limits from dispatch.
    #[schema(value_type = Object)]
    pub limits: Limits,
    /// Document.
    pub basis: String,
}

/// The draft without its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListDraftHead {
    /// How often it was saved; a save names the one it was made from.
    pub revision: i64,
    /// The version it began from.
    pub based_on: i64,
    /// The version as the text names itself.
    pub label: String,
    /// When it was saved.
    pub changed_at: i64,
    /// By whom.
    pub changed_by: String,
}

/// The draft whole.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ListDraftView {
    /// Which.
    pub head: ListDraftHead,
    /// The list as text.
    pub text: String,
    /// Everything that keeps it from being published.
    pub faults: Vec<ListFault>,
}

/// The draft after a change; its text is the one that was sent.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ListDraftChanged {
    /// The draft; null when it was thrown away.
    pub head: Option<ListDraftHead>,
    /// Everything that keeps it from being published.
    pub faults: Vec<ListFault>,
}

/// What is wrong with a draft, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ListFault {
    /// `syntax`, `unknown`, `duplicate`, `invalid`, `pattern`, `too_many`, `example` or `label_taken`.
    pub key: String,
    /// Line of the text, from 1; 0 where it has none.
    pub line: i64,
    /// The row's code; may be empty.
    pub row: String,
    /// What is wrong, in one sentence or one word.
    pub problem: String,
    /// The sentence that does not come out as its row says.
    pub example: Option<String>,
    /// What came out instead.
    pub got: Option<String>,
}

/// What to do with the draft.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(tag = "change", rename_all = "snake_case", deny_unknown_fields)]
pub enum ListDraftOrder {
    /// Begin one; where there is a draft it is refused.
    Begin {
        /// From which version; from the one in force without.
        from: Option<i64>,
    },
    /// Save a text over a revision. Another revision is refused with `conflict`.
    Save {
        /// The revision it was made from.
        revision: i64,
        /// The whole list.
        text: String,
    },
    /// Throw it away.
    Discard {
        /// The revision that was seen.
        revision: i64,
    },
}

/// A sentence to be tried.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListTryOrder {
    /// What a caller might say.
    pub narrative: String,
    /// The place in words.
    #[serde(default)]
    pub place: String,
}

/// What two lists say of one sentence.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ListTry {
    /// The list in force.
    pub running: ListSaid,
    /// The draft, as it was last saved; null where there is none or it cannot be read.
    pub draft: Option<ListSaid>,
    /// Why the draft cannot be read.
    pub fault: Option<ListFault>,
}

/// What one list says of a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ListSaid {
    /// Version.
    pub label: String,
    /// Desk; null when nobody's row matches.
    #[schema(value_type = Option<String>)]
    pub desk: Option<Desk>,
    /// Row.
    pub matter: Option<String>,
    /// Its name.
    pub matter_name: String,
    /// Who leads.
    pub lead_name: String,
    /// Urgency.
    #[schema(value_type = String)]
    pub urgency: Urgency,
    /// What is done with it.
    pub mode: String,
    /// Nobody's.
    pub unowned: bool,
    /// Danger that was heard; no list changes it.
    pub danger: Vec<String>,
    /// The words that fired, each with its rule.
    pub evidence: Vec<ListWord>,
    /// Other rows that fire.
    pub others: Vec<String>,
}

/// Words that fired a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ListWord {
    /// Rule.
    pub rule: String,
    /// Words.
    pub words: String,
}

/// A run of the draft over past cases.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListRunOrder {
    /// Cases opened in the last so many days, 1 to 3660; all without.
    pub days: Option<i64>,
}

/// How far a run is, and what came out.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListRunView {
    /// Id.
    pub id: String,
    /// The revision of the draft it tries.
    pub revision: i64,
    /// `running`, `done`, `cancelled`, `failed`, or `broken_off` when its process ended.
    pub state: String,
    /// Cases looked at.
    pub done: i64,
    /// Cases to be looked at.
    pub total: i64,
    /// When it began.
    pub started_at: i64,
    /// By whom.
    pub started_by: String,
    /// What came out; null until it is done.
    pub result: Option<ListDifference>,
}

/// What a draft would have changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListDifference {
    /// Versions compared: in force, and the draft.
    pub labels: (String, String),
    /// Cases that were looked at.
    pub cases: i64,
    /// Cases without words (removed, or none were said): not compared.
    pub wordless: i64,
    /// Cases that would go elsewhere in any way.
    pub changed: i64,
    /// Of them, to another desk.
    pub desk: i64,
    /// To another matter.
    pub matter: i64,
    /// To another unit.
    pub lead: i64,
    /// Cases for which the draft has no row.
    pub no_row: i64,
    /// Of them, those for which the list in force has one.
    pub no_row_new: i64,
    /// The cases that would go elsewhere; the newest 500 of them.
    pub moved: Vec<MovedCase>,
    /// Numbers of cases without a row; the newest 100.
    pub rowless: Vec<String>,
    /// Rows of the draft that fire together, the most frequent first; 50 at most.
    pub together: Vec<RowsTogether>,
}

/// A case that would go elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MovedCase {
    /// Printed number.
    pub no: String,
    /// By the list in force.
    pub from: CasePlace,
    /// By the draft.
    pub to: CasePlace,
}

/// Where a list puts a case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CasePlace {
    /// Desk.
    #[schema(value_type = Option<String>)]
    pub desk: Option<Desk>,
    /// Row; empty without.
    pub matter: String,
    /// Its name.
    pub matter_name: String,
    /// Who leads.
    pub lead_name: String,
}

/// Two rows that fire for the same case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RowsTogether {
    /// The row that is chosen.
    pub first: String,
    /// The row that fires, too.
    pub second: String,
    /// For how many cases.
    pub cases: i64,
    /// One of them.
    pub no: String,
}

/// What to do with the versions.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(tag = "change", rename_all = "snake_case", deny_unknown_fields)]
pub enum ListVersionOrder {
    /// Make the draft a version.
    Publish {
        /// The revision that was seen.
        revision: i64,
        /// From when it holds; from now without.
        valid_at: Option<i64>,
        /// Why.
        reason: String,
    },
    /// Go back to an earlier version, from now on.
    Restore {
        /// Which.
        number: i64,
        /// Why.
        reason: String,
    },
    /// Withdraw a version that does not hold yet.
    Withdraw {
        /// Which.
        number: i64,
        /// Why.
        reason: String,
    },
}
