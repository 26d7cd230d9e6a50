//! One spelling for every narrative, with the way back to the caller's own words.

mod traditional;

use crate::learn::{Alarm, Heard, body};
use crate::steps::step;
use std::ops::Range;
use std::sync::OnceLock;
pub(crate) use traditional::simplify;
use unicode_normalization::{UnicodeNormalization, char::canonical_combining_class};

/// Openings that say nothing about the matter, in their normal spelling, longest first within
/// what they begin with. They are stripped again and again from the front.
const OPENINGS: &[&str] = &[
    "市民来电反映",
    "来电人反映",
    "诉求人反映",
    "群众反映",
    "市民反映",
    "报警人称",
    "来电人称",
    "我想问一下",
    "我想问问",
    "我想咨询一下",
    "我想咨询",
    "我要反映一下",
    "我想反映一下",
    "我要反映",
    "我想反映",
    "麻烦问一下",
    "想问一下",
    "问一下",
    "不好意思",
    "打扰一下",
    "你好",
    "您好",
    "喂",
    "请问",
    "同志",
    "警官",
    "领导",
    "尊敬的",
    "那个",
    "就是说",
    "哎",
    "唉",
    "嗯",
    "呃",
    "啊",
];

/// A narrative in its normal spelling: NFKC, simplified characters, lower case, half width,
/// without control, bidirectional and zero-width characters and without white space beside
/// Chinese characters.
///
/// Every character knows which characters of the original it came from, so that what a rule
/// found can be shown in the caller's own words. Korean syllables typed as separate letters are
/// not put together, and marks that make no composed letter are left out; no rule asks for either.
#[derive(Debug, Clone)]
pub struct Narrative {
    text: String,
    chars: Vec<char>,
    origin: Vec<(usize, usize)>,
    body: usize,
    /// How the ear heard it: danger, desk, row and grounds are asked for one after the other.
    heard: OnceLock<Heard>,
}

impl Narrative {
    /// Brings `original` into its normal spelling. Any text is accepted; linear in its length.
    #[must_use]
    pub fn new(original: &str) -> Self {
        let mut out = Self {
            text: String::with_capacity(original.len()),
            chars: Vec::with_capacity(original.len() / 3),
            origin: Vec::with_capacity(original.len() / 3),
            body: 0,
            heard: OnceLock::new(),
        };
        let mut space = None;
        let mut source = original.chars().enumerate().peekable();
        while let Some((at, first)) = source.next() {
            let mut end = at + 1;
            // The two ranges nearly all text is made of need no table of compositions, unless a
            // combining mark follows.
            let marked = source.peek().is_some_and(|&(_, c)| is_mark(c));
            if !marked && is_plain(first) {
                out.take(first, at, end, &mut space);
                continue;
            }
            let mut cluster = String::from(first);
            while let Some((_, mark)) = source.next_if(|&(_, c)| is_mark(c)) {
                cluster.push(mark);
                end += 1;
            }
            // A mark that found no letter to join would join another one at the next reading.
            for c in cluster.nfkc().filter(|&c| !is_mark(c)) {
                out.take(c, at, end, &mut space);
            }
        }
        out.body = out.opening();
        out
    }

    /// How the ear hears it.
    pub(crate) fn heard(&self, ear: &Alarm) -> &Heard {
        self.heard.get_or_init(|| ear.listen(body(self)))
    }

    fn take(&mut self, c: char, start: usize, end: usize, space: &mut Option<(usize, usize)>) {
        if c.is_whitespace() {
            space.get_or_insert((start, end));
            return;
        }
        if is_dropped(c) {
            return;
        }
        if let Some(gap) = space.take()
            && let Some(&before) = self.chars.last()
            && !is_cjk(before)
            && !is_cjk(c)
        {
            self.push(' ', gap.0, gap.1);
        }
        if c.is_ascii() {
            self.push(c.to_ascii_lowercase(), start, end);
        } else if is_cjk(c) {
            self.push(traditional::simplify(c), start, end);
        } else {
            for lower in c.to_lowercase() {
                // A lower-case form may end in a mark of its own, which no rule asks for.
                if !is_mark(lower) {
                    self.push(lower, start, end);
                }
            }
        }
    }

    fn push(&mut self, c: char, start: usize, end: usize) {
        step();
        self.text.push(c);
        self.chars.push(c);
        self.origin.push((start, end));
    }

    fn opening(&self) -> usize {
        let mut rest = self.text.as_str();
        loop {
            let bare = rest.trim_start_matches([',', '。', '!', '?', ' ', '.', ':', '、']);
            let next = OPENINGS.iter().find_map(|o| bare.strip_prefix(o));
            match next {
                Some(next) => rest = next,
                // An opening that is all there is stays: "喂" alone is still what was said.
                None if bare.is_empty() => return 0,
                None => return self.chars.len() - bare.chars().count(),
            }
        }
    }

    /// The normal spelling, openings included.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The characters of the normal spelling.
    #[must_use]
    pub fn chars(&self) -> &[char] {
        &self.chars
    }

    /// Index of the first normal character behind the openings (你好, 请问, 我想问一下…).
    #[must_use]
    pub fn body(&self) -> usize {
        self.body
    }

    /// The characters of the original, counted from 0, that a run of normal characters stands for.
    #[must_use]
    pub fn original(&self, normal: Range<usize>) -> Range<usize> {
        let start = self.origin.get(normal.start).map_or(0, |o| o.0);
        let last = normal.end.checked_sub(1).and_then(|i| self.origin.get(i));
        let end = last.map_or(start, |o| o.1);
        start..end.max(start)
    }
}

/// The slice of `original` between two character offsets.
pub(crate) fn slice(original: &str, chars: &Range<usize>) -> String {
    original
        .chars()
        .skip(chars.start)
        .take(chars.end.saturating_sub(chars.start))
        .collect()
}

/// The normal spelling of a word of a rule, so that rule and narrative always meet.
pub(crate) fn normal(word: &str) -> String {
    Narrative::new(word).text
}

fn is_plain(c: char) -> bool {
    c.is_ascii() || matches!(c, '\u{4e00}'..='\u{9fff}' | '。' | '、')
}

/// Whether a character is Chinese script or the punctuation that goes with it.
pub(crate) fn is_cjk(c: char) -> bool {
    matches!(c,
        '\u{3000}'..='\u{303f}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether a character is a letter or a digit. As [`char::is_alphanumeric`], which has to look the
/// Chinese ones up in a table, one by one.
pub(crate) fn is_letter(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}') || c.is_alphanumeric()
}

fn is_mark(c: char) -> bool {
    !c.is_ascii() && canonical_combining_class(c) != 0
}

fn is_dropped(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// The end of a clause: a comma is enough.
pub(crate) fn ends_clause(c: char) -> bool {
    matches!(c, ',' | ';') || ends_sentence(c)
}

/// The end of a sentence.
pub(crate) fn ends_sentence(c: char) -> bool {
    matches!(c, '。' | '!' | '?')
}

/// One clause boundary search, backwards from `from`: the index of the first character of the
/// clause (or sentence), at most `reach` characters away.
pub(crate) fn begin_of(chars: &[char], from: usize, reach: usize, ends: fn(char) -> bool) -> usize {
    let before = chars.get(..from).unwrap_or(chars);
    let run = before.iter().rev().take(reach).take_while(|&&c| !ends(c));
    from - run.count()
}

/// As [`begin_of`], forwards: the index behind the last character of the clause (or sentence).
pub(crate) fn end_of(chars: &[char], from: usize, reach: usize, ends: fn(char) -> bool) -> usize {
    let after = chars.get(from..).unwrap_or(&[]);
    from + after.iter().take(reach).take_while(|&&c| !ends(c)).count()
}

/// Whether the characters just before `end` are `word`.
pub(crate) fn ends_with(chars: &[char], end: usize, word: &[char]) -> bool {
    end.checked_sub(word.len())
        .is_some_and(|start| chars.get(start..end) == Some(word))
}

/// Whether the characters from `start` on begin with `word`.
pub(crate) fn starts_with(chars: &[char], start: usize, word: &[char]) -> bool {
    chars.get(start..start + word.len()) == Some(word)
}

/// The words of a list as characters, in their normal spelling, longest first.
pub(crate) fn as_chars<'a>(words: impl IntoIterator<Item = &'a String>) -> Vec<Vec<char>> {
    let mut out: Vec<Vec<char>> = words
        .into_iter()
        .map(|w| normal(w).chars().collect())
        .filter(|w: &Vec<char>| !w.is_empty())
        .collect();
    out.sort_by_key(|w| std::cmp::Reverse(w.len()));
    out
}

#[cfg(test)]
mod tests {
    use super::is_letter;

    #[test]
    fn the_short_way_calls_the_same_characters_letters() {
        for c in '\0'..=char::MAX {
            assert_eq!(is_letter(c), c.is_alphanumeric(), "{c:?}");
        }
    }
}
