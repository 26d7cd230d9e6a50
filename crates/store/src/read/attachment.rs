//! Reading files: what a case has, and their bytes part by part.

use crate::engine::Store;
use crate::error::StoreError;
use crate::row::AttachmentRow;
use crate::value::{Value, statements};

statements! {
    pub(crate) ATTACHMENTS:
    OF_CASE = "attachment.of_case",
        "SELECT id, case_id, leg, name, salt, media, size, digest, at, actor, unit, cause, origin \
         FROM attachment WHERE case_id = $1 ORDER BY at, id";
    ONE = "attachment.one",
        "SELECT id, case_id, leg, name, salt, media, size, digest, at, actor, unit, cause, origin \
         FROM attachment WHERE id = $1";
    PART = "attachment_part.one",
        "SELECT bytes FROM attachment_part WHERE attachment_id = $1 AND n = $2";
    UNFINISHED = "attachment_upload.before",
        "SELECT id FROM attachment_upload WHERE at < $1 ORDER BY at LIMIT $2";
}

impl Store {
    /// The files of a case, the oldest first.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn attachments(&self, case: &str) -> Result<Vec<AttachmentRow>, StoreError> {
        self.rows(&OF_CASE, vec![Value::Text(case.to_owned())])
            .await
    }

    /// A file by its id.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn attachment(&self, id: &str) -> Result<Option<AttachmentRow>, StoreError> {
        self.one(&ONE, vec![Value::Text(id.to_owned())]).await
    }

    /// A part of a file's bytes, from 0; none behind the last.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn attachment_part(&self, id: &str, n: i64) -> Result<Option<Vec<u8>>, StoreError> {
        let values = vec![Value::Text(id.to_owned()), Value::I64(n)];
        let row = self.one::<(Vec<u8>,)>(&PART, values).await?;
        Ok(row.map(|(bytes,)| bytes))
    }

    /// Uploads begun before a moment that no event speaks of: nobody finished them.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn unfinished_uploads(
        &self,
        before: i64,
        most: i64,
    ) -> Result<Vec<String>, StoreError> {
        let values = vec![Value::I64(before), Value::I64(most)];
        let rows = self.rows::<(String,)>(&UNFINISHED, values).await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }
}
