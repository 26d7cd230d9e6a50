//! The calendar of statutory holidays and swapped weekends that is shipped, year by year. What a
//! site counts with is what it has imported; the shipped years are there to be imported.

use crate::office::read_days;
use domain::clock::Calendar;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Year and file, as `liandong calendar import` reads it.
pub const YEARS: [(i16, &str); 3] = [
    (2024, include_str!("../../data/calendar/2024.csv")),
    (2025, include_str!("../../data/calendar/2025.csv")),
    (2026, include_str!("../../data/calendar/2026.csv")),
];

/// The file of a year.
#[must_use]
pub fn year(year: i16) -> Option<&'static str> {
    YEARS
        .iter()
        .find_map(|(each, text)| (*each == year).then_some(*text))
}

/// All shipped years as one calendar: what examples of catalogues are tried on.
pub(crate) fn calendar() -> Calendar {
    let days: BTreeMap<Date, bool> = YEARS
        .iter()
        .flat_map(|(_, text)| read_days(text).unwrap_or_default())
        .map(|(day, off, _)| (day, off))
        .collect();
    Calendar::new(jiff::tz::TimeZone::fixed(jiff::tz::offset(8)), days)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::Weekday;

    #[test]
    fn every_shipped_year_is_read_and_balances() {
        for (year, text) in YEARS {
            let days = read_days(text).unwrap();
            assert!(days.iter().all(|(day, ..)| day.year() == year));
            let weekend = |day: &Date| matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
            // A weekend is worked only for a holiday, and a worked day is always a weekend.
            assert!(days.iter().all(|(day, off, _)| *off || weekend(day)));
            let free = days.iter().filter(|(_, off, _)| *off).count();
            let on_weekdays = days
                .iter()
                .filter(|(day, off, _)| *off && !weekend(day))
                .count();
            let worked = days.len() - free;
            // 11 statutory days until 2024, 13 since 2025; some fall on weekends.
            assert!(
                (on_weekdays - worked) <= 13,
                "{year}: {on_weekdays} - {worked}"
            );
            assert!(free >= 26, "{year}: {free}");
        }
    }
}
