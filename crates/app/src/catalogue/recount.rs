//! The calendar has changed: what still runs is counted anew when an administrator says so. Each
//! case keeps when it was due at first (domain facts: old due time in the history).

use crate::App;
use crate::case::CommandKey;
use crate::draft::Draft;
use crate::error::AppError;
use crate::office::{allow, reason};
use crate::view::{RecountOrder, Recounted};
use domain::case::Command;
use domain::right::{Action, Actor};
use std::collections::BTreeSet;
use store::{AppendError, RunningRow};

const PAGE: i64 = 500;

impl App {
    /// Counts the deadlines that run anew by the calendar in force.
    ///
    /// A case that was counted stays counted: the same order again moves nothing more.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::Invalid`], the store's; cases done by then stay done.
    pub async fn recount_deadlines(
        &self,
        actor: &Actor,
        order: &RecountOrder,
        key: &CommandKey,
    ) -> Result<Recounted, AppError> {
        allow(actor, Action::Administer)?;
        let why = reason(&order.reason)?;
        let _turn = self.inner.office.lock().await;
        if let Some(answer) = self.answered(key).await? {
            return Ok(answer);
        }
        let mut after = RunningRow {
            next_at: i64::MIN,
            case_id: String::new(),
            deadline_id: String::new(),
        };
        let mut cases = BTreeSet::new();
        // All are found before the first is moved, since moving changes the order they are found in.
        loop {
            let rows = self.inner.store.running_deadlines(&after, PAGE).await?;
            let full = i64::try_from(rows.len()).is_ok_and(|n| n == PAGE);
            if let Some(last) = rows.last() {
                after = last.clone();
            }
            cases.extend(rows.into_iter().map(|row| row.case_id));
            if !full {
                break;
            }
        }
        let mut moved = 0_u64;
        for case in &cases {
            moved += u64::from(self.recount_case(actor, case, &why, key).await?);
        }
        let done = Recounted {
            cases: u64::try_from(cases.len()).unwrap_or(u64::MAX),
            moved,
        };
        let detail = serde_json::json!({"cases": done.cases, "moved": done.moved});
        let audit = self.audit_detailed(actor, "recount", "calendar", &why, &detail);
        self.record(key, done, vec![audit], Vec::new()).await
    }

    async fn recount_case(
        &self,
        actor: &Actor,
        case: &str,
        why: &str,
        key: &CommandKey,
    ) -> Result<bool, AppError> {
        let id = format!("{}/recount/{case}", key.id);
        let key = CommandKey {
            digest: id.clone(),
            id,
        };
        let command = Command::Recount {
            reason: why.to_owned(),
        };
        loop {
            let Some(found) = self.inner.store.case(case).await? else {
                return Ok(false);
            };
            let meta = self.meta(actor, &key);
            let mut draft = Draft::of_row(found)?;
            self.apply(&meta, &mut draft, &command)?;
            if draft.events.is_empty() {
                return Ok(false);
            }
            match self.append(&meta, vec![draft], None, None).await {
                Ok(_) => return Ok(true),
                Err(AppendError::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}
