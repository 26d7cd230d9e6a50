//! Reading scores: facts in pages, rules, claims, publications.

use crate::engine::Store;
use crate::error::StoreError;
use crate::row::{CaseFactRow, ScoreClaimRow, ScorePublicationRow, ScoreRuleRow};
use crate::value::{Value, statements};

statements! {
    pub(crate) SCORES:
    FACTS = "case_fact.between",
        "SELECT case_id, opened_at, touched_at, pos, body FROM case_fact \
         WHERE opened_at >= $1 AND (opened_at > $1 OR case_id > $2) AND opened_at < $3 \
         AND touched_at >= $4 ORDER BY opened_at, case_id LIMIT $5";
    FACT = "case_fact.one",
        "SELECT case_id, opened_at, touched_at, pos, body FROM case_fact WHERE case_id = $1";
    FACT_COUNT = "case_fact.count", "SELECT count(*) FROM case_fact";
    RULES = "score_rule.all",
        "SELECT seq, name, text, changed_at, changed_by, reason FROM score_rule ORDER BY seq";
    CLAIMS = "score_claim.all",
        "SELECT id, kind, ground, case_id, unit, metric, period, figure, reason, evidence, asked_at, \
         asked_by, asked_name, state, decided_at, decided_by, decided_name, decision \
         FROM score_claim ORDER BY asked_at, id";
    CLAIM = "score_claim.one",
        "SELECT id, kind, ground, case_id, unit, metric, period, figure, reason, evidence, asked_at, \
         asked_by, asked_name, state, decided_at, decided_by, decided_name, decision \
         FROM score_claim WHERE id = $1";
    PUBLICATIONS = "score_publication.all",
        "SELECT id, scheme, version, period, pos, '' AS rules, '' AS basis, '' AS sheet, digest, \
         published_at, published_by, reason FROM score_publication ORDER BY published_at, id";
    PUBLICATION = "score_publication.one",
        "SELECT id, scheme, version, period, pos, rules, basis, sheet, digest, published_at, \
         published_by, reason FROM score_publication WHERE id = $1";
}

impl Store {
    /// Facts of cases opened before a moment and touched since another, behind a moment and an id,
    /// in an order that no later event changes.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn case_facts(
        &self,
        (opened_at, after): (i64, &str),
        opened_before: i64,
        touched_since: i64,
        limit: i64,
    ) -> Result<Vec<CaseFactRow>, StoreError> {
        let values = vec![
            Value::I64(opened_at),
            Value::Text(after.to_owned()),
            Value::I64(opened_before),
            Value::I64(touched_since),
            Value::I64(limit),
        ];
        self.rows(&FACTS, values).await
    }

    /// The facts of a case.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn case_fact(&self, case_id: &str) -> Result<Option<CaseFactRow>, StoreError> {
        self.one(&FACT, vec![Value::Text(case_id.to_owned())]).await
    }

    /// How many cases have facts.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn case_fact_count(&self) -> Result<i64, StoreError> {
        let found = self.one::<(i64,)>(&FACT_COUNT, Vec::new()).await?;
        Ok(found.map_or(0, |(count,)| count))
    }

    /// The site's own rules, in the order they were taken.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn score_rules(&self) -> Result<Vec<ScoreRuleRow>, StoreError> {
        self.rows(&RULES, Vec::new()).await
    }

    /// All claims, the oldest first.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn score_claims(&self) -> Result<Vec<ScoreClaimRow>, StoreError> {
        self.rows(&CLAIMS, Vec::new()).await
    }

    /// A claim.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn score_claim(&self, id: &str) -> Result<Option<ScoreClaimRow>, StoreError> {
        self.one(&CLAIM, vec![Value::Text(id.to_owned())]).await
    }

    /// All publications without rules, basis and sheet, the oldest first.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn score_publications(&self) -> Result<Vec<ScorePublicationRow>, StoreError> {
        self.rows(&PUBLICATIONS, Vec::new()).await
    }

    /// A publication, whole.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn score_publication(
        &self,
        id: &str,
    ) -> Result<Option<ScorePublicationRow>, StoreError> {
        self.one(&PUBLICATION, vec![Value::Text(id.to_owned())])
            .await
    }
}
