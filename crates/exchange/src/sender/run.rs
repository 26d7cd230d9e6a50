//! Drives the course of one link: ports, carrier, clocks and the health that the desk sees.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::{Instant, timeout};

use super::course::{Action, Course, Event, jittered};
use crate::batch::{Draft, SignedBatch};
use crate::envelope::{Envelope, LinkId};
use crate::link::{Alarm, LinkBook, LinkHealth};
use crate::port::{Carrier, CarrierError, Inbox, Now, Outbox, PortError};

/// Gives a random number whenever it is asked; only the jitter of pauses comes from it.
pub type Chance = Box<dyn FnMut() -> u64 + Send + Sync>;

/// How patient a sender is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SenderSettings {
    /// How long one delivery may take, carrier and peer together.
    pub delivery: Duration,
    /// How long one call to the outbox may take.
    pub port: Duration,
    /// How long the sender stays silent when nothing waits. Then it sends an empty batch: a sign of
    /// life that also publishes the log head and finds a gap.
    pub silence: Duration,
    /// How often the desk's figures go with a batch, however many there are.
    pub figures: Duration,
    /// How long it must be quiet before what was acknowledged is marked in the outbox.
    pub quiet: Duration,
}

impl Default for SenderSettings {
    fn default() -> Self {
        Self {
            delivery: Duration::from_secs(30),
            port: Duration::from_secs(5),
            silence: Duration::from_secs(10),
            figures: Duration::from_secs(5),
            quiet: Duration::from_millis(20),
        }
    }
}

/// What a sender is made of.
pub struct SenderParts {
    /// Which link.
    pub link: LinkId,
    /// Keys and links.
    pub book: Arc<LinkBook>,
    /// What waits.
    pub outbox: Arc<dyn Outbox>,
    /// Keeps the peer's log head from receipts.
    pub inbox: Arc<dyn Inbox>,
    /// The way to the peer.
    pub carrier: Arc<dyn Carrier>,
    /// The wall clock, for the health only.
    pub now: Now,
    /// Source of jitter.
    pub chance: Chance,
    /// Patience.
    pub settings: SenderSettings,
    /// Rung by a person who wants a sign of life now: it ends an idle wait and a pause after a
    /// failure alike. The health says how it was answered.
    pub probe: Arc<Notify>,
}

/// The sender of one link.
pub struct LinkSender {
    parts: SenderParts,
    course: Course,
    health: watch::Sender<LinkHealth>,
    oldest: Option<i64>,
    last_ok: Option<Instant>,
    figures_at: Option<Instant>,
}

impl std::fmt::Debug for LinkSender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LinkSender")
            .field("link", &self.parts.link)
            .field("course", &self.course)
            .finish_non_exhaustive()
    }
}

/// Why one action failed.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Port(#[from] PortError),
    #[error("the outbox did not answer in time")]
    PortLate,
    #[error(transparent)]
    Carrier(#[from] CarrierError),
    #[error("the link is not configured any more")]
    NoLink,
    #[error("there is no key to sign with: the one in use cannot be read")]
    NoKey,
    #[error("the receipt is not good: {0}")]
    Receipt(#[from] crate::refusal::ReceiveError),
}

impl LinkSender {
    /// A sender that has not begun.
    #[must_use]
    pub fn new(parts: SenderParts) -> Self {
        Self {
            parts,
            course: Course::default(),
            health: watch::Sender::new(LinkHealth::default()),
            oldest: None,
            last_ok: None,
            figures_at: None,
        }
    }

    /// How the sending direction is doing, now and from now on.
    #[must_use]
    pub fn health(&self) -> watch::Receiver<LinkHealth> {
        self.health.subscribe()
    }

    /// Sends for ever, until `stop` turns true or its sender is dropped. `wake` is rung after each
    /// commit that wrote to the outbox; without it the timer finds the work. Stopping between any two
    /// steps is safe.
    pub async fn run(mut self, wake: Arc<Notify>, mut stop: watch::Receiver<bool>) {
        let ended = async move {
            let _ = stop.wait_for(|stopped| *stopped).await;
        };
        tokio::select! {
            () = ended => {}
            () = self.for_ever(&wake) => {}
        }
    }

    async fn for_ever(&mut self, wake: &Notify) {
        let mut next = self.course.step(Event::Begin);
        loop {
            // The machine gives no action only for events that do not belong; none comes from here,
            // and waiting for the next signal is right even so.
            let event = match next {
                Some(action) => self.perform(action, wake).await,
                None => self.idle(wake).await,
            };
            next = self.course.step(event);
            self.publish();
        }
    }

    async fn perform(&mut self, action: Action, wake: &Notify) -> Event {
        let result = match action {
            Action::Idle => Ok(self.idle(wake).await),
            Action::Linger => Ok(self.linger(wake).await),
            Action::Rest { base_ms } => {
                let pause = jittered(base_ms, (self.parts.chance)());
                // Late or asked for, the pause is over.
                let asked = self.parts.probe.notified();
                let _ = timeout(Duration::from_millis(pause), asked).await;
                Ok(Event::Rested)
            }
            Action::ReadAcknowledged => self.acknowledged().await,
            Action::Load { after, limit } => self.load(after, limit).await,
            Action::Send {
                first_seq,
                envelopes,
            } => self.send(first_seq, envelopes).await,
            Action::Settle { up_to, refused } => self.settle(up_to, &refused).await,
        };
        result.unwrap_or_else(|failure| {
            self.failed(&failure);
            Event::Failed
        })
    }

    async fn idle(&self, wake: &Notify) -> Event {
        let due = self.last_ok.map_or(Duration::ZERO, |at| {
            self.parts.settings.silence.saturating_sub(at.elapsed())
        });
        let sign_of_life = tokio::select! {
            () = self.parts.probe.notified() => true,
            woken = timeout(due, wake.notified()) => woken.is_err(),
        };
        Event::Woken { sign_of_life }
    }

    async fn linger(&self, wake: &Notify) -> Event {
        match timeout(self.parts.settings.quiet, wake.notified()).await {
            Ok(()) => Event::Woken {
                sign_of_life: false,
            },
            Err(_) => Event::Quiet,
        }
    }

    async fn acknowledged(&self) -> Result<Event, Failure> {
        let call = self.parts.outbox.acknowledged(&self.parts.link);
        Ok(Event::Acknowledged(self.in_time(call).await?))
    }

    async fn load(&mut self, after: u64, limit: usize) -> Result<Event, Failure> {
        let outbox = Arc::clone(&self.parts.outbox);
        let link = self.parts.link.clone();
        let mut envelopes = self.in_time(outbox.waiting(&link, after, limit)).await?;
        let last = |envelopes: &[Envelope]| envelopes.last().map_or(after, |one| one.seq);
        let issued = if !envelopes.is_empty() && envelopes.len() < limit {
            // The end of the stream was read with them.
            last(&envelopes)
        } else {
            let issued = self.in_time(outbox.issued(&link)).await?;
            if envelopes.is_empty() && issued > after {
                // Written between the two reads, or a hole: a third one tells.
                envelopes = self.in_time(outbox.waiting(&link, after, limit)).await?;
            }
            issued.max(last(&envelopes))
        };
        self.oldest = envelopes.first().map(|envelope| envelope.at);
        Ok(Event::Loaded { envelopes, issued })
    }

    async fn settle(&self, up_to: u64, refused: &[(u64, String)]) -> Result<Event, Failure> {
        for (seq, reason) in refused {
            tracing::warn!(link = %self.parts.link, seq, %reason, "the peer refused an envelope");
        }
        self.in_time(self.parts.outbox.settle(&self.parts.link, up_to, refused))
            .await?;
        Ok(Event::Settled)
    }

    async fn send(&mut self, first_seq: u64, envelopes: Vec<Envelope>) -> Result<Event, Failure> {
        let parts = &self.parts;
        let terms = parts.book.terms(&parts.link).ok_or(Failure::NoLink)?;
        // Publishing the head is wanted, not needed: a batch does not wait for it.
        let head = self.in_time(parts.outbox.head()).await.ok();
        let due = self
            .figures_at
            .is_none_or(|at| at.elapsed() >= parts.settings.figures);
        // Asked for now and then, whatever comes of it: a count that is slow or fails is not asked
        // for with every batch.
        let figures = if due {
            self.figures_at = Some(Instant::now());
            self.in_time(parts.outbox.figures()).await.ok().flatten()
        } else {
            None
        };
        let draft = Draft {
            link: parts.link.clone(),
            from: parts.book.own().clone(),
            to: terms.peer.clone(),
            first_seq,
            envelopes,
            head,
            figures,
        };
        let key = parts.book.signing_key(&parts.link).ok_or(Failure::NoKey)?;
        let signed = SignedBatch::sign(draft, &key);
        let limit = parts.settings.delivery;
        let started = Instant::now();
        let answer = timeout(limit, parts.carrier.deliver(&signed))
            .await
            .map_err(|_| {
                CarrierError::Timeout(u64::try_from(limit.as_millis()).unwrap_or(u64::MAX))
            })??;
        let rtt = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.in_time(parts.inbox.keys_current()).await?;
        parts.book.verify_receipt(&answer, &signed.batch)?;
        if let Some(head) = answer.receipt.head.clone()
            && let Err(error) = self.in_time(parts.inbox.peer_head(&parts.link, head)).await
        {
            tracing::warn!(link = %parts.link, %error, "peer's log head was not kept");
        }
        self.last_ok = Some(Instant::now());
        let now = (self.parts.now)();
        self.health.send_modify(|health| {
            health.connected = true;
            health.last_ok_at = Some(now);
            health.rtt_ms = Some(rtt);
            health.answered = health.answered.saturating_add(1);
        });
        Ok(Event::Answered(Box::new(answer.receipt)))
    }

    async fn in_time<T>(
        &self,
        call: impl Future<Output = Result<T, PortError>>,
    ) -> Result<T, Failure> {
        let limit = self.parts.settings.port;
        Ok(timeout(limit, call)
            .await
            .map_err(|_| Failure::PortLate)??)
    }

    fn failed(&mut self, failure: &Failure) {
        // Logged at the first of a row; the health shows the rest.
        if self.course.failures() == 0 {
            tracing::warn!(link = %self.parts.link, error = %failure, "sending failed");
        }
        match failure {
            Failure::Carrier(CarrierError::Refused { key, detail }) => {
                self.course.raise(Alarm::Refused {
                    key: key.clone(),
                    detail: detail.clone(),
                });
            }
            Failure::Carrier(CarrierError::BadAnswer(_)) | Failure::Receipt(_) => {
                self.course.raise(Alarm::BadReceipt {
                    reason: failure.to_string(),
                });
            }
            _ => {}
        }
        self.health.send_modify(|health| {
            // The store being away says nothing about the link.
            if !matches!(failure, Failure::Port(_) | Failure::PortLate) {
                health.connected = false;
            }
            health.unanswered = health.unanswered.saturating_add(1);
            health.last_error = Some(failure.to_string());
        });
    }

    fn publish(&mut self) {
        let backlog = self.course.backlog();
        if backlog == 0 {
            self.oldest = None;
        }
        let (oldest, alarm) = (self.oldest, self.course.alarm().cloned());
        self.health.send_if_modified(|health| {
            let before = (
                health.backlog,
                health.oldest_waiting_at,
                health.alarm.clone(),
            );
            let after = (backlog, oldest, alarm);
            let changed = before != after;
            (health.backlog, health.oldest_waiting_at, health.alarm) = after;
            changed
        });
    }
}
