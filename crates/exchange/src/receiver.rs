//! Takes batches: checks them whole, applies what is new in order, answers with a signed receipt.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use serde::Serialize;
use tokio::sync::watch;

use crate::batch::{SignedBatch, parse_batch};
use crate::envelope::{Envelope, LinkId};
use crate::link::{Alarm, LinkBook};
use crate::port::{Applied, Inbox, Now, Outbox, PortError};
use crate::receipt::{Findings, SignedReceipt};
use crate::refusal::ReceiveError;

/// A batch that begins further than this after the watermark is not a gap but nonsense.
pub const FAR_AHEAD: u64 = 1_000_000;
/// An envelope written further ahead of our clock than this raises an alarm: 10 minutes, milliseconds.
pub const SKEW_LIMIT_MS: i64 = 600_000;
/// How often an envelope is tried alone before it is quarantined.
pub const ATTEMPTS: u32 = 3;
/// How long the log head may take; a receipt does not wait for it longer.
const HEAD_PATIENCE: Duration = Duration::from_secs(1);

/// How long one call to the inbox may take. Less than a sender's patience, so that it gets an answer, and
/// an end to it at all, so that a hanging store does not hold the link for ever.
const INBOX_PATIENCE: Duration = Duration::from_secs(10);

/// Makes an overdue call a passing failure. Dropping it is safe: what it may still commit is found in the
/// inbox by the repeat.
async fn in_time<T>(
    call: impl Future<Output = Result<T, PortError>> + Send,
) -> Result<T, PortError> {
    tokio::time::timeout(INBOX_PATIENCE, call)
        .await
        .unwrap_or_else(|_| {
            Err(PortError::Unavailable(
                "it did not answer in time".to_owned(),
            ))
        })
}

/// How the receiving direction of a link is doing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct InboundHealth {
    /// When the last well-signed batch came, milliseconds since 1970.
    pub last_batch_at: Option<i64>,
    /// Last number such that it and all before it are in the inbox.
    pub watermark: u64,
    /// Which of the peer's keys signed the last batch.
    pub key_id: Option<String>,
    /// What a person must see; cleared by the next batch without fault.
    pub alarm: Option<Alarm>,
}

/// Receives batches for all links of this platform.
pub struct Receiver {
    book: Arc<LinkBook>,
    inbox: Arc<dyn Inbox>,
    outbox: Arc<dyn Outbox>,
    now: Now,
    lanes: Mutex<HashMap<LinkId, Arc<Lane>>>,
}

impl std::fmt::Debug for Receiver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Receiver")
            .field("book", &self.book)
            .finish_non_exhaustive()
    }
}

/// One link: its batches are applied one after the other.
struct Lane {
    /// Number and count of the panics at the place where the stream stands.
    strikes: tokio::sync::Mutex<Option<(u64, u32)>>,
    health: watch::Sender<InboundHealth>,
}

impl Receiver {
    /// A receiver over these ports. `outbox` is asked for the log head that receipts publish.
    #[must_use]
    pub fn new(
        book: Arc<LinkBook>,
        inbox: Arc<dyn Inbox>,
        outbox: Arc<dyn Outbox>,
        now: Now,
    ) -> Self {
        Self {
            book,
            inbox,
            outbox,
            now,
            lanes: Mutex::default(),
        }
    }

    /// How the receiving direction of this link is doing, now and from now on.
    #[must_use]
    pub fn health(&self, link: &LinkId) -> watch::Receiver<InboundHealth> {
        self.lane(link).health.subscribe()
    }

    /// Takes the bytes of a batch. Whatever comes after the checks is safe to interrupt at any point:
    /// each envelope is written together with its inbox row, and a repeat is answered from there.
    ///
    /// # Errors
    /// When the batch is refused as a whole; nothing of it was applied then, except where the
    /// variant says so.
    pub async fn receive(&self, bytes: &[u8]) -> Result<SignedReceipt, ReceiveError> {
        let signed = parse_batch(bytes)?;
        let edition = self.book.edition();
        self.book.verify_batch(&signed.batch, &signed.sig)?;
        // Only now, so that a stranger's rubbish asks nothing of the store.
        in_time(self.inbox.keys_current())
            .await
            .map_err(|error| ReceiveError::Unavailable {
                reason: error.to_string(),
            })?;
        if self.book.edition() != edition {
            self.book.verify_batch(&signed.batch, &signed.sig)?;
        }
        // From here on the peer itself is speaking, so what is wrong with it is worth an alarm.
        let lane = self.lane(&signed.batch.link);
        let result = self.take(&lane, &signed).await;
        if let Err(error) = &result
            && !error.is_passing()
        {
            tracing::warn!(link = %signed.batch.link, key = error.key(), %error, "batch refused");
            let alarm = match error {
                ReceiveError::Forked { seq } => Alarm::Forked { seq: *seq },
                other => Alarm::Refused {
                    key: other.key().to_owned(),
                    detail: other.to_string(),
                },
            };
            lane.health.send_modify(|health| health.alarm = Some(alarm));
        }
        result
    }

    async fn take(&self, lane: &Lane, signed: &SignedBatch) -> Result<SignedReceipt, ReceiveError> {
        signed.check_content()?;
        let batch = &signed.batch;
        // Not waited for: a peer that sends the same again and again must not pile up memory here.
        let mut strikes = lane.strikes.try_lock().map_err(|_| ReceiveError::Busy)?;
        let before = self.watermark(&batch.link).await?;
        let expected = before.saturating_add(1);
        if batch.first_seq > expected.saturating_add(FAR_AHEAD) {
            return Err(ReceiveError::FarAhead {
                first_seq: batch.first_seq,
                watermark: before,
            });
        }
        let now = (self.now)();
        let mut findings = Findings {
            up_to: before,
            ..Findings::default()
        };
        let mut alarm = skew(&signed.envelopes, now);
        if batch.first_seq > expected {
            tracing::warn!(link = %batch.link, first = batch.first_seq, want_from = expected, "gap");
            findings.gap = Some(expected);
            alarm = Some(Alarm::Gap {
                want_from: expected,
            });
        } else if !signed.envelopes.is_empty() {
            let mut run = Run {
                inbox: self.inbox.as_ref(),
                link: &batch.link,
                envelopes: &signed.envelopes,
                results: Vec::with_capacity(signed.envelopes.len()),
                strikes: &mut strikes,
                alarm: None,
            };
            run.all().await?;
            let Run {
                results,
                alarm: raised,
                ..
            } = run;
            alarm = raised.or(alarm);
            // The inbox itself says how far it is; what the handler answered is not proof enough. Nor
            // may the receipt pass what the handler answered: a call that committed and then failed
            // kept its refusals to itself, and the sender would take those numbers for applied.
            let watermark = self.watermark(&batch.link).await?;
            let answered = u64::try_from(results.len()).unwrap_or(u64::MAX);
            findings.up_to = if results.len() == signed.envelopes.len() {
                watermark
            } else {
                watermark.min((batch.first_seq - 1).saturating_add(answered))
            };
            findings.refused = refused(&signed.envelopes, results, findings.up_to);
        }
        if let Some(head) = batch.head.clone()
            && let Err(error) = in_time(self.inbox.peer_head(&batch.link, head)).await
        {
            // The next batch brings a newer head; the envelopes must not wait for it.
            tracing::warn!(link = %batch.link, %error, "peer's log head was not kept");
        }
        if let Some(figures) = batch.figures.clone()
            && let Err(error) = in_time(self.inbox.peer_figures(&batch.link, figures)).await
        {
            tracing::warn!(link = %batch.link, %error, "peer's figures were not kept");
        }
        findings.head = tokio::time::timeout(HEAD_PATIENCE, self.outbox.head())
            .await
            .ok()
            .and_then(Result::ok);
        lane.health.send_replace(InboundHealth {
            last_batch_at: Some(now),
            watermark: findings.up_to,
            key_id: Some(batch.key_id.clone()),
            alarm,
        });
        let key = self
            .book
            .signing_key(&batch.link)
            .ok_or_else(|| ReceiveError::Unavailable {
                reason: "there is no key to sign the receipt with".to_owned(),
            })?;
        Ok(SignedReceipt::sign(batch, findings, &key))
    }

    async fn watermark(&self, link: &LinkId) -> Result<u64, ReceiveError> {
        in_time(self.inbox.watermark(link))
            .await
            .map_err(|error| ReceiveError::Unavailable {
                reason: error.to_string(),
            })
    }

    fn lane(&self, link: &LinkId) -> Arc<Lane> {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(lanes.entry(link.clone()).or_insert_with(|| {
            Arc::new(Lane {
                strikes: tokio::sync::Mutex::default(),
                health: watch::Sender::new(InboundHealth::default()),
            })
        }))
    }
}

/// The envelope furthest ahead of our clock, if it is too far.
fn skew(envelopes: &[Envelope], now: i64) -> Option<Alarm> {
    let ahead_ms = envelopes
        .iter()
        .map(|envelope| envelope.at.saturating_sub(now))
        .max()?;
    (ahead_ms > SKEW_LIMIT_MS).then_some(Alarm::Skew { ahead_ms })
}

fn refused(envelopes: &[Envelope], results: Vec<Applied>, up_to: u64) -> Vec<(u64, String)> {
    envelopes
        .iter()
        .zip(results)
        .filter(|(envelope, _)| envelope.seq <= up_to)
        .filter_map(|(envelope, applied)| match applied {
            Applied::Refused { reason } => Some((envelope.seq, reason)),
            Applied::Done | Applied::Already => None,
        })
        .collect()
}

/// Applying one batch: as much at once as goes well, one by one around what does not.
struct Run<'a> {
    inbox: &'a dyn Inbox,
    link: &'a LinkId,
    envelopes: &'a [Envelope],
    results: Vec<Applied>,
    strikes: &'a mut Option<(u64, u32)>,
    alarm: Option<Alarm>,
}

/// What one call of the handler came to.
enum Outcome {
    /// So many results came.
    Went(usize),
    Poison {
        seq: u64,
        reason: String,
    },
    Panicked,
    /// The store is away or the handler stopped: the rest comes again later.
    Stop(String),
}

impl Run<'_> {
    /// Applies until the end or until it must stop. Every round either advances, narrows the slice
    /// towards the envelope at fault, or counts one of its attempts, so it ends.
    async fn all(&mut self) -> Result<(), ReceiveError> {
        let mut width = self.envelopes.len();
        let mut attempts: u32 = 0;
        loop {
            let rest = self.envelopes.get(self.results.len()..).unwrap_or_default();
            let Some(head) = rest.first() else {
                return Ok(());
            };
            let slice = rest.get(..width.clamp(1, rest.len())).unwrap_or(rest);
            match self.apply(slice).await? {
                Outcome::Went(count) => {
                    if attempts > 0 {
                        // It went after all: back to full width for the rest.
                        attempts = 0;
                        width = self.envelopes.len();
                    }
                    if self.strikes.is_some_and(|(seq, _)| seq <= head.seq) {
                        *self.strikes = None;
                    }
                    if count < slice.len() {
                        let at = head.seq.saturating_add(u64::try_from(count).unwrap_or(0));
                        self.stalled(at, "the handler stopped");
                        return Ok(());
                    }
                }
                Outcome::Poison { seq, reason } if seq == head.seq && slice.len() == 1 => {
                    attempts += 1;
                    if attempts >= ATTEMPTS {
                        attempts = 0;
                        width = self.envelopes.len();
                        if !self.quarantine(head, reason).await {
                            return Ok(());
                        }
                    }
                }
                Outcome::Poison { seq, reason } => {
                    // What stands before it goes on alone, then it is tried by itself.
                    match slice.iter().position(|envelope| envelope.seq == seq) {
                        Some(before) => width = before.max(1),
                        None => {
                            self.stalled(head.seq, &reason);
                            return Ok(());
                        }
                    }
                }
                Outcome::Panicked if slice.len() == 1 => {
                    // A panic may be ours rather than the envelope's, so its attempts are spread over
                    // deliveries; only the third at the same number counts it as poison.
                    let count = match *self.strikes {
                        Some((seq, count)) if seq == head.seq => count + 1,
                        _ => 1,
                    };
                    *self.strikes = Some((head.seq, count));
                    if count < ATTEMPTS {
                        self.stalled(head.seq, "the handler panicked");
                        return Ok(());
                    }
                    *self.strikes = None;
                    if !self
                        .quarantine(head, "the handler panicked".to_owned())
                        .await
                    {
                        return Ok(());
                    }
                }
                Outcome::Panicked => width = 1,
                Outcome::Stop(reason) => {
                    self.stalled(head.seq, &reason);
                    return Ok(());
                }
            }
        }
    }

    async fn apply(&mut self, slice: &[Envelope]) -> Result<Outcome, ReceiveError> {
        // The handler may panic; its inbox rows are in the same transactions as its work, so nothing
        // half-done is left to see.
        let call = AssertUnwindSafe(in_time(self.inbox.apply(self.link, slice))).catch_unwind();
        Ok(match call.await {
            Ok(Ok(results)) => {
                let count = results.len().min(slice.len());
                self.results.extend(results.into_iter().take(count));
                Outcome::Went(count)
            }
            Ok(Err(PortError::Poison { seq, reason })) => Outcome::Poison { seq, reason },
            Ok(Err(PortError::Forked { seq })) => return Err(ReceiveError::Forked { seq }),
            Ok(Err(PortError::Unavailable(reason))) => Outcome::Stop(reason),
            Err(_panic) => Outcome::Panicked,
        })
    }

    /// Whether it is recorded as refused, so that the stream may pass it.
    async fn quarantine(&mut self, envelope: &Envelope, reason: String) -> bool {
        match in_time(self.inbox.quarantine(self.link, envelope, &reason)).await {
            Ok(()) => {
                tracing::warn!(link = %self.link, seq = envelope.seq, %reason, "envelope quarantined");
                self.alarm = Some(Alarm::Quarantined {
                    seq: envelope.seq,
                    reason: reason.clone(),
                });
                self.results.push(Applied::Refused { reason });
                true
            }
            Err(error) => {
                self.stalled(envelope.seq, &error.to_string());
                false
            }
        }
    }

    fn stalled(&mut self, at: u64, reason: &str) {
        tracing::warn!(link = %self.link, at, reason, "applying stopped");
        self.alarm = Some(Alarm::Stalled {
            at,
            reason: reason.to_owned(),
        });
    }
}
