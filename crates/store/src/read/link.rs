//! Reading the link's outbox and inbox, and kept answers.

use std::sync::PoisonError;

use crate::engine::Store;
use crate::error::StoreError;
use crate::row::{LinkStateRow, OutboxRow};
use crate::value::{Value, statements};

statements! {
    pub(crate) LINKS:
    OUTBOX_AFTER = "outbox.after",
        "SELECT link, seq, case_id, kind, body, at, state, reason \
         FROM outbox WHERE link = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    OUTBOX_DEAD = "outbox.dead",
        "SELECT link, seq, case_id, kind, body, at, state, reason \
         FROM outbox WHERE link = $1 AND state = 'dead' ORDER BY seq";
    OUTBOX_WAITING = "outbox.waiting",
        "SELECT count(*), min(at) FROM outbox WHERE link = $1 AND state = 'waiting'";
    OUTBOX_ISSUED = "outbox_head.issued",
        "SELECT next_seq FROM outbox_head WHERE link = $1";
    LINK_STATE = "link_state.one",
        "SELECT link, acked_out, applied_in, alarm, alarm_at, peer_head FROM link_state WHERE link = $1";
    LINK_STATES = "link_state.all",
        "SELECT link, acked_out, applied_in, alarm, alarm_at, peer_head FROM link_state ORDER BY link";
    INBOX_RESULT = "inbox.result",
        "SELECT result FROM inbox WHERE link = $1 AND seq = $2";
    INBOX_BY_MSG = "inbox.by_msg",
        "SELECT result FROM inbox WHERE link = $1 AND msg_id = $2";
    INBOX_AFTER = "inbox.after",
        "SELECT seq FROM inbox WHERE link = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    INBOX_IDS = "inbox.ids",
        "SELECT seq, msg_id FROM inbox WHERE link = $1 AND seq > $2 AND seq <= $3 \
         ORDER BY seq LIMIT $4";
    COMMAND_ANSWER = "command.answer",
        "SELECT digest, answer FROM command WHERE id = $1";
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

impl Store {
    /// Envelopes of a link after a number, in order, whatever their state.
    ///
    /// # Errors
    /// A failure of the store; so for all reads.
    pub async fn outbox_after(
        &self,
        link: &str,
        after_seq: i64,
        limit: i64,
    ) -> Result<Vec<OutboxRow>, StoreError> {
        self.rows(
            &OUTBOX_AFTER,
            vec![text(link), Value::I64(after_seq), Value::I64(limit)],
        )
        .await
    }

    /// Numbers and ids of envelopes received on a link, after one number and up to another.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn inbox_ids(
        &self,
        link: &str,
        after_seq: i64,
        up_to: i64,
        limit: i64,
    ) -> Result<Vec<(i64, String)>, StoreError> {
        let values = vec![
            text(link),
            Value::I64(after_seq),
            Value::I64(up_to),
            Value::I64(limit),
        ];
        self.rows(&INBOX_IDS, values).await
    }

    /// The last number given out on a link, 0 when none.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn outbox_issued(&self, link: &str) -> Result<i64, StoreError> {
        let next = self.one::<(i64,)>(&OUTBOX_ISSUED, vec![text(link)]).await?;
        Ok(next.map_or(0, |(next,)| next - 1))
    }

    /// Envelopes the peer refused for good.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn outbox_dead(&self, link: &str) -> Result<Vec<OutboxRow>, StoreError> {
        self.rows(&OUTBOX_DEAD, vec![text(link)]).await
    }

    /// How many envelopes wait, and since when the oldest does.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn outbox_waiting(&self, link: &str) -> Result<(i64, Option<i64>), StoreError> {
        Ok(self
            .one(&OUTBOX_WAITING, vec![text(link)])
            .await?
            .unwrap_or_default())
    }

    /// What is known about a link.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn link_state(&self, link: &str) -> Result<Option<LinkStateRow>, StoreError> {
        self.one(&LINK_STATE, vec![text(link)]).await
    }

    /// What is known about all links.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn link_states(&self) -> Result<Vec<LinkStateRow>, StoreError> {
        self.rows(&LINK_STATES, Vec::new()).await
    }

    /// What came of an envelope, if it was received.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn inbox_result(&self, link: &str, seq: i64) -> Result<Option<String>, StoreError> {
        let found = self
            .one::<(String,)>(&INBOX_RESULT, vec![text(link), Value::I64(seq)])
            .await?;
        Ok(found.map(|(result,)| result))
    }

    /// The same by the sender's message id.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn inbox_result_by_msg(
        &self,
        link: &str,
        msg_id: &str,
    ) -> Result<Option<String>, StoreError> {
        let found = self
            .one::<(String,)>(&INBOX_BY_MSG, vec![text(link), text(msg_id)])
            .await?;
        Ok(found.map(|(result,)| result))
    }

    /// The greatest number up to which every envelope of a link is in the inbox; 0 if the first
    /// is missing. The first call after opening walks the link's inbox, later ones only what is
    /// new.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn applied_watermark(&self, link: &str) -> Result<i64, StoreError> {
        const PART: i64 = 2000;
        let known = {
            let marks = self
                .inner
                .watermarks
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            marks.get(link).copied().unwrap_or(0)
        };
        let mut mark = known;
        'walk: loop {
            let values = vec![text(link), Value::I64(mark), Value::I64(PART)];
            let part = self.rows::<(i64,)>(&INBOX_AFTER, values).await?;
            let whole = part.len() >= usize::try_from(PART).unwrap_or(usize::MAX);
            for (seq,) in part {
                if seq != mark + 1 {
                    break 'walk;
                }
                mark = seq;
            }
            if !whole {
                break;
            }
        }
        let mut marks = self
            .inner
            .watermarks
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let kept = marks.entry(link.to_owned()).or_insert(mark);
        *kept = mark.max(*kept);
        Ok(mark)
    }

    /// Digest and answer of a command that was carried out.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn command_answer(&self, id: &str) -> Result<Option<(String, String)>, StoreError> {
        self.one(&COMMAND_ANSWER, vec![text(id)]).await
    }
}
