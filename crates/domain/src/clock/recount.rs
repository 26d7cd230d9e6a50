//! What a changed calendar would make of a limit that was counted before. Nothing is moved by it.

use super::{Calendar, Millis};
use jiff::civil::Date;

impl Calendar {
    /// The same calendar with its past: for each day, when it was changed and whether it was off
    /// until then, in the order of time.
    #[must_use]
    pub fn changed(
        mut self,
        changes: impl IntoIterator<Item = (Date, Vec<(Millis, bool)>)>,
    ) -> Self {
        self.changes = changes.into_iter().collect();
        self
    }

    /// When a day was changed at exactly that moment, what it was before is known already.
    #[must_use]
    pub fn knows_change(&self, day: Date, at: Millis) -> bool {
        self.changes
            .get(&day)
            .is_some_and(|past| past.iter().any(|(when, _)| *when == at))
    }

    /// The last moment at which any day was changed.
    #[must_use]
    pub fn last_change(&self) -> Option<Millis> {
        self.changes.values().flatten().map(|(at, _)| *at).max()
    }

    /// When a limit in working days that was counted from `from` and is due at `due` would be due
    /// by the calendar as it is now. None for limits that run on the wall clock, and where the
    /// answer is the same.
    #[must_use]
    pub fn recounted(&self, from: Millis, due: Millis) -> Option<Millis> {
        self.recounted_since(from, due, from)
    }

    /// The same for a limit that was counted last at `counted_at`: when it began, or when an
    /// earlier change of the calendar moved it.
    #[must_use]
    pub fn recounted_since(&self, from: Millis, due: Millis, counted_at: Millis) -> Option<Millis> {
        let after = due.saturating_add(1);
        // Only working days end with the day.
        if self.changes.is_empty() || self.start_of_day(after) != after {
            return None;
        }
        let last = self.day_of(due);
        if self.was_off(last, counted_at) {
            return None;
        }
        let mut day = self.day_of(from);
        let mut counted = 0_u32;
        while day < last {
            day = day.tomorrow().ok()?;
            counted = counted.saturating_add(u32::from(!self.was_off(day, counted_at)));
        }
        let now = self.end_of_working_day(from, counted);
        (now != due).then_some(now)
    }

    /// The calendar as it stood at a moment.
    #[must_use]
    pub fn as_of(&self, at: Millis) -> Self {
        let mut before = self.clone();
        for day in self.changes.keys() {
            before.set(*day, self.was_off(*day, at));
        }
        before.changes.clear();
        before
    }

    /// Whether a day was off by the calendar as it stood at a moment.
    fn was_off(&self, day: Date, at: Millis) -> bool {
        self.changes
            .get(&day)
            .and_then(|past| past.iter().find(|(when, _)| *when > at))
            .map_or_else(|| self.is_off(day), |(_, was)| *was)
    }
}

#[cfg(test)]
mod tests {
    use crate::clock::{Calendar, Limit, Millis, Span};
    use jiff::{Timestamp, civil::Date, civil::date, tz};

    fn at(text: &str) -> Millis {
        text.parse::<Timestamp>().unwrap().as_millisecond()
    }

    fn calendar(days: &[(Date, bool)], changes: &[(Date, Millis, bool)]) -> Calendar {
        let zone = tz::TimeZone::fixed(tz::offset(8));
        let past = changes.iter().fold(
            std::collections::BTreeMap::<Date, Vec<(Millis, bool)>>::new(),
            |mut past, (day, when, was)| {
                past.entry(*day).or_default().push((*when, *was));
                past
            },
        );
        Calendar::new(zone, days.iter().copied().collect()).changed(past)
    }

    #[test]
    fn a_limit_counted_before_a_holiday_was_set_says_what_it_would_be_now() {
        let from = at("2026-11-20T09:00:00+08:00");
        let (due, _) = Calendar::plain().due(from, Limit::of(Span::WorkingDays(2)));
        let holiday = date(2026, 11, 24);
        let changed_at = from + 1;
        let now = calendar(&[(holiday, true)], &[(holiday, changed_at, false)]);
        let wanted = at("2026-11-25T23:59:59.999+08:00");
        assert_eq!(now.recounted(from, due), Some(wanted));
        // Counted after the change it is what it is.
        let (later, _) = now.due(changed_at, Limit::of(Span::WorkingDays(2)));
        assert_eq!(later, wanted);
        assert_eq!(now.recounted(changed_at, later), None);
    }

    #[test]
    fn a_change_that_was_taken_back_changes_nothing() {
        let from = at("2026-11-20T09:00:00+08:00");
        let (due, _) = Calendar::plain().due(from, Limit::of(Span::WorkingDays(2)));
        let day = date(2026, 11, 24);
        let back = calendar(&[], &[(day, from + 1, false), (day, from + 2, true)]);
        assert_eq!(back.recounted(from, due), None);
    }

    #[test]
    fn a_limit_in_hours_is_nobodys_holiday() {
        let from = at("2026-11-20T09:00:00+08:00");
        let (due, _) = Calendar::plain().due(from, Limit::of(Span::Days(4)));
        let day = date(2026, 11, 23);
        let changed = calendar(&[(day, true)], &[(day, from + 1, false)]);
        assert_eq!(changed.recounted(from, due), None);
        assert_eq!(changed.last_change(), Some(from + 1));
        assert!(changed.knows_change(day, from + 1) && !changed.knows_change(day, from));
    }
}
