//! 通报: the weekly histogram bulletin, the monthly red and black list, the year's result, before and
//! after (R22, R44, R67, R72, R84, R120, R121, R129).

use crate::document::{Block, Chart, Day, Document, Foot, Head, Signature, Style, Table};
use crate::wording::{Wording, filled};
use serde::{Deserialize, Serialize};

/// Which bulletin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulletinKind {
    /// 周报.
    Weekly,
    /// 月度红黑榜.
    Monthly,
    /// 年度考核结果.
    Year,
    /// 前后对比与成效.
    Benefit,
}

impl BulletinKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Weekly, Self::Monthly, Self::Year, Self::Benefit];

    /// The word in the store and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
            Self::Year => "year",
            Self::Benefit => "benefit",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Its title for a span of time.
    #[must_use]
    pub fn title(self, wording: &Wording, platform: &str, span: &str) -> String {
        let line = match self {
            Self::Weekly => &wording.weekly_title,
            Self::Monthly => &wording.monthly_title,
            Self::Year => &wording.year_title,
            Self::Benefit => &wording.benefit_title,
        };
        filled(line, &[("platform", platform), ("span", span)])
    }

    /// Its first paragraph.
    #[must_use]
    pub fn opening(self, wording: &Wording, platform: &str, span: &str) -> String {
        let line = match self {
            Self::Weekly => &wording.weekly_opening,
            Self::Monthly => &wording.monthly_opening,
            Self::Year => &wording.year_opening,
            Self::Benefit => &wording.benefit_opening,
        };
        filled(line, &[("platform", platform), ("span", span)])
    }
}

/// A section of a bulletin: a heading, words a person edits, figures nobody edits.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Heading; empty for the opening.
    pub heading: String,
    /// Paragraphs, one a line.
    pub text: String,
    /// Tables.
    #[serde(default)]
    pub tables: Vec<Table>,
    /// Histograms.
    #[serde(default)]
    pub charts: Vec<Chart>,
}

impl Section {
    /// Nothing to print: neither words nor figures.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty() && self.tables.is_empty() && self.charts.is_empty()
    }
}

/// A bulletin.
#[derive(Debug, Clone, PartialEq)]
pub struct Bulletin {
    /// The platform's name.
    pub platform: String,
    /// Title.
    pub title: String,
    /// Running number of the year; none for a draft.
    pub number: Option<u32>,
    /// Sections.
    pub sections: Vec<Section>,
    /// The day it is dated.
    pub day: Day,
}

impl Bulletin {
    /// Its form on paper.
    #[must_use]
    pub fn document(&self, wording: &Wording) -> Document {
        let fill = |line: &str| filled(line, &[("platform", &self.platform)]);
        let mut body = Vec::new();
        for section in self.sections.iter().filter(|s| !s.is_empty()) {
            if !section.heading.is_empty() {
                body.push(Block::Heading {
                    level: 1,
                    text: section.heading.clone(),
                });
            }
            let lines = section.text.lines().filter(|line| !line.trim().is_empty());
            body.extend(lines.map(|line| Block::Paragraph(line.to_owned())));
            body.extend(section.charts.iter().cloned().map(Block::Chart));
            body.extend(section.tables.iter().cloned().map(Block::Table));
        }
        let office = fill(&wording.office);
        let year = self.day.year.to_string();
        let number = self.number.map_or_else(
            || "（未发文稿）".to_owned(),
            |n| wording.numbered(&year, &n.to_string()),
        );
        Document {
            style: Style::Document,
            head: Head {
                mark: fill(&wording.document_mark),
                number,
                grade: String::new(),
            },
            title: self.title.clone(),
            addressee: fill(&wording.addressee),
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
            trace: String::new(),
            day: self.day,
        }
    }
}
