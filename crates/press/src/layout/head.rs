//! 版头 and title.

use super::{BODY, CELL, HIGH, Ink, LEFT, MM, Mark, PAPER, PITCH, Setter, TOP, Type, WIDE, base};
use crate::count::measure;
use crate::document::{Document, Style};
use crate::face::Face;

/// Largest size of the red head.
const MARK_MOST: f32 = 42.0;
/// 二号: the title.
const TITLE: f32 = 22.0;
const TITLE_PITCH: f32 = 35.0;

impl Setter<'_> {
    pub(super) fn head(&mut self, document: &Document) {
        match document.style {
            Style::Letter => self.letter_head(document),
            Style::Document | Style::Minutes => self.document_head(document),
        }
        if document.title.is_empty() {
            return;
        }
        let kind = Type::of(Face::Title, TITLE);
        for paragraph in document.title.lines() {
            for line in self.balanced(kind, paragraph, WIDE - CELL * 2.0) {
                let y = TOP + self.y + base(TITLE_PITCH, TITLE);
                self.middle(kind, y, &line);
                self.y += TITLE_PITCH;
            }
        }
        self.snap();
        if document.style != Style::Letter {
            self.y += PITCH;
        }
    }

    /// A title in lines of about the same length.
    fn balanced(&self, kind: Type, text: &str, most: f32) -> Vec<String> {
        let all = self.length(kind, text);
        let count = (all / most).ceil().max(1.0);
        // By the sense, where that is plain: what stands in brackets at the end is a line of its own.
        if count > 1.0
            && text.ends_with('）')
            && let Some((name, span)) = text.rfind('（').map(|at| text.split_at(at))
            && !name.is_empty()
            && [name, span]
                .iter()
                .all(|part| self.length(kind, part) <= most)
        {
            return vec![name.to_owned(), span.to_owned()];
        }
        let mut limit = (all / count * 1.04).min(most);
        loop {
            let lines = self.lines(kind, text, limit, limit, false);
            if measure(lines.len()) <= count || limit >= most {
                return lines
                    .into_iter()
                    .map(|line| line.text.iter().collect())
                    .collect();
            }
            limit += kind.size / 2.0;
        }
    }

    /// The mark as large as fits, so that it stands on one line.
    fn fitting(&self, mark: &str, most: f32, wide: f32) -> Type {
        let one = self.length(Type::of(Face::Title, 1.0), mark).max(1.0);
        Type::of(Face::Title, (wide / one).min(most)).ink(Ink::Red)
    }

    fn document_head(&mut self, document: &Document) {
        let head = &document.head;
        if !head.grade.is_empty() {
            let y = TOP + base(PITCH, BODY);
            self.words(Type::body(Face::Heading), LEFT, y, &head.grade);
        }
        let kind = self.fitting(&head.mark, MARK_MOST, WIDE);
        let mark_at = 35.0 * MM;
        self.middle(kind, TOP + mark_at + kind.size * 0.88, &head.mark);
        // Two lines free, then the number; the red line 4 mm below it.
        let number_at = mark_at + kind.size + PITCH * 2.0;
        let text = Type::body(Face::Body);
        self.middle(text, TOP + number_at + BODY * 0.88, &head.number);
        let line = TOP + number_at + BODY + 4.0 * MM;
        self.mark(Mark::Rule {
            from: (LEFT, line),
            to: (LEFT + WIDE, line),
            width: 0.6 * MM,
            ink: Ink::Red,
        });
        self.y = line - TOP;
        self.snap();
        self.y += PITCH
            * if document.style == Style::Minutes {
                1.0
            } else {
                2.0
            };
    }

    fn letter_head(&mut self, document: &Document) {
        let head = &document.head;
        let kind = self.fitting(&head.mark, 30.0, WIDE);
        let mark_at = 30.0 * MM;
        self.middle(kind, mark_at + kind.size * 0.88, &head.mark);
        let (from, to) = (20.0 * MM, 190.0 * MM);
        let mut rule = |y: f32, width: f32| {
            self.mark(Mark::Rule {
                from: (from, y),
                to: (to, y),
                width: width * MM,
                ink: Ink::Red,
            });
        };
        let line = mark_at + kind.size + 4.0 * MM;
        rule(line, 0.9);
        rule(line + 1.1 * MM, 0.3);
        let bottom = PAPER.1 - 20.0 * MM;
        rule(bottom - 1.1 * MM, 0.3);
        rule(bottom, 0.9);
        debug_assert!(bottom > TOP + HIGH, "the lines stand below the type area");
        self.y = line + 1.1 * MM - TOP + 2.0 * MM;
        let y = TOP + self.y + base(PITCH, BODY);
        if !head.grade.is_empty() {
            self.words(Type::body(Face::Heading), LEFT, y, &head.grade);
        }
        let text = Type::body(Face::Body);
        let x = LEFT + WIDE - self.length(text, &head.number);
        self.words(text, x, y, &head.number);
        self.y += PITCH * 1.6;
    }
}
