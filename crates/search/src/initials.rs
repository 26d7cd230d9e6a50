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

/// The terms by which names are found: two and three first letters in a row. A character of two
/// readings stands for both.
#[must_use]
pub fn initials(names: &str) -> Vec<String> {
    let chars: Vec<[Option<char>; 2]> = names.chars().map(of).collect();
    let mut found = Vec::new();
    for at in 0..chars.len() {
        let mut begun = vec![String::new()];
        for slots in chars.iter().skip(at).take(3) {
            let longer: Vec<String> = begun
                .iter()
                .flat_map(|start| {
                    slots.iter().flatten().map(move |letter| {
                        let mut next = start.clone();
                        next.push(*letter);
                        next
                    })
                })
                .collect();
            if longer.is_empty() {
                break;
            }
            found.extend(longer.iter().filter(|term| term.len() > 1).cloned());
            begun = longer;
        }
    }
    found.sort_unstable();
    found.dedup();
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

    proptest! {
        #[test]
        fn any_text_is_taken(text in "\\PC{0,60}") {
            for term in initials(&text) {
                prop_assert!((2..=3).contains(&term.len()) && term.is_ascii());
            }
            asked(&text);
        }
    }
}
