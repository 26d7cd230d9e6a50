//! From figures to the sections of a bulletin. Every rate names its numerator and denominator (law 9);
//! the words may be edited, the figures may not.

use super::figures::{Figures, Material, UnitFigures};
use super::{scored, timed};
use crate::chance::hex;
use ::press::form::{BulletinKind, Section};
use ::press::{Align, Bar, Chart, Column, Series, Table};
use domain::clock::Calendar;
use jiff::ToSpan as _;
use jiff::civil::Date;

/// Matters of a histogram.
const MATTERS: usize = 10;
/// What a rate of punctuality is, printed beside it.
const ON_TIME: &str = "口径（按时率 v1）：按时率＝在时限内完成的环节数÷已完成或已逾期的环节数；统计本期受理的事项，\
     未到期、暂停和作废的环节不计入；逾期后补办的计为逾期。";

/// A span of time a bulletin is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spell {
    /// From.
    pub(super) since: i64,
    /// Until, not included.
    pub(super) until: i64,
    /// The span of the same length before begins here.
    pub(super) before: i64,
    /// In words.
    pub(super) words: String,
    /// As scores name it.
    pub(super) period: String,
    /// As scores name the span before.
    pub(super) period_before: String,
}

/// The span of a kind that holds a day; none beyond the calendar's ends.
pub(super) fn spell(kind: BulletinKind, day: Date, calendar: &Calendar) -> Option<Spell> {
    let month = |day: Date| format!("{}年{}月", day.year(), day.month());
    let (first, next, before, words) = match kind {
        BulletinKind::Weekly => {
            let back = i64::from(day.weekday().to_monday_zero_offset());
            let first = day.checked_sub(back.days()).ok()?;
            let next = first.checked_add(7.days()).ok()?;
            let last = next.yesterday().ok()?;
            let tail = if last.month() == first.month() {
                format!("{}日", last.day())
            } else if last.year() == first.year() {
                format!("{}月{}日", last.month(), last.day())
            } else {
                format!("{}年{}月{}日", last.year(), last.month(), last.day())
            };
            let words = format!("{}{}日至{tail}", month(first), first.day());
            (first, next, first.checked_sub(7.days()).ok()?, words)
        }
        BulletinKind::Monthly | BulletinKind::Benefit => {
            let first = day.first_of_month();
            let next = first.checked_add(1.month()).ok()?;
            (
                first,
                next,
                first.checked_sub(1.month()).ok()?,
                month(first),
            )
        }
        BulletinKind::Year => {
            let first = day.first_of_year();
            let next = first.checked_add(1.year()).ok()?;
            let words = format!("{}年度", first.year());
            (first, next, first.checked_sub(1.year()).ok()?, words)
        }
    };
    let named = |day: Date| match kind {
        BulletinKind::Weekly => {
            let week = day.iso_week_date();
            format!("{:04}-W{:02}", week.year(), week.week())
        }
        BulletinKind::Monthly | BulletinKind::Benefit => {
            format!("{:04}-{:02}", day.year(), day.month())
        }
        BulletinKind::Year => format!("{:04}", day.year()),
    };
    Some(Spell {
        since: calendar.start_of(first),
        until: calendar.start_of(next),
        before: calendar.start_of(before),
        words,
        period: named(first),
        period_before: named(before),
    })
}

/// The sections of a bulletin.
pub(super) fn sections(kind: BulletinKind, of: &Material) -> Vec<Section> {
    let (now, before) = (&of.now, &of.before);
    match kind {
        BulletinKind::Weekly => vec![
            received(now, before),
            timed::taken(of),
            handled(now),
            timed::open(of),
            next_steps(),
        ],
        BulletinKind::Monthly => {
            let lists = scored::lists(of).into_iter();
            lists.chain([next_steps()]).collect()
        }
        BulletinKind::Year => vec![handled(now), scored::year(of), next_steps()],
        BulletinKind::Benefit => vec![compared(now, before), scored::benefit(of), next_steps()],
    }
}

fn next_steps() -> Section {
    Section {
        heading: "下一步工作".to_owned(),
        ..Section::default()
    }
}

pub(super) fn column(head: &str, share: u16, align: Align) -> Column {
    Column {
        head: head.to_owned(),
        share,
        align,
    }
}

/// A share in per cent with one digit, rounded half up; a dash where there is nothing to divide by.
pub(super) fn rate(part: i64, whole: i64) -> String {
    match tenths(part, whole) {
        Some(tenths) => format!("{}.{}%", tenths / 10, (tenths % 10).abs()),
        None => "—".to_owned(),
    }
}

/// Tenths of a per cent.
fn tenths(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| (part.saturating_mul(2_000).saturating_add(whole)).div_euclid(2 * whole))
}

/// A change in words: 增加20件（13.8%）.
fn change(now: i64, before: i64) -> String {
    let apart = now - before;
    let word = match apart.signum() {
        1 => "增加",
        -1 => "减少",
        _ => return "持平".to_owned(),
    };
    let share = if before > 0 {
        format!("（{}）", rate(apart.abs(), before))
    } else {
        String::new()
    };
    format!("{word}{}件{share}", apart.abs())
}

fn received(now: &Figures, before: &Figures) -> Section {
    let arrived = &now.arrived;
    let mut text = format!(
        "本期受理来电来件{}件，比上期{}。转对端平台{}件，对端已受理{}件；对端转来{}件。",
        arrived.taken,
        change(arrived.taken, before.arrived.taken),
        arrived.handed_over,
        arrived.accepted,
        arrived.from_peer
    );
    text.push_str(&format!(
        "派出承办任务{}次，涉及事项{}件，收到退单{}次。",
        now.legs(),
        now.assigned,
        now.returned()
    ));
    let of = |figures: &Figures, name: &str| {
        let found = figures.matters.iter().find(|(known, _)| known == name);
        found.map_or(0, |(_, count)| *count)
    };
    let bars = now.matters.iter().take(MATTERS).map(|(name, count)| Bar {
        label: name.clone(),
        values: vec![float(*count), float(of(before, name))],
    });
    Section {
        heading: "受理情况".to_owned(),
        text,
        tables: Vec::new(),
        charts: vec![Chart {
            caption: "受理量居前的事项".to_owned(),
            unit: "件".to_owned(),
            series: ["本期", "上期"]
                .into_iter()
                .map(|name| Series {
                    name: name.to_owned(),
                })
                .collect(),
            bars: bars.collect(),
        }],
    }
}

fn handled(now: &Figures) -> Section {
    let row = |unit: &UnitFigures| {
        vec![
            unit.name.clone(),
            unit.legs.to_string(),
            unit.returned.to_string(),
            unit.due.to_string(),
            unit.on_time.to_string(),
            rate(unit.on_time, unit.due),
        ]
    };
    let total = UnitFigures {
        unit: String::new(),
        name: "合计".to_owned(),
        legs: now.legs(),
        returned: now.returned(),
        due: now.due(),
        on_time: now.on_time(),
    };
    Section {
        heading: "办理情况".to_owned(),
        text: format!(
            "各成员单位到期环节{}个，按时完成{}个，按时率{}。",
            now.due(),
            now.on_time(),
            rate(now.on_time(), now.due())
        ),
        charts: Vec::new(),
        tables: vec![Table {
            caption: "各成员单位办理情况".to_owned(),
            columns: vec![
                column("单位", 6, Align::Left),
                column("承办", 2, Align::Right),
                column("退单", 2, Align::Right),
                column("到期环节", 3, Align::Right),
                column("按时", 2, Align::Right),
                column("按时率", 3, Align::Right),
            ],
            rows: now.units.iter().chain([&total]).map(row).collect(),
            note: ON_TIME.to_owned(),
        }],
    }
}

/// Before and after: R44, R72, R84.
fn compared(now: &Figures, before: &Figures) -> Section {
    let counts = [
        (
            "受理来电来件（件）",
            before.arrived.taken,
            now.arrived.taken,
        ),
        (
            "转对端平台（件）",
            before.arrived.handed_over,
            now.arrived.handed_over,
        ),
        (
            "对端已受理（件）",
            before.arrived.accepted,
            now.arrived.accepted,
        ),
        (
            "对端转来（件）",
            before.arrived.from_peer,
            now.arrived.from_peer,
        ),
        ("派单涉及事项（件）", before.assigned, now.assigned),
        ("承办任务（次）", before.legs(), now.legs()),
        ("退单（次）", before.returned(), now.returned()),
    ];
    let row = |(name, was, is): &(&str, i64, i64)| {
        let apart = is - was;
        let sign = if apart < 0 { "-" } else { "" };
        vec![
            (*name).to_owned(),
            was.to_string(),
            is.to_string(),
            apart.to_string(),
            match rate(apart.abs(), *was).as_str() {
                "—" => "—".to_owned(),
                share => format!("{sign}{share}"),
            },
        ]
    };
    Section {
        heading: "前后对比".to_owned(),
        text: format!(
            "本期受理来电来件{}件，比上期{}。",
            now.arrived.taken,
            change(now.arrived.taken, before.arrived.taken)
        ),
        charts: vec![Chart {
            caption: "前后对比".to_owned(),
            unit: "件、次".to_owned(),
            series: ["本期", "上期"]
                .into_iter()
                .map(|name| Series {
                    name: name.to_owned(),
                })
                .collect(),
            bars: counts
                .iter()
                .map(|(name, was, is)| Bar {
                    label: name.split('（').next().unwrap_or_default().to_owned(),
                    values: vec![float(*is), float(*was)],
                })
                .collect(),
        }],
        tables: vec![Table {
            caption: "前后两期对比".to_owned(),
            columns: vec![
                column("指标", 6, Align::Left),
                column("上期", 2, Align::Right),
                column("本期", 2, Align::Right),
                column("增减", 2, Align::Right),
                column("增减率", 3, Align::Right),
            ],
            rows: counts.iter().map(row).collect(),
            note: "增减率＝（本期－上期）÷上期，按未取整的件数计算；上期为零的不计算。".to_owned(),
        }],
    }
}

/// A count as the length of a bar; exact up to 2⁵³.
pub(super) fn float(count: i64) -> f64 {
    u32::try_from(count).map_or(0.0, f64::from)
}

/// The digest that stands beside published bytes.
pub(super) fn digest(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    hex(&sha2::Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn spans_are_whole_weeks_months_and_years() {
        let calendar = Calendar::plain();
        let words = |kind, day| spell(kind, day, &calendar).unwrap().words;
        assert_eq!(
            words(BulletinKind::Weekly, date(2026, 11, 22)),
            "2026年11月16日至22日"
        );
        assert_eq!(
            words(BulletinKind::Weekly, date(2026, 12, 31)),
            "2026年12月28日至2027年1月3日"
        );
        assert_eq!(words(BulletinKind::Monthly, date(2024, 2, 29)), "2024年2月");
        assert_eq!(words(BulletinKind::Year, date(2026, 1, 1)), "2026年度");
        let names = |kind, day| {
            let spell = spell(kind, day, &calendar).unwrap();
            (spell.period, spell.period_before)
        };
        let pair = |now: &str, before: &str| (now.to_owned(), before.to_owned());
        assert_eq!(
            names(BulletinKind::Weekly, date(2027, 1, 2)),
            pair("2026-W53", "2026-W52")
        );
        assert_eq!(
            names(BulletinKind::Benefit, date(2026, 1, 31)),
            pair("2026-01", "2025-12")
        );
        assert_eq!(
            names(BulletinKind::Year, date(2026, 7, 1)),
            pair("2026", "2025")
        );
        let week = spell(BulletinKind::Weekly, date(2026, 11, 18), &calendar).unwrap();
        assert_eq!(week.until - week.since, 7 * 86_400_000);
        assert_eq!(week.since - week.before, 7 * 86_400_000);
    }

    #[test]
    fn law_9_r72_rates_are_rounded_once_and_say_nothing_of_nothing() {
        assert_eq!(rate(1, 3), "33.3%");
        assert_eq!(rate(2, 3), "66.7%");
        assert_eq!(rate(0, 0), "—");
        // The paper's own figures: 9000 to 7000 and 850 to 700.
        assert_eq!(change(7_000, 9_000), "减少2000件（22.2%）");
        assert_eq!(change(700, 850), "减少150件（17.6%）");
        assert_eq!(change(5, 0), "增加5件");
        assert_eq!(change(5, 5), "持平");
    }
}
