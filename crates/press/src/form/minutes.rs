//! 会议纪要: what a joint meeting decided, and who does what by when (R2).

use crate::document::{Align, Block, Column, Day, Document, Foot, Head, Style, Table};
use crate::wording::{Wording, filled};

/// A task a meeting gave out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MinutesTask {
    /// What is to be done.
    pub text: String,
    /// By which unit.
    pub unit: String,
    /// By when.
    pub due: String,
    /// What became of it.
    pub state: String,
}

/// A meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Minutes {
    /// The platform's name.
    pub platform: String,
    /// Number of the minutes.
    pub number: String,
    /// What it was about.
    pub title: String,
    /// When it was held, in words.
    pub held: String,
    /// Where.
    pub place: String,
    /// Who chaired it.
    pub chair: String,
    /// Who was there.
    pub present: String,
    /// Who was excused.
    pub absent: String,
    /// Who wrote it down.
    pub recorder: String,
    /// What was on the agenda, a point each.
    pub agenda: Vec<String>,
    /// What was decided, a point each.
    pub decisions: Vec<String>,
    /// Who does what.
    pub tasks: Vec<MinutesTask>,
    /// The day of the minutes.
    pub day: Day,
    /// Who printed it and when, for the small print.
    pub trace: String,
}

impl Minutes {
    /// Its form on paper.
    #[must_use]
    pub fn document(&self, wording: &Wording) -> Document {
        let fill = |line: &str| filled(line, &[("platform", &self.platform)]);
        let mut opening = self.held.clone();
        if !self.chair.is_empty() {
            opening.push_str(&format!("，{}主持", self.chair));
        }
        opening.push_str("召开会议");
        if !self.place.is_empty() {
            opening.push_str(&format!("（地点：{}）", self.place));
        }
        opening.push_str("。纪要如下。");
        let mut body = vec![Block::Paragraph(opening)];
        let mut part = |head: &str, points: &[String]| {
            if points.is_empty() {
                return;
            }
            body.push(Block::Heading {
                level: 1,
                text: head.to_owned(),
            });
            for (n, point) in (1..).zip(points) {
                let text = if points.len() == 1 {
                    point.clone()
                } else {
                    format!("{n}.{point}")
                };
                body.push(Block::Paragraph(text));
            }
        };
        part("会议议题", &self.agenda);
        part("议定事项", &self.decisions);
        if !self.tasks.is_empty() {
            body.push(Block::Heading {
                level: 1,
                text: "任务分工".to_owned(),
            });
            let column = |head: &str, share: u16| Column {
                head: head.to_owned(),
                share,
                align: Align::Left,
            };
            body.push(Block::Table(Table {
                caption: String::new(),
                columns: vec![
                    column("任务", 8),
                    column("责任单位", 4),
                    column("完成时限", 3),
                    column("办理情况", 3),
                ],
                rows: self
                    .tasks
                    .iter()
                    .map(|t| {
                        vec![
                            t.text.clone(),
                            t.unit.clone(),
                            t.due.clone(),
                            t.state.clone(),
                        ]
                    })
                    .collect(),
                note: String::new(),
            }));
        }
        for (name, who) in [
            ("出席", &self.present),
            ("请假", &self.absent),
            ("记录", &self.recorder),
        ] {
            if !who.is_empty() {
                body.push(Block::Paragraph(format!("{name}：{who}")));
            }
        }
        Document {
            style: Style::Minutes,
            head: Head {
                mark: fill(&wording.minutes_mark),
                number: self.number.clone(),
                grade: String::new(),
            },
            title: self.title.clone(),
            addressee: String::new(),
            body,
            enclosures: Vec::new(),
            signature: None,
            foot: Some(Foot {
                copies: fill(&wording.copies),
                printed_by: fill(&wording.office),
                day: self.day,
            }),
            trace: self.trace.clone(),
            day: self.day,
        }
    }
}
