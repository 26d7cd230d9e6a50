//! Bulletins that begin by themselves when their span is over.

use crate::App;
use std::time::Duration;
use tokio::sync::watch;

/// How often it is looked whether a span is over.
const EVERY: Duration = Duration::from_secs(300);

impl App {
    pub(crate) async fn run_press(&self, mut stop: watch::Receiver<bool>) {
        if self.config().press.schedule.is_empty() {
            return;
        }
        let mut tick = tokio::time::interval(EVERY);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = tick.tick() => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
            if let Err(error) = self.schedule_bulletins().await {
                tracing::warn!(%error, "scheduled bulletins are begun later");
            }
        }
    }
}
