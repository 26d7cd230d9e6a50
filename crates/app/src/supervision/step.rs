//! A step of a measure: answered, decided, held, finished, closed, taken back, or missed.

use super::trigger::Pending;
use super::{may_for, record_of};
use crate::App;
use crate::case::CommandKey;
use crate::error::AppError;
use crate::office::allow;
use crate::view::MeasureView;
use domain::case::Command;
use domain::id::UnitId;
use domain::right::{Action, Actor, Resource, may};
use domain::supervision::{
    Measure, MeasureOrder, MeasureState, MeasureStep, Rung, SentBack, Trigger,
};
use store::{AppendError, Change, Record};

impl App {
    /// Takes a step of a measure. The addressee answers and finishes tasks; the supervisor decides.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Conflict`] where somebody else
    /// was faster, the refusal, the store's.
    pub async fn measure_step(
        &self,
        actor: &Actor,
        id: &str,
        order: &MeasureOrder,
        version: Option<i64>,
        key: &CommandKey,
    ) -> Result<MeasureView, AppError> {
        self.measure_step_briefly(actor, id, order, version, key)
            .await?;
        self.measure_view(actor, id).await
    }

    /// As [`App::measure_step`], answered with nothing: for machines that take many.
    ///
    /// # Errors
    /// As [`App::measure_step`].
    pub async fn measure_step_briefly(
        &self,
        actor: &Actor,
        id: &str,
        order: &MeasureOrder,
        version: Option<i64>,
        key: &CommandKey,
    ) -> Result<(), AppError> {
        // Steps of one measure take turns; those of others are written beside them.
        let _turn = self.inner.turns.at(id).await;
        let measure = self.measure_of(actor, id).await?;
        may_step(actor, &measure, order)?;
        if self.answered::<String>(key).await?.is_some() {
            return Ok(());
        }
        self.known_task_units(order)?;
        if version.is_some_and(|version| version != measure.version) {
            return Err(AppError::Conflict {
                actual: measure.version,
            });
        }
        let calendar = self.inner.calendar.load_full();
        let steps = measure.decide(order, self.now(), &calendar)?;
        for step in steps {
            self.take_step(actor, &measure, &step, Some(key)).await?;
        }
        Ok(())
    }

    /// Writes one step with what it means for the cases and what it sets off.
    pub(super) async fn take_step(
        &self,
        actor: &Actor,
        before: &Measure,
        step: &MeasureStep,
        key: Option<&CommandKey>,
    ) -> Result<(), AppError> {
        /// A case that is busy is loaded again so often.
        const TRIES: usize = 16;
        let cause = key.cloned().unwrap_or_else(|| {
            let id = format!("supervision/{}/{}", before.id, before.version + 1);
            CommandKey {
                digest: id.clone(),
                id,
            }
        });
        for _ in 0..TRIES {
            let meta = self.meta(actor, &cause);
            let after = before.clone().after(step, meta.now);
            let mut drafts = Vec::new();
            if let Some(told) = before.told(step) {
                let command = Command::NoteSupervision {
                    measure: before.id.clone(),
                    step: told,
                };
                for case in &before.cases {
                    let mut draft = self.load(case.as_str()).await?;
                    self.apply(&meta, &mut draft, &command)?;
                    drafts.push(draft);
                }
            }
            let mut change = if drafts.is_empty() {
                Change::default()
            } else {
                self.change(&meta, drafts, None, None)?.0
            };
            change.records.push(self.audit_row(
                actor,
                &format!("supervision_{}", step.kind()),
                &format!("supervision/{}", before.id),
                &words(step),
            ));
            change
                .records
                .push(record_of(&after, step, meta.now, &meta.actor, &meta.unit)?);
            change.records.extend(self.follows(&after, step, meta.now)?);
            if let Some(key) = key {
                change.command = Some(store::CommandKey {
                    id: key.id.clone(),
                    digest: key.digest.clone(),
                    answer: crate::draft::to_json(&before.id)?,
                });
            }
            match self.put(change).await {
                Ok(()) | Err(AppendError::Repeated { .. }) => return Ok(()),
                Err(AppendError::Conflict { .. }) => {}
                Err(AppendError::Duplicate { .. }) => {
                    return Err(AppError::Conflict {
                        actual: before.version + 1,
                    });
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(AppError::Unavailable("the cases are too busy".to_owned()))
    }

    /// What a step sets off: silence, and answers that are no answers.
    fn follows(
        &self,
        after: &Measure,
        step: &MeasureStep,
        now: i64,
    ) -> Result<Vec<Record>, AppError> {
        let trigger = match step {
            // That a meeting was not held is the supervisor's lateness and no unit's.
            MeasureStep::Missed
                if after.rung == Rung::Meeting && after.state == MeasureState::Issued =>
            {
                return Ok(Vec::new());
            }
            MeasureStep::Missed => Trigger::Unanswered(after.rung),
            MeasureStep::SentBack { .. } => Trigger::SentBack(SentBack {
                rung: after.rung,
                times: after.sent_back,
            }),
            _ => return Ok(Vec::new()),
        };
        let case = after.cases.first().map(ToString::to_string);
        let pending = Pending {
            rule: String::new(),
            trigger,
            case: case.unwrap_or_default(),
            unit: Some(after.silent_unit().clone()),
            cause: format!("step {}", after.version),
            measure: Some(after.id.clone()),
        };
        self.set_off(&pending, now)
    }

    fn known_task_units(&self, order: &MeasureOrder) -> Result<(), AppError> {
        let MeasureOrder::Hold { tasks, .. } = order else {
            return Ok(());
        };
        let engine = self.inner.engine.load();
        let unknown = tasks
            .iter()
            .map(|task| &task.unit)
            .find(|unit| engine.unit(unit).is_none() && *unit != &self.rules().desk_unit);
        match unknown {
            Some(unit) => Err(AppError::field(
                "tasks.unit",
                "unknown_unit",
                format!("no unit {unit}"),
            )),
            None => Ok(()),
        }
    }
}

/// The words that go into the audit row with it.
fn words(step: &MeasureStep) -> String {
    let text = match step {
        MeasureStep::Opened | MeasureStep::Missed => "",
        MeasureStep::Answered { text } => text,
        MeasureStep::Accepted { reason }
        | MeasureStep::SentBack { reason, .. }
        | MeasureStep::Withdrawn { reason } => reason,
        MeasureStep::Held { minutes, .. } => minutes,
        MeasureStep::TaskFinished { note, .. } => note,
        MeasureStep::Closed { effect } => effect,
    };
    text.chars().take(200).collect()
}

/// Refuses who may not take this step: a unit answers for itself and decides nothing.
pub(super) fn may_step(
    actor: &Actor,
    measure: &Measure,
    order: &MeasureOrder,
) -> Result<(), AppError> {
    let answers = |unit: &UnitId| may_for(actor, Action::AnswerSupervision, unit);
    match order {
        MeasureOrder::Answer { .. } if answers(&measure.unit) => Ok(()),
        MeasureOrder::FinishTask { task, .. }
            if measure
                .tasks
                .iter()
                .any(|known| known.n == *task && answers(&known.unit)) =>
        {
            Ok(())
        }
        MeasureOrder::FinishTask { .. } if may(actor, Action::Supervise, Resource::default()) => {
            Ok(())
        }
        MeasureOrder::Answer { .. } | MeasureOrder::FinishTask { .. } => Err(AppError::Forbidden),
        _ => allow(actor, Action::Supervise),
    }
}
