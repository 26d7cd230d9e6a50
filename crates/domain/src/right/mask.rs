//! Masks for personal data: enough left to recognise, not enough to reach.

/// A number: the first three and last four digits of a mobile-length one, else the last two.
#[must_use]
pub fn mask_number(number: &str) -> String {
    let digits: Vec<char> = number.chars().collect();
    let n = digits.len();
    let (head, tail) = match n {
        0 => return String::new(),
        1..=4 => (0, 1),
        5..=8 => (0, 2),
        _ => (3, 4),
    };
    digits
        .iter()
        .enumerate()
        .map(|(i, c)| if i < head || i + tail >= n { *c } else { '*' })
        .collect()
}

/// A name: the first character and a star for each other (王**).
#[must_use]
pub fn mask_name(name: &str) -> String {
    name.chars()
        .enumerate()
        .map(|(i, c)| if i == 0 { c } else { '*' })
        .collect()
}

/// A place: house, unit and room numbers starred, the street left.
#[must_use]
pub fn mask_place(place: &str) -> String {
    let chars: Vec<char> = place.chars().collect();
    let mut out = chars.clone();
    for (i, c) in chars.iter().enumerate() {
        if !matches!(c, '号' | '室' | '栋' | '幢' | '单' | '楼' | '户') {
            continue;
        }
        let number = chars
            .iter()
            .take(i)
            .rev()
            .take_while(|c| is_number(**c))
            .count();
        for slot in out.iter_mut().take(i).skip(i - number) {
            *slot = '*';
        }
    }
    out.into_iter().collect()
}

const fn is_number(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(
            c,
            '-' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '零'
        )
}

/// Free text: every run of seven or more digits (numbers, identity cards, bank cards).
#[must_use]
pub fn mask_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    for c in text.chars() {
        if c.is_ascii_digit() || (!run.is_empty() && matches!(c, 'X' | 'x' | '-')) {
            run.push(c);
        } else {
            flush(&mut out, &mut run);
            out.push(c);
        }
    }
    flush(&mut out, &mut run);
    out
}

fn flush(out: &mut String, run: &mut String) {
    let digits = run.chars().filter(char::is_ascii_digit).count();
    if digits >= 7 {
        out.push_str(&mask_number(run));
    } else {
        out.push_str(run);
    }
    run.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_leave_enough_to_recognise() {
        assert_eq!(mask_number("10000000042"), "100****0042");
        assert_eq!(mask_number("0990-010010"), "099****0010");
        assert_eq!(mask_number("110"), "**0");
        assert_eq!(mask_number(""), "");
        assert_eq!(mask_name("欧阳某某"), "欧***");
        assert_eq!(
            mask_place("望江路18号3栋二单元502室"),
            "望江路**号*栋*单元***室"
        );
        assert_eq!(
            mask_text("请打10000000042找我，3楼"),
            "请打100****0042找我，3楼"
        );
    }
}
