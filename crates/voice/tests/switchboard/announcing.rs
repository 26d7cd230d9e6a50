//! Announcements: a number hears sentences and answers by a key (R15).

use crate::world::*;
use voice::call::*;

const CALL: CallId = CallId(1 << 91);
const LEG: LegId = LegId { call: CALL, no: 0 };

fn announcement() -> Announcement {
    Announcement {
        call: CALL,
        number: "10000000077".to_owned(),
        sentences: vec!["notice".into(), "digit_4".into(), "digit_2".into()],
        thanks: vec!["notice_noted".into()],
        asks: true,
    }
}

fn world(announcement: Announcement) -> World {
    let mut w = World::with_seats(plan(), &["a"]);
    w.hear(Input::Announce(Box::new(announcement)));
    w
}

fn announced(w: &World) -> Vec<Announced> {
    let of = |fact: &Fact| match fact.what {
        What::Announced { announced } => Some(announced),
        _ => None,
    };
    w.facts.iter().filter_map(of).collect()
}

/// The row that is played is heard to its end.
fn heard(w: &mut World) {
    let row = w.prompts.remove(&LEG).expect("something is said");
    w.leg(LEG, Heard::PromptEnded(row));
}

fn key(w: &mut World, key: char) {
    w.leg(LEG, Heard::Digit(key));
}

#[test]
fn r15_whoever_presses_1_answers_for_it_and_every_step_is_a_fact() {
    let mut w = world(announcement());
    let placed = w.placed.last().unwrap();
    assert_eq!(placed.origin.number.as_deref(), Some("12345"));
    assert_eq!(placed.origin.token, None);
    assert_eq!(
        placed.to,
        Target::Trunk {
            trunk: "city".into(),
            number: "10000000077".to_owned(),
            policy: "plain".into(),
        }
    );
    w.pass(1_000);
    w.leg(LEG, Heard::Ringing);
    w.pass(3_000);
    w.leg(LEG, Heard::Answered);
    assert_eq!(w.rows, [announcement().sentences]);
    w.pass(2_000);
    key(&mut w, '1');
    assert_eq!(
        announced(&w),
        [Announced::Acknowledged],
        "before it is over"
    );
    assert_eq!(w.rows[1], announcement().thanks);
    assert_eq!(w.lines[&LEG], Line::Up);
    heard(&mut w);
    assert_eq!(w.lines[&LEG], Line::Over);
    let facts: Vec<&What> = w.facts.iter().map(|fact| &fact.what).collect();
    assert!(
        matches!(
            facts[..],
            [
                What::AnnouncementBegan { .. },
                What::AnnouncementRang,
                What::AnnouncementAnswered { after_ms: 4_000 },
                What::AnnouncementKey { key: '1' },
                What::Announced { .. },
                What::Over(_),
            ]
        ),
        "{facts:?}"
    );
    let record = w.record(CALL).unwrap();
    assert_eq!(record.outcome, Outcome::Reached);
    assert!(record.legs.iter().all(|leg| leg.recordings.is_empty()));
    assert!(w.recording.is_empty(), "nobody was told of a recording");
}

#[test]
fn r15_without_a_key_it_is_said_twice_and_nobody_answers_for_it() {
    let mut w = world(announcement());
    w.leg(LEG, Heard::Answered);
    heard(&mut w);
    w.pass(1_400);
    assert_eq!(w.rows.len(), 1);
    w.pass(200);
    assert_eq!(w.rows.len(), 2, "said again");
    heard(&mut w);
    w.pass(7_900);
    assert_eq!(w.lines[&LEG], Line::Up, "a key may still come");
    assert!(announced(&w).is_empty());
    w.pass(200);
    assert_eq!(w.lines[&LEG], Line::Over);
    assert_eq!(announced(&w), [Announced::Heard]);
    assert_eq!(w.rows.len(), 2, "not a third time");
    assert_eq!(w.count(|f| matches!(f, What::AnnouncementHeard { .. })), 2);
}

#[test]
fn r15_key_2_says_it_again_and_not_for_ever() {
    let mut w = world(announcement());
    w.leg(LEG, Heard::Answered);
    let stale = w.prompts[&LEG].clone();
    key(&mut w, '2');
    assert_eq!(w.rows.len(), 2);
    // The end of the row that the key broke off is no end of the one that is said now.
    w.leg(LEG, Heard::PromptEnded(stale));
    assert!(!w.says(|f| matches!(f, What::AnnouncementHeard { .. })));
    for _ in 0..10 {
        key(&mut w, '2');
    }
    assert_eq!(w.rows.len(), 6, "five times at the most");
    heard(&mut w);
    w.pass(2_000);
    heard(&mut w);
    // After the last time it is asked for again, within the wait for a key.
    assert_eq!(w.rows.len(), 7);
    key(&mut w, '5');
    assert_eq!(w.rows.len(), 7, "any other key does nothing");
    key(&mut w, '1');
    assert_eq!(announced(&w), [Announced::Acknowledged]);
    key(&mut w, '2');
    assert_eq!(
        w.rows.len(),
        8,
        "it was answered for; only the thanks follow"
    );
}

#[test]
fn r15_busy_no_answer_refused_and_no_trunk_are_told_apart() {
    for (cause, failure) in [
        (486, Failure::Busy),
        (603, Failure::Declined),
        (404, Failure::NoSuchNumber),
        (503, Failure::Unreachable),
        (480, Failure::NoAnswer),
    ] {
        let mut w = world(announcement());
        w.leg(LEG, Heard::Failed(Cause::sip(cause)));
        assert_eq!(announced(&w), [Announced::Failed(failure)]);
        assert_eq!(w.record(CALL).unwrap().outcome, Outcome::NotReached);
        assert!(w.rows.is_empty());
    }
    // It rings and nobody answers.
    let mut w = world(announcement());
    w.leg(LEG, Heard::Ringing);
    w.pass(20_000);
    assert_eq!(announced(&w), [Announced::Failed(Failure::NoAnswer)]);
    assert_eq!(w.lines[&LEG], Line::Over);
    assert!(w.record(CALL).is_some());
    // The trunk is down, or there is none: no leg, and an end all the same.
    let mut down = World::new(plan());
    down.hear(Input::Trunk("city".into(), TrunkState::Down));
    let mut none = World::new(Plan {
        outward: None,
        ..plan()
    });
    for w in [&mut down, &mut none] {
        w.hear(Input::Announce(Box::new(announcement())));
        assert_eq!(announced(w), [Announced::Failed(Failure::Unreachable)]);
        assert!(w.placed.is_empty());
        assert!(w.record(CALL).is_some());
    }
}

#[test]
fn r15_who_hangs_up_in_mid_sentence_has_not_heard_it() {
    let mut w = world(announcement());
    w.leg(LEG, Heard::Answered);
    w.pass(2_000);
    w.ended(LEG, Ender::Remote);
    assert_eq!(announced(&w), [Announced::HungUp]);
    assert!(w.record(CALL).is_some());
    // Once through is heard, also if the second time is not waited for.
    let mut w = world(announcement());
    w.leg(LEG, Heard::Answered);
    heard(&mut w);
    w.pass(1_600);
    w.ended(LEG, Ender::Remote);
    assert_eq!(announced(&w), [Announced::Heard]);
    assert!(
        w.board.call_backs().open().next().is_none(),
        "a call that was made here is not called back"
    );
}

#[test]
fn a_notice_that_asks_for_nothing_takes_no_answer() {
    let mut w = world(Announcement {
        asks: false,
        ..announcement()
    });
    w.leg(LEG, Heard::Answered);
    key(&mut w, '1');
    assert!(announced(&w).is_empty());
    heard(&mut w);
    w.pass(1_600);
    heard(&mut w);
    w.pass(1_600);
    assert_eq!(announced(&w), [Announced::Heard], "no key is waited for");
    assert_eq!(w.lines[&LEG], Line::Over);
}

#[test]
fn a_silent_listener_is_no_dead_line_and_a_sound_that_never_ends_does_not_hold_one() {
    let mut w = world(announcement());
    w.leg(LEG, Heard::Answered);
    w.leg(LEG, Heard::AudioLost(60_000));
    assert_eq!(w.lines[&LEG], Line::Up);
    w.pass(180_000);
    assert_eq!(w.lines[&LEG], Line::Over);
    assert_eq!(
        announced(&w),
        [Announced::HungUp],
        "nothing was heard whole"
    );
}

#[test]
fn what_was_answered_elsewhere_is_withdrawn_and_one_call_is_made_once() {
    let mut w = world(announcement());
    w.hear(Input::Announce(Box::new(announcement())));
    assert_eq!(w.placed.len(), 1);
    w.leg(LEG, Heard::Ringing);
    w.hear(Input::Withdraw(CALL));
    assert_eq!(announced(&w), [Announced::Failed(Failure::TakenBack)]);
    assert_eq!(w.lines[&LEG], Line::Over);
    // Who has pressed 1 hears the thanks to their end.
    let mut w = world(announcement());
    w.leg(LEG, Heard::Answered);
    key(&mut w, '1');
    w.hear(Input::Withdraw(CALL));
    assert_eq!(w.lines[&LEG], Line::Up);
    assert_eq!(announced(&w), [Announced::Acknowledged]);
}
