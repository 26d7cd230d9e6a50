//! Training with calibration on cases the heads were not trained on.

use super::calibration::{Calibration, FEWEST};
use super::example::{Example, Reader};
use super::model::{Model, ROW};
use super::twins::{Sketch, families};
use crate::encoder::Encoder;
use crate::narrative::Narrative;
use std::collections::BTreeMap;

/// Up to so many examples every one of them is held out once; beyond, every tenth once.
const ALL_HELD_OUT: usize = 20_000;
/// Parts the examples are cut into for holding out.
const PARTS: usize = 8;
/// How alike two texts have to be to stay on one side.
const TWINS: f32 = 0.4;
/// Cases the promise is kept on: the youngest, since it fails under drift.
const RECENT: usize = 20_000;

/// An example with the points it was given by a model that was not trained on it.
struct HeldOut<'a> {
    example: &'a Example,
    /// Of kinds.
    groups: Vec<f32>,
    /// Of the rows of the likeliest kinds.
    likely: BTreeMap<String, Vec<f32>>,
}

impl Model {
    /// Trains on examples, oldest first, and calibrates on held-out ones. The same words sent
    /// twice stay on one side, so that nothing looks easier than it is.
    #[must_use]
    pub fn train(examples: &[Example]) -> Self {
        Self::train_beside(examples, None)
    }

    /// The same with an encoder's vector beside the words. Every text is encoded three times, whole
    /// and its beginnings: training takes so much longer.
    #[must_use]
    pub fn train_beside(examples: &[Example], encoder: Option<&Encoder>) -> Self {
        let all: Vec<&Example> = examples.iter().collect();
        let mut reader = Reader::with(encoder.cloned());
        let mut model = Self::heads(&all, &mut reader);
        if examples.len() >= FEWEST {
            model.calibrate(&all, &mut reader);
        }
        model
    }

    fn calibrate(&mut self, examples: &[&Example], reader: &mut Reader) {
        let young = examples.len().saturating_sub(RECENT);
        let part = parts(examples);
        let folds: Vec<usize> = if examples.len() <= ALL_HELD_OUT {
            (0..PARTS).collect()
        } else {
            vec![0]
        };
        let mut points: [Vec<(Vec<f32>, usize)>; 4] = Default::default();
        let mut held: Vec<(Self, Vec<HeldOut<'_>>)> = Vec::new();
        for fold in folds {
            let inside = |i: usize| part.get(i).is_none_or(|p| *p != fold);
            let taught: Vec<&Example> = pick(examples, inside);
            let kept: Vec<&Example> = pick(examples, |i| !inside(i) && i >= young);
            let mut model = Self::heads(&taught, reader);
            let mut pointed = Vec::with_capacity(kept.len());
            for example in kept {
                let said = model.points(example);
                let [_, groups, _] = &said.heads;
                pointed.push(HeldOut {
                    example,
                    groups: groups.clone(),
                    likely: said.likely,
                });
                for (head, (into, said)) in points.iter_mut().zip(said.heads).enumerate() {
                    if let Some(class) = model.class(head, example) {
                        into.push((said, class));
                    }
                }
                let rows = said.rows.zip(model.row_class(example));
                if let (Some((said, class)), Some(into)) = (rows, points.get_mut(ROW)) {
                    into.push((said, class));
                }
            }
            // What it weighs is as much as all that is learnt, and is not asked again.
            model.names_only();
            held.push((model, pointed));
        }
        for (calibration, points) in self.calibrations.iter_mut().zip(&points) {
            *calibration = Calibration::fit(points);
        }
        self.promise_rows(held);
    }

    /// A row is right when kind and row are: its thresholds come from the two together.
    fn promise_rows(&mut self, held: Vec<(Self, Vec<HeldOut<'_>>)>) {
        let mut shares = Vec::new();
        for (mut model, kept) in held {
            model.calibrations.clone_from(&self.calibrations);
            for HeldOut {
                example,
                groups,
                likely,
            } in kept
            {
                let Some(row) = &example.row else { continue };
                let said = model.row_shares(&groups, &likely);
                let best = said.iter().max_by(|a, b| a.share.total_cmp(&b.share));
                if let Some(ruled) = &example.ruled {
                    let disagree = best.is_none_or(|b| b.class != *ruled);
                    self.trust.count(example.several, disagree, ruled == row);
                }
                let right = said.iter().position(|r| r.class == *row);
                let mut all: Vec<f64> = said.iter().map(|r| r.share).collect();
                // A row of a kind that was thought unlikely is as good as not offered.
                let right = right.unwrap_or_else(|| {
                    all.push(0.0);
                    all.len() - 1
                });
                shares.push((all, right));
            }
        }
        if let Some(row) = self.calibrations.get_mut(ROW) {
            // The leaf's own share is claimed under its kind's and has no steps of its own.
            row.steps.clear();
            row.promise(&shares);
        }
    }
}

fn pick<'a>(examples: &[&'a Example], want: impl Fn(usize) -> bool) -> Vec<&'a Example> {
    let numbered = examples.iter().enumerate();
    numbered
        .filter(|(i, _)| want(*i))
        .map(|(_, e)| *e)
        .collect()
}

/// In which part each example is held out; twins in one.
fn parts(examples: &[&Example]) -> Vec<usize> {
    let parts = if examples.len() <= ALL_HELD_OUT {
        PARTS
    } else {
        10
    };
    let family = if examples.len() <= ALL_HELD_OUT {
        let sketches: Vec<_> = examples
            .iter()
            .map(|e| Sketch::of(Narrative::new(&e.words).chars()))
            .collect();
        families(&sketches, TWINS)
    } else {
        // Twins come in soon after one another: a stretch of time on one side does as well.
        (0..examples.len()).map(|i| i / 50).collect()
    };
    family.into_iter().map(|f| f % parts).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_examples_make_a_model_that_fills_nothing_in() {
        let example = |words: &str, group: &str, row: &str| Example {
            words: words.to_owned(),
            group: Some(group.to_owned()),
            row: Some(row.to_owned()),
            ..Example::default()
        };
        let examples = [
            example("工地半夜施工太吵", "noise", "site"),
            example("打桩机声音太大", "noise", "site"),
            example("邻居半夜唱歌", "noise", "home"),
            example("老板拖欠工资", "work", "wages"),
        ];
        let model = Model::train(&examples);
        let words = "打桩机又响了";
        let said = model.read(&Narrative::new(words), words);
        let first = said.group.first().unwrap();
        assert_eq!(first.class, "noise");
        assert_eq!(said.row.first().unwrap().class, "site");
        assert_ne!(said.group.zone, super::super::Zone::Prefill);
        assert!(
            said.fragments.iter().any(|f| f.words.contains("打桩")),
            "{said:?}"
        );
        assert_eq!(model, Model::train(&examples));
    }
}
