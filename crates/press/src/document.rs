//! What a document consists of. Texts are as people wrote them; line breaks in a text begin a new
//! paragraph or a new line of a cell.

use serde::{Deserialize, Serialize};

/// A civil day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// Year.
    pub year: u16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day, 1 to 31.
    pub day: u8,
}

impl Day {
    /// As documents write it: 2026年11月28日, without leading noughts.
    #[must_use]
    pub fn words(self) -> String {
        format!("{}年{}月{}日", self.year, self.month, self.day)
    }
}

/// Which of the standard's forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// 文件格式: the red head 35 mm down, number, red line (GB/T 9704 7.2).
    Document,
    /// 信函格式: the head at the top between double red lines (10.1); for orders to one unit.
    Letter,
    /// 纪要格式: the head says 纪要, no addressee (10.3).
    Minutes,
}

/// 版头: what stands above the title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// 发文机关标志, in red.
    pub mark: String,
    /// 发文字号, or a case's printed number.
    pub number: String,
    /// 紧急程度 and 密级, at the upper left; often empty.
    pub grade: String,
}

/// Where a column's texts stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// At the left.
    #[default]
    Left,
    /// In the middle.
    Middle,
    /// At the right: figures.
    Right,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its heading.
    pub head: String,
    /// Its share of the width, in any unit, above 0.
    pub share: u16,
    /// Where its texts stand.
    #[serde(default)]
    pub align: Align,
}

/// A table with a rule round every cell. Its head is repeated on every page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// What it is, above it; may be empty.
    pub caption: String,
    /// Columns.
    pub columns: Vec<Column>,
    /// Rows; cells beyond the columns are not printed.
    pub rows: Vec<Vec<String>>,
    /// What the figures mean, below it: numerator, denominator, what is left out (law 9).
    #[serde(default)]
    pub note: String,
}

/// A bar's place on the axis with one value for each series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bar {
    /// What it is.
    pub label: String,
    /// A value for each series, not below 0.
    pub values: Vec<f64>,
}

/// A series of bars.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series {
    /// What it is.
    pub name: String,
}

/// A histogram 直方图. Series are told apart by filled and hollow bars, not by colour.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chart {
    /// What it shows, above it.
    pub caption: String,
    /// What is counted: 件, %.
    pub unit: String,
    /// One or two series.
    pub series: Vec<Series>,
    /// Bars, at most 16.
    pub bars: Vec<Bar>,
}

/// A row of a form: one or two labelled boxes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormRow {
    /// Label and text of each box.
    pub boxes: Vec<(String, String)>,
    /// Lines the row has at least: room to write by hand.
    pub lines: usize,
}

impl FormRow {
    /// A row of labelled boxes as high as their texts.
    #[must_use]
    pub fn of<const N: usize>(boxes: [(&str, String); N]) -> Self {
        Self {
            boxes: boxes
                .into_iter()
                .map(|(label, text)| (label.to_owned(), text))
                .collect(),
            lines: 1,
        }
    }
}

/// A part of the body.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A heading of level 1 to 4, counted 一、（一）1.（1）.
    Heading {
        /// Level, 1 to 4.
        level: u8,
        /// Text without its number.
        text: String,
    },
    /// A paragraph, two characters in.
    Paragraph(String),
    /// A line without a number or an indent, in the middle: a form's or an annex's title.
    Middle(String),
    /// A table.
    Table(Table),
    /// A histogram.
    Chart(Chart),
    /// Labelled boxes.
    Form(Vec<FormRow>),
    /// Small print.
    Note(String),
}

/// 发文机关署名 and 成文日期. The seal lies over both, so they stand together and never alone on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Who.
    pub issuer: String,
    /// When.
    pub day: Day,
}

/// 版记: who gets a copy, who printed it, when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foot {
    /// 抄送; empty for nobody.
    pub copies: String,
    /// 印发机关.
    pub printed_by: String,
    /// 印发日期.
    pub day: Day,
}

/// A document.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Which form.
    pub style: Style,
    /// 版头.
    pub head: Head,
    /// 标题; may be empty in minutes.
    pub title: String,
    /// 主送机关; empty for none.
    pub addressee: String,
    /// 正文.
    pub body: Vec<Block>,
    /// 附件说明: the names of what is attached.
    pub enclosures: Vec<String>,
    /// Who signs.
    pub signature: Option<Signature>,
    /// 版记.
    pub foot: Option<Foot>,
    /// A line of small print at the bottom of each page: who printed it, with which rights. Empty
    /// for none.
    pub trace: String,
    /// The day the file says it was made.
    pub day: Day,
}
