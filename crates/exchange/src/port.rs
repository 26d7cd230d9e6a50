//! The three seams: the outbox and the inbox, which the application implements, and the carrier.

use std::sync::Arc;

use async_trait::async_trait;

use crate::batch::SignedBatch;
use crate::envelope::{ChainHead, Envelope, LinkId};
use crate::figures::Figures;
use crate::receipt::SignedReceipt;

/// The wall clock as an argument: milliseconds since 1970 UTC (law 6).
pub type Now = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Why a port could not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PortError {
    /// The store is away, slow or full. Nothing is known about this call; it will be made again.
    #[error("the store is not available: {0}")]
    Unavailable(String),
    /// The handler failed for this envelope alone, a caught panic included, and nothing of that
    /// envelope was written. After three such attempts the receiver has it quarantined.
    #[error("envelope {seq} cannot be handled: {reason}")]
    Poison {
        /// Its number.
        seq: u64,
        /// What the handler said, without personal data.
        reason: String,
    },
    /// The inbox holds this number with another envelope id or digest.
    #[error("envelope {seq} differs from the one received before under its number")]
    Forked {
        /// Its number.
        seq: u64,
    },
}

/// What waits to be sent. Written in the same transaction as the event that causes it.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// The envelopes with numbers above `after`, in order, at most `limit`. All of them, also those
    /// settled before: after a gap the peer wants old numbers again, refused ones too, or the stream
    /// would have a hole.
    async fn waiting(
        &self,
        link: &LinkId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Envelope>, PortError>;

    /// Marks everything up to `up_to` as received, and the named numbers as dead with the peer's
    /// reason. Repeating it changes nothing; it never moves backwards.
    async fn settle(
        &self,
        link: &LinkId,
        up_to: u64,
        refused: &[(u64, String)],
    ) -> Result<(), PortError>;

    /// Last number settled, 0 when none. It may lag behind the truth: a lost mark only causes a
    /// repeat, which the peer answers from its inbox.
    async fn acknowledged(&self, link: &LinkId) -> Result<u64, PortError>;

    /// Last number given out on this link, 0 when none.
    async fn issued(&self, link: &LinkId) -> Result<u64, PortError>;

    /// Head of this platform's own log, published to the peer with every batch and receipt.
    async fn head(&self) -> Result<ChainHead, PortError>;

    /// How busy this desk is; nothing where that is not published.
    async fn figures(&self) -> Result<Option<Figures>, PortError> {
        Ok(None)
    }
}

/// What became of one envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Applied {
    /// Applied now, together with its inbox row, in one transaction.
    Done,
    /// It was in the inbox already with the same id; nothing was done.
    Already,
    /// Refused for good and recorded as such. Also the answer to a repeat of a refused envelope.
    Refused {
        /// Why, for the sender's desk; without personal data.
        reason: String,
    },
}

/// What was received. `(link, seq)` is unique, and the inbox row is written in the same transaction as
/// what the envelope causes; that is the whole guard against replays and never expires.
#[async_trait]
pub trait Inbox: Send + Sync {
    /// Last number such that it and all before it are in the inbox, 0 when none.
    async fn watermark(&self, link: &LinkId) -> Result<u64, PortError>;

    /// Applies in order; many may be committed at once. Returns results for a prefix of the slice;
    /// shorter means it stopped there. What is in the inbox already is answered from it: `Already`, or
    /// the stored refusal, or [`PortError::Forked`] when the id differs. When this fails, what was
    /// committed stays committed.
    async fn apply(&self, link: &LinkId, envelopes: &[Envelope])
    -> Result<Vec<Applied>, PortError>;

    /// Records this envelope as refused without handling it, because handling it failed three times.
    /// The watermark passes it; a person must be told.
    async fn quarantine(
        &self,
        link: &LinkId,
        envelope: &Envelope,
        reason: &str,
    ) -> Result<(), PortError>;

    /// Keeps the head of the peer's log; one that goes back, or the same position with another hash,
    /// means that the peer rewrote its log.
    async fn peer_head(&self, link: &LinkId, head: ChainHead) -> Result<(), PortError>;

    /// Brings the book of keys up to what was decided by now, by whichever process of this platform. It is
    /// called after a signature of the peer was found good and before anything follows from it; an
    /// edition of the book that is new then judges it again.
    async fn keys_current(&self) -> Result<(), PortError> {
        Ok(())
    }

    /// Keeps how busy the peer's desk is. An older word may come later.
    async fn peer_figures(&self, _link: &LinkId, _figures: Figures) -> Result<(), PortError> {
        Ok(())
    }
}

/// Why a batch was not answered with a receipt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CarrierError {
    /// No connection, or it broke. Whether the peer applied the batch is unknown.
    #[error("the peer cannot be reached: {0}")]
    Unreachable(String),
    /// No answer in time. Whether the peer applied the batch is unknown.
    #[error("the peer did not answer within {0} ms")]
    Timeout(u64),
    /// The peer is there but cannot take the batch now: busy, or its store is away.
    #[error("the peer cannot take the batch now: {0}")]
    NotNow(String),
    /// The peer refused the whole batch. This answer is not signed: it raises an alarm, no more.
    #[error("the peer refused the batch ({key}): {detail}")]
    Refused {
        /// The peer's stable key.
        key: String,
        /// The peer's sentence.
        detail: String,
    },
    /// The answer is not a receipt.
    #[error("the peer's answer is not a receipt: {0}")]
    BadAnswer(String),
}

/// Brings a batch to the peer and its receipt back. It never repeats by itself and knows nothing of
/// order: both belong to the sender.
#[async_trait]
pub trait Carrier: Send + Sync {
    /// Delivers one batch.
    async fn deliver(&self, batch: &SignedBatch) -> Result<SignedReceipt, CarrierError>;
}
