//! What sets rules off, written with what happened: in the same change, so that none is missed.

use crate::App;
use crate::draft::{Draft, Meta, to_json};
use crate::error::AppError;
use domain::case::{Case, Event, Holder, LegRole};
use domain::id::{MeasureId, UnitId};
use domain::supervision::{Measure, Trigger};
use serde::{Deserialize, Serialize};
use store::{Record, SupervisionFlagRow, SupervisionPendingRow, SupervisionRecord};

/// What a rule is to look at, and where it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pending {
    /// Id of the rule.
    pub(super) rule: String,
    /// What happened.
    pub(super) trigger: Trigger,
    /// The case, if it is about one.
    #[serde(default)]
    pub(super) case: String,
    /// The unit that is meant, where that is certain.
    #[serde(default)]
    pub(super) unit: Option<UnitId>,
    /// The deadline that was missed, or whatever else tells one such thing from the next.
    #[serde(default)]
    pub(super) cause: String,
    /// The measure it grows out of.
    #[serde(default)]
    pub(super) measure: Option<MeasureId>,
}

impl App {
    /// What is written for supervision beside the events of a case.
    pub(crate) fn supervision_records(
        &self,
        draft: &Draft,
        meta: &Meta,
    ) -> Result<Vec<Record>, AppError> {
        let case = &draft.after;
        let id = case.id.to_string();
        let mut records = Vec::new();
        let put = |record| Record::Supervision(record);
        for event in &draft.events {
            if hands_out(event) {
                records.push(put(SupervisionRecord::HandedOut {
                    case_id: id.clone(),
                    at: meta.now,
                }));
            }
            match event {
                Event::Flagged(watched) => {
                    records.push(put(SupervisionRecord::Flagged(SupervisionFlagRow {
                        case_id: id.clone(),
                        flag: watched.flag.as_str().to_owned(),
                        reason: watched.reason.clone(),
                        at: meta.now,
                        flagged_by: meta.actor.clone(),
                    })));
                }
                Event::Unflagged(watched) => {
                    records.push(put(SupervisionRecord::Unflagged {
                        case_id: id.clone(),
                        flag: watched.flag.as_str().to_owned(),
                    }));
                }
                _ => {}
            }
            if let Some((trigger, cause, unit)) = trigger_of(case, event) {
                let pending = Pending {
                    rule: String::new(),
                    trigger,
                    case: id.clone(),
                    unit,
                    cause,
                    measure: None,
                };
                records.extend(self.set_off(&pending, meta.now)?);
            }
        }
        Ok(records)
    }

    /// One row for each rule that fires at it, for the moment the rule names.
    pub(super) fn set_off(&self, happened: &Pending, now: i64) -> Result<Vec<Record>, AppError> {
        let book = &self.inner.config.supervision;
        let calendar = self.inner.calendar.load();
        let subject = match (&happened.measure, happened.case.as_str()) {
            (Some(measure), _) => measure.to_string(),
            (None, "") => happened
                .unit
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            (None, case) => case.to_owned(),
        };
        book.fire(&happened.trigger)
            .map(|rule| {
                let pending = Pending {
                    rule: rule.id.clone(),
                    ..happened.clone()
                };
                let row = SupervisionPendingRow {
                    id: format!("{}/{subject}/{}", rule.id, happened.cause),
                    at: rule.after.moment(now, &calendar),
                    body: to_json(&pending)?,
                };
                Ok(Record::Supervision(SupervisionRecord::Pending(row)))
            })
            .collect()
    }

    /// What a measure that was opened sets off: too many of its kind at one unit. How many there
    /// are is counted when the rule looks.
    pub(super) fn gathering(&self, measure: &Measure, now: i64) -> Result<Vec<Record>, AppError> {
        let mut records = Vec::new();
        for rule in &self.inner.config.supervision.rules {
            if let Trigger::Gathered(gathering) = &rule.when
                && gathering.rung == measure.rung
            {
                let pending = Pending {
                    rule: rule.id.clone(),
                    trigger: rule.when.clone(),
                    case: String::new(),
                    unit: Some(measure.unit.clone()),
                    cause: "gathered".to_owned(),
                    measure: None,
                };
                let calendar = self.inner.calendar.load();
                let row = SupervisionPendingRow {
                    id: format!("{}/{}/gathered", rule.id, measure.unit),
                    at: rule.after.moment(now, &calendar),
                    body: to_json(&pending)?,
                };
                records.push(Record::Supervision(SupervisionRecord::Pending(row)));
            }
        }
        Ok(records)
    }
}

/// Whether somebody was given the case to do: dispatched, bound, or told to do it again.
fn hands_out(event: &Event) -> bool {
    match event {
        Event::Dispatched { legs, .. } => legs.iter().any(|leg| leg.role == LegRole::Lead),
        Event::Assigned { .. } | Event::RedoOrdered { .. } => true,
        _ => false,
    }
}

/// What an event sets off, what tells it from the next of its kind, and whose doing it is.
fn trigger_of(case: &Case, event: &Event) -> Option<(Trigger, String, Option<UnitId>)> {
    match event {
        Event::DeadlineMissed { deadline } => {
            let missed = case.deadlines.iter().find(|d| &d.id == deadline)?;
            let leg = missed.leg.as_ref().and_then(|leg| case.leg(leg));
            Some((
                Trigger::Missed(missed.stage),
                deadline.to_string(),
                leg.map(|leg| leg.unit.clone()),
            ))
        }
        Event::ReturnAccepted { .. } => {
            let times = case.returns;
            Some((Trigger::Returns(times), format!("return {times}"), None))
        }
        Event::Urged { .. } => {
            let times = case.urged;
            Some((Trigger::Urges(times), format!("urge {times}"), None))
        }
        Event::Flagged(watched) => Some((
            Trigger::Flagged(watched.flag),
            watched.flag.as_str().to_owned(),
            None,
        )),
        Event::Escalated(taken) => Some((
            Trigger::Escalated(taken.then.rung()?),
            format!("{}/{}", taken.deadline, taken.step),
            taken.unit.clone(),
        )),
        Event::Received {
            backflow_of: Some(_),
            ..
        } => Some((Trigger::Backflow, "backflow".to_owned(), None)),
        _ => None,
    }
}

/// Who is meant where the trigger does not say: the lead at work, or whoever holds it here.
pub(super) fn answerable(case: &Case) -> Option<UnitId> {
    let at_work = case.legs.iter().rev().find(|leg| leg.state.is_open());
    let lead = case.lead().filter(|leg| leg.state.is_open()).or(at_work);
    match (lead, &case.holder) {
        (Some(leg), _) => Some(leg.unit.clone()),
        (None, Holder::Own { unit }) => Some(unit.clone()),
        (None, Holder::Peer { .. }) => None,
    }
}
