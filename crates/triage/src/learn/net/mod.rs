//! A net of one hidden layer over runs of characters, taught once and from then on only asked.
//!
//! A line drawn between words cannot know that 刀 beside 切菜 tells of a kitchen; what lies between
//! words and answer here can. Several small nets that began differently are asked together: where
//! one of them has learnt a chance, the others have not. What stands in few lessons is left out, and
//! a number is half a byte: neither costs anything that can be measured.

mod bytes;
mod teach;

use super::bank::Head;
use super::feature::{Features, length};
use super::index::Index;
use super::number::{at, exp, ln, narrow, wide};
use std::borrow::Cow;
use std::ops::Range;

/// What lies between words and answer, in each net.
const HIDDEN: usize = 32;
/// Half of the hidden numbers: one lies in the lower half of a byte, the one so far behind it in the
/// upper.
const ROW: usize = HIDDEN / 2;
/// Bytes of a feature in one net: its unit (the upper half of a number's bits, low byte first), then half a byte for each hidden number.
const CELL: usize = 2 + ROW;
/// What stands for nothing in half a byte, and how far it reaches to either side.
const ZERO: u8 = 8;
const REACH: u8 = 7;
/// Exponentials that are worked out side by side.
const SIDE: usize = 16;
/// Heads over several nets.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Net {
    /// Of what it was taught, as its teacher names it.
    pub(crate) version: String,
    pub(crate) heads: Vec<Head>,
    width: usize,
    index: Index,
    /// Slot of each row, rising.
    slots: Vec<u32>,
    /// For each row: how rare the feature is.
    scales: Vec<f32>,
    /// For each row a cell of each net, side by side: memory is what asking waits for.
    cells: Cow<'static, [u8]>,
    members: Vec<Member>,
}

/// One net, but for its cells.
#[derive(Debug, Clone, PartialEq)]
struct Member {
    bias: Vec<f32>,
    /// For each hidden number what it adds to each class, and what is added without any.
    weights: Vec<f32>,
    common: Vec<f32>,
}

/// The hidden numbers of a net.
type Hidden = [f32; HIDDEN];

/// A text as each net heard it; what is below nothing says nothing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Heard(Vec<Hidden>);

/// What each hidden number of each net says of a class, in a text that was heard.
pub(crate) struct Leaning(Vec<Hidden>);

/// A text in a net: its rows with what each counts.
type Known = Vec<(usize, f32)>;

impl Net {
    fn bare(version: String, heads: Vec<Vec<String>>) -> Self {
        let mut width = 0;
        let head = |classes: Vec<String>| {
            let from = width;
            width += classes.len();
            Head { classes, from }
        };
        let heads = heads.into_iter().map(head).collect();
        Self {
            version,
            heads,
            width,
            index: Index::default(),
            slots: Vec::new(),
            scales: Vec::new(),
            cells: Cow::default(),
            members: Vec::new(),
        }
    }

    /// One more row, of a slot behind all others; nothing where it is not behind them.
    fn add_row(&mut self, slot: u32, scale: f32) -> Option<()> {
        if self.slots.last().is_some_and(|last| *last >= slot) {
            return None;
        }
        self.slots.push(slot);
        self.scales.push(scale);
        self.index.add(slot);
        Some(())
    }

    fn row(&self, slot: u32) -> Option<usize> {
        self.index.row(slot).map(at)
    }

    /// The cells of a row, net by net.
    fn cells(&self, row: usize) -> &[[u8; CELL]] {
        let bytes = CELL * self.members.len();
        let own = self.cells.get(row * bytes..(row + 1) * bytes);
        own.unwrap_or_default().as_chunks().0
    }

    /// The rows of a reading, together of length one.
    fn known(&self, reading: &Features) -> Known {
        let mut known: Known = self.index.rows(&reading.counts, u32::MAX);
        for (row, x) in &mut known {
            *x *= self.scales.get(*row).copied().unwrap_or(0.0);
        }
        let norm = length(known.iter().map(|(_, x)| x * x).sum());
        known.iter_mut().for_each(|(_, x)| *x /= norm);
        known
    }

    /// What each net hears in a reading.
    pub(crate) fn hear(&self, reading: &Features) -> Heard {
        let bias = |member: &Member| member.bias.first_chunk().copied().unwrap_or_default();
        let mut heard: Vec<Hidden> = self.members.iter().map(bias).collect();
        let known = self.known(reading);
        // All are fetched before any is added: each is waited for, but not one behind the other.
        let mut cells: Vec<[u8; CELL]> = Vec::with_capacity(known.len() * self.members.len());
        for (row, _) in &known {
            cells.extend_from_slice(self.cells(*row));
        }
        let of_rows = cells.chunks_exact(self.members.len().max(1));
        for ((_, x), cells) in known.iter().zip(of_rows) {
            for (cell, sums) in cells.iter().zip(&mut heard) {
                add(cell, *x, sums);
            }
        }
        heard
            .as_flattened_mut()
            .iter_mut()
            .for_each(|x| *x = x.max(0.0));
        Heard(heard)
    }

    /// The logarithms of the shares of a head's classes, in the middle of the nets. In each they sum to
    /// one.
    pub(crate) fn shares(&self, heard: &Heard, head: usize) -> Vec<f32> {
        let own = self.own(head);
        let mut out = vec![0.0_f32; own.len()];
        let mut points = out.clone();
        for (member, heard) in self.members.iter().zip(&heard.0) {
            member.points(heard, own.clone(), self.width, &mut points);
            let all = all_of(&points);
            for (sum, point) in out.iter_mut().zip(&points) {
                *sum += point - all;
            }
        }
        let members = narrow(wide(self.members.len().max(1)));
        out.iter_mut().for_each(|sum| *sum /= members);
        out
    }

    /// Where a head's classes lie.
    fn own(&self, head: usize) -> Range<usize> {
        let head = self.heads.get(head);
        head.map_or(0..0, |h| h.from..h.from + h.classes.len())
    }

    /// What speaks for a class of a head, and not for the others, in a text.
    pub(crate) fn leaning(&self, heard: &Heard, head: usize, class: usize) -> Leaning {
        let own = self.own(head);
        let count = narrow(wide(own.len().max(1)));
        let of = |(member, heard): (&Member, &Hidden)| {
            let mut leans = [0.0; HIDDEN];
            let of_hidden = member.weights.chunks_exact(self.width.max(1));
            for ((lean, &x), weights) in leans.iter_mut().zip(heard).zip(of_hidden) {
                let weights = weights.get(own.clone()).unwrap_or_default();
                let mean = weights.iter().sum::<f32>() / count;
                let weight = weights.get(class).copied().unwrap_or(mean);
                *lean = if x > 0.0 { weight - mean } else { 0.0 };
            }
            leans
        };
        Leaning(self.members.iter().zip(&heard.0).map(of).collect())
    }

    /// How much the feature in a slot speaks that way, before the text's length, in the middle of the
    /// nets.
    pub(crate) fn speaks(&self, slot: u32, leaning: &Leaning) -> f32 {
        let Some(row) = self.row(slot) else {
            return 0.0;
        };
        let scale = self.scales.get(row).copied().unwrap_or(0.0);
        let sum: f32 = self.cells(row).iter().zip(&leaning.0).map(along).sum();
        scale * sum / narrow(wide(self.members.len().max(1)))
    }
}

/// Adds what a cell adds to the hidden numbers, times `x`.
#[inline]
fn add(cell: &[u8; CELL], x: f32, sums: &mut Hidden) {
    let [low, high, halves @ ..] = cell;
    let x = x * f32::from_le_bytes([0, 0, *low, *high]);
    let (lower, upper) = sums.split_at_mut(ROW);
    let zero = f32::from(ZERO);
    for ((lower, upper), halves) in lower.iter_mut().zip(upper).zip(halves) {
        *lower += x * (f32::from(halves & 0xf) - zero);
        *upper += x * (f32::from(halves >> 4) - zero);
    }
}

/// What a cell adds, times what each hidden number says.
#[inline]
fn along(([low, high, halves @ ..], says): (&[u8; CELL], &Hidden)) -> f32 {
    let (lower, upper) = says.split_at(ROW);
    let mut sums = [0.0_f32; ROW];
    let zero = f32::from(ZERO);
    for (((sum, lower), upper), halves) in sums.iter_mut().zip(lower).zip(upper).zip(halves) {
        *sum = lower * (f32::from(halves & 0xf) - zero) + upper * (f32::from(halves >> 4) - zero);
    }
    f32::from_le_bytes([0, 0, *low, *high]) * sums.iter().sum::<f32>()
}

impl Member {
    /// The points of some classes of `width`.
    fn points(&self, heard: &Hidden, own: Range<usize>, width: usize, out: &mut [f32]) {
        let common = self.common.get(own.clone()).unwrap_or_default();
        out.iter_mut()
            .zip(common)
            .for_each(|(to, from)| *to = *from);
        for (&x, weights) in heard.iter().zip(self.weights.chunks_exact(width.max(1))) {
            if x > 0.0 {
                let weights = weights.get(own.clone()).unwrap_or_default();
                for (sum, weight) in out.iter_mut().zip(weights) {
                    *sum += x * weight;
                }
            }
        }
    }
}

/// The logarithm of the sum of what the points are logarithms of.
pub(crate) fn all_of(points: &[f32]) -> f32 {
    let top = points.iter().copied().fold(f32::MIN, f32::max);
    let mut sum = 0.0;
    for points in points.chunks(SIDE) {
        // Worked out side by side and then added one behind the other: a sum in another order is another sum.
        let mut each = [0.0; SIDE];
        for (each, point) in each.iter_mut().zip(points) {
            *each = exp(f64::from(point - top));
        }
        sum = each.iter().take(points.len()).fold(sum, |sum, x| sum + x);
    }
    top + narrow(ln(sum))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_side_by_side_is_the_sum_one_by_one_to_the_last_bit() {
        for count in [1, 2, SIDE - 1, SIDE, SIDE + 1, 3 * SIDE + 5] {
            let points: Vec<f32> = (0..count)
                .map(|n| narrow(wide(n * 37 % 101)) * -0.173)
                .collect();
            let top = points.iter().copied().fold(f32::MIN, f32::max);
            let sum: f64 = points.iter().map(|p| exp(f64::from(p - top))).sum();
            let plain = top + narrow(ln(sum));
            assert_eq!(all_of(&points).to_bits(), plain.to_bits(), "{count}");
        }
    }
}
