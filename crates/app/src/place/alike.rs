//! Whether two callers speak of the same thing: how many pairs of neighbouring characters their
//! words share. Plain, and anybody can count it by hand.

use std::collections::HashSet;

/// Characters that stand in every sentence; a pair of two of them says nothing.
const COMMON: &str = "的得了在是我你他她它们有也就都很说着吗呢啊呀吧这那个一不没给把被让和与对从到去来上下里还又要会能";

/// Words made ready for comparing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Speech {
    letters: Vec<char>,
    pairs: HashSet<(char, char)>,
}

impl Speech {
    /// The pairs of the words without those of the place, which is compared on its own.
    pub(crate) fn of(words: &str, place: &str) -> Self {
        let letters = letters_of(words);
        let aside: HashSet<(char, char)> = pairs(&letters_of(place)).collect();
        let pairs = pairs(&letters)
            .filter(|pair| !aside.contains(pair))
            .collect();
        Self { letters, pairs }
    }

    /// How alike, in percent: twice the shared pairs of all pairs.
    pub(crate) fn percent(&self, other: &Self) -> i64 {
        let all = self.pairs.len() + other.pairs.len();
        if all == 0 {
            return 0;
        }
        let shared = self.pairs.intersection(&other.pairs).count();
        i64::try_from(200 * shared / all).unwrap_or(0)
    }

    /// Whether nothing in it can be compared.
    pub(crate) fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// How many pairs are shared.
    pub(crate) fn shared(&self, other: &Self) -> usize {
        self.pairs.intersection(&other.pairs).count()
    }

    /// The longest stretches both have, at most four: why they are alike.
    pub(crate) fn same_words(&self, other: &Self) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        let mut at = 0;
        while at < self.letters.len() {
            let mut length = 0;
            while self.stretch(other, at, length + 1) {
                length += 1;
            }
            if length >= 2 && self.says(at, length) {
                let words: String = self.letters.iter().skip(at).take(length).collect();
                if !found.contains(&words) {
                    found.push(words);
                }
            }
            at += length.max(1);
        }
        found.sort_by_key(|words| std::cmp::Reverse(words.chars().count()));
        found.truncate(4);
        found
    }

    /// Whether `length` characters from `at` stand in the other words too.
    fn stretch(&self, other: &Self, at: usize, length: usize) -> bool {
        let Some(wanted) = self.letters.get(at..at + length) else {
            return false;
        };
        wanted.iter().all(|c| *c != GAP) && other.letters.windows(length).any(|w| w == wanted)
    }

    /// Whether any pair of so many characters from `at` is one that counts.
    fn says(&self, at: usize, length: usize) -> bool {
        let words = self.letters.get(at..at + length).unwrap_or_default();
        words.windows(2).any(|pair| match pair {
            [a, b] => self.pairs.contains(&(*a, *b)),
            _ => false,
        })
    }
}

/// Stands where something was that is no letter: no pair reaches across it.
const GAP: char = ' ';

fn letters_of(words: &str) -> Vec<char> {
    words
        .chars()
        .flat_map(char::to_lowercase)
        .map(|c| if c.is_alphanumeric() { c } else { GAP })
        .collect()
}

fn pairs(letters: &[char]) -> impl Iterator<Item = (char, char)> {
    letters
        .iter()
        .copied()
        .zip(letters.iter().copied().skip(1))
        .filter(|(a, b)| {
            let says = |c: char| c != GAP && !c.is_ascii_digit() && !COMMON.contains(c);
            *a != GAP && *b != GAP && (says(*a) || says(*b))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn percent(a: &str, b: &str) -> i64 {
        Speech::of(a, "").percent(&Speech::of(b, ""))
    }

    #[test]
    fn two_callers_about_one_thing_are_alike() {
        let one = "楼下烧烤店油烟太大，呛得睡不着";
        let other = "烧烤店的油烟呛人，天天这样";
        assert!(percent(one, other) >= 25, "{}", percent(one, other));
        let why = Speech::of(one, "").same_words(&Speech::of(other, ""));
        assert_eq!(why.first().map(String::as_str), Some("烧烤店"));
        assert!(why.contains(&"油烟".to_owned()), "{why:?}");
        let why = Speech::of("吵得睡不着", "").same_words(&Speech::of("天天睡不着", ""));
        assert_eq!(why, ["睡不着"]);
    }

    #[test]
    fn other_matters_are_not_alike_though_they_share_small_words() {
        let one = "我家门口的路灯不亮了，晚上很黑";
        assert!(percent(one, "老板不给我发工资，都拖了三个月") < 10);
        assert_eq!(percent("他们都在这里了", "我们也在这里的"), 0);
        assert_eq!(percent("", ""), 0);
    }

    #[test]
    fn the_same_words_are_whole_and_the_same_place_is_no_likeness_of_words() {
        assert_eq!(percent("水管爆裂", "水管爆裂"), 100);
        let here = "望江路18号";
        let one = Speech::of("望江路18号，水管爆裂", here);
        let other = Speech::of("望江路18号，有人打架", here);
        assert_eq!(one.percent(&other), 0);
        assert!(one.same_words(&other).is_empty());
    }

    #[test]
    fn nothing_reaches_across_a_comma() {
        let one = Speech::of("停水，电梯坏", "");
        let other = Speech::of("停水电梯坏", "");
        assert_eq!(one.same_words(&other), ["电梯坏", "停水"]);
    }
}
