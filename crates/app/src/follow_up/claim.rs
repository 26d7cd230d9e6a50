//! Taking a case to one's own list, and giving it back: one caller a case.

use super::rules::taken;
use crate::App;
use crate::error::AppError;
use crate::office::allow;
use crate::view::{FollowNext, FollowSheet};
use domain::case::Refusal;
use domain::right::{Action, Actor};
use store::{Change, FollowUpClaimRow, FollowUpRecord, Record};

/// How long a case stays somebody's own without another sign of life, milliseconds.
const LEASE: i64 = 20 * 60_000;

impl App {
    /// The next case to call about: the one in hand, else the most pressing that nobody has.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], the store's.
    pub async fn next_follow_up(&self, actor: &Actor) -> Result<FollowNext, AppError> {
        allow(actor, Action::FollowUp)?;
        let now = self.now();
        let desk = self.call_lists(actor).await?;
        let ready = |from: Option<i64>| from.is_none_or(|from| from <= now);
        let in_hand = desk.mine.iter().find(|item| ready(item.from_at));
        if let Some(item) = in_hand {
            let sheet = self.claim_follow_up(actor, &item.case).await?;
            return Ok(FollowNext { sheet: Some(sheet) });
        }
        let order = [&desk.booked, &desk.bad, &desk.second, &desk.waiting];
        for item in order.into_iter().flatten() {
            if !ready(item.from_at) || item.barred.is_some() {
                continue;
            }
            match self.claim_follow_up(actor, &item.case).await {
                Ok(sheet) => return Ok(FollowNext { sheet: Some(sheet) }),
                // Somebody else was faster: the next one.
                Err(AppError::Refused(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(FollowNext { sheet: None })
    }

    /// Takes a case to one's own list, or holds it longer.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], the refusal where somebody else has it or the
    /// asker may not call, the store's.
    pub async fn claim_follow_up(
        &self,
        actor: &Actor,
        case: &str,
    ) -> Result<FollowSheet, AppError> {
        allow(actor, Action::FollowUp)?;
        let draft = self.load(case).await?;
        if draft.after.did_work(&actor.unit) {
            return Err(Refusal::OwnWork.into());
        }
        let id = draft.after.id.to_string();
        let row = self.inner.store.follow_up(&id).await?;
        let row = row.ok_or(AppError::NotFound)?;
        if row.kind == "second" && !row.not_by.is_empty() && row.not_by == actor.account.as_str() {
            return Err(Refusal::SamePerson.into());
        }
        let now = self.now();
        let claim = FollowUpRecord::Claim {
            row: FollowUpClaimRow {
                case_id: id.clone(),
                account_id: actor.account.to_string(),
                until: now + LEASE,
            },
            now,
        };
        let change = Change {
            records: vec![Record::FollowUp(claim)],
            ..Change::default()
        };
        match self.inner.store.append(change).await {
            Ok(_) => self.follow_up_sheet(actor, &id).await,
            Err(error) if taken(&error) => Err(Refusal::CalledByOther.into()),
            Err(error) => Err(error.into()),
        }
    }

    /// Gives a case back; one that is not the asker's stays with whoever has it.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], the store's.
    pub async fn leave_follow_up(&self, actor: &Actor, case: &str) -> Result<(), AppError> {
        allow(actor, Action::FollowUp)?;
        let draft = self.load(case).await?;
        let leave = FollowUpRecord::Leave {
            case_id: draft.after.id.to_string(),
            account_id: actor.account.to_string(),
        };
        let change = Change {
            records: vec![Record::FollowUp(leave)],
            ..Change::default()
        };
        self.inner.store.append(change).await?;
        Ok(())
    }
}
