//! The figures a bulletin is made of, all from one function, so that what counts them may change in
//! one place. Each counts cases by when they were received (law 9).

use super::compose::Spell;
use super::{scored, timed};
use crate::App;
use crate::error::AppError;
use crate::score::Gathered;
use ::press::form::BulletinKind;
use insight::{Book, Sheet};
use std::sync::Arc;
use store::Today;

/// All that a bulletin is written from.
#[derive(Debug)]
pub(super) struct Material {
    /// What the tables count.
    pub(super) now: Figures,
    /// The same of the span before.
    pub(super) before: Figures,
    /// Metrics of the rules in force; none where the kind asks for none.
    pub(super) metrics: Option<(Gathered, Gathered)>,
    /// The units by a scheme of the rules in force.
    pub(super) sheet: Option<(Arc<Book>, Sheet)>,
}

/// What a unit did with the cases of a span.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct UnitFigures {
    /// Its code.
    pub(super) unit: String,
    /// Its name.
    pub(super) name: String,
    /// Assignments it got.
    pub(super) legs: i64,
    /// Of those, returned.
    pub(super) returned: i64,
    /// Limits that were met or missed.
    pub(super) due: i64,
    /// Of those, met in time.
    pub(super) on_time: i64,
}

/// A span of time in figures.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Figures {
    /// What arrived.
    pub(super) arrived: Today,
    /// Cases by matter: name and count, the most first.
    pub(super) matters: Vec<(String, i64)>,
    /// Cases given to at least one unit.
    pub(super) assigned: i64,
    /// Units that had to do with them, by their names.
    pub(super) units: Vec<UnitFigures>,
}

impl Figures {
    /// Assignments: what units did, against the matters they did it for (R67).
    pub(super) fn legs(&self) -> i64 {
        self.units.iter().map(|unit| unit.legs).sum()
    }

    /// Assignments returned.
    pub(super) fn returned(&self) -> i64 {
        self.units.iter().map(|unit| unit.returned).sum()
    }

    /// Limits met or missed.
    pub(super) fn due(&self) -> i64 {
        self.units.iter().map(|unit| unit.due).sum()
    }

    /// Limits met in time.
    pub(super) fn on_time(&self) -> i64 {
        self.units.iter().map(|unit| unit.on_time).sum()
    }
}

impl App {
    /// Counts all that a bulletin of a kind is written from.
    ///
    /// # Errors
    /// The store's.
    pub(super) async fn material(
        &self,
        kind: BulletinKind,
        spell: &Spell,
    ) -> Result<Material, AppError> {
        let asked = match kind {
            BulletinKind::Weekly => timed::asked(),
            BulletinKind::Benefit => scored::ASKED.to_vec(),
            BulletinKind::Monthly | BulletinKind::Year => Vec::new(),
        };
        let metrics = if asked.is_empty() {
            None
        } else {
            let now = self.figures_of(&spell.period, &asked).await?;
            Some((now, self.figures_of(&spell.period_before, &asked).await?))
        };
        let choose: Option<scored::Choose> = match kind {
            BulletinKind::Monthly => Some(scored::list_scheme),
            BulletinKind::Year => Some(scored::year_scheme),
            BulletinKind::Weekly | BulletinKind::Benefit => None,
        };
        let sheet = match choose {
            Some(choose) => self.sheet_by(&spell.period, choose).await?,
            None => None,
        };
        Ok(Material {
            now: self.bulletin_figures(spell.since, spell.until).await?,
            before: self.bulletin_figures(spell.before, spell.since).await?,
            metrics,
            sheet,
        })
    }

    /// Counts what a bulletin says of the cases received in `since..until`.
    ///
    /// # Errors
    /// The store's.
    pub(super) async fn bulletin_figures(
        &self,
        since: i64,
        until: i64,
    ) -> Result<Figures, AppError> {
        let store = self.store();
        let arrived = store.arrived(since, until).await?;
        let mut matters: Vec<(String, i64)> = Vec::new();
        for row in store.cases_by_matter(since, until).await? {
            let name = if row.matter.is_empty() {
                "清单中没有".to_owned()
            } else {
                row.name
            };
            // Versions of the list may name a row differently: names alike are one matter.
            match matters.iter_mut().find(|(known, _)| *known == name) {
                Some((_, count)) => *count += row.count,
                None => matters.push((name, row.count)),
            }
        }
        matters.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let mut units: Vec<UnitFigures> = Vec::new();
        for row in store.legs_by_unit(since, until).await? {
            let returned = if row.state == "returned" {
                row.count
            } else {
                0
            };
            match units.iter_mut().find(|unit| unit.unit == row.unit) {
                Some(unit) => {
                    unit.legs += row.count;
                    unit.returned += returned;
                }
                None => units.push(UnitFigures {
                    name: self.unit_name(&row.unit),
                    unit: row.unit,
                    legs: row.count,
                    returned,
                    ..UnitFigures::default()
                }),
            }
        }
        for row in store.deadlines_by_unit(since, until).await? {
            // The desk's own clocks and the peer's answer are nobody's among the units.
            let Some(unit) = units.iter_mut().find(|unit| unit.unit == row.unit) else {
                continue;
            };
            unit.due += row.count;
            if row.state == "met" && !row.late {
                unit.on_time += row.count;
            }
        }
        units.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Figures {
            arrived,
            matters,
            assigned: store.assigned_cases(since, until).await?,
            units,
        })
    }
}
