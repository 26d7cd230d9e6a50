//! One job a link: what waits is sent, for ever, with patience.

use crate::App;
use crate::error::AppError;
use crate::office::{InTurn, Way};
use crate::peer::PeerPorts;
use exchange::{Carrier, LinkBook, LinkSender, SenderSettings};
use std::sync::{Arc, PoisonError};
use tokio::sync::watch;

/// What a link needs to run.
pub struct LinkRun {
    /// Its name.
    pub link: String,
    /// Keys and links.
    pub book: Arc<LinkBook>,
    /// The way to the peer.
    pub carrier: Arc<dyn Carrier>,
    /// The application's side of it.
    pub ports: PeerPorts,
    /// Patience.
    pub settings: SenderSettings,
}

impl App {
    pub(crate) async fn run_link(&self, run: LinkRun, stop: watch::Receiver<bool>) {
        let clock = Arc::clone(&self.inner.clock);
        let chance = Arc::clone(&self.inner.chance);
        let Some(probe) = self.inner.probes.get(&run.link) else {
            return;
        };
        let carrier = InTurn::over(run.carrier);
        let way = Way {
            book: Arc::clone(&run.book),
            carrier: Arc::clone(&carrier),
            ports: run.ports.clone(),
        };
        self.keep_way(&run.link, way);
        let sender = LinkSender::new(exchange::sender::SenderParts {
            link: exchange::LinkId::new(run.link.clone()),
            book: run.book,
            outbox: Arc::new(run.ports.clone()),
            inbox: Arc::new(run.ports),
            carrier,
            now: Arc::new(move || clock.now()),
            chance: Box::new(move || {
                let mut bytes = [0_u8; 8];
                chance.fill(&mut bytes);
                u64::from_le_bytes(bytes)
            }),
            settings: run.settings,
            probe: Arc::clone(probe),
        });
        self.inner
            .health
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(run.link.clone(), sender.health());
        let Some(wake) = self.inner.wake.get(&run.link) else {
            return;
        };
        sender.run(Arc::clone(wake), stop).await;
    }
}

/// How many envelopes this side gave out on a link, and up to which it has all of the peer's.
///
/// # Errors
/// The store's.
pub async fn traffic(app: &App, link: &str) -> Result<(u64, u64), AppError> {
    let store = app.store();
    let issued = store.outbox_issued(link).await?;
    let applied = store.applied_watermark(link).await?;
    Ok((
        u64::try_from(issued).unwrap_or(0),
        u64::try_from(applied).unwrap_or(0),
    ))
}
