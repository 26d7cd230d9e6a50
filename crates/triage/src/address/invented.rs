//! Lessons that come with the program: addresses put together from invented names by the ways
//! addresses are written. The same data gives the same lessons.

use super::names::Names;
use super::part::Part;
use crate::learn::Shuffle;
use serde::Deserialize;
use std::collections::BTreeMap;

const DATA: &str = include_str!("../../data/address.toml");
/// Words inside of words inside of words; rows likewise.
const DEEP: usize = 4;
/// Of ten names of a sort, how many are known while learning.
const KNOWN: [(Part, usize); 8] = [
    (Part::Province, 8),
    (Part::City, 8),
    (Part::County, 8),
    (Part::Town, 7),
    (Part::Community, 1),
    (Part::Zone, 1),
    (Part::Road, 1),
    (Part::Landmark, 1),
];

/// An address with its parts, in order and without gaps.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lesson {
    /// Each stretch and what it is.
    pub parts: Vec<(Part, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    letters: Letters,
    words: BTreeMap<String, Choice>,
    parts: BTreeMap<String, Choice>,
    rows: BTreeMap<String, Choice>,
    form: Vec<Form>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    times: usize,
    form: String,
}

/// Letters of which names are made.
#[derive(Deserialize)]
#[serde(from = "String")]
struct Letters(Vec<char>);

impl From<String> for Letters {
    fn from(letters: String) -> Self {
        Self(letters.chars().collect())
    }
}

/// Entries to choose from, one as often as the number before its star says.
#[derive(Deserialize)]
#[serde(from = "Vec<String>")]
struct Choice {
    entries: Vec<(usize, String)>,
    all: usize,
}

impl From<Vec<String>> for Choice {
    fn from(written: Vec<String>) -> Self {
        let entries: Vec<(usize, String)> = written
            .into_iter()
            .map(|entry| match entry.split_once('*') {
                Some((times, rest)) => match times.parse() {
                    Ok(times) => (times, rest.to_owned()),
                    Err(_) => (1, entry),
                },
                None => (1, entry),
            })
            .collect();
        let all = entries.iter().map(|e| e.0).sum();
        Self { entries, all }
    }
}

impl Choice {
    fn pick(&self, chance: &mut Shuffle) -> &str {
        let mut at = chance.below(self.all.max(1));
        for (times, entry) in &self.entries {
            if at < *times {
                return entry;
            }
            at -= times;
        }
        ""
    }
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

/// The names that count as known while learning from these lessons: most divisions, some of what a
/// site may know beside them. What is known of a name must help and must not be needed.
pub(super) fn known(lessons: &[Lesson]) -> Names {
    let mut chance = Shuffle::new(9);
    let mut drawn: BTreeMap<(Part, &str), bool> = BTreeMap::new();
    for (part, words) in lessons.iter().flat_map(|l| &l.parts) {
        let share = KNOWN.iter().find(|k| k.0 == *part).map_or(0, |k| k.1);
        if share > 0 {
            drawn
                .entry((*part, words))
                .or_insert_with(|| chance.below(10) < share);
        }
    }
    let mut names = Names::new();
    for ((part, words), _) in drawn.into_iter().filter(|(_, known)| *known) {
        names.add(part, words);
    }
    names
}

impl Data {
    fn lesson(&self, form: &Form, chance: &mut Shuffle) -> Lesson {
        let mut drawn = Vec::new();
        self.row(&form.form, chance, DEEP, &mut drawn);
        let said: Vec<(Part, String)> = drawn
            .iter()
            .filter_map(|(part, words)| Some((*part, words.clone().ok()?)))
            .collect();
        let mut parts: Vec<(Part, String)> = Vec::new();
        for (part, words) in drawn {
            let words = words.or_else(|again| {
                let before = said.iter().find(|p| p.0 == again);
                before.map(|p| shortened(&p.1, chance)).ok_or(())
            });
            let Ok(words) = words else { continue };
            if !words.is_empty() {
                parts.push((part, words));
            }
        }
        Lesson { parts }
    }

    /// Appends the parts of a row: words, or which part's words are said again.
    fn row(
        &self,
        row: &str,
        chance: &mut Shuffle,
        deep: usize,
        out: &mut Vec<(Part, Result<String, Part>)>,
    ) {
        for token in row.split_whitespace() {
            let (token, keeps) = match token.split_once('?') {
                Some((token, keeps)) => (token, keeps.parse().unwrap_or(5)),
                None => (token, 10),
            };
            if keeps < 10 && chance.below(10) >= keeps {
                continue;
            }
            if let Some(name) = token.strip_prefix('<').and_then(|t| t.strip_suffix('>')) {
                if let Some(rows) = self.rows.get(name).filter(|_| deep > 0) {
                    let row = rows.pick(chance);
                    self.row(row, chance, deep - 1, out);
                }
                continue;
            }
            let (name, words) = match token.split_once('=') {
                Some((name, words)) => (name, Some(words)),
                None => (token, None),
            };
            let Some(part) = Part::parse(name) else {
                continue;
            };
            let again = words
                .and_then(|w| w.strip_prefix('^'))
                .and_then(Part::parse);
            if let Some(again) = again {
                out.push((part, Err(again)));
                continue;
            }
            let pattern = match words {
                Some("") => " ",
                Some(words) => words,
                None => self.parts.get(name).map_or("", |c| c.pick(chance)),
            };
            let words = self.said(pattern, chance, DEEP);
            out.push((part, Ok(words)));
        }
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
                    let word = self.words.get(name).map(|w| w.pick(chance));
                    if let Some(word) = word.filter(|_| deep > 0) {
                        out.push_str(&self.said(word, chance, deep - 1));
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
                '~' => {
                    let letter = self.letters.0.get(chance.below(self.letters.0.len()));
                    out.extend(letter);
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

/// Words said again: as before, or without their last character.
fn shortened(words: &str, chance: &mut Shuffle) -> String {
    let shorter = words.chars().count().saturating_sub(1);
    if shorter >= 2 && chance.below(4) == 0 {
        return words.chars().take(shorter).collect();
    }
    words.to_owned()
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
