//! Reading the knowledge base.

use crate::engine::Store;
use crate::error::StoreError;
use crate::row::{KnowledgeRow, KnowledgeUseRow};
use crate::value::{Value, row, statements};

statements! {
    pub(crate) KNOWLEDGE:
    STAMP = "knowledge.stamp",
        "SELECT count(*), CAST(COALESCE(sum(version), 0) AS BIGINT) FROM knowledge";
    IN_FORCE = "knowledge.in_force",
        "SELECT id, article, revision, state, version, title, body, keywords, unit, sources, valid_from, \
         valid_until, written_at, written_by, reviewed_at, reviewed_by, published_at, published_by, ended_at \
         FROM knowledge WHERE state = 'published' ORDER BY article, revision";
    LATEST = "knowledge.latest",
        "SELECT k.id, k.article, k.revision, k.state, k.version, k.title, '' AS body, k.keywords, k.unit, \
         '' AS sources, k.valid_from, k.valid_until, k.written_at, k.written_by, k.reviewed_at, \
         k.reviewed_by, k.published_at, k.published_by, k.ended_at FROM knowledge k \
         WHERE NOT EXISTS (SELECT 1 FROM knowledge l WHERE l.article = k.article AND l.revision > k.revision) \
         ORDER BY k.written_at DESC, k.id DESC LIMIT $1";
    OF_ARTICLE = "knowledge.of_article",
        "SELECT id, article, revision, state, version, title, body, keywords, unit, sources, valid_from, \
         valid_until, written_at, written_by, reviewed_at, reviewed_by, published_at, published_by, ended_at \
         FROM knowledge WHERE article = $1 ORDER BY revision DESC LIMIT $2";
    USED = "knowledge_use.counts",
        "SELECT article, kind, count(*) FROM knowledge_use WHERE kind = $1 AND at >= $2 \
         GROUP BY article, kind ORDER BY count(*) DESC, article LIMIT $3";
    USED_OF = "knowledge_use.of",
        "SELECT revision, kind, count(*) FROM knowledge_use WHERE article = $1 \
         GROUP BY revision, kind ORDER BY revision, kind";
    WRONG_OF = "knowledge_use.wrong",
        "SELECT id, article, revision, kind, case_id, note, used_by, at FROM knowledge_use \
         WHERE article = $1 AND kind = 'wrong' ORDER BY at DESC, id DESC LIMIT $2";
}

row! {
    /// How often something became of the answers of an article.
    KnowledgeCountRow {
        /// The article.
        article: String,
        /// `used` or `wrong`.
        kind: String,
        /// How often.
        count: i64,
    }
}

impl Store {
    /// How many revisions there are and how often they were written: another pair of numbers is
    /// another knowledge base.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn knowledge_stamp(&self) -> Result<(i64, i64), StoreError> {
        let rows: Vec<(i64, i64)> = self.rows(&STAMP, Vec::new()).await?;
        Ok(rows.into_iter().next().unwrap_or_default())
    }

    /// The published revisions, whether they hold now or not.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn knowledge_in_force(&self) -> Result<Vec<KnowledgeRow>, StoreError> {
        self.rows(&IN_FORCE, Vec::new()).await
    }

    /// The latest revision of each article, without its words, the last written first.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn knowledge_latest(&self, limit: i64) -> Result<Vec<KnowledgeRow>, StoreError> {
        self.rows(&LATEST, vec![Value::I64(limit)]).await
    }

    /// The revisions of an article, the latest first.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn knowledge_of(
        &self,
        article: &str,
        limit: i64,
    ) -> Result<Vec<KnowledgeRow>, StoreError> {
        let values = vec![Value::Text(article.to_owned()), Value::I64(limit)];
        self.rows(&OF_ARTICLE, values).await
    }

    /// How often each article's answers were used, or said to be wrong, since then; the most first.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn knowledge_counts(
        &self,
        kind: &str,
        since: i64,
        limit: i64,
    ) -> Result<Vec<KnowledgeCountRow>, StoreError> {
        let values = vec![
            Value::Text(kind.to_owned()),
            Value::I64(since),
            Value::I64(limit),
        ];
        self.rows(&USED, values).await
    }

    /// How often each revision of an article was used, or said to be wrong.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn knowledge_uses(
        &self,
        article: &str,
    ) -> Result<Vec<(i64, String, i64)>, StoreError> {
        self.rows(&USED_OF, vec![Value::Text(article.to_owned())])
            .await
    }

    /// What was said to be wrong with an article, the latest first.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn knowledge_wrong(
        &self,
        article: &str,
        limit: i64,
    ) -> Result<Vec<KnowledgeUseRow>, StoreError> {
        let values = vec![Value::Text(article.to_owned()), Value::I64(limit)];
        self.rows(&WRONG_OF, values).await
    }
}
