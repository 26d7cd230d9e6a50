//! Reading the link's outbox and inbox, and kept answers.

use std::sync::PoisonError;

use crate::append::{Step, look, wide, write};
use crate::engine::Store;
use crate::error::{AppendError, StoreError};
use crate::row::{LinkKeyRow, LinkStateRow, OutboxRow};
use crate::value::{Columns, FromRow, Value, statements};

statements! {
    pub(crate) LINKS:
    OUTBOX_AFTER = "outbox.after",
        "SELECT link, seq, case_id, kind, body, at, state, reason \
         FROM outbox WHERE link = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    OUTBOX_DEAD = "outbox.dead",
        "SELECT link, seq, case_id, kind, body, at, state, reason \
         FROM outbox WHERE link = $1 AND state = 'dead' ORDER BY seq";
    DEAD_AFTER = "outbox.dead_after",
        "SELECT o.seq, o.case_id, o.kind, o.at, o.reason, c.no \
         FROM outbox o LEFT JOIN case_row c ON c.id = o.case_id \
         WHERE o.link = $1 AND o.state = 'dead' AND o.seq > $2 ORDER BY o.seq LIMIT $3";
    DEAD_COUNT = "outbox.dead_count",
        "SELECT count(*) FROM outbox WHERE link = $1 AND state = 'dead'";
    DEAD_PART = "outbox.dead_part",
        "SELECT link, seq, case_id, kind, body, at, state, reason \
         FROM outbox WHERE link = $1 AND state = 'dead' AND seq > $2 ORDER BY seq LIMIT $3";
    OUTBOX_WAITING = "outbox_head.waiting",
        "SELECT h.next_seq - 1 - h.acked, \
         (SELECT o.at FROM outbox o WHERE o.link = h.link AND o.seq = h.acked + 1) \
         FROM outbox_head h WHERE h.link = $1";
    OUTBOX_ACKED = "outbox_head.acked",
        "SELECT acked FROM outbox_head WHERE link = $1";
    OUTBOX_ISSUED = "outbox_head.issued",
        "SELECT next_seq FROM outbox_head WHERE link = $1";
    LINK_STATE = "link_state.one",
        "SELECT link, acked_out, applied_in, alarm, alarm_at, peer_head FROM link_state WHERE link = $1";
    LINK_STATES = "link_state.all",
        "SELECT link, acked_out, applied_in, alarm, alarm_at, peer_head FROM link_state ORDER BY link";
    LINK_KEYS_AFTER = "link_key.after",
        "SELECT no, at, account, link, side, key_id, public, state, reason \
         FROM link_key WHERE no > $1 ORDER BY no";
    INBOX_RESULT = "inbox.result",
        "SELECT result FROM inbox WHERE link = $1 AND seq = $2";
    INBOX_BY_MSG = "inbox.by_msg",
        "SELECT result FROM inbox WHERE link = $1 AND msg_id = $2";
    INBOX_AFTER = "inbox.after",
        "SELECT seq FROM inbox WHERE link = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    INBOX_IDS = "inbox.ids",
        "SELECT seq, msg_id FROM inbox WHERE link = $1 AND seq > $2 AND seq <= $3 \
         ORDER BY seq LIMIT $4";
    INBOX_HEAD = "inbox_head.one", "SELECT applied FROM inbox_head WHERE link = $1";
    COMMANDS_BEFORE = "command.before",
        "SELECT id FROM command WHERE at < $1 ORDER BY at LIMIT $2";
    COMMAND_ANSWER = "command.answer",
        "SELECT digest, answer FROM command WHERE id = $1";
}

/// An envelope the peer refused for good, as a person may see it: without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Number on the link.
    pub seq: i64,
    /// Case it is about; for what is about no case, its kind.
    pub case_id: String,
    /// Kind of envelope.
    pub kind: String,
    /// Time it was made.
    pub at: i64,
    /// Why the peer refused it.
    pub reason: String,
    /// The case's printed number; none for what is about no case.
    pub no: Option<String>,
}

impl FromRow for DeadLetter {
    fn from_row(columns: &mut Columns) -> Result<Self, StoreError> {
        Ok(Self {
            seq: columns.take()?,
            case_id: columns.take()?,
            kind: columns.take()?,
            at: columns.take()?,
            reason: columns.take()?,
            no: columns.take()?,
        })
    }
}

/// Envelopes counted in one go, and after which the count is kept.
const WALK: i64 = 1000;
/// Commands forgotten in one transaction.
const BITE: i64 = 256;

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
        self.look_up(
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
        self.look_up(&INBOX_IDS, values).await
    }

    /// The last number given out on a link, 0 when none.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn outbox_issued(&self, link: &str) -> Result<i64, StoreError> {
        let next = self
            .look_up_one::<(i64,)>(&OUTBOX_ISSUED, vec![text(link)])
            .await?;
        Ok(next.map_or(0, |(next,)| next - 1))
    }

    /// The last number the peer is known to have, 0 when none.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn outbox_acked(&self, link: &str) -> Result<i64, StoreError> {
        let acked = self
            .look_up_one::<(i64,)>(&OUTBOX_ACKED, vec![text(link)])
            .await?;
        Ok(acked.map_or(0, |(acked,)| acked))
    }

    /// Envelopes the peer refused for good.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn outbox_dead(&self, link: &str) -> Result<Vec<OutboxRow>, StoreError> {
        self.rows(&OUTBOX_DEAD, vec![text(link)]).await
    }

    /// A page of the envelopes the peer refused for good, after a number.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn dead_letters(
        &self,
        link: &str,
        after_seq: i64,
        limit: i64,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        let values = vec![text(link), Value::I64(after_seq), Value::I64(limit)];
        self.rows(&DEAD_AFTER, values).await
    }

    /// The same with their content, to be sent again.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn outbox_dead_after(
        &self,
        link: &str,
        after_seq: i64,
        limit: i64,
    ) -> Result<Vec<OutboxRow>, StoreError> {
        let values = vec![text(link), Value::I64(after_seq), Value::I64(limit)];
        self.rows(&DEAD_PART, values).await
    }

    /// How many envelopes the peer refused for good.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn dead_count(&self, link: &str) -> Result<i64, StoreError> {
        let found = self.one::<(i64,)>(&DEAD_COUNT, vec![text(link)]).await?;
        Ok(found.map_or(0, |(count,)| count))
    }

    /// How many envelopes wait, and when the oldest of them was made.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn outbox_waiting(&self, link: &str) -> Result<(i64, Option<i64>), StoreError> {
        Ok(self
            .look_up_one(&OUTBOX_WAITING, vec![text(link)])
            .await?
            .unwrap_or_default())
    }

    /// What is known about a link.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn link_state(&self, link: &str) -> Result<Option<LinkStateRow>, StoreError> {
        self.look_up_one(&LINK_STATE, vec![text(link)]).await
    }

    /// What is known about all links.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn link_states(&self) -> Result<Vec<LinkStateRow>, StoreError> {
        self.rows(&LINK_STATES, Vec::new()).await
    }

    /// What was decided about keys after a step, in order: mostly nothing, and then it costs one look.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn link_keys_after(&self, no: i64) -> Result<Vec<LinkKeyRow>, StoreError> {
        self.look_up(&LINK_KEYS_AFTER, vec![Value::I64(no)]).await
    }

    /// What came of an envelope, if it was received.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn inbox_result(&self, link: &str, seq: i64) -> Result<Option<String>, StoreError> {
        let found = self
            .look_up_one::<(String,)>(&INBOX_RESULT, vec![text(link), Value::I64(seq)])
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
            .look_up_one::<(String,)>(&INBOX_BY_MSG, vec![text(link), text(msg_id)])
            .await?;
        Ok(found.map(|(result,)| result))
    }

    /// The greatest number up to which every envelope of a link is in the inbox; 0 if the first
    /// is missing. Where the count stands is kept in the database every thousand envelopes, so
    /// that a start does not walk the whole inbox.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn applied_watermark(&self, link: &str) -> Result<i64, StoreError> {
        let counted = self.counted(link);
        let (kept, begin) = match counted {
            Some(counted) => (None, counted),
            None => {
                let kept = self
                    .look_up_one::<(i64,)>(&INBOX_HEAD, vec![text(link)])
                    .await?;
                let kept = kept.map(|(applied,)| applied);
                (kept, kept.unwrap_or(0))
            }
        };
        let mut mark = begin;
        'walk: loop {
            let values = vec![text(link), Value::I64(mark), Value::I64(WALK)];
            let part = self.look_up::<(i64,)>(&INBOX_AFTER, values).await?;
            let whole = part.len() >= usize::try_from(WALK).unwrap_or(usize::MAX);
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
        self.count_to(link, mark);
        if mark / WALK > begin / WALK {
            self.keep_count(link, mark, kept).await;
        }
        Ok(mark)
    }

    fn counted(&self, link: &str) -> Option<i64> {
        let counts = &self.inner.watermarks;
        let counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.get(link).copied()
    }

    fn count_to(&self, link: &str, mark: i64) {
        let counts = &self.inner.watermarks;
        let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(link.to_owned()).or_insert(mark);
        *count = mark.max(*count);
    }

    /// Writes down where the count stands. It only saves work, so a failure costs nothing now.
    async fn keep_count(&self, link: &str, mark: i64, kept: Option<i64>) {
        let kept = match kept {
            Some(_) => Ok(true),
            None => {
                let found = self
                    .look_up_one::<(i64,)>(&INBOX_HEAD, vec![text(link)])
                    .await;
                found.map(|found| found.is_some())
            }
        };
        let stmt = match kept {
            Ok(true) => &write::INBOX_HEAD_RAISE,
            Ok(false) => &write::INBOX_HEAD_INSERT,
            Err(_) => return,
        };
        let step = Step::any(stmt, vec![text(link), Value::I64(mark)]);
        // Another process may have been first with the row; its number is as true.
        if let Err(error) = self.keep_house(vec![step]).await {
            tracing::debug!(%error, link, "the inbox count was not kept");
        }
    }

    /// Forgets the commands carried out before `before` (milliseconds UTC) and says how many; a
    /// repetition of one of them would be carried out anew, so it must lie further back than any
    /// client repeats (law 3: seven days). Works in small bites, between which others append.
    ///
    /// # Errors
    /// A failure of the store; what was forgotten until then stays so.
    pub async fn purge_commands(&self, before: i64) -> Result<u64, StoreError> {
        let mut purged = 0;
        loop {
            let values = vec![Value::I64(before), Value::I64(BITE)];
            let old: Vec<(String,)> = self.rows(&COMMANDS_BEFORE, values).await?;
            if old.is_empty() {
                return Ok(purged);
            }
            let ids: Vec<String> = old.into_iter().map(|(id,)| id).collect();
            let (width, stmt) = wide::at_least(&write::COMMAND_DELETE, ids.len())
                .unwrap_or((1, &write::COMMAND_DELETE));
            let bites = ids.chunks(width);
            let steps = bites.map(|part| Step::any(stmt, look::fill_keys(part, width)));
            match self.keep_house(steps.collect()).await {
                Ok(()) => {}
                Err(AppendError::Store(error)) => return Err(error),
                Err(other) => return Err(StoreError::Broken(other.to_string())),
            }
            purged += u64::try_from(ids.len()).unwrap_or(u64::MAX);
        }
    }

    /// Digest and answer of a command that was carried out.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn command_answer(&self, id: &str) -> Result<Option<(String, String)>, StoreError> {
        self.look_up_one(&COMMAND_ANSWER, vec![text(id)]).await
    }
}
