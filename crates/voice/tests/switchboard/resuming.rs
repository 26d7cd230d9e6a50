//! The program is killed with calls up, and started again.

use crate::world::*;
use voice::call::*;
use voice::queue::SeatState;

fn state(world: &World, seat: &str) -> SeatState {
    world.board.seat(&seat.into()).unwrap().state
}

fn all(_: LegId) -> bool {
    true
}

#[test]
fn a_talk_goes_on_and_ends_as_any_other() {
    let mut w = World::with_seats(plan(), &["a"]);
    let (call, caller, operator) = w.talk("city", "10000000042", "a");
    w.pass(30_000);
    w.kill(2_000, all);
    assert!(w.hear_each_other(caller, operator), "they talk again");
    assert_eq!(state(&w, "a"), SeatState::Talking(call));
    assert_eq!(w.recording.get(&caller), Some(&Recording::On));
    assert_eq!(w.recording.get(&operator), Some(&Recording::On));
    assert!(w.says(|what| *what == What::Resumed { lost: 0 }));
    w.pass(30_000);
    w.recorded(caller);
    w.ended(caller, Ender::Remote);
    let record = w.record(call).expect("its record");
    assert_eq!(record.outcome, Outcome::Answered);
    assert!(record.legs.iter().all(|leg| leg.ended.is_some()));
    assert!(
        record.legs.iter().all(|leg| leg.recordings.len() == 1),
        "no recording is counted twice"
    );
    assert!(w.board.call_backs().open().next().is_none());
    // The wrap-up began after the restart; one that was before ends when it was to end.
    assert!(matches!(state(&w, "a"), SeatState::WrapUp(..)));
    w.pass(15_000);
    w.kill(1_000, all);
    w.pass(3_999);
    assert!(matches!(state(&w, "a"), SeatState::WrapUp(..)));
    w.pass(1);
    assert_eq!(state(&w, "a"), SeatState::Ready);
}

#[test]
fn hold_mute_and_a_pause_for_a_secret_outlive_it() {
    let mut w = World::with_seats(plan(), &["a"]);
    let (call, caller, operator) = w.talk("city", "10000000042", "a");
    w.ask("a", Asked::Hold(call)).unwrap();
    w.ask("a", Asked::Mute(call, true)).unwrap();
    w.ask("a", Asked::PauseRecording(call, true)).unwrap();
    w.pass(5_000);
    w.kill(1_000, all);
    assert_eq!(
        w.prompts.get(&caller).map(PromptName::as_str),
        Some("hold"),
        "the line is not dead"
    );
    assert!(!w.hears.contains_key(&(operator, caller)));
    assert_eq!(w.recording.get(&caller), Some(&Recording::Paused));
    w.ask("a", Asked::Retrieve(call)).unwrap();
    assert!(w.hears.contains_key(&(caller, operator)));
    assert!(!w.hears.contains_key(&(operator, caller)), "still muted");
    w.ask("a", Asked::Mute(call, false)).unwrap();
    assert!(w.hear_each_other(caller, operator));
    w.recorded(caller);
    w.ended(caller, Ender::Remote);
    let record = w.record(call).expect("its record");
    assert_eq!(
        record.held_ms, 6_000,
        "held while the program was away, too"
    );
}

#[test]
fn r54_three_on_the_line_stay_three() {
    let mut w = World::with_seats(plan(), &["a"]);
    let (call, caller, operator) = w.talk("city", "10000000042", "a");
    let police = Destination::Partner(POLICE.to_owned());
    w.ask("a", Asked::Consult(call, police)).unwrap();
    let far = w.far(call);
    w.leg(far, Heard::Answered);
    w.ask("a", Asked::Join(call)).unwrap();
    w.kill(1_000, all);
    for (one, other) in [(caller, operator), (caller, far), (operator, far)] {
        assert!(w.hear_each_other(one, other), "{one} and {other}");
    }
    // The decision that was owed is still owed.
    w.ask("a", Asked::Decide(call, Agreed::Police)).unwrap();
    w.ask("a", Asked::HandOver(call)).unwrap();
    assert!(w.hear_each_other(caller, far));
    assert!(!w.says(|what| matches!(what, What::Agreed { by: None, .. })));
}

#[test]
fn who_only_rang_or_waited_is_called_back_and_no_seat_is_blamed() {
    let mut w = World::with_seats(plan(), &["a"]);
    let rings = w.call("city", "10000000042");
    let waits = w.call("city", "10000000043");
    assert!(w.ringing(rings, "a").is_some());
    w.kill(3_000, all);
    for call in [rings, waits] {
        let record = w.record(call).expect("a record of each");
        assert_eq!(record.outcome, Outcome::CallBack);
        assert!(record.legs.iter().all(|leg| leg.ended.is_some()));
        assert_eq!(record.ended_by, Some(Ender::Network));
    }
    assert_eq!(w.board.call_backs().open().count(), 2);
    assert_eq!(w.count(|what| matches!(what, What::CallBackMade { .. })), 2);
    assert!(!w.says(|what| matches!(what, What::NotAnswered { .. })));
    assert_eq!(state(&w, "a"), SeatState::Ready);
    // And it is made, also if the program is killed before its time.
    w.pass(10_000);
    w.kill(1_000, all);
    assert_eq!(w.board.call_backs().open().count(), 2);
    w.pass(20_000);
    assert_eq!(
        w.count(|what| matches!(what, What::CallBackWaits { .. })),
        2
    );
}

#[test]
fn a_caller_the_machine_has_answered_keeps_the_place_in_the_queue() {
    let mut w = World::with_seats(plan(), &[]);
    let call = w.call("city", "10000000042");
    w.pass(25_000);
    let since = w.board.waiting().next().unwrap().since;
    w.kill(1_000, all);
    let waiting = w.board.waiting().next().expect("it waits on");
    assert_eq!((waiting.call, waiting.since), (call, since));
    assert_eq!(
        w.prompts.get(&LegId::arrived(call)).map(PromptName::as_str),
        Some("wait")
    );
    // Its times run from its arrival: a minute after it the overflow partner is rung.
    w.pass(33_000);
    assert!(!w.says(|what| matches!(what, What::Overflowed { .. })));
    w.pass(1_000);
    assert!(w.says(|what| matches!(what, What::Overflowed { .. })));
    w.seat("a", voice::queue::Skills::NONE);
    assert!(w.ringing(call, "a").is_some());
}

#[test]
fn whoever_has_lost_the_operator_is_in_front_of_the_queue() {
    let mut w = World::with_seats(plan(), &["a", "b"]);
    let (call, caller, operator) = w.talk("city", "10000000042", "a");
    w.kill(1_000, |leg| leg != operator);
    assert!(w.says(|what| matches!(what, What::OperatorLost { .. })));
    assert!(w.says(|what| *what == What::Resumed { lost: 1 }));
    let second = w.ringing(call, "b").expect("it rings at the next");
    w.leg(second, Heard::Answered);
    assert!(w.hear_each_other(caller, second));
}

#[test]
fn a_caller_whose_line_is_gone_is_called_back() {
    let mut w = World::with_seats(plan(), &["a"]);
    let (call, caller, operator) = w.talk("city", "10000000042", "a");
    w.pass(60_000);
    w.kill(1_000, |leg| leg != caller);
    assert_eq!(
        w.lines.get(&operator),
        Some(&Line::Over),
        "the seat is freed"
    );
    let record = w.record(call).expect("its record");
    assert_eq!(record.outcome, Outcome::Answered);
    assert!(
        record.legs.iter().all(|leg| leg.recordings.len() == 1),
        "also the file that was left without an end"
    );
    assert_eq!(w.board.call_backs().open().count(), 1);
}

#[test]
fn r74_a_transfer_that_still_rang_gives_the_caller_back() {
    let mut w = World::with_seats(plan(), &["a"]);
    let (call, caller, operator) = w.talk("city", "10000000042", "a");
    let police = Destination::Partner(POLICE.to_owned());
    w.ask("a", Asked::Transfer(call, police)).unwrap();
    w.leg(w.far(call), Heard::Ringing);
    w.kill(1_000, all);
    assert!(w.says(|what| matches!(what, What::TransferFailed { .. })));
    assert!(w.hear_each_other(caller, operator));
}

#[test]
fn r15_an_announcement_is_said_again() {
    let mut w = World::with_seats(plan(), &[]);
    let call = CallId(77);
    w.hear(Input::Announce(Box::new(Announcement {
        call,
        number: "10000000001".to_owned(),
        sentences: vec!["notice".into()],
        thanks: Vec::new(),
        asks: true,
    })));
    let leg = w.far(call);
    w.leg(leg, Heard::Answered);
    assert_eq!(w.rows.len(), 1);
    w.kill(1_000, all);
    assert_eq!(w.rows.len(), 2, "from its beginning");
    w.leg(leg, Heard::Digit('1'));
    let acknowledged = Announced::Acknowledged;
    assert_eq!(
        w.count(|what| *what
            == What::Announced {
                announced: acknowledged
            }),
        1
    );
}

#[test]
fn a_call_of_which_only_the_record_is_left_ends_with_it() {
    let mut w = World::with_seats(plan(), &[]);
    let mut left = LeftBehind::default();
    assert!(left.call("{\"call\":1}").is_err(), "of another version");
    for (call, inbound, answered) in [(1, true, false), (2, true, true), (3, false, true)] {
        left.lost(Lost {
            call: CallId(call),
            inbound,
            trunk: Some("city".into()),
            number: Some(format!("1000000004{call}")),
            called: "12345".to_owned(),
            began: Moment(900_000),
            answered: answered.then_some(Moment(950_000)),
        });
    }
    let step = w
        .board
        .resume(w.now, left, &std::collections::BTreeSet::new());
    let outcomes: Vec<(u128, Outcome)> = step
        .facts
        .iter()
        .filter_map(|fact| match &fact.what {
            What::Over(record) => Some((record.call.0, record.outcome)),
            _ => None,
        })
        .collect();
    assert_eq!(
        outcomes,
        [
            (1, Outcome::CallBack),
            (2, Outcome::Answered),
            (3, Outcome::Reached)
        ]
    );
    assert_eq!(w.board.call_backs().open().count(), 2);
}
