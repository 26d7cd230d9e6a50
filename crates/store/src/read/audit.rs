//! Reading the audit trail by person, action, resource and time, the newest first (law 10).

use crate::engine::Store;
use crate::error::StoreError;
use crate::read::list::Text;
use crate::row::AuditLine;
use crate::value::{Value, statements};

statements! {
    pub(crate) AUDIT:
    AUDIT_LAST = "audit.last", "SELECT pos FROM audit ORDER BY pos DESC LIMIT 1";
}

/// Which lines are wanted; what is empty is not asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// By one of these (ids, or a login for what nobody was signed in for).
    pub actors: Vec<String>,
    /// What was done.
    pub action: Option<String>,
    /// To what.
    pub resource: Option<String>,
    /// At or after.
    pub from: Option<i64>,
    /// Before.
    pub to: Option<i64>,
    /// Before this position: the key of the page.
    pub before: Option<i64>,
}

const COLUMNS: &str = "SELECT pos, at, actor, action, resource, reason, detail, digest, hash \
     FROM audit WHERE 1 = 1";

fn build(filter: &AuditFilter, limit: i64) -> Text {
    let mut text = Text::default();
    text.add(COLUMNS, []);
    for (place, actor) in filter.actors.iter().enumerate() {
        let fragment = if place == 0 {
            " AND actor IN (?"
        } else {
            ", ?"
        };
        text.add(fragment, [Value::Text(actor.clone())]);
    }
    if !filter.actors.is_empty() {
        text.add(")", []);
    }
    text.some(" AND action = ?", filter.action.as_ref());
    text.some(" AND resource = ?", filter.resource.as_ref());
    text.some(" AND at >= ?", filter.from.as_ref());
    text.some(" AND at < ?", filter.to.as_ref());
    text.some(" AND pos < ?", filter.before.as_ref());
    text.add(" ORDER BY pos DESC LIMIT ?", [Value::I64(limit)]);
    text
}

impl Store {
    /// A page of the audit trail, the newest line first.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn audit_page(
        &self,
        filter: &AuditFilter,
        limit: i64,
    ) -> Result<Vec<AuditLine>, StoreError> {
        let text = build(filter, limit);
        self.built("audit.page", &text.sql, text.values).await
    }

    /// The last position of the audit trail, 0 when it is empty.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn audit_last(&self) -> Result<i64, StoreError> {
        let found = self.one::<(i64,)>(&AUDIT_LAST, Vec::new()).await?;
        Ok(found.map_or(0, |(pos,)| pos))
    }
}
