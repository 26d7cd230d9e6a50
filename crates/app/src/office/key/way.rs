//! The way to a peer, shared by the link's sender and by trials of a key.

use async_trait::async_trait;
use exchange::{Carrier, CarrierError, LinkBook, SignedBatch, SignedReceipt};
use std::sync::Arc;

/// What runs in this process for a link.
#[derive(Clone)]
pub(crate) struct Way {
    /// Keys and links.
    pub(crate) book: Arc<LinkBook>,
    /// The way to the peer.
    pub(crate) carrier: Arc<dyn Carrier>,
    /// The application's side of it.
    pub(crate) ports: crate::PeerPorts,
}

/// A carrier for one batch at a time: what is tried must not meet what is sent, or the peer would put one
/// of the two off.
pub(crate) struct InTurn {
    carrier: Arc<dyn Carrier>,
    turn: tokio::sync::Mutex<()>,
}

impl InTurn {
    pub(crate) fn over(carrier: Arc<dyn Carrier>) -> Arc<dyn Carrier> {
        Arc::new(Self {
            carrier,
            turn: tokio::sync::Mutex::default(),
        })
    }
}

#[async_trait]
impl Carrier for InTurn {
    async fn deliver(&self, batch: &SignedBatch) -> Result<SignedReceipt, CarrierError> {
        let _turn = self.turn.lock().await;
        self.carrier.deliver(batch).await
    }
}
