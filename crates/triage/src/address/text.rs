//! An address as the tagger sees it: characters in one spelling, and hashed signs for each.

use super::names::{Hit, Names};
use crate::narrative::simplify;

/// Characters of an address that are read; what stands behind them is kept as it is.
pub(super) const MOST: usize = 400;
/// How far back a repeated word is looked for.
const REPEAT: usize = 48;

/// Characters that end a part: where one stands is the best sign of where a part ends.
const ENDS: &str = "省市区县镇乡村社街道路巷弄号幢栋座单元室楼层园苑城厦场厂司店院校大学心桥站里庄组队屯坊期东西南北旁边口门";

/// What kind of character one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Han,
    Digit,
    Count,
    Letter,
    Mark,
}

/// A character in its plain spelling: half width, simplified, letters small.
pub(super) fn plain(c: char) -> char {
    let half = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
    };
    simplify(half.to_ascii_lowercase())
}

fn sort(c: char) -> Sort {
    match c {
        '0'..='9' => Sort::Digit,
        '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '百' => {
            Sort::Count
        }
        'a'..='z' => Sort::Letter,
        c if c.is_alphabetic() => Sort::Han,
        _ => Sort::Mark,
    }
}

/// Digits are all one digit, letters all one letter: which number it is says little.
const fn shape(c: char, sort: Sort) -> char {
    match sort {
        Sort::Digit => '0',
        Sort::Letter => 'a',
        _ => c,
    }
}

/// An address ready to be tagged.
#[derive(Debug, Clone)]
pub(super) struct Text {
    /// Plain characters.
    pub(super) chars: Vec<char>,
    sorts: Vec<Sort>,
    shapes: Vec<char>,
    hits: Vec<Hit>,
    /// Whether any name is known; one of nobody's names is not the same as no name.
    knows: bool,
}

/// A stretch with what is asked about it again and again.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    start: usize,
    end: usize,
    form: u32,
    /// What the whole of it may be a name of.
    known: u32,
    said_before: bool,
    said_behind: bool,
}

/// A hash of what a sign is made of.
pub(super) fn sign(kind: u64, parts: impl IntoIterator<Item = u32>) -> u64 {
    let mut hash = (kind + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for part in parts {
        hash = (hash ^ u64::from(part))
            .wrapping_mul(0xff51_afd7_ed55_8ccd)
            .rotate_left(31);
    }
    hash ^ (hash >> 29)
}

fn count(n: usize, most: usize) -> u32 {
    u32::try_from(n.min(most)).unwrap_or(0)
}

impl Text {
    /// Reads at most [`MOST`] characters.
    pub(super) fn new(words: &str, names: &Names) -> Self {
        let chars: Vec<char> = words.chars().take(MOST).map(plain).collect();
        let sorts: Vec<Sort> = chars.iter().map(|c| sort(*c)).collect();
        let shapes = chars
            .iter()
            .zip(&sorts)
            .map(|(c, s)| shape(*c, *s))
            .collect();
        let hits = names.hits(&chars);
        Self {
            chars,
            sorts,
            shapes,
            hits,
            knows: !names.is_empty(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.chars.len()
    }

    /// The shape at `i + by`; marks outside.
    fn near(&self, i: usize, by: isize) -> u32 {
        let at = i.checked_add_signed(by);
        let c = at.and_then(|at| self.shapes.get(at)).copied();
        c.map_or(u32::from(by < 0) + 1, u32::from)
    }

    fn sort_near(&self, i: usize, by: isize) -> u32 {
        let at = i.checked_add_signed(by);
        match at.and_then(|at| self.sorts.get(at)) {
            None => 9,
            Some(Sort::Han) => 0,
            Some(Sort::Digit) => 1,
            Some(Sort::Count) => 2,
            Some(Sort::Letter) => 3,
            Some(Sort::Mark) => 4,
        }
    }

    fn is_run(&self, at: usize) -> bool {
        matches!(self.sorts.get(at), Some(Sort::Digit | Sort::Letter))
    }

    /// The signs of the character at `i`, appended to `out`.
    pub(super) fn signs(&self, i: usize, out: &mut Vec<u64>) {
        let c = |by| self.near(i, by);
        out.push(sign(0, []));
        for by in -3_isize..=3 {
            out.push(sign(10, [c(by), by.rem_euclid(7).try_into().unwrap_or(0)]));
        }
        for (kind, a) in [(20, -2), (21, -1), (22, 0), (23, 1)] {
            out.push(sign(kind, [c(a), c(a + 1)]));
        }
        for (kind, a) in [(24, -2), (25, -1), (26, 0), (27, 1)] {
            out.push(sign(kind, [c(a), c(a + 1), c(a + 2)]));
        }
        out.push(sign(28, [c(0), c(1), c(2), c(3)]));
        out.push(sign(29, [c(-3), c(-2), c(-1), c(0)]));
        out.push(sign(30, [c(-1), c(1)]));
        out.push(sign(31, (-2..=2).map(|by| self.sort_near(i, by))));
        out.push(sign(32, (-1..=1).map(|by| self.sort_near(i, by))));
        out.push(sign(33, [count(i, 5)]));
        out.push(sign(34, [count(self.len() - i, 5)]));
        self.run_signs(i, out);
        self.end_signs(i, out);
        for hit in &self.hits {
            if hit.start > i || hit.start + hit.length <= i {
                continue;
            }
            let place = match i - hit.start {
                0 => 0,
                k if k + 1 == hit.length => 2,
                _ => 1,
            };
            out.push(sign(50, [hit.classes, place]));
            out.push(sign(51, [hit.classes, place, count(hit.length, 6)]));
        }
        if self.said_before(i, i + 2) {
            out.push(sign(60, [0]));
            if self.said_before(i, i + 3) {
                out.push(sign(60, [1]));
            }
        }
        if self.said_behind(i, i + 2) {
            out.push(sign(61, [0]));
            if self.said_behind(i, i + 3) {
                out.push(sign(61, [1]));
            }
        }
    }

    /// Whether the stretch stands in the text before it, too.
    fn said_before(&self, start: usize, end: usize) -> bool {
        let Some(what) = self.chars.get(start..end) else {
            return false;
        };
        let from = start.saturating_sub(REPEAT);
        let before = self.chars.get(from..start).unwrap_or_default();
        self.sorts.get(start) == Some(&Sort::Han) && before.windows(what.len()).any(|w| w == what)
    }

    /// Whether the stretch stands in the text behind it, too.
    fn said_behind(&self, start: usize, end: usize) -> bool {
        let Some(what) = self.chars.get(start..end) else {
            return false;
        };
        let to = (end + REPEAT).min(self.len());
        let behind = self.chars.get(end..to).unwrap_or_default();
        self.sorts.get(start) == Some(&Sort::Han) && behind.windows(what.len()).any(|w| w == what)
    }

    /// For a number: how long it is, and what stands before and behind the whole of it.
    fn run_signs(&self, i: usize, out: &mut Vec<u64>) {
        if !self.is_run(i) {
            return;
        }
        let mut start = i;
        while let Some(before) = start.checked_sub(1).filter(|at| self.is_run(*at)) {
            if i - before > 12 {
                break;
            }
            start = before;
        }
        let mut end = i + 1;
        while self.is_run(end) && end - i < 12 {
            end += 1;
        }
        let (before, behind) = (self.near(start, -1), self.near(end, 0));
        let (two, next) = (self.near(start, -2), self.near(end, 1));
        let first = count(i - start, 2);
        let long = count(end - start, 6);
        out.push(sign(40, [before, behind, first]));
        out.push(sign(41, [before, long, first]));
        out.push(sign(42, [behind, long, first]));
        out.push(sign(43, [behind, next, first]));
        out.push(sign(44, [two, before, first]));
        out.push(sign(45, [before, behind, long, first]));
        // Whether other numbers stand before and behind it, joined by one mark.
        let joined =
            |at: usize, by: isize| at.checked_add_signed(by).is_some_and(|at| self.is_run(at));
        let chain = [
            u32::from(joined(start, -2)),
            u32::from(joined(end, 1)),
            before,
            behind,
        ];
        out.push(sign(46, chain.into_iter().chain([first])));
    }

    /// The nearest endings before and behind, and how far.
    fn end_signs(&self, i: usize, out: &mut Vec<u64>) {
        let ahead = self.chars.get(i..).unwrap_or_default();
        let ahead = ahead.iter().take(9).position(|c| ENDS.contains(*c));
        if let Some(far) = ahead {
            let end = self.near(i + far, 0);
            out.push(sign(70, [end, count(far, 9)]));
            out.push(sign(71, [end, self.near(i + far, 1)]));
            out.push(sign(72, [end, self.near(i, 0)]));
        } else {
            out.push(sign(73, []));
        }
        let behind = self.chars.get(..i).unwrap_or_default();
        let behind = behind.iter().rev().take(9).position(|c| ENDS.contains(*c));
        if let Some(far) = behind {
            let end = self.near(i - far - 1, 0);
            out.push(sign(74, [end, count(far, 9)]));
            if let Some(ahead) = ahead {
                let next = self.near(i + ahead, 0);
                out.push(sign(75, [end, next, count(far, 3), count(ahead, 3)]));
            }
        } else {
            out.push(sign(76, [count(ahead.unwrap_or(9), 9)]));
        }
    }

    /// What there is to know of a stretch, whatever stands before it.
    pub(super) fn span(&self, names: &Names, (start, end): (usize, usize)) -> Span {
        let chars = self.chars.get(start..end).unwrap_or_default();
        Span {
            start,
            end,
            form: self.form(start, end),
            known: if self.knows { names.classes(chars) } else { 0 },
            said_before: self.said_before(start, end),
            said_behind: self.said_behind(start, end),
        }
    }

    /// The signs of a whole stretch, appended to `out`.
    pub(super) fn stretch(&self, span: &Span, out: &mut Vec<u64>) {
        let (start, end) = (span.start, span.end);
        let shapes = self.shapes.get(start..end).unwrap_or_default();
        let long = count(end - start, 12);
        let at = |by| self.near(end, by);
        if end - start <= 10 {
            out.push(sign(100, shapes.iter().map(|c| u32::from(*c))));
        }
        let tail = |n: usize| {
            let from = end.saturating_sub(n).max(start);
            self.shapes.get(from..end).unwrap_or_default()
        };
        for n in 1..=4 {
            if end - start >= n {
                out.push(sign(
                    105,
                    tail(n).iter().map(|c| u32::from(*c)).chain([count(n, 9)]),
                ));
            }
        }
        out.push(sign(110, [long]));
        out.push(sign(111, [long, at(-1)]));
        let form = span.form;
        out.push(sign(113, [form]));
        out.push(sign(116, [form, at(0)]));
        out.push(sign(117, [form, self.near(start, -1)]));
        out.push(sign(118, [form, self.near(start, -1), at(0)]));
        out.push(sign(119, [at(-1), at(0)]));
        out.push(sign(123, [self.near(start, 0), self.near(start, 1)]));
        out.push(sign(124, [self.near(start, -1), self.near(start, 0)]));
        if self.knows {
            out.push(sign(127, [span.known, at(-1)]));
            out.push(sign(128, [span.known]));
        }
        out.push(sign(129, [u32::from(span.said_before), span.known]));
        if span.said_before {
            out.push(sign(131, [at(-1)]));
        }
        if span.said_behind {
            out.push(sign(133, [at(-1)]));
            out.push(sign(134, [at(0)]));
        }
    }

    /// The signs of a whole stretch together with the two parts before it, appended to `out`.
    pub(super) fn stretch_after(&self, span: &Span, [last, second]: [u32; 2], out: &mut Vec<u64>) {
        let (start, end) = (span.start, span.end);
        let shapes = self.shapes.get(start..end).unwrap_or_default();
        let at = |by| self.near(end, by);
        if end - start <= 10 {
            out.push(sign(
                101,
                shapes.iter().map(|c| u32::from(*c)).chain([last]),
            ));
        }
        out.push(sign(112, [count(end - start, 12), last]));
        let form = span.form;
        out.push(sign(114, [form, last]));
        out.push(sign(115, [form, last, second]));
        out.push(sign(120, [at(-1), last]));
        out.push(sign(121, [at(-2), at(-1), last]));
        out.push(sign(122, [at(-1), last, second]));
        if end == self.len() {
            out.push(sign(125, [form, last]));
        }
        if self.knows {
            out.push(sign(126, [span.known, last]));
        }
        out.push(sign(130, [u32::from(span.said_before), last]));
        if span.said_before {
            out.push(sign(132, [at(-1), last]));
        }
        if span.said_behind {
            out.push(sign(135, [at(-1), last]));
        }
    }

    /// The form of a stretch: which sorts of characters in which order, in at most four steps.
    fn form(&self, start: usize, end: usize) -> u32 {
        let mut form = 0;
        let mut steps = 0;
        let mut before = None;
        for sort in self.sorts.get(start..end).unwrap_or_default() {
            if before == Some(*sort) {
                continue;
            }
            before = Some(*sort);
            steps += 1;
            if steps > 4 {
                break;
            }
            let digit = match sort {
                Sort::Han => 1,
                Sort::Digit => 2,
                Sort::Count => 3,
                Sort::Letter => 4,
                Sort::Mark => 5,
            };
            form = form * 6 + digit;
        }
        form
    }
}
