//! A scheme 考核办法: what metrics are worth, in formulas, and how units are ranked by it.

use crate::formula::{Formula, Value};
use crate::number::{Miscount, rounded};
use crate::period::PeriodKind;
use crate::sheet::PartScore;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Whether a part adds points or takes some away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// Adds.
    Add,
    /// Takes away.
    Deduct,
}

/// What a part counts for where its figures have no data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoData {
    /// As if it had been fulfilled.
    Full,
    /// For nothing.
    Zero,
    /// It is left out, and the other parts that add are scaled up to the full marks.
    LeaveOut,
}

/// A part of a score.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Its id.
    pub id: String,
    /// Its name.
    pub zh: String,
    /// Its name.
    pub en: String,
    /// Most points it can add or take; it never goes below zero.
    pub full: Option<Decimal>,
    /// Adds or takes away.
    pub sign: Sign,
    /// What it counts for without data.
    pub no_data: NoData,
    /// The points.
    pub score: Formula,
}

/// A scheme that can be carried out.
#[derive(Debug, Clone, PartialEq)]
pub struct Scheme {
    /// Its id.
    pub id: String,
    /// Its version, from 1.
    pub version: u32,
    /// Its name.
    pub zh: String,
    /// Its name.
    pub en: String,
    /// What it stands on and what was assumed.
    pub note_zh: String,
    /// What it stands on and what was assumed.
    pub note_en: String,
    /// The periods it is for.
    pub periods: Vec<PeriodKind>,
    /// Whether units of different tiers are ranked apart.
    pub apart: bool,
    /// Places a score is kept with; three or more.
    pub places: u32,
    /// Places a metric is rounded to before it is used, so that a score can be recomputed by hand.
    pub rate_places: u32,
    /// Most points in all.
    pub most: Option<Decimal>,
    /// Fewest points in all.
    pub fewest: Option<Decimal>,
    /// Metrics that part those with the same score, in order; those that are the same still share
    /// a rank.
    pub ties: Vec<String>,
    /// How many of the last are asked to an interview 约谈 (R37).
    pub bottom: u32,
    /// The red list 红榜, over metrics and `score`.
    pub red: Option<Formula>,
    /// The black list 黑榜.
    pub black: Option<Formula>,
    /// Its parts.
    pub parts: Vec<Part>,
    /// All metrics it uses or shows, in the order of the book.
    pub metrics: Vec<String>,
    /// Declared numbers its formulas use.
    pub parameters: Vec<(String, Decimal)>,
    /// Slots of metrics that only count: nothing counted is no data to score.
    pub(crate) counts: Vec<usize>,
}

/// A score with its parts.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// The score; none without any data.
    pub score: Option<Decimal>,
    /// What it is made of.
    pub parts: Vec<PartScore>,
    /// What scaling and caps add or take: parts and this make the whole.
    pub adjustment: Decimal,
}

impl Scheme {
    /// The score of these metrics. `values` has one for each metric of the book, in its order.
    ///
    /// # Errors
    /// A number beyond 28 digits.
    pub fn score(&self, values: &[Option<Decimal>]) -> Result<Scored, Miscount> {
        let row = self.row(values, None);
        let mut parts = Vec::with_capacity(self.parts.len());
        let (mut total, mut taken) = (Decimal::ZERO, Decimal::ZERO);
        let (mut open_to, mut whole) = (Decimal::ZERO, Decimal::ZERO);
        let mut any = false;
        let mut left_out = false;
        for part in &self.parts {
            let found = match part.score.value(&row)? {
                Value::Number(number) => Some(number),
                _ => None,
            };
            any |= part
                .score
                .slots()
                .iter()
                .any(|slot| self.has_data(values, *slot));
            let full = part.full.unwrap_or(Decimal::ZERO);
            let points = match (found, part.no_data) {
                (Some(number), _) => {
                    let capped = part.full.map_or(number, |full| number.min(full));
                    Some(rounded(capped.max(Decimal::ZERO), self.places))
                }
                (None, NoData::Full) => Some(rounded(full, self.places)),
                (None, NoData::Zero) => Some(rounded(Decimal::ZERO, self.places)),
                (None, NoData::LeaveOut) => None,
            };
            match part.sign {
                Sign::Add => {
                    whole = sum(whole, full)?;
                    if let Some(points) = points {
                        open_to = sum(open_to, full)?;
                        total = sum(total, points)?;
                    } else {
                        left_out = true;
                    }
                }
                Sign::Deduct => taken = sum(taken, points.unwrap_or(Decimal::ZERO))?,
            }
            parts.push(PartScore {
                part: part.id.clone(),
                points,
                full: part.full,
                deduct: part.sign == Sign::Deduct,
                no_data: found.is_none(),
            });
        }
        let plain = total.checked_sub(taken).ok_or(Miscount::Overflow)?;
        let mut score = total;
        if left_out && !open_to.is_zero() {
            score = total
                .checked_mul(whole)
                .and_then(|scaled| scaled.checked_div(open_to))
                .ok_or(Miscount::Overflow)?;
        }
        score = score.checked_sub(taken).ok_or(Miscount::Overflow)?;
        if let Some(most) = self.most {
            score = score.min(most);
        }
        if let Some(fewest) = self.fewest {
            score = score.max(fewest);
        }
        let score = rounded(score, self.places);
        let adjustment = score.checked_sub(plain).ok_or(Miscount::Overflow)?;
        Ok(Scored {
            score: (any && !self.parts.is_empty()).then_some(score),
            parts,
            adjustment: rounded(adjustment, self.places),
        })
    }

    /// Whether a metric says anything of the unit: having counted nothing does not.
    fn has_data(&self, values: &[Option<Decimal>], slot: usize) -> bool {
        let value = values.get(slot).copied().flatten();
        value.is_some_and(|value| !value.is_zero() || !self.counts.contains(&slot))
    }

    /// Whether the unit stands on the red list or the black one.
    ///
    /// # Errors
    /// A number beyond 28 digits.
    pub fn lists(
        &self,
        values: &[Option<Decimal>],
        score: Option<Decimal>,
    ) -> Result<(bool, bool), Miscount> {
        let row = self.row(values, score);
        let on = |list: &Option<Formula>| list.as_ref().map_or(Ok(false), |list| list.holds(&row));
        let black = on(&self.black)?;
        // Nobody stands on both: what blackens outweighs.
        Ok((on(&self.red)? && !black, black))
    }

    /// Metrics as the formulas see them, then parameters, then the score.
    fn row(&self, values: &[Option<Decimal>], score: Option<Decimal>) -> Vec<Value<'static>> {
        let seen = |value: &Option<Decimal>| {
            value.map_or(Value::Missing, |number| {
                Value::Number(rounded(number, self.rate_places))
            })
        };
        let parameters = self
            .parameters
            .iter()
            .map(|(_, number)| Value::Number(*number));
        let score = score.map_or(Value::Missing, Value::Number);
        values
            .iter()
            .map(seen)
            .chain(parameters)
            .chain([score])
            .collect()
    }
}

fn sum(a: Decimal, b: Decimal) -> Result<Decimal, Miscount> {
    a.checked_add(b).ok_or(Miscount::Overflow)
}
