//! First letters: 望江路 is found by `wjl`, as people type it.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A letter a line, then the characters that may be read with it; see the file's own header.
const TABLE: &str = include_str!("../data/initials.txt");

/// At most two letters a character: one of several readings is as good as another.
static LETTERS: LazyLock<HashMap<char, [Option<char>; 2]>> = LazyLock::new(|| {
    let mut letters: HashMap<char, [Option<char>; 2]> = HashMap::with_capacity(7_000);
    for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
        let mut chars = line.chars();
        let Some(letter) = chars.next() else { continue };
        for c in chars {
            let slots = letters.entry(c).or_default();
            if let Some(slot) = slots.iter_mut().find(|slot| slot.is_none()) {
                *slot = Some(letter);
            }
        }
    }
    letters
});

/// The first letters a character may stand for.
fn of(c: char) -> [Option<char>; 2] {
    if c.is_ascii_alphanumeric() {
        return [Some(c.to_ascii_lowercase()), None];
    }
    LETTERS.get(&c).copied().unwrap_or_default()
}

/// Up to three first letters; what is missing is 0.
type Run = [u8; 3];

/// The letter behind a run, whose length is `at`; none where it is no letter of ours.
fn longer(run: Run, at: usize, letter: char) -> Option<Run> {
    let mut run = run;
    *run.get_mut(at)? = u8::try_from(letter).ok()?;
    Some(run)
}

/// Shows the terms by which names are found, in order and each once: two and three first letters in a row. A
/// character of two readings stands for both.
pub(crate) fn each_initials(names: &str, mut each: impl FnMut(&str)) {
    let chars: Vec<[Option<char>; 2]> = names.chars().map(of).collect();
    let mut found: Vec<Run> = Vec::with_capacity(chars.len() * 2);
    // Two readings of three characters make eight runs at most.
    let (mut begun, mut next): (Vec<Run>, Vec<Run>) =
        (Vec::with_capacity(8), Vec::with_capacity(8));
    for at in 0..chars.len() {
        begun.clear();
        begun.push([0; 3]);
        for (length, slots) in chars.iter().skip(at).take(3).enumerate() {
            next.clear();
            for run in &begun {
                let letters = slots.iter().flatten();
                next.extend(letters.filter_map(|letter| longer(*run, length, *letter)));
            }
            if next.is_empty() {
                break;
            }
            if length > 0 {
                found.extend_from_slice(&next);
            }
            std::mem::swap(&mut begun, &mut next);
        }
    }
    found.sort_unstable();
    found.dedup();
    for run in &found {
        let letters = run.split(|byte| *byte == 0).next().unwrap_or_default();
        each(std::str::from_utf8(letters).unwrap_or_default());
    }
}

/// The same in a list.
#[must_use]
pub fn initials(names: &str) -> Vec<String> {
    let mut found = Vec::new();
    each_initials(names, |term| found.push(term.to_owned()));
    found
}

/// The terms that must all be there for letters somebody typed; empty if they are no such letters.
pub(crate) fn asked(letters: &str) -> Vec<String> {
    let count = letters.chars().count();
    let plain = letters.chars().all(|c| c.is_ascii_alphanumeric());
    let some = letters.chars().any(|c| c.is_ascii_alphabetic());
    if !plain || !some || !(2..=16).contains(&count) {
        return Vec::new();
    }
    let chars: Vec<char> = letters.chars().collect();
    chars
        .windows(count.min(3))
        .map(|window| window.iter().collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_place_is_found_by_its_letters() {
        let terms = initials("望江路18号");
        for letters in ["wj", "wjl", "jl1", "8h"] {
            assert!(
                terms.contains(&letters.to_owned()),
                "{letters} in {terms:?}"
            );
        }
        assert_eq!(asked("wjl"), ["wjl"]);
        assert_eq!(asked("wjlu"), ["wjl", "jlu"]);
        assert!(asked("望").is_empty() && asked("w").is_empty() && asked("12").is_empty());
    }

    #[test]
    fn a_character_of_two_readings_stands_for_both() {
        let terms = initials("重庆");
        assert!(terms.contains(&"zq".to_owned()) && terms.contains(&"cq".to_owned()));
    }

    #[test]
    fn signs_part_names() {
        assert!(!initials("王,明").contains(&"wm".to_owned()));
    }

    /// The plain way: every choice of letters, written out.
    fn plainly(names: &str) -> Vec<String> {
        let chars: Vec<[Option<char>; 2]> = names.chars().map(of).collect();
        let mut found = Vec::new();
        for at in 0..chars.len() {
            let mut begun = vec![String::new()];
            for slots in chars.iter().skip(at).take(3) {
                begun = begun
                    .iter()
                    .flat_map(|start| slots.iter().flatten().map(move |c| format!("{start}{c}")))
                    .collect();
                found.extend(begun.iter().filter(|term| term.len() > 1).cloned());
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    proptest! {
        #[test]
        fn no_term_is_lost_or_added(text in "[路望江重庆长行ab12,，]{0,40}") {
            prop_assert_eq!(initials(&text), plainly(&text));
        }

        #[test]
        fn any_text_is_taken(text in "\\PC{0,60}") {
            for term in initials(&text) {
                prop_assert!((2..=3).contains(&term.len()) && term.is_ascii());
            }
            asked(&text);
        }
    }
}
