//! Measuring heads on labelled cases, fold by fold: the figures people ask for.

use super::calibration::{PROMISE, Ranked};
use super::example::{Example, GROUP};
use super::model::Model;
use super::number::wide;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// A labelled case and the fold it is tested in. The label stands as the example's kind.
#[derive(Debug, Clone)]
pub struct Trial {
    /// Words and label.
    pub example: Example,
    /// The fold.
    pub fold: usize,
}

/// What was measured.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct Measured {
    /// Cases tested.
    pub cases: usize,
    /// Mean of the classes' F1.
    pub macro_f1: f64,
    /// Share that came out right.
    pub accuracy: f64,
    /// Share right among the surest 90 %.
    pub accuracy_at_90: f64,
    /// Share of cases that can be answered at an accuracy of 95 %.
    pub coverage_at_95: f64,
    /// Expected calibration error over 15 bins.
    pub ece: f64,
    /// How often the conformal set held the right class; 0.95 is promised.
    pub set_coverage: f64,
    /// Classes in a set, on average.
    pub set_size: f64,
    /// How often one answer would have been filled in, and how often that was right.
    pub prefilled: f64,
    /// See `prefilled`.
    pub prefilled_right: f64,
    /// Macro-F1 when only the first characters are known.
    pub beginnings: BTreeMap<usize, f64>,
    /// F1 of each class.
    pub classes: BTreeMap<String, f64>,
    /// Right class, said class, how often; the most frequent mistakes first.
    pub confusion: Vec<(String, String, usize)>,
    /// Cases read in a second by the heads alone, on one core, normalising and sets included.
    pub read_per_second: f64,
    /// Cases trained on in a second, calibration included.
    pub trained_per_second: f64,
}

/// Tests every fold in `tested` with a model trained on the other cases.
#[must_use]
pub fn measure(trials: &[Trial], tested: &[usize], beginnings: &[usize]) -> Measured {
    let mut out = Measured::default();
    let mut said: Vec<Said> = Vec::new();
    let mut short: BTreeMap<usize, Vec<(String, String)>> = BTreeMap::new();
    let (mut taught, mut training, mut reading) = (0, Duration::ZERO, Duration::ZERO);
    for &fold in tested {
        let others: Vec<Example> = trials
            .iter()
            .filter(|t| t.fold != fold)
            .map(|t| t.example.clone())
            .collect();
        let begun = now();
        let model = Model::train(&others);
        training += begun.elapsed();
        taught += others.len();
        let mine: Vec<&Trial> = trials.iter().filter(|t| t.fold == fold).collect();
        let begun = now();
        for trial in &mine {
            let words = &trial.example.words;
            std::hint::black_box(model.shares(words));
        }
        reading += begun.elapsed();
        for trial in mine {
            let right = trial.example.group.clone().unwrap_or_default();
            said.push(Said::of(&model, &trial.example, right.clone()));
            for &length in beginnings {
                let words: String = trial.example.words.chars().take(length).collect();
                let cut = Example {
                    words,
                    ..trial.example.clone()
                };
                let first = Said::of(&model, &cut, right.clone()).first;
                short
                    .entry(length)
                    .or_default()
                    .push((right.clone(), first));
            }
        }
    }
    out.figures(said);
    out.beginnings = short
        .into_iter()
        .map(|(length, pairs)| (length, macro_f1(&pairs).0))
        .collect();
    let rate = |n: usize, time: Duration| wide(n) / time.as_secs_f64().max(1e-9);
    out.read_per_second = rate(out.cases, reading);
    out.trained_per_second = rate(taught, training);
    out
}

/// Measures its own speed; nothing is decided by it.
fn now() -> Instant {
    Instant::now()
}

/// What a model said of one case.
struct Said {
    right: String,
    first: String,
    share: f64,
    holds: bool,
    size: usize,
    filled: bool,
}

impl Said {
    fn of(model: &Model, example: &Example, right: String) -> Self {
        let points = model.points(example);
        let [_, points, _] = points.heads;
        let calibration = model.calibrations.get(GROUP).cloned().unwrap_or_default();
        let shares = calibration.shares(&points);
        let names = model.trunk.heads.get(GROUP).map(|h| h.classes.as_slice());
        let ranked: Vec<Ranked> = names
            .unwrap_or_default()
            .iter()
            .zip(shares)
            .map(|(class, share)| Ranked {
                class: class.clone(),
                share,
            })
            .collect();
        let verdict = calibration.verdict(ranked);
        let (first, share) = verdict
            .first()
            .map_or((String::new(), 0.0), |f| (f.class.clone(), f.share));
        Self {
            holds: verdict.set.iter().any(|r| r.class == right),
            size: verdict.set.len(),
            filled: verdict.zone == super::Zone::Prefill,
            right,
            first,
            share,
        }
    }

    fn good(&self) -> bool {
        self.right == self.first
    }
}

impl Measured {
    fn figures(&mut self, mut said: Vec<Said>) {
        let n = said.len();
        if n == 0 {
            return;
        }
        let share = |count: usize, of: usize| wide(count) / wide(of.max(1));
        self.cases = n;
        let pairs: Vec<(String, String)> = said
            .iter()
            .map(|s| (s.right.clone(), s.first.clone()))
            .collect();
        (self.macro_f1, self.classes) = macro_f1(&pairs);
        self.accuracy = share(said.iter().filter(|s| s.good()).count(), n);
        self.set_coverage = share(said.iter().filter(|s| s.holds).count(), n);
        self.set_size = share(said.iter().map(|s| s.size).sum(), n);
        let filled: Vec<&Said> = said.iter().filter(|s| s.filled).collect();
        self.prefilled = share(filled.len(), n);
        self.prefilled_right = share(filled.iter().filter(|s| s.good()).count(), filled.len());
        self.ece = ece(&said);
        let mut mistakes: BTreeMap<(String, String), usize> = BTreeMap::new();
        for (right, first) in pairs {
            if right != first {
                *mistakes.entry((right, first)).or_default() += 1;
            }
        }
        self.confusion = mistakes.into_iter().map(|((a, b), n)| (a, b, n)).collect();
        self.confusion.sort_by_key(|m| std::cmp::Reverse(m.2));
        self.confusion.truncate(12);
        said.sort_by(|a, b| b.share.total_cmp(&a.share));
        let (mut good, mut seen) = (0, 0);
        for each in &said {
            seen += 1;
            good += usize::from(each.good());
            if seen == n * 9 / 10 {
                self.accuracy_at_90 = share(good, seen);
            }
            if share(good, seen) >= PROMISE {
                self.coverage_at_95 = share(seen, n);
            }
        }
    }
}

/// The mean distance between what was claimed and what was so, over 15 bins of equal width.
fn ece(said: &[Said]) -> f64 {
    let mut bins = [(0_usize, 0_usize, 0.0_f64); 15];
    for each in said {
        let bin = (0..15).rev().find(|b| each.share > wide(*b) / 15.0);
        if let Some((n, good, sum)) = bins.get_mut(bin.unwrap_or(0)) {
            *n += 1;
            *good += usize::from(each.good());
            *sum += each.share;
        }
    }
    let gaps = bins.iter().map(|(_, good, sum)| (wide(*good) - sum).abs());
    gaps.sum::<f64>() / wide(said.len().max(1))
}

/// The mean of the classes' F1, and each: pairs of right and said.
pub(crate) fn macro_f1(pairs: &[(String, String)]) -> (f64, BTreeMap<String, f64>) {
    let mut counts: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
    for (right, said) in pairs {
        let entry = counts.entry(right).or_default();
        entry.0 += usize::from(right == said);
        entry.1 += 1;
        counts.entry(said).or_default().2 += 1;
    }
    let f1: BTreeMap<String, f64> = counts
        .into_iter()
        .filter(|(_, c)| c.1 > 0)
        .map(|(name, (hits, right, said))| {
            (
                name.to_owned(),
                2.0 * wide(hits) / wide((right + said).max(1)),
            )
        })
        .collect();
    let mean = f1.values().sum::<f64>() / wide(f1.len().max(1));
    (mean, f1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_those_one_counts_by_hand() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        // a: two right of three, said three times; b: one right of two, said twice.
        let pairs = [
            pair("a", "a"),
            pair("a", "a"),
            pair("a", "b"),
            pair("b", "b"),
            pair("b", "a"),
        ];
        let (mean, each) = macro_f1(&pairs);
        assert!((each["a"] - 4.0 / 6.0).abs() < 1e-12);
        assert!((each["b"] - 2.0 / 4.0).abs() < 1e-12);
        assert!((mean - (4.0 / 6.0 + 0.5) / 2.0).abs() < 1e-12);
        let said = |share: f64, good: bool| Said {
            right: "a".to_owned(),
            first: if good { "a" } else { "b" }.to_owned(),
            share,
            holds: true,
            size: 1,
            filled: false,
        };
        let flat: Vec<Said> = (0..10).map(|i| said(0.9, i < 7)).collect();
        assert!((ece(&flat) - 0.2).abs() < 1e-9);
    }
}
