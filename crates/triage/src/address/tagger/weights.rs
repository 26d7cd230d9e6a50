//! What signs weigh, ready to be asked: of each sign only the classes it speaks for, one behind the
//! other, and a sieve before the table, since most signs of a text were never learnt.

use super::{Half, Row, Tagger};
use crate::learn::at;

/// Bits of the sieve for each sign, as a power of two, and for how many signs it has bits at least: a
/// sign that is not there passes it one time of ten.
const SIEVE: u32 = 3;
/// See [`SIEVE`].
const LEAST: u32 = 10;
/// Bits of how many weights a sign has: at most as many as a row is wide.
const COUNT: u32 = 6;
const _: () = assert!(super::WIDTH < 1 << COUNT);

/// Who knows what signs weigh.
pub(super) trait Weigh {
    /// Adds what a sign weighs to all that begins or goes on.
    fn add_row(&self, sign: u64, all: &mut Row);
    /// Adds the first half, what it weighs where something begins or is closed.
    fn add_half(&self, sign: u64, all: &mut Half);
}

impl Weigh for Tagger {
    fn add_row(&self, sign: u64, all: &mut Row) {
        if let Some(row) = self.row(sign) {
            all.iter_mut().zip(row).for_each(|(a, w)| *a += w);
        }
    }

    fn add_half(&self, sign: u64, all: &mut Half) {
        if let Some(row) = self.row(sign) {
            all.iter_mut().zip(row).for_each(|(a, w)| *a += w);
        }
    }
}

fn lower(sign: u64) -> u32 {
    u32::try_from(sign & u64::from(u32::MAX)).unwrap_or(0)
}

fn upper(sign: u64) -> u32 {
    lower(sign >> 32)
}

/// The weights of a tagger that has learnt.
#[derive(Debug, Clone)]
pub(in crate::address) struct Weights {
    sieve: Vec<u64>,
    /// Signs' upper halves, with where their weights begin and how many they are; none are where no
    /// sign stands. The lower half says where to look, so nearly all of a sign is compared. Half of it
    /// is empty.
    table: Vec<(u32, u32)>,
    /// Classes with what they weigh, those of one sign in a row.
    weights: Vec<(u8, f32)>,
}

impl Weights {
    pub(in crate::address) fn of(tagger: &Tagger) -> Self {
        let mut signs: Vec<(u32, u64)> = tagger.index.iter().map(|(s, row)| (*row, *s)).collect();
        // What was learnt first is asked for most: it shall lie together.
        signs.sort_unstable();
        let bits = (signs.len().max(1).ilog2() + 1).max(LEAST);
        let mut out = Self {
            sieve: vec![0; 1 << (bits + SIEVE - 6)],
            table: vec![(0, 0); 1 << (bits + 1)],
            weights: Vec::new(),
        };
        for (row, sign) in signs {
            let from = u32::try_from(out.weights.len()).unwrap_or(u32::MAX);
            let row = tagger.rows.get(at(row)).into_iter().flatten();
            let heavy = (0_u8..).zip(row).filter(|(_, w)| **w != 0.0);
            out.weights.extend(heavy.map(|(class, w)| (class, *w)));
            let count = u32::try_from(out.weights.len()).unwrap_or(u32::MAX) - from;
            // More than a table of this kind can hold were never learnt: two million signs.
            if count == 0 || from >= 1 << (32 - COUNT) {
                continue;
            }
            let (word, bit) = out.place_in_sieve(sign);
            if let Some(word) = out.sieve.get_mut(word) {
                *word |= bit;
            }
            let mut slot = out.slot(sign);
            while out.table.get(slot).is_some_and(|entry| entry.1 != 0) {
                slot = (slot + 1) & (out.table.len() - 1);
            }
            if let Some(entry) = out.table.get_mut(slot) {
                *entry = (upper(sign), from << COUNT | count);
            }
        }
        out.weights.shrink_to_fit();
        out
    }

    fn place_in_sieve(&self, sign: u64) -> (usize, u64) {
        let word = at(lower(sign >> 6)) & (self.sieve.len() - 1);
        (word, 1 << (sign & 63))
    }

    fn slot(&self, sign: u64) -> usize {
        at(lower(sign)) & (self.table.len() - 1)
    }

    /// The classes a sign speaks for, with what it weighs for each.
    #[inline]
    fn row(&self, sign: u64) -> &[(u8, f32)] {
        let (word, bit) = self.place_in_sieve(sign);
        if self.sieve.get(word).is_none_or(|word| word & bit == 0) {
            return &[];
        }
        let mut slot = self.slot(sign);
        while let Some(&(known, place)) = self.table.get(slot).filter(|entry| entry.1 != 0) {
            if known == upper(sign) {
                let from = at(place >> COUNT);
                let count = at(place & ((1 << COUNT) - 1));
                return self.weights.get(from..from + count).unwrap_or_default();
            }
            slot = (slot + 1) & (self.table.len() - 1);
        }
        &[]
    }
}

impl Weigh for Weights {
    fn add_row(&self, sign: u64, all: &mut Row) {
        for (class, weight) in self.row(sign) {
            if let Some(sum) = all.get_mut(usize::from(*class)) {
                *sum += weight;
            }
        }
    }

    fn add_half(&self, sign: u64, all: &mut Half) {
        // In the order of classes: what goes on stands behind and ends it.
        for (class, weight) in self.row(sign) {
            let Some(sum) = all.get_mut(usize::from(*class)) else {
                return;
            };
            *sum += weight;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::WIDTH;
    use super::*;
    use crate::address::text::sign;

    #[test]
    fn they_weigh_what_the_tagger_weighs() {
        let mut tagger = Tagger::default();
        for n in 0..3_000_u32 {
            let mut row = [0.0; WIDTH];
            for k in 0..n % 5 {
                let class = usize::try_from((n * 7 + k * 11) % 40).unwrap();
                row[class] = f32::from(u16::try_from(n % 100).unwrap()) - 50.0;
            }
            tagger.index.insert(sign(1, [n]), n);
            tagger.rows.push(row);
        }
        let weights = Weights::of(&tagger);
        for n in 0..6_000 {
            let sign = sign(1, [n]);
            let (mut one, mut other) = ([0.5; WIDTH], [0.5; WIDTH]);
            tagger.add_row(sign, &mut one);
            weights.add_row(sign, &mut other);
            assert_eq!(one, other);
            let (mut one, mut other) = (Half::default(), Half::default());
            tagger.add_half(sign, &mut one);
            weights.add_half(sign, &mut other);
            assert_eq!(one, other);
        }
        let empty = Weights::of(&Tagger::default());
        assert!(empty.row(7).is_empty());
    }
}
