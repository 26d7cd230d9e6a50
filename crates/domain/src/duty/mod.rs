//! The duty roster 值班表 (R16, R68, R122): who is on when, who stands in, and when nobody is.
//!
//! Patterns come again, single shifts do not, and a stand-in takes the place of whoever else would
//! be on. What was written later wins. Nothing here is stored: shifts are counted when asked for.

mod gap;

pub use gap::{Window, gaps};

use crate::clock::{Calendar, Millis};
use crate::id::{DutyPersonId, UnitId};
use jiff::{ToSpan as _, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

const MINUTE: Millis = 60_000;
const DAY: Millis = 24 * 60 * MINUTE;
/// Minutes of a day.
pub const DAY_MINUTES: u16 = 24 * 60;

/// On which days a pattern holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Days {
    /// Every day.
    All,
    /// Working days by the calendar.
    Working,
    /// Days off by the calendar.
    Off,
}

impl Days {
    /// The word used on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Working => "working",
            Self::Off => "off",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::All, Self::Working, Self::Off]
            .into_iter()
            .find(|days| days.as_str() == word)
    }

    fn holds(self, off: bool) -> bool {
        match self {
            Self::All => true,
            Self::Working => !off,
            Self::Off => off,
        }
    }
}

/// A shift that comes again, its people taking turns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// Whose roster.
    pub unit: UnitId,
    /// 1 is told first.
    pub rank: u8,
    /// Minutes after midnight by the calendar's zone.
    pub from: u16,
    /// Likewise; not after `from` means on the next day.
    pub to: u16,
    /// On which days it begins.
    pub days: Days,
    /// Who takes turns; the first has the first day.
    pub people: Vec<DutyPersonId>,
    /// Days until the next one's turn, 1 at least.
    pub step: u16,
    /// First day.
    pub starts: Date,
    /// Last day, included; none while it goes on.
    pub ends: Option<Date>,
}

/// A shift of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Single {
    /// Whose roster.
    pub unit: UnitId,
    /// 1 is told first.
    pub rank: u8,
    /// From.
    pub from: Millis,
    /// To, not included.
    pub to: Millis,
    /// Who.
    pub person: DutyPersonId,
    /// Whether it takes the place of whoever else would be on: an override or an accepted swap.
    pub stands_in: bool,
}

/// Somebody on duty for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// Whose roster.
    pub unit: UnitId,
    /// 1 is told first.
    pub rank: u8,
    /// From.
    pub from: Millis,
    /// To, not included.
    pub to: Millis,
    /// Who.
    pub person: DutyPersonId,
    /// Whether it is somebody standing in.
    pub stands_in: bool,
}

/// All that is written about duty; singles in the order they were written.
#[derive(Debug, Clone, Default)]
pub struct Roster {
    /// Shifts that come again.
    pub patterns: Vec<Pattern>,
    /// Single ones.
    pub singles: Vec<Single>,
}

impl Roster {
    /// Every shift that touches the time from `from` to `to`, whole, by unit, rank and beginning.
    #[must_use]
    pub fn shifts(&self, calendar: &Calendar, from: Millis, to: Millis) -> Vec<Shift> {
        let mut shifts = Vec::new();
        for pattern in &self.patterns {
            pattern.shifts(calendar, from, to, &mut shifts);
        }
        for single in &self.singles {
            if single.to <= from || single.from >= to || single.from >= single.to {
                continue;
            }
            if single.stands_in {
                make_room(&mut shifts, single);
            }
            shifts.push(Shift {
                unit: single.unit.clone(),
                rank: single.rank,
                from: single.from,
                to: single.to,
                person: single.person.clone(),
                stands_in: single.stands_in,
            });
        }
        shifts.retain(|shift| shift.to > from && shift.from < to);
        shifts.sort_by(|a, b| {
            let key = |s: &Shift| (s.unit.clone(), s.rank, s.from, s.person.clone());
            key(a).cmp(&key(b))
        });
        shifts
    }

    /// Who is on for a unit at a moment, the first to be told first.
    #[must_use]
    pub fn on_at(&self, calendar: &Calendar, unit: &UnitId, at: Millis) -> Vec<Shift> {
        let mut on = self.shifts(calendar, at, at.saturating_add(1));
        on.retain(|shift| &shift.unit == unit && shift.from <= at && at < shift.to);
        on
    }
}

/// Takes the time of a stand-in out of the shifts it stands in for.
fn make_room(shifts: &mut Vec<Shift>, single: &Single) {
    let mut rests = Vec::new();
    shifts.retain_mut(|shift| {
        let meets = shift.unit == single.unit
            && shift.rank == single.rank
            && shift.from < single.to
            && single.from < shift.to;
        if !meets {
            return true;
        }
        if shift.to > single.to {
            rests.push(Shift {
                from: single.to,
                ..shift.clone()
            });
        }
        shift.to = single.from;
        shift.from < shift.to
    });
    shifts.append(&mut rests);
}

impl Pattern {
    fn shifts(&self, calendar: &Calendar, from: Millis, to: Millis, out: &mut Vec<Shift>) {
        // A shift that began the day before may still run.
        let mut day = calendar.day_of(from.saturating_sub(DAY));
        let last = calendar.day_of(to);
        while day <= last {
            if let Some(shift) = self.on_day(calendar, day)
                && shift.to > from
                && shift.from < to
            {
                out.push(shift);
            }
            let Ok(next) = day.tomorrow() else { return };
            day = next;
        }
    }

    fn on_day(&self, calendar: &Calendar, day: Date) -> Option<Shift> {
        if day < self.starts
            || self.ends.is_some_and(|ends| day > ends)
            || !self.days.holds(calendar.is_off(day))
        {
            return None;
        }
        let passed = self.starts.until(day).ok()?.get_days();
        let turn = usize::try_from(passed).ok()? / usize::from(self.step.max(1));
        let person = self.people.get(turn.checked_rem(self.people.len())?)?;
        let midnight = midnight(calendar, day);
        let length = if self.to > self.from {
            i64::from(self.to) - i64::from(self.from)
        } else {
            i64::from(self.to) + i64::from(DAY_MINUTES) - i64::from(self.from)
        };
        let from = midnight + i64::from(self.from) * MINUTE;
        Some(Shift {
            unit: self.unit.clone(),
            rank: self.rank,
            from,
            to: from + length * MINUTE,
            person: person.clone(),
            stands_in: false,
        })
    }
}

/// The first moment of a day by the calendar's zone.
#[must_use]
pub fn midnight(calendar: &Calendar, day: Date) -> Millis {
    // Noon by UTC lies within the same civil day in every zone less than twelve hours away.
    let noon = day.at(12, 0, 0, 0).to_zoned(TimeZone::UTC);
    noon.map_or(0, |noon| {
        calendar.start_of_day(noon.timestamp().as_millisecond())
    })
}

/// A day some days later; the calendar's end stands in for what is beyond.
#[must_use]
pub fn days_after(day: Date, days: i32) -> Date {
    day.checked_add(days.days()).unwrap_or(day)
}
