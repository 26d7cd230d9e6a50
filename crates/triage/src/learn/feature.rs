//! What the heads see of a narrative: hashed runs of one to three characters.
//!
//! No word segmenter: on call-takers' short sentences runs of characters beat words, need no
//! dictionary, and know a new estate's name from the first case on. A run does not reach across
//! punctuation, and the first and last characters are marked: both measured as worth having.

use super::number::{at, real};
use crate::narrative::{Narrative, is_letter};

/// Longest run.
const LONGEST: usize = 3;
/// Slots a run is hashed into, as a power of two. 2^16 costs 0.9 points, 2^20 gains nothing.
pub(crate) const BITS: u32 = 18;
/// The same for what leaves out the runs that are seldom met: so many slots that hardly two runs
/// share one, since a seldom one in a common one's slot would be counted with it.
pub(crate) const WIDE: u32 = 27;
/// Characters read of a narrative; more adds nothing but time.
pub(crate) const MOST: usize = 4_000;
/// The slot of what is always there, which learns how common each class is.
const ALWAYS: u32 = (1 << BITS) - 1;
const ALWAYS_WEIGHT: f32 = 0.3;

/// A run of characters that became a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gram {
    pub(crate) slot: u32,
    /// Its slot among 2^[`WIDE`].
    pub(crate) wide: u32,
    /// Index of its first normal character.
    pub(crate) start: usize,
    pub(crate) length: usize,
}

/// A narrative as the heads see it: slots with how often, in order of slots.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Features {
    pub(crate) counts: Vec<(u32, f32)>,
    /// What an encoder makes of the words: a vector of length one, or nothing.
    pub(crate) dense: Vec<f32>,
    /// What the ear says of the classes a head begins with, or nothing: see [`super::hint`].
    pub(crate) hints: Vec<f32>,
}

/// How long an encoder's vector is beside the words', which have length one. No encoder could be had to
/// measure it by: half leaves the last word to the words a site's own cases were decided for.
pub(crate) const ENCODED: f32 = 0.5;

/// Weight of the feature that is always there, in a unit-length vector.
pub(crate) const fn always() -> (u32, f32) {
    (ALWAYS, ALWAYS_WEIGHT)
}

impl Features {
    /// The features of a narrative's body.
    pub(crate) fn of(narrative: &Narrative) -> Self {
        Self::of_chars(body(narrative), &mut Vec::new())
    }

    /// The features of normal characters. `scratch` is only there to be used again.
    pub(crate) fn of_chars(chars: &[char], scratch: &mut Vec<u32>) -> Self {
        scratch.clear();
        grams(chars, |gram| scratch.push(gram.slot));
        in_order(scratch, BITS);
        Self::counted(scratch)
    }

    /// The same in the many slots.
    pub(crate) fn wide(chars: &[char]) -> Self {
        let mut slots = Vec::with_capacity(chars.len() * LONGEST + 2);
        grams(chars, |gram| slots.push(gram.wide));
        in_order(&mut slots, WIDE);
        Self::counted(&slots)
    }

    fn counted(scratch: &[u32]) -> Self {
        let mut counts: Vec<(u32, f32)> = Vec::with_capacity(scratch.len());
        for &slot in scratch {
            match counts.last_mut() {
                Some((last, count)) if *last == slot => *count += 1.0,
                _ => counts.push((slot, 1.0)),
            }
        }
        Self {
            counts,
            dense: Vec::new(),
            hints: Vec::new(),
        }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }
}

/// Below so many slots comparing them is faster than counting them.
const FEW: usize = 96;
/// Bits of a slot looked at in one pass.
const DIGIT: u32 = 9;

/// Puts slots of so many bits in order. A letter has more than a thousand, and comparing them costs
/// as much as scoring them: so they are counted, the lowest digits first.
fn in_order(slots: &mut Vec<u32>, bits: u32) {
    if slots.len() < FEW {
        slots.sort_unstable();
        return;
    }
    let mut other = vec![0_u32; slots.len()];
    for shift in (0..bits).step_by(at(DIGIT)) {
        let digit = |slot: u32| at((slot >> shift) & ((1 << DIGIT) - 1));
        let mut ends = [0_usize; 1 << DIGIT];
        for slot in slots.iter() {
            if let Some(count) = ends.get_mut(digit(*slot)) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for count in &mut ends {
            sum += std::mem::replace(count, sum);
        }
        for slot in slots.iter() {
            if let Some(place) = ends.get_mut(digit(*slot)) {
                if let Some(into) = other.get_mut(*place) {
                    *into = *slot;
                }
                *place += 1;
            }
        }
        std::mem::swap(slots, &mut other);
    }
}

/// The part of a narrative the heads read: openings left out, at most [`MOST`] characters.
pub(crate) fn body(narrative: &Narrative) -> &[char] {
    let chars = narrative.chars();
    let rest = chars.get(narrative.body()..).unwrap_or(chars);
    rest.get(..MOST).unwrap_or(rest)
}

/// Calls `f` for every run of one to three characters that crosses no punctuation.
pub(crate) fn grams(chars: &[char], mut f: impl FnMut(Gram)) {
    for start in 0..chars.len() {
        let mut hash = 0x12345_u64;
        let run = chars.get(start..).unwrap_or_default();
        for (k, &c) in run.iter().take(LONGEST).enumerate() {
            if !is_letter(c) {
                break;
            }
            hash = mix(hash, c, k);
            crate::steps::step();
            f(Gram {
                slot: slot(hash),
                wide: wide(hash),
                start,
                length: k + 1,
            });
        }
    }
    let ends = [
        (chars.first(), 0, 0x999),
        (chars.last(), chars.len().saturating_sub(1), 0x998),
    ];
    for (c, start, seed) in ends {
        if let Some(&c) = c {
            let hash = mix(seed, c, 0);
            f(Gram {
                slot: slot(hash),
                wide: wide(hash),
                start,
                length: 1,
            });
        }
    }
}

fn mix(hash: u64, c: char, k: usize) -> u64 {
    let place = u64::try_from(k).unwrap_or(0) << 32;
    (hash ^ (u64::from(u32::from(c)) + place))
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .rotate_left(29)
}

fn slot(hash: u64) -> u32 {
    // The last slot is taken.
    let slot = u32::try_from((hash >> 20) & u64::from(ALWAYS)).unwrap_or(0);
    if slot == ALWAYS { 0 } else { slot }
}

fn wide(hash: u64) -> u32 {
    u32::try_from((hash >> 20) & ((1 << WIDE) - 1)).unwrap_or(0)
}

/// How long a vector is that has these counts, times a scale each.
pub(crate) fn length(squares: f32) -> f32 {
    squares.sqrt().max(real(1) * 1e-9)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_do_not_cross_punctuation_and_counts_add_up() {
        let chars: Vec<char> = "漏水,漏水".chars().collect();
        let mut runs = Vec::new();
        grams(&chars, |g| {
            runs.push(
                chars[g.start..g.start + g.length]
                    .iter()
                    .collect::<String>(),
            );
        });
        assert!(runs.iter().all(|r| !r.contains(',')), "{runs:?}");
        assert_eq!(runs.iter().filter(|r| *r == "漏水").count(), 2);
        let features = Features::of_chars(&chars, &mut Vec::new());
        assert!(features.counts.windows(2).all(|w| w[0].0 < w[1].0));
        let all: f32 = features.counts.iter().map(|c| c.1).sum();
        assert!(
            (all - 8.0).abs() < f32::EPSILON,
            "six runs and two ends: {all}"
        );
    }

    #[test]
    fn many_slots_are_put_in_the_order_of_few() {
        let mut state = 7_u32;
        let counts = [0, 1, FEW - 1, FEW, 5_000];
        let widths = [BITS, WIDE];
        for (bits, many) in widths
            .iter()
            .flat_map(|bits| counts.map(|many| (*bits, many)))
        {
            let mut slots: Vec<u32> = (0..many)
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    state >> (32 - bits)
                })
                .collect();
            let mut sorted = slots.clone();
            sorted.sort_unstable();
            in_order(&mut slots, bits);
            assert_eq!(slots, sorted);
        }
    }

    #[test]
    fn the_slots_of_a_release_are_the_slots_of_the_next() {
        // A stored model means these slots; a change of the hash is a new format version.
        let mut slots = Vec::new();
        grams(&['漏', '水'], |g| slots.push(g.slot));
        assert_eq!(slots.len(), 5);
        assert_eq!(slots, PINNED, "change the format's version with the hash");
    }

    const PINNED: [u32; 5] = [9563, 103_803, 35549, 40350, 145_504];
}
