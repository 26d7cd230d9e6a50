//! Working days 工作日: weekends, holidays and the working weekends swapped for them.

use super::{Hours, Limit, Millis, Span};
use jiff::{Timestamp, civil::Date, civil::Weekday, tz::TimeZone};
use std::collections::BTreeMap;

/// Which days are worked in a jurisdiction, and its time zone.
///
/// The State Council office announces each year's holidays and swapped weekends; a site imports
/// them as exceptions. Days without an exception follow the week: Saturday and Sunday are off.
#[derive(Debug, Clone)]
pub struct Calendar {
    zone: TimeZone,
    exceptions: BTreeMap<Date, bool>,
    /// For each day that was changed: when, and whether it was off until then.
    pub(super) changes: BTreeMap<Date, Vec<(Millis, bool)>>,
}

impl Calendar {
    /// A calendar in `zone`; `exceptions` says for a date whether it is off.
    #[must_use]
    pub fn new(zone: TimeZone, exceptions: BTreeMap<Date, bool>) -> Self {
        Self {
            zone,
            exceptions,
            changes: BTreeMap::new(),
        }
    }

    /// China's one time zone, without holidays: what a site has before it imports them.
    #[must_use]
    pub fn plain() -> Self {
        Self::new(TimeZone::fixed(jiff::tz::offset(8)), BTreeMap::new())
    }

    pub(super) fn set(&mut self, day: Date, off: bool) {
        self.exceptions.insert(day, off);
    }

    /// Whether `day` is off.
    #[must_use]
    pub fn is_off(&self, day: Date) -> bool {
        self.exceptions
            .get(&day)
            .copied()
            .unwrap_or_else(|| matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday))
    }

    /// The civil day of a moment; the calendar's ends stand in for moments beyond them.
    #[must_use]
    pub fn day_of(&self, at: Millis) -> Date {
        let moment = Timestamp::from_millisecond(at).unwrap_or(if at < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        });
        self.zone.to_datetime(moment).date()
    }

    /// The day as `yyyymmdd`, as printed numbers carry it.
    #[must_use]
    pub fn day_stamp(&self, at: Millis) -> String {
        let day = self.day_of(at);
        format!("{:04}{:02}{:02}", day.year(), day.month(), day.day())
    }

    /// The moment as `2026-11-22 14:02` by this calendar's zone.
    #[must_use]
    pub fn stamp(&self, at: Millis) -> String {
        let moment = Timestamp::from_millisecond(at).unwrap_or(if at < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        });
        self.zone
            .to_datetime(moment)
            .strftime("%Y-%m-%d %H:%M")
            .to_string()
    }

    /// Minutes since midnight by this calendar's zone.
    #[must_use]
    pub fn minute_of_day(&self, at: Millis) -> i64 {
        at.saturating_sub(self.start_of_day(at)) / 60_000
    }

    /// The first moment of the civil day of `at`.
    #[must_use]
    pub fn start_of_day(&self, at: Millis) -> Millis {
        self.day_of(at)
            .to_zoned(self.zone.clone())
            .map_or(at, |midnight| midnight.timestamp().as_millisecond())
    }

    /// The first moment of a civil day; the calendar's ends stand in for days beyond them.
    #[must_use]
    pub fn start_of(&self, day: Date) -> Millis {
        day.to_zoned(self.zone.clone())
            .map_or(Millis::MAX, |midnight| {
                midnight.timestamp().as_millisecond()
            })
    }

    /// When a limit that starts at `from` is due, and when it turns amber.
    ///
    /// Working days count from the next day and are due at the end of the last one (the rule of
    /// "13 working days counted from the next day"); the others run on the wall clock. A span of
    /// service hours runs day and night here; [`Calendar::due_in`] knows the unit's hours.
    #[must_use]
    pub fn due(&self, from: Millis, limit: Limit) -> (Millis, Millis) {
        let due = self.due_in(from, limit.span, Hours::Always);
        (due, self.share_in(from, due, limit, Hours::Always))
    }

    /// When a span that starts at `from` is over, service hours counted in `hours`.
    #[must_use]
    pub fn due_in(&self, from: Millis, span: Span, hours: Hours) -> Millis {
        let plus = |n: u32, unit: i64| from.saturating_add(i64::from(n).saturating_mul(unit));
        match span {
            Span::Seconds(n) => plus(n, 1_000),
            Span::Minutes(n) => plus(n, 60_000),
            Span::Hours(n) => plus(n, 3_600_000),
            Span::Days(n) => plus(n, 86_400_000),
            Span::NextDays(n) => self.end_of_day(self.day_of(from), i64::from(n)),
            Span::WorkingDays(n) => self.end_of_working_day(from, n),
            Span::ServiceMinutes(n) => self.after_service(from, i64::from(n) * 60_000, hours),
            Span::ServiceHours(n) => self.after_service(from, i64::from(n) * 3_600_000, hours),
        }
    }

    /// The moment at which `limit.amber` percent of the time from `from` to `due` is over; of the
    /// time in service, where the span counts that.
    #[must_use]
    pub fn share_in(&self, from: Millis, due: Millis, limit: Limit, hours: Hours) -> Millis {
        let share = i64::from(limit.amber.clamp(1, 99));
        if limit.span.in_service() {
            let all = self.service_between(from, due, hours);
            return self.after_service(from, all / 100 * share, hours);
        }
        from.saturating_add(due.saturating_sub(from) / 100 * share)
    }

    fn end_of_day(&self, day: Date, after: i64) -> Millis {
        let day = day.saturating_add(jiff::Span::new().days(after.clamp(0, 100_000)));
        self.last_moment(day)
    }

    pub(super) fn last_moment(&self, day: Date) -> Millis {
        let after = day.tomorrow().unwrap_or(day);
        after
            .to_zoned(self.zone.clone())
            .map_or(Millis::MAX, |midnight| {
                midnight.timestamp().as_millisecond().saturating_sub(1)
            })
    }

    /// The first moment of a day.
    pub(super) fn midnight(&self, day: Date) -> Millis {
        day.to_zoned(self.zone.clone())
            .map_or(Millis::MAX, |midnight| {
                midnight.timestamp().as_millisecond()
            })
    }

    /// The moment of a time by this calendar's zone.
    #[must_use]
    pub fn moment(&self, at: jiff::civil::DateTime) -> Millis {
        at.to_zoned(self.zone.clone())
            .map_or(Millis::MAX, |at| at.timestamp().as_millisecond())
    }

    pub(super) fn end_of_working_day(&self, from: Millis, mut left: u32) -> Millis {
        let mut day = self.day_of(from);
        while left > 0 {
            let Ok(next) = day.tomorrow() else { break };
            day = next;
            if !self.is_off(day) {
                left -= 1;
            }
        }
        self.last_moment(day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Millis {
        text.parse::<Timestamp>().unwrap().as_millisecond()
    }

    #[test]
    fn wall_clock_limits_run_through_the_night() {
        let (due, amber) =
            Calendar::plain().due(at("2026-11-20T20:00:00+08:00"), Limit::of(Span::Hours(2)));
        assert_eq!(due, at("2026-11-20T22:00:00+08:00"));
        assert_eq!(amber, at("2026-11-20T21:30:00+08:00"));
    }

    #[test]
    fn working_days_skip_the_weekend_and_count_from_the_next_day() {
        // A Friday: the first working day is Monday.
        let (due, _) = Calendar::plain().due(
            at("2026-11-20T09:00:00+08:00"),
            Limit::of(Span::WorkingDays(1)),
        );
        assert_eq!(due, at("2026-11-23T23:59:59.999+08:00"));
    }

    #[test]
    fn a_holiday_and_a_swapped_weekend_are_exceptions() {
        let exceptions = [
            (jiff::civil::date(2026, 11, 23), true),
            (jiff::civil::date(2026, 11, 22), false),
        ];
        let calendar = Calendar::new(
            TimeZone::fixed(jiff::tz::offset(8)),
            exceptions.into_iter().collect(),
        );
        let (due, _) = calendar.due(
            at("2026-11-20T09:00:00+08:00"),
            Limit::of(Span::WorkingDays(2)),
        );
        assert_eq!(due, at("2026-11-24T23:59:59.999+08:00"));
    }
}
