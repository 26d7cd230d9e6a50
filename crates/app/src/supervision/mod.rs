//! Supervision 督办: the ladder, opened by rule or by hand, the daily list, the watch list, and what
//! detectors found (R34, R37, R38, R63, R81 to R83, R119).
//!
//! A measure is a row with its steps beside it; what it means for a case is an event of the case, in
//! the same change. What sets a rule off writes what the rule will look at in the same change, too,
//! so that nothing is missed while the program stands still.

mod book;
mod daily;
mod detect;
mod open;
mod show;
mod step;
mod sweep;
mod trigger;

pub use book::{BookError, read_book, shipped_book};

use crate::App;
use crate::draft::to_json;
use crate::error::AppError;
use domain::id::UnitId;
use domain::right::{Action, Actor, Resource, may};
use domain::supervision::{Measure, MeasureStep};
use domain::text;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use store::{Record, SupervisionRecord, SupervisionRow, SupervisionStepRow};

/// What this process remembers of supervision.
#[derive(Debug, Default)]
pub(crate) struct SupervisionRoom {
    /// One measure is opened or moved at a time.
    turn: tokio::sync::Mutex<()>,
    /// The last number given out, by what it begins with.
    numbers: Mutex<HashMap<String, i64>>,
    /// The day whose list was made.
    listed: Mutex<String>,
}

impl SupervisionRoom {
    fn numbers<T>(&self, ask: impl FnOnce(&mut HashMap<String, i64>) -> T) -> T {
        ask(&mut self.numbers.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn listed(&self) -> String {
        let listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        listed.clone()
    }

    fn list_made(&self, day: &str) {
        let mut listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        day.clone_into(&mut listed);
    }
}

/// Whether the reader sees every measure, or those of the own unit.
fn sees_every(actor: &Actor) -> bool {
    may(actor, Action::ReadSupervision, Resource::default())
}

/// Whether this may be done for a unit.
fn may_for(actor: &Actor, action: Action, unit: &UnitId) -> bool {
    let resource = Resource {
        involved: &[],
        leg: Some(unit),
    };
    may(actor, action, resource)
}

/// A measure as its row keeps it.
pub(crate) fn read_measure(row: &SupervisionRow) -> Result<Measure, AppError> {
    text::read_measure(&row.body)
        .map_err(|error| AppError::Internal(format!("measure {} cannot be read: {error}", row.id)))
}

/// The row and the step that one more step of a measure makes.
fn record_of(
    measure: &Measure,
    step: &MeasureStep,
    at: i64,
    actor: &str,
    unit: &str,
) -> Result<Record, AppError> {
    let row = SupervisionRow {
        id: measure.id.to_string(),
        no: measure.no.clone(),
        version: measure.version,
        rung: measure.rung.as_str().to_owned(),
        unit: measure.unit.to_string(),
        state: measure.state.as_str().to_owned(),
        rule: measure.basis.rule.clone(),
        opened_at: measure.opened_at,
        due_at: measure.due,
        next_at: measure.next_at(),
        ended_at: measure.ended_at,
        body: text::write_measure(measure)
            .map_err(|error| AppError::Internal(error.to_string()))?,
    };
    let step = SupervisionStepRow {
        supervision_id: measure.id.to_string(),
        n: measure.version,
        at,
        actor: actor.to_owned(),
        unit: unit.to_owned(),
        kind: step.kind().to_owned(),
        body: to_json(step)?,
    };
    Ok(Record::Supervision(SupervisionRecord::Measure {
        row,
        step,
        cases: measure.cases.iter().map(ToString::to_string).collect(),
        units: measure.units().iter().map(ToString::to_string).collect(),
    }))
}

impl App {
    /// A measure this reader may know of.
    pub(crate) async fn measure_of(&self, actor: &Actor, id: &str) -> Result<Measure, AppError> {
        if id.contains('\0') {
            return Err(AppError::NotFound);
        }
        let row = self.inner.store.measure(id).await?;
        let measure = read_measure(&row.ok_or(AppError::NotFound)?)?;
        let own = measure.units().contains(&actor.unit)
            && may_for(actor, Action::ReadSupervision, &actor.unit);
        if sees_every(actor) || own {
            Ok(measure)
        } else {
            Err(AppError::NotFound)
        }
    }
}
