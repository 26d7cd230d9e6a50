//! Names a site knows: divisions, roads, estates. They are hints, not verdicts: what a name is
//! where it stands is decided by the words around it.

use super::part::Part;
use crate::spread::Map;

/// Characters of the longest name looked for.
const LONGEST: usize = 12;

/// Names by what they are names of.
#[derive(Debug, Clone, Default)]
pub struct Names {
    of: Map<Vec<char>, u32>,
    /// How long names are that begin with these two characters, one bit each: most of a text
    /// begins no name, and is not looked up in every length.
    lengths: Map<[char; 2], u32>,
}

/// A name found in a text: first character, length, and the classes it may be (one bit each).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) start: usize,
    pub(super) length: usize,
    pub(super) classes: u32,
}

impl Names {
    /// No names.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a name of two to twelve characters; others are left out. A division is also known
    /// without the word for what it is (望澜 for 望澜县), if two characters are left.
    pub fn add(&mut self, part: Part, name: &str) {
        let name: Vec<char> = name.chars().map(super::text::plain).collect();
        let bit = 1_u32.checked_shl(u32::try_from(part.class()).unwrap_or(0));
        let bit = bit.unwrap_or(0);
        let short = match name.as_slice() {
            [rest @ .., '街', '道'] => Some(rest),
            [rest @ .., '省' | '市' | '区' | '县' | '镇' | '乡' | '村'] => Some(rest),
            _ => None,
        };
        let short = short
            .filter(|rest| part.is_division() && rest.len() >= 2)
            .map(<[char]>::to_vec);
        for name in [Some(name), short].into_iter().flatten() {
            if let Some(&first) = name.first_chunk::<2>().filter(|_| name.len() <= LONGEST) {
                *self.lengths.entry(first).or_default() |= 1 << name.len();
                *self.of.entry(name).or_default() |= bit;
            }
        }
    }

    /// How many names there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.of.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    /// What the whole stretch may be a name of, as bits.
    pub(super) fn classes(&self, name: &[char]) -> u32 {
        self.of.get(name).copied().unwrap_or(0)
    }

    /// The longest name from each character on.
    pub(super) fn hits(&self, chars: &[char]) -> Vec<Hit> {
        let mut out = Vec::new();
        if self.of.is_empty() {
            return out;
        }
        for start in 0..chars.len() {
            let rest = chars.get(start..).unwrap_or_default();
            let lengths = rest
                .first_chunk::<2>()
                .and_then(|two| self.lengths.get(two));
            let Some(lengths) = lengths else { continue };
            let most = rest.len().min(LONGEST);
            let hit = (2..=most).rev().find_map(|length| {
                if lengths & (1 << length) == 0 {
                    return None;
                }
                let classes = self.classes(rest.get(..length)?);
                (classes != 0).then_some(Hit {
                    start,
                    length,
                    classes,
                })
            });
            out.extend(hit);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_name_is_found_and_a_division_also_by_its_short_name() {
        let mut names = Names::new();
        names.add(Part::County, "望澜县");
        names.add(Part::Road, "望澜县前路");
        let chars: Vec<char> = "望澜县前路、望澜".chars().collect();
        let hits = names.hits(&chars);
        assert_eq!((hits[0].start, hits[0].length), (0, 5));
        assert_eq!((hits[1].start, hits[1].length), (6, 2));
        assert_ne!(hits[0].classes, hits[1].classes);
        assert!(Names::new().hits(&chars).is_empty());
    }
}
