//! Measures as their readers see them: the board, one measure whole, the book of rules.

use super::{may_for, read_measure, sees_every};
use crate::App;
use crate::error::AppError;
use crate::view::{
    MeasureBrief, MeasureCase, MeasureHistory, MeasureTaskView, MeasureView, SupervisionBoard,
    SupervisionRule, SupervisionRules,
};
use domain::right::{Action, Actor, Resource, may};
use domain::supervision::{Measure, MeasureOrder, Rung};

/// Measures of a board at the most.
const BOARD: i64 = 500;
/// How long one that ended stays on the board, milliseconds: thirty days.
const ENDED: i64 = 30 * 86_400_000;

impl App {
    /// The measures that run and those that ended within thirty days: all, or those of the
    /// reader's unit.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], the store's.
    pub async fn supervision_board(&self, actor: &Actor) -> Result<SupervisionBoard, AppError> {
        let store = &self.inner.store;
        let now = self.now();
        let every = sees_every(actor);
        let rows = if every {
            let mut rows = store.measures_open(BOARD).await?;
            rows.extend(store.measures_ended(now - ENDED, BOARD).await?);
            rows
        } else if may_for(actor, Action::ReadSupervision, &actor.unit) {
            let about = store.measures_about("unit", actor.unit.as_str(), BOARD);
            let mut rows = about.await?;
            rows.retain(|row| row.ended_at.is_none_or(|at| at >= now - ENDED));
            rows
        } else {
            return Err(AppError::Forbidden);
        };
        let measures: Vec<Measure> = rows.iter().map(read_measure).collect::<Result<_, _>>()?;
        let first: Vec<String> = measures
            .iter()
            .filter_map(|measure| measure.cases.first().map(ToString::to_string))
            .collect();
        let cases = self.case_rows(first.iter()).await?;
        let mut items = Vec::with_capacity(measures.len());
        for measure in &measures {
            let row = measure.cases.first().and_then(|id| cases.get(id.as_str()));
            items.push(MeasureBrief {
                case: row.map(|row| row.id.clone()),
                case_no: row.map(|row| row.no.clone()).unwrap_or_default(),
                matter_name: row.map(|row| row.matter_name.clone()).unwrap_or_default(),
                cases: i64::try_from(measure.cases.len()).unwrap_or(i64::MAX),
                ..self.measure_brief(actor, measure)
            });
        }
        Ok(SupervisionBoard {
            items,
            every,
            may_supervise: may(actor, Action::Supervise, Resource::default()),
        })
    }

    fn measure_brief(&self, actor: &Actor, measure: &Measure) -> MeasureBrief {
        let now = self.now();
        MeasureBrief {
            id: measure.id.to_string(),
            no: measure.no.clone(),
            version: measure.version,
            rung: measure.rung.as_str().to_owned(),
            state: measure.state.as_str().to_owned(),
            unit: measure.unit.to_string(),
            unit_name: self.unit_name(measure.unit.as_str()),
            case: None,
            case_no: String::new(),
            matter_name: String::new(),
            cases: 0,
            rule: measure.basis.rule.clone(),
            opened_at: measure.opened_at,
            due: measure.due,
            overdue: measure.due.is_some_and(|due| due <= now) || measure.missed,
            ended_at: measure.ended_at,
            mine: measure.units().contains(&actor.unit),
        }
    }

    /// A measure whole, with its history and what this reader may do with it now.
    ///
    /// # Errors
    /// [`AppError::NotFound`], also for one the reader may not know of; the store's.
    pub async fn measure_view(&self, actor: &Actor, id: &str) -> Result<MeasureView, AppError> {
        let measure = self.measure_of(actor, id).await?;
        let ids: Vec<String> = measure.cases.iter().map(ToString::to_string).collect();
        let rows = self.case_rows(ids.iter()).await?;
        let cases: Vec<MeasureCase> = ids
            .iter()
            .filter_map(|id| rows.get(id))
            .map(|row| MeasureCase {
                id: row.id.clone(),
                no: row.no.clone(),
                matter_name: row.matter_name.clone(),
                summary: row.summary.clone(),
                closed: row.closed_at.is_some(),
            })
            .collect();
        let mut history = Vec::new();
        for step in self.inner.store.measure_steps(measure.id.as_str()).await? {
            let body: serde_json::Value =
                serde_json::from_str(&step.body).unwrap_or(serde_json::Value::Null);
            let text = ["text", "reason", "minutes", "note", "effect"]
                .iter()
                .find_map(|field| body.get(field)?.as_str())
                .unwrap_or_default();
            history.push(MeasureHistory {
                kind: step.kind,
                at: step.at,
                by: self.account_name(&step.actor).await?,
                unit_name: self.unit_name(&step.unit),
                text: text.to_owned(),
            });
        }
        let from = match &measure.basis.from {
            Some(from) => self.inner.store.measure(from.as_str()).await?,
            None => None,
        };
        let first = cases.first();
        Ok(MeasureView {
            brief: MeasureBrief {
                case: first.map(|case| case.id.clone()),
                case_no: first.map(|case| case.no.clone()).unwrap_or_default(),
                matter_name: first.map(|c| c.matter_name.clone()).unwrap_or_default(),
                cases: i64::try_from(cases.len()).unwrap_or(i64::MAX),
                ..self.measure_brief(actor, &measure)
            },
            asks: measure.asks.clone(),
            source: measure.basis.source.clone(),
            words: measure.basis.words.clone(),
            skipped: measure.basis.skipped.clone(),
            trigger: measure
                .basis
                .trigger
                .as_ref()
                .and_then(|trigger| serde_json::to_value(trigger).ok()),
            from: from.as_ref().map(|row| row.id.clone()),
            from_no: from.map(|row| row.no).unwrap_or_default(),
            answer_within: measure.basis.answer_within.to_string(),
            answer: measure.answer.clone(),
            decision: measure.decision.clone(),
            sent_back: i64::from(measure.sent_back),
            held_at: measure.held.as_ref().map(|held| held.at),
            present: measure
                .held
                .as_ref()
                .map(|h| h.present.clone())
                .unwrap_or_default(),
            minutes: measure
                .held
                .as_ref()
                .map(|h| h.minutes.clone())
                .unwrap_or_default(),
            tasks: measure
                .tasks
                .iter()
                .map(|task| MeasureTaskView {
                    n: i64::from(task.n),
                    unit: task.unit.to_string(),
                    unit_name: self.unit_name(task.unit.as_str()),
                    what: task.what.clone(),
                    due: task.due,
                    done_at: task.done_at,
                    note: task.note.clone(),
                    mine: may_for(actor, Action::AnswerSupervision, &task.unit),
                })
                .collect(),
            effect: measure.effect.clone(),
            cases,
            history,
            allowed: self.measure_allowed(actor, &measure),
        })
    }

    /// The steps this reader may take now: asked of the measure itself, with a harmless example each.
    fn measure_allowed(&self, actor: &Actor, measure: &Measure) -> Vec<String> {
        let word = || "x".to_owned();
        let open_task = measure.tasks.iter().find(|task| {
            task.done_at.is_none()
                && super::step::may_step(
                    actor,
                    measure,
                    &MeasureOrder::FinishTask {
                        task: task.n,
                        note: word(),
                    },
                )
                .is_ok()
        });
        let calendar = self.inner.calendar.load();
        let probes = [
            ("answer", MeasureOrder::Answer { text: word() }),
            (
                "decide",
                MeasureOrder::Decide {
                    accepted: true,
                    reason: word(),
                },
            ),
            (
                "hold",
                MeasureOrder::Hold {
                    present: word(),
                    minutes: word(),
                    tasks: Vec::new(),
                },
            ),
            (
                "finish_task",
                MeasureOrder::FinishTask {
                    task: open_task.map_or(0, |task| task.n),
                    note: word(),
                },
            ),
            ("close", MeasureOrder::Close { effect: word() }),
            ("withdraw", MeasureOrder::Withdraw { reason: word() }),
        ];
        probes
            .into_iter()
            .filter(|(_, order)| {
                super::step::may_step(actor, measure, order).is_ok()
                    && measure.decide(order, self.now(), &calendar).is_ok()
            })
            .map(|(name, _)| name.to_owned())
            .collect()
    }

    /// The book of rules in force.
    ///
    /// # Errors
    /// [`AppError::Forbidden`].
    pub fn supervision_rules(&self, actor: &Actor) -> Result<SupervisionRules, AppError> {
        if !sees_every(actor) && !may_for(actor, Action::ReadSupervision, &actor.unit) {
            return Err(AppError::Forbidden);
        }
        let book = &self.inner.config.supervision;
        Ok(SupervisionRules {
            name: book.name.clone(),
            version: book.version.clone(),
            handed_out: i64::from(book.daily.handed_out),
            rungs: Rung::ALL
                .iter()
                .map(|rung| rung.as_str().to_owned())
                .collect(),
            rules: book
                .rules
                .iter()
                .map(|rule| SupervisionRule {
                    id: rule.id.clone(),
                    words: rule.words.clone(),
                    basis: rule.basis.clone(),
                    open: rule.open.as_str().to_owned(),
                    after: rule.after.to_string(),
                    answer_within: rule.answer_within.to_string(),
                    skips: rule.skips.clone(),
                })
                .collect(),
        })
    }
}
