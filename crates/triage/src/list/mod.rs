//! The responsibility list 权责清单 (R32, R65, R77): data with a version and its own examples.

mod check;
mod error;
mod unit;

pub use error::ListError;
pub use unit::{Hours, Tier, Unit};

use domain::case::Solved;
use domain::clock::Limits;
use domain::desk::{Desk, Urgency};
use domain::id::{MatterCode, UnitId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;

use crate::suggestion::Mode;

/// Who published which list, and from when it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListHeader {
    /// The list's name.
    pub name: String,
    /// Its version; each suggestion quotes it (law 11).
    pub version: String,
    /// First day it holds, `YYYY-MM-DD`.
    pub valid_from: String,
    /// Who published it.
    pub published_by: String,
    /// Anything the reader should know.
    #[serde(default)]
    pub note: String,
    /// The district table that names the police unit which goes first in danger.
    pub first_response: String,
    /// How near in points the rows of two desks must be for the desks to consult.
    pub consult_margin: u32,
    /// What to tell the caller when the desks consult (R54, R90); the row's own sentence where empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub consult_say: String,
}

/// Which way a kind of matter travels when it reached the wrong desk (R77).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Police matters that citizens bring to 12345.
    ToPolice,
    /// Matters of the departments that citizens bring to 110.
    ToHotline,
}

/// One of the 8 + 19 kinds of matters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Its code, such as `H7`.
    pub code: String,
    /// Its Chinese name.
    pub name: String,
    /// Which way it travels.
    pub direction: Direction,
}

/// What makes a row fire: one of `any`, or one of each set of `all` near each other, or
/// `pattern`; and none of `none`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// One of these is enough.
    #[serde(default)]
    pub any: Vec<String>,
    /// One of each set, all within `within` characters.
    #[serde(default)]
    pub all: Vec<Vec<String>>,
    /// None of these anywhere.
    #[serde(default)]
    pub none: Vec<String>,
    /// A regular expression over the normal spelling.
    #[serde(default)]
    pub pattern: Option<String>,
    /// How many characters the words of `all` may lie apart; 16 where not said.
    #[serde(default = "Words::within_default")]
    pub within: usize,
    /// Words that speak for the row when the place of the case has them.
    #[serde(default)]
    pub place: Vec<String>,
    /// Weight against other rows, 1 to 9; 5 where not said.
    #[serde(default = "Words::priority_default")]
    pub priority: u32,
}

impl Words {
    const fn within_default() -> usize {
        16
    }

    const fn priority_default() -> u32 {
        5
    }
}

/// A row of the list: one matter 事项类别.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Matter {
    /// Its code, such as `H1-1`.
    pub code: MatterCode,
    /// Its Chinese name.
    pub name: String,
    /// The kind it belongs to.
    pub group: String,
    /// The desk it belongs to.
    pub desk: Desk,
    /// The unit that leads (R107).
    pub lead: UnitId,
    /// The unit that leads instead, by district; the district's name is looked for in the query.
    pub lead_by_district: BTreeMap<String, UnitId>,
    /// The units that assist.
    pub assist: Vec<UnitId>,
    /// How urgent at least.
    pub urgency: Urgency,
    /// How it travels when the other desk received it.
    pub mode: Mode,
    /// The limits it sets.
    pub limits: Limits,
    /// The document it rests on (R55).
    pub basis: String,
    /// What makes it fire.
    pub words: Words,
    /// Kinds of danger this row is the matter of, when no row fires by its words.
    pub danger: Vec<String>,
    /// Whether, in danger, the department's order is made beside the police's (R13, R96): what
    /// violence grows out of, such as unpaid wages, and what a department has to make safe, such
    /// as a broken main. A hospital that is only the place of something is not.
    pub beside: bool,
    /// A sentence for the caller.
    pub say: String,
    /// Sentences that must come out as this row.
    pub examples: Vec<String>,
    /// Sentences that must not.
    pub not: Vec<String>,
    /// Line of the file, from 1.
    pub line: usize,
}

impl Matter {
    /// The unit that leads in a district, by its name; the usual one where none is named.
    #[must_use]
    pub fn lead_in(&self, district: &str) -> &UnitId {
        by_district(&self.lead_by_district, &self.lead, district)
    }
}

/// What becomes of a contact that needs no order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Answered on the spot from the knowledge base.
    Answered,
    /// For courts, arbitration, reconsideration or another lawful way: refused with guidance.
    NotAccepted,
    /// Nuisance, wrong number, test: counted, never dispatched (R4).
    Invalid,
}

/// A row of the scope: contacts that need no order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Scope {
    /// Its code, such as `S1`.
    pub code: MatterCode,
    /// Its Chinese name.
    pub name: String,
    /// What becomes of it.
    pub outcome: Outcome,
    /// The document it rests on.
    pub basis: String,
    /// What makes it fire.
    pub words: Words,
    /// A sentence for the caller.
    pub say: String,
    /// Sentences that must come out as this row.
    pub examples: Vec<String>,
    /// Sentences that must not.
    pub not: Vec<String>,
    /// Line of the file, from 1.
    pub line: usize,
}

/// A text for the citizen that a unit may begin its public reply with. `{unit}`, `{matter}` and
/// `{date}` are filled in where it is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reply {
    /// What to choose it by.
    pub name: String,
    /// The text.
    pub text: String,
    /// The row it is for; none for a whole kind or for all.
    pub matter: Option<MatterCode>,
    /// The kind it is for.
    pub group: Option<String>,
    /// What it says of the matter.
    pub solved: Option<Solved>,
    /// Line of the file, from 1.
    pub line: usize,
}

/// The responsibility list, checked but for its examples, which [`crate::Engine`] runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct List {
    /// Who, which, from when.
    pub header: ListHeader,
    /// The kinds.
    pub groups: Vec<Group>,
    /// The member units.
    pub units: Vec<Unit>,
    /// The rows.
    pub matters: Vec<Matter>,
    /// Contacts that need no order.
    pub scope: Vec<Scope>,
    /// Texts for the citizen.
    pub replies: Vec<Reply>,
    /// The police unit that goes first in danger, where no district is known.
    pub first_response: UnitId,
    /// The same by district.
    pub first_response_by_district: BTreeMap<String, UnitId>,
}

/// Rows one list may hold, scope included (goal: 2,000 in half a second).
pub(crate) const MOST_ROWS: usize = 5_000;
/// Words all rows may hold together.
pub(crate) const MOST_WORDS: usize = 200_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    list: ListHeader,
    #[serde(default)]
    limits: BTreeMap<String, Limits>,
    #[serde(default)]
    district: BTreeMap<String, DistrictTable>,
    #[serde(default)]
    group: Vec<Spanned<Group>>,
    #[serde(default)]
    unit: Vec<Spanned<Unit>>,
    #[serde(default)]
    matter: Vec<Spanned<MatterRow>>,
    #[serde(default)]
    scope: Vec<Spanned<ScopeRow>>,
    #[serde(default)]
    reply: Vec<Spanned<ReplyRow>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DistrictTable {
    default: UnitId,
    units: BTreeMap<String, UnitId>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MatterRow {
    code: String,
    name: String,
    group: String,
    #[serde(default)]
    lead: Option<UnitId>,
    #[serde(default)]
    lead_by_district: Option<String>,
    #[serde(default)]
    assist: Vec<UnitId>,
    #[serde(default)]
    urgency: Urgency,
    mode: Mode,
    limits: String,
    basis: String,
    words: Words,
    #[serde(default)]
    danger: Vec<String>,
    #[serde(default)]
    beside: bool,
    say: String,
    examples: Vec<String>,
    not: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScopeRow {
    code: String,
    name: String,
    outcome: Outcome,
    basis: String,
    words: Words,
    say: String,
    examples: Vec<String>,
    not: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReplyRow {
    name: String,
    text: String,
    #[serde(default)]
    matter: Option<MatterCode>,
    #[serde(default)]
    group: Option<String>,
    #[serde(default)]
    solved: Option<Solved>,
}

/// Where the lines of a text end: thousands of rows ask which line they stand in, and counting from
/// the top each time took longer than reading the text.
pub(crate) struct Lines(Vec<usize>);

impl Lines {
    pub(crate) fn of(text: &str) -> Self {
        let bytes = text.bytes().enumerate();
        Self(bytes.filter(|(_, b)| *b == b'\n').map(|(i, _)| i).collect())
    }

    /// The line, from 1, that the byte at `at` stands in.
    pub(crate) fn at(&self, at: usize) -> usize {
        1 + self.0.partition_point(|&end| end < at)
    }
}

/// Reads TOML, with the line in the refusal.
pub(crate) fn read<T: serde::de::DeserializeOwned>(
    file: &'static str,
    text: &str,
) -> Result<T, ListError> {
    toml::from_str(text).map_err(|e| ListError::Syntax {
        file,
        line: e
            .span()
            .map_or(0, |Range { start, .. }| Lines::of(text).at(start)),
        message: e.message().to_owned(),
    })
}

/// The unit of the first district whose name the text has, else the usual one.
pub(crate) fn by_district<'a>(
    table: &'a BTreeMap<String, UnitId>,
    usual: &'a UnitId,
    district: &str,
) -> &'a UnitId {
    if district.is_empty() {
        return usual;
    }
    table
        .iter()
        .find(|(name, _)| district.contains(name.as_str()))
        .map_or(usual, |(_, unit)| unit)
}
