//! A catalogue for random histories: every stage, a ladder on most, service hours on some.

use domain::clock::{
    Anchor, Calendar, Catalogue, ClockRule, Clockwork, Duty, ExtensionRule, LadderStep, Measure,
    Millis, Span, Stage, Then, Tier, Told, Way, When,
};
use std::collections::BTreeMap;

fn rule(stage: Stage, span: &str, ladder: bool) -> ClockRule {
    ClockRule {
        code: stage.as_str().to_owned(),
        stage,
        span: Measure::Span(span.parse().unwrap()),
        amber: 50,
        red: 80,
        ladder: ladder.then(|| "all".to_owned()),
        when: When::default(),
    }
}

fn step(at: Anchor, after: Option<Span>, tell: Told, then: Then) -> LadderStep {
    LadderStep {
        at,
        after,
        tell,
        by: vec![Way::Console],
        then,
    }
}

pub(crate) fn clocks() -> Clockwork {
    let ladder = vec![
        step(Anchor::Amber, None, Told::Clerk, Then::Remind),
        step(Anchor::Red, None, Told::UnitLead, Then::Remind),
        step(Anchor::Due, None, Told::UnitLead, Then::Urge),
        step(
            Anchor::Due,
            Some(Span::WorkingDays(1)),
            Told::Supervisor,
            Then::Order,
        ),
    ];
    let catalogue = Catalogue {
        name: "随机".to_owned(),
        version: "random-1".to_owned(),
        source: "试".to_owned(),
        clocks: vec![
            rule(Stage::Dispatch, "2m", true),
            rule(Stage::Answer, "15m", true),
            rule(Stage::Sign, "10m", true),
            rule(Stage::Contact, "1wd", false),
            rule(Stage::Arrival, "30m", true),
            rule(Stage::Feedback, "4sh", true),
            rule(Stage::Result, "2wd", true),
            rule(Stage::Close, "5wd", false),
            rule(Stage::FollowUp, "1nd", true),
        ],
        ladders: BTreeMap::from([("all".to_owned(), ladder)]),
        pauses: Vec::new(),
        extension: Some(ExtensionRule {
            most: 1,
            longest: Some(Span::Days(1)),
        }),
        targets: Vec::new(),
    };
    let duty = Duty {
        tier: Some(Tier::Two),
        promise: None,
        hours: "08:30-17:30 working days".parse().unwrap(),
    };
    Clockwork {
        catalogue,
        units: ["water", "roads", "power", "rescue"]
            .into_iter()
            .map(|unit| (unit.into(), duty))
            .collect(),
        matters: BTreeMap::new(),
    }
}

/// The calendar after a change in mid-history: the two days after the first are off.
pub(crate) fn changed(at: Millis) -> Calendar {
    let plain = Calendar::plain();
    let first = plain.day_of(at);
    let days = [1, 2].map(|n| first.saturating_add(jiff::Span::new().days(n)));
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
    Calendar::new(zone, days.iter().map(|day| (*day, true)).collect()).changed(
        days.iter()
            .map(|day| (*day, vec![(at, plain.is_off(*day))])),
    )
}
