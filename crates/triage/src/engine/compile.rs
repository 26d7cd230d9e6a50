//! All words of both rule sets in one automaton, with what each is good for.

use crate::danger::{self, Dangers};
use crate::list::{List, ListError, Words};
use crate::narrative::normal;
use daachorse::CharwiseDoubleArrayAhoCorasick;
use regex::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};
use std::collections::BTreeMap;

/// What a word is good for. Rows are numbered through matters first, scope behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Danger(danger::Role),
    Any(usize),
    All(usize, usize),
    None(usize),
    Place(usize),
}

/// One word with its length in characters.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) length: usize,
    pub(super) roles: Vec<Role>,
}

/// The compiled words.
pub(super) struct Lexicon {
    pub(super) automaton: CharwiseDoubleArrayAhoCorasick<usize>,
    pub(super) entries: Vec<Entry>,
    pub(super) patterns: Vec<(usize, Regex)>,
    pub(super) pattern_set: RegexSet,
}

impl std::fmt::Debug for Lexicon {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lexicon")
            .field("words", &self.entries.len())
            .finish_non_exhaustive()
    }
}

/// Longest word; the windows of the danger rules count on it.
const LONGEST_WORD: usize = 40;
/// Bytes a compiled pattern may take, so that one row cannot slow the desk down.
const PATTERN_SIZE: usize = 1 << 20;

pub(super) fn compile(list: &List, dangers: &Dangers) -> Result<Lexicon, ListError> {
    let mut words = Collected::default();
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
    let (keys, entries): (Vec<String>, Vec<Entry>) = words
        .roles
        .into_iter()
        .map(|(word, roles)| {
            let length = word.chars().count();
            (word, Entry { length, roles })
        })
        .unzip();
    let numbered = keys.iter().enumerate().map(|(i, k)| (k, i));
    let automaton = CharwiseDoubleArrayAhoCorasick::with_values(numbered)
        .map_err(|e| ListError::Automaton(e.to_string()))?;
    Ok(Lexicon {
        automaton,
        entries,
        patterns,
        pattern_set,
    })
}

#[derive(Default)]
struct Collected {
    roles: BTreeMap<String, Vec<Role>>,
}

impl Collected {
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
        let roles = self.roles.entry(normal).or_default();
        if !roles.contains(&role) {
            roles.push(role);
        }
        Ok(())
    }
}
