//! How unevenly classes use a feature.

use super::number::ln;

/// Cases of the classes' own shares that every feature is mixed with.
const SHRINK: f64 = 5.0;
/// Counts below this are met again and again: what they come to is kept.
const OFTEN: u8 = 12;

/// How unevenly the classes use a feature: the root of the divergence (Kullback and Leibler) of
/// their shares among those who have it from their shares among all.
pub(crate) struct Uneven<'a> {
    shares: &'a [f64],
    /// For how many have it and how many of a class, each below [`OFTEN`]: what each class adds.
    known: Vec<Option<Box<[f64]>>>,
}

impl<'a> Uneven<'a> {
    /// For classes that have these shares of all cases.
    pub(crate) fn new(shares: &'a [f64]) -> Self {
        Self {
            shares,
            known: vec![None; usize::from(OFTEN) * usize::from(OFTEN)],
        }
    }

    /// What a class of this share adds, which `n` of the `seen` are of.
    fn part(seen: f64, n: f64, share: f64) -> f64 {
        if share <= 0.0 {
            return 0.0;
        }
        let here = (n + SHRINK * share) / (seen + SHRINK);
        if here > 0.0 {
            here * ln(here / share)
        } else {
            0.0
        }
    }

    /// Of a feature that `seen` cases have, by how many of each class.
    pub(crate) fn root(&mut self, seen: f64, by_class: &[f32]) -> f64 {
        let shares = self.shares;
        let often = (0..OFTEN).find(|n| f64::from(*n) == seen);
        let mut divergence = 0.0;
        for (class, (n, share)) in by_class.iter().zip(shares).enumerate() {
            let few = (0..OFTEN).find(|few| f32::from(*few) == *n);
            let known = often.zip(few).and_then(|(seen, n)| {
                let at = usize::from(seen) * usize::from(OFTEN) + usize::from(n);
                self.known.get_mut(at)
            });
            divergence += match known {
                Some(known) => {
                    let of = |share: &f64| Self::part(seen, f64::from(*n), *share);
                    let parts = known.get_or_insert_with(|| shares.iter().map(of).collect());
                    parts.get(class).copied().unwrap_or(0.0)
                }
                None => Self::part(seen, f64::from(*n), *share),
            };
        }
        divergence.max(0.0).sqrt()
    }
}
