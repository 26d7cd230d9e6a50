//! Rows of the knowledge base 知识库.

use crate::value::row;

row! {
    /// A revision of an article.
    KnowledgeRow {
        /// Id of the revision.
        id: String,
        /// The article.
        article: String,
        /// Its number within the article, from 1.
        revision: i64,
        /// `draft`, `approved`, `published`, `replaced`, `expired` or `dropped`.
        state: String,
        /// How often the row was written, from 1.
        version: i64,
        /// The question it answers.
        title: String,
        /// The answer, as it may be read out.
        body: String,
        /// Words people use for it, a JSON array.
        keywords: String,
        /// The unit whose matter it is; may be empty.
        unit: String,
        /// What it rests on.
        sources: String,
        /// From when it holds; none for at once.
        valid_from: Option<i64>,
        /// Before when it holds; none for until further notice.
        valid_until: Option<i64>,
        /// When it was last written.
        written_at: i64,
        /// By which account.
        written_by: String,
        /// When it was approved.
        reviewed_at: Option<i64>,
        /// By which account.
        reviewed_by: String,
        /// When it was published.
        published_at: Option<i64>,
        /// By which account.
        published_by: String,
        /// When it was replaced, withdrawn or dropped.
        ended_at: Option<i64>,
    }
}

row! {
    /// What became of an answer.
    KnowledgeUseRow {
        /// Id.
        id: String,
        /// The article.
        article: String,
        /// Which revision of it.
        revision: i64,
        /// `used` or `wrong`.
        kind: String,
        /// The case it was given in; empty where there was none yet.
        case_id: String,
        /// What is wrong with it; empty for a use.
        note: String,
        /// Which account.
        used_by: String,
        /// When.
        at: i64,
    }
}
