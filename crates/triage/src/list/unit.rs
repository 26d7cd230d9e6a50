//! Member units 成员单位: who they are, when they serve, what they promise.

use domain::desk::Desk;
use domain::id::UnitId;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};

/// What is asked of a unit (R21, R123, R124).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(into = "u8")]
pub enum Tier {
    /// 一级: an own rescue team, day and night.
    One,
    /// 二级: named persons.
    Two,
}

impl From<Tier> for u8 {
    fn from(tier: Tier) -> Self {
        match tier {
            Tier::One => 1,
            Tier::Two => 2,
        }
    }
}

impl<'de> Deserialize<'de> for Tier {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        match u8::deserialize(d)? {
            1 => Ok(Self::One),
            2 => Ok(Self::Two),
            other => Err(serde::de::Error::custom(format!(
                "tier {other} is not 1 or 2"
            ))),
        }
    }
}

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

/// One member unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// Its code, lower-case ASCII with dashes.
    pub code: UnitId,
    /// Its Chinese name.
    pub name: String,
    /// What is asked of it.
    pub tier: Tier,
    /// The desk it stands behind.
    pub desk: Desk,
    /// Its duty when something has happened (R39).
    pub rescue: String,
    /// Its daily duty (R39).
    pub daily: String,
    /// When it serves.
    pub hours: Hours,
    /// Who stands in for it out of hours; `None` where it serves day and night.
    #[serde(default)]
    pub out_of_hours: Option<UnitId>,
    /// Arrival it promises, in minutes; `None` where it promises none.
    #[serde(default)]
    pub promise: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
