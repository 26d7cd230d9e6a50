//! Removing a caller's personal data (right `redact`): the words and numbers go, the log stays whole.

use super::CommandKey;
use crate::App;
use crate::error::AppError;
use crate::office::{allow, reason};
use crate::view::Done;
use domain::case::Command;
use domain::right::{Action, Actor};
use store::{AppendError, PersonRow, Record};

/// How often it is decided anew when somebody else was faster.
const TRIES: usize = 16;

impl App {
    /// Empties the caller's row of a closed case, with what lists find it by, its short messages and the bytes
    /// and names of its files, and writes the event `redacted`. The events carry a salted digest of the words; the salt goes with the words, so
    /// that nothing can be guessed from it, and the chain stays whole. Whoever may do it sees none
    /// of what is removed.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Invalid`], a refusal for a case
    /// that is still open, the store's.
    pub async fn redact(
        &self,
        actor: &Actor,
        case: &str,
        why: &str,
        key: &CommandKey,
    ) -> Result<Done, AppError> {
        allow(actor, Action::Redact)?;
        if let Some(answer) = self.answered(key).await? {
            return Ok(answer);
        }
        let why = reason(why)?;
        let _turn = self.inner.turns.at(case).await;
        for _ in 0..TRIES {
            let mut draft = self.load(case).await?;
            let meta = self.meta(actor, key);
            let command = Command::Redact {
                reason: why.clone(),
            };
            self.apply(&meta, &mut draft, &command)?;
            let id = draft.after.id.to_string();
            draft.person = Some(PersonRow {
                case_id: id.clone(),
                confidential: draft.after.confidential,
                ..PersonRow::default()
            });
            draft.person_changed = true;
            draft.place.clear();
            draft.summary.clear();
            draft.caller_key.clear();
            draft.place_key.clear();
            (draft.lon, draft.lat) = (None, None);
            let files = self.inner.store.attachments(&id).await?;
            let (mut change, done) = self.change(&meta, vec![draft], Some(key), None)?;
            let audit = self.audit_row(actor, "redact", &id, &why);
            change.records.push(audit);
            // A file that is added meanwhile makes this a conflict, and is emptied the next time.
            let emptied = files
                .into_iter()
                .map(|row| Record::AttachmentEmptied { id: row.id });
            change.records.extend(emptied);
            let messages = store::MessageRecord::Emptied {
                case_id: id.clone(),
            };
            change.records.push(Record::Message(messages));
            match self.inner.store.append(change).await {
                Err(AppendError::Conflict { .. }) => {}
                Ok(appended) => return self.settle(Ok((done, appended))),
                Err(error) => return self.settle(Err(error)),
            }
        }
        Err(AppError::Unavailable("the case is too busy".to_owned()))
    }
}
