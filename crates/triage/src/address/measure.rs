//! How well addresses are taken apart: parts that are right in kind, beginning and end.

use super::invented::Lesson;
use super::part::{LEARNT, Part};
use super::{Addresses, Piece};
use crate::learn::wide;
use serde::Serialize;

/// Precision, recall and their middle, of one kind of part or of all.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scored {
    /// Which part; none for all together.
    pub part: Option<Part>,
    /// Parts there are.
    pub there: usize,
    /// Parts that were found.
    pub found: usize,
    /// Found and right, beginning, end and kind.
    pub right: usize,
    /// Of those found, how many are right.
    pub precision: f64,
    /// Of those there are, how many were found.
    pub recall: f64,
    /// The harmonic middle of both.
    pub f1: f64,
}

impl Scored {
    fn of(part: Option<Part>, there: usize, found: usize, right: usize) -> Self {
        let share = |of: usize| if of == 0 { 0.0 } else { wide(right) / wide(of) };
        let (precision, recall) = (share(found), share(there));
        let sum = precision + recall;
        Self {
            part,
            there,
            found,
            right,
            precision,
            recall,
            f1: if sum > 0.0 {
                2.0 * precision * recall / sum
            } else {
                0.0
            },
        }
    }
}

/// Measures on labelled addresses: all parts first, then each; and how many addresses came apart
/// without any mistake. Estates count as landmarks and
/// crossings as directions, since labels know no difference.
#[must_use]
pub fn score(addresses: &Addresses, lessons: &[Lesson]) -> (Vec<Scored>, usize) {
    let mut whole = 0;
    let mut counts = [[0_usize; 3]; LEARNT.len()];
    for lesson in lessons {
        let words: String = lesson.parts.iter().map(|p| p.1.as_str()).collect();
        let mut start = 0;
        let wanted: Vec<(Part, usize, usize)> = lesson
            .parts
            .iter()
            .map(|(part, words)| {
                let from = start;
                start += words.chars().count();
                (part.learnt(), from, start)
            })
            .collect();
        let found = addresses.parse(&words);
        let found: Vec<(Part, usize, usize)> = found.iter().map(key).collect();
        whole += usize::from(found == wanted);
        for (part, counts) in LEARNT.iter().zip(&mut counts) {
            let of = |all: &[(Part, usize, usize)]| all.iter().filter(|p| p.0 == *part).count();
            let right = found.iter().filter(|p| p.0 == *part && wanted.contains(p));
            let [there, got, both] = counts;
            *there += of(&wanted);
            *got += of(&found);
            *both += right.count();
        }
    }
    let sum = counts
        .iter()
        .fold([0; 3], |[a, b, c], [x, y, z]| [a + x, b + y, c + z]);
    let mut out = vec![Scored::of(None, sum[0], sum[1], sum[2])];
    let each = LEARNT.iter().zip(&counts);
    out.extend(each.map(|(part, [there, got, both])| Scored::of(Some(*part), *there, *got, *both)));
    (out, whole)
}

fn key(piece: &Piece) -> (Part, usize, usize) {
    (piece.part.learnt(), piece.start, piece.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taught_is_found_and_half_right_counts_half() {
        let scored = Scored::of(None, 4, 2, 1);
        assert_eq!((scored.precision, scored.recall), (0.5, 0.25));
        assert!((scored.f1 - 1.0 / 3.0).abs() < 1e-12);
        assert_eq!(Scored::of(None, 0, 0, 0).f1, 0.0);
        let lessons: Vec<Lesson> = super::super::invented::lessons();
        let (all, whole) = score(Addresses::shipped(), &lessons[..200]);
        assert!(whole > 100, "{whole}");
        assert!(all[0].f1 > 0.9, "{:?}", all[0]);
        assert_eq!(all.len(), LEARNT.len() + 1);
    }
}
