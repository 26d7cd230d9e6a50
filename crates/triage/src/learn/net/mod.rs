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

/// What lies between words and answer, in each net.
const HIDDEN: usize = 32;
/// Bytes of a feature in a net: half a byte for each hidden number.
const ROW: usize = HIDDEN / 2;
/// What stands for nothing in half a byte, and how far it reaches to either side.
const ZERO: u8 = 8;
const REACH: u8 = 7;
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
    members: Vec<Member>,
}

/// One net.
#[derive(Debug, Clone, PartialEq)]
struct Member {
    /// For each row what it adds to the hidden numbers, in units.
    rows: Cow<'static, [u8]>,
    /// For each row the unit: the upper half of a number's bits, low byte first.
    units: Cow<'static, [u8]>,
    bias: Vec<f32>,
    /// For each hidden number what it adds to each class, and what is added without any.
    weights: Vec<f32>,
    common: Vec<f32>,
}

/// What each hidden number of each net says of a class, in a text that was heard.
pub(crate) struct Leaning(Vec<Vec<f32>>);

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
        self.index.add(&self.slots);
        Some(())
    }

    fn row(&self, slot: u32) -> Option<usize> {
        self.index.row(slot, &self.slots).map(at)
    }

    /// The rows of a reading, together of length one.
    fn known(&self, reading: &Features) -> Known {
        let row = |&(slot, n): &(u32, f32)| {
            let row = self.row(slot)?;
            Some((row, n * self.scales.get(row)?))
        };
        let mut known: Known = reading.counts.iter().filter_map(row).collect();
        let norm = length(known.iter().map(|(_, x)| x * x).sum());
        known.iter_mut().for_each(|(_, x)| *x /= norm);
        known
    }

    /// Points of every class of every head, one behind the other: the logarithms of shares that
    /// sum to one for each head of each net, in the middle of the nets.
    pub(crate) fn scores(&self, features: &Features) -> Vec<f32> {
        let known = self.known(features);
        let mut out = vec![0.0_f32; self.width];
        let mut points = vec![0.0_f32; self.width];
        for member in &self.members {
            member.points(&member.heard(&known), &mut points);
            for head in &self.heads {
                let own = head.from..head.from + head.classes.len();
                let points = points.get(own.clone()).unwrap_or_default();
                let all = all_of(points);
                let sums = out.get_mut(own).unwrap_or_default();
                for (sum, point) in sums.iter_mut().zip(points) {
                    *sum += point - all;
                }
            }
        }
        let members = narrow(wide(self.members.len().max(1)));
        out.iter_mut().for_each(|sum| *sum /= members);
        out
    }

    /// The points of one head out of what [`Net::scores`] gave.
    pub(crate) fn of_head<'a>(&self, scores: &'a [f32], head: usize) -> &'a [f32] {
        let head = self.heads.get(head);
        head.and_then(|h| scores.get(h.from..h.from + h.classes.len()))
            .unwrap_or(&[])
    }

    /// What speaks for a class of a head, and not for the others, in a text.
    pub(crate) fn leaning(&self, features: &Features, head: usize, class: usize) -> Leaning {
        let known = self.known(features);
        let own = self.heads.get(head).map_or(0..0, |h| {
            let end = h.from + h.classes.len();
            h.from..end
        });
        let count = narrow(wide(own.len().max(1)));
        let of = |member: &Member| {
            let heard = member.heard(&known);
            let of_hidden = member.weights.chunks_exact(self.width.max(1));
            let leans = heard.iter().zip(of_hidden).map(|(&x, weights)| {
                let weights = weights.get(own.clone()).unwrap_or_default();
                let mean = weights.iter().sum::<f32>() / count;
                let weight = weights.get(class).copied().unwrap_or(mean);
                if x > 0.0 { weight - mean } else { 0.0 }
            });
            leans.collect()
        };
        Leaning(self.members.iter().map(of).collect())
    }

    /// How much the feature in a slot speaks that way, before the text's length, in the middle of the
    /// nets.
    pub(crate) fn speaks(&self, slot: u32, leaning: &Leaning) -> f32 {
        let Some(row) = self.row(slot) else {
            return 0.0;
        };
        let scale = self.scales.get(row).copied().unwrap_or(0.0);
        let of = |(member, leans): (&Member, &Vec<f32>)| {
            let mut adds = [0.0_f32; HIDDEN];
            member.add(row, 1.0, &mut adds);
            adds.iter().zip(leans).map(|(x, l)| x * l).sum::<f32>()
        };
        let sum: f32 = self.members.iter().zip(&leaning.0).map(of).sum();
        scale * sum / narrow(wide(self.members.len().max(1)))
    }
}

impl Member {
    /// Adds what a row adds to the hidden numbers, times `x`.
    #[inline]
    fn add(&self, row: usize, x: f32, sums: &mut [f32]) {
        let halves = self.rows.get(row * ROW..(row + 1) * ROW);
        let unit = self.units.get(row * 2..row * 2 + 2);
        let (Some(halves), Some(&[low, high])) = (halves, unit) else {
            return;
        };
        let x = x * f32::from_le_bytes([0, 0, low, high]);
        for (sums, halves) in sums.chunks_exact_mut(2).zip(halves) {
            let numbers = [halves & 0xf, halves >> 4];
            for (sum, number) in sums.iter_mut().zip(numbers) {
                *sum += x * (f32::from(number) - f32::from(ZERO));
            }
        }
    }

    /// The hidden numbers of a text; what is below nothing says nothing.
    fn heard(&self, known: &Known) -> Vec<f32> {
        let mut out = self.bias.clone();
        for &(row, x) in known {
            self.add(row, x, &mut out);
        }
        out.iter_mut().for_each(|x| *x = x.max(0.0));
        out
    }

    fn points(&self, heard: &[f32], out: &mut [f32]) {
        out.copy_from_slice(&self.common);
        let width = out.len().max(1);
        for (&x, weights) in heard.iter().zip(self.weights.chunks_exact(width)) {
            if x > 0.0 {
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
    let sum: f64 = points.iter().map(|p| exp(f64::from(p - top))).sum();
    top + narrow(ln(sum))
}
