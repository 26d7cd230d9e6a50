//! A limit as a rule states it: "2h", "2d", "5wd", with the share of it after which amber shows.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A length of time as rules count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Span {
    /// Seconds on the wall clock (call handling: 15, 60).
    Seconds(u32),
    /// Minutes on the wall clock.
    Minutes(u32),
    /// Hours on the wall clock (R79: 2, R128: 12).
    Hours(u32),
    /// Days of 24 hours on the wall clock (R80: 2).
    Days(u32),
    /// Days of the calendar counted from the next day, holidays included; due at that day's end.
    NextDays(u32),
    /// Working days by the calendar, counted from the next day; due at that day's end.
    WorkingDays(u32),
    /// Minutes within the unit's service hours (R16, R122).
    ServiceMinutes(u32),
    /// Hours within the unit's service hours (R16, R122).
    ServiceHours(u32),
}

impl Span {
    /// Whether it runs in the unit's service hours alone.
    #[must_use]
    pub const fn in_service(self) -> bool {
        matches!(self, Self::ServiceMinutes(_) | Self::ServiceHours(_))
    }
}

/// Why a limit could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("limit {text:?} is not a whole number above 0 followed by s, m, h, d, nd, wd, sm or sh")]
pub struct LimitError {
    /// What was written.
    pub text: String,
}

impl FromStr for Span {
    type Err = LimitError;

    fn from_str(text: &str) -> Result<Self, LimitError> {
        let bad = || LimitError {
            text: text.to_owned(),
        };
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at_checked(digits).ok_or_else(bad)?;
        let n: u32 = number.parse().map_err(|_| bad())?;
        if n == 0 || n > 100_000 {
            return Err(bad());
        }
        match unit {
            "s" => Ok(Self::Seconds(n)),
            "m" => Ok(Self::Minutes(n)),
            "h" => Ok(Self::Hours(n)),
            "d" => Ok(Self::Days(n)),
            "nd" => Ok(Self::NextDays(n)),
            "wd" => Ok(Self::WorkingDays(n)),
            "sm" => Ok(Self::ServiceMinutes(n)),
            "sh" => Ok(Self::ServiceHours(n)),
            _ => Err(bad()),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seconds(n) => write!(f, "{n}s"),
            Self::Minutes(n) => write!(f, "{n}m"),
            Self::Hours(n) => write!(f, "{n}h"),
            Self::Days(n) => write!(f, "{n}d"),
            Self::NextDays(n) => write!(f, "{n}nd"),
            Self::WorkingDays(n) => write!(f, "{n}wd"),
            Self::ServiceMinutes(n) => write!(f, "{n}sm"),
            Self::ServiceHours(n) => write!(f, "{n}sh"),
        }
    }
}

impl Serialize for Span {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// One limit of a rule: how long, and at which share of it the amber sign comes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// How long from dispatch.
    pub span: Span,
    /// Percent of the span after which it is amber; 1 to 99.
    #[serde(default = "Limit::amber_default")]
    pub amber: u8,
}

impl Limit {
    /// Amber after three quarters, where a rule does not say otherwise.
    #[must_use]
    pub const fn amber_default() -> u8 {
        75
    }

    /// The limit with the usual amber share.
    #[must_use]
    pub const fn of(span: Span) -> Self {
        Self {
            span,
            amber: Self::amber_default(),
        }
    }
}

/// The limits a matter puts on whoever is dispatched, each counted from dispatch (law 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// 签收
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign: Option<Limit>,
    /// First feedback 首次反馈 (R79).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feedback: Option<Limit>,
    /// Result 办结 (R80, R128).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Limit>,
    /// Closing of the whole case 结案.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close: Option<Limit>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_reads_back_what_it_writes() {
        for text in [
            "15s", "1m", "30m", "2h", "12h", "2d", "1nd", "5wd", "13wd", "90sm", "8sh",
        ] {
            assert_eq!(text.parse::<Span>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn nonsense_is_refused_with_its_text() {
        for text in [
            "",
            "h",
            "0h",
            "-1h",
            "2 h",
            "2w",
            "2hh",
            "999999999999d",
            "２h",
        ] {
            assert_eq!(text.parse::<Span>().unwrap_err().text, text);
        }
    }
}
