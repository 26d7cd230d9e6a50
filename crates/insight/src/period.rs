//! Periods 考核周期: month, week, quarter, year, or from one day to another.

use domain::clock::Millis;
use jiff::civil::{Date, ISOWeekDate, Weekday, date};
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan as _};
use serde::{Deserialize, Serialize};

/// The zone days are counted in.
pub type Zone = TimeZone;

/// What kind of period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodKind {
    /// A week from Monday.
    Week,
    /// A month.
    Month,
    /// Three months.
    Quarter,
    /// A year 自然年.
    Year,
    /// Any days.
    Days,
}

/// A period: from its first moment to before its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// As it is written: `2026-11`, `2026-W48`, `2026-Q4`, `2026`, `2026-09-01..2026-11-30`.
    pub name: String,
    /// What kind.
    pub kind: PeriodKind,
    /// First moment.
    pub from: Millis,
    /// The first moment after it.
    pub to: Millis,
}

/// A period that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is no period: 2026-11, 2026-W48, 2026-Q4, 2026 or 2026-09-01..2026-11-30")]
pub struct NoPeriod(pub String);

impl Period {
    /// Reads a period.
    ///
    /// # Errors
    /// [`NoPeriod`].
    pub fn read(text: &str, zone: &Zone) -> Result<Self, NoPeriod> {
        Self::days(text)
            .and_then(|(kind, first, after)| {
                let moment = |day: Date| {
                    let midnight = day.to_zoned(zone.clone()).ok()?;
                    Some(midnight.timestamp().as_millisecond())
                };
                Some(Self {
                    name: text.to_owned(),
                    kind,
                    from: moment(first)?,
                    to: moment(after)?,
                })
            })
            .filter(|period| period.from < period.to)
            .ok_or_else(|| NoPeriod(text.to_owned()))
    }

    /// The kind, the first day, and the day after the last.
    fn days(text: &str) -> Option<(PeriodKind, Date, Date)> {
        let after = |day: Date, span: Span| day.checked_add(span).ok();
        if let Some((first, last)) = text.split_once("..") {
            let (first, last) = (day(first)?, day(last)?);
            return Some((PeriodKind::Days, first, after(last, 1.day())?));
        }
        let (year, rest) = match text.split_once('-') {
            None => (text, None),
            Some((year, rest)) => (year, Some(rest)),
        };
        let year: i16 = digits(year, 4)?;
        Some(match rest {
            None => {
                let first = day_of(year, 1)?;
                (PeriodKind::Year, first, after(first, 1.year())?)
            }
            Some(week) if week.starts_with('W') => {
                let number: i8 = digits(week.strip_prefix('W')?, 2)?;
                let first = ISOWeekDate::new(year, number, Weekday::Monday).ok()?.date();
                (PeriodKind::Week, first, after(first, 1.week())?)
            }
            Some(quarter) if quarter.starts_with('Q') => {
                let number: i8 = digits(quarter.strip_prefix('Q')?, 1)?;
                let month = number.checked_sub(1)?.checked_mul(3)?.checked_add(1)?;
                let first = day_of(year, month)?;
                (PeriodKind::Quarter, first, after(first, 3.months())?)
            }
            Some(month) => {
                let first = day_of(year, digits(month, 2)?)?;
                (PeriodKind::Month, first, after(first, 1.month())?)
            }
        })
    }

    /// Whether a moment lies in it.
    #[must_use]
    pub const fn has(&self, at: Millis) -> bool {
        self.from <= at && at < self.to
    }
}

fn digits<T: std::str::FromStr>(text: &str, count: usize) -> Option<T> {
    (text.len() == count && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

fn day(text: &str) -> Option<Date> {
    (text.len() == 10).then(|| text.parse().ok()).flatten()
}

fn day_of(year: i16, month: i8) -> Option<Date> {
    ((1..=12).contains(&month) && (1970..=9000).contains(&year)).then(|| date(year, month, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone() -> Zone {
        TimeZone::fixed(jiff::tz::offset(8))
    }

    fn span(text: &str) -> (String, String) {
        let period = Period::read(text, &zone()).unwrap();
        let moment = |at: Millis| {
            let stamp = jiff::Timestamp::from_millisecond(at).unwrap();
            stamp.to_zoned(zone()).strftime("%Y-%m-%d").to_string()
        };
        (moment(period.from), moment(period.to))
    }

    #[test]
    fn r71_periods_are_month_week_quarter_year_or_days() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(span("2026-11"), pair("2026-11-01", "2026-12-01"));
        assert_eq!(span("2026-12"), pair("2026-12-01", "2027-01-01"));
        assert_eq!(span("2026-W01"), pair("2025-12-29", "2026-01-05"));
        assert_eq!(span("2026-Q4"), pair("2026-10-01", "2027-01-01"));
        assert_eq!(span("2026"), pair("2026-01-01", "2027-01-01"));
        assert_eq!(
            span("2026-09-01..2026-11-30"),
            pair("2026-09-01", "2026-12-01")
        );
    }

    #[test]
    fn what_is_no_period_is_refused() {
        for text in [
            "",
            "26",
            "2026-13",
            "2026-00",
            "2026-1",
            "2026-W54",
            "2026-Q0",
            "2026-Q5",
            "2026-02-30..2026-03-01",
            "2026-03-02..2026-03-01",
            "2026-11-01",
            "..",
            "9999999999",
        ] {
            assert!(Period::read(text, &zone()).is_err(), "{text}");
        }
    }
}
