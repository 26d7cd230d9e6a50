//! Bulletins.

use ::press::form::Section;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A table of a bulletin: its figures are nobody's to edit.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct BulletinTable {
    /// What it is.
    pub caption: String,
    /// Headings.
    pub heads: Vec<String>,
    /// Rows.
    pub rows: Vec<Vec<String>>,
    /// What the figures mean.
    pub note: String,
}

/// A bar of a histogram.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct BulletinBar {
    /// What it is.
    pub label: String,
    /// A value for each series.
    pub values: Vec<f64>,
}

/// A histogram of a bulletin.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct BulletinChart {
    /// What it shows.
    pub caption: String,
    /// What is counted.
    pub unit: String,
    /// Names of the series.
    pub series: Vec<String>,
    /// Bars.
    pub bars: Vec<BulletinBar>,
}

/// A section of a bulletin.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct BulletinSection {
    /// Heading; empty for the opening.
    pub heading: String,
    /// Paragraphs, one a line.
    pub text: String,
    /// Tables.
    pub tables: Vec<BulletinTable>,
    /// Histograms.
    pub charts: Vec<BulletinChart>,
}

impl From<&Section> for BulletinSection {
    fn from(section: &Section) -> Self {
        let tables = section.tables.iter().map(|table| BulletinTable {
            caption: table.caption.clone(),
            heads: table.columns.iter().map(|c| c.head.clone()).collect(),
            rows: table.rows.clone(),
            note: table.note.clone(),
        });
        let charts = section.charts.iter().map(|chart| BulletinChart {
            caption: chart.caption.clone(),
            unit: chart.unit.clone(),
            series: chart.series.iter().map(|s| s.name.clone()).collect(),
            bars: chart
                .bars
                .iter()
                .map(|bar| BulletinBar {
                    label: bar.label.clone(),
                    values: bar.values.clone(),
                })
                .collect(),
        });
        Self {
            heading: section.heading.clone(),
            text: section.text.clone(),
            tables: tables.collect(),
            charts: charts.collect(),
        }
    }
}

/// A bulletin in the list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct BulletinBrief {
    /// Id.
    pub id: String,
    /// `weekly`, `monthly`, `year` or `benefit`.
    pub kind: String,
    /// Title.
    pub title: String,
    /// `draft`, `approved`, `published` or `dropped`.
    pub state: String,
    /// How often it was saved.
    pub revision: i64,
    /// Its printed number; none until it is published.
    pub number: Option<String>,
    /// Its figures are of cases received at or after.
    pub since: i64,
    /// And before.
    pub until: i64,
    /// When it was begun.
    pub made_at: i64,
    /// By whom; empty for the schedule.
    pub made_by: String,
    /// When it was last saved.
    pub changed_at: i64,
    /// By whom.
    pub changed_by: String,
    /// When it was approved.
    pub approved_at: Option<i64>,
    /// By whom.
    pub approved_by: String,
    /// When it was published.
    pub published_at: Option<i64>,
    /// SHA-256 of the published PDF.
    pub digest: String,
}

/// Bulletins, the newest first.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct BulletinPage {
    /// The bulletins.
    pub items: Vec<BulletinBrief>,
    /// Where the next page begins; none at the end.
    pub next: Option<String>,
    /// The reader may begin one.
    pub may_draft: bool,
}

/// Who got a published bulletin.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct BulletinReceiver {
    /// Who.
    pub receiver: String,
    /// `console`, `mail`, `paper` or `other`.
    pub way: String,
    /// When.
    pub at: i64,
    /// Who noted it.
    pub by: String,
}

/// A bulletin whole.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct BulletinView {
    /// As in the list.
    #[serde(flatten)]
    pub brief: BulletinBrief,
    /// Sections.
    pub sections: Vec<BulletinSection>,
    /// Who got it.
    pub sent: Vec<BulletinReceiver>,
    /// What the reader may do now: `save`, `gather`, `approve`, `publish`, `send`, `drop`.
    pub allowed: Vec<String>,
}

/// What a bulletin is begun for.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBulletin {
    /// `weekly`, `monthly`, `year` or `benefit`.
    pub kind: String,
    /// A day of the span, `2026-11-22`; without it the last span that is over.
    #[serde(default)]
    pub day: Option<String>,
}

/// Words of a section as they are saved.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SectionWords {
    /// Heading.
    pub heading: String,
    /// Paragraphs.
    pub text: String,
}

/// What is done to a bulletin.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(tag = "change", rename_all = "snake_case", deny_unknown_fields)]
pub enum BulletinOrder {
    /// Saves its words over the revision they were made from. An approval is void then.
    Save {
        /// The revision.
        revision: i64,
        /// Title.
        title: String,
        /// A heading and a text for each section.
        sections: Vec<SectionWords>,
    },
    /// Counts its figures anew; the words of sections with the same heading stay.
    Gather {
        /// The revision.
        revision: i64,
    },
    /// Approves it. Nobody approves what they wrote themselves.
    Approve {
        /// The revision that was read.
        revision: i64,
    },
    /// Publishes what was approved: numbered, frozen, kept with its digest.
    Publish {
        /// The revision.
        revision: i64,
    },
    /// Notes to whom it was sent.
    Send {
        /// Who got it, one or more.
        receivers: Vec<String>,
        /// `console`, `mail`, `paper` or `other`.
        way: String,
    },
    /// Throws a draft away; the record stays, the list does not show it.
    Drop {
        /// The revision.
        revision: i64,
    },
}
