//! A sheet: the units of a period with score, rank and figures, as it is shown, frozen and published.

use crate::book::Book;
use crate::metric::{Better, Grain, Metric, Shape};
use crate::number::{Miscount, percent, rounded};
use crate::period::Period;
use crate::reckon::{Inputs, Reckoner, Tally};
use crate::scheme::Scheme;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::HashMap;

/// Places figures are kept with.
const FIGURE_PLACES: u32 = 6;

/// A unit that is ranked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// Its code.
    pub unit: String,
    /// Its name.
    pub name: String,
    /// Its tier.
    pub tier: u8,
}

/// A part of a score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartScore {
    /// Which.
    pub part: String,
    /// The points; none where it is left out for want of data.
    pub points: Option<Decimal>,
    /// Most points.
    pub full: Option<Decimal>,
    /// Whether they are taken away.
    pub deduct: bool,
    /// Whether its figures have no data.
    pub no_data: bool,
}

/// A figure with what it was counted from (law 9).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// The metric.
    pub metric: String,
    /// Its version.
    pub version: u32,
    /// Counted: the denominator.
    pub denominator: u64,
    /// Of those, what fulfils it; of a mean or a sum, what has the value; of a coverage, the units.
    pub numerator: u64,
    /// Left out by the metric's definition.
    pub by_definition: u64,
    /// Left out by approved records.
    pub by_claim: u64,
    /// What it comes to; none for "no data".
    pub value: Option<Decimal>,
    /// Facts it needs that nothing reports.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lacks: Vec<String>,
}

/// One unit's line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Who.
    #[serde(flatten)]
    pub subject: Subject,
    /// The rank, from 1, within its tier where tiers are ranked apart; none without a score.
    pub rank: Option<u32>,
    /// Shares its rank with another.
    pub tied: bool,
    /// The metric that parted it from one with the same score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parted_by: Option<String>,
    /// The score.
    pub score: Option<Decimal>,
    /// What the parts do not add up to, because of scaling or a cap.
    pub adjustment: Decimal,
    /// The parts.
    pub parts: Vec<PartScore>,
    /// Red list.
    pub red: bool,
    /// Black list.
    pub black: bool,
    /// Among the last, who are asked to an interview (R37).
    pub bottom: bool,
    /// The figures.
    pub figures: Vec<Figure>,
}

/// The whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// The scheme.
    pub scheme: String,
    /// Its version.
    pub version: u32,
    /// The period.
    pub period: Period,
    /// Cases looked at.
    pub cases: u64,
    /// The units, by rank.
    pub lines: Vec<Line>,
    /// The platform as a whole.
    pub total: Vec<Figure>,
}

/// A figure of two periods (R72).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Before.
    pub before: Figure,
    /// After.
    pub after: Figure,
    /// After less before.
    pub difference: Option<Decimal>,
    /// The difference in percent of before.
    pub percent: Option<Decimal>,
}

/// The figures of `metrics` for one unit, or for the platform.
///
/// # Errors
/// A number beyond 28 digits.
pub fn figures(
    book: &Book,
    metrics: &[String],
    reckoner: &Reckoner<'_>,
    inputs: &Inputs,
    unit: Option<&str>,
    units: u64,
) -> Result<Vec<Figure>, Miscount> {
    let values = Values::of(book, reckoner, inputs, unit, units)?;
    Ok(metrics
        .iter()
        .filter_map(|id| {
            let at = book.metrics().position(|metric| &metric.id == id)?;
            let metric = book.metrics().nth(at)?;
            Some(values.figure(metric, at))
        })
        .collect())
}

/// What each metric of the book comes to.
struct Values {
    tallies: Vec<Tally>,
    values: Vec<Option<Decimal>>,
}

impl Values {
    fn of(
        book: &Book,
        reckoner: &Reckoner<'_>,
        inputs: &Inputs,
        unit: Option<&str>,
        units: u64,
    ) -> Result<Self, Miscount> {
        let mut tallies = Vec::new();
        let mut values: Vec<Option<Decimal>> = Vec::new();
        for metric in book.metrics() {
            let tally = reckoner
                .tally(&metric.id, unit)
                .cloned()
                .unwrap_or_default();
            values.push(match metric.shape {
                _ if !metric.lacks.is_empty() => None,
                Shape::Recorded => {
                    let key = (metric.id.clone(), unit.unwrap_or_default().to_owned());
                    inputs.get(&key).copied()
                }
                shape => tally.value(shape, units)?,
            });
            tallies.push(tally);
        }
        // Made of the others, which are never made themselves.
        let plain = values.clone();
        for (metric, value) in book.metrics().zip(&mut values) {
            if let Some((formula, _)) = &metric.made {
                *value = book.made(formula, &plain)?;
            }
        }
        Ok(Self { tallies, values })
    }

    fn figure(&self, metric: &Metric, at: usize) -> Figure {
        let tally = self.tallies.get(at).cloned().unwrap_or_default();
        let value = self.values.get(at).copied().flatten();
        Figure {
            metric: metric.id.clone(),
            version: metric.version,
            denominator: tally.counted,
            numerator: match metric.shape {
                Shape::Mean | Shape::Sum => tally.valued,
                Shape::Coverage => u64::try_from(tally.units.len()).unwrap_or(u64::MAX),
                _ => tally.met,
            },
            by_definition: tally.by_definition,
            by_claim: tally.by_claim,
            value: value.map(|value| shown(metric, value)),
            lacks: metric.lacks.iter().map(|name| (*name).to_owned()).collect(),
        }
    }
}

/// Counts as whole numbers, everything else with all its places.
fn shown(metric: &Metric, value: Decimal) -> Decimal {
    if metric.shape == Shape::Count {
        value
    } else {
        rounded(value, FIGURE_PLACES)
    }
}

/// Scores and ranks the units.
///
/// # Errors
/// A number beyond 28 digits.
pub fn sheet(
    book: &Book,
    scheme: &Scheme,
    reckoner: &Reckoner<'_>,
    inputs: &Inputs,
    subjects: &[Subject],
) -> Result<Sheet, Miscount> {
    let units = u64::try_from(subjects.len()).unwrap_or(u64::MAX);
    let mut lines: Vec<(Line, Vec<Option<Decimal>>)> = Vec::with_capacity(subjects.len());
    for subject in subjects {
        let values = Values::of(book, reckoner, inputs, Some(&subject.unit), units)?;
        let scored = scheme.score(&values.values)?;
        let (red, black) = match scored.score {
            None => (false, false),
            score => scheme.lists(&values.values, score)?,
        };
        let figures = book
            .metrics()
            .enumerate()
            .filter(|(_, metric)| scheme.metrics.contains(&metric.id))
            .map(|(at, metric)| values.figure(metric, at))
            .collect();
        let ties = scheme
            .ties
            .iter()
            .map(|id| {
                let at = book.metrics().position(|metric| &metric.id == id)?;
                let value = values.values.get(at).copied().flatten()?;
                let value = rounded(value, scheme.rate_places);
                let less = book.metrics().nth(at)?.better == Some(Better::Less);
                Some(if less { -value } else { value })
            })
            .collect();
        let line = Line {
            subject: subject.clone(),
            rank: None,
            tied: false,
            parted_by: None,
            score: scored.score,
            adjustment: scored.adjustment,
            parts: scored.parts,
            red,
            black,
            bottom: false,
            figures,
        };
        lines.push((line, ties));
    }
    let total = figures(book, &scheme.metrics, reckoner, inputs, None, units)?;
    Ok(Sheet {
        scheme: scheme.id.clone(),
        version: scheme.version,
        period: reckoner.period().clone(),
        cases: reckoner.cases(),
        lines: ranked(scheme, lines),
        total,
    })
}

/// By tier where they are ranked apart, then by score and ties; who has none comes last, by code.
fn ranked(scheme: &Scheme, mut lines: Vec<(Line, Vec<Option<Decimal>>)>) -> Vec<Line> {
    let group = |line: &Line| if scheme.apart { line.subject.tier } else { 0 };
    // What one of those with the same score has no value of parts nobody: no data is no bad mark.
    let mut whole: HashMap<(u8, Option<Decimal>), usize> = HashMap::new();
    for (line, ties) in &lines {
        let known = ties.iter().take_while(|tie| tie.is_some()).count();
        let least = whole.entry((group(line), line.score)).or_insert(known);
        *least = known.min(*least);
    }
    for (line, ties) in &mut lines {
        ties.truncate(whole.get(&(group(line), line.score)).copied().unwrap_or(0));
    }
    lines.sort_by(|(a, ties_a), (b, ties_b)| {
        group(a)
            .cmp(&group(b))
            .then(b.score.cmp(&a.score))
            .then_with(|| ties_b.cmp(ties_a))
            .then_with(|| a.subject.unit.cmp(&b.subject.unit))
    });
    let mut places = Vec::with_capacity(lines.len());
    let mut first = 0;
    for (at, (line, ties)) in lines.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| lines.get(at));
        let same_group = before.is_some_and(|(other, _)| group(other) == group(line));
        if !same_group {
            first = at;
        }
        let same_score = same_group && before.is_some_and(|(other, _)| other.score == line.score);
        let tied = same_score && before.is_some_and(|(_, other)| other == ties);
        let place = u32::try_from(at - first)
            .unwrap_or(u32::MAX)
            .saturating_add(1);
        let rank = if tied {
            places
                .last()
                .map_or(place, |(rank, ..): &(u32, bool, Option<String>)| *rank)
        } else {
            place
        };
        let parted = before
            .filter(|_| same_score && !tied)
            .and_then(|(_, other)| {
                let at = other
                    .iter()
                    .zip(ties)
                    .position(|(a, b)| a.cmp(b) != Ordering::Equal)?;
                scheme.ties.get(at).cloned()
            });
        places.push((rank, tied, parted));
    }
    let scored = |group_of: u8, lines: &[(Line, Vec<Option<Decimal>>)]| {
        let there = lines
            .iter()
            .filter(|(line, _)| group(line) == group_of && line.score.is_some());
        u32::try_from(there.count()).unwrap_or(u32::MAX)
    };
    let of: Vec<(u32, Option<Decimal>)> = lines
        .iter()
        .map(|(line, _)| {
            let among = lines
                .iter()
                .filter(|(other, _)| group(other) == group(line));
            let best = among.filter_map(|(other, _)| other.score).max();
            (scored(group(line), &lines), best)
        })
        .collect();
    let follows: Vec<bool> = places
        .iter()
        .skip(1)
        .map(|(_, tied, _)| *tied)
        .chain([false])
        .collect();
    lines
        .into_iter()
        .zip(places)
        .zip(of.into_iter().zip(follows))
        .map(
            |(((mut line, _), (rank, tied, parted)), ((of, best), followed))| {
                if line.score.is_some() {
                    line.rank = Some(rank);
                    line.tied = tied || followed;
                    line.parted_by = parted;
                    // The last ones, and never more than half: among few nobody is summoned for being third, and
                    // nobody who has as many points as the first.
                    line.bottom = rank > of - scheme.bottom.min(of / 2) && line.score < best;
                }
                line
            },
        )
        .collect()
}

/// Two periods side by side (R72); figures pair by metric and version.
///
/// # Errors
/// A number beyond 28 digits.
pub fn compare(before: &[Figure], after: &[Figure]) -> Result<Vec<Change>, Miscount> {
    let mut changes = Vec::new();
    for after in after {
        let pair = before
            .iter()
            .find(|other| other.metric == after.metric && other.version == after.version);
        let Some(before) = pair else { continue };
        let (difference, share) = match (before.value, after.value) {
            (Some(a), Some(b)) => {
                let difference = b.checked_sub(a).ok_or(Miscount::Overflow)?;
                (Some(difference), percent(difference, a.abs())?)
            }
            _ => (None, None),
        };
        changes.push(Change {
            before: before.clone(),
            after: after.clone(),
            difference,
            percent: share.map(|share| rounded(share, FIGURE_PLACES)),
        });
    }
    Ok(changes)
}

/// Whether a metric counts cases or assignments, in the words of a table.
#[must_use]
pub const fn grain_word(of: Grain) -> &'static str {
    match of {
        Grain::Case => "case",
        Grain::Leg => "leg",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(unit: &str, score: i64) -> Line {
        Line {
            subject: Subject {
                unit: unit.to_owned(),
                name: unit.to_owned(),
                tier: 1,
            },
            rank: None,
            tied: false,
            parted_by: None,
            score: Some(Decimal::from(score)),
            adjustment: Decimal::ZERO,
            parts: Vec::new(),
            red: false,
            black: false,
            bottom: false,
            figures: Vec::new(),
        }
    }

    #[test]
    fn no_data_parts_nobody_and_full_marks_are_never_the_last() {
        let book = Book::shipped().unwrap();
        let scheme = book.scheme("three_rates").unwrap();
        let full = || vec![Some(Decimal::ONE_HUNDRED), Some(Decimal::ONE_HUNDRED)];
        let lines = ranked(
            scheme,
            vec![
                (line("a", 100), full()),
                (line("b", 100), vec![Some(Decimal::ONE_HUNDRED), None]),
                (line("c", 100), full()),
                (line("d", 100), vec![None, None]),
            ],
        );
        assert!(
            lines
                .iter()
                .all(|line| line.rank == Some(1) && line.tied && !line.bottom)
        );
        let lines = ranked(
            scheme,
            vec![(line("a", 100), full()), (line("b", 99), full())],
        );
        assert_eq!((lines[1].rank, lines[1].bottom), (Some(2), true));
    }
}
