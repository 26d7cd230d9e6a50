//! Scores 考核: facts that follow the log, rules that hold, counting, claims, publications.
//!
//! A figure is never stored but in a publication: it is counted from facts, and facts are folded from
//! the log. Nothing here decides about cases.

mod claim;
mod count;
mod follow;
mod gather;
mod publish;
mod rule;
mod show;

pub use follow::FactFilling;
pub(crate) use gather::Gathered;

use crate::App;
use crate::error::AppError;
use insight::{Period, Subject, Zone};

/// What the place of scores keeps in memory.
#[derive(Debug, Default)]
pub(crate) struct ScoreRoom {
    /// One step of the fold at a time in this process.
    step: tokio::sync::Mutex<()>,
    /// The rules in force, by the number of the last text.
    book: std::sync::Mutex<Option<rule::Held>>,
}

/// The zone periods are counted in: China has one.
fn zone() -> Zone {
    Zone::fixed(jiff::tz::offset(8))
}

/// Reads a period somebody named.
fn period(text: &str) -> Result<Period, AppError> {
    Period::read(text, &zone())
        .map_err(|error| AppError::field("period", "bad_period", error.to_string()))
}

/// A number beyond 28 digits: the formula's fault, not the program's.
fn miscount(error: insight::number::Miscount) -> AppError {
    AppError::field("formula", "overflow", error.to_string())
}

fn gone(error: impl std::fmt::Display) -> AppError {
    AppError::Internal(error.to_string())
}

impl App {
    /// The member units of this platform, as they are ranked.
    fn subjects(&self) -> Vec<Subject> {
        let engine = self.inner.engine.load();
        let desk = self.inner.config.platform.desk;
        let mut subjects: Vec<Subject> = engine
            .list()
            .units
            .iter()
            .filter(|unit| unit.desk == desk)
            .map(|unit| Subject {
                unit: unit.code.to_string(),
                name: unit.name.clone(),
                tier: u8::from(unit.tier),
            })
            .collect();
        subjects.sort_by(|a, b| a.unit.cmp(&b.unit));
        subjects
    }
}
