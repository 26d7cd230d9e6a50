//! Files of a case, and what the caller says of the answer in person.
#![cfg(test)]

mod county;

use county::{MORNING, intake, rules, sign};
use domain::case::{
    Attached, Case, Command, Context, Event, Refusal, Solved, decide, evolve, receive, replay,
};
use domain::clock::Calendar;
use domain::desk::Desk;

fn case() -> Case {
    let rules = rules(Desk::Hotline);
    let ctx = Context {
        now: MORNING,
        rules: &rules,
        calendar: &Calendar::plain(),
        danger_unit: None,
        clocks: None,
    };
    let events = receive(&intake("c1", vec![sign("fire")]), None, None, &ctx).unwrap();
    replay(&"c1".into(), events.iter().map(|event| (event, MORNING))).unwrap()
}

fn ask(case: &mut Case, command: &Command, now: i64) -> Result<Vec<Event>, Refusal> {
    let rules = rules(Desk::Hotline);
    let calendar = Calendar::plain();
    let ctx = Context {
        now,
        rules: &rules,
        calendar: &calendar,
        danger_unit: None,
        clocks: None,
    };
    let events = decide(case, command, &ctx)?;
    for event in &events {
        *case = evolve(case.clone(), event, now);
    }
    Ok(events)
}

fn attach(leg: Option<&str>) -> Command {
    Command::Attach {
        file: Attached {
            attachment: "f1".into(),
            leg: leg.map(Into::into),
            media: "image/png".to_owned(),
            size: 12,
            digest: "digest".to_owned(),
            name: "salted digest".to_owned(),
        },
        most: 2,
    }
}

fn rate(unit: u8) -> Command {
    Command::Rate {
        reached: true,
        solved: Solved::Partly,
        desk: 5,
        unit,
        words: String::new(),
        by_link: false,
        flags: Vec::new(),
    }
}

#[test]
fn a_case_takes_files_up_to_its_limit_and_only_to_assignments_it_has() {
    let mut case = case();
    let refused = ask(&mut case, &attach(Some("a9")), MORNING).unwrap_err();
    assert_eq!(refused, Refusal::NoLeg("a9".into()));
    for _ in 0..2 {
        let events = ask(&mut case, &attach(None), MORNING).unwrap();
        assert!(matches!(events.as_slice(), [Event::Attached(_)]));
        assert!(events[0].is_shared(), "the peer's timeline shows it");
    }
    let refused = ask(&mut case, &attach(None), MORNING).unwrap_err();
    assert_eq!(refused, Refusal::FilesExhausted(2));
}

/// The same result is rated once; a later one anew. What was not told cannot be rated.
#[test]
fn the_caller_rates_each_result_once() {
    let mut case = case();
    for command in [
        Command::DismissDanger {
            rule: "fire".to_owned(),
            reason: "误报".to_owned(),
        },
        Command::Dispatch {
            lead: Some("water".into()),
            assist: Vec::new(),
            first_response: Vec::new(),
            limits: domain::clock::Limits::default(),
            basis: String::new(),
            note: String::new(),
        },
        Command::Sign { leg: "a1".into() },
        Command::GiveResult {
            leg: "a1".into(),
            text: "已修".to_owned(),
            public_reply: "已修复".to_owned(),
            solved: Solved::Solved,
        },
    ] {
        ask(&mut case, &command, MORNING).unwrap();
    }
    let untold = ask(&mut case, &rate(2), MORNING).unwrap_err();
    assert_eq!(untold, Refusal::NoResult, "the desk has not looked at it");
    let passed = Command::Review {
        passed: true,
        reason: String::new(),
    };
    ask(&mut case, &passed, MORNING + 1).unwrap();
    let beyond = ask(&mut case, &rate(6), MORNING + 2).unwrap_err();
    assert_eq!(beyond, Refusal::Range { field: "unit" });
    let events = ask(&mut case, &rate(2), MORNING + 2).unwrap();
    let [Event::Rated(rated)] = events.as_slice() else {
        panic!("{events:?}");
    };
    assert_eq!((rated.result_at, rated.unit), (MORNING, 2));
    let again = ask(&mut case, &rate(5), MORNING + 3).unwrap_err();
    assert_eq!(again, Refusal::RatedAlready);
    assert_eq!(case.rating.as_ref().map(|r| r.unit), Some(2));
}
