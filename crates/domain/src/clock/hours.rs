//! Service hours 服务时间 of a unit (R16, R122), and time counted within them alone.

use super::{Calendar, Millis};
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};

/// Days looked at before a calendar is taken to have no service at all: ten years.
const DAYS_MOST: u32 = 3_660;

/// When a unit serves (R16): `24h`, `08:30-17:30`, or `08:30-17:30 working days`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hours {
    /// Day and night.
    Always,
    /// Between two times of the day.
    Between {
        /// Minutes after midnight, local time.
        from: u16,
        /// Minutes after midnight, local time; later than `from`.
        to: u16,
        /// Working days only.
        working_days: bool,
    },
}

impl FromStr for Hours {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "24h" {
            return Ok(Self::Always);
        }
        let bad = || format!("service hours {text:?} are neither \"24h\" nor \"08:30-17:30\"");
        let (times, working_days) = text
            .strip_suffix(" working days")
            .map_or((text, false), |times| (times, true));
        let (from, to) = times.split_once('-').ok_or_else(bad)?;
        let (from, to) = (clock(from).ok_or_else(bad)?, clock(to).ok_or_else(bad)?);
        if from >= to {
            return Err(bad());
        }
        Ok(Self::Between {
            from,
            to,
            working_days,
        })
    }
}

fn clock(text: &str) -> Option<u16> {
    let (h, m) = text.split_once(':')?;
    let (h, m): (u16, u16) = (h.parse().ok()?, m.parse().ok()?);
    (h < 24 && m < 60).then_some(h * 60 + m)
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Always => f.write_str("24h"),
            Self::Between {
                from,
                to,
                working_days,
            } => {
                let (fh, fm, th, tm) = (from / 60, from % 60, to / 60, to % 60);
                write!(f, "{fh:02}:{fm:02}-{th:02}:{tm:02}")?;
                f.write_str(if working_days { " working days" } else { "" })
            }
        }
    }
}

impl Serialize for Hours {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hours {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

impl Calendar {
    /// Whether these hours are open at a moment.
    #[must_use]
    pub fn serves(&self, hours: Hours, at: Millis) -> bool {
        self.window(hours, self.day_of(at))
            .is_some_and(|(from, to)| (from..to).contains(&at))
    }

    /// When service begins and ends on a day; none on a day without.
    #[must_use]
    pub fn window(&self, hours: Hours, day: Date) -> Option<(Millis, Millis)> {
        let midnight = self.midnight(day);
        match hours {
            Hours::Always => Some((midnight, self.last_moment(day).saturating_add(1))),
            Hours::Between {
                working_days: true, ..
            } if self.is_off(day) => None,
            Hours::Between { from, to, .. } => {
                let at = |minute: u16| midnight.saturating_add(i64::from(minute) * 60_000);
                Some((at(from), at(to)))
            }
        }
    }

    /// The moment at which so much time in service has passed since `from`. Day and night, that is
    /// the wall clock.
    #[must_use]
    pub fn after_service(&self, from: Millis, time: Millis, hours: Hours) -> Millis {
        if hours == Hours::Always {
            return from.saturating_add(time);
        }
        let mut left = time.max(0);
        let mut day = self.day_of(from);
        for _ in 0..DAYS_MOST {
            if let Some((opens, closes)) = self.window(hours, day) {
                let begins = opens.max(from);
                let open = closes.saturating_sub(begins);
                if open >= left && open > 0 {
                    return begins.saturating_add(left);
                }
                left -= open.max(0);
            }
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
        Millis::MAX
    }

    /// How much time in service lies between two moments.
    #[must_use]
    pub fn service_between(&self, from: Millis, to: Millis, hours: Hours) -> Millis {
        if hours == Hours::Always || to <= from {
            return to.saturating_sub(from).max(0);
        }
        let (mut day, last) = (self.day_of(from), self.day_of(to));
        let mut sum = 0_i64;
        for _ in 0..DAYS_MOST {
            if let Some((opens, closes)) = self.window(hours, day) {
                sum = sum.saturating_add((closes.min(to) - opens.max(from)).max(0));
            }
            if day >= last {
                break;
            }
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Limit, Span};
    use jiff::Timestamp;

    fn at(text: &str) -> Millis {
        text.parse::<Timestamp>().unwrap().as_millisecond()
    }

    #[test]
    fn hours_read_back_what_they_write() {
        for text in ["24h", "08:30-17:30", "09:00-12:00 working days"] {
            assert_eq!(text.parse::<Hours>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "8h",
            "08:30",
            "17:30-08:30",
            "08:30-25:00",
            "08:61-09:00",
        ] {
            assert!(text.parse::<Hours>().unwrap_err().contains("service hours"));
        }
    }

    /// R122: sixteen hours a day; R16: office hours.
    #[test]
    fn r_122_a_clock_stands_while_the_unit_does_not_serve() {
        let calendar = Calendar::plain();
        let long: Hours = "06:00-22:00".parse().unwrap();
        let friday = at("2026-11-20T21:00:00+08:00");
        let two = Span::ServiceHours(2);
        assert_eq!(
            calendar.due_in(friday, two, long),
            at("2026-11-21T07:00:00+08:00")
        );
        let office: Hours = "08:30-17:30 working days".parse().unwrap();
        let late = at("2026-11-20T16:50:00+08:00");
        assert_eq!(
            calendar.due_in(late, two, office),
            at("2026-11-23T09:50:00+08:00")
        );
        assert_eq!(
            calendar.due_in(late, two, Hours::Always),
            at("2026-11-20T18:50:00+08:00")
        );
        // Half of it is over after an hour in service.
        let limit = Limit {
            span: two,
            amber: 50,
        };
        let due = calendar.due_in(late, two, office);
        assert_eq!(
            calendar.share_in(late, due, limit, office),
            at("2026-11-23T08:50:00+08:00")
        );
        assert_eq!(calendar.service_between(late, due, office), 2 * 3_600_000);
        assert!(calendar.serves(office, late) && !calendar.serves(office, friday));
    }

    #[test]
    fn days_from_the_next_one_end_with_their_day() {
        let due = Calendar::plain().due_in(
            at("2026-11-20T00:00:00+08:00"),
            Span::NextDays(2),
            Hours::Always,
        );
        assert_eq!(due, at("2026-11-22T23:59:59.999+08:00"));
    }

    #[test]
    fn never_in_service_is_never_due() {
        let calendar = Calendar::plain();
        // One minute a day for ten years is not enough for a hundred thousand hours.
        let minute: Hours = "08:00-08:01".parse().unwrap();
        let due = calendar.due_in(0, Span::ServiceHours(100_000), minute);
        assert_eq!(due, Millis::MAX);
    }
}
