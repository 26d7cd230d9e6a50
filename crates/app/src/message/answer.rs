//! What people at the desk do with messages: write, and say that one needs no answer.

use crate::App;
use crate::case::{CommandKey, Done, TRIES, involved};
use crate::draft::Draft;
use crate::error::AppError;
use crate::office::reason;
use crate::reach::channel::ChannelKind;
use crate::view::MessageView;
use domain::case::MessageStep;
use domain::right::{Action, Actor, Resource, may};
use store::{AppendError, MessageRecord, MessageRow};

/// Longest answer, in characters: eight messages.
const WORDS_MOST: usize = 500;

impl App {
    /// Refuses who may not answer citizens on this case, and whom it is no business of.
    fn may_write(&self, actor: &Actor, draft: &Draft) -> Result<(), AppError> {
        self.readable(actor, &draft.after)?;
        let units = involved(&draft.after);
        let resource = Resource {
            involved: &units,
            leg: None,
        };
        if may(actor, Action::Conclude, resource) {
            Ok(())
        } else {
            Err(AppError::Forbidden)
        }
    }

    /// Writes to the citizen of a case. Whatever of theirs waits on it is answered by it; it is sent at once, and what becomes
    /// of it is on the case. The messages of the case after it.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Forbidden`], [`AppError::Invalid`] for no words or too many, no number to write to,
    /// or no way to send; the store's.
    pub async fn write_message(
        &self,
        actor: &Actor,
        case: &str,
        words: &str,
        key: &CommandKey,
    ) -> Result<Vec<MessageView>, AppError> {
        let words = words.trim();
        let length = words.chars().count();
        if !(1..=WORDS_MOST).contains(&length) || words.contains('\0') {
            return Err(AppError::field(
                "text",
                "text_length",
                "1 to 500 characters",
            ));
        }
        let first = self.load(case).await?;
        self.may_write(actor, &first)?;
        let id = first.after.id.to_string();
        if let Some(done) = self.answered::<Done>(key).await? {
            return self.messages_of_case(actor, &done.id).await;
        }
        if self.inner.config.reach.channel(ChannelKind::Sms).is_none() {
            return Err(AppError::field(
                "text",
                "no_gateway",
                "nothing to send by is set up",
            ));
        }
        let _turn = self.inner.turns.at(&id).await;
        for _ in 0..TRIES {
            let mut draft = self.load(&id).await?;
            self.may_write(actor, &draft)?;
            let earlier = self.inner.store.messages_of_case(&id).await?;
            let (number, own) = self.writes_to(&mut draft, &earlier).await?;
            let meta = self.meta(actor, key);
            let waits = earlier.iter().find(|row| waits(row));
            let message = self.new_id();
            let parts = sms::split::count(words);
            let step = MessageStep::Written {
                parts: u8::try_from(parts).unwrap_or(u8::MAX),
                waited: waits.map(|row| meta.now.saturating_sub(row.at)),
            };
            self.note_message(&meta, &mut draft, &message, step)?;
            draft.messages.push(MessageRecord::Answered {
                case_id: id.clone(),
                at: meta.now,
                account_id: actor.account.to_string(),
                name: actor.name.clone(),
            });
            draft.messages.push(MessageRecord::New(Box::new(MessageRow {
                id: message,
                inbound: false,
                case_id: id.clone(),
                case_no: draft.after.no.clone(),
                own,
                caller_key: self.caller_key(&number),
                number,
                text: words.to_owned(),
                parts: i64::try_from(parts).unwrap_or(i64::MAX),
                at: meta.now,
                account_id: actor.account.to_string(),
                name: actor.name.clone(),
                state: "waiting".to_owned(),
                due_at: Some(meta.now),
                done_at: None,
                tries: 0,
                gateway: String::new(),
                outcome: String::new(),
            })));
            match self.append(&meta, vec![draft], Some(key), None).await {
                Err(AppendError::Conflict { .. }) => {}
                other => {
                    self.settle(other)?;
                    self.wake_messages();
                    return self.messages_of_case(actor, &id).await;
                }
            }
        }
        Err(AppError::Unavailable("the case is too busy".to_owned()))
    }

    /// The number to write to and our own: those of the last message, else the mobile number the case was taken with.
    async fn writes_to(
        &self,
        draft: &mut Draft,
        earlier: &[MessageRow],
    ) -> Result<(String, String), AppError> {
        let last = earlier
            .iter()
            .rev()
            .find(|row| row.inbound && !row.number.is_empty());
        if let Some(row) = last {
            return Ok((row.number.clone(), row.own.clone()));
        }
        self.ensure_person(draft).await?;
        let person = draft.person.clone().unwrap_or_default();
        let mobile = [&person.contact_number, &person.caller_number]
            .into_iter()
            .map(|number| crate::case::digits(number))
            // Landlines begin with 0 and take no short message.
            .find(|number| number.len() == 11 && !number.starts_with('0'));
        let Some(mobile) = mobile else {
            return Err(AppError::field(
                "text",
                "no_number",
                "no mobile number to write to",
            ));
        };
        let own = self.inner.config.message.numbers.first().cloned();
        Ok((mobile, own.unwrap_or_default()))
    }

    /// Says that a message needs no answer by message: it was answered otherwise, or asks for nothing.
    ///
    /// # Errors
    /// [`AppError::NotFound`], also for one that waits no more; [`AppError::Forbidden`]; no reason; the store's.
    pub async fn set_message_aside(
        &self,
        actor: &Actor,
        message: &str,
        why: &str,
        key: &CommandKey,
    ) -> Result<Vec<MessageView>, AppError> {
        crate::office::allow(actor, Action::Conclude)?;
        if let Some(done) = self.answered::<Done>(key).await? {
            return self.messages_of_case(actor, &done.id).await;
        }
        let why = reason(why)?;
        let row = self
            .inner
            .store
            .message(message)
            .await?
            .ok_or(AppError::NotFound)?;
        let _turn = self.inner.turns.at(&row.case_id).await;
        for _ in 0..TRIES {
            let row = self.inner.store.message(message).await?;
            let row = row.filter(waits).ok_or(AppError::NotFound)?;
            let mut draft = self.load(&row.case_id).await?;
            self.may_write(actor, &draft)?;
            let meta = self.meta(actor, key);
            let step = MessageStep::SetAside {
                reason: why.clone(),
                waited: meta.now.saturating_sub(row.at),
            };
            self.note_message(&meta, &mut draft, &row.id, step)?;
            draft.messages.push(MessageRecord::Aside {
                id: row.id,
                at: meta.now,
                account_id: actor.account.to_string(),
                name: actor.name.clone(),
                reason: why.clone(),
            });
            match self.append(&meta, vec![draft], Some(key), None).await {
                Err(AppendError::Conflict { .. }) => {}
                other => {
                    let done = self.settle(other)?;
                    return self.messages_of_case(actor, &done.id).await;
                }
            }
        }
        Err(AppError::Unavailable("the case is too busy".to_owned()))
    }
}

/// Whether one that came waits for an answer.
pub(super) fn waits(row: &MessageRow) -> bool {
    row.inbound && matches!(row.state.as_str(), "waiting" | "late")
}
