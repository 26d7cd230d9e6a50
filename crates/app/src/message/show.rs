//! Messages as a reader may see them.

use super::answer::waits;
use crate::App;
use crate::case::involved;
use crate::error::AppError;
use crate::reach::channel::ChannelKind;
use crate::view::{MessageQueueView, MessageView};
use domain::right::{Action, Actor, Resource, mask_number, mask_text, may, sees_person};
use store::MessageRow;

/// Messages shown in the queue.
const QUEUE_MOST: i64 = 200;

impl App {
    /// The messages of a case, the first first. Who may not see persons reads numbers and words masked.
    ///
    /// # Errors
    /// [`AppError::NotFound`], also for a case the reader may not know of; the store's.
    pub async fn messages_of_case(
        &self,
        actor: &Actor,
        case: &str,
    ) -> Result<Vec<MessageView>, AppError> {
        let draft = self.load(case).await?;
        self.readable(actor, &draft.after)?;
        let units = involved(&draft.after);
        let resource = Resource {
            involved: &units,
            leg: None,
        };
        let may_write = may(actor, Action::Conclude, resource);
        let rows = self
            .inner
            .store
            .messages_of_case(draft.after.id.as_str())
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| self.message_view(actor, row, may_write))
            .collect())
    }

    /// What waits for an answer at this desk, the longest first.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], the store's.
    pub async fn message_queue(&self, actor: &Actor) -> Result<MessageQueueView, AppError> {
        crate::office::allow(actor, Action::Intake)?;
        let rows = self.inner.store.messages_unanswered(QUEUE_MOST).await?;
        let may_write = may(actor, Action::Conclude, Resource::default());
        Ok(MessageQueueView {
            sends: self.inner.config.reach.channel(ChannelKind::Sms).is_some(),
            within: self.inner.config.message.answer_within,
            waiting: rows
                .into_iter()
                .map(|row| self.message_view(actor, row, may_write))
                .collect(),
        })
    }

    fn message_view(&self, actor: &Actor, row: MessageRow, may_write: bool) -> MessageView {
        let sees = actor.roles.iter().any(|role| sees_person(*role));
        let limit = row.at + self.inner.config.message.answer_within;
        MessageView {
            due: waits(&row).then_some(limit),
            may_answer: may_write && waits(&row),
            number: if sees {
                row.number
            } else {
                mask_number(&row.number)
            },
            text: if sees { row.text } else { mask_text(&row.text) },
            message: row.id,
            inbound: row.inbound,
            case: row.case_id,
            no: row.case_no,
            parts: row.parts,
            at: row.at,
            name: row.name,
            state: row.state,
            done_at: row.done_at,
            outcome: row.outcome,
        }
    }
}
