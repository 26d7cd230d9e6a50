//! Counting: facts in, one tally for each metric and unit out.

use crate::fact::{CaseFacts, fill};
use crate::metric::{Exclusions, Metric, Shape, Verdict};
use crate::number::{Miscount, percent};
use crate::period::Period;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// Figures recorded by people, by metric and unit; the unit is empty for the platform.
pub type Inputs = BTreeMap<(String, String), Decimal>;

/// What was counted of one metric for one unit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// Counted: the denominator.
    pub counted: u64,
    /// Of those, what fulfils the numerator.
    pub met: u64,
    /// Left out by the metric's definition.
    pub by_definition: u64,
    /// Left out by approved records.
    pub by_claim: u64,
    /// Of those counted, how many have the value.
    pub valued: u64,
    /// Their sum.
    pub sum: Decimal,
    /// The units that occur.
    pub units: BTreeSet<String>,
}

impl Tally {
    fn hear(&mut self, verdict: &Verdict) -> Result<(), Miscount> {
        match verdict {
            Verdict::ByDefinition => self.by_definition += 1,
            Verdict::ByClaim(_) => self.by_claim += 1,
            Verdict::Counted { met, value } => {
                self.counted += 1;
                self.met += u64::from(*met);
                if let Some(value) = value {
                    self.valued += 1;
                    self.sum = self.sum.checked_add(*value).ok_or(Miscount::Overflow)?;
                }
            }
        }
        Ok(())
    }

    /// What the count comes to, `units` being how many units there are to cover; none where there
    /// is nothing to divide by.
    ///
    /// # Errors
    /// A number beyond 28 digits.
    pub fn value(&self, shape: Shape, units: u64) -> Result<Option<Decimal>, Miscount> {
        let whole = Decimal::from;
        match shape {
            Shape::Rate => percent(whole(self.met), whole(self.counted)),
            Shape::Count => Ok(Some(whole(self.counted))),
            Shape::Sum => Ok((self.valued > 0).then_some(self.sum)),
            Shape::Mean if self.valued == 0 => Ok(None),
            Shape::Mean => self
                .sum
                .checked_div(whole(self.valued))
                .map(Some)
                .ok_or(Miscount::Overflow),
            Shape::Coverage => {
                let there = u64::try_from(self.units.len()).unwrap_or(u64::MAX);
                percent(whole(there), whole(units))
            }
            Shape::Recorded | Shape::Made => Ok(None),
        }
    }
}

/// Counts metrics over facts. Each case is given once; what is counted of it is the metric's say.
#[derive(Debug)]
pub struct Reckoner<'m> {
    metrics: Vec<&'m Metric>,
    period: Period,
    exclusions: Exclusions,
    /// By metric: by unit, and for all.
    tallies: Vec<(BTreeMap<String, Tally>, Tally)>,
    cases: u64,
}

impl<'m> Reckoner<'m> {
    /// Begins to count.
    #[must_use]
    pub fn new(
        metrics: impl IntoIterator<Item = &'m Metric>,
        period: Period,
        exclusions: Exclusions,
    ) -> Self {
        let metrics: Vec<&Metric> = metrics.into_iter().collect();
        let tallies = metrics.iter().map(|_| Default::default()).collect();
        Self {
            metrics,
            period,
            exclusions,
            tallies,
            cases: 0,
        }
    }

    /// Counts one case.
    ///
    /// # Errors
    /// A number beyond 28 digits.
    pub fn add<'f>(&mut self, facts: &'f CaseFacts) -> Result<(), Miscount>
    where
        'm: 'f,
    {
        self.cases += 1;
        let mut row = Vec::with_capacity(96);
        fill(facts, &mut row);
        for (metric, (units, all)) in self.metrics.iter().zip(&mut self.tallies) {
            let mut went = Ok(());
            metric.judge_row(facts, &mut row, &self.period, &self.exclusions, |judged| {
                if !units.contains_key(judged.unit) {
                    units.insert(judged.unit.to_owned(), Tally::default());
                }
                if metric.shape == Shape::Coverage
                    && matches!(judged.verdict, Verdict::Counted { .. })
                    && !all.units.contains(judged.unit)
                {
                    all.units.insert(judged.unit.to_owned());
                }
                let own = units
                    .get_mut(judged.unit)
                    .map(|own| own.hear(&judged.verdict));
                let both = own
                    .unwrap_or(Ok(()))
                    .and_then(|()| all.hear(&judged.verdict));
                if both.is_err() {
                    went = both;
                }
            })?;
            went?;
        }
        Ok(())
    }

    /// How many cases it was shown.
    #[must_use]
    pub const fn cases(&self) -> u64 {
        self.cases
    }

    /// The period it counts in.
    #[must_use]
    pub const fn period(&self) -> &Period {
        &self.period
    }

    /// The tally of a metric for one unit, or for all where none is named.
    #[must_use]
    pub fn tally(&self, metric: &str, unit: Option<&str>) -> Option<&Tally> {
        let at = self.metrics.iter().position(|known| known.id == metric)?;
        let (units, all) = self.tallies.get(at)?;
        match unit {
            None => Some(all),
            Some(unit) => units.get(unit),
        }
    }
}
