//! The rules that open a rung by themselves: a versioned book with its own examples, refused whole
//! if one of them does not come out (law 11).

use super::{Rung, WatchFlag};
use crate::clock::{Calendar, Limit, Millis, Span, Stage};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What set a rule off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// A clock of this stage was missed.
    Missed(Stage),
    /// Units gave the case back so many times.
    Returns(u8),
    /// Somebody asked what becomes of it so many times.
    Urges(u8),
    /// A measure of this rung was not answered in time.
    Unanswered(Rung),
    /// Answers to a measure were sent back.
    SentBack(SentBack),
    /// Measures of a rung gathered at one unit; the count is of the rule's own time, and begins anew with what the rule opened.
    Gathered(Gathering),
    /// A watch flag was set.
    Flagged(WatchFlag),
    /// The matter came back from where it had been handed to (R38).
    Backflow,
    /// The ladder of one of its clocks asks for this rung.
    Escalated(Rung),
}

/// How often answers to one measure were sent back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SentBack {
    /// Of which rung.
    pub rung: Rung,
    /// How often.
    pub times: u8,
}

/// How many measures of a rung one unit got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gathering {
    /// Of which rung.
    pub rung: Rung,
    /// How many.
    pub times: u32,
    /// Opened within which time; in a trigger the rule's own.
    #[serde(default = "Gathering::month")]
    pub within: Span,
}

impl Gathering {
    const fn month() -> Span {
        Span::Days(30)
    }
}

/// When a rule fires: as a trigger, with the least number.
pub type When = Trigger;

/// How long a rule waits before it opens anything, and looks again whether it still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// At once.
    Now,
    /// When the next civil day begins 次日.
    NextDay,
    /// When the next working day begins.
    NextWorkingDay,
    /// After a length of time.
    Span(Span),
}

impl After {
    /// The moment it means, counted from `at`.
    #[must_use]
    pub fn moment(self, at: Millis, calendar: &Calendar) -> Millis {
        /// Longer than any day, shorter than two: the next day's beginning is the start of it.
        const MORE_THAN_A_DAY: i64 = 26 * 3_600_000;
        let next = |at: Millis| calendar.start_of_day(calendar.start_of_day(at) + MORE_THAN_A_DAY);
        match self {
            Self::Now => at,
            Self::NextDay => next(at),
            Self::NextWorkingDay => {
                let mut day = next(at);
                // No calendar has more than a month off in a row.
                for _ in 0..31 {
                    if !calendar.is_off(calendar.day_of(day)) {
                        break;
                    }
                    day = next(day);
                }
                day
            }
            Self::Span(span) => calendar.due(at, Limit::of(span)).0,
        }
    }
}

impl fmt::Display for After {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Now => f.write_str("now"),
            Self::NextDay => f.write_str("next_day"),
            Self::NextWorkingDay => f.write_str("next_working_day"),
            Self::Span(span) => span.fmt(f),
        }
    }
}

impl FromStr for After {
    type Err = crate::clock::LimitError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "now" => Self::Now,
            "next_day" => Self::NextDay,
            "next_working_day" => Self::NextWorkingDay,
            span => Self::Span(span.parse()?),
        })
    }
}

impl Serialize for After {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for After {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its id in the book.
    pub id: String,
    /// Its words, as they are quoted.
    pub words: String,
    /// The document it rests on.
    pub basis: String,
    /// What sets it off.
    pub when: When,
    /// How long it waits.
    pub after: After,
    /// What it opens.
    pub open: Rung,
    /// How long the addressee has.
    pub answer_within: Span,
    /// What is asked of the addressee.
    pub asks: String,
    /// Why the rung below may be left out; needed where it can be.
    #[serde(default)]
    pub skips: String,
}

/// A trigger and the rules that must fire at it, no more and no less.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// What happened.
    pub given: Trigger,
    /// Ids of the rules that fire.
    pub fires: Vec<String>,
}

/// What the daily list takes up (R81).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Daily {
    /// From how many hand-outs on an open case is on it.
    pub handed_out: u8,
}

/// The book of rules in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleBook {
    /// What it calls itself.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The daily list.
    pub daily: Daily,
    /// The rules.
    #[serde(rename = "rule")]
    pub rules: Vec<Rule>,
    /// What must come out.
    #[serde(rename = "example", default)]
    pub examples: Vec<Example>,
}

/// What is wrong with a book, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {why}")]
pub struct RuleFault {
    /// The rule or example, as it can be found in the text.
    pub place: String,
    /// What is wrong.
    pub why: String,
}

impl Rule {
    /// Whether it fires at this.
    #[must_use]
    pub fn fires(&self, trigger: &Trigger) -> bool {
        match (&self.when, trigger) {
            (Trigger::Missed(want), Trigger::Missed(got)) => want == got,
            (Trigger::Returns(want), Trigger::Returns(got))
            | (Trigger::Urges(want), Trigger::Urges(got)) => got >= want,
            (Trigger::Unanswered(want), Trigger::Unanswered(got))
            | (Trigger::Escalated(want), Trigger::Escalated(got)) => want == got,
            (Trigger::SentBack(want), Trigger::SentBack(got)) => {
                want.rung == got.rung && got.times >= want.times
            }
            (Trigger::Gathered(want), Trigger::Gathered(got)) => {
                want.rung == got.rung && got.times >= want.times
            }
            (Trigger::Flagged(want), Trigger::Flagged(got)) => want == got,
            (Trigger::Backflow, Trigger::Backflow) => true,
            _ => false,
        }
    }

    /// Whether what sets it off shows that the rung below was climbed.
    fn climbs(&self) -> bool {
        let below = match &self.when {
            Trigger::Urges(_) => Some(Rung::Urge),
            Trigger::Unanswered(rung) => Some(*rung),
            Trigger::SentBack(sent) => Some(sent.rung),
            Trigger::Gathered(gathering) => Some(gathering.rung),
            _ => None,
        };
        self.open == Rung::Urge || below == self.open.before()
    }

    fn fault(&self) -> Option<&'static str> {
        let empty = |text: &str| text.trim().is_empty();
        if empty(&self.id) || empty(&self.words) || empty(&self.basis) || empty(&self.asks) {
            return Some("id, words, basis and asks must say something");
        }
        if !self.climbs() && empty(&self.skips) {
            return Some("it leaves a rung out and does not say why (skips)");
        }
        match &self.when {
            Trigger::Returns(0) | Trigger::Urges(0) => Some("a count begins at 1"),
            Trigger::Unanswered(rung) if *rung >= self.open => Some("it opens no higher rung"),
            Trigger::SentBack(sent) if sent.times == 0 || sent.rung >= self.open => {
                Some("it opens no higher rung, or counts from 0")
            }
            Trigger::Gathered(gathering) if gathering.times < 2 || gathering.rung >= self.open => {
                Some("it opens no higher rung, or gathers fewer than 2")
            }
            Trigger::Escalated(rung) if *rung != self.open => {
                Some("it opens another rung than the clock's ladder asks for")
            }
            Trigger::Gathered(_) if self.open.about_cases() => {
                Some("what gathers at a unit opens a rung about a unit")
            }
            _ => None,
        }
    }
}

impl RuleBook {
    /// The rules that fire at this, in the book's order.
    pub fn fire<'a>(&'a self, trigger: &'a Trigger) -> impl Iterator<Item = &'a Rule> {
        self.rules.iter().filter(move |rule| rule.fires(trigger))
    }

    /// The rule of that id.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// The name and version, as a measure quotes them.
    #[must_use]
    pub fn source(&self) -> String {
        format!("{} {}", self.name, self.version)
    }

    /// Everything that is wrong with it; a book with one fault is not used at all.
    #[must_use]
    pub fn faults(&self) -> Vec<RuleFault> {
        let mut faults = Vec::new();
        let mut fault = |place: String, why: String| faults.push(RuleFault { place, why });
        if self.name.trim().is_empty() || self.version.trim().is_empty() {
            fault(
                "book".to_owned(),
                "name and version must say something".to_owned(),
            );
        }
        if self.daily.handed_out < 2 {
            fault("daily".to_owned(), "many times is at least 2".to_owned());
        }
        for (n, rule) in self.rules.iter().enumerate() {
            let place = || format!("rule {} ({})", n + 1, rule.id);
            if let Some(why) = rule.fault() {
                fault(place(), why.to_owned());
            }
            if self.rules.iter().take(n).any(|other| other.id == rule.id) {
                fault(place(), "another rule has this id".to_owned());
            }
            if !self.examples.iter().any(|e| e.fires.contains(&rule.id)) {
                fault(place(), "no example shows it firing".to_owned());
            }
        }
        for (n, example) in self.examples.iter().enumerate() {
            let fired: Vec<&str> = self
                .fire(&example.given)
                .map(|rule| rule.id.as_str())
                .collect();
            if fired != example.fires {
                let why = format!("expected {:?}, and {fired:?} fire", example.fires);
                fault(format!("example {}", n + 1), why);
            }
        }
        if !self.examples.iter().any(|e| e.fires.is_empty()) {
            fault(
                "examples".to_owned(),
                "none shows that nothing fires".to_owned(),
            );
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Millis {
        text.parse::<jiff::Timestamp>().unwrap().as_millisecond()
    }

    fn rule(id: &str, when: When, open: Rung) -> Rule {
        Rule {
            id: id.to_owned(),
            words: "words".to_owned(),
            basis: "basis".to_owned(),
            when,
            after: After::Now,
            open,
            answer_within: Span::Days(2),
            asks: "answer".to_owned(),
            skips: String::new(),
        }
    }

    fn book(rules: Vec<Rule>, examples: Vec<Example>) -> RuleBook {
        RuleBook {
            name: "book".to_owned(),
            version: "1".to_owned(),
            daily: Daily { handed_out: 2 },
            rules,
            examples,
        }
    }

    fn example(given: Trigger, fires: &[&str]) -> Example {
        Example {
            given,
            fires: fires.iter().map(|id| (*id).to_owned()).collect(),
        }
    }

    #[test]
    fn the_next_day_begins_at_midnight_and_a_working_day_skips_the_weekend() {
        let calendar = Calendar::plain();
        let friday = at("2026-11-20T16:50:00+08:00");
        assert_eq!(
            After::NextDay.moment(friday, &calendar),
            at("2026-11-21T00:00:00+08:00")
        );
        assert_eq!(
            After::NextWorkingDay.moment(friday, &calendar),
            at("2026-11-23T00:00:00+08:00")
        );
        for text in ["now", "next_day", "next_working_day", "2h"] {
            assert_eq!(text.parse::<After>().unwrap().to_string(), text);
        }
        assert!("tomorrow".parse::<After>().is_err());
    }

    #[test]
    fn a_book_whose_example_does_not_come_out_is_refused_with_its_place() {
        let urged = rule("D", Trigger::Urges(3), Rung::Order);
        let good = vec![
            example(Trigger::Urges(3), &["D"]),
            example(Trigger::Urges(2), &[]),
        ];
        assert_eq!(book(vec![urged.clone()], good).faults(), Vec::new());
        let wrong = vec![
            example(Trigger::Urges(3), &["D"]),
            example(Trigger::Urges(4), &[]),
        ];
        let faults = book(vec![urged], wrong).faults();
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].place, "example 2");
    }

    #[test]
    fn a_rule_that_leaves_a_rung_out_has_to_say_why() {
        let missed = || Trigger::Missed(Stage::Result);
        let mut skipping = rule("D", missed(), Rung::Order);
        let examples = vec![
            example(missed(), &["D"]),
            example(Trigger::Missed(Stage::Sign), &[]),
        ];
        let faults = book(vec![skipping.clone()], examples.clone()).faults();
        assert!(faults[0].why.contains("skips"), "{faults:?}");
        skipping.skips = "逾期的直接督办".to_owned();
        assert!(book(vec![skipping], examples).faults().is_empty());
    }

    #[test]
    fn a_rule_without_an_example_or_that_climbs_down_is_refused() {
        let down = rule("X", Trigger::Unanswered(Rung::Meeting), Rung::Order);
        let faults = book(vec![down], Vec::new()).faults();
        let said: Vec<&str> = faults.iter().map(|fault| fault.why.as_str()).collect();
        assert!(
            said.iter().any(|why| why.contains("no example")),
            "{said:?}"
        );
        assert!(
            said.iter()
                .any(|why| why.contains("skips") || why.contains("higher")),
            "{said:?}"
        );
    }
}
