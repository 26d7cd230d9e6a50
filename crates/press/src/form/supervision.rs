//! 督办单: the second rung of the ladder of supervision, on paper (R82).

use crate::document::{Align, Block, Column, Day, Document, Foot, Head, Signature, Style, Table};
use crate::wording::{Wording, filled};

/// An order to answer for a case that is late.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupervisionOrder {
    /// The platform's name.
    pub platform: String,
    /// Number of the order.
    pub number: String,
    /// The unit it goes to.
    pub unit: String,
    /// The case.
    pub case_no: String,
    /// Its matter.
    pub matter: String,
    /// When it was received.
    pub received: String,
    /// What happened so far, a paragraph each.
    pub facts: Vec<String>,
    /// Limits that were missed: stage, due, rule.
    pub missed: Vec<[String; 3]>,
    /// What the unit has to do, a paragraph each.
    pub asks: Vec<String>,
    /// By when the answer is due, in words.
    pub due: String,
    /// Who printed it and when, for the small print.
    pub trace: String,
    /// The day of the order.
    pub day: Day,
}

impl SupervisionOrder {
    /// Its form on paper.
    #[must_use]
    pub fn document(&self, wording: &Wording) -> Document {
        let fill = |line: &str| {
            filled(
                line,
                &[
                    ("platform", &self.platform),
                    ("no", &self.case_no),
                    ("unit", &self.unit),
                    ("due", &self.due),
                ],
            )
        };
        let heading = |text: &str| Block::Heading {
            level: 1,
            text: text.to_owned(),
        };
        let mut body = vec![
            Block::Paragraph(fill(&wording.supervision_opening)),
            heading("事项情况"),
            Block::Paragraph(format!(
                "{}受理，事项类别为{}，由你单位承办。",
                self.received, self.matter
            )),
        ];
        body.extend(self.facts.iter().cloned().map(Block::Paragraph));
        if !self.missed.is_empty() {
            let column = |head: &str, share: u16| Column {
                head: head.to_owned(),
                share,
                align: Align::Left,
            };
            body.push(heading("逾期环节"));
            body.push(Block::Table(Table {
                caption: String::new(),
                columns: vec![column("环节", 3), column("截止时间", 4), column("依据", 9)],
                rows: self.missed.iter().map(|row| row.to_vec()).collect(),
                note: String::new(),
            }));
        }
        body.push(heading("办理要求"));
        body.extend(self.asks.iter().cloned().map(Block::Paragraph));
        body.push(Block::Paragraph(fill(&wording.supervision_closing)));
        let office = fill(&wording.office);
        Document {
            style: Style::Letter,
            head: Head {
                mark: fill(&wording.supervision_mark),
                number: self.number.clone(),
                grade: String::new(),
            },
            title: fill(&wording.supervision_title),
            addressee: self.unit.clone(),
            body,
            enclosures: Vec::new(),
            signature: Some(Signature {
                issuer: office.clone(),
                day: self.day,
            }),
            foot: Some(Foot {
                copies: fill(&wording.copies),
                printed_by: office,
                day: self.day,
            }),
            trace: self.trace.clone(),
            day: self.day,
        }
    }
}
