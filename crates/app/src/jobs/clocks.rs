//! The clocks of duty: once a second, every deadline whose next step has come takes it.

use crate::App;
use crate::case::CommandKey;
use crate::draft::Draft;
use crate::error::AppError;
use domain::case::Command;
use domain::id::DeadlineId;
use std::collections::{HashMap, HashSet};
use std::time::Duration;
use store::{AppendError, CaseRow, Change, DeadlineRow};
use tokio::sync::watch;

const SWEEP: i64 = 256;
/// Steps decided by one task, beside the others.
const TOGETHER: usize = 16;

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
            let begun = tokio::time::Instant::now();
            let due = self.inner.store.due(self.now(), SWEEP).await?;
            let full = i64::try_from(due.len()).is_ok_and(|n| n == SWEEP);
            let (steps, failed) = self.decided(due).await;
            if !steps.is_empty() {
                metrics::histogram!("liandong_deadline_look_seconds").record(begun.elapsed());
            }
            let now = self.write_steps(steps).await?;
            taken += now;
            if let Some(error) = failed {
                return Err(error);
            }
            if !full || now == 0 {
                return Ok(taken);
            }
        }
    }

    /// The steps of those that are due, each decided for itself, side by side; with what went wrong
    /// last, which keeps no other step from being taken.
    async fn decided(
        &self,
        due: Vec<DeadlineRow>,
    ) -> (Vec<(DeadlineRow, Change)>, Option<AppError>) {
        let parts: Vec<_> = due
            .chunks(TOGETHER)
            .map(|part| {
                let (app, part) = (self.clone(), part.to_vec());
                tokio::spawn(async move { app.decided_together(part).await })
            })
            .collect();
        let mut steps = Vec::with_capacity(due.len());
        let mut failed = None;
        for part in parts {
            match part.await {
                Ok(decided) => {
                    for step in decided {
                        match step {
                            Ok(step) => steps.push(step),
                            Err(error) => failed = Some(error),
                        }
                    }
                }
                Err(error) => failed = Some(AppError::Internal(error.to_string())),
            }
        }
        (steps, failed)
    }

    /// The steps of a few, whose cases are read with one question.
    async fn decided_together(
        &self,
        part: Vec<DeadlineRow>,
    ) -> Vec<Result<(DeadlineRow, Change), AppError>> {
        let ids: Vec<String> = part.iter().map(|row| row.case_id.clone()).collect();
        // One that cannot be read keeps no other from its step: then each is read by itself.
        let found = self.inner.store.cases(&ids).await.ok();
        let found: Option<HashMap<String, CaseRow>> =
            found.map(|rows| rows.into_iter().map(|row| (row.id.clone(), row)).collect());
        let mut decided = Vec::with_capacity(part.len());
        for row in part {
            let step = match &found {
                Some(found) => {
                    self.stepped_on(&row, found.get(&row.case_id).cloned())
                        .await
                }
                None => self.stepped(&row).await,
            };
            decided.extend(step.map(|step| Some((row, step?))).transpose());
        }
        decided
    }

    /// Writes steps in one transaction: whoever follows the log wakes once, and after it. Says how
    /// many were taken.
    async fn write_steps(&self, steps: Vec<(DeadlineRow, Change)>) -> Result<u64, AppError> {
        let (rows, changes): (Vec<_>, Vec<_>) = steps.into_iter().unzip();
        let links: HashSet<String> = changes
            .iter()
            .flat_map(|change: &Change| change.outbox.iter().map(|envelope| envelope.link.clone()))
            .collect();
        let outcomes = self.inner.store.append_all(changes).await;
        for link in links {
            self.wake(&link);
        }
        let mut taken = 0;
        let mut failed = None;
        for (row, outcome) in rows.iter().zip(outcomes) {
            let step = match outcome {
                Ok(_) => Ok(true),
                // Somebody was faster, be it another deadline of the same case.
                Err(AppendError::Conflict { .. }) => self.step(row).await,
                Err(error) => Err(error.into()),
            };
            match step {
                Ok(step) => taken += u64::from(step),
                Err(error) => failed = Some(error),
            }
        }
        failed.map_or(Ok(taken), Err)
    }

    /// Takes one step, decided anew for as long as somebody is faster.
    async fn step(&self, row: &DeadlineRow) -> Result<bool, AppError> {
        loop {
            let Some(change) = self.stepped(row).await? else {
                return Ok(false);
            };
            let links: Vec<String> = change.outbox.iter().map(|e| e.link.clone()).collect();
            match self.inner.store.append(change).await {
                Ok(_) => {
                    links.iter().for_each(|link| self.wake(link));
                    return Ok(true);
                }
                Err(AppendError::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The change a step makes; none where the case says that there is nothing to take.
    async fn stepped(&self, row: &DeadlineRow) -> Result<Option<Change>, AppError> {
        let found = self.inner.store.case(&row.case_id).await?;
        self.stepped_on(row, found).await
    }

    /// The same on the case as it was found.
    async fn stepped_on(
        &self,
        row: &DeadlineRow,
        found: Option<CaseRow>,
    ) -> Result<Option<Change>, AppError> {
        let Some(found) = found else {
            return Ok(None);
        };
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
        let meta = self.meta(&self.machine(), &key);
        let mut draft = Draft::of_row(found)?;
        match self.apply(&meta, &mut draft, &command) {
            Err(AppError::Refused(_)) => return Ok(None),
            other => other?,
        }
        let (change, _) = self.compose(&meta, vec![draft], None, None).await?;
        Ok(Some(change))
    }
}
