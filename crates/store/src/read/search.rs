//! Reading saved questions, and what an index of the cases is made of.

use crate::append::look::fill_keys;
use crate::engine::Store;
use crate::error::StoreError;
use crate::read::case::KEYS;
use crate::row::{PersonRow, SavedSearchRow};
use crate::value::{Value, statements};
use std::collections::HashMap;

statements! {
    pub(crate) SEARCHES:
    SAVED_SEARCHES = "saved_search.seen",
        "SELECT id, account_id, name, question, shared, created_at FROM saved_search \
         WHERE account_id = $1 OR shared = 1 ORDER BY name, id";
    SAVED_SEARCH = "saved_search.one",
        "SELECT id, account_id, name, question, shared, created_at FROM saved_search \
         WHERE id = $1";
    PERSONS_SOME = "person.some",
        "SELECT case_id, caller_name, caller_number, contact_number, address, narrative, \
         confidential, salt FROM person WHERE case_id IN \
         ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
}

impl Store {
    /// The questions an account has saved, and those that are shared, by name.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn saved_searches(
        &self,
        account_id: &str,
    ) -> Result<Vec<SavedSearchRow>, StoreError> {
        let values = vec![Value::Text(account_id.to_owned())];
        self.rows(&SAVED_SEARCHES, values).await
    }

    /// A saved question.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn saved_search(&self, id: &str) -> Result<Option<SavedSearchRow>, StoreError> {
        self.one(&SAVED_SEARCH, vec![Value::Text(id.to_owned())])
            .await
    }

    /// Personal data of several cases, by case.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn persons(
        &self,
        case_ids: &[String],
    ) -> Result<HashMap<String, PersonRow>, StoreError> {
        let mut found = HashMap::with_capacity(case_ids.len());
        for part in case_ids.chunks(KEYS) {
            let rows: Vec<PersonRow> = self.look_up(&PERSONS_SOME, fill_keys(part, KEYS)).await?;
            found.extend(rows.into_iter().map(|row| (row.case_id.clone(), row)));
        }
        Ok(found)
    }
}
