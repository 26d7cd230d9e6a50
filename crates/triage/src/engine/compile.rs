//! All words of both rule sets in one table, with what each is good for.
//!
//! A word is found by its first two characters, which few places of a text share with any, and then
//! by the whole of it. An automaton finds them no faster in texts this short, and took four fifths of
//! the time a list of a hundred thousand words was loaded in.

use crate::danger::{self, Dangers};
use crate::list::{List, ListError, Words};
use crate::narrative::normal;
use crate::spread::Map;
use crate::steps::step;
use regex::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};
use std::collections::HashMap;

/// What a word is good for. Rows are numbered through matters first, scope behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Danger(danger::Role),
    Any(usize),
    All(usize, usize),
    None(usize),
    Place(usize),
}

/// The compiled words.
#[derive(Default)]
pub(super) struct Lexicon {
    words: HashMap<String, Vec<Role>>,
    /// How many characters words have that begin with these two, one bit each; what begins a word of one
    /// is said to be followed by [`NOTHING`].
    lengths: Map<(char, char), u64>,
    pub(super) patterns: Vec<(usize, Regex)>,
    pub(super) pattern_set: RegexSet,
}

impl std::fmt::Debug for Lexicon {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lexicon")
            .field("words", &self.words.len())
            .finish_non_exhaustive()
    }
}

/// Longest word; the windows of the danger rules count on it, and lengths have a bit each.
const LONGEST_WORD: usize = 40;
/// What follows in a word of one character; no normal spelling has it.
const NOTHING: char = '\0';
/// Bytes a compiled pattern may take, so that one row cannot slow the desk down.
const PATTERN_SIZE: usize = 1 << 20;

pub(super) fn compile(list: &List, dangers: &Dangers) -> Result<Lexicon, ListError> {
    let mut words = Lexicon::default();
    for (word, role) in dangers.roles() {
        words.add(0, "danger", word, Role::Danger(role))?;
    }
    let matters = list
        .matters
        .iter()
        .map(|m| (m.code.as_str(), m.line, &m.words));
    let scope = list
        .scope
        .iter()
        .map(|s| (s.code.as_str(), s.line, &s.words));
    let mut patterns = Vec::new();
    for (row, (code, line, row_words)) in matters.chain(scope).enumerate() {
        words.row(row, code, line, row_words)?;
        if let Some(source) = &row_words.pattern {
            let compiled = RegexBuilder::new(source).size_limit(PATTERN_SIZE).build();
            let regex = compiled.map_err(|e| ListError::Pattern {
                line,
                row: code.to_owned(),
                source: Box::new(e),
            })?;
            if regex.is_match("") {
                return Err(ListError::Invalid {
                    line,
                    row: code.to_owned(),
                    problem: "the pattern matches the empty text".to_owned(),
                });
            }
            patterns.push((row, regex));
        }
    }
    let sources: Vec<&str> = patterns.iter().map(|(_, r)| r.as_str()).collect();
    let set = RegexSetBuilder::new(sources)
        .size_limit(PATTERN_SIZE * 64)
        .build();
    let pattern_set = set.map_err(|e| ListError::Automaton(e.to_string()))?;
    Ok(Lexicon {
        patterns,
        pattern_set,
        ..words
    })
}

impl Lexicon {
    /// Every word in a text, overlapping ones too, in order of ends and the longer of two first: what
    /// it is good for, with where it begins and ends in characters.
    pub(super) fn each(&self, text: &str, mut f: impl FnMut(&[Role], usize, usize)) {
        let chars: Vec<(usize, char)> = text.char_indices().collect();
        let byte = |at: usize| chars.get(at).map_or(text.len(), |(byte, _)| *byte);
        let mut found: Vec<(usize, usize, &[Role])> = Vec::new();
        for (start, &(from, first)) in chars.iter().enumerate() {
            let second = chars.get(start + 1).map_or(NOTHING, |(_, c)| *c);
            let of = |second| self.lengths.get(&(first, second)).copied().unwrap_or(0);
            let mut lengths = of(second) | of(NOTHING);
            while lengths != 0 {
                step();
                let end = start + usize::try_from(lengths.trailing_zeros()).unwrap_or(0);
                lengths &= lengths - 1;
                if end > chars.len() {
                    break;
                }
                let word = text.get(from..byte(end)).unwrap_or_default();
                if let Some(roles) = self.words.get(word) {
                    found.push((end, start, roles));
                }
            }
        }
        found.sort_unstable_by_key(|&(end, start, _)| (end, start));
        for (end, start, roles) in found {
            f(roles, start, end);
        }
    }

    fn row(&mut self, row: usize, code: &str, line: usize, words: &Words) -> Result<(), ListError> {
        for word in &words.any {
            self.add(line, code, word, Role::Any(row))?;
        }
        for (set, words) in words.all.iter().enumerate() {
            for word in words {
                self.add(line, code, word, Role::All(row, set))?;
            }
        }
        for word in &words.none {
            self.add(line, code, word, Role::None(row))?;
        }
        for word in &words.place {
            self.add(line, code, word, Role::Place(row))?;
        }
        Ok(())
    }

    fn add(&mut self, line: usize, row: &str, word: &str, role: Role) -> Result<(), ListError> {
        let normal = normal(word);
        let length = normal.chars().count();
        if length == 0 || length > LONGEST_WORD {
            return Err(ListError::Invalid {
                line,
                row: row.to_owned(),
                problem: format!(
                    "the word {word:?} has {length} characters, 1 to {LONGEST_WORD} are allowed"
                ),
            });
        }
        let mut chars = normal.chars();
        if let Some(first) = chars.next() {
            let key = (first, chars.next().unwrap_or(NOTHING));
            *self.lengths.entry(key).or_default() |= 1 << length;
        }
        let roles = self.words.entry(normal).or_default();
        if !roles.contains(&role) {
            roles.push(role);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use daachorse::CharwiseDoubleArrayAhoCorasick;
    use std::collections::BTreeSet;

    proptest::proptest! {
        #[test]
        fn every_word_is_found_as_an_automaton_finds_it(
            words in proptest::collection::btree_set("[着火了人a]{1,5}", 1..12),
            text in "[着火了人ab🔥]{0,24}",
        ) {
            let mut lexicon = Lexicon::default();
            for (row, word) in words.iter().enumerate() {
                lexicon.add(1, "row", word, Role::Any(row)).unwrap();
            }
            let mut found = Vec::new();
            lexicon.each(&text, |roles, start, end| found.push((roles.to_vec(), start, end)));
            let words: &BTreeSet<String> = &words;
            let automaton = CharwiseDoubleArrayAhoCorasick::<usize>::new(words).unwrap();
            let chars = |byte| text.get(..byte).unwrap().chars().count();
            let wanted: Vec<_> = automaton
                .find_overlapping_iter(&text)
                .map(|hit| (vec![Role::Any(hit.value())], chars(hit.start()), chars(hit.end())))
                .collect();
            proptest::prop_assert_eq!(found, wanted);
        }
    }
}
