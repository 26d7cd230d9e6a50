//! The knowledge base.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What an article says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KnowledgeText {
    /// The question it answers, 2 to 100 characters.
    pub title: String,
    /// The answer, as it may be read out, 1 to 4,000 characters.
    pub body: String,
    /// Words people use for it, 20 at the most.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// Code of the unit whose matter it is; may be empty.
    #[serde(default)]
    pub unit: String,
    /// What it rests on: a paper, a paragraph, a page.
    pub sources: String,
    /// The first day on which it holds, `2026-12-01`; empty for at once.
    #[serde(default)]
    pub from: String,
    /// The last day on which it holds; empty for until further notice.
    #[serde(default)]
    pub until: String,
}

/// An article in the list: its latest revision.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct KnowledgeBrief {
    /// Id of the article.
    pub article: String,
    /// The question.
    pub title: String,
    /// Code of the unit; may be empty.
    pub unit: String,
    /// Its name.
    pub unit_name: String,
    /// `draft`, `approved`, `published`, `expired` or `dropped`.
    pub state: String,
    /// Another revision is published beside this one.
    pub live: bool,
    /// The last day on which it holds; may be empty.
    pub until: String,
    /// When it was last written.
    pub written_at: i64,
    /// How often its answers were given in the last 30 days.
    pub used: i64,
    /// How often they were said to be wrong in the last 30 days.
    pub wrong: i64,
}

/// Articles.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct KnowledgePage {
    /// Those with the words asked for, two hundred at the most, the last written first.
    pub items: Vec<KnowledgeBrief>,
    /// How many have those words and that state.
    pub matching: i64,
    /// How many there are.
    pub all: i64,
    /// The reader may write.
    pub may_write: bool,
    /// The reader may approve.
    pub may_approve: bool,
}

/// A revision of an article.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct KnowledgeRevision {
    /// Its number, from 1.
    pub revision: i64,
    /// `draft`, `approved`, `published`, `replaced`, `expired` or `dropped`.
    pub state: String,
    /// How often it was written: who changes it says which it has read.
    pub version: i64,
    /// What it says.
    pub text: KnowledgeText,
    /// When it was last written.
    pub written_at: i64,
    /// By whom.
    pub written_by: String,
    /// When it was approved.
    pub reviewed_at: Option<i64>,
    /// By whom.
    pub reviewed_by: String,
    /// When it was published.
    pub published_at: Option<i64>,
    /// By whom.
    pub published_by: String,
    /// How often it was given.
    pub used: i64,
    /// How often it was said to be wrong.
    pub wrong: i64,
}

/// What somebody said is wrong.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct KnowledgeWrong {
    /// With which revision.
    pub revision: i64,
    /// What.
    pub note: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: i64,
}

/// What was done to an article.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct KnowledgeStep {
    /// When.
    pub at: i64,
    /// By whom.
    pub by: String,
    /// What.
    pub action: String,
    /// Why; may be empty.
    pub reason: String,
}

/// An article whole.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct KnowledgeArticle {
    /// Id.
    pub article: String,
    /// Code of the unit's name, resolved.
    pub unit_name: String,
    /// Its revisions, the latest first.
    pub revisions: Vec<KnowledgeRevision>,
    /// What was said to be wrong, the latest first.
    pub wrong: Vec<KnowledgeWrong>,
    /// What was done to it, the latest first.
    pub history: Vec<KnowledgeStep>,
    /// The reader may write.
    pub may_write: bool,
    /// The reader may approve the latest revision: it is a draft, and somebody else wrote it.
    pub may_approve: bool,
}

/// What is done to an article. Each names revision and version it has read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "change", rename_all = "snake_case", deny_unknown_fields)]
pub enum KnowledgeOrder {
    /// Writes the draft anew, or begins one beside what is published.
    Write {
        /// The latest revision as it was read.
        revision: i64,
        /// And its version.
        version: i64,
        /// What it says from now on.
        text: KnowledgeText,
    },
    /// Approves a draft somebody else wrote.
    Approve {
        /// The latest revision as it was read.
        revision: i64,
        /// And its version.
        version: i64,
    },
    /// Gives a draft back to its writer.
    Return {
        /// The latest revision as it was read.
        revision: i64,
        /// And its version.
        version: i64,
        /// What is missing.
        reason: String,
    },
    /// Publishes what was approved, in the place of what was published before.
    Publish {
        /// The latest revision as it was read.
        revision: i64,
        /// And its version.
        version: i64,
    },
    /// Takes what is published back at once.
    Withdraw {
        /// The published revision as it was read.
        revision: i64,
        /// And its version.
        version: i64,
        /// Why.
        reason: String,
    },
    /// Throws a draft away; the record stays.
    Drop {
        /// The latest revision as it was read.
        revision: i64,
        /// And its version.
        version: i64,
    },
}

/// An answer that holds now.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct KnowledgeHit {
    /// Id of the article.
    pub article: String,
    /// Its published revision.
    pub revision: i64,
    /// The question.
    pub title: String,
    /// The answer.
    pub body: String,
    /// Code of the unit; may be empty.
    pub unit: String,
    /// Its name.
    pub unit_name: String,
    /// What it rests on.
    pub sources: String,
    /// The last day on which it holds; may be empty.
    pub until: String,
    /// Who approved it.
    pub reviewed_by: String,
    /// How often this revision was given.
    pub used: i64,
    /// How often it was said to be wrong.
    pub wrong: i64,
}

/// Answers.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct KnowledgeHits {
    /// The best first.
    pub items: Vec<KnowledgeHit>,
}

/// What became of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KnowledgeUse {
    /// The revision that was shown.
    pub revision: i64,
    /// `used` or `wrong`.
    pub kind: String,
    /// The case it was given in, where there is one.
    #[serde(default)]
    pub case: String,
    /// What is wrong with it; empty for a use.
    #[serde(default)]
    pub note: String,
}

/// An answer's counts after it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct KnowledgeUsed {
    /// How often this revision was given.
    pub used: i64,
    /// How often it was said to be wrong.
    pub wrong: i64,
}
