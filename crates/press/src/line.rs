//! Breaking a text into lines by the rules of Chinese punctuation: no mark that closes at the
//! beginning of a line, none that opens at its end, points may hang over the edge, words and numbers
//! in Latin letters stay whole.

/// A broken line.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Line {
    /// Its characters, without spaces at its end.
    pub(crate) text: Vec<char>,
    /// How wide it is, a hanging point left out.
    pub(crate) width: f32,
    /// The paragraph ends here: it is not stretched.
    pub(crate) last: bool,
}

/// What must not begin a line.
fn closes(c: char) -> bool {
    matches!(
        c,
        '，' | '。'
            | '、'
            | '；'
            | '：'
            | '？'
            | '！'
            | '）'
            | '》'
            | '〉'
            | '」'
            | '』'
            | '】'
            | '〕'
            | '］'
            | '｝'
            | '”'
            | '’'
            | '…'
            | '—'
            | '·'
            | '％'
            | '‰'
            | '℃'
            | '～'
            | '々'
            | ','
            | '.'
            | ';'
            | ':'
            | '?'
            | '!'
            | ')'
            | ']'
            | '}'
            | '%'
    )
}

/// What must not end a line.
fn opens(c: char) -> bool {
    matches!(
        c,
        '（' | '《'
            | '〈'
            | '「'
            | '『'
            | '【'
            | '〔'
            | '［'
            | '｛'
            | '“'
            | '‘'
            | '￥'
            | '¥'
            | '$'
            | '('
            | '['
            | '{'
            | '№'
    )
}

/// What may hang over the edge: its ink stands in the left half.
fn hangs(c: char) -> bool {
    matches!(c, '，' | '。' | '、' | '；' | '：')
}

/// Letters, digits and what holds words, numbers, dates and addresses together.
fn latin(c: char) -> bool {
    c.is_ascii_graphic() || (c.is_alphanumeric() && !wide(c))
}

/// Characters of the Chinese grid.
fn wide(c: char) -> bool {
    matches!(u32::from(c), 0x1100..=0x11FF | 0x2E80..=0xA4CF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF | 0xFE30..=0xFE4F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6 | 0x1F300..=0x1FAFF | 0x20000..=0x3FFFD)
}

/// Whether a line may end between two characters; `solid` is the last before them that is no space.
fn may_break(solid: char, before: char, after: char) -> bool {
    // 12345-20261121-100001号: what makes a number of it stays with it.
    let numbered = after == '号' && before.is_ascii_digit();
    if after == ' ' || opens(solid) || closes(after) || numbered {
        return false;
    }
    before == ' ' || !(latin(before) && latin(after))
}

/// Whether the gap between two characters of a line may be stretched to fill it.
pub(crate) fn may_stretch(before: char, after: char) -> bool {
    let one_word = latin(before) && latin(after);
    let one_mark = before == after && matches!(before, '…' | '—');
    !one_word && !one_mark
}

/// Breaks a text, whose first line may be narrower. `width` measures a character; with `hang` points
/// may hang over the edge.
pub(crate) fn break_lines(
    text: &str,
    first: f32,
    rest: f32,
    hang: bool,
    width: &dyn Fn(char) -> f32,
) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut line = Line::default();
    for part in parts(text) {
        let limit = if lines.is_empty() { first } else { rest };
        let bare: Vec<char> = trimmed(&part);
        let wide = sum(&bare, width);
        let hanging = bare.last().copied().filter(|c| hang && hangs(*c));
        let hung = hanging.map_or(wide, |point| wide - width(point));
        if line.width + wide <= limit + 0.01
            || (hanging.is_some() && line.width + hung <= limit + 0.01)
        {
            line.width += sum(&part, width);
            line.text.extend(part);
            continue;
        }
        if !line.text.is_empty() {
            lines.push(ended(&std::mem::take(&mut line), width, hang, limit));
        }
        // A word longer than a line is cut wherever the line ends.
        let limit = if lines.is_empty() { first } else { rest };
        if hung > limit + 0.01 {
            for c in part {
                let limit = if lines.is_empty() { first } else { rest };
                let wide = width(c);
                if line.width + wide > limit + 0.01 && !line.text.is_empty() {
                    lines.push(ended(&std::mem::take(&mut line), width, hang, limit));
                }
                line.width += wide;
                line.text.push(c);
            }
        } else {
            line.width = sum(&part, width);
            line.text = part;
        }
    }
    let limit = if lines.is_empty() { first } else { rest };
    let mut line = ended(&line, width, hang, limit);
    line.last = true;
    if !line.text.is_empty() || lines.is_empty() {
        lines.push(line);
    } else if let Some(before) = lines.last_mut() {
        before.last = true;
    }
    lines
}

fn trimmed(part: &[char]) -> Vec<char> {
    let end = part.iter().rposition(|c| *c != ' ').map_or(0, |at| at + 1);
    part.iter().take(end).copied().collect()
}

fn sum(part: &[char], width: &dyn Fn(char) -> f32) -> f32 {
    part.iter().map(|c| width(*c)).sum()
}

/// A line without the spaces at its end; a point beyond the edge does not count.
fn ended(line: &Line, width: &dyn Fn(char) -> f32, hang: bool, limit: f32) -> Line {
    let text = trimmed(&line.text);
    let mut wide = sum(&text, width);
    if let Some(point) = text.last().copied().filter(|c| hang && hangs(*c))
        && wide > limit + 0.01
    {
        wide -= width(point);
    }
    Line {
        text,
        width: wide,
        last: line.last,
    }
}

/// The pieces no line may end within.
fn parts(text: &str) -> Vec<Vec<char>> {
    let mut parts: Vec<Vec<char>> = Vec::new();
    let mut before: Option<(char, char)> = None;
    // What cannot be seen has no place on paper.
    for c in text
        .chars()
        .map(|c| if c == '\t' || c == '\u{a0}' { ' ' } else { c })
    {
        if c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}')
        {
            continue;
        }
        match (before, parts.last_mut()) {
            (Some((solid, b)), Some(part)) if !may_break(solid, b, c) => part.push(c),
            _ => parts.push(vec![c]),
        }
        let solid = before.map_or(c, |(solid, _)| solid);
        before = Some((if c == ' ' { solid } else { c }, c));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn width(c: char) -> f32 {
        if wide(c) || matches!(c, '…' | '—' | '“' | '”' | '‘' | '’' | '·') {
            1.0
        } else {
            0.5
        }
    }

    fn broken(text: &str, limit: f32, hang: bool) -> Vec<String> {
        break_lines(text, limit, limit, hang, &width)
            .into_iter()
            .map(|line| line.text.into_iter().collect())
            .collect()
    }

    #[test]
    fn no_point_begins_a_line_and_none_that_opens_ends_one() {
        assert_eq!(broken("甲乙丙丁。戊", 4.0, false), ["甲乙丙", "丁。戊"]);
        assert_eq!(broken("甲乙丙丁。戊", 4.0, true), ["甲乙丙丁。", "戊"]);
        assert_eq!(broken("甲乙丙（丁戊）", 4.0, true), ["甲乙丙", "（丁戊）"]);
        assert_eq!(broken("他说“不行”。", 4.0, false), ["他说“不", "行”。"]);
        assert_eq!(broken("甲乙丙……丁", 4.0, true), ["甲乙", "丙……丁"]);
    }

    #[test]
    fn words_numbers_and_case_numbers_stay_whole() {
        assert_eq!(
            broken("见110-20261122-100042号单", 12.0, true),
            ["见110-20261122-100042号", "单"]
        );
        assert_eq!(
            broken("关于办理110-20261122-100042号事项", 14.0, true),
            ["关于办理", "110-20261122-100042号事项"]
        );
        assert_eq!(
            broken("请拨 12345 热线", 4.0, true),
            ["请拨", "12345 热", "线"]
        );
        assert_eq!(
            broken("比例为36.6%左右", 5.0, true),
            ["比例为", "36.6%左右"]
        );
        assert_eq!(broken("abcdefghij", 2.0, true), ["abcd", "efgh", "ij"]);
    }

    #[test]
    fn an_empty_text_is_one_empty_line() {
        assert_eq!(broken("", 4.0, true), [""]);
        assert_eq!(broken("\u{200b}\n", 4.0, true), [""]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_the_rules_hold(text in "[甲乙丙丁a-z0-9，。（）“”、 ]{0,80}", limit in 4_u8..20) {
            let limit = f32::from(limit);
            let lines = break_lines(&text, limit, limit, true, &width);
            let whole: String = lines.iter().flat_map(|l| l.text.iter()).filter(|c| **c != ' ').collect();
            let sent: String = text.chars().filter(|c| *c != ' ').collect();
            prop_assert_eq!(whole, sent);
            prop_assert!(lines.last().is_some_and(|l| l.last));
            for line in &lines {
                prop_assert!(line.width <= limit + 0.02, "{:?}", line);
            }
            // A run of marks longer than a line is cut wherever the line ends: those are not asked.
            let longest = parts(&text).iter().map(|part| sum(part, &width)).fold(0.0_f32, f32::max);
            if longest <= limit {
                for (above, below) in lines.iter().zip(lines.iter().skip(1)) {
                    let first = below.text.first().copied().unwrap_or('甲');
                    let last = above.text.last().copied().unwrap_or('甲');
                    prop_assert!(!closes(first) && !opens(last), "{:?} / {:?}", above, below);
                }
            }
        }
    }
}
