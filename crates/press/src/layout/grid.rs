//! Tables and forms: boxes of wrapped text. A row that does not fit goes to the next page whole; one
//! longer than a page is cut between its lines.

use super::{CELL, HIGH, Ink, LEFT, Mark, Setter, TOP, Type, WIDE, base};
use crate::count::measure;
use crate::document::{Align, FormRow, Table};
use crate::face::Face;

/// 小四.
const SIZE: f32 = 12.0;
const LINE: f32 = 17.5;
const PAD: f32 = 4.5;
const RULE: f32 = 0.5;
/// What stands together of a table: its caption, its head, a row.
pub(super) const FIRST: f32 = LINE * 5.0;
/// Lines of a long row that must fit before it is begun on this page.
const FEW: usize = 3;

/// A box of a row.
struct Cell {
    lines: Vec<Vec<char>>,
    x: f32,
    w: f32,
    face: Face,
    align: Align,
}

impl Setter<'_> {
    fn cell(&self, text: &str, x: f32, w: f32, face: Face, align: Align) -> Cell {
        let kind = Type::of(face, SIZE);
        let room = (w - PAD * 2.0).max(SIZE);
        let lines = text
            .lines()
            .flat_map(|paragraph| self.lines(kind, paragraph, room, room, false))
            .map(|line| line.text)
            .collect();
        Cell {
            lines,
            x,
            w,
            face,
            align,
        }
    }

    pub(super) fn table(&mut self, table: &Table) {
        let total: u32 = table
            .columns
            .iter()
            .map(|c| u32::from(c.share.max(1)))
            .sum();
        let unit = WIDE / measure(usize::try_from(total.max(1)).unwrap_or(1));
        let mut at = 0.0;
        let places: Vec<(f32, f32, Align)> = table
            .columns
            .iter()
            .map(|column| {
                let w = unit * f32::from(column.share.max(1));
                at += w;
                (at - w, w, column.align)
            })
            .collect();
        let head: Vec<Cell> = table
            .columns
            .iter()
            .zip(&places)
            .map(|(column, (x, w, _))| {
                self.cell(&column.head, *x, *w, Face::Heading, Align::Middle)
            })
            .collect();
        if !table.caption.is_empty() {
            // A caption, the head and a row stand together.
            self.need(FIRST);
            let kind = Type::of(Face::Heading, SIZE);
            let y = TOP + self.y + base(LINE * 1.4, SIZE);
            self.middle(kind, y, &table.caption);
            self.y += LINE * 1.4;
        }
        self.need(row_height(&head, 1) * 2.0);
        self.row(&head, 1, &[]);
        for row in &table.rows {
            let cells: Vec<Cell> = places
                .iter()
                .enumerate()
                .map(|(n, (x, w, align))| {
                    let text = row.get(n).map(String::as_str).unwrap_or_default();
                    self.cell(text, *x, *w, Face::Body, *align)
                })
                .collect();
            self.row(&cells, 1, &head);
        }
        if table.note.is_empty() {
            self.y += LINE * 0.6;
        } else {
            self.y += 2.0;
            self.note(&table.note);
        }
    }

    pub(super) fn form(&mut self, rows: &[FormRow]) {
        let label = CELL * 5.0;
        for row in rows {
            let count = measure(row.boxes.len().max(1));
            let part = WIDE / count;
            let mut cells = Vec::with_capacity(row.boxes.len() * 2);
            for (n, (name, text)) in row.boxes.iter().enumerate() {
                let x = part * measure(n);
                if name.is_empty() {
                    cells.push(self.cell(text, x, part, Face::Body, Align::Left));
                    continue;
                }
                cells.push(self.cell(name, x, label, Face::Heading, Align::Middle));
                cells.push(self.cell(text, x + label, part - label, Face::Body, Align::Left));
            }
            self.row(&cells, row.lines, &[]);
        }
        self.y += LINE * 0.6;
    }

    /// Draws a row, on the next page with the table's head above it where it does not fit here.
    fn row(&mut self, cells: &[Cell], least: usize, head: &[Cell]) {
        let total = cells
            .iter()
            .map(|c| c.lines.len())
            .max()
            .unwrap_or(0)
            .max(least);
        let above = if head.is_empty() {
            0.0
        } else {
            row_height(head, 1)
        };
        let mut from = 0;
        while from < total {
            let left = total - from;
            let room = lines_in(HIGH - self.y);
            let whole = lines_in(HIGH - above);
            if room < left && self.y > above + 0.5 && (left <= whole || room < FEW) {
                self.turn();
                if !head.is_empty() {
                    self.row(head, 1, &[]);
                }
                continue;
            }
            let take = left.min(room.max(1));
            self.boxes(cells, from, take, total);
            from += take;
        }
    }

    fn boxes(&mut self, cells: &[Cell], from: usize, take: usize, total: usize) {
        let height = measure(take) * LINE + PAD * 2.0;
        let top = TOP + self.y;
        for cell in cells {
            self.frame(LEFT + cell.x, top, cell.w, height);
            let kind = Type::of(cell.face, SIZE);
            let shown: Vec<Vec<char>> = cell.lines.iter().skip(from).take(take).cloned().collect();
            // Short texts stand in the middle of a row that is whole; long ones begin at its top.
            let spare = if take == total {
                take.saturating_sub(cell.lines.len())
            } else {
                0
            };
            let mut y = top + PAD + measure(spare) * LINE / 2.0;
            for line in shown {
                let wide: f32 = line.iter().map(|c| self.width(kind, *c)).sum();
                let slack = (cell.w - PAD * 2.0 - wide).max(0.0);
                let x = LEFT
                    + cell.x
                    + PAD
                    + match cell.align {
                        Align::Left => 0.0,
                        Align::Middle => slack / 2.0,
                        Align::Right => slack,
                    };
                self.run(kind, x, y + base(LINE, SIZE), &line, 0.0);
                y += LINE;
            }
        }
        self.y += height;
    }

    pub(super) fn frame(&mut self, x: f32, y: f32, w: f32, h: f32) {
        let mut rule = |from: (f32, f32), to: (f32, f32)| {
            self.mark(Mark::Rule {
                from,
                to,
                width: RULE,
                ink: Ink::Black,
            });
        };
        rule((x, y), (x + w, y));
        rule((x, y + h), (x + w, y + h));
        rule((x, y), (x, y + h));
        rule((x + w, y), (x + w, y + h));
    }
}

fn row_height(cells: &[Cell], least: usize) -> f32 {
    let lines = cells
        .iter()
        .map(|c| c.lines.len())
        .max()
        .unwrap_or(0)
        .max(least);
    measure(lines) * LINE + PAD * 2.0
}

/// Lines that fit into so much height.
fn lines_in(height: f32) -> usize {
    let mut lines = 0_usize;
    while measure(lines + 1) * LINE + PAD * 2.0 <= height + 0.1 {
        lines += 1;
    }
    lines
}
