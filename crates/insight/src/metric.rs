//! A metric 指标: a named, versioned count or rate with a declared denominator (law 9).

use crate::fact::{CaseFacts, Field, LegFacts, fill, fill_leg, vocabulary};
use crate::formula::{Formula, Kind, Names, Value};
use crate::number::{Miscount, rounded};
use crate::period::Period;
use domain::clock::Millis;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    /// A matter 件: each case once.
    Case,
    /// A unit-action 次: each assignment once (R67).
    Leg,
}

/// What becomes of the count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Those that fulfil the numerator, in percent of those counted.
    Rate,
    /// How many were counted.
    Count,
    /// The mean of a value over those counted that have it.
    Mean,
    /// The sum of a value over those counted that have it.
    Sum,
    /// Units that occur among those counted, in percent of all units ranked (R110).
    Coverage,
    /// A figure that is recorded by people and not counted from cases.
    Recorded,
    /// Made of other metrics.
    Made,
}

/// Which moment decides the period something is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// When the case was received.
    Opened,
    /// When the assignment was dispatched.
    Dispatched,
    /// When the case was closed.
    Closed,
}

/// A metric that can be counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Metric {
    /// Its id.
    pub id: String,
    /// Its version, from 1. Another formula is another version.
    pub version: u32,
    /// Its name.
    pub zh: String,
    /// Its name.
    pub en: String,
    /// A remark.
    pub note_zh: String,
    /// A remark.
    pub note_en: String,
    /// What is counted.
    pub of: Grain,
    /// What becomes of the count.
    pub shape: Shape,
    /// Which moment decides.
    pub when: When,
    /// Whether more is better; none where it is neither.
    pub better: Option<Better>,
    /// What is counted: the denominator of a rate.
    pub denominator: Option<Formula>,
    /// Of those, what fulfils it.
    pub numerator: Option<Formula>,
    /// Of those, what is left out by definition.
    pub exclude: Option<Formula>,
    /// The value that is summed.
    pub value: Option<Formula>,
    /// The formula over other metrics, and which they are.
    pub made: Option<(Formula, Vec<String>)>,
    /// Declared numbers the formulas use.
    pub parameters: Vec<(String, Decimal)>,
    /// Facts it needs that nothing reports: it has no data then.
    pub lacks: Vec<&'static str>,
}

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// More.
    More,
    /// Less.
    Less,
}

/// An approved exclusion 剔除, as far as counting asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exclusion {
    /// The record that says so.
    pub claim: String,
    /// Its ground.
    pub ground: String,
    /// The unit it is for; empty for all.
    pub unit: String,
    /// The metric it is for; empty for all.
    pub metric: String,
}

/// Approved exclusions by case.
pub type Exclusions = HashMap<String, Vec<Exclusion>>;

/// What a metric makes of one case or assignment.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Counted.
    Counted {
        /// It fulfils the numerator.
        met: bool,
        /// Its value.
        value: Option<Decimal>,
    },
    /// Left out by the metric's own definition.
    ByDefinition,
    /// Left out by an approved record.
    ByClaim(String),
}

/// One thing a metric looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged<'f> {
    /// The assignment, where assignments are counted.
    pub leg: Option<&'f LegFacts>,
    /// The unit it is counted for.
    pub unit: &'f str,
    /// What came of it.
    pub verdict: Verdict,
}

/// The names a metric's formulas may use: facts, then its parameters.
pub struct FactNames<'p> {
    fields: Vec<Field>,
    parameters: &'p [(String, Decimal)],
}

impl<'p> FactNames<'p> {
    /// The names for a grain.
    #[must_use]
    pub fn new(of: Grain, parameters: &'p [(String, Decimal)]) -> Self {
        Self {
            fields: vocabulary(of == Grain::Leg),
            parameters,
        }
    }

    /// The field of a slot.
    #[must_use]
    pub fn field(&self, slot: usize) -> Option<&Field> {
        self.fields.get(slot)
    }
}

impl Names for FactNames<'_> {
    fn find(&self, name: &str) -> Option<(usize, Kind)> {
        if let Some(at) = self.fields.iter().position(|field| field.name == name) {
            return self.fields.get(at).map(|field| (at, field.kind));
        }
        let at = self
            .parameters
            .iter()
            .position(|(known, _)| known == name)?;
        Some((self.fields.len() + at, Kind::Number))
    }

    fn all(&self) -> Vec<&str> {
        let parameters = self.parameters.iter().map(|(name, _)| name.as_str());
        self.fields
            .iter()
            .map(|field| field.name)
            .chain(parameters)
            .collect()
    }
}

impl Metric {
    /// What the metric makes of a case: one verdict, or one for each assignment in the period.
    ///
    /// # Errors
    /// A number beyond 28 digits.
    pub fn judge<'f>(
        &'f self,
        facts: &'f CaseFacts,
        period: &Period,
        exclusions: &Exclusions,
    ) -> Result<Vec<Judged<'f>>, Miscount> {
        let mut found = Vec::new();
        let mut row = Vec::new();
        fill(facts, &mut row);
        self.judge_row(facts, &mut row, period, exclusions, |judged| {
            found.push(judged);
        })?;
        Ok(found)
    }

    /// The same, over a row that begins with the case's values and is left as it was.
    pub(crate) fn judge_row<'f>(
        &'f self,
        facts: &'f CaseFacts,
        row: &mut Vec<Value<'f>>,
        period: &Period,
        exclusions: &Exclusions,
        mut found: impl FnMut(Judged<'f>),
    ) -> Result<(), Miscount> {
        let Some(denominator) = &self.denominator else {
            return Ok(());
        };
        if !self.lacks.is_empty() {
            return Ok(());
        }
        let excluded = exclusions.get(&facts.id).map_or(&[][..], Vec::as_slice);
        let case_row = row.len();
        let legs: &[LegFacts] = match self.of {
            Grain::Case => &[],
            Grain::Leg => &facts.legs,
        };
        let one = (self.of == Grain::Case).then_some(None);
        for leg in one.into_iter().chain(legs.iter().map(Some)) {
            if !self.moment(facts, leg).is_some_and(|at| period.has(at)) {
                continue;
            }
            row.truncate(case_row);
            if let Some(leg) = leg {
                fill_leg(leg, row);
            }
            row.extend(
                self.parameters
                    .iter()
                    .map(|(_, number)| Value::Number(*number)),
            );
            if !denominator.holds(row)? {
                continue;
            }
            let unit = leg.map_or(facts.unit.as_str(), |leg| leg.unit.as_str());
            let claim = excluded.iter().find(|each| {
                (each.unit.is_empty() || each.unit == unit)
                    && (each.metric.is_empty() || each.metric == self.id)
            });
            let verdict = if let Some(claim) = claim {
                Verdict::ByClaim(claim.claim.clone())
            } else if self.exclude.as_ref().map_or(Ok(false), |x| x.holds(row))? {
                Verdict::ByDefinition
            } else {
                let met = self
                    .numerator
                    .as_ref()
                    .map_or(Ok(false), |n| n.holds(row))?;
                let value = match &self.value {
                    Some(value) => match value.value(row)? {
                        // Few enough places for sums to be exact, whatever their order.
                        Value::Number(number) => Some(rounded(number, 8)),
                        _ => None,
                    },
                    None => None,
                };
                Verdict::Counted { met, value }
            };
            found(Judged { leg, unit, verdict });
        }
        row.truncate(case_row);
        Ok(())
    }

    fn moment(&self, facts: &CaseFacts, leg: Option<&LegFacts>) -> Option<Millis> {
        match self.when {
            When::Opened => Some(facts.opened_at),
            When::Dispatched => leg.map(|leg| leg.dispatched_at),
            When::Closed => facts.closed_at,
        }
    }
}
