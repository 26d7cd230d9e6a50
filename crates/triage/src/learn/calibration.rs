//! How sure is sure: points become shares that mean what they say.
//!
//! A temperature makes the shares of a head right on average, a split-conformal threshold says
//! which classes have to be offered so that the right one is among them as often as promised, and
//! a second threshold says from where on one answer may be filled in. All three are fitted on cases
//! the head was not trained on.

use super::number::{ln, softmax, wide};

/// How often the right class has to be in the set that is offered.
pub(crate) const PROMISE: f64 = 0.95;
/// How often an answer that is filled in has to be right.
const PREFILLED: f64 = 0.95;
/// Fewer cases than this promise nothing: nothing is filled in.
pub(crate) const FEWEST: usize = 100;
/// Classes offered at most; where more would be needed, a person is asked.
pub(crate) const OFFERED: usize = 3;

/// What a head's points mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// Points are divided by it before they become shares.
    pub temperature: f64,
    /// Share claimed for the first class, and share in which it was right, both rising; in between
    /// a straight line. Empty: claimed is as good as measured.
    pub steps: Vec<(f64, f64)>,
    /// A class with at least this share belongs to the set.
    pub belongs: f64,
    /// From this share on the first class may be filled in; above 1 it never may.
    pub sure: f64,
}

impl Default for Calibration {
    fn default() -> Self {
        Self {
            temperature: 0.3,
            steps: Vec::new(),
            belongs: 0.02,
            sure: 2.0,
        }
    }
}

/// What a person is shown.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Zone {
    /// One answer, filled in.
    Prefill,
    /// A short list.
    Offer,
    /// Nothing that would help: the person is asked.
    #[default]
    Ask,
}

/// A class with its share.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Ranked {
    /// The class.
    pub class: String,
    /// How likely, 0 to 1.
    pub share: f64,
}

/// What one head says.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct Verdict {
    /// What to do with it.
    pub zone: Zone,
    /// The classes that hold the right one as often as promised, likeliest first.
    pub set: Vec<Ranked>,
}

impl Verdict {
    /// The likeliest class.
    #[must_use]
    pub fn first(&self) -> Option<&Ranked> {
        self.set.first()
    }
}

impl Calibration {
    /// Fits all three on `points` of held-out cases with their right class.
    pub(crate) fn fit(points: &[(Vec<f32>, usize)]) -> Self {
        if points.len() < FEWEST {
            return Self::default();
        }
        let mut fitted = Self {
            temperature: temperature(points),
            ..Self::default()
        };
        fitted.steps = steps(points.iter().map(|(points, right)| {
            let shares = softmax(points, fitted.temperature);
            first(&shares).map_or((0.0, false), |(class, share)| (share, class == *right))
        }));
        let shares: Vec<(Vec<f64>, usize)> = points
            .iter()
            .map(|(points, right)| (fitted.shares(points), *right))
            .collect();
        fitted.promise(&shares);
        fitted
    }

    /// Points of all classes as shares that mean what they say.
    pub(crate) fn shares(&self, points: &[f32]) -> Vec<f64> {
        let mut shares = softmax(points, self.temperature);
        let Some((class, claimed)) = first(&shares) else {
            return shares;
        };
        let Some(mut so) = self.measured(claimed) else {
            return shares;
        };
        let others = 1.0 - claimed;
        let second = shares
            .iter()
            .enumerate()
            .filter(|(c, _)| *c != class)
            .map(|(_, s)| *s)
            .fold(0.0, f64::max);
        if others <= 1e-9 {
            so = claimed;
        } else {
            // The first stays the first.
            so = so.max(second / (others + second));
        }
        for (c, share) in shares.iter_mut().enumerate() {
            if c == class {
                *share = so;
            } else if others > 1e-9 {
                *share *= (1.0 - so) / others;
            }
        }
        shares
    }

    /// What a claimed share is worth by the steps.
    fn measured(&self, claimed: f64) -> Option<f64> {
        let above = self.steps.iter().position(|(at, _)| *at >= claimed);
        let last = self.steps.last()?;
        let Some(above) = above else {
            return Some(last.1);
        };
        let (at, so) = *self.steps.get(above)?;
        let Some((from, was)) = above
            .checked_sub(1)
            .and_then(|i| self.steps.get(i))
            .copied()
        else {
            return Some(so);
        };
        let part = if at > from {
            (claimed - from) / (at - from)
        } else {
            1.0
        };
        Some(was + (so - was) * part)
    }

    /// Sets the two thresholds by shares of held-out cases.
    pub(crate) fn promise(&mut self, shares: &[(Vec<f64>, usize)]) {
        if shares.len() < FEWEST {
            let promised = Self::default();
            (self.belongs, self.sure) = (promised.belongs, promised.sure);
            return;
        }
        let mut right: Vec<f64> = shares
            .iter()
            .map(|(shares, right)| shares.get(*right).copied().unwrap_or(0.0))
            .collect();
        right.sort_by(f64::total_cmp);
        // The split-conformal quantile: of n + 1 cases, at most a twentieth may lie below.
        let below = wide(right.len() + 1) * (1.0 - PROMISE);
        let mut skip = 0;
        while wide(skip + 1) <= below {
            skip += 1;
        }
        let belongs = right.get(skip.saturating_sub(1)).copied().unwrap_or(0.0);
        self.belongs = if skip == 0 { 0.0 } else { belongs };
        self.sure = sure(shares);
    }

    /// What is shown for these shares.
    pub(crate) fn verdict(&self, mut ranked: Vec<Ranked>) -> Verdict {
        if ranked.is_empty() {
            return Verdict::default();
        }
        ranked.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.class.cmp(&b.class)));
        let size = self.size(ranked.iter().map(|r| r.share));
        let top = ranked.first().map_or(0.0, |r| r.share);
        ranked.truncate(size);
        Verdict {
            zone: if top >= self.sure {
                Zone::Prefill
            } else if size <= OFFERED {
                Zone::Offer
            } else {
                Zone::Ask
            },
            set: ranked,
        }
    }

    /// How many of the shares, greatest first, belong to the set; one at least.
    pub(crate) fn size(&self, shares: impl Iterator<Item = f64>) -> usize {
        shares.take_while(|s| *s >= self.belongs).count().max(1)
    }
}

/// The temperature under which the held-out cases are likeliest: golden section over its logarithm.
fn temperature(points: &[(Vec<f32>, usize)]) -> f64 {
    let loss = |log: f64| {
        let t = super::number::exp(log);
        let each = points.iter().map(|(points, right)| {
            let share = softmax(points, t).get(*right).copied().unwrap_or(0.0);
            -ln(share.max(1e-12))
        });
        each.sum::<f64>()
    };
    const GOLDEN: f64 = 0.618_033_988_749_895;
    let (mut low, mut high) = (-4.0_f64, 2.0_f64);
    let mut left = high - GOLDEN * (high - low);
    let mut right = low + GOLDEN * (high - low);
    let (mut at_left, mut at_right) = (loss(left), loss(right));
    for _ in 0..24 {
        if at_left <= at_right {
            high = right;
            (right, at_right) = (left, at_left);
            left = high - GOLDEN * (high - low);
            at_left = loss(left);
        } else {
            low = left;
            (left, at_left) = (right, at_right);
            right = low + GOLDEN * (high - low);
            at_right = loss(right);
        }
    }
    super::number::exp(f64::midpoint(low, high))
}

/// The greatest share and whose it is; of equals the first.
fn first(shares: &[f64]) -> Option<(usize, f64)> {
    let numbered = shares.iter().copied().enumerate();
    numbered.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
}

/// Cases in a step: enough for its rate to mean something.
const STEP: usize = 50;

/// Claimed and measured shares in steps that only rise (pool adjacent violators).
fn steps(firsts: impl Iterator<Item = (f64, bool)>) -> Vec<(f64, f64)> {
    let mut firsts: Vec<(f64, bool)> = firsts.collect();
    firsts.sort_by(|a, b| a.0.total_cmp(&b.0));
    let size = STEP.max(firsts.len() / 20);
    // Sum of claims, how many right, how many.
    let mut pools: Vec<(f64, usize, usize)> = Vec::new();
    for step in firsts.chunks(size) {
        let claimed = step.iter().map(|f| f.0).sum::<f64>();
        let right = step.iter().filter(|f| f.1).count();
        pools.push((claimed, right, step.len()));
        while let [.., before, last] = pools.as_slice() {
            if wide(before.1) * wide(last.2) < wide(last.1) * wide(before.2) {
                break;
            }
            let joined = (before.0 + last.0, before.1 + last.1, before.2 + last.2);
            pools.truncate(pools.len() - 2);
            pools.push(joined);
        }
    }
    // One case more right and one more wrong: nothing is certain.
    let mean = |(claimed, right, n): (f64, usize, usize)| {
        (claimed / wide(n), (wide(right) + 0.5) / (wide(n) + 1.0))
    };
    pools.into_iter().map(mean).collect()
}

/// The least share from which on the first class was right as often as it has to be.
fn sure(shares: &[(Vec<f64>, usize)]) -> f64 {
    let mut firsts: Vec<(f64, bool)> = shares
        .iter()
        .map(|(shares, right)| {
            first(shares).map_or((0.0, false), |(class, share)| (share, class == *right))
        })
        .collect();
    firsts.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut seen, mut good, mut sure) = (0, 0, 2.0);
    for (share, right) in firsts {
        seen += 1;
        good += usize::from(right);
        if seen >= FEWEST / 2 && wide(good) >= PREFILLED * wide(seen) {
            sure = share;
        }
    }
    sure
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A head that is right four times of five, and says so with points that are far too bold.
    fn bold() -> Vec<(Vec<f32>, usize)> {
        (0..500)
            .map(|i| (vec![6.0, 0.0, -1.0], if i % 5 == 0 { 1 } else { 0 }))
            .collect()
    }

    #[test]
    fn bold_points_are_cooled_until_the_share_is_the_rate() {
        let fitted = Calibration::fit(&bold());
        let share = fitted.shares(&[6.0, 0.0, -1.0])[0];
        assert!((share - 0.8).abs() < 0.04, "{share}");
        assert!(
            fitted.sure > 1.0,
            "four of five is not sure enough: {fitted:?}"
        );
        let names = |shares: Vec<f64>| {
            let named = shares.into_iter().enumerate();
            named
                .map(|(i, share)| Ranked {
                    class: i.to_string(),
                    share,
                })
                .collect::<Vec<_>>()
        };
        let verdict = fitted.verdict(names(fitted.shares(&[6.0, 0.0, -1.0])));
        assert_eq!(verdict.zone, Zone::Offer);
        assert_eq!(
            verdict.set.len(),
            2,
            "the second is needed for 0.95: {verdict:?}"
        );
    }

    #[test]
    fn too_few_cases_promise_nothing() {
        let few = Calibration::fit(&bold()[..50]);
        assert_eq!(few, Calibration::default());
        let one = few.verdict(vec![Ranked {
            class: "a".to_owned(),
            share: 1.0,
        }]);
        assert_eq!(one.zone, Zone::Offer);
    }
}
