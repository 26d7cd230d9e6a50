//! 回访: four results kept apart, the second call, redo and reopen from the call, doubtful ratings (R62, R70, R86).
#![cfg(test)]

mod county;

use county::{MORNING, intake, rules, sign};
use domain::case::{
    Case, Command, Context, Event, Refusal, Solved, Status, decide, evolve, receive, replay,
};
use domain::clock::{Calendar, Limit, Limits, Millis, Span};
use domain::desk::Desk;
use domain::followup::{
    AfterCall, Attempts, CallKind, Cause, Guard, Line, Next, NotAsked, Only, RatingFlag, Reasons,
    Rule, Sampling, Script, Terms, Way, next,
};
use proptest::prelude::*;

const HOUR: Millis = 3_600_000;
const DAY: Millis = 86_400_000;

fn give(case: &mut Case, command: &Command, now: Millis) -> Result<Vec<Event>, Refusal> {
    let calendar = Calendar::plain();
    let rules = rules(Desk::Hotline);
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

fn begun(id: &str) -> Case {
    begun_with(id, Vec::new())
}

fn begun_with(id: &str, danger: Vec<domain::case::DangerSign>) -> Case {
    let calendar = Calendar::plain();
    let rules = rules(Desk::Hotline);
    let ctx = Context {
        now: MORNING,
        rules: &rules,
        calendar: &calendar,
        danger_unit: None,
        clocks: None,
    };
    let events = receive(&intake(id, danger), None, None, &ctx).unwrap();
    replay(&id.into(), events.iter().map(|event| (event, MORNING))).unwrap()
}

/// Closed by the desk with a unit's result at `MORNING`.
fn closed(id: &str) -> Case {
    let mut case = begun(id);
    for command in [
        Command::Dispatch {
            lead: Some("water".into()),
            assist: Vec::new(),
            first_response: Vec::new(),
            limits: Limits::default(),
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
        Command::Review {
            passed: true,
            reason: String::new(),
        },
        Command::Close {
            note: String::new(),
        },
    ] {
        give(&mut case, &command, MORNING).unwrap();
    }
    case
}

#[derive(Default, Clone)]
struct Call {
    reached: bool,
    solved: Option<Solved>,
    desk: Option<u8>,
    unit: Option<u8>,
    reasons: Reasons,
    booked_at: Option<Millis>,
    then: Option<AfterCall>,
    next_at: Option<Millis>,
}

impl Call {
    fn command(self) -> Command {
        Command::FollowUp {
            reached: self.reached,
            solved: self.solved,
            satisfaction: None,
            note: "电话回访".to_owned(),
            satisfied_desk: self.desk,
            satisfied_unit: self.unit,
            reasons: self.reasons,
            booked_at: self.booked_at,
            then: self.then,
            next_at: self.next_at,
        }
    }
}

fn bad() -> Call {
    Call {
        reached: true,
        solved: Some(Solved::Unsolved),
        desk: Some(5),
        unit: Some(1),
        reasons: Reasons {
            solved: Some(Cause::HalfDone),
            unit: Some(Cause::PoorWork),
            ..Reasons::default()
        },
        ..Call::default()
    }
}

fn good() -> Call {
    Call {
        reached: true,
        solved: Some(Solved::Solved),
        desk: Some(5),
        unit: Some(4),
        ..Call::default()
    }
}

fn rating(desk: u8, unit: u8, flags: Vec<RatingFlag>) -> Command {
    Command::Rate {
        reached: true,
        solved: Solved::Solved,
        desk,
        unit,
        words: String::new(),
        by_link: true,
        flags,
    }
}

fn attempts() -> Attempts {
    Attempts {
        most: 3,
        gap: Span::Hours(4),
        from_minute: 510,
        to_minute: 1_200,
        first: Limit::of(Span::WorkingDays(1)),
        second: Limit::of(Span::WorkingDays(1)),
        fallback: Limit::of(Span::WorkingDays(3)),
        link_days: 7,
    }
}

fn sampling(rules: Vec<Rule>) -> Sampling {
    Sampling {
        label: "试验1".to_owned(),
        rules,
        attempts: attempts(),
        scripts: vec![Script {
            matters: Vec::new(),
            lines: vec![Line {
                zh: "您好".to_owned(),
                en: "Good day".to_owned(),
            }],
        }],
        guard: Guard {
            device_most: 3,
            device_hours: 24,
            ..Guard::default()
        },
    }
}

fn rule(name: &str, share: u16) -> Rule {
    Rule {
        name: name.to_owned(),
        only: None,
        matters: Vec::new(),
        units: Vec::new(),
        channels: Vec::new(),
        share,
    }
}

fn coming(case: &Case, way: Way) -> Next {
    let (calendar, attempts) = (Calendar::plain(), attempts());
    let terms = Terms {
        way,
        closed_at: case.closed_at.unwrap(),
        attempts: &attempts,
        calendar: &calendar,
    };
    next(&case.asking, terms)
}

#[test]
fn r86_four_results_are_kept_apart_each_with_its_reason() {
    let mut case = closed("c1");
    let events = give(&mut case, &bad().command(), MORNING + HOUR).unwrap();
    let [
        Event::FollowedUp {
            solved,
            satisfaction,
            satisfied_desk,
            satisfied_unit,
            cause,
            reasons,
            ..
        },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!(*solved, Some(Solved::Unsolved));
    assert_eq!((*satisfied_desk, *satisfied_unit), (Some(5), Some(1)));
    // Who reads the one mark of before reads the unit's.
    assert_eq!(*satisfaction, Some(1));
    assert_eq!(*cause, Some(Cause::PoorWork), "the unit's weighs most");
    assert_eq!(reasons.solved, Some(Cause::HalfDone));
    let text = serde_json::to_string(&events[0]).unwrap();
    assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), events[0]);
    // Each reason belongs to its result, and who was not reached has said nothing.
    let misplaced = Call {
        reasons: Reasons {
            desk: Some(Cause::NoAnswer),
            ..Reasons::default()
        },
        ..good()
    };
    let refused = give(&mut case, &misplaced.command(), MORNING + HOUR).unwrap_err();
    let field = "reasons.desk";
    assert_eq!(refused, Refusal::Range { field });
    let mute = Call {
        reached: false,
        unit: Some(5),
        ..Call::default()
    };
    let refused = give(&mut case, &mute.command(), MORNING + HOUR).unwrap_err();
    let field = "satisfied_unit";
    assert_eq!(refused, Refusal::Range { field });
}

#[test]
fn not_reached_plans_the_next_try_and_a_booked_time_comes_before_it() {
    let mut case = closed("c1");
    let missed = Call {
        next_at: Some(MORNING + 5 * HOUR),
        reasons: Reasons {
            reached: Some(Cause::NoAnswer),
            ..Reasons::default()
        },
        ..Call::default()
    };
    give(&mut case, &missed.clone().command(), MORNING + HOUR).unwrap();
    let Next::Call { kind, from, .. } = coming(&case, Way::Call) else {
        panic!()
    };
    assert_eq!((kind, from), (CallKind::First, MORNING + 5 * HOUR));
    let booked = Call {
        booked_at: Some(MORNING + 2 * DAY),
        reasons: Reasons {
            reached: Some(Cause::Later),
            ..Reasons::default()
        },
        ..missed
    };
    let past = Call {
        booked_at: Some(MORNING),
        ..booked
    };
    let field = "booked_at";
    let refused = give(&mut case, &past.command(), MORNING + 5 * HOUR).unwrap_err();
    assert_eq!(refused, Refusal::Range { field });
    give(&mut case, &booked.command(), MORNING + 5 * HOUR).unwrap();
    assert!(case.asking.booked);
    let Next::Call { from, .. } = coming(&case, Way::Call) else {
        panic!()
    };
    assert_eq!(from, MORNING + 2 * DAY);
    // The third try reaches nobody either: a link goes out, and then it is said to be unreached.
    give(&mut case, &missed.command(), MORNING + 2 * DAY).unwrap();
    assert!(matches!(coming(&case, Way::Call), Next::Link { .. }));
    let ask = Command::AskRating {
        digest: "d".to_owned(),
        until: MORNING + 9 * DAY,
        rule: "试验1".to_owned(),
    };
    give(&mut case, &ask, MORNING + 2 * DAY).unwrap();
    assert_eq!(coming(&case, Way::Call), Next::Unreached);
    assert!(case.asking.was_asked());
}

#[test]
fn a_bad_call_is_followed_by_a_second_one_and_then_no_third() {
    let mut case = closed("c1");
    give(&mut case, &bad().command(), MORNING + HOUR).unwrap();
    let Next::Call { kind, .. } = coming(&case, Way::Call) else {
        panic!()
    };
    assert_eq!(kind, CallKind::Second);
    give(&mut case, &bad().command(), MORNING + 2 * HOUR).unwrap();
    assert_eq!(coming(&case, Way::Call), Next::Done);
}

#[test]
fn a_subjective_cause_has_it_done_again_straight_from_the_call() {
    let mut case = closed("c1");
    let from_good = Call {
        then: Some(AfterCall::Redo),
        ..good()
    };
    let refused = give(&mut case, &from_good.command(), MORNING + HOUR).unwrap_err();
    assert_eq!(refused, Refusal::NothingBad);
    let redo = Call {
        then: Some(AfterCall::Redo),
        ..bad()
    };
    assert!(Cause::PoorWork.is_subjective() && !Cause::Policy.is_subjective());
    let events = give(&mut case, &redo.command(), MORNING + HOUR).unwrap();
    let kinds: Vec<_> = events.iter().map(Event::kind).collect();
    assert_eq!(kinds, ["followed_up", "reopened", "redo_ordered"]);
    assert_eq!(case.status(), Status::Handling);
    assert!(case.asking.is_new(), "the new answer is asked about anew");
    assert!(case.deadlines.iter().any(domain::clock::Deadline::is_open));
    // Law 1: the unit can bring it to its end again.
    for command in [
        Command::GiveResult {
            leg: "a1".into(),
            text: "重新修好".to_owned(),
            public_reply: "已重新修复".to_owned(),
            solved: Solved::Solved,
        },
        Command::Review {
            passed: true,
            reason: String::new(),
        },
        Command::Close {
            note: String::new(),
        },
    ] {
        give(&mut case, &command, MORNING + DAY).unwrap();
    }
    let mut other = closed("c2");
    let reopen = Call {
        then: Some(AfterCall::Reopen),
        ..bad()
    };
    give(&mut other, &reopen.command(), MORNING + HOUR).unwrap();
    assert_eq!((other.closed_at, other.outcome), (None, None));
}

#[test]
fn a_bad_rating_is_called_back_and_a_doubtful_one_counts_only_when_it_was_looked_at() {
    let mut case = closed("c1");
    let flags = vec![RatingFlag::UnitNetwork];
    give(&mut case, &rating(5, 2, flags), MORNING + HOUR).unwrap();
    assert!(case.counted_rating().is_none());
    let Next::Call { kind, .. } = coming(&case, Way::Link) else {
        panic!()
    };
    assert_eq!(kind, CallKind::BadRating);
    let check = |counted| Command::CheckRating {
        counted,
        reason: "与本人核实".to_owned(),
    };
    give(&mut case, &check(true), MORNING + 2 * HOUR).unwrap();
    assert_eq!(case.counted_rating().map(|r| r.unit), Some(2));
    let again = give(&mut case, &check(false), MORNING + 2 * HOUR).unwrap_err();
    assert_eq!(again, Refusal::NothingFlagged);
    give(&mut case, &good().command(), MORNING + 3 * HOUR).unwrap();
    assert_eq!(coming(&case, Way::Link), Next::Done);
}

#[test]
fn who_is_not_asked_has_a_reason_with_a_name() {
    let rules = sampling(vec![rule("全部", 1_000)]);
    let case = closed("c1");
    assert_eq!(rules.choose(&case, true).way, Way::Call);
    let nobody = rules.choose(&case, false);
    assert_eq!(nobody.not, Some(NotAsked::NoContact));
    let mut part = closed("c2");
    part.parent = Some("c1".into());
    assert_eq!(rules.choose(&part, true).not, Some(NotAsked::WithParent));
    let mut nuisance = begun("c3");
    let command = Command::MarkNuisance {
        reason: "反复骚扰".to_owned(),
    };
    give(&mut nuisance, &command, MORNING).unwrap();
    assert_eq!(rules.choose(&nuisance, true).not, Some(NotAsked::Nuisance));
}

#[test]
fn rules_are_read_in_order_and_quoted_with_their_version() {
    let returned = Rule {
        only: Some(Only::Returned),
        ..rule("退单必访", 1_000)
    };
    let rules = sampling(vec![returned, rule("抽样", 0)]);
    let mut case = closed("c1");
    assert_eq!(rules.choose(&case, true).way, Way::Link);
    case.returns = 1;
    let choice = rules.choose(&case, true);
    assert_eq!(
        (choice.way, choice.rule.as_str()),
        (Way::Call, "试验1 · 退单必访")
    );
}

#[test]
fn a_dangerous_case_is_chosen_by_the_rule_for_danger() {
    let danger = Rule {
        only: Some(Only::Danger),
        ..rule("险情", 1_000)
    };
    let rules = sampling(vec![danger]);
    let case = begun_with("c9", vec![sign("fire")]);
    assert_eq!(rules.choose(&case, true).way, Way::Call);
    assert_eq!(rules.choose(&closed("c1"), true).way, Way::Link);
}

#[test]
fn bad_rules_are_refused_with_the_place() {
    assert!(sampling(vec![rule("a", 1_000)]).check().is_ok());
    let twice = sampling(vec![rule("a", 1), rule("a", 2)])
        .check()
        .unwrap_err();
    assert_eq!(twice.at, "rule[1].name");
    let more = sampling(vec![rule("a", 1_001)]).check().unwrap_err();
    assert_eq!(more.at, "rule[0].share");
    let mut mute = sampling(Vec::new());
    mute.scripts[0].lines[0].en.clear();
    assert_eq!(mute.check().unwrap_err().at, "script[0].lines");
    let mut net = sampling(Vec::new());
    net.guard.networks = vec!["10.0.0.0/99".to_owned()];
    assert_eq!(net.check().unwrap_err().at, "guard.networks[0]");
}

fn any_step() -> impl Strategy<Value = u8> {
    0_u8..6
}

proptest! {
    /// R86: whatever people do or leave undone, a closed case with a contact ends up asked: what
    /// comes next is always a call or a link until somebody was reached, rated, or given a link.
    #[test]
    fn r86_every_closed_case_with_a_contact_ends_up_asked(
        n in 0_u32..10_000, share in 0_u16..=1_000, steps in prop::collection::vec(any_step(), 0..12)
    ) {
        let rules = sampling(vec![rule("抽样", share)]);
        let mut case = closed(&format!("c{n}"));
        let choice = rules.choose(&case, true);
        prop_assert!(choice.way != Way::None);
        prop_assert_eq!(&choice, &rules.choose(&case, true), "the same log, the same sample");
        let mut now = MORNING;
        for step in steps {
            now += 4 * HOUR;
            let command = match step {
                0 => good().command(),
                1 => bad().command(),
                2 => Call { next_at: Some(now + HOUR), ..Call::default() }.command(),
                3 => Call { booked_at: Some(now + DAY), ..Call::default() }.command(),
                4 => rating(4, 1, Vec::new()),
                _ => Command::AskRating { digest: "d".into(), until: now + DAY, rule: "r".into() },
            };
            // A second rating of the same answer is refused; nothing else is.
            if let Err(refusal) = give(&mut case, &command, now) {
                prop_assert_eq!(refusal, Refusal::RatedAlready);
            }
        }
        // Time alone brings it to its end: a link goes out where nobody calls.
        for _ in 0..8 {
            match coming(&case, choice.way) {
                Next::Call { link_from: Some(_), .. } | Next::Link { .. } => {
                    let ask = Command::AskRating { digest: "d".into(), until: now, rule: "r".into() };
                    give(&mut case, &ask, now).unwrap();
                }
                _ => break,
            }
        }
        prop_assert!(case.asking.was_asked());
    }
}
