//! The job of messages: sends what was written, says when an answer is late, takes what is left of long messages, and hears
//! what became of those that were sent. A try is written down before it begins, as with notices.

use super::Report;
use crate::App;
use crate::case::{CommandKey, TRIES};
use crate::error::AppError;
use crate::reach::channel::{ChannelKind, Outgoing, Proof, SendError};
use domain::case::MessageStep;
use futures_util::stream::{self, StreamExt as _};
use std::time::Duration;
use store::{AppendError, Change, MessageRecord, MessageRow, Record, StoreError};
use tokio::sync::watch;

/// Rows of one pass.
const STEP: i64 = 128;
const AT_ONCE: usize = 8;
/// When a try is taken up again whose end nobody saw, milliseconds; longer than a channel's patience.
const LEASE: i64 = 60_000;
/// Until the second try, milliseconds; twice as long each time. A citizen waits.
const FIRST_WAIT: i64 = 5_000;
/// How often it is tried: the last one after some five minutes.
const SEND_MOST: i64 = 7;

impl App {
    pub(crate) async fn run_messages(&self, mut stop: watch::Receiver<bool>) {
        tokio::select! {
            () = self.keep_messages() => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }

    async fn keep_messages(&self) {
        loop {
            if let Err(error) = self.message_step().await {
                tracing::warn!(%error, "short messages wait for the store");
            }
            tokio::select! {
                () = self.inner.messages.bell.notified() => {}
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
            }
        }
    }

    /// Makes the job look at once.
    pub(crate) fn wake_messages(&self) {
        self.inner.messages.bell.notify_one();
    }

    /// One pass: what is due. Says how much it did. Broken off anywhere, the next pass goes on.
    ///
    /// # Errors
    /// The store's.
    pub async fn message_step(&self) -> Result<u64, AppError> {
        let mut done = 0;
        for row in self
            .inner
            .store
            .messages_due(true, self.now(), STEP)
            .await?
        {
            done += u64::from(self.message_late(&row).await?);
        }
        let due = self
            .inner
            .store
            .message_pieces_due(self.now(), STEP)
            .await?;
        let mut wholes: Vec<(String, bool)> =
            due.into_iter().map(|row| (row.whole, row.taken)).collect();
        wholes.dedup();
        for (whole, taken) in wholes {
            if taken {
                self.message_write(MessageRecord::PiecesGone { whole })
                    .await?;
            } else {
                let pieces = self.inner.store.message_pieces(&whole).await?;
                self.message_of_pieces(pieces, true).await?;
            }
            done += 1;
        }
        let due = self
            .inner
            .store
            .messages_due(false, self.now(), STEP)
            .await?;
        let tries: Vec<Result<bool, AppError>> = stream::iter(due)
            .map(|row| async move { self.message_attempt(row).await })
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        for tried in tries {
            done += u64::from(tried?);
        }
        Ok(done)
    }

    async fn message_write(&self, record: MessageRecord) -> Result<(), AppError> {
        let change = Change {
            records: vec![Record::Message(record)],
            ..Change::default()
        };
        self.inner.store.append(change).await?;
        Ok(())
    }

    /// The limit passed and nobody had answered: a fact of the case, which stays in the queue.
    async fn message_late(&self, row: &MessageRow) -> Result<bool, AppError> {
        metrics::counter!("liandong_messages_late").increment(1);
        let record = MessageRecord::Late { id: row.id.clone() };
        self.message_fact(row, "late", MessageStep::Late, record)
            .await
    }

    /// Puts a fact of a message on its case, with the row it changes. Whether it was still to be said.
    async fn message_fact(
        &self,
        row: &MessageRow,
        what: &str,
        step: MessageStep,
        record: MessageRecord,
    ) -> Result<bool, AppError> {
        let id = format!("message/{}/{what}", row.id);
        let key = CommandKey {
            digest: String::new(),
            id,
        };
        let _turn = self.inner.turns.at(&row.case_id).await;
        for _ in 0..TRIES {
            let mut draft = self.load(&row.case_id).await?;
            let meta = self.meta(&self.machine(), &key);
            self.note_message(&meta, &mut draft, &row.id, step.clone())?;
            draft.messages.push(record.clone());
            match self.append(&meta, vec![draft], Some(&key), None).await {
                Ok(_) => return Ok(true),
                Err(AppendError::Conflict { .. }) => {}
                // Said before, or answered in the same moment.
                Err(AppendError::Repeated { .. } | AppendError::Store(StoreError::Broken(_))) => {
                    return Ok(false);
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(AppError::Unavailable("the case is too busy".to_owned()))
    }

    async fn message_attempt(&self, row: MessageRow) -> Result<bool, AppError> {
        let begun = MessageRecord::Begun {
            id: row.id.clone(),
            tries: row.tries,
            again_at: self.now() + LEASE,
        };
        match self.message_write(begun).await {
            Ok(()) => {}
            // Another process has taken it.
            Err(AppError::Internal(_)) => return Ok(false),
            Err(error) => return Err(error),
        }
        let n = row.tries + 1;
        let came = self.message_carry(&row).await;
        let now = self.now();
        let (state, next_at, proof, outcome) = match came {
            Ok(proof) => {
                let state = if proof.arrived { "arrived" } else { "sent" };
                (state, None, proof, "accepted".to_owned())
            }
            Err(SendError::Later { key, .. }) if n < SEND_MOST => {
                let doubled = u32::try_from(n - 1).unwrap_or(u32::MAX).min(10);
                let next = now + FIRST_WAIT.saturating_mul(1 << doubled);
                ("waiting", Some(next), Proof::default(), key.to_owned())
            }
            Err(SendError::Later { key, detail } | SendError::Never { key, detail }) => {
                tracing::warn!(key, detail, "a message to a citizen is given up");
                ("failed", None, Proof::default(), key.to_owned())
            }
        };
        let gateway = proof.gateway.clone();
        let ended = MessageRecord::Ended {
            id: row.id.clone(),
            tries: n,
            state,
            next_at,
            done_at: next_at.is_none().then_some(now),
            gateway: gateway.clone(),
            outcome: outcome.clone(),
        };
        let said = match state {
            "failed" => {
                self.message_fact(&row, "failed", MessageStep::Failed { why: outcome }, ended)
                    .await
            }
            "arrived" => {
                self.message_fact(&row, "arrived", MessageStep::Arrived, ended)
                    .await
            }
            _ => self.message_write(ended).await.map(|()| true),
        };
        match said {
            // Taken up anew meanwhile, or its report was faster.
            Err(AppError::Internal(_)) => return Ok(false),
            other => other?,
        };
        if let Some(report) = self.inner.messages.early(&gateway) {
            self.message_reported(&gateway, &report.said, report.arrived)
                .await?;
        }
        Ok(true)
    }

    async fn message_carry(&self, row: &MessageRow) -> Result<Proof, SendError> {
        // The site took it away; it may come back.
        let channel = self.inner.config.reach.channel(ChannelKind::Sms);
        let channel = channel.ok_or_else(|| SendError::later("not_set_up", ""))?;
        if row.number.is_empty() {
            return Err(SendError::never("redacted", ""));
        }
        let message = Outgoing {
            key: row.id.clone(),
            to: row.number.clone(),
            subject: String::new(),
            text: row.text.clone(),
            html: None,
            files: Vec::new(),
            body: String::new(),
            now: self.now(),
        };
        channel.send(&message).await
    }

    /// Takes a carrier's word on a message to a citizen. Whether it was known.
    pub(crate) async fn message_reported(
        &self,
        gateway: &str,
        said: &str,
        arrived: bool,
    ) -> Result<bool, AppError> {
        let Some(row) = self.inner.store.message_by_gateway(gateway).await? else {
            self.inner.messages.keep(Report {
                gateway: gateway.to_owned(),
                said: said.to_owned(),
                arrived,
            });
            return Ok(false);
        };
        let said: String = said.chars().filter(|c| !c.is_control()).take(40).collect();
        let record = MessageRecord::Reported {
            id: row.id.clone(),
            state: if arrived { "arrived" } else { "failed" },
            at: self.now(),
            outcome: said.clone(),
        };
        let step = if arrived {
            MessageStep::Arrived
        } else {
            MessageStep::Failed { why: said }
        };
        self.message_fact(&row, "report", step, record).await?;
        Ok(true)
    }
}
