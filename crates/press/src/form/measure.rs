//! Measures of supervision on paper, a form for each rung (R82): the same number, basis, demand and
//! date as the measure has, whenever it is printed. A meeting that was held is printed as minutes.

use crate::document::{Align, Block, Column, Day, Document, Foot, Head, Signature, Style, Table};
use crate::wording::{Wording, filled};

/// Which rung.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeasureForm {
    /// 催办单
    Urge,
    /// 督办单
    Order,
    /// 会议通知
    Meeting,
    /// 约谈通知书
    Interview,
    /// 通报
    Bulletin,
    /// 问责建议书
    Accountability,
}

/// A measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeasureSheet {
    /// The platform's name.
    pub platform: String,
    /// Which rung.
    pub form: MeasureForm,
    /// Its number.
    pub number: String,
    /// The unit it goes to.
    pub unit: String,
    /// The document and rule it rests on.
    pub basis: String,
    /// The rule's words, or the person's reason.
    pub words: String,
    /// What set it off; empty where a person opened it.
    pub trigger: String,
    /// Why the rung below was left out; empty where it was not.
    pub skipped: String,
    /// The cases: number, matter, where it stands.
    pub cases: Vec<[String; 3]>,
    /// Limits that were missed: case and stage, due, rule.
    pub missed: Vec<[String; 3]>,
    /// What the unit has to do, a paragraph each.
    pub asks: Vec<String>,
    /// By when the answer is due, in words; empty where none is.
    pub due: String,
    /// Who printed it and when, for the small print.
    pub trace: String,
    /// The day it was opened.
    pub day: Day,
}

fn columns<const N: usize>(heads: [(&str, u16); N]) -> Vec<Column> {
    heads
        .into_iter()
        .map(|(head, share)| Column {
            head: head.to_owned(),
            share,
            align: Align::Left,
        })
        .collect()
}

impl MeasureSheet {
    /// Its form on paper.
    #[must_use]
    pub fn document(&self, wording: &Wording) -> Document {
        let (mark, title) = match self.form {
            MeasureForm::Urge => (&wording.urge_mark, &wording.urge_title),
            MeasureForm::Order => (&wording.supervision_mark, &wording.supervision_title),
            MeasureForm::Meeting => (&wording.meeting_mark, &wording.meeting_title),
            MeasureForm::Interview => (&wording.interview_mark, &wording.interview_title),
            MeasureForm::Bulletin => (&wording.censure_mark, &wording.censure_title),
            MeasureForm::Accountability => {
                (&wording.accountability_mark, &wording.accountability_title)
            }
        };
        let first = self.cases.first().map_or("", |[no, _, _]| no.as_str());
        let fill = |line: &str| {
            filled(
                line,
                &[
                    ("platform", &self.platform),
                    ("no", first),
                    ("unit", &self.unit),
                    ("due", &self.due),
                    ("basis", &self.basis),
                ],
            )
        };
        let heading = |text: &str| Block::Heading {
            level: 1,
            text: text.to_owned(),
        };
        let mut body = vec![
            Block::Paragraph(fill(&wording.measure_opening)),
            heading("依据"),
            Block::Paragraph(self.words.clone()),
        ];
        if !self.trigger.is_empty() {
            body.push(Block::Paragraph(format!("触发情形：{}。", self.trigger)));
        }
        if !self.skipped.is_empty() {
            body.push(Block::Paragraph(format!(
                "未经前一级的理由：{}",
                self.skipped
            )));
        }
        if !self.cases.is_empty() {
            body.push(heading("有关事项"));
            body.push(Block::Table(Table {
                caption: String::new(),
                columns: columns([("编号", 6), ("事项", 6), ("现状", 3)]),
                rows: self.cases.iter().map(|row| row.to_vec()).collect(),
                note: String::new(),
            }));
        }
        if !self.missed.is_empty() {
            body.push(heading("逾期环节"));
            body.push(Block::Table(Table {
                caption: String::new(),
                columns: columns([("环节", 7), ("截止时间", 5), ("依据", 8)]),
                rows: self.missed.iter().map(|row| row.to_vec()).collect(),
                note: String::new(),
            }));
        }
        body.push(heading("要求"));
        body.extend(self.asks.iter().cloned().map(Block::Paragraph));
        if !self.due.is_empty() {
            body.push(Block::Paragraph(fill(&wording.measure_closing)));
        }
        let office = fill(&wording.office);
        Document {
            style: Style::Letter,
            head: Head {
                mark: fill(mark),
                number: self.number.clone(),
                grade: String::new(),
            },
            title: fill(title),
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
