//! 警单 and 工单 on paper: what a unit without a terminal gets in hand (R18).

use crate::document::{Align, Block, Column, Day, Document, FormRow, Head, Style, Table};
use crate::wording::{Wording, filled};

/// A case as its reader may see it, in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderSheet {
    /// The platform's name.
    pub platform: String,
    /// A case at 110; else at 12345.
    pub police: bool,
    /// Its printed number.
    pub no: String,
    /// The twin's number and whose it is; empty for none.
    pub twin: String,
    /// When it was received.
    pub received: String,
    /// How it arrived.
    pub channel: String,
    /// Row of the responsibility list.
    pub matter: String,
    /// How urgent.
    pub urgency: String,
    /// 首接单位.
    pub first_receiver: String,
    /// Who answers for it, and since when.
    pub holder: String,
    /// The caller's name as the reader may see it.
    pub caller: String,
    /// Number to call back.
    pub number: String,
    /// Where.
    pub place: String,
    /// What was said.
    pub narrative: String,
    /// Signs of danger that stand; empty for none.
    pub danger: String,
    /// Unit, role, dispatched, signed.
    pub legs: Vec<[String; 4]>,
    /// Stage, due, rule.
    pub clocks: Vec<[String; 3]>,
    /// Who gave a result, and the reply to the citizen.
    pub results: Vec<[String; 2]>,
    /// Files: name and digest; empty for none.
    pub files: String,
    /// A mask lies on the caller's data.
    pub masked: bool,
    /// Who printed it and when, for the small print.
    pub trace: String,
}

impl OrderSheet {
    /// Its form on paper.
    #[must_use]
    pub fn document(&self, wording: &Wording, day: Day) -> Document {
        let line = if self.police {
            &wording.police_sheet
        } else {
            &wording.hotline_sheet
        };
        let text = |text: &str| {
            if text.is_empty() {
                "—".to_owned()
            } else {
                text.to_owned()
            }
        };
        let mut rows = vec![
            FormRow::of([
                ("受理时间", text(&self.received)),
                ("渠道", text(&self.channel)),
            ]),
            FormRow::of([
                ("事项类别", text(&self.matter)),
                ("紧急程度", text(&self.urgency)),
            ]),
            FormRow::of([
                ("首接单位", text(&self.first_receiver)),
                ("责任单位", text(&self.holder)),
            ]),
            FormRow::of([
                ("来电人", text(&self.caller)),
                ("联系电话", text(&self.number)),
            ]),
            FormRow::of([("地点", text(&self.place))]),
            FormRow::of([("诉求内容", text(&self.narrative))]),
        ];
        if !self.twin.is_empty() {
            rows.insert(0, FormRow::of([("对端单号", self.twin.clone())]));
        }
        if !self.danger.is_empty() {
            rows.push(FormRow::of([("危险标记", self.danger.clone())]));
        }
        if !self.files.is_empty() {
            rows.push(FormRow::of([("附件", self.files.clone())]));
        }
        let mut body = vec![Block::Form(rows)];
        body.extend(table(
            &["单位", "职责", "派单时间", "签收时间"],
            &[5, 3, 4, 4],
            self.legs.iter().map(|row| row.to_vec()).collect(),
        ));
        body.extend(table(
            &["环节", "截止时间", "依据"],
            &[3, 4, 9],
            self.clocks.iter().map(|row| row.to_vec()).collect(),
        ));
        for [who, reply] in &self.results {
            body.push(Block::Form(vec![
                FormRow::of([("办理结果", who.clone())]),
                FormRow::of([("答复内容", text(reply))]),
            ]));
        }
        let mut hand = FormRow::of([("办理情况", String::new())]);
        hand.lines = 6;
        body.push(Block::Form(vec![
            hand,
            FormRow::of([("承办人签字", String::new()), ("单位盖章", String::new())]),
        ]));
        if self.masked {
            body.push(Block::Note(
                "来电人信息已按阅读人的权限脱敏；需要完整信息的，请在系统中说明理由后查看。"
                    .to_owned(),
            ));
        }
        Document {
            style: Style::Letter,
            head: Head {
                mark: filled(line, &[("platform", &self.platform)]),
                number: self.no.clone(),
                grade: if self.danger.is_empty() {
                    String::new()
                } else {
                    "险情".to_owned()
                },
            },
            title: String::new(),
            addressee: String::new(),
            body,
            enclosures: Vec::new(),
            signature: None,
            foot: None,
            trace: self.trace.clone(),
            day,
        }
    }
}

fn table(heads: &[&str], shares: &[u16], rows: Vec<Vec<String>>) -> Option<Block> {
    if rows.is_empty() {
        return None;
    }
    Some(Block::Table(Table {
        caption: String::new(),
        columns: heads
            .iter()
            .zip(shares)
            .map(|(head, share)| Column {
                head: (*head).to_owned(),
                share: *share,
                align: Align::Left,
            })
            .collect(),
        rows,
        note: String::new(),
    }))
}
