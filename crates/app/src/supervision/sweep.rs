//! What time does to supervision: clocks of measures run out, rules look, the daily list is made,
//! detectors look at night.

use super::detect::DETECTED;
use super::open::{Opening, case_ids};
use super::read_measure;
use super::trigger::{Pending, answerable};
use crate::App;
use crate::error::AppError;
use domain::case::{Case, Refusal};
use domain::clock::{DeadlineState, Limit};
use domain::supervision::{Basis, Gathering, MeasureStep, Rule, Trigger};
use std::time::Duration;
use store::{Change, Record, SupervisionPendingRow, SupervisionRecord, SupervisionRow};
use tokio::sync::watch;

/// How many are looked at in one go.
const SWEEP: i64 = 128;
/// Hour of the night after which detectors look.
const HOUR: i64 = 2;
/// Cases named as grounds of a rung about a unit.
const GROUNDS: usize = 20;

impl App {
    pub(crate) async fn run_supervision(&self, mut stop: watch::Receiver<bool>) {
        let mut tick = tokio::time::interval(Duration::from_secs(1));
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = tick.tick() => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
            if let Err(error) = self.sweep_supervision().await {
                tracing::warn!(%error, "supervision waits for the store");
            }
            if let Err(error) = self.detect_at_night().await {
                tracing::warn!(%error, "detectors look again later");
            }
        }
    }

    /// Takes every step of supervision that is due now; says how many measures were opened.
    ///
    /// # Errors
    /// The store's. What was not done is done by the next sweep.
    pub async fn sweep_supervision(&self) -> Result<u64, AppError> {
        self.make_daily().await?;
        let mut opened = 0;
        loop {
            let due = self.inner.store.measures_due(self.now(), SWEEP).await?;
            let mut moved = false;
            for row in &due {
                moved |= self.miss(row).await?;
            }
            let pending = self
                .inner
                .store
                .supervision_pending(self.now(), SWEEP)
                .await?;
            if pending.is_empty() && !moved {
                return Ok(opened);
            }
            for row in pending {
                opened += u64::from(self.look(&row).await?);
            }
        }
    }

    /// The time of a measure passed without an answer. Says whether the step was taken.
    async fn miss(&self, row: &SupervisionRow) -> Result<bool, AppError> {
        let _turn = self.inner.turns.at(&row.id).await;
        let Some(row) = self.inner.store.measure(&row.id).await? else {
            return Ok(false);
        };
        let measure = read_measure(&row)?;
        let Some(step @ MeasureStep::Missed) = measure.step_at(self.now()) else {
            return Ok(false);
        };
        match self.take_step(&self.machine(), &measure, &step, None).await {
            Ok(()) => Ok(true),
            // Another process was faster.
            Err(AppError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// A rule looks at what set it off, and opens its rung where that still holds.
    async fn look(&self, row: &SupervisionPendingRow) -> Result<bool, AppError> {
        let gone = Record::Supervision(SupervisionRecord::PendingGone { id: row.id.clone() });
        let opening = match serde_json::from_str::<Pending>(&row.body) {
            Ok(pending) => self.opening(&pending).await?,
            Err(error) => {
                tracing::error!(%error, "what a rule was to look at cannot be read");
                None
            }
        };
        if let Some(opening) = opening {
            let opened = self
                .open_measure(&self.machine(), opening, vec![gone.clone()], None)
                .await;
            match opened {
                Ok(_) => return Ok(true),
                // It runs already, or the case has come to its end meanwhile.
                Err(AppError::Refused(refusal)) => {
                    tracing::debug!(%refusal, "a rule opened nothing");
                    if let Refusal::RungSkipped(below) = refusal {
                        tracing::info!(below, "a rule could not leave a rung out");
                    }
                }
                Err(AppError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        let records = vec![gone];
        self.inner
            .store
            .append(Change {
                records,
                ..Change::default()
            })
            .await?;
        Ok(false)
    }

    /// What a rule opens, if what set it off still holds.
    async fn opening(&self, pending: &Pending) -> Result<Option<Opening>, AppError> {
        let book = std::sync::Arc::clone(&self.inner.config.supervision);
        let Some(rule) = book.rule(&pending.rule) else {
            return Ok(None);
        };
        let mut basis = Basis {
            rule: rule.id.clone(),
            source: book.source(),
            words: rule.words.clone(),
            skipped: rule.skips.clone(),
            trigger: Some(pending.trigger.clone()),
            from: pending.measure.clone(),
            answer_within: rule.answer_within,
        };
        if let Trigger::Gathered(gathering) = &rule.when {
            return self.gathered(pending, rule, gathering, basis).await;
        }
        let mut cases = Vec::new();
        if let Some(from) = &pending.measure {
            let Some(row) = self.inner.store.measure(from.as_str()).await? else {
                return Ok(None);
            };
            let measure = read_measure(&row)?;
            // It was answered or taken back while the rule waited.
            let silent = match pending.trigger {
                Trigger::Unanswered(_) => measure.missed && measure.due.is_some(),
                _ => true,
            };
            if measure.state.is_over() || !silent {
                return Ok(None);
            }
            cases = case_ids(&measure.cases);
        }
        let mut unit = pending.unit.clone();
        if !pending.case.is_empty() {
            let case = self.load(&pending.case).await?.after;
            if rule.open.about_cases() && !holds(&case, pending) {
                return Ok(None);
            }
            unit = unit.or_else(|| answerable(&case));
            if rule.open.about_cases() || cases.is_empty() {
                cases = vec![pending.case.clone()];
            }
        }
        basis.skipped.clone_from(&rule.skips);
        Ok(unit.map(|unit| Opening {
            rung: rule.open,
            unit,
            cases,
            asks: rule.asks.clone(),
            basis,
        }))
    }

    /// Whether so many gathered at the unit within the rule's time; the cases are the grounds.
    async fn gathered(
        &self,
        pending: &Pending,
        rule: &Rule,
        gathering: &Gathering,
        mut basis: Basis,
    ) -> Result<Option<Opening>, AppError> {
        let Some(unit) = pending.unit.clone() else {
            return Ok(None);
        };
        let now = self.now();
        // A span forward from now is as long as the one back that is meant.
        let (ahead, _) = self
            .inner
            .calendar
            .load()
            .due(now, Limit::of(gathering.within));
        let store = &self.inner.store;
        let rows = store.measures_about("unit", unit.as_str(), 200).await?;
        // What one interview was about is no ground for the next.
        let of_rule = rows.iter().filter(|row| row.rule == rule.id);
        let answered_for = of_rule.map(|row| row.opened_at + 1).max();
        let since = answered_for.unwrap_or_default().max(now - (ahead - now));
        let rung = gathering.rung.as_str();
        let times = store.measures_since(unit.as_str(), rung, since).await?;
        if times < i64::from(gathering.times) {
            return Ok(None);
        }
        let mut cases: Vec<String> = rows
            .iter()
            .filter(|row| row.rung == rung && row.opened_at >= since)
            .filter_map(|row| read_measure(row).ok())
            .flat_map(|measure| case_ids(&measure.cases))
            .collect();
        cases.sort();
        cases.dedup();
        cases.truncate(GROUNDS);
        basis.trigger = Some(Trigger::Gathered(Gathering {
            times: u32::try_from(times).unwrap_or(u32::MAX),
            ..*gathering
        }));
        Ok(Some(Opening {
            rung: rule.open,
            unit,
            cases,
            asks: rule.asks.clone(),
            basis,
        }))
    }

    /// Once a day, behind the hour of the night, everything is looked through.
    async fn detect_at_night(&self) -> Result<(), AppError> {
        let now = self.now();
        let today = {
            let calendar = self.inner.calendar.load();
            if now - calendar.start_of_day(now) < HOUR * 3_600_000 {
                return Ok(());
            }
            calendar.day_stamp(now)
        };
        let done = self.inner.store.setting(DETECTED).await?;
        if done.is_some_and(|row| row.value.starts_with(&today)) {
            return Ok(());
        }
        self.detect().await.map(|_| ())
    }
}

/// Whether what set the rule off still holds in the case.
fn holds(case: &Case, pending: &Pending) -> bool {
    if case.closed_at.is_some() {
        return false;
    }
    match &pending.trigger {
        Trigger::Missed(_) => case.deadlines.iter().any(|deadline| {
            deadline.id.as_str() == pending.cause
                && matches!(
                    deadline.state,
                    DeadlineState::Missed | DeadlineState::Paused { missed: true, .. }
                )
        }),
        // What the clock runs for may have been done by now; the cause is the deadline and its step.
        Trigger::Escalated(_) => case.deadlines.iter().any(|deadline| {
            let of = pending.cause.rsplit_once('/').map(|(id, _)| id);
            of == Some(deadline.id.as_str())
                && !matches!(
                    deadline.state,
                    DeadlineState::Met { .. } | DeadlineState::Void
                )
        }),
        Trigger::Flagged(flag) => case.flags.contains(flag),
        _ => true,
    }
}
