//! The road between the county's two platforms. While the past is lived it leads through this process, and what is
//! written waits until both desks are done with a round: so each round is the same whichever platform was faster, and
//! what was written meanwhile crosses as one batch. From then on it is what it is everywhere else, HTTP.

use app::App;
use async_trait::async_trait;
use exchange::{Carrier, CarrierError, SignedBatch, SignedReceipt};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// Which way batches go now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// None: they wait.
    Closed,
    /// Through this process.
    Within,
    /// Over HTTP, for good.
    Outside,
}

/// Both directions of the road.
#[derive(Debug)]
pub(crate) struct Road {
    way: watch::Sender<Way>,
    arrived: Notify,
}

impl Road {
    /// One that is closed.
    pub(crate) fn new() -> Self {
        Self {
            way: watch::Sender::new(Way::Closed),
            arrived: Notify::new(),
        }
    }

    /// Lets what waits pass.
    pub(crate) fn open(&self) {
        self.go(Way::Within);
    }

    /// Lets what is written from now on wait.
    pub(crate) fn close(&self) {
        self.go(Way::Closed);
    }

    /// Lets everything go over HTTP from now on.
    pub(crate) fn leave(&self) {
        self.go(Way::Outside);
    }

    fn go(&self, way: Way) {
        self.way
            .send_if_modified(|now| *now != Way::Outside && std::mem::replace(now, way) != way);
    }

    /// Waits until a batch arrived, but not for long: one may have done so before.
    pub(crate) async fn arrival(&self) {
        let _ = tokio::time::timeout(Duration::from_millis(5), self.arrived.notified()).await;
    }
}

/// One direction of the road.
pub(crate) struct Lane {
    pub(crate) road: Arc<Road>,
    /// Who is at the other end.
    pub(crate) peer: App,
    /// The way over HTTP.
    pub(crate) outside: Arc<dyn Carrier>,
}

#[async_trait]
impl Carrier for Lane {
    async fn deliver(&self, batch: &SignedBatch) -> Result<SignedReceipt, CarrierError> {
        let unreachable =
            |error: &dyn std::error::Error| CarrierError::Unreachable(error.to_string());
        let mut way = self.road.way.subscribe();
        let open = way.wait_for(|way| *way != Way::Closed).await;
        let way = *open.map_err(|error| unreachable(&error))?;
        if way == Way::Outside {
            return self.outside.deliver(batch).await;
        }
        let bytes = batch.encode().map_err(|error| unreachable(&error))?;
        let receipt = self.peer.receive_batch(&bytes).await;
        self.road.arrived.notify_one();
        let receipt = receipt.map_err(|error| CarrierError::NotNow(error.to_string()))?;
        serde_json::from_slice(&receipt).map_err(|error| CarrierError::BadAnswer(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn once_it_leads_outside_it_is_neither_closed_nor_led_through_here_again() {
        let road = Road::new();
        let way = road.way.subscribe();
        assert_eq!(*way.borrow(), Way::Closed);
        road.open();
        assert_eq!(*way.borrow(), Way::Within);
        road.close();
        assert_eq!(*way.borrow(), Way::Closed);
        road.leave();
        road.open();
        road.close();
        assert_eq!(*way.borrow(), Way::Outside);
    }

    struct Nowhere;

    #[async_trait]
    impl Carrier for Nowhere {
        async fn deliver(&self, _: &SignedBatch) -> Result<SignedReceipt, CarrierError> {
            Err(CarrierError::Unreachable("outside".to_owned()))
        }
    }

    #[tokio::test]
    async fn a_batch_waits_while_it_is_closed_then_meets_the_peer_and_at_last_goes_outside() {
        let pair = testkit::Pair::open(testkit::StoreKind::Sqlite).await;
        let road = Arc::new(Road::new());
        let lane = Lane {
            road: Arc::clone(&road),
            peer: pair.hotline.app.clone(),
            outside: Arc::new(Nowhere),
        };
        let draft = exchange::batch::Draft {
            link: exchange::LinkId::new("unknown"),
            from: exchange::PlatformId::new("a"),
            to: exchange::PlatformId::new("b"),
            first_seq: 1,
            envelopes: Vec::new(),
            head: None,
            figures: None,
        };
        let key = exchange::generate_key(&[7; 32]).unwrap();
        let key = exchange::OwnKey::from_pem(&key.private_pem, Some(&key.key_id)).unwrap();
        let batch = SignedBatch::sign(draft, &key);
        let waits = tokio::time::timeout(Duration::from_millis(20), lane.deliver(&batch));
        assert!(waits.await.is_err(), "it is closed");
        road.open();
        // The peer knows no such link, and says so.
        let met = lane.deliver(&batch).await;
        assert!(matches!(met, Err(CarrierError::NotNow(_))), "{met:?}");
        road.leave();
        let out = lane.deliver(&batch).await;
        assert!(matches!(out, Err(CarrierError::Unreachable(word)) if word == "outside"));
    }
}
