//! Signs 征象: words by which danger shows though nobody names it, gathered by what they tell of.
//!
//! Runs of characters know what was said before in the same words; signs know that 血 and 叫不应
//! tell of a body in need however they are put. What each is worth, alone and beside another, is
//! learnt.

use super::feature::WIDE;
use crate::danger::Run;
use crate::list::{ListError, read};
use crate::narrative::normal;
use daachorse::CharwiseDoubleArrayAhoCorasick;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: String,
    sign: Vec<Sign>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sign {
    #[expect(
        dead_code,
        reason = "the file's own name of it, for whoever reads the file"
    )]
    id: String,
    words: Vec<String>,
}

/// How far two signs may lie apart to tell of one thing, in characters.
const BESIDE: usize = 60;
/// Signs a file may have: each pair is a feature.
const MOST: usize = 64;

/// The signs, compiled.
pub(crate) struct Signs {
    pub(crate) version: String,
    automaton: CharwiseDoubleArrayAhoCorasick<usize>,
    /// Of each word: its length and which signs it is of.
    words: Vec<(usize, Vec<usize>)>,
    count: usize,
}

/// A feature that signs make, with the words it stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Seen {
    pub(crate) slot: u32,
    /// How much beside one sign alone.
    pub(crate) worth: f32,
    pub(crate) runs: [Run; 2],
}

impl Signs {
    pub(crate) fn parse(text: &str) -> Result<Self, ListError> {
        let document: Document = read("signs", text)?;
        if document.sign.len() > MOST {
            return Err(ListError::TooMany {
                what: "signs",
                found: document.sign.len(),
                limit: MOST,
            });
        }
        let mut of_word: std::collections::BTreeMap<String, Vec<usize>> = Default::default();
        for (number, sign) in document.sign.iter().enumerate() {
            for word in &sign.words {
                let signs = of_word.entry(normal(word)).or_default();
                if !signs.contains(&number) {
                    signs.push(number);
                }
            }
        }
        of_word.remove("");
        let (keys, signs): (Vec<String>, Vec<Vec<usize>>) = of_word.into_iter().unzip();
        let words = keys
            .iter()
            .zip(signs)
            .map(|(key, signs)| (key.chars().count(), signs))
            .collect();
        let numbered = keys.iter().enumerate().map(|(i, k)| (k, i));
        Ok(Self {
            version: document.version,
            automaton: CharwiseDoubleArrayAhoCorasick::with_values(numbered)
                .map_err(|e| ListError::Automaton(e.to_string()))?,
            words,
            count: document.sign.len(),
        })
    }

    /// Each sign that stands in the text, each that stands there twice, and each two that stand
    /// beside one another. Linear in the text.
    pub(crate) fn seen(&self, chars: &[char]) -> Vec<Seen> {
        let text: String = chars.iter().collect();
        // Where each was seen last, in the order in which they were first seen.
        let mut last: Vec<(usize, Run)> = Vec::new();
        let mut known = vec![false; self.count * (self.count + 2)];
        let mut out: Vec<Seen> = Vec::new();
        let mut tell = |what: usize, worth: f32, runs: [Run; 2]| {
            if let Some(known) = known.get_mut(what)
                && !std::mem::replace(known, true)
            {
                out.push(Seen {
                    slot: slot(what),
                    worth,
                    runs,
                });
            }
        };
        let mut bytes = text.char_indices();
        let (mut at, mut byte) = (0, 0);
        for hit in self.automaton.find_overlapping_iter(&text) {
            while byte < hit.end() {
                let Some((i, c)) = bytes.next() else { break };
                byte = i + c.len_utf8();
                at += 1;
            }
            let Some((length, signs)) = self.words.get(hit.value()) else {
                continue;
            };
            let run = Run {
                start: at - length,
                end: at,
            };
            for &sign in signs {
                crate::steps::step();
                tell(sign, 1.0, [run, run]);
                for &(other, place) in last.iter().filter(|(other, _)| *other != sign) {
                    if run.start.saturating_sub(place.start) <= BESIDE {
                        let (a, b) = (sign.min(other), sign.max(other));
                        tell((a + 2) * self.count + b, 0.7, [place, run]);
                    }
                }
                match last.iter_mut().find(|(other, _)| *other == sign) {
                    Some((_, before)) => {
                        if run.start >= before.end {
                            tell(self.count + sign, 1.0, [run, run]);
                        }
                        *before = run;
                    }
                    None => last.push((sign, run)),
                }
            }
        }
        out
    }
}

/// The slot of a sign's feature, behind those of the runs of characters.
fn slot(what: usize) -> u32 {
    u32::try_from(what).unwrap_or(0).saturating_add(1 << WIDE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_seen_alone_twice_and_beside_one_another() {
        let text = r#"
version = "t"
[[sign]]
id = "blood"
words = ["血"]
[[sign]]
id = "still"
words = ["叫不应"]
"#;
        let signs = Signs::parse(text).unwrap();
        let seen = |words: &str| signs.seen(&words.chars().collect::<Vec<_>>());
        assert_eq!(seen("地上有血").len(), 1);
        assert_eq!(seen("血，都是血").len(), 2);
        let both = seen("地上有血，叫不应");
        assert_eq!(both.len(), 3);
        assert!((both[2].worth - 0.7).abs() < f32::EPSILON);
        assert_eq!(both[2].runs[0], Run { start: 3, end: 4 });
        assert_eq!(both[2].runs[1], Run { start: 5, end: 8 });
        let far = format!("血{}叫不应", "很".repeat(80));
        assert_eq!(seen(&far).len(), 2);
        assert!(seen("").is_empty());
        assert!(Signs::parse("version = 1").is_err());
    }
}
