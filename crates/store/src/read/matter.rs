//! Reading the responsibility list: versions, the draft, the runs, and the words it is tried on.

use crate::engine::Store;
use crate::error::StoreError;
use crate::row::{ListDraftRow, ListRunRow, ListVersionRow, NarrativeRow};
use crate::value::{Value, statements};

statements! {
    pub(crate) MATTERS:
    LIST_VERSIONS = "list_version.all",
        "SELECT version, label, '' AS text, valid_at, published_at, published_by, reason, repeats, \
         withdrawn_at, withdrawn_by FROM list_version ORDER BY version";
    LIST_VERSION = "list_version.one",
        "SELECT version, label, text, valid_at, published_at, published_by, reason, repeats, \
         withdrawn_at, withdrawn_by FROM list_version WHERE version = $1";
    LIST_DRAFT = "list_draft.one",
        "SELECT revision, based_on, label, text, changed_at, changed_by FROM list_draft WHERE id = 1";
    LIST_RUN = "list_run.one",
        "SELECT id, revision, since, state, done, total, started_at, started_by, touched_at, result \
         FROM list_run WHERE id = $1";
    LIST_RUN_LAST = "list_run.last",
        "SELECT id, revision, since, state, done, total, started_at, started_by, touched_at, result \
         FROM list_run ORDER BY started_at DESC, id DESC LIMIT 1";
    NARRATIVES = "case_row.narratives",
        "SELECT c.id, c.no, c.opened_at, c.place, c.district, COALESCE(p.narrative, '') \
         FROM case_row c LEFT JOIN person p ON p.case_id = c.id \
         WHERE c.opened_at >= $1 AND (c.opened_at > $1 OR c.id > $2) \
         ORDER BY c.opened_at, c.id LIMIT $3";
    OPENED_SINCE = "case_row.opened_since",
        "SELECT count(*) FROM case_row WHERE opened_at >= $1";
}

impl Store {
    /// All versions of the responsibility list, without their texts.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn list_versions(&self) -> Result<Vec<ListVersionRow>, StoreError> {
        self.look_up(&LIST_VERSIONS, Vec::new()).await
    }

    /// A version of the list, whole.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn list_version(&self, version: i64) -> Result<Option<ListVersionRow>, StoreError> {
        self.one(&LIST_VERSION, vec![Value::I64(version)]).await
    }

    /// The draft of the next version.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn list_draft(&self) -> Result<Option<ListDraftRow>, StoreError> {
        self.one(&LIST_DRAFT, Vec::new()).await
    }

    /// A run by its id.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn list_run(&self, id: &str) -> Result<Option<ListRunRow>, StoreError> {
        self.one(&LIST_RUN, vec![Value::Text(id.to_owned())]).await
    }

    /// The run that was begun last.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn list_run_last(&self) -> Result<Option<ListRunRow>, StoreError> {
        self.one(&LIST_RUN_LAST, Vec::new()).await
    }

    /// The words of cases in the order they were opened, behind a moment and an id.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn narratives(
        &self,
        opened_at: i64,
        after: &str,
        limit: i64,
    ) -> Result<Vec<NarrativeRow>, StoreError> {
        let after = Value::Text(after.to_owned());
        let values = vec![Value::I64(opened_at), after, Value::I64(limit)];
        self.rows(&NARRATIVES, values).await
    }

    /// How many cases were opened since a moment.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn opened_since(&self, at: i64) -> Result<i64, StoreError> {
        let found = self
            .one::<(i64,)>(&OPENED_SINCE, vec![Value::I64(at)])
            .await?;
        Ok(found.map_or(0, |(count,)| count))
    }
}
