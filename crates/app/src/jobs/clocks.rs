//! The clocks of duty: once a second, every deadline whose next step has come takes it.

use crate::App;
use crate::case::CommandKey;
use crate::draft::Draft;
use crate::error::AppError;
use domain::case::Command;
use domain::id::DeadlineId;
use futures_util::stream::{self, StreamExt};
use std::time::Duration;
use store::{AppendError, DeadlineRow};
use tokio::sync::watch;

const SWEEP: i64 = 256;
/// All of them: what waits together is written together.
const AT_ONCE: usize = 256;

impl App {
    pub(crate) async fn run_clocks(&self, mut stop: watch::Receiver<bool>) {
        let mut tick = tokio::time::interval(Duration::from_secs(1));
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = tick.tick() => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
            let begun = tokio::time::Instant::now();
            match self.sweep().await {
                Ok(0) => {}
                Ok(taken) => {
                    metrics::counter!("liandong_deadline_steps").increment(taken);
                    metrics::histogram!("liandong_deadline_sweep_seconds").record(begun.elapsed());
                }
                Err(error) => tracing::warn!(%error, "deadlines wait for the store"),
            }
            if let Err(error) = self.ask_for_ratings().await {
                tracing::warn!(%error, "links to rate answers by wait for the store");
            }
        }
    }

    /// Takes every step that is due now; says how many. A deadline that slept through amber is
    /// missed at once, so a stopped program loses no step.
    ///
    /// # Errors
    /// The store's. Steps not taken are taken by the next sweep.
    pub async fn sweep(&self) -> Result<u64, AppError> {
        let mut taken = 0_u64;
        loop {
            let due = self.inner.store.due(self.now(), SWEEP).await?;
            let full = i64::try_from(due.len()).is_ok_and(|n| n == SWEEP);
            let steps: Vec<Result<bool, AppError>> = stream::iter(due)
                .map(|row| async move { self.step(&row).await })
                .buffer_unordered(AT_ONCE)
                .collect()
                .await;
            let mut progress = false;
            for step in steps {
                if step? {
                    taken += 1;
                    progress = true;
                }
            }
            if !full || !progress {
                return Ok(taken);
            }
        }
    }

    async fn step(&self, row: &DeadlineRow) -> Result<bool, AppError> {
        // One id for one step: the same step is never on the record twice.
        let next = row.next_at.unwrap_or(row.due_at);
        let id = format!("clock/{}/{}/{next}", row.case_id, row.deadline_id);
        let key = CommandKey {
            id: id.clone(),
            digest: id,
        };
        let command = Command::DeadlineReached {
            deadline: DeadlineId::new(row.deadline_id.clone()),
        };
        loop {
            let Some(found) = self.inner.store.case(&row.case_id).await? else {
                return Ok(false);
            };
            let meta = self.meta(&self.machine(), &key);
            let mut draft = Draft::of_row(found)?;
            match self.apply(&meta, &mut draft, &command) {
                Err(AppError::Refused(_)) => return Ok(false),
                other => other?,
            }
            match self.append(&meta, vec![draft], None, None).await {
                Ok(_) => return Ok(true),
                Err(AppendError::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}
