//! Numbers as a document writes them.

/// A count of things as a measure: layouts have far fewer than 65,535 of anything.
pub(crate) fn measure(count: usize) -> f32 {
    u16::try_from(count).map_or(f32::from(u16::MAX), f32::from)
}

const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];

/// 1 to 99 in Chinese, as headings are counted; digits beyond.
pub(crate) fn chinese(n: usize) -> String {
    let digit = |n: usize| DIGITS.get(n).copied().unwrap_or_default();
    match n {
        1..=9 => digit(n).to_owned(),
        10..=19 => format!("十{}", digit(n - 10)),
        20..=99 => format!("{}十{}", digit(n / 10), digit(n % 10)),
        _ => n.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_counted_as_people_do() {
        let said: Vec<String> = [1, 9, 10, 11, 20, 21, 99, 100]
            .into_iter()
            .map(chinese)
            .collect();
        assert_eq!(
            said,
            ["一", "九", "十", "十一", "二十", "二十一", "九十九", "100"]
        );
    }
}
