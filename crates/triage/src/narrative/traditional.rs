//! Traditional characters and their simplified forms, one for one, so that offsets stay.

use std::sync::LazyLock;

/// Pairs of characters; see the file's own header for where they come from.
const PAIRS: &str = include_str!("../../data/traditional.txt");

const FIRST: u32 = 0x3400;
const LAST: u32 = 0x9fff;

static TABLE: LazyLock<Vec<char>> = LazyLock::new(|| {
    let mut table: Vec<char> = (FIRST..=LAST).filter_map(char::from_u32).collect();
    let mut pairs = PAIRS
        .lines()
        .filter(|l| !l.starts_with('#'))
        .flat_map(str::chars);
    while let (Some(from), Some(to)) = (pairs.next(), pairs.next()) {
        if let Some(slot) = slot(from).and_then(|i| table.get_mut(i)) {
            *slot = to;
        }
    }
    table
});

fn slot(c: char) -> Option<usize> {
    usize::try_from(u32::from(c).checked_sub(FIRST)?).ok()
}

/// The simplified form of a character, or the character itself.
pub(crate) fn simplify(c: char) -> char {
    slot(c).and_then(|i| TABLE.get(i)).copied().unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::simplify;

    #[test]
    fn the_table_turns_what_rules_use_and_leaves_the_rest() {
        let turned: String = "煤氣洩漏著火跳樓殺人車禍燒傷綁架救護車"
            .chars()
            .map(simplify)
            .collect();
        assert_eq!(turned, "煤气泄漏着火跳楼杀人车祸烧伤绑架救护车");
        assert_eq!(
            "山水a1🔥".chars().map(simplify).collect::<String>(),
            "山水a1🔥"
        );
    }
}
