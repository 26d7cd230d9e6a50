//! Registers.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A choice of a field.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RegisterChoice {
    /// What is kept.
    pub key: String,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// A field of a register.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RegisterField {
    /// What it is called in `values`.
    pub key: String,
    /// Its name in Chinese.
    pub zh: String,
    /// Its name in English.
    pub en: String,
    /// `text`, `lines`, `day`, `number` or `choice`.
    pub kind: String,
    /// It may not be empty.
    pub required: bool,
    /// What may be chosen.
    pub choices: Vec<RegisterChoice>,
}

/// A register.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RegisterKind {
    /// Its key.
    pub key: String,
    /// Its name in Chinese.
    pub zh: String,
    /// Its name in English.
    pub en: String,
    /// An entry is about a unit.
    pub unit: bool,
    /// Entries have tasks.
    pub tasks: bool,
    /// An entry closes only with evidence.
    pub evidence: bool,
    /// Its entries can be printed as minutes.
    pub paper: bool,
    /// Its fields.
    pub fields: Vec<RegisterField>,
    /// Open entries.
    pub open: i64,
    /// Closed entries.
    pub closed: i64,
}

/// The registers.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RegisterKinds {
    /// All of them.
    pub items: Vec<RegisterKind>,
    /// The reader may write.
    pub may_keep: bool,
}

/// A task of an entry.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RegisterTask {
    /// What is to be done.
    pub text: String,
    /// By which unit; empty for nobody in particular.
    #[serde(default)]
    pub unit: String,
    /// By when, `2026-11-22`.
    pub due: String,
    /// When it was done; none while it is open.
    #[serde(default)]
    pub done_at: Option<i64>,
    /// By whom.
    #[serde(default)]
    pub done_by: String,
    /// What shows it.
    #[serde(default)]
    pub evidence: String,
}

/// A task as it is given out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTask {
    /// What is to be done.
    pub text: String,
    /// By which unit; empty for nobody in particular.
    #[serde(default)]
    pub unit: String,
    /// By when, `2026-11-22`.
    pub due: String,
}

/// An entry in the list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RegisterBrief {
    /// Id.
    pub id: String,
    /// Which register.
    pub register: String,
    /// What it is.
    pub title: String,
    /// Unit code; empty for none.
    pub unit: String,
    /// The unit's name.
    pub unit_name: String,
    /// `open` or `closed`.
    pub state: String,
    /// The day it happened or begins to count, `2026-11-22`.
    pub day: String,
    /// The nearest limit that still runs.
    pub due_at: Option<i64>,
    /// How often it was written.
    pub version: i64,
    /// When it was last written.
    pub changed_at: i64,
    /// Open tasks.
    pub open_tasks: i64,
}

/// A page of a register.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RegisterPage {
    /// The entries, the latest day first.
    pub items: Vec<RegisterBrief>,
    /// Where the next page begins; none at the end.
    pub next: Option<String>,
}

/// A file of an entry.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RegisterFile {
    /// Id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Bytes.
    pub size: i64,
    /// SHA-256 of the bytes.
    pub digest: String,
    /// When it was added.
    pub at: i64,
    /// By whom.
    pub by: String,
}

/// What was done to an entry.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RegisterStep {
    /// When.
    pub at: i64,
    /// By whom.
    pub by: String,
    /// What.
    pub action: String,
    /// Why, or with what evidence.
    pub reason: String,
}

/// An entry whole.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RegisterEntry {
    /// As in the list.
    #[serde(flatten)]
    pub brief: RegisterBrief,
    /// Values by field.
    pub values: BTreeMap<String, String>,
    /// Tasks.
    pub tasks: Vec<RegisterTask>,
    /// What closed it.
    pub evidence: String,
    /// When it was closed.
    pub closed_at: Option<i64>,
    /// Files, the oldest first.
    pub files: Vec<RegisterFile>,
    /// What was done to it, the newest first.
    pub history: Vec<RegisterStep>,
    /// The reader may write.
    pub may_keep: bool,
}

/// Which entries are asked for.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct RegisterQuery {
    /// About this unit.
    #[serde(default)]
    pub unit: String,
    /// `open`, `closed` or `overdue`; empty for all.
    #[serde(default)]
    pub state: String,
    /// Words in the title.
    #[serde(default)]
    pub q: String,
    /// The `next` of the page before.
    #[serde(default)]
    pub after: String,
}

/// An entry as it is written.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEntry {
    /// What it is, 1 to 100 characters.
    pub title: String,
    /// Unit code; empty for none.
    #[serde(default)]
    pub unit: String,
    /// The day, `2026-11-22`.
    pub day: String,
    /// Values by field.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// Tasks.
    #[serde(default)]
    pub tasks: Vec<NewTask>,
}

/// What is done to an entry.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(tag = "change", rename_all = "snake_case", deny_unknown_fields)]
pub enum RegisterOrder {
    /// Writes it anew over the version it was made from. Tasks that are done stay.
    Save {
        /// The version.
        version: i64,
        /// What it is now.
        entry: NewEntry,
    },
    /// A task is done.
    Done {
        /// The version.
        version: i64,
        /// Which task, from 0.
        task: usize,
        /// What shows it.
        evidence: String,
    },
    /// Closes it, 销号. Where the register asks for evidence, nothing closes without.
    Close {
        /// The version.
        version: i64,
        /// What shows it.
        #[serde(default)]
        evidence: String,
    },
    /// Opens it again.
    Reopen {
        /// The version.
        version: i64,
        /// Why.
        reason: String,
    },
}
