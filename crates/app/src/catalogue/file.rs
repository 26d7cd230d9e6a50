//! Reading a clock catalogue: refused whole, with every fault's line and reason, and only taken
//! when its own examples come out.

use super::statutory;
use domain::case::LegRole;
use domain::clock::{
    Asked, Calendar, Catalogue, Choice, ClockRule, Duty, ExtensionRule, Hours, LadderStep, Limit,
    Limits, Measure, PauseGround, Span, Stage, Target, Tier,
};
use domain::desk::{Channel, Desk, Urgency};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;

/// Bytes of a catalogue at most.
pub(super) const TEXT_MOST: usize = 256 * 1024;
const RULES_MOST: usize = 500;
const STEPS_MOST: usize = 20;
const WORD_MOST: usize = 60;

/// What is wrong with a catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Line of the text, from 1.
    pub line: usize,
    /// The rule, ladder or example.
    pub row: String,
    /// Stable key.
    pub key: &'static str,
    /// What is wrong with it.
    pub problem: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {} {}", self.line, self.row, self.problem)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    catalogue: Spanned<Header>,
    #[serde(default)]
    clock: Vec<Spanned<ClockRule>>,
    #[serde(default)]
    ladder: BTreeMap<String, Spanned<Vec<LadderStep>>>,
    #[serde(default)]
    pause: Vec<Spanned<PauseGround>>,
    #[serde(default)]
    extension: Option<ExtensionRule>,
    #[serde(default)]
    target: Vec<Spanned<Target>>,
    #[serde(default)]
    example: Vec<Spanned<Example>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    name: String,
    version: String,
    source: String,
}

/// Facts, and the clocks they must bring.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    say: String,
    #[serde(default)]
    desk: Option<Desk>,
    #[serde(default)]
    matter: String,
    #[serde(default)]
    group: String,
    #[serde(default)]
    urgency: Urgency,
    #[serde(default)]
    channel: Option<Channel>,
    #[serde(default)]
    role: Option<LegRole>,
    #[serde(default)]
    tier: Option<Tier>,
    #[serde(default)]
    promise: Option<u32>,
    #[serde(default)]
    hours: Option<Hours>,
    #[serde(default)]
    redo: bool,
    #[serde(default)]
    list: BTreeMap<String, Span>,
    #[serde(default)]
    at: Option<String>,
    gives: BTreeMap<String, String>,
}

/// Reads a catalogue and tries its examples on the statutory calendar.
///
/// # Errors
/// Every fault that was found; a text that cannot be read at all has one.
pub fn read(text: &str) -> Result<Catalogue, Vec<Fault>> {
    let one = |line, key, problem: String| {
        vec![Fault {
            line,
            row: String::new(),
            key,
            problem,
        }]
    };
    if text.len() > TEXT_MOST {
        return Err(one(1, "too_long", format!("more than {TEXT_MOST} bytes")));
    }
    let document: Document = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(text, span.start));
        one(line, "syntax", error.message().to_owned())
    })?;
    let mut check = Check {
        text,
        faults: Vec::new(),
    };
    check.document(&document);
    let examples = document.example;
    let header = document.catalogue.into_inner();
    let bare = |rows: Vec<Spanned<_>>| rows.into_iter().map(Spanned::into_inner).collect();
    let catalogue = Catalogue {
        name: header.name,
        version: header.version,
        source: header.source,
        clocks: bare(document.clock),
        ladders: document
            .ladder
            .into_iter()
            .map(|(name, steps)| (name, steps.into_inner()))
            .collect(),
        pauses: document
            .pause
            .into_iter()
            .map(Spanned::into_inner)
            .collect(),
        extension: document.extension,
        targets: document
            .target
            .into_iter()
            .map(Spanned::into_inner)
            .collect(),
    };
    let calendar = statutory::calendar();
    for example in &examples {
        check.example(&catalogue, &calendar, example);
    }
    if check.faults.is_empty() {
        Ok(catalogue)
    } else {
        check.faults.sort_by_key(|fault| fault.line);
        Err(check.faults)
    }
}

fn line_of(text: &str, at: usize) -> usize {
    let before = text.as_bytes().get(..at).unwrap_or(text.as_bytes());
    1 + before.iter().filter(|&&b| b == b'\n').count()
}

struct Check<'a> {
    text: &'a str,
    faults: Vec<Fault>,
}

impl Check<'_> {
    fn fault(&mut self, at: usize, row: &str, key: &'static str, problem: impl Into<String>) {
        self.faults.push(Fault {
            line: line_of(self.text, at),
            row: row.to_owned(),
            key,
            problem: problem.into(),
        });
    }

    fn word(&mut self, at: usize, row: &str, what: &str, word: &str) {
        let length = word.chars().count();
        if length == 0 || length > WORD_MOST || word.chars().any(char::is_control) {
            let problem = format!("{what} has 1 to {WORD_MOST} characters");
            self.fault(at, row, "text_length", problem);
        }
    }

    fn document(&mut self, document: &Document) {
        let at = document.catalogue.span().start;
        let header = document.catalogue.get_ref();
        self.word(at, "catalogue", "name", &header.name);
        self.word(at, "catalogue", "version", &header.version);
        if header.source.trim().is_empty() {
            self.fault(at, "catalogue", "required", "source: what it rests on");
        }
        if document.clock.is_empty() || document.clock.len() > RULES_MOST {
            let problem = format!("1 to {RULES_MOST} clocks");
            self.fault(at, "catalogue", "too_many", problem);
        }
        if document.example.is_empty() {
            self.fault(at, "catalogue", "required", "one example at least");
        }
        let mut codes = BTreeSet::new();
        let mut always: Vec<(Stage, String)> = Vec::new();
        for spanned in &document.clock {
            let (at, rule) = (spanned.span().start, spanned.get_ref());
            self.word(at, &rule.code, "code", &rule.code);
            if !codes.insert(rule.code.clone()) {
                self.fault(at, &rule.code, "duplicate", "this code stands twice");
            }
            if let Some((_, first)) = always.iter().find(|(stage, _)| *stage == rule.stage) {
                let problem = format!("is never reached: {first} above it always fits");
                self.fault(at, &rule.code, "unreachable", problem);
            }
            self.rule(at, rule, &document.ladder);
            let passes = matches!(rule.span, Measure::List | Measure::Promise);
            if rule.when == domain::clock::When::default() && !passes {
                always.push((rule.stage, rule.code.clone()));
            }
        }
        for (name, spanned) in &document.ladder {
            let (at, steps) = (spanned.span().start, spanned.get_ref());
            if steps.is_empty() || steps.len() > STEPS_MOST {
                self.fault(at, name, "too_many", format!("1 to {STEPS_MOST} steps"));
            }
            if steps.iter().any(|step| step.by.is_empty()) {
                self.fault(at, name, "required", "by: one way at least for each step");
            }
            if !document
                .clock
                .iter()
                .any(|rule| rule.get_ref().ladder.as_ref() == Some(name))
            {
                self.fault(at, name, "unused", "no clock climbs this ladder");
            }
        }
        let mut grounds = BTreeSet::new();
        for spanned in &document.pause {
            let (at, pause) = (spanned.span().start, spanned.get_ref());
            self.word(at, &pause.code, "code", &pause.code);
            self.word(at, &pause.code, "name", &pause.name);
            if !grounds.insert(&pause.code) {
                self.fault(at, &pause.code, "duplicate", "this code stands twice");
            }
        }
        for spanned in &document.target {
            let (at, target) = (spanned.span().start, spanned.get_ref());
            self.word(at, &target.code, "name", &target.name);
            if !(1..=100).contains(&target.share) {
                self.fault(at, &target.code, "out_of_range", "share is 1 to 100");
            }
        }
    }

    fn rule(
        &mut self,
        at: usize,
        rule: &ClockRule,
        ladders: &BTreeMap<String, Spanned<Vec<LadderStep>>>,
    ) {
        let code = rule.code.as_str();
        if !(1..=99).contains(&rule.amber) || rule.red <= rule.amber || rule.red > 100 {
            let problem = "amber is 1 to 99, red above it and 100 at the most";
            self.fault(at, code, "out_of_range", problem);
        }
        if let Some(name) = rule
            .ladder
            .as_ref()
            .filter(|name| !ladders.contains_key(*name))
        {
            self.fault(at, code, "unknown", format!("no ladder {name}"));
        }
        let whole = matches!(
            rule.stage,
            Stage::Answer | Stage::Dispatch | Stage::Close | Stage::FollowUp
        );
        if whole && !(rule.when.tier.is_empty() && rule.when.role.is_empty()) {
            let problem = format!("{} is about no unit", rule.stage.as_str());
            self.fault(at, code, "no_unit", problem);
        }
        match rule.span {
            Measure::List
                if !matches!(
                    rule.stage,
                    Stage::Sign | Stage::Feedback | Stage::Result | Stage::Close
                ) =>
            {
                let problem = format!("the list has no limit for {}", rule.stage.as_str());
                self.fault(at, code, "no_list_limit", problem);
            }
            Measure::Promise if rule.stage != Stage::Arrival => {
                let problem = "units promise when they arrive, nothing else";
                self.fault(at, code, "no_promise", problem);
            }
            Measure::Span(span) if span.in_service() && whole => {
                let problem = format!("{} runs in no unit's hours", rule.stage.as_str());
                self.fault(at, code, "no_unit", problem);
            }
            _ => {}
        }
    }

    fn example(&mut self, catalogue: &Catalogue, calendar: &Calendar, row: &Spanned<Example>) {
        let (at, example) = (row.span().start, row.get_ref());
        let say = example.say.as_str();
        let mut list = Limits::default();
        for (stage, span) in &example.list {
            let limit = Some(Limit::of(*span));
            match Stage::named(stage) {
                Some(Stage::Sign) => list.sign = limit,
                Some(Stage::Feedback) => list.feedback = limit,
                Some(Stage::Result) => list.result = limit,
                Some(Stage::Close) => list.close = limit,
                _ => self.fault(at, say, "unknown", format!("the list has no {stage}")),
            }
        }
        let from = match &example.at {
            None => calendar.moment(jiff::civil::date(2026, 3, 2).at(9, 0, 0, 0)),
            Some(text) => match super::moment(calendar, text) {
                Some(at) => at,
                None => {
                    let problem = format!("{text:?} is no moment like 2026-02-13 16:50");
                    return self.fault(at, say, "unreadable", problem);
                }
            },
        };
        let asked = Asked {
            desk: example.desk.unwrap_or(Desk::Hotline),
            matter: &example.matter,
            group: &example.group,
            urgency: example.urgency,
            channel: example.channel.unwrap_or(Channel::Phone),
            role: example.role,
            duty: Duty {
                tier: example.tier,
                promise: example.promise,
                hours: example.hours.unwrap_or(Hours::Always),
            },
            list,
            redo: example.redo,
        };
        if example.gives.is_empty() {
            self.fault(at, say, "required", "gives: one clock at least");
        }
        for (stage, wanted) in &example.gives {
            let Some(stage) = Stage::named(stage) else {
                self.fault(at, say, "unknown", format!("no clock {stage}"));
                continue;
            };
            let got = match catalogue.choose(stage, &asked) {
                Choice::Clock { limit, .. } if wanted.parse::<Span>().is_ok() => {
                    limit.span.to_string()
                }
                Choice::Clock { limit, .. } => {
                    calendar.stamp(calendar.due_in(from, limit.span, asked.duty.hours))
                }
                Choice::Off(_) | Choice::Silent => "none".to_owned(),
            };
            if &got != wanted {
                let problem = format!("{} should be {wanted} and is {got}", stage.as_str());
                self.fault(at, say, "example", problem);
            }
        }
    }
}
