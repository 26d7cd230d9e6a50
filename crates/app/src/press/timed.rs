//! How long units took, in the steps a weekly bulletin publishes (signing, setting out, first
//! feedback), the slowest by name, and what is still open by where it stands. Each bar is a metric of
//! the rules, so that its cases can be opened under scores (law 9).

use super::compose::{column, float};
use super::figures::Material;
use crate::score::Gathered;
use ::press::form::Section;
use ::press::{Align, Bar, Chart, Series, Table};
use insight::number::rounded;

/// A histogram: what is timed, its mean, and its bars.
struct Histogram {
    name: &'static str,
    mean: &'static str,
    bars: [&'static str; 5],
}

const HISTOGRAMS: [Histogram; 3] = [
    Histogram {
        name: "签收用时",
        mean: "mean_sign_minutes",
        bars: [
            "sign_30s",
            "sign_60s",
            "sign_120s",
            "sign_180s",
            "sign_longer",
        ],
    },
    Histogram {
        name: "出动用时",
        mean: "mean_depart_minutes",
        bars: [
            "depart_5m",
            "depart_10m",
            "depart_15m",
            "depart_30m",
            "depart_longer",
        ],
    },
    Histogram {
        name: "反馈用时",
        mean: "mean_feedback_minutes",
        bars: [
            "feedback_30m",
            "feedback_60m",
            "feedback_2h",
            "feedback_4h",
            "feedback_longer",
        ],
    },
];

/// Heading of the histograms.
const HEADING: &str = "用时分布";

/// Where what is not closed stands.
const OPEN: [&str; 5] = [
    "open_unsigned",
    "open_signed",
    "open_suspended",
    "open_reported",
    "open_resulted",
];

/// The metrics of both sections.
pub(super) fn asked() -> Vec<&'static str> {
    let timed = HISTOGRAMS
        .iter()
        .flat_map(|each| each.bars.into_iter().chain([each.mean]));
    timed.chain(OPEN).collect()
}

/// What stands behind the colon of a metric's name: the step, or the state.
fn step(of: &Gathered, metric: &str) -> String {
    let name = of.book.metric(metric).map_or(metric, |metric| &metric.zh);
    name.split_once('：')
        .map_or(name, |(_, step)| step)
        .to_owned()
}

fn counted(of: &Gathered, metric: &str) -> i64 {
    of.figure(metric)
        .map_or(0, |figure| i64::try_from(figure.denominator).unwrap_or(0))
}

/// How long it took.
pub(super) fn taken(of: &Material) -> Section {
    let Some((now, before)) = &of.metrics else {
        return Section::default();
    };
    let charts = HISTOGRAMS.iter().map(|each| Chart {
        caption: each.name.to_owned(),
        unit: "次".to_owned(),
        series: ["本期", "上期"]
            .map(|name| Series {
                name: name.to_owned(),
            })
            .to_vec(),
        bars: each
            .bars
            .iter()
            .map(|metric| Bar {
                label: step(now, metric),
                values: vec![float(counted(now, metric)), float(counted(before, metric))],
            })
            .collect(),
    });
    let slowest: Vec<String> = HISTOGRAMS
        .iter()
        .filter_map(|each| slowest(now, each))
        .collect();
    Section {
        heading: HEADING.to_owned(),
        text: if slowest.is_empty() {
            "本期没有已签收、出动或反馈的承办任务。".to_owned()
        } else {
            format!(
                "各环节用时均从派单起算。平均用时最长的单位：{}。",
                slowest.join("；")
            )
        },
        // Where nothing set out, nothing is drawn.
        charts: charts
            .filter(|chart| {
                let values = chart.bars.iter().flat_map(|bar| &bar.values);
                values.into_iter().any(|value| *value > 0.0)
            })
            .collect(),
        tables: Vec::new(),
    }
}

/// The unit that took longest on the average, with the average and of how many.
fn slowest(of: &Gathered, histogram: &Histogram) -> Option<String> {
    let means = of.units.iter().filter_map(|(subject, figures)| {
        let figure = figures.iter().find(|each| each.metric == histogram.mean)?;
        Some((figure.value?, figure.numerator, &subject.name))
    });
    // Of those equally slow, who did more of them.
    let (mean, many, name) = means.max_by_key(|(mean, many, _)| (*mean, *many))?;
    let mean = rounded(mean, 1);
    Some(format!(
        "{}为{name}（平均{mean}分钟，{many}次）",
        histogram.name
    ))
}

/// What is not closed, by where it stands.
pub(super) fn open(of: &Material) -> Section {
    let Some((now, _)) = &of.metrics else {
        return Section::default();
    };
    let rows: Vec<(String, i64)> = OPEN
        .iter()
        .map(|metric| (step(now, metric), counted(now, metric)))
        .collect();
    let total: i64 = rows.iter().map(|(_, count)| count).sum();
    let row = |(name, count): &(String, i64)| vec![name.clone(), count.to_string()];
    Section {
        heading: "未结案情况".to_owned(),
        text: format!("本期派出、统计时尚未结案的承办任务{total}次，按所处环节列示。"),
        tables: vec![Table {
            caption: "未结案的承办任务".to_owned(),
            columns: vec![
                column("所处环节", 6, Align::Left),
                column("次数", 3, Align::Right),
            ],
            rows: rows
                .iter()
                .chain([&("合计".to_owned(), total)])
                .map(row)
                .collect(),
            note: String::new(),
        }],
        charts: Vec::new(),
    }
}
