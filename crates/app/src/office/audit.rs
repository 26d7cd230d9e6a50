//! Reading the audit trail (law 10): by person, action, resource and time, the newest first.

use super::allow;
use crate::App;
use crate::error::AppError;
use crate::view::{AuditPage, AuditQuery, AuditView};
use domain::right::{Action, Actor};
use std::collections::HashMap;
use store::{AccountRow, AuditFilter};

/// Accounts a part of a name may stand for.
const NAMESAKES: i64 = 20;

impl App {
    /// A page of the audit trail.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], or the store's.
    pub async fn audit(&self, actor: &Actor, query: AuditQuery) -> Result<AuditPage, AppError> {
        allow(actor, Action::ReadAudit)?;
        let limit = query.limit.unwrap_or(100).clamp(1, 200);
        let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let resource = match some(&query.resource) {
            Some(named) => Some(self.resource_of(named).await?),
            None => None,
        };
        let filter = AuditFilter {
            actors: self.actors_of(query.actor.trim()).await?,
            action: some(&query.action),
            resource,
            from: query.from,
            to: query.to,
            before: query.after,
        };
        let asked = limit.saturating_add(1);
        let mut lines = self.inner.store.audit_page(&filter, asked).await?;
        let more = i64::try_from(lines.len()).is_ok_and(|count| count > limit);
        if more {
            lines.pop();
        }
        let next = lines.last().filter(|_| more).map(|line| line.pos);
        let mut people: HashMap<String, Option<AccountRow>> = HashMap::new();
        for line in &lines {
            if !line.actor.is_empty() && !people.contains_key(&line.actor) {
                let account = self.inner.store.account(&line.actor).await?;
                people.insert(line.actor.clone(), account);
            }
        }
        let mut ids: Vec<String> = lines
            .iter()
            .filter(|line| crate::chance::is_id(&line.resource))
            .map(|line| line.resource.clone())
            .collect();
        ids.sort_unstable();
        ids.dedup();
        let cases = if ids.is_empty() {
            Vec::new()
        } else {
            self.inner.store.cases(&ids).await?
        };
        let items = lines
            .into_iter()
            .map(|line| {
                let who = people.get(&line.actor).and_then(Option::as_ref);
                AuditView {
                    pos: line.pos,
                    at: line.at,
                    actor_name: who.map(|who| who.name.clone()).unwrap_or_default(),
                    actor_login: who.map(|who| who.login.clone()).unwrap_or_default(),
                    actor: line.actor,
                    action: line.action,
                    resource_no: cases
                        .iter()
                        .find(|case| case.id == line.resource)
                        .map(|case| case.no.clone()),
                    resource: line.resource,
                    reason: line.reason,
                    detail: line.detail,
                }
            })
            .collect();
        Ok(AuditPage { items, next })
    }

    /// The accounts a person may be named by; the text itself where it names none, so that nothing
    /// is found rather than everything.
    async fn actors_of(&self, named: &str) -> Result<Vec<String>, AppError> {
        if named.is_empty() {
            return Ok(Vec::new());
        }
        let store = &self.inner.store;
        let mut actors = vec![named.to_owned()];
        if let Some(account) = store.account_by_login(named).await? {
            actors.push(account.id);
            return Ok(actors);
        }
        let found = store.accounts_after("", "", named, NAMESAKES).await?;
        let lower = named.to_lowercase();
        let named_so = found
            .into_iter()
            .filter(|account| account.name.to_lowercase().contains(&lower));
        actors.extend(named_so.map(|account| account.id));
        Ok(actors)
    }

    /// A case by its printed number is its id; everything else is what it is.
    async fn resource_of(&self, named: String) -> Result<String, AppError> {
        if named.contains('\0') {
            return Ok(String::new());
        }
        let case = self.inner.store.case_by_no(&named).await?;
        Ok(case.map_or(named, |case| case.id))
    }
}
