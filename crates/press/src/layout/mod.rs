//! From a document to marks on pages. All measures are points from the upper left corner.

mod chart;
mod grid;
mod head;

use crate::PressError;
use crate::count::{chinese, measure};
use crate::document::{Block, Document, Foot, Signature, Style};
use crate::face::{Face, Scales};
use crate::line::{Line, break_lines, may_stretch};
use std::collections::BTreeSet;

/// A millimetre.
pub(crate) const MM: f32 = 72.0 / 25.4;
/// A4.
pub(crate) const PAPER: (f32, f32) = (210.0 * MM, 297.0 * MM);
/// 订口 and 天头: the left and the upper edge of the type area.
const LEFT: f32 = 28.0 * MM;
const TOP: f32 = 37.0 * MM;
/// 版心.
const WIDE: f32 = 156.0 * MM;
const HIGH: f32 = 225.0 * MM;
/// 22 lines of 28 characters.
const PITCH: f32 = HIGH / 22.0;
const CELL: f32 = WIDE / 28.0;
/// 三号.
const BODY: f32 = 16.0;
/// 四号: page numbers and 版记.
const FOUR: f32 = 14.0;
/// Small print.
const SMALL: f32 = 10.5;
/// How far a gap may be stretched to fill a line, as a share of the size.
const STRETCH: f32 = 0.5;
/// Pages at most: beyond is a defect of whoever made the document.
const PAGES_MOST: usize = 200;

/// What a mark is printed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    Black,
    Red,
    Grey,
}

/// A glyph of a run: which, how far to the next as a share of the size, and the character.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Set {
    pub(crate) glyph: u32,
    pub(crate) advance: f32,
    pub(crate) c: char,
}

/// Something on a page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Mark {
    Run {
        face: Face,
        size: f32,
        x: f32,
        y: f32,
        ink: Ink,
        set: Vec<Set>,
    },
    Rule {
        from: (f32, f32),
        to: (f32, f32),
        width: f32,
        ink: Ink,
    },
    Area {
        x: f32,
        y: f32,
        w: f32,
        h: f32,
        /// Filled, or its outline alone.
        filled: bool,
        ink: Ink,
    },
}

/// A document on its pages.
#[derive(Debug, Default)]
pub(crate) struct Pages {
    pub(crate) pages: Vec<Vec<Mark>>,
    /// Characters no face has.
    pub(crate) missing: BTreeSet<char>,
}

/// How a text is set.
#[derive(Debug, Clone, Copy)]
struct Type {
    face: Face,
    size: f32,
    /// Width of a Chinese character; the size itself but in the body, whose grid is a little narrower.
    cell: f32,
    ink: Ink,
}

impl Type {
    const fn of(face: Face, size: f32) -> Self {
        Self {
            face,
            size,
            cell: size,
            ink: Ink::Black,
        }
    }

    const fn body(face: Face) -> Self {
        Self {
            face,
            size: BODY,
            cell: CELL,
            ink: Ink::Black,
        }
    }

    const fn ink(self, ink: Ink) -> Self {
        Self { ink, ..self }
    }
}

/// Sets a document.
struct Setter<'a> {
    scales: &'a Scales<'a>,
    out: Pages,
    /// Where the next line begins, from the upper edge of the type area.
    y: f32,
    /// How many headings of each level there were.
    counts: [usize; 4],
}

/// Puts a document on pages.
///
/// # Errors
/// [`PressError::TooLong`].
pub(crate) fn lay(document: &Document, scales: &Scales<'_>) -> Result<Pages, PressError> {
    let mut setter = Setter {
        scales,
        out: Pages {
            pages: vec![Vec::new()],
            missing: BTreeSet::new(),
        },
        y: 0.0,
        counts: [0; 4],
    };
    setter.head(document);
    if !document.addressee.is_empty() {
        let line = format!("{}：", document.addressee);
        setter.text(&line, Type::body(Face::Body), 0.0, 0.0);
    }
    let tail = setter.tail_height(document);
    let last = document.body.len().saturating_sub(1);
    for (place, block) in document.body.iter().enumerate() {
        let next = document.body.get(place + 1);
        let keep = match next {
            // Nothing is announced at the bottom of one page that stands on the next.
            Some(next) if matches!(block, Block::Heading { .. }) => setter.lead_height(next),
            _ if place == last => tail,
            _ => 0.0,
        };
        setter.block(block, keep)?;
    }
    setter.enclosures(&document.enclosures);
    if let Some(signature) = &document.signature {
        setter.sign(signature);
    }
    if !setter.out.missing.is_empty() {
        setter.note("〓 处所用字体缺字，原字保留在文件的文字层中，可选取、可检索。");
    }
    if let Some(foot) = &document.foot {
        setter.foot(foot);
    }
    setter.number(document);
    if setter.out.pages.len() > PAGES_MOST {
        return Err(PressError::TooLong(PAGES_MOST));
    }
    Ok(setter.out)
}

impl Setter<'_> {
    fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.out.pages.last_mut() {
            page.push(mark);
        }
    }

    fn turn(&mut self) {
        self.out.pages.push(Vec::new());
        self.y = 0.0;
    }

    /// Goes to the next page where so much does not fit on this one.
    fn need(&mut self, height: f32) {
        if self.y > 0.0 && self.y + height > HIGH + 0.5 {
            self.turn();
        }
    }

    /// Goes on at the next line of the grid.
    fn snap(&mut self) {
        self.y = (self.y / PITCH - 0.02).ceil().max(0.0) * PITCH;
    }

    fn width(&self, kind: Type, c: char) -> f32 {
        let wide = self.scales.find(kind.face, c).width;
        // The grid is for Chinese characters; the letters between them keep their own widths.
        if (wide - 1.0).abs() < 0.01 {
            kind.cell
        } else {
            wide * kind.size
        }
    }

    fn length(&self, kind: Type, text: &str) -> f32 {
        text.chars().map(|c| self.width(kind, c)).sum()
    }

    fn lines(&self, kind: Type, text: &str, first: f32, rest: f32, hang: bool) -> Vec<Line> {
        break_lines(text, first, rest, hang, &|c| self.width(kind, c))
    }

    /// Sets a line with its baseline at `y`, each gap that may be stretched `more` wider.
    fn run(&mut self, kind: Type, x: f32, y: f32, text: &[char], more: f32) {
        let mut at = x;
        let mut begun = x;
        let mut face = kind.face;
        let mut set: Vec<Set> = Vec::new();
        for (place, c) in text.iter().copied().enumerate() {
            let found = self.scales.find(kind.face, c);
            if found.missing {
                self.out.missing.insert(c);
            }
            if found.face != face && !set.is_empty() {
                let done = std::mem::take(&mut set);
                self.put(kind, face, begun, y, done);
                begun = at;
            }
            face = found.face;
            let next = text.get(place + 1).copied();
            let gap = next.map_or(0.0, |next| if may_stretch(c, next) { more } else { 0.0 });
            let advance = self.width(kind, c) + gap;
            set.push(Set {
                glyph: found.glyph,
                advance: advance / kind.size,
                c,
            });
            at += advance;
        }
        self.put(kind, face, begun, y, set);
    }

    fn put(&mut self, kind: Type, face: Face, x: f32, y: f32, set: Vec<Set>) {
        if !set.is_empty() {
            self.mark(Mark::Run {
                face,
                size: kind.size,
                x,
                y,
                ink: kind.ink,
                set,
            });
        }
    }

    fn words(&mut self, kind: Type, x: f32, y: f32, text: &str) {
        let text: Vec<char> = text.chars().collect();
        self.run(kind, x, y, &text, 0.0);
    }

    fn middle(&mut self, kind: Type, y: f32, text: &str) {
        let x = LEFT + (WIDE - self.length(kind, text)) / 2.0;
        self.words(kind, x, y, text);
    }

    /// A line of the body's grid, stretched to the edge where the paragraph goes on.
    fn body_line(&mut self, kind: Type, line: &Line, x: f32, wide: f32) {
        let gaps = line
            .text
            .iter()
            .zip(line.text.iter().skip(1))
            .filter(|(a, b)| may_stretch(**a, **b))
            .count();
        let slack = wide - line.width;
        let share = slack / measure(gaps.max(1));
        let more = if line.last || share > STRETCH * kind.size || share < 0.0 {
            0.0
        } else {
            share
        };
        let y = TOP + self.y + base(PITCH, kind.size);
        self.run(kind, LEFT + x, y, &line.text, more);
        self.y += PITCH;
    }

    /// Paragraphs in the body's grid, the first line of each `indent` in. So much must fit behind the
    /// last two lines on their page.
    fn text(&mut self, text: &str, kind: Type, indent: f32, keep: f32) {
        // Behind a table the grid begins again.
        self.snap();
        let paragraphs: Vec<&str> = text.lines().collect();
        let last = paragraphs.len().saturating_sub(1);
        for (place, paragraph) in paragraphs.into_iter().enumerate() {
            let lines = self.lines(kind, paragraph, WIDE - indent, WIDE, true);
            let count = lines.len();
            for (n, line) in lines.iter().enumerate() {
                let left = count - n;
                if place == last && (left == 2 || count == 1) {
                    self.need(PITCH * measure(left) + keep);
                } else {
                    self.need(PITCH);
                }
                let x = if n == 0 { indent } else { 0.0 };
                self.body_line(kind, line, x, WIDE - x);
            }
        }
    }

    fn block(&mut self, block: &Block, keep: f32) -> Result<(), PressError> {
        if self.out.pages.len() > PAGES_MOST {
            return Err(PressError::TooLong(PAGES_MOST));
        }
        match block {
            Block::Heading { level, text } => self.heading(*level, text, keep),
            Block::Paragraph(text) => self.text(text, Type::body(Face::Body), CELL * 2.0, keep),
            Block::Middle(text) => {
                let kind = Type::body(Face::Heading);
                self.snap();
                self.need(PITCH * 2.0);
                self.middle(kind, TOP + self.y + base(PITCH, BODY), text);
                self.y += PITCH;
            }
            Block::Table(table) => self.table(table),
            Block::Chart(chart) => self.chart(chart),
            Block::Form(rows) => self.form(rows),
            Block::Note(text) => self.note(text),
        }
        Ok(())
    }

    /// How much of a block has to stand on the page of the heading before it.
    fn lead_height(&self, block: &Block) -> f32 {
        match block {
            Block::Paragraph(_) | Block::Middle(_) | Block::Note(_) => PITCH,
            Block::Heading { .. } => PITCH * 2.0,
            Block::Table(_) | Block::Form(_) => grid::FIRST,
            Block::Chart(chart) => chart::height(chart),
        }
    }

    fn heading(&mut self, level: u8, text: &str, keep: f32) {
        let level = usize::from(level.clamp(1, 4));
        for (place, count) in (1..).zip(&mut self.counts) {
            match place.cmp(&level) {
                std::cmp::Ordering::Equal => *count += 1,
                std::cmp::Ordering::Greater => *count = 0,
                std::cmp::Ordering::Less => {}
            }
        }
        let n = self.counts.get(level - 1).copied().unwrap_or(1);
        let (number, face) = match level {
            1 => (format!("{}、", chinese(n)), Face::Heading),
            2 => (format!("（{}）", chinese(n)), Face::Second),
            3 => (format!("{n}."), Face::Body),
            _ => (format!("（{n}）"), Face::Body),
        };
        self.text(
            &format!("{number}{text}"),
            Type::body(face),
            CELL * 2.0,
            keep,
        );
    }

    /// Small print over the whole width.
    fn note(&mut self, text: &str) {
        let kind = Type::of(Face::Body, SMALL);
        let pitch = SMALL * 1.5;
        for paragraph in text.lines() {
            for line in self.lines(kind, paragraph, WIDE, WIDE, true) {
                self.need(pitch);
                let y = TOP + self.y + base(pitch, SMALL);
                self.run(kind, LEFT, y, &line.text, 0.0);
                self.y += pitch;
            }
        }
    }

    fn enclosures(&mut self, names: &[String]) {
        if names.is_empty() {
            return;
        }
        self.snap();
        self.need(PITCH * 2.0);
        self.y += PITCH;
        for (place, name) in names.iter().enumerate() {
            let kind = Type::body(Face::Body);
            let number = if names.len() == 1 {
                String::new()
            } else {
                format!("{}.", place + 1)
            };
            let head = if place == 0 { "附件：" } else { "" };
            // The names stand below each other, behind 附件： and its number.
            let indent = CELL * 5.0 + self.length(kind, &number);
            let lines = self.lines(kind, name, WIDE - indent - CELL, WIDE - indent - CELL, true);
            for (n, line) in lines.iter().enumerate() {
                self.need(PITCH);
                if n == 0 {
                    let y = TOP + self.y + base(PITCH, BODY);
                    self.words(kind, LEFT + CELL * 2.0, y, head);
                    self.words(kind, LEFT + CELL * 5.0, y, &number);
                }
                self.body_line(kind, line, indent, WIDE - indent - CELL);
            }
        }
    }

    /// What must stand behind the body's last lines on their page: who signs, with room for the seal.
    fn tail_height(&self, document: &Document) -> f32 {
        let plain = document.enclosures.is_empty();
        if plain && document.signature.is_some() {
            PITCH * 4.0
        } else {
            0.0
        }
    }

    fn sign(&mut self, signature: &Signature) {
        let kind = Type::body(Face::Body);
        self.snap();
        self.need(PITCH * 4.0);
        self.y += PITCH * 2.0;
        let day = signature.day.words();
        let (issuer, date) = (
            self.length(kind, &signature.issuer),
            self.length(kind, &day),
        );
        // The date ends four characters before the edge, the issuer stands over its middle.
        let right = LEFT + WIDE - CELL * 4.0;
        let middle = (right - date / 2.0).min(LEFT + WIDE - CELL - issuer / 2.0);
        let y = TOP + self.y + base(PITCH, BODY);
        self.words(
            kind,
            (middle - issuer / 2.0).max(LEFT),
            y,
            &signature.issuer,
        );
        self.words(kind, right - date, y + PITCH, &day);
        self.y += PITCH * 2.0;
    }

    /// 版记 at the bottom of the last page.
    fn foot(&mut self, foot: &Foot) {
        let kind = Type::of(Face::Body, FOUR);
        let pitch = PITCH * 0.9;
        let copies = if foot.copies.is_empty() {
            Vec::new()
        } else {
            let text = format!("抄送：{}。", foot.copies.trim_end_matches('。'));
            self.lines(kind, &text, WIDE - FOUR * 2.0, WIDE - FOUR * 5.0, true)
        };
        let rows = measure(copies.len() + 1);
        self.need(rows * pitch + 6.0);
        let mut y = TOP + HIGH - rows * pitch;
        let rule = |at: f32, thick: bool| Mark::Rule {
            from: (LEFT, at),
            to: (LEFT + WIDE, at),
            width: if thick { 0.35 * MM } else { 0.25 * MM },
            ink: Ink::Black,
        };
        self.mark(rule(y, true));
        for (n, line) in copies.iter().enumerate() {
            let x = LEFT + if n == 0 { FOUR } else { FOUR * 4.0 };
            self.run(kind, x, y + base(pitch, FOUR), &line.text, 0.0);
            y += pitch;
        }
        if !copies.is_empty() {
            self.mark(rule(y, false));
        }
        let printed = format!("{}印发", foot.day.words());
        self.words(kind, LEFT + FOUR, y + base(pitch, FOUR), &foot.printed_by);
        let right = LEFT + WIDE - FOUR - self.length(kind, &printed);
        self.words(kind, right, y + base(pitch, FOUR), &printed);
        self.mark(rule(TOP + HIGH, true));
        self.y = HIGH;
    }

    /// Page numbers: odd ones at the right, even ones at the left, one character in; the small print
    /// of who printed it below.
    fn number(&mut self, document: &Document) {
        let pages = std::mem::take(&mut self.out.pages);
        let count = pages.len();
        for (place, page) in pages.into_iter().enumerate() {
            self.out.pages.push(page);
            let kind = Type::of(Face::Body, FOUR);
            let text = format!("— {} —", place + 1);
            let y = TOP + HIGH + 7.0 * MM + FOUR * 0.88;
            // In a letter the first page has none (10.1).
            if document.style != Style::Letter || place > 0 {
                let x = if place % 2 == 0 {
                    LEFT + WIDE - FOUR - self.length(kind, &text)
                } else {
                    LEFT + FOUR
                };
                self.words(kind, x, y, &text);
            }
            if !document.trace.is_empty() {
                let kind = Type::of(Face::Body, 9.0).ink(Ink::Grey);
                let text = format!("{}　{}/{count}", document.trace, place + 1);
                let line = self
                    .lines(kind, &text, WIDE, WIDE, false)
                    .into_iter()
                    .next();
                let line = line.unwrap_or_default();
                // Above the red lines at the foot of a letter's first page, else below the page number.
                let below = if document.style == Style::Letter && place == 0 {
                    12.5
                } else {
                    17.5
                };
                self.run(kind, LEFT, TOP + HIGH + below * MM, &line.text, 0.0);
            }
        }
    }
}

/// Where the baseline stands in a line so high: the em square in the middle.
fn base(pitch: f32, size: f32) -> f32 {
    (pitch - size) / 2.0 + size * 0.88
}
