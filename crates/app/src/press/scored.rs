//! What bulletins say by the rules of scores: the red and black list, the year's result, the figures
//! of benefit (R42, R44, R67, R71, R72, R84). The same formulas as on the screen, quoted with their
//! versions (law 9, law 11).

use super::compose::column;
use super::figures::Material;
use ::press::form::Section;
use ::press::{Align, Column, Table};
use insight::metric::Shape;
use insight::number::rounded;
use insight::{Book, Figure, Line, Metric, PeriodKind, Scheme, Sheet};
use rust_decimal::Decimal;

/// Finds the scheme a kind of bulletin is written by.
pub(super) type Choose = fn(&Book) -> Option<&Scheme>;

/// Metrics of before, after and benefit.
pub(super) const ASKED: [&str; 17] = [
    "received",
    "effective",
    "invalid_share",
    "non_police",
    "non_police_share",
    "non_police_share_effective",
    "diverted",
    "diversion_rate",
    "backflow_rate",
    "saved_turns",
    "matters",
    "unit_actions",
    "actions_per_matter",
    "return_rate",
    "sign_on_time",
    "result_on_time",
    "satisfied",
];

/// The first that makes lists of a month.
pub(super) fn list_scheme(book: &Book) -> Option<&Scheme> {
    book.schemes().find(|scheme| {
        scheme.periods.contains(&PeriodKind::Month)
            && (scheme.red.is_some() || scheme.black.is_some())
    })
}

/// The first that is for years alone.
pub(super) fn year_scheme(book: &Book) -> Option<&Scheme> {
    book.schemes()
        .find(|scheme| scheme.periods == [PeriodKind::Year])
}

/// Whether it is in percent: a rate, a coverage, or made as one.
fn percent(metric: &Metric) -> bool {
    match (&metric.shape, &metric.made) {
        (Shape::Rate | Shape::Coverage, _) => true,
        (Shape::Made, Some((formula, _))) => formula.text().starts_with("100 * "),
        _ => false,
    }
}

fn number(value: Option<Decimal>, places: u32) -> String {
    value.map_or_else(
        || "—".to_owned(),
        |value| {
            let digits = usize::try_from(places).unwrap_or(0);
            format!("{:.digits$}", rounded(value, places))
        },
    )
}

/// Points without noughts at their end.
fn points(value: Option<Decimal>, places: u32) -> String {
    let value = value.map(|value| rounded(value, places).normalize());
    value.map_or_else(|| "—".to_owned(), |value| value.to_string())
}

/// A figure as it is printed: rates in percent with one digit, counts whole.
fn shown(metric: &Metric, figure: &Figure) -> String {
    match (figure.value, metric.shape) {
        (None, _) => "—".to_owned(),
        (value, _) if percent(metric) => format!("{}%", number(value, 1)),
        (value, Shape::Count) => number(value, 0),
        (value, _) => number(value, 2).trim_end_matches(".00").to_owned(),
    }
}

/// Which rule it was, quoted.
fn quoted(scheme: &Scheme) -> String {
    format!(
        "依据考核办法“{}”第{}版：{}。",
        scheme.zh,
        scheme.version,
        scheme.note_zh.trim_end_matches('。')
    )
}

fn definitions<'a>(metrics: impl Iterator<Item = &'a Metric>) -> String {
    let each: Vec<String> = metrics
        .map(|metric| {
            let note = if metric.note_zh.is_empty() {
                String::new()
            } else {
                format!("（{}）", metric.note_zh)
            };
            format!("{}v{}{note}", metric.zh, metric.version)
        })
        .collect();
    format!("口径：{}。", each.join("；"))
}

/// The units of a list, or all: score and the scheme's figures.
fn table(book: &Book, scheme: &Scheme, caption: &str, lines: &[&Line]) -> Table {
    let metrics: Vec<&Metric> = scheme
        .metrics
        .iter()
        .filter_map(|id| book.metric(id))
        .collect();
    // 100.0% stands in one line, however many rates there are.
    let narrow = |metric: &&Metric| {
        let share = if percent(metric) { 7 } else { 5 };
        let name = metric.zh.split('（').next().unwrap_or_default();
        column(name, share, Align::Right)
    };
    let columns: Vec<Column> = [
        column("名次", 4, Align::Middle),
        column("单位", 11, Align::Left),
        column("得分", 4, Align::Right),
    ]
    .into_iter()
    .chain(metrics.iter().map(narrow))
    .collect();
    let row = |line: &&Line| {
        let figures = metrics.iter().map(|metric| {
            let figure = line.figures.iter().find(|each| each.metric == metric.id);
            figure.map_or_else(|| "—".to_owned(), |figure| shown(metric, figure))
        });
        [
            line.rank
                .map_or_else(|| "—".to_owned(), |rank| rank.to_string()),
            line.subject.name.clone(),
            points(line.score, scheme.places),
        ]
        .into_iter()
        .chain(figures)
        .collect()
    };
    Table {
        caption: caption.to_owned(),
        columns,
        rows: lines.iter().map(row).collect(),
        note: definitions(metrics.iter().copied()),
    }
}

fn rank(line: &Line) -> String {
    match line.rank {
        Some(rank) if line.tied => format!("{rank}并列"),
        Some(rank) => rank.to_string(),
        None => "—".to_owned(),
    }
}

/// A section that says why it is empty.
fn without(heading: &str) -> Section {
    Section {
        heading: heading.to_owned(),
        text: "现行考核办法中没有适用的一种，本期不列。".to_owned(),
        ..Section::default()
    }
}

fn held(of: &Material) -> Option<(&Book, &Scheme, &Sheet)> {
    let (book, sheet) = of.sheet.as_ref()?;
    Some((book, book.scheme(&sheet.scheme)?, sheet))
}

/// Red list, black list, and every unit's figures behind both.
pub(super) fn lists(of: &Material) -> Vec<Section> {
    let Some((book, scheme, sheet)) = held(of) else {
        return vec![without("红榜"), without("黑榜")];
    };
    let list = |heading: &str, chosen: fn(&Line) -> bool| {
        let lines: Vec<&Line> = sheet.lines.iter().filter(|line| chosen(line)).collect();
        let names: Vec<&str> = lines
            .iter()
            .map(|line| line.subject.name.as_str())
            .collect();
        Section {
            heading: heading.to_owned(),
            text: if names.is_empty() {
                "本期没有单位列入。".to_owned()
            } else {
                format!(
                    "列入{heading}的单位{}个：{}。",
                    names.len(),
                    names.join("、")
                )
            },
            ..Section::default()
        }
    };
    let all: Vec<&Line> = sheet
        .lines
        .iter()
        .filter(|line| line.score.is_some())
        .collect();
    let silent = sheet.lines.len() - all.len();
    let mut text = quoted(scheme);
    if silent > 0 {
        text.push_str(&format!("没有数据、不排名的单位{silent}个。"));
    }
    vec![
        list("红榜", |line| line.red),
        list("黑榜", |line| line.black),
        Section {
            heading: "各成员单位指标".to_owned(),
            text,
            tables: vec![table(book, scheme, "各成员单位指标和得分", &all)],
            ..Section::default()
        },
    ]
}

/// The year's result: points of each part, the score, the rank.
pub(super) fn year(of: &Material) -> Section {
    let Some((_, scheme, sheet)) = held(of) else {
        return without("考核排名");
    };
    let columns: Vec<Column> = [
        column("名次", 2, Align::Middle),
        column("单位", 6, Align::Left),
    ]
    .into_iter()
    .chain(
        scheme
            .parts
            .iter()
            .map(|part| column(&part.zh, 3, Align::Right)),
    )
    .chain([column("得分", 3, Align::Right)])
    .collect();
    let row = |line: &Line| {
        let parts = scheme.parts.iter().map(|part| {
            let own = line.parts.iter().find(|each| each.part == part.id);
            let points = own.and_then(|own| own.points);
            let sign = match points {
                Some(points) if own.is_some_and(|own| own.deduct) && !points.is_zero() => "-",
                _ => "",
            };
            format!("{sign}{}", number(points, scheme.places))
        });
        [rank(line), line.subject.name.clone()]
            .into_iter()
            .chain(parts)
            .chain([number(line.score, scheme.places)])
            .collect()
    };
    let ranked: Vec<&Line> = sheet
        .lines
        .iter()
        .filter(|line| line.rank.is_some())
        .collect();
    let silent: Vec<&str> = sheet
        .lines
        .iter()
        .filter(|line| line.rank.is_none())
        .map(|line| line.subject.name.as_str())
        .collect();
    let mut text = quoted(scheme);
    text.push_str(&format!(
        "参加排名的单位{}个，得分相同且加比指标相同的名次并列。",
        ranked.len()
    ));
    if !silent.is_empty() {
        text.push_str(&format!("没有数据、不参加排名：{}。", silent.join("、")));
    }
    Section {
        heading: "考核排名".to_owned(),
        text,
        tables: vec![Table {
            caption: scheme.zh.clone(),
            columns,
            rows: ranked.into_iter().map(row).collect(),
            note: String::new(),
        }],
        charts: Vec::new(),
    }
}

/// The figures of benefit, before and after; what neither span has anything of is left out.
pub(super) fn benefit(of: &Material) -> Section {
    let Some((now, before)) = &of.metrics else {
        return Section::default();
    };
    let mut known: Vec<&Metric> = Vec::new();
    let mut rows = Vec::new();
    for id in ASKED {
        let (Some(metric), Some(is), Some(was)) =
            (now.book.metric(id), now.figure(id), before.figure(id))
        else {
            continue;
        };
        let nothing =
            |figure: &Figure| figure.denominator == 0 && figure.value.is_none_or(|v| v.is_zero());
        if nothing(is) && nothing(was) {
            continue;
        }
        let fraction = |figure: &Figure| match metric.shape {
            Shape::Rate => format!("{}/{}", figure.numerator, figure.denominator),
            _ => "—".to_owned(),
        };
        known.push(metric);
        rows.push(vec![
            metric.zh.clone(),
            fraction(was),
            shown(metric, was),
            fraction(is),
            shown(metric, is),
        ]);
    }
    Section {
        heading: "成效指标".to_owned(),
        tables: vec![Table {
            caption: "成效指标".to_owned(),
            columns: vec![
                column("指标", 5, Align::Left),
                column("上期分子/分母", 4, Align::Right),
                column("上期", 3, Align::Right),
                column("本期分子/分母", 4, Align::Right),
                column("本期", 3, Align::Right),
            ],
            rows,
            note: definitions(known.into_iter()),
        }],
        ..Section::default()
    }
}
