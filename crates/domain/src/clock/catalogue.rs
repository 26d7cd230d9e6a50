//! The clock catalogue 时限目录: which clocks run for which matter, urgency, channel, tier and
//! promise, as data with a version (R21, R79, R80, R95, R122, R126, R128, R133).

use super::{Duty, LadderStep, Limit, Limits, Span, Stage, Tier};
use crate::case::LegRole;
use crate::desk::{Channel, Desk, Urgency};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How long a clock runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// So long.
    Span(Span),
    /// As long as the row of the responsibility list says; the rule is passed over where it says
    /// nothing.
    List,
    /// As long as the unit promises to need for arriving (R133); passed over without a promise.
    Promise,
    /// No such clock runs.
    None,
}

impl<'de> Deserialize<'de> for Measure {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        match text.as_str() {
            "list" => Ok(Self::List),
            "promise" => Ok(Self::Promise),
            "none" => Ok(Self::None),
            span => span.parse().map(Self::Span).map_err(|error| {
                serde::de::Error::custom(format!("{error}, nor list, promise or none"))
            }),
        }
    }
}

impl Serialize for Measure {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Span(span) => s.collect_str(span),
            Self::List => s.serialize_str("list"),
            Self::Promise => s.serialize_str("promise"),
            Self::None => s.serialize_str("none"),
        }
    }
}

/// When a rule fits: every condition given must hold, one of its words each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct When {
    /// The desk of this platform.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub desk: Vec<Desk>,
    /// The matter's code, or the code of its kind.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub matter: Vec<String>,
    /// How urgent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub urgency: Vec<Urgency>,
    /// How it arrived.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub channel: Vec<Channel>,
    /// The unit's tier.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tier: Vec<Tier>,
    /// What the unit is asked to be.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub role: Vec<LegRole>,
    /// Whether it is done again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redo: Option<bool>,
}

/// One rule: a clock for a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockRule {
    /// What it is quoted by (law 11).
    pub code: String,
    /// Of which stage.
    pub stage: Stage,
    /// How long it runs.
    pub span: Measure,
    /// Percent after which it is amber; 1 to 99.
    #[serde(default = "Limit::amber_default")]
    pub amber: u8,
    /// Percent after which it is red; above amber, 100 where only the end is.
    #[serde(default = "ClockRule::red_default")]
    pub red: u8,
    /// The ladder it climbs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ladder: Option<String>,
    /// When it fits.
    #[serde(default)]
    pub when: When,
}

impl ClockRule {
    /// Red with the end, where a rule does not say otherwise.
    #[must_use]
    pub const fn red_default() -> u8 {
        100
    }
}

/// Why a unit may suspend its work; where the catalogue names none, any reason in words will do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PauseGround {
    /// What the suspension quotes.
    pub code: String,
    /// Its name for people.
    pub name: String,
}

/// How often and how long a unit may have its time extended. It must be asked before the time is
/// over, and a person decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtensionRule {
    /// How often.
    pub most: u8,
    /// The longest extension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longest: Option<Span>,
}

/// A percentile that a standard asks for: so many of all within so long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// What it is quoted by.
    pub code: String,
    /// Its name for people.
    pub name: String,
    /// Percent of all, 1 to 100.
    pub share: u8,
    /// Within so long.
    pub within: Span,
}

/// A catalogue, read and checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalogue {
    /// Its name for people.
    pub name: String,
    /// Its version; each deadline quotes it (law 11).
    pub version: String,
    /// What it rests on.
    pub source: String,
    /// The rules, in the file's order: of each stage the first that fits counts.
    pub clocks: Vec<ClockRule>,
    /// The ladders, by name.
    pub ladders: BTreeMap<String, Vec<LadderStep>>,
    /// Why work may be suspended.
    pub pauses: Vec<PauseGround>,
    /// Extensions; the site's configuration where it says nothing.
    pub extension: Option<ExtensionRule>,
    /// Percentiles to be met over all cases.
    pub targets: Vec<Target>,
}

/// What a catalogue is asked about.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The desk of this platform.
    pub desk: Desk,
    /// The matter's code; empty where it has none.
    pub matter: &'a str,
    /// The kind it belongs to.
    pub group: &'a str,
    /// How urgent.
    pub urgency: Urgency,
    /// How it arrived.
    pub channel: Channel,
    /// What the unit is asked to be; none where it is about no unit.
    pub role: Option<LegRole>,
    /// The unit.
    pub duty: Duty,
    /// The limits the list's row sets.
    pub list: Limits,
    /// Whether it is done again.
    pub redo: bool,
}

/// What a catalogue answers.
#[derive(Debug, Clone, Copy)]
pub enum Choice<'a> {
    /// No rule fits: the site's own limits count.
    Silent,
    /// A rule says that no such clock runs.
    Off(&'a ClockRule),
    /// A clock.
    Clock {
        /// The rule.
        rule: &'a ClockRule,
        /// The limit it comes to.
        limit: Limit,
        /// Its ladder.
        ladder: &'a [LadderStep],
    },
}

impl When {
    /// Whether every condition holds.
    #[must_use]
    pub fn fits(&self, asked: &Asked<'_>) -> bool {
        fn one<T: PartialEq>(of: &[T], value: Option<&T>) -> bool {
            of.is_empty() || value.is_some_and(|value| of.contains(value))
        }
        let matter = self.matter.is_empty()
            || self
                .matter
                .iter()
                .any(|code| code == asked.matter || code == asked.group);
        matter
            && one(&self.desk, Some(&asked.desk))
            && one(&self.urgency, Some(&asked.urgency))
            && one(&self.channel, Some(&asked.channel))
            && one(&self.tier, asked.duty.tier.as_ref())
            && one(&self.role, asked.role.as_ref())
            && self.redo.is_none_or(|redo| redo == asked.redo)
    }
}

impl Catalogue {
    /// The first rule of a stage that fits.
    #[must_use]
    pub fn choose(&self, stage: Stage, asked: &Asked<'_>) -> Choice<'_> {
        let fitting = self
            .clocks
            .iter()
            .filter(|rule| rule.stage == stage && rule.when.fits(asked));
        for rule in fitting {
            let span = match rule.span {
                Measure::None => return Choice::Off(rule),
                Measure::Span(span) => Some(Limit {
                    span,
                    amber: rule.amber,
                }),
                Measure::List => asked.list.of(stage),
                Measure::Promise => asked.duty.promise.map(|minutes| Limit {
                    span: Span::Minutes(minutes),
                    amber: rule.amber,
                }),
            };
            if let Some(limit) = span {
                let ladder = rule.ladder.as_ref().and_then(|name| self.ladders.get(name));
                return Choice::Clock {
                    rule,
                    limit,
                    ladder: ladder.map_or(&[], Vec::as_slice),
                };
            }
        }
        Choice::Silent
    }
}
