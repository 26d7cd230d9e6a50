//! Asks the peer whether it knows a key, before anything depends on it.

use std::time::Duration;

use crate::batch::{Draft, SignedBatch};
use crate::envelope::LinkId;
use crate::key::OwnKey;
use crate::link::LinkBook;
use crate::port::{Carrier, CarrierError, Inbox, Outbox, PortError};
use crate::refusal::ReceiveError;

/// Pauses before asking again, milliseconds: a peer that is applying a batch takes no second one.
const PAUSES_MS: [u64; 6] = [100, 200, 400, 800, 1_600, 3_200];

/// What a trial needs of a link.
pub struct Trial<'a> {
    /// Which.
    pub link: &'a LinkId,
    /// Its terms; the peer's receipt is checked by them.
    pub book: &'a LinkBook,
    /// Says how far the peer is.
    pub outbox: &'a dyn Outbox,
    /// Brings the book up to date before the receipt is judged.
    pub inbox: &'a dyn Inbox,
    /// The way to the peer, the one the link's sender uses.
    pub carrier: &'a dyn Carrier,
}

impl std::fmt::Debug for Trial<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Trial")
            .field("link", &self.link)
            .finish_non_exhaustive()
    }
}

/// Why a key was not accepted.
#[derive(Debug, Clone, thiserror::Error)]
pub enum TrialError {
    /// Our own store is away.
    #[error(transparent)]
    Port(#[from] PortError),
    /// The link is not configured.
    #[error("the link is not configured")]
    NoLink,
    /// The peer did not answer, or refused the batch: with `exchange.unknown_key` it does not know the key.
    #[error(transparent)]
    Carrier(#[from] CarrierError),
    /// What came back is no receipt of the peer.
    #[error("the receipt is not good: {0}")]
    Receipt(#[from] ReceiveError),
}

impl Trial<'_> {
    /// Sends a sign of life signed by `key` and checks the peer's receipt. It claims no number that is not
    /// acknowledged already, so it changes nothing there, whatever is under way beside it.
    ///
    /// # Errors
    /// Why the peer did not accept it.
    pub async fn of(&self, key: &OwnKey) -> Result<(), TrialError> {
        let mut pauses = PAUSES_MS.into_iter();
        loop {
            match (self.once(key).await, pauses.next()) {
                (Err(TrialError::Carrier(CarrierError::NotNow(_))), Some(pause)) => {
                    tokio::time::sleep(Duration::from_millis(pause)).await;
                }
                (result, _) => return result,
            }
        }
    }

    async fn once(&self, key: &OwnKey) -> Result<(), TrialError> {
        let terms = self.book.terms(self.link).ok_or(TrialError::NoLink)?;
        let acknowledged = self.outbox.acknowledged(self.link).await?;
        let draft = Draft {
            link: self.link.clone(),
            from: self.book.own().clone(),
            to: terms.peer.clone(),
            first_seq: acknowledged.saturating_add(1),
            envelopes: Vec::new(),
            head: None,
            figures: None,
        };
        let signed = SignedBatch::sign(draft, key);
        let answer = self.carrier.deliver(&signed).await?;
        self.inbox.keys_current().await?;
        self.book.verify_receipt(&answer, &signed.batch)?;
        Ok(())
    }
}
