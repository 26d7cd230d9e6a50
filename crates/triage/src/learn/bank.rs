//! Linear heads that share one table of features, and learn online (AROW).
//!
//! AROW keeps for every weight how sure it is of it, so that a rare word is learnt at once and a
//! common one is not shaken by a single case. Each head weighs a feature by how rare it is and by
//! how unevenly its classes use it (the root of the divergence from the classes' own shares,
//! shrunk where little was seen); the second factor alone brought half a point to a full one.

use super::feature::{ENCODED, Features, always, length};
use super::hint::UNHEARD;
use super::index::Index;
use super::number::{Shuffle, at, ln, narrow, real, sum, wide};
use super::table::Table;
use super::uneven::Uneven;
use std::ops::Range;

/// Regularisation: the greater, the less a single case moves.
pub(super) const CALM: f32 = 1.0;
/// The margin the right class should have.
pub(super) const MARGIN: f32 = 1.0;
/// Passes over the examples.
pub(super) const EPOCHS: usize = 3;

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
    /// The number of each class's head.
    of: Vec<u16>,
    /// Classes of all heads together: the length of a row.
    pub(crate) width: usize,
    /// Slots are taken modulo a power of two: this many bits.
    pub(crate) bits: u32,
    /// Numbers of an encoder's vector, which have slots of their own behind all others; 0 without one.
    pub(crate) dense: usize,
    index: Index,
    /// Slot of each row.
    pub(crate) slots: Vec<u32>,
    /// For each row, for each head: what the feature weighs.
    pub(crate) scales: Vec<f32>,
    /// For each row what classes weigh, and how unsure that is.
    pub(crate) table: Table,
    /// For each head: what a feature weighs that was never seen.
    pub(crate) fresh: Vec<f32>,
    /// For each class the place of its hint; nothing where no class has one.
    pub(crate) hints: Vec<Option<u16>>,
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
        let of = (0_u16..).zip(&heads);
        let of = of.flat_map(|(number, head)| head.classes.iter().map(move |_| number));
        Self {
            of: of.collect(),
            width: from,
            bits,
            dense,
            index: Index::default(),
            slots: Vec::new(),
            scales: Vec::new(),
            table: Table::default(),
            fresh: vec![1.0; heads.len()],
            hints: Vec::new(),
            heads,
        }
    }

    /// The same with classes that begin with what the ear says of them.
    pub(crate) fn hinted(mut self, hints: Vec<Option<u16>>) -> Self {
        if hints.len() == self.width && hints.iter().any(Option::is_some) {
            self.hints = hints;
        }
        self
    }

    pub(crate) const fn is_hinted(&self) -> bool {
        !self.hints.is_empty()
    }

    /// Whether a class of a head begins with what the ear says of it.
    pub(crate) fn has_hint(&self, head: usize, class: usize) -> bool {
        let place = self.heads.get(head).map(|head| head.from + class);
        place.is_some_and(|place| self.hints.get(place).is_some_and(Option::is_some))
    }

    /// Adds what the ear says of classes.
    fn hint(&self, features: &Features, span: Range<usize>, points: &mut [f32]) {
        if features.hints.is_empty() || self.hints.is_empty() {
            return;
        }
        let hints = self.hints.get(span.clone()).unwrap_or_default();
        for (point, place) in points.iter_mut().skip(span.start).zip(hints) {
            let heard = place.and_then(|place| features.hints.get(usize::from(place)));
            *point += heard.copied().unwrap_or(UNHEARD);
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
        bank.table.unfold(bank.width);
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
        bank.tidy();
        bank
    }

    fn tidy(&mut self) {
        self.table.tidy();
        self.slots.shrink_to_fit();
        self.scales.shrink_to_fit();
    }

    /// Learns no more, and takes less memory.
    pub(crate) fn settle(&mut self) {
        self.tidy();
        self.table.settle();
    }

    /// Forgets all but the names of its classes.
    pub(crate) fn names_only(&mut self) {
        self.index = Index::default();
        self.slots = Vec::new();
        self.scales = Vec::new();
        self.table = Table::default();
    }

    /// Counts who uses which feature, and what each therefore weighs.
    fn weigh(
        &mut self,
        targets: &[Target],
        features: &mut impl FnMut(usize, &mut dyn FnMut(&Features)),
    ) {
        // Seen, for each row: by how many in all for each head, and by how many of each class.
        let mut of_head: Vec<f32> = Vec::new();
        let mut of_class = Table::default();
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
                    if of_class.len() < self.slots.len() {
                        of_class.push();
                    }
                    for &(head, class) in &known {
                        if let Some(n) = of_head.get_mut(row * self.heads.len() + head) {
                            *n += 1.0;
                        }
                        of_class.step(row, class, |_| (1.0, 0.0));
                    }
                }
            });
        }
        let count = self.heads.len();
        let mut by_class: Vec<f32> = Vec::new();
        for (h, head) in self.heads.iter().enumerate() {
            let all = wide(all_of_head.get(h).copied().unwrap_or(0)).max(1.0);
            let shares: Vec<f64> = all_of_class
                .iter()
                .skip(head.from)
                .take(head.classes.len())
                .map(|n| wide(*n) / all)
                .collect();
            let mut uneven = Uneven::new(&shares);
            let mut weight = |seen: f64, by_class: &[f32]| {
                let rare = ln((1.0 + all) / (1.0 + seen)) + 1.0;
                rare * uneven.root(seen, by_class)
            };
            for row in 0..self.slots.len() {
                let seen = f64::from(of_head.get(row * count + h).copied().unwrap_or(0.0));
                by_class.clear();
                by_class.resize(head.classes.len(), 0.0);
                for (class, n) in of_class.row(row) {
                    let place = class.checked_sub(head.from);
                    if let Some(slot) = place.and_then(|place| by_class.get_mut(place)) {
                        *slot = n;
                    }
                }
                if let Some(scale) = self.scales.get_mut(row * count + h) {
                    *scale = narrow(weight(seen, &by_class));
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

    fn mask(&self) -> u32 {
        (1 << self.bits) - 1
    }

    /// The row of a slot, made if there is none.
    fn row_or_new(&mut self, slot: u32) -> usize {
        self.row_at(slot & self.mask())
    }

    fn row_at(&mut self, slot: u32) -> usize {
        if let Some(row) = self.index.row(slot) {
            return at(row);
        }
        let row = self.slots.len();
        self.slots.push(slot);
        self.scales.extend_from_slice(&self.fresh);
        self.table.push();
        self.index.add(slot);
        row
    }

    fn row(&self, slot: u32) -> Option<usize> {
        self.known(slot & self.mask())
    }

    fn known(&self, slot: u32) -> Option<usize> {
        self.index.row(slot).map(at)
    }

    /// The rows of the features that were ever seen, with how often each is there.
    fn rows_of(&self, features: &Features) -> Vec<(usize, f32)> {
        self.index.rows(&features.counts, self.mask())
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
            for (x, square) in values.iter().zip(&mut squares) {
                *square += x * x;
            }
            self.table.add_parts(row, values, &self.of, &mut out);
        }
        for (head, square) in self.heads.iter().zip(&squares) {
            let norm = length(*square);
            let points = out.iter_mut().skip(head.from);
            points.take(head.classes.len()).for_each(|sum| *sum /= norm);
        }
        let (slot, x) = always();
        if let Some(row) = self.row(slot) {
            self.table.add(row, x, &(0..self.width), &mut out);
        }
        for (number, x) in features.dense.iter().take(self.dense).enumerate() {
            let Some(row) = self.known(self.dense_slot(number)) else {
                continue;
            };
            self.table.add(row, ENCODED * x, &(0..self.width), &mut out);
        }
        self.hint(features, 0..self.width, &mut out);
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
        let mut points = vec![0.0_f32; self.width];
        for &(row, value) in &x {
            self.table
                .add(row, value, &(from..from + classes), &mut points);
        }
        self.hint(features, from..from + classes, &mut points);
        let points = self.of_head(&points, head);
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
            let of = |c: usize| self.table.unsure(row, from + c);
            doubt += value * value * (of(class) + of(rival));
        }
        let beta = 1.0 / (doubt + CALM);
        let alpha = (MARGIN - lead) * beta;
        for (row, value) in x {
            for (c, sign) in [(class, 1.0), (rival, -1.0)] {
                self.table.step(row, from + c, |unsure| {
                    let step = unsure * value;
                    (sign * alpha * step, beta * step * step)
                });
            }
        }
        self.table.tidy_at_times();
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
        let Some(scale) = self.scales.get(row * self.heads.len() + head) else {
            return 0.0;
        };
        let own = self.table.row(row).filter_map(|(class, weight)| {
            let place = class.checked_sub(h.from)?;
            (place < h.classes.len()).then_some((place, weight))
        });
        let mean = sum(own) / real(h.classes.len().max(1));
        let own = self.table.weight(row, h.from + class);
        scale * (own - mean)
    }

    /// Puts a bank together from what a file held; `None` where the parts do not fit.
    pub(crate) fn restore(
        heads: Vec<Vec<String>>,
        (bits, dense): (u32, usize),
        fresh: Vec<f32>,
        rows: Vec<u32>,
        scales: Vec<f32>,
        weights: &[f32],
        unsure: &[f32],
    ) -> Option<Self> {
        if bits > super::feature::BITS {
            return None;
        }
        let mut bank = Self::empty_beside(heads, bits, dense);
        let count = bank.heads.len();
        let width = bank.width;
        let fits = fresh.len() == count
            && scales.len() == rows.len() * count
            && weights.len() == rows.len() * width
            && unsure.len() == weights.len();
        if !fits {
            return None;
        }
        let slots = at(1 << bits) + dense;
        for (row, slot) in rows.into_iter().enumerate() {
            if at(slot) >= slots || bank.known(slot).is_some() {
                return None;
            }
            bank.slots.push(slot);
            bank.index.add(slot);
            let span = row * width..(row + 1) * width;
            bank.table
                .push_full(weights.get(span.clone())?, unsure.get(span)?);
        }
        bank.fresh = fresh;
        bank.scales = scales;
        Some(bank)
    }
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
