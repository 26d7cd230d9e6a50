//! Lessons that come with the program: addresses put together from invented names by the ways
//! addresses are written. The same data gives the same lessons.

use super::part::Part;
use crate::learn::Shuffle;
use serde::Deserialize;
use std::collections::BTreeMap;

const DATA: &str = include_str!("../../data/address.toml");
/// Words inside of words inside of words.
const DEEP: usize = 4;

/// An address with its parts, in order and without gaps.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lesson {
    /// Each stretch and what it is.
    pub parts: Vec<(Part, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    words: BTreeMap<String, Vec<String>>,
    parts: BTreeMap<String, Vec<String>>,
    form: Vec<Form>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    times: usize,
    form: String,
    #[serde(default)]
    twice: Option<String>,
}

/// The lessons that come with the program; none if the shipped data were broken, which a test
/// excludes.
pub(super) fn lessons() -> Vec<Lesson> {
    let Ok(data) = toml::from_str::<Data>(DATA) else {
        return Vec::new();
    };
    let mut chance = Shuffle::new(4);
    let mut out = Vec::new();
    for form in &data.form {
        for _ in 0..form.times {
            out.push(data.lesson(form, &mut chance));
        }
    }
    out
}

impl Data {
    fn lesson(&self, form: &Form, chance: &mut Shuffle) -> Lesson {
        let mut parts: Vec<(Part, String)> = Vec::new();
        for token in form.form.split_whitespace() {
            let (token, may_go) = match token.strip_suffix('?') {
                Some(token) => (token, true),
                None => (token, false),
            };
            if may_go && chance.below(2) == 0 {
                continue;
            }
            let (name, words) = match token.split_once('=') {
                Some((name, words)) => (name, Some(words)),
                None => (token, None),
            };
            let Some(part) = Part::parse(name) else {
                continue;
            };
            let again = words.filter(|w| form.twice.as_deref() == Some(w));
            let words = match again.and_then(Part::parse) {
                Some(before) => parts
                    .iter()
                    .find(|p| p.0 == before)
                    .map(|p| p.1.clone())
                    .unwrap_or_default(),
                None => {
                    let of_part = || pick(self.parts.get(name)?, chance);
                    let pattern = words.map(str::to_owned).or_else(of_part);
                    self.said(&pattern.unwrap_or_default(), chance, DEEP)
                }
            };
            if !words.is_empty() {
                parts.push((part, words));
            }
        }
        Lesson { parts }
    }

    fn said(&self, pattern: &str, chance: &mut Shuffle, deep: usize) -> String {
        let mut out = String::new();
        let mut rest = pattern;
        while let Some(c) = rest.chars().next() {
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
            match c {
                '{' => {
                    let Some((name, behind)) = rest.split_once('}') else {
                        return out;
                    };
                    rest = behind;
                    let word = self.words.get(name).and_then(|w| pick(w, chance));
                    if let Some(word) = word.filter(|_| deep > 0) {
                        out.push_str(&self.said(&word, chance, deep - 1));
                    }
                }
                '#' => {
                    let more = rest.chars().take_while(|c| *c == '#').count();
                    rest = rest.get(more..).unwrap_or_default();
                    let digits = more + 1 - usize::from(more > 0 && chance.below(4) == 0);
                    let least = [1, 10, 100, 1000].get(digits - 1).copied().unwrap_or(1);
                    let number = least + chance.below(least * 9);
                    out.push_str(&number.to_string());
                }
                '%' => {
                    let words = [
                        "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二",
                    ];
                    let word = words.get(chance.below(words.len()));
                    out.push_str(word.copied().unwrap_or_default());
                }
                '@' => {
                    let letters = ["A", "B", "C", "D", "E", "F", "a", "b"];
                    let letter = letters.get(chance.below(letters.len()));
                    out.push_str(letter.copied().unwrap_or_default());
                }
                other => out.push(other),
            }
        }
        out
    }
}

fn pick(words: &[String], chance: &mut Shuffle) -> Option<String> {
    words.get(chance.below(words.len())).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_lessons_are_read_and_know_every_part_that_is_learnt() {
        let data: Data = toml::from_str(DATA).unwrap();
        for name in data.parts.keys() {
            assert!(Part::parse(name).is_some(), "{name}");
        }
        let all = lessons();
        assert_eq!(all.len(), data.form.iter().map(|f| f.times).sum::<usize>());
        for part in super::super::part::LEARNT {
            let with = all.iter().filter(|l| l.parts.iter().any(|p| p.0 == part));
            assert!(with.count() >= 10, "{part:?}");
        }
        assert!(all.iter().all(|l| !l.parts.is_empty()));
        assert!(
            all.iter()
                .flat_map(|l| &l.parts)
                .all(|p| !p.1.contains(['{', '}']))
        );
        assert_eq!(all, lessons(), "the same data, the same lessons");
    }
}
