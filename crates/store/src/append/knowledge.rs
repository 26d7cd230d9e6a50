//! Writing the knowledge base.

use crate::append::plan::Step;
use crate::row::{KnowledgeRow, KnowledgeUseRow};
use crate::value::{Field as _, IntoRow as _, statements};

statements! {
    pub(crate) KNOWLEDGE_WRITES:
    KNOWLEDGE_INSERT = "knowledge.insert",
        "INSERT INTO knowledge (id, article, revision, state, version, title, body, keywords, unit, sources, \
         valid_from, valid_until, written_at, written_by, reviewed_at, reviewed_by, published_at, \
         published_by, ended_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";
    KNOWLEDGE_SAVE = "knowledge.save",
        "UPDATE knowledge SET state = $3, version = $4, title = $5, body = $6, keywords = $7, unit = $8, \
         sources = $9, valid_from = $10, valid_until = $11, written_at = $12, written_by = $13, \
         reviewed_at = $14, reviewed_by = $15, published_at = $16, published_by = $17, ended_at = $18 \
         WHERE id = $1 AND version = $2";
    KNOWLEDGE_USE_INSERT = "knowledge_use.insert",
        "INSERT INTO knowledge_use (id, article, revision, kind, case_id, note, used_by, at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
}

/// One write to the knowledge base.
#[derive(Debug, Clone)]
pub enum KnowledgeRecord {
    /// A new revision; a number that is taken refuses the change.
    Revision(KnowledgeRow),
    /// A revision saved over the version it was made from; hitting none is a failure.
    Saved {
        /// The version it was made from.
        over: i64,
        /// What it is now.
        row: KnowledgeRow,
    },
    /// What became of an answer.
    Use(KnowledgeUseRow),
}

impl KnowledgeRecord {
    pub(super) fn plan(self, steps: &mut Vec<Step>) {
        match self {
            Self::Revision(row) => steps.push(Step::any(&KNOWLEDGE_INSERT, row.into_values())),
            Self::Saved { over, row } => steps.push(Step::must_hit(
                &KNOWLEDGE_SAVE,
                vec![
                    row.id.into_value(),
                    over.into_value(),
                    row.state.into_value(),
                    row.version.into_value(),
                    row.title.into_value(),
                    row.body.into_value(),
                    row.keywords.into_value(),
                    row.unit.into_value(),
                    row.sources.into_value(),
                    row.valid_from.into_value(),
                    row.valid_until.into_value(),
                    row.written_at.into_value(),
                    row.written_by.into_value(),
                    row.reviewed_at.into_value(),
                    row.reviewed_by.into_value(),
                    row.published_at.into_value(),
                    row.published_by.into_value(),
                    row.ended_at.into_value(),
                ],
            )),
            Self::Use(row) => steps.push(Step::any(&KNOWLEDGE_USE_INSERT, row.into_values())),
        }
    }
}
