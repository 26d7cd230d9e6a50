//! Saved questions: a person's own, and those a lead shares with the desk.

use super::ask::SearchAsk;
use super::entry::fold;
use crate::App;
use crate::error::AppError;
use crate::view::{SavedSearchView, SavedSearches};
use domain::right::{Action, Actor, Resource, may, sees_all};
use serde::{Deserialize, Serialize};
use store::{Change, Record, SavedSearchRow};
use utoipa::ToSchema;

/// Questions one person may keep.
const KEPT_MOST: usize = 50;
/// From so many digits in a row on it may be somebody's number.
const NUMBER: usize = 7;

/// A question to be saved.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSearch {
    /// Its name, 1 to 40 characters.
    pub name: String,
    /// The question. It is kept for long and seen by others, so it may hold no caller's number.
    pub question: SearchAsk,
    /// Seen by the whole desk; only who decides there may share.
    #[serde(default)]
    pub shared: bool,
}

impl App {
    /// The questions this reader has saved, and those of the desk.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], the store's.
    pub async fn saved_searches(&self, actor: &Actor) -> Result<SavedSearches, AppError> {
        self.may_list(actor)?;
        let rows = self
            .inner
            .store
            .saved_searches(actor.account.as_str())
            .await?;
        let items = rows
            .into_iter()
            .filter(|row| row.account_id == actor.account.as_str() || sees_all(actor))
            .filter_map(|row| view(actor, row))
            .collect();
        Ok(SavedSearches {
            items,
            may_share: may_share(actor),
        })
    }

    /// Saves a question. One of the same name is replaced.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::Invalid`], the store's.
    pub async fn save_search(
        &self,
        actor: &Actor,
        new: NewSearch,
    ) -> Result<SavedSearchView, AppError> {
        self.may_list(actor)?;
        if new.shared && !may_share(actor) {
            return Err(AppError::Forbidden);
        }
        let name = new.name.trim();
        if !(1..=40).contains(&name.chars().count()) || name.contains('\0') {
            return Err(AppError::field("name", "text_length", "1 to 40 characters"));
        }
        new.question.question(actor)?;
        may_be_kept(&new.question)?;
        let account = actor.account.as_str();
        let seen = self.inner.store.saved_searches(account).await?;
        let own: Vec<&SavedSearchRow> = seen.iter().filter(|r| r.account_id == account).collect();
        let same = own.iter().find(|row| row.name == name);
        if same.is_none() && own.len() >= KEPT_MOST {
            let detail = format!("at most {KEPT_MOST} saved questions: remove one");
            return Err(AppError::field("name", "too_many", detail));
        }
        let row = SavedSearchRow {
            id: same.map_or_else(|| self.new_id(), |row| row.id.clone()),
            account_id: account.to_owned(),
            name: name.to_owned(),
            question: serde_json::to_string(&new.question)
                .map_err(|error| AppError::Internal(error.to_string()))?,
            shared: new.shared,
            created_at: self.now(),
        };
        let mut records = vec![Record::SavedSearch(row.clone())];
        if new.shared || same.is_some_and(|row| row.shared) {
            records.push(self.audit_row(actor, "share_search", &row.id, ""));
        }
        self.inner
            .store
            .append(Change {
                records,
                ..Change::default()
            })
            .await?;
        view(actor, row).ok_or(AppError::NotFound)
    }

    /// Removes a saved question: one's own, or a shared one if one may share.
    ///
    /// # Errors
    /// [`AppError::NotFound`], the store's.
    pub async fn forget_search(&self, actor: &Actor, id: &str) -> Result<(), AppError> {
        self.may_list(actor)?;
        let row = self
            .inner
            .store
            .saved_search(id)
            .await?
            .ok_or(AppError::NotFound)?;
        let own = row.account_id == actor.account.as_str();
        let seen = own || (row.shared && sees_all(actor));
        if !seen {
            return Err(AppError::NotFound);
        }
        if !own && !may_share(actor) {
            return Err(AppError::Forbidden);
        }
        let mut records = vec![Record::SavedSearchRemoved { id: id.to_owned() }];
        if row.shared {
            records.push(self.audit_row(actor, "unshare_search", id, ""));
        }
        self.inner
            .store
            .append(Change {
                records,
                ..Change::default()
            })
            .await?;
        Ok(())
    }
}

fn may_share(actor: &Actor) -> bool {
    may(actor, Action::Decide, Resource::default())
}

/// One that cannot be read any more is not shown.
fn view(actor: &Actor, row: SavedSearchRow) -> Option<SavedSearchView> {
    Some(SavedSearchView {
        question: serde_json::from_str(&row.question).ok()?,
        own: row.account_id == actor.account.as_str(),
        id: row.id,
        name: row.name,
        shared: row.shared,
        created_at: row.created_at,
    })
}

/// Refuses what may be somebody's number: a saved question outlives the case it was for (law 10).
fn may_be_kept(ask: &SearchAsk) -> Result<(), AppError> {
    let detail = "a saved question holds no caller's number";
    if !ask.phone.is_empty() {
        return Err(AppError::field("question.phone", "personal", detail));
    }
    for (field, text) in [("question.q", &ask.q), ("question.place", &ask.place)] {
        let mut run = 0;
        for c in fold(text).chars() {
            run = match c {
                '0'..='9' => run + 1,
                ' ' | '-' => run,
                _ => 0,
            };
            if run >= NUMBER {
                return Err(AppError::field(field, "personal", detail));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saved_question_holds_nobodys_number() {
        let with = |q: &str| {
            may_be_kept(&SearchAsk {
                q: q.to_owned(),
                ..SearchAsk::default()
            })
        };
        assert!(with("噪音 2026").is_ok());
        assert!(with("烧烤 10000000042").is_err());
        assert!(with("１００ 0000 0042").is_err());
        assert!(with("0990-010010").is_err());
    }
}
