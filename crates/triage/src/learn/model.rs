//! The learnt layer: heads for desk, kind, row and urgency, and what they say of a narrative.

use super::bank::{Bank, Target};
use super::calibration::{Calibration, Ranked, Verdict};
use super::example::{DESK, Example, GROUP, Reader, URGENCY, classes, target};
use super::feature::{BITS, Features, Gram, body, grams};
use super::hint;
use super::number::softmax;
use super::opinion::Trust;
use crate::encoder::Encoder;
use crate::narrative::{Narrative, slice};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A head whose classes are all the same answers nothing; so does a model without examples.
///
/// The same examples in the same order give the same model, bit for bit, on every platform.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// Desk, kind, urgency. Shared between the copies of a model until one of them learns.
    pub(crate) trunk: Arc<Bank>,
    /// Rows of each kind.
    pub(crate) leaves: BTreeMap<String, Arc<Bank>>,
    /// Desk, kind, urgency, row.
    pub(crate) calibrations: [Calibration; 4],
    /// How often the rules were right.
    pub(crate) trust: Trust,
    /// Examples it was trained on.
    pub(crate) trained: u64,
    /// Examples learnt one by one since.
    pub(crate) since: u64,
    /// What it asks for a vector of the words, if a site has one.
    pub(crate) encoder: Option<Encoder>,
}

/// Number of the calibration of rows.
pub(crate) const ROW: usize = 3;
/// Kinds looked into for rows, likeliest first.
const KINDS: usize = 5;
/// Kinds that have less than this together are not looked into.
const UNLIKELY: f64 = 0.002;
/// Slots of a kind's own table: it sees a part of the words only.
const LEAF_BITS: u32 = 16;
/// Fragments shown.
const FRAGMENTS: usize = 3;

/// What the heads say of one narrative.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Reading {
    /// The desk.
    pub desk: Verdict,
    /// The kind of matter.
    pub group: Verdict,
    /// The row of the list.
    pub row: Verdict,
    /// How urgent.
    pub urgency: Verdict,
    /// The words that spoke loudest for the likeliest kind.
    pub fragments: Vec<Fragment>,
}

/// A stretch of the caller's words that spoke for a class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fragment {
    /// The words, as the caller said them.
    pub words: String,
    /// Where they begin: characters of the original, from 0.
    pub start: usize,
    /// Where they end, not included.
    pub end: usize,
    /// Their share of all that spoke for it, 0 to 1.
    pub share: f32,
}

/// Kinds whose rows are given points before the shares of kinds are known: those looked into, and
/// some that may yet turn out to be among them.
const KINDS_POINTED: usize = KINDS + 3;

/// Points of one case: desk, kind, urgency, the rows of the right kind, and those of the likeliest
/// kinds.
pub(crate) struct Points {
    pub(crate) heads: [Vec<f32>; 3],
    pub(crate) rows: Option<Vec<f32>>,
    pub(crate) likely: BTreeMap<String, Vec<f32>>,
}

impl Model {
    /// A model that knows nothing and says nothing.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            trunk: Arc::new(Bank::empty(vec![Vec::new(), Vec::new(), Vec::new()], BITS)),
            leaves: BTreeMap::new(),
            calibrations: Default::default(),
            trust: Trust::default(),
            trained: 0,
            since: 0,
            encoder: None,
        }
    }

    /// Trains the heads without calibrating them: what is only compared needs no more.
    pub(crate) fn heads(examples: &[&Example], reader: &mut Reader) -> Self {
        let trunk_classes: Vec<Vec<String>> = (0..3)
            .map(|head| {
                classes(
                    examples
                        .iter()
                        .filter_map(|e| e.of_trunk().get(head).copied().flatten()),
                )
            })
            .collect();
        let targets: Vec<_> = examples
            .iter()
            .map(|e| target(&trunk_classes, &e.of_trunk()))
            .collect();
        reader.hinted = examples.iter().any(|e| e.shipped);
        let known = hint::places(&trunk_classes, examples);
        let dense = reader.encoder.as_ref().map_or(0, Encoder::width);
        let trunk = Bank::empty_beside(trunk_classes, BITS, dense).hinted(known);
        let trunk = taught(trunk, &targets, examples, reader, 1);
        let mut of_kind: BTreeMap<&str, Vec<&Example>> = BTreeMap::new();
        for example in examples {
            if let (Some(group), Some(_)) = (&example.group, &example.row) {
                of_kind.entry(group).or_default().push(example);
            }
        }
        let leaves = of_kind
            .into_iter()
            .map(|(group, examples)| (group.to_owned(), Arc::new(leaf(&examples, reader))))
            .collect();
        Self {
            trunk: Arc::new(trunk),
            leaves,
            calibrations: Default::default(),
            trust: Trust::default(),
            trained: u64::try_from(examples.len()).unwrap_or(u64::MAX),
            since: 0,
            encoder: reader.encoder.clone(),
        }
    }

    /// Whether an encoder is asked: a call then costs what its layers cost.
    #[must_use]
    pub const fn encodes(&self) -> bool {
        self.encoder.is_some()
    }

    /// What the heads see of a narrative.
    fn features(&self, narrative: &Narrative) -> Features {
        let mut features = Features::of(narrative);
        if let Some(encoder) = &self.encoder {
            features.dense = encoder.vector(body(narrative));
        }
        if self.is_hinted() {
            features.hints = hint::points(narrative);
        }
        features
    }

    /// Whether the ear is asked what it knows of the classes.
    pub(crate) fn is_hinted(&self) -> bool {
        self.trunk.is_hinted() || self.leaves.values().any(|leaf| leaf.is_hinted())
    }

    /// Whether it has learnt anything at all.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.trained == 0 && self.since == 0
    }

    /// How many examples it was trained on, and how many it has learnt since.
    #[must_use]
    pub const fn seen(&self) -> (u64, u64) {
        (self.trained, self.since)
    }

    /// The calibration of the heads for desk, kind, urgency and row.
    #[must_use]
    pub const fn calibrations(&self) -> &[Calibration; 4] {
        &self.calibrations
    }

    /// Learns one more example at once. A class the model was not trained with waits for the next
    /// training.
    pub fn learn(&mut self, example: &Example) {
        let hinted = self.is_hinted();
        let heads: Vec<Vec<String>> = self.trunk.heads.iter().map(|h| h.classes.clone()).collect();
        let wanted = target(&heads, &example.of_trunk());
        let row = example.group.as_ref().zip(example.row.as_ref());
        let mut leaf = row.and_then(|(group, row)| {
            let leaf = Arc::make_mut(self.leaves.get_mut(group)?);
            let rows = &leaf.heads.first()?.classes;
            let class = rows.binary_search(row).ok()?;
            Some((leaf, class))
        });
        // A copy only if somebody else still reads what was.
        let trunk = Arc::make_mut(&mut self.trunk);
        let mut reader = Reader::with(self.encoder.clone());
        reader.hinted = hinted;
        reader.read(&example.words, &mut |reading| {
            for (head, class) in wanted.classes.iter().enumerate() {
                if let Some(class) = class {
                    trunk.learn(reading, head, *class);
                }
            }
            if let Some((leaf, class)) = &mut leaf {
                leaf.learn(reading, 0, *class);
            }
        });
        self.since += 1;
    }

    /// What the heads say. Total: any text gives a reading, in time linear in its length.
    #[must_use]
    pub fn read(&self, narrative: &Narrative, original: &str) -> Reading {
        if self.is_empty() {
            return Reading::default();
        }
        let features = self.features(narrative);
        if features.is_empty() {
            return Reading::default();
        }
        let scores = self.trunk.scores(&features);
        let head = |head| self.trunk_shares(&scores, head);
        let groups = head(GROUP);
        let row = self.rows(&groups, |_, leaf| Some(leaf.scores(&features)));
        let verdict = |i: usize, ranked| {
            self.calibrations
                .get(i)
                .map(|calibration| calibration.verdict(ranked))
                .unwrap_or_default()
        };
        let (desk, urgency) = (verdict(DESK, head(DESK)), verdict(URGENCY, head(URGENCY)));
        let group = verdict(GROUP, groups);
        let row = if row.is_empty() {
            Verdict::default()
        } else {
            verdict(ROW, row)
        };
        let fragments = group
            .first()
            .map(|first| self.fragments(narrative, original, &first.class))
            .unwrap_or_default();
        Reading {
            desk,
            group,
            row,
            urgency,
            fragments,
        }
    }

    /// The shares of a head of the trunk, by the points all heads gave.
    fn trunk_shares(&self, scores: &[f32], head: usize) -> Vec<Ranked> {
        let points = self.trunk.of_head(scores, head);
        let shares = self.calibrations.get(head).map(|c| c.shares(points));
        let shares = shares.unwrap_or_default();
        let names = self.trunk.heads.get(head).map(|h| h.classes.as_slice());
        named(names.unwrap_or_default(), shares)
    }

    /// The shares of rows: that of the kind times that of the row among the kind's, by the points
    /// the kind's rows are given.
    fn rows(
        &self,
        groups: &[Ranked],
        points: impl Fn(&str, &Bank) -> Option<Vec<f32>>,
    ) -> Vec<Ranked> {
        let mut likely: Vec<&Ranked> = groups.iter().collect();
        likely.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.class.cmp(&b.class)));
        let mut out = Vec::new();
        let mut left = 1.0;
        for group in likely.into_iter().take(KINDS) {
            // What is left cannot put a row among those that are offered.
            if left < UNLIKELY && !out.is_empty() {
                break;
            }
            left -= group.share;
            let Some(leaf) = self.leaves.get(&group.class) else {
                continue;
            };
            let Some(scores) = points(&group.class, leaf) else {
                continue;
            };
            let temperature = self.calibrations.get(ROW).map_or(1.0, |c| c.temperature);
            let shares = softmax(leaf.of_head(&scores, 0), temperature);
            let names = leaf.heads.first().map(|h| h.classes.as_slice());
            for mut row in named(names.unwrap_or_default(), shares) {
                row.share *= group.share;
                out.push(row);
            }
        }
        out
    }

    /// The stretches of the narrative that spoke loudest for a kind: runs that overlap are joined.
    fn fragments(&self, narrative: &Narrative, original: &str, kind: &str) -> Vec<Fragment> {
        let class = self.trunk.heads.get(GROUP).and_then(|head| {
            let found = head.classes.binary_search_by(|c| c.as_str().cmp(kind));
            found.ok()
        });
        let Some(class) = class else {
            return Vec::new();
        };
        let chars = body(narrative);
        // Most of what a young site's heads say is the ear's word; so are its grounds.
        let hinted = self.trunk.has_hint(GROUP, class);
        let heard = hinted.then(|| hint::speaks(narrative, kind)).flatten();
        let weight = by_grams(chars, |&Gram { slot, wide, .. }| {
            let heard = heard.as_ref().map_or(0.0, |heard| heard(wide));
            self.trunk.speaks(slot, GROUP, class) + heard
        });
        let all: f32 = weight.iter().filter(|w| **w > 0.0).sum();
        let runs = stretches(&weight, FRAGMENTS);
        let shift = narrative.body();
        runs.into_iter()
            .map(|(start, end, sum)| {
                let at = narrative.original(start + shift..end + shift);
                Fragment {
                    words: slice(original, &at),
                    start: at.start,
                    end: at.end,
                    share: sum / all,
                }
            })
            .collect()
    }

    /// The shares of desk, kind and urgency alone, in the order of the heads' classes: what is
    /// asked when many cases are read.
    #[must_use]
    pub fn shares(&self, words: &str) -> [Vec<f64>; 3] {
        let features = self.features(&Narrative::new(words));
        let scores = self.trunk.scores(&features);
        [DESK, GROUP, URGENCY].map(|head| {
            let points = self.trunk.of_head(&scores, head);
            let shares = self.calibrations.get(head).map(|c| c.shares(points));
            shares.unwrap_or_default()
        })
    }

    /// The points of an example, for calibrating and measuring.
    pub(crate) fn points(&self, example: &Example) -> Points {
        let features = self.features(&Narrative::new(&example.words));
        let scores = self.trunk.scores(&features);
        let leaf = example.group.as_ref().and_then(|g| self.leaves.get(g));
        let names = self.trunk.heads.get(GROUP).map(|h| h.classes.as_slice());
        let points = self.trunk.of_head(&scores, GROUP);
        let mut likely: Vec<(&String, &f32)> = names.into_iter().flatten().zip(points).collect();
        likely.sort_by(|a, b| b.1.total_cmp(a.1).then(a.0.cmp(b.0)));
        let of_kind = |(kind, _): (&String, &f32)| {
            let leaf = self.leaves.get(kind)?;
            Some((kind.clone(), leaf.scores(&features)))
        };
        Points {
            heads: [DESK, GROUP, URGENCY].map(|h| self.trunk.of_head(&scores, h).to_vec()),
            rows: leaf.map(|leaf| leaf.of_head(&leaf.scores(&features), 0).to_vec()),
            likely: likely
                .into_iter()
                .take(KINDS_POINTED)
                .filter_map(of_kind)
                .collect(),
        }
    }

    /// The shares of every row for an example that has been given points, with the present
    /// calibration.
    pub(crate) fn row_shares(
        &self,
        groups: &[f32],
        likely: &BTreeMap<String, Vec<f32>>,
    ) -> Vec<Ranked> {
        let shares = self.calibrations.get(GROUP).map(|c| c.shares(groups));
        let names = self.trunk.heads.get(GROUP).map(|h| h.classes.as_slice());
        let groups = named(names.unwrap_or_default(), shares.unwrap_or_default());
        self.rows(&groups, |kind, _| likely.get(kind).cloned())
    }

    /// Forgets all but the names of its classes.
    pub(crate) fn names_only(&mut self) {
        Arc::make_mut(&mut self.trunk).names_only();
        for leaf in self.leaves.values_mut() {
            Arc::make_mut(leaf).names_only();
        }
    }

    /// Learns no more: one that is only asked takes less memory.
    #[must_use]
    pub(crate) fn settled(mut self) -> Self {
        Arc::make_mut(&mut self.trunk).settle();
        for leaf in self.leaves.values_mut() {
            Arc::make_mut(leaf).settle();
        }
        self
    }

    /// The number of the class a head should have said.
    pub(crate) fn class(&self, head: usize, example: &Example) -> Option<usize> {
        let wanted = example.of_trunk().get(head).copied().flatten()?;
        let classes = &self.trunk.heads.get(head)?.classes;
        classes.binary_search_by(|c| c.as_str().cmp(wanted)).ok()
    }

    /// The number of the row among its kind's.
    pub(crate) fn row_class(&self, example: &Example) -> Option<usize> {
        let leaf = self.leaves.get(example.group.as_ref()?)?;
        let rows = &leaf.heads.first()?.classes;
        rows.binary_search(example.row.as_ref()?).ok()
    }
}

/// How much each character speaks for a class, through the runs it is part of; `speaks` tells how much
/// the run in a slot does.
pub(crate) fn by_grams(chars: &[char], speaks: impl Fn(&Gram) -> f32) -> Vec<f32> {
    let mut weight = vec![0.0_f32; chars.len()];
    grams(chars, |gram| {
        let speaks = speaks(&gram);
        // A single character is in every second word; it joins but does not start a stretch.
        let each =
            if gram.length == 1 { 0.3 } else { 1.0 } * speaks / super::number::real(gram.length);
        let run = weight.iter_mut().skip(gram.start).take(gram.length);
        run.for_each(|w| *w += each);
    });
    weight
}

/// The loudest stretches of at least two characters, with what they weigh together.
pub(crate) fn stretches(weight: &[f32], most: usize) -> Vec<(usize, usize, f32)> {
    let loudest = weight.iter().copied().fold(0.0, f32::max);
    if loudest <= 0.0 {
        return Vec::new();
    }
    let mut runs: Vec<(usize, usize, f32)> = Vec::new();
    for (i, w) in weight.iter().enumerate() {
        if *w < loudest * 0.35 {
            continue;
        }
        match runs.last_mut() {
            Some((_, end, sum)) if *end == i => {
                *end = i + 1;
                *sum += w;
            }
            _ => runs.push((i, i + 1, *w)),
        }
    }
    runs.retain(|(start, end, _)| end - start >= 2);
    runs.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
    runs.truncate(most);
    runs
}

fn leaf(examples: &[&Example], reader: &mut Reader) -> Bank {
    let rows = vec![classes(examples.iter().filter_map(|e| e.row.as_deref()))];
    let targets: Vec<_> = examples
        .iter()
        .map(|e| target(&rows, &[e.row.as_deref()]))
        .collect();
    let known = hint::rows(&rows, examples);
    let dense = reader.encoder.as_ref().map_or(0, Encoder::width);
    let leaf = Bank::empty_beside(rows, LEAF_BITS, dense).hinted(known);
    taught(leaf, &targets, examples, reader, 2)
}

/// A bank, taught the examples by their words.
fn taught(
    bank: Bank,
    targets: &[Target],
    examples: &[&Example],
    reader: &mut Reader,
    seed: u64,
) -> Bank {
    let read = |i: usize, f: &mut dyn FnMut(&Features)| {
        if let Some(example) = examples.get(i) {
            reader.read(&example.words, f);
        }
    };
    bank.trained(targets, read, seed)
}

fn named(names: &[String], shares: Vec<f64>) -> Vec<Ranked> {
    names
        .iter()
        .zip(shares)
        .map(|(class, share)| Ranked {
            class: class.clone(),
            share,
        })
        .collect()
}
