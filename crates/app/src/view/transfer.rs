//! Imports of contacts in the back office.

use crate::Mapping;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The beginning of a file, to choose columns by.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportSample {
    /// `csv` (with a header) or `jsonl`.
    pub format: String,
    /// Its first lines; where it was cut, at the end of a line.
    pub text: String,
}

/// What was read of the beginning of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportLook {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The first lines that could be read, their values in the order of the columns.
    pub rows: Vec<Vec<String>>,
    /// What the columns seem to be, by their names and what stands in them.
    pub mapping: Mapping,
}

/// A file to import, whole.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportOrder {
    /// Name of the file, 1 to 200 characters.
    pub name: String,
    /// `csv` (with a header) or `jsonl`.
    pub format: String,
    /// Which column is which field.
    pub mapping: Mapping,
    /// The file.
    pub text: String,
}

/// How far an import is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportRunView {
    /// What the file is known by.
    pub id: String,
    /// Name of the file.
    pub name: String,
    /// `running`, `done`, `stopped`, `failed`, or `broken_off` when its process ended. All but the
    /// first two go on with the same file.
    pub state: String,
    /// Lines of the file, the header not counted; 0 where an older program did not count them.
    pub lines: i64,
    /// Lines dealt with.
    pub done: i64,
    /// Lines taken.
    pub taken: i64,
    /// Lines refused.
    pub refused: i64,
    /// When it began.
    pub started_at: i64,
    /// By whom; empty for the command line.
    pub started_by: String,
    /// When it last said how far it is.
    pub updated_at: i64,
}

/// A line that was refused. Its text stays in the store and in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportRefusal {
    /// From 1, the header not counted.
    pub line: i64,
    /// The field; empty for the line as a whole.
    pub field: String,
    /// Stable key of the reason; empty where an older program did not keep it.
    pub key: String,
    /// A sentence.
    pub reason: String,
}

/// Refused lines of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportRefusals {
    /// In the order of the file.
    pub lines: Vec<ImportRefusal>,
    /// The line to ask behind; null at the end.
    pub next: Option<i64>,
}
