//! What a search answers.

use super::CaseBrief;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A run of characters, hit or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TextPart {
    /// The characters.
    pub text: String,
    /// Whether the question hit them.
    pub hit: bool,
}

/// A case that was found.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct HitView {
    /// As in lists.
    #[serde(flatten)]
    pub brief: CaseBrief,
    /// The printed number, with hits.
    pub no_parts: Vec<TextPart>,
    /// The place as this reader sees it, with hits.
    pub place_parts: Vec<TextPart>,
    /// What was said, as this reader sees it, around the first hit.
    pub snippet: Vec<TextPart>,
}

/// A count beside what is counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FacetView {
    /// The word of the column: a state, a desk, a matter, a unit (`peer:` and the link where the
    /// other platform answers for it), a month as `2026-11`.
    pub value: String,
    /// Its name, where it has one for people.
    pub name: String,
    /// How many.
    pub count: u64,
}

/// How many cases there are of each kind, the greatest count first; months from the newest.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct FacetsView {
    /// What they are doing.
    pub state: Vec<FacetView>,
    /// Which desk they belong to.
    pub desk: Vec<FacetView>,
    /// Rows of the responsibility list.
    pub matter: Vec<FacetView>,
    /// Who answers for them.
    pub unit: Vec<FacetView>,
    /// When they were opened.
    pub month: Vec<FacetView>,
}

/// A page of what was found.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SearchPage {
    /// The cases.
    pub items: Vec<HitView>,
    /// How many there are in all.
    pub total: u64,
    /// Nothing had all the words: these have some of them, the most telling ones.
    pub loose: bool,
    /// Counts, if they were asked for.
    pub facets: Option<FacetsView>,
    /// The position in the log the index has reached.
    pub pos: i64,
    /// While the index is being made: cases it has.
    pub filled: Option<i64>,
    /// And how many it will have.
    pub of: Option<i64>,
}

/// A saved question.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SavedSearchView {
    /// Id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The question.
    pub question: crate::SearchAsk,
    /// Seen by the whole desk.
    pub shared: bool,
    /// Whether it is the reader's own.
    pub own: bool,
    /// When it was saved.
    pub created_at: i64,
}

/// The saved questions a reader sees.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SavedSearches {
    /// By name.
    pub items: Vec<SavedSearchView>,
    /// Whether the reader may share one with the desk.
    pub may_share: bool,
}

/// How far an export is.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ExportView {
    /// Its id.
    pub id: String,
    /// `running`, `done` or `failed`.
    pub state: String,
    /// Cases written.
    pub done: u64,
    /// Cases there will be.
    pub total: u64,
    /// Cases the question finds; more than `total` where an export has a limit.
    pub found: u64,
    /// The name the file should have.
    pub name: String,
}
