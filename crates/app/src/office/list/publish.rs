//! Publishing a draft from a moment on, withdrawing what does not hold yet, going back to an
//! earlier version. Versions are only added: who, when and why stay for good.

use super::FILE;
use crate::App;
use crate::case::CommandKey;
use crate::error::AppError;
use crate::office::{allow, reason};
use crate::view::{ListVersionOrder, ListVersionView};
use domain::right::{Action, Actor};
use store::{ListVersionRow, Record};

/// How far ahead a version may be published, milliseconds: a year.
const AHEAD_MOST: i64 = 366 * 86_400_000;

impl App {
    /// Publishes the draft, withdraws a version or goes back to one.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Conflict`] where the draft was
    /// changed meanwhile, [`AppError::Invalid`], the store's.
    pub async fn change_list_versions(
        &self,
        actor: &Actor,
        order: &ListVersionOrder,
        key: &CommandKey,
    ) -> Result<ListVersionView, AppError> {
        allow(actor, Action::PublishList)?;
        let _turn = self.inner.office.lock().await;
        if let Some(answer) = self.answered(key).await? {
            return Ok(answer);
        }
        let done = match order {
            ListVersionOrder::Publish {
                revision,
                valid_at,
                reason: why,
            } => {
                self.publish_list(actor, *revision, *valid_at, why, key)
                    .await?
            }
            ListVersionOrder::Restore {
                number,
                reason: why,
            } => self.restore_list(actor, *number, why, key).await?,
            ListVersionOrder::Withdraw {
                number,
                reason: why,
            } => self.withdraw_list(actor, *number, why, key).await?,
        };
        self.turn_list().await?;
        Ok(done)
    }

    async fn publish_list(
        &self,
        actor: &Actor,
        revision: i64,
        valid_at: Option<i64>,
        why: &str,
        key: &CommandKey,
    ) -> Result<ListVersionView, AppError> {
        let why = reason(why)?;
        let draft = self.draft_at(revision).await?;
        if let Some(fault) = self.faults(&draft).await?.first() {
            let detail = format!("line {}: {} {}", fault.line, fault.row, fault.problem);
            return Err(AppError::field("revision", "list_faulty", detail));
        }
        let now = self.now();
        let valid_at = valid_at.unwrap_or(now);
        if valid_at < now {
            return Err(AppError::field("valid_at", "past", "a moment to come"));
        }
        if valid_at > now.saturating_add(AHEAD_MOST) {
            return Err(AppError::field("valid_at", "too_far", "within a year"));
        }
        let mut records = vec![Record::ListDraftGone { revision }];
        let row = ListVersionRow {
            version: self.next_number(&mut records).await?,
            label: draft.label,
            text: draft.text,
            valid_at,
            published_at: now,
            published_by: actor.name.clone(),
            reason: why,
            ..ListVersionRow::default()
        };
        let state = if valid_at > now {
            "scheduled"
        } else {
            "running"
        };
        self.add_version(actor, "publish_list", row, state, records, (revision, key))
            .await
    }

    async fn restore_list(
        &self,
        actor: &Actor,
        number: i64,
        why: &str,
        key: &CommandKey,
    ) -> Result<ListVersionView, AppError> {
        let why = reason(why)?;
        let versions = self.list_views().await?;
        let known = versions.iter().find(|version| version.number == number);
        let known = known.ok_or(AppError::NotFound)?;
        if known.state != "past" {
            let detail = "a version that held before and does not hold now";
            return Err(AppError::field("number", "list_not_past", detail));
        }
        let text = self.list_text(number).await?.ok_or(AppError::NotFound)?;
        let now = self.now();
        let mut records = Vec::new();
        let row = ListVersionRow {
            version: self.next_number(&mut records).await?,
            label: known.label.clone(),
            text,
            valid_at: now,
            published_at: now,
            published_by: actor.name.clone(),
            reason: why,
            repeats: known.repeats.unwrap_or(number),
            ..ListVersionRow::default()
        };
        self.add_version(actor, "restore_list", row, "running", records, (0, key))
            .await
    }

    async fn withdraw_list(
        &self,
        actor: &Actor,
        number: i64,
        why: &str,
        key: &CommandKey,
    ) -> Result<ListVersionView, AppError> {
        let why = reason(why)?;
        let versions = self.list_views().await?;
        let known = versions
            .into_iter()
            .find(|version| version.number == number);
        let known = known.ok_or(AppError::NotFound)?;
        if known.state != "scheduled" {
            let detail = "a version that does not hold yet";
            return Err(AppError::field("number", "list_not_scheduled", detail));
        }
        let now = self.now();
        let resource = format!("list/{number}");
        let detail = serde_json::json!({"label": known.label, "valid_at": known.valid_at});
        let audit = self.audit_detailed(actor, "withdraw_list", &resource, &why, &detail);
        let withdrawn = Record::ListWithdrawn {
            version: number,
            at: now,
            by: actor.name.clone(),
        };
        let view = ListVersionView {
            state: "withdrawn".to_owned(),
            withdrawn_at: Some(now),
            withdrawn_by: actor.name.clone(),
            ..known
        };
        self.record(key, view, vec![withdrawn, audit], Vec::new())
            .await
    }

    /// The number of the next version. Before the first one the configuration's file becomes
    /// number one, so that there is a way back to it.
    async fn next_number(&self, records: &mut Vec<Record>) -> Result<i64, AppError> {
        let rows = self.inner.store.list_versions().await?;
        if let Some(last) = rows.last() {
            return Ok(last.version.saturating_add(1));
        }
        let file = &self.inner.lists.file;
        records.push(Record::ListVersion(ListVersionRow {
            version: FILE,
            label: file.list().header.version.clone(),
            text: file.list_text().to_owned(),
            ..ListVersionRow::default()
        }));
        Ok(FILE.saturating_add(1))
    }

    async fn add_version(
        &self,
        actor: &Actor,
        deed: &str,
        row: ListVersionRow,
        state: &str,
        mut records: Vec<Record>,
        (revision, key): (i64, &CommandKey),
    ) -> Result<ListVersionView, AppError> {
        let view = super::version_view(&row, state);
        let resource = format!("list/{}", row.version);
        let detail = serde_json::json!({
            "label": row.label, "valid_at": row.valid_at, "repeats": row.repeats,
        });
        records.push(self.audit_detailed(actor, deed, &resource, &row.reason, &detail));
        records.push(Record::ListVersion(row));
        if revision > 0 {
            return self.over_draft(key, revision, view, records).await;
        }
        self.record(key, view, records, Vec::new()).await
    }
}
