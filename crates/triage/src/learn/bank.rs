//! Linear heads that share one table of features, and learn online (AROW).
//!
//! AROW keeps for every weight how sure it is of it, so that a rare word is learnt at once and a
//! common one is not shaken by a single case. Each head weighs a feature by how rare it is and by
//! how unevenly its classes use it (the root of the divergence from the classes' own shares,
//! shrunk where little was seen); the second factor alone brought half a point to a full one.

use super::feature::{ENCODED, Features, always, length};
use super::number::{Shuffle, at, ln, narrow, real, sum, wide};

/// How unsure a weight is before anything was learnt.
const UNSURE: f32 = 1.0;
/// Regularisation: the greater, the less a single case moves.
pub(super) const CALM: f32 = 1.0;
/// The margin the right class should have.
pub(super) const MARGIN: f32 = 1.0;
/// Passes over the examples.
pub(super) const EPOCHS: usize = 3;
/// Cases of the classes' own shares that every feature is mixed with.
const SHRINK: f64 = 5.0;
/// No row.
const NONE: u32 = u32::MAX;

/// One head: what it chooses from, and where its weights stand in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) classes: Vec<String>,
    pub(crate) from: usize,
}

/// Heads over one table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bank {
    pub(crate) heads: Vec<Head>,
    /// Classes of all heads together: the length of a row.
    pub(crate) width: usize,
    /// Slots are taken modulo a power of two: this many bits.
    pub(crate) bits: u32,
    /// Numbers of an encoder's vector, which have slots of their own behind all others; 0 without one.
    pub(crate) dense: usize,
    /// Row of each slot.
    index: Vec<u32>,
    /// Slot of each row.
    pub(crate) slots: Vec<u32>,
    /// For each row, for each head: what the feature weighs.
    pub(crate) scales: Vec<f32>,
    /// For each row, for each class.
    pub(crate) weights: Vec<f32>,
    /// For each row, for each class: how unsure.
    pub(crate) unsure: Vec<f32>,
    /// For each head: what a feature weighs that was never seen.
    pub(crate) fresh: Vec<f32>,
}

/// An example for a bank: the class of each head, where it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) classes: Vec<Option<usize>>,
}

impl Bank {
    /// A bank that knows nothing yet.
    pub(crate) fn empty(heads: Vec<Vec<String>>, bits: u32) -> Self {
        Self::empty_beside(heads, bits, 0)
    }

    /// The same for words beside an encoder's vector of so many numbers.
    pub(crate) fn empty_beside(heads: Vec<Vec<String>>, bits: u32, dense: usize) -> Self {
        let mut from = 0;
        let heads: Vec<Head> = heads
            .into_iter()
            .map(|classes| {
                let head = Head { classes, from };
                from += head.classes.len();
                head
            })
            .collect();
        Self {
            width: from,
            bits,
            dense,
            index: vec![NONE; at(1 << bits) + dense],
            slots: Vec::new(),
            scales: Vec::new(),
            weights: Vec::new(),
            unsure: Vec::new(),
            fresh: vec![1.0; heads.len()],
            heads,
        }
    }

    /// An empty bank, trained on examples in a fixed order: `features(i)` gives the readings of example
    /// `i`, the whole text first, beginnings of it behind.
    pub(crate) fn trained(
        self,
        targets: &[Target],
        mut features: impl FnMut(usize, &mut dyn FnMut(&Features)),
        seed: u64,
    ) -> Self {
        let mut bank = self;
        bank.weigh(targets, &mut features);
        let mut order: Vec<usize> = (0..targets.len()).collect();
        let mut chance = Shuffle::new(seed);
        for _ in 0..EPOCHS {
            chance.shuffle(&mut order);
            for &i in &order {
                let Some(target) = targets.get(i) else {
                    continue;
                };
                features(i, &mut |reading| {
                    for (head, class) in target.classes.iter().enumerate() {
                        if let Some(class) = class {
                            bank.learn(reading, head, *class);
                        }
                    }
                });
            }
        }
        bank
    }

    /// Counts who uses which feature, and what each therefore weighs.
    fn weigh(
        &mut self,
        targets: &[Target],
        features: &mut impl FnMut(usize, &mut dyn FnMut(&Features)),
    ) {
        // Seen, for each row: by how many in all for each head, and by how many of each class.
        let mut of_head: Vec<f32> = Vec::new();
        let mut of_class: Vec<f32> = Vec::new();
        let mut all_of_head = vec![0_usize; self.heads.len()];
        let mut all_of_class = vec![0_usize; self.width];
        for (i, target) in targets.iter().enumerate() {
            let mut first = true;
            let known: Vec<(usize, usize)> = self
                .heads
                .iter()
                .zip(&target.classes)
                .enumerate()
                .filter_map(|(h, (head, class))| Some((h, head.from + (*class)?)))
                .collect();
            for &(head, class) in &known {
                add(&mut all_of_head, head);
                add(&mut all_of_class, class);
            }
            features(i, &mut |reading| {
                // Beginnings are parts of the whole and would count twice.
                if !std::mem::take(&mut first) {
                    return;
                }
                for &(slot, _) in &reading.counts {
                    let row = self.row_or_new(slot);
                    of_head.resize(self.slots.len() * self.heads.len(), 0.0);
                    of_class.resize(self.slots.len() * self.width, 0.0);
                    for &(head, class) in &known {
                        if let Some(n) = of_head.get_mut(row * self.heads.len() + head) {
                            *n += 1.0;
                        }
                        if let Some(n) = of_class.get_mut(row * self.width + class) {
                            *n += 1.0;
                        }
                    }
                }
            });
        }
        let (width, count) = (self.width, self.heads.len());
        for (h, head) in self.heads.iter().enumerate() {
            let all = wide(all_of_head.get(h).copied().unwrap_or(0)).max(1.0);
            let shares: Vec<f64> = all_of_class
                .iter()
                .skip(head.from)
                .take(head.classes.len())
                .map(|n| wide(*n) / all)
                .collect();
            let weight = |seen: f64, by_class: &[f32]| {
                let rare = ln((1.0 + all) / (1.0 + seen)) + 1.0;
                rare * uneven(seen, by_class, &shares)
            };
            for row in 0..self.slots.len() {
                let seen = f64::from(of_head.get(row * count + h).copied().unwrap_or(0.0));
                let from = row * width + head.from;
                let by_class = of_class.get(from..from + head.classes.len());
                if let Some(scale) = self.scales.get_mut(row * count + h) {
                    *scale = narrow(weight(seen, by_class.unwrap_or_default()));
                }
            }
            // A feature nobody had is weighed as one that a class of middling size had once.
            let mut once = vec![0.0_f32; head.classes.len()];
            let middle = head.classes.len() / 2;
            let mut order: Vec<usize> = (0..shares.len()).collect();
            order.sort_by(|a, b| {
                let share = |i: &usize| shares.get(*i).copied().unwrap_or(0.0);
                share(a).total_cmp(&share(b)).then(a.cmp(b))
            });
            if let Some(n) = order.get(middle).and_then(|i| once.get_mut(*i)) {
                *n = 1.0;
            }
            if let Some(fresh) = self.fresh.get_mut(h) {
                *fresh = narrow(weight(1.0, &once)).max(0.1);
            }
        }
        // What is always there is no word and is not weighed.
        let (slot, _) = always();
        let row = self.row_or_new(slot);
        for h in 0..count {
            if let Some(scale) = self.scales.get_mut(row * count + h) {
                *scale = 0.0;
            }
        }
    }

    /// The slot of a number of an encoder's vector.
    fn dense_slot(&self, number: usize) -> u32 {
        u32::try_from(number).map_or(0, |number| (1 << self.bits) + number)
    }

    /// The row of a slot, made if there is none.
    fn row_or_new(&mut self, slot: u32) -> usize {
        self.row_at(slot & ((1 << self.bits) - 1))
    }

    fn row_at(&mut self, slot: u32) -> usize {
        let Some(entry) = self.index.get_mut(at(slot)) else {
            return 0;
        };
        if *entry == NONE {
            *entry = u32::try_from(self.slots.len()).unwrap_or(NONE);
            self.slots.push(slot);
            self.scales.extend_from_slice(&self.fresh);
            self.weights.resize(self.weights.len() + self.width, 0.0);
            self.unsure.resize(self.unsure.len() + self.width, UNSURE);
        }
        at(*entry)
    }

    fn row(&self, slot: u32) -> Option<usize> {
        self.known(slot & ((1 << self.bits) - 1))
    }

    fn known(&self, slot: u32) -> Option<usize> {
        let row = *self.index.get(at(slot))?;
        (row != NONE).then_some(at(row))
    }

    /// The rows of the features that were ever seen, with how often each is there. Memory is what
    /// scoring waits for, and what is looked up one behind the other is waited for together: so
    /// nothing is decided in between.
    fn rows_of(&self, features: &Features) -> Vec<(usize, f32)> {
        let mut out = vec![(0, 0.0); features.counts.len() + 1];
        let mut known = 0;
        for &(slot, n) in &features.counts {
            let row = self.index.get(at(slot & ((1 << self.bits) - 1)));
            let row = row.copied().unwrap_or(NONE);
            if let Some(place) = out.get_mut(known) {
                *place = (at(row), n);
            }
            known += usize::from(row != NONE);
        }
        out.truncate(known);
        out
    }

    /// Points of every class of every head, one behind the other.
    pub(crate) fn scores(&self, features: &Features) -> Vec<f32> {
        let count = self.heads.len();
        let mut out = vec![0.0_f32; self.width];
        let mut squares = vec![0.0_f32; count];
        let rows = self.rows_of(features);
        let mut values: Vec<f32> = Vec::with_capacity(rows.len() * count);
        for &(row, n) in &rows {
            let scales = self.scales.get(row * count..(row + 1) * count);
            values.extend(scales.unwrap_or_default().iter().map(|scale| n * scale));
        }
        for (&(row, _), values) in rows.iter().zip(values.chunks_exact(count.max(1))) {
            let weights = self.weights.get(row * self.width..(row + 1) * self.width);
            let weights = weights.unwrap_or_default();
            for ((head, x), square) in self.heads.iter().zip(values).zip(&mut squares) {
                *square += x * x;
                // Slices of one length each: the compiler then adds several classes at once.
                let own = head.from..head.from + head.classes.len();
                if let (Some(sums), Some(weights)) = (out.get_mut(own.clone()), weights.get(own)) {
                    for (sum, weight) in sums.iter_mut().zip(weights) {
                        *sum += x * weight;
                    }
                }
            }
        }
        let (slot, x) = always();
        let bias = self.row(slot).map(|row| row * self.width);
        for (head, square) in self.heads.iter().zip(&squares) {
            let norm = length(*square);
            let points = out.iter_mut().enumerate().skip(head.from);
            for (class, sum) in points.take(head.classes.len()) {
                let bias = bias.and_then(|row| self.weights.get(row + class));
                *sum = *sum / norm + x * bias.copied().unwrap_or(0.0);
            }
        }
        for (number, x) in features.dense.iter().take(self.dense).enumerate() {
            let Some(row) = self.known(self.dense_slot(number)) else {
                continue;
            };
            let weights = self.weights.get(row * self.width..(row + 1) * self.width);
            for (sum, weight) in out.iter_mut().zip(weights.unwrap_or_default()) {
                *sum += ENCODED * x * weight;
            }
        }
        out
    }

    /// The points of one head out of what [`Bank::scores`] gave.
    pub(crate) fn of_head<'a>(&self, scores: &'a [f32], head: usize) -> &'a [f32] {
        self.heads
            .get(head)
            .and_then(|h| scores.get(h.from..h.from + h.classes.len()))
            .unwrap_or(&[])
    }

    /// Learns one example: the right class gains on its strongest rival, where it did not lead by
    /// the margin.
    pub(crate) fn learn(&mut self, features: &Features, head: usize, class: usize) {
        let Some((from, classes)) = self.heads.get(head).map(|h| (h.from, h.classes.len())) else {
            return;
        };
        if classes < 2 || class >= classes || features.is_empty() {
            return;
        }
        let x = self.vector(features, head);
        let mut points = vec![0.0_f32; classes];
        for &(row, value) in &x {
            let start = row * self.width + from;
            let weights = self.weights.get(start..start + classes).unwrap_or_default();
            for (sum, weight) in points.iter_mut().zip(weights) {
                *sum += value * weight;
            }
        }
        let mut rival: Option<(usize, f32)> = None;
        let mut own = 0.0;
        for (c, &sum) in points.iter().enumerate() {
            if c == class {
                own = sum;
            } else if rival.is_none_or(|(_, best)| sum > best) {
                rival = Some((c, sum));
            }
        }
        let Some((rival, best)) = rival else { return };
        let lead = own - best;
        if lead >= MARGIN {
            return;
        }
        let mut doubt = 0.0_f32;
        for &(row, value) in &x {
            let start = row * self.width + from;
            let of = |c: usize| self.unsure.get(start + c).copied().unwrap_or(0.0);
            doubt += value * value * (of(class) + of(rival));
        }
        let beta = 1.0 / (doubt + CALM);
        let alpha = (MARGIN - lead) * beta;
        for (row, value) in x {
            let start = row * self.width + from;
            for (c, sign) in [(class, 1.0), (rival, -1.0)] {
                let pair = self.weights.get_mut(start + c);
                if let Some((weight, unsure)) = pair.zip(self.unsure.get_mut(start + c)) {
                    let step = *unsure * value;
                    *weight += sign * alpha * step;
                    *unsure -= beta * step * step;
                }
            }
        }
    }

    /// Rows and values of a reading for one head: unit length, and what is always there.
    fn vector(&mut self, features: &Features, head: usize) -> Vec<(usize, f32)> {
        let count = self.heads.len();
        let mut squares = 0.0_f32;
        let mut x: Vec<(usize, f32)> = Vec::with_capacity(features.counts.len() + 1);
        for &(slot, n) in &features.counts {
            let row = self.row_or_new(slot);
            let value = n * self.scales.get(row * count + head).copied().unwrap_or(0.0);
            squares += value * value;
            x.push((row, value));
        }
        let norm = length(squares);
        for (_, value) in &mut x {
            *value /= norm;
        }
        for (number, value) in features.dense.iter().take(self.dense).enumerate() {
            let row = self.row_at(self.dense_slot(number));
            x.push((row, ENCODED * value));
        }
        let (slot, value) = always();
        x.push((self.row_or_new(slot), value));
        x
    }

    /// How much the feature in a slot speaks for a class of a head, before the text's length.
    pub(crate) fn speaks(&self, slot: u32, head: usize, class: usize) -> f32 {
        let Some((row, h)) = self.row(slot).zip(self.heads.get(head)) else {
            return 0.0;
        };
        let scale = self.scales.get(row * self.heads.len() + head);
        let start = row * self.width + h.from;
        let weights = self.weights.get(start..start + h.classes.len());
        let (Some(scale), Some(weights)) = (scale, weights) else {
            return 0.0;
        };
        let own = weights.get(class).copied().unwrap_or(0.0);
        let mean = sum(weights) / real(weights.len().max(1));
        scale * (own - mean)
    }

    /// Puts a bank together from what a file held; `None` where the parts do not fit.
    pub(crate) fn restore(
        heads: Vec<Vec<String>>,
        (bits, dense): (u32, usize),
        fresh: Vec<f32>,
        rows: Vec<u32>,
        scales: Vec<f32>,
        weights: Vec<f32>,
        unsure: Vec<f32>,
    ) -> Option<Self> {
        if bits > super::feature::BITS {
            return None;
        }
        let mut bank = Self::empty_beside(heads, bits, dense);
        let count = bank.heads.len();
        let fits = fresh.len() == count
            && scales.len() == rows.len() * count
            && weights.len() == rows.len() * bank.width
            && unsure.len() == weights.len();
        if !fits {
            return None;
        }
        for (row, slot) in rows.iter().enumerate() {
            let entry = bank.index.get_mut(at(*slot))?;
            if *entry != NONE {
                return None;
            }
            *entry = u32::try_from(row).ok()?;
        }
        bank.fresh = fresh;
        bank.slots = rows;
        bank.scales = scales;
        bank.weights = weights;
        bank.unsure = unsure;
        Some(bank)
    }
}

/// How unevenly the classes use a feature: the root of the divergence (Kullback and Leibler) of
/// their shares among those who have it from their shares among all.
fn uneven(seen: f64, by_class: &[f32], shares: &[f64]) -> f64 {
    let mut divergence = 0.0;
    for (n, share) in by_class.iter().zip(shares) {
        if *share > 0.0 {
            let here = (f64::from(*n) + SHRINK * share) / (seen + SHRINK);
            if here > 0.0 {
                divergence += here * ln(here / share);
            }
        }
    }
    divergence.max(0.0).sqrt()
}

fn add(counts: &mut [usize], at: usize) {
    if let Some(n) = counts.get_mut(at) {
        *n += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Features {
        Features::of_chars(&text.chars().collect::<Vec<_>>(), &mut Vec::new())
    }

    fn small() -> (Vec<Features>, Vec<Target>) {
        let texts = [
            "楼上装修电钻太吵",
            "工地打桩噪音",
            "老板拖欠工资",
            "工钱三个月没发",
        ];
        let targets = [0, 0, 1, 1]
            .map(|c| Target {
                classes: vec![Some(c)],
            })
            .to_vec();
        (texts.map(read).to_vec(), targets)
    }

    fn trained() -> Bank {
        let (texts, targets) = small();
        let classes = vec![vec!["noise".to_owned(), "wages".to_owned()]];
        Bank::empty(classes, 12).trained(&targets, |i, f| f(&texts[i]), 1)
    }

    #[test]
    fn the_same_examples_give_the_same_bank_bit_for_bit() {
        assert_eq!(trained(), trained());
    }

    #[test]
    fn it_tells_apart_what_it_was_taught_and_what_is_like_it() {
        let bank = trained();
        let scores = bank.scores(&read("半夜电钻太吵"));
        assert!(scores[0] > scores[1], "{scores:?}");
        let scores = bank.scores(&read("拖欠工资不发"));
        assert!(scores[1] > scores[0], "{scores:?}");
    }

    #[test]
    fn one_correction_teaches_a_word_nobody_used_before() {
        let mut bank = trained();
        let new = read("蝈蝈叫");
        bank.learn(&new, 0, 0);
        let scores = bank.scores(&new);
        assert!(scores[0] > scores[1] + 0.3, "{scores:?}");
    }

    #[test]
    fn nothing_at_all_scores_and_is_not_learnt() {
        let mut bank = trained();
        let before = bank.clone();
        bank.learn(&read(""), 0, 1);
        bank.learn(&read("漏水"), 5, 1);
        bank.learn(&read("漏水"), 0, 9);
        assert_eq!(bank, before);
        assert_eq!(bank.scores(&read("")).len(), 2);
    }
}
