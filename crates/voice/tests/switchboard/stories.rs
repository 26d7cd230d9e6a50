use crate::world::*;
use voice::call::*;
use voice::queue::SeatState;

fn state(world: &World, seat: &str) -> SeatState {
    world.board.seat(&seat.into()).unwrap().state
}

#[test]
fn a_call_rings_is_answered_and_ends_in_wrap_up() {
    let mut w = World::with_seats(plan(), &["a"]);
    let (call, caller, operator) = w.talk("city", "10000000042", "a");
    assert!(w.hear_each_other(caller, operator));
    assert_eq!(w.recording.len(), 2, "both sides are recorded");
    w.pass(60_000);
    w.recorded(caller);
    w.ended(caller, Ender::Remote);
    assert!(matches!(state(&w, "a"), SeatState::WrapUp(of, Some(_)) if of == call));
    let record = w.record(call).expect("its record");
    assert_eq!(record.outcome, Outcome::Answered);
    assert_eq!(record.number.as_deref(), Some("10000000042"));
    assert_eq!(record.legs.len(), 2);
    assert!(record.legs.iter().all(|leg| leg.recordings.len() == 1));
    w.pass(20_000);
    assert_eq!(state(&w, "a"), SeatState::Ready);
    assert!(w.board.call_backs().open().next().is_none());
}

#[test]
fn an_unanswered_desk_is_marked_and_the_next_one_rings() {
    let mut w = World::with_seats(plan(), &["a", "b"]);
    let call = w.call("city", "10000000042");
    assert!(w.ringing(call, "a").is_some());
    w.pass(12_000);
    assert_eq!(state(&w, "a"), SeatState::Break(BreakReason::NotAnswering));
    assert!(w.ringing(call, "b").is_some(), "it rings at the next");
    assert_eq!(w.count(|f| matches!(f, What::NotAnswered { .. })), 1);
}

#[test]
fn declining_gives_the_call_to_the_next_and_keeps_the_seat_ready() {
    let mut w = World::with_seats(plan(), &["a", "b"]);
    let call = w.call("city", "10000000042");
    w.ask("a", Asked::Decline(call)).unwrap();
    assert_eq!(state(&w, "a"), SeatState::Ready);
    assert!(w.ringing(call, "b").is_some());
    w.ask("b", Asked::Decline(call)).unwrap();
    assert!(
        w.ringing(call, "a").is_none(),
        "for a while it is not asked again"
    );
    w.pass(10_000);
    assert!(
        w.ringing(call, "a").is_some(),
        "but nobody else is there, so it is asked again"
    );
}

#[test]
fn r74_a_transfer_plays_the_sentence_and_carries_the_callers_number() {
    let mut w = World::with_seats(plan(), &["a"]);
    let (call, caller, operator) = w.talk("city", "10000000042", "a");
    w.board
        .bind(call, Some("12345-1".to_owned()), Some(vec![1, 2, 3]));
    assert!(!w.board.is_crossing(call), "two talk");
    w.ask(
        "a",
        Asked::Transfer(call, Destination::Partner(POLICE.to_owned())),
    )
    .unwrap();
    assert!(w.board.is_crossing(call), "on its way");
    assert_eq!(
        w.prompts.get(&caller).map(PromptName::as_str),
        Some("transfer")
    );
    assert!(!w.hear_each_other(caller, operator));
    let far = w.far(call);
    let origin = &w.placed.last().unwrap().origin;
    assert_eq!(origin.number.as_deref(), Some("10000000042"));
    assert_eq!(origin.called.as_deref(), Some("12345"));
    assert_eq!(origin.token.as_deref(), Some(&[1u8, 2, 3][..]));
    assert_eq!(origin.session, call.session());
    w.leg(caller, Heard::PromptEnded("transfer".into()));
    assert!(w.says(|f| *f == What::SentenceHeard));
    assert_eq!(
        w.prompts.get(&caller).map(PromptName::as_str),
        Some("ringback")
    );
    w.pass(4_000);
    w.leg(far, Heard::Answered);
    assert!(w.hear_each_other(caller, far));
    assert!(!w.board.is_crossing(call), "there");
    assert!(!w.prompts.contains_key(&caller));
    assert_eq!(w.lines[&operator], Line::Over);
    assert!(matches!(state(&w, "a"), SeatState::WrapUp(..)));
    assert!(w.says(|f| matches!(
        f,
        What::TransferAnswered {
            after_ms: 4_000,
            ..
        }
    )));
    w.ended(far, Ender::Remote);
    assert_eq!(w.lines[&caller], Line::Over);
    let record = w.record(call);
    assert!(record.is_none(), "the caller's recording is not yet sealed");
    w.pass(plan().settle_ms);
    let record = w.record(call).unwrap();
    assert_eq!(
        record.transfer,
        Some((Destination::Partner(POLICE.to_owned()), None))
    );
}

#[test]
fn a_record_waits_for_no_recording_that_will_not_come() {
    let mut w = World::with_seats(plan(), &["a"]);
    let (call, caller, _) = w.talk("city", "10000000042", "a");
    w.ended(caller, Ender::Remote);
    assert!(w.record(call).is_none(), "its recording is still to come");
    w.leg(caller, Heard::NotRecorded);
    let record = w.record(call).expect("written at once");
    assert!(record.legs.iter().any(|leg| leg.recordings.is_empty()));
}

#[test]
fn a_record_waits_for_a_recording_that_a_slow_disk_seals_late() {
    let mut w = World::with_seats(plan(), &["a"]);
    let (call, caller, _) = w.talk("city", "10000000042", "a");
    w.ended(caller, Ender::Remote);
    w.pass(300_000);
    assert!(w.record(call).is_none(), "its recording is still to come");
    let sealed = Sealed {
        recording: caller.to_string(),
        seconds: 1,
        gaps: 0,
        head: [0; 32],
    };
    w.leg(caller, Heard::Recorded(sealed.clone()));
    let record = w.record(call).expect("written at once");
    let of_caller = record.legs.iter().find(|leg| leg.leg == caller).unwrap();
    assert_eq!(of_caller.recordings, [sealed]);
}

#[test]
fn r74_a_failed_transfer_brings_the_operator_back_with_the_reason() {
    for (heard, failure) in [
        (Heard::Failed(Cause::sip(486)), Failure::Busy),
        (Heard::Failed(Cause::sip(503)), Failure::Unreachable),
        (Heard::Failed(Cause::sip(603)), Failure::Declined),
    ] {
        let mut w = World::with_seats(plan(), &["a"]);
        let (call, caller, operator) = w.talk("city", "10000000042", "a");
        w.ask(
            "a",
            Asked::Transfer(call, Destination::Partner(POLICE.to_owned())),
        )
        .unwrap();
        let far = w.far(call);
        w.leg(far, heard);
        assert!(w.hear_each_other(caller, operator));
        assert!(!w.prompts.contains_key(&caller));
        assert!(w.says(|f| matches!(f, What::TransferFailed { failure: f, .. } if *f == failure)));
    }
    // Nobody answers for 20 seconds: back before the other side has confirmed its end.
    let mut w = World::with_seats(plan(), &["a"]);
    let (call, caller, operator) = w.talk("city", "10000000042", "a");
    w.prompt_engine = false;
    w.ask(
        "a",
        Asked::Transfer(call, Destination::Partner(POLICE.to_owned())),
    )
    .unwrap();
    w.pass(20_000);
    assert!(w.hear_each_other(caller, operator));
    assert!(w.says(|f| matches!(
        f,
        What::TransferFailed {
            failure: Failure::NoAnswer,
            ..
        }
    )));
}

#[test]
fn a_trunk_that_is_down_is_not_tried() {
    let mut w = World::with_seats(plan(), &["a"]);
    let (call, caller, operator) = w.talk("city", "10000000042", "a");
    w.hear(Input::Trunk(POLICE.into(), TrunkState::Down));
    let to = Destination::Partner(POLICE.to_owned());
    assert_eq!(
        w.ask("a", Asked::Transfer(call, to.clone())),
        Err(Denied::TrunkDown)
    );
    assert!(w.hear_each_other(caller, operator), "nothing was changed");
    w.hear(Input::Trunk(POLICE.into(), TrunkState::Up));
    assert_eq!(w.ask("a", Asked::Transfer(call, to)), Ok(()));
}

#[test]
fn r54_three_talk_and_the_decision_is_recorded() {
    let mut w = World::with_seats(plan(), &["a"]);
    let (call, caller, operator) = w.talk("city", "10000000042", "a");
    w.ask(
        "a",
        Asked::Consult(call, Destination::Partner(POLICE.to_owned())),
    )
    .unwrap();
    assert_eq!(w.prompts.get(&caller).map(PromptName::as_str), Some("hold"));
    let far = w.far(call);
    assert_eq!(
        w.ask("a", Asked::Join(call)),
        Err(Denied::NotNow),
        "they have not answered"
    );
    w.leg(far, Heard::Answered);
    assert!(w.hear_each_other(operator, far));
    assert!(!w.hear_each_other(caller, far));
    w.ask("a", Asked::Join(call)).unwrap();
    for (x, y) in [(caller, far), (caller, operator), (operator, far)] {
        assert!(w.hear_each_other(x, y));
    }
    w.ask("a", Asked::Decide(call, Agreed::Police)).unwrap();
    w.ask("a", Asked::Leave(call)).unwrap();
    assert!(w.hear_each_other(caller, far));
    assert_eq!(w.count(|f| matches!(f, What::Agreed { .. })), 1);
    assert!(w.says(|f| matches!(
        f,
        What::Agreed {
            agreed: Agreed::Police,
            by: Some(_)
        }
    )));
}

#[test]
fn r90_without_a_decision_it_is_undecided_and_stays_with_the_first_receiver() {
    let mut w = World::with_seats(plan(), &["a"]);
    let (call, caller, operator) = w.talk("city", "10000000042", "a");
    w.ask(
        "a",
        Asked::Consult(call, Destination::Partner(POLICE.to_owned())),
    )
    .unwrap();
    let far = w.far(call);
    w.leg(far, Heard::Answered);
    w.ended(far, Ender::Remote);
    assert!(w.says(|f| matches!(
        f,
        What::Agreed {
            agreed: Agreed::Undecided,
            by: None
        }
    )));
    assert!(
        w.hear_each_other(caller, operator),
        "the first receiver has the caller"
    );
}

#[test]
fn r90_who_hands_the_caller_to_the_other_platform_has_decided() {
    let mut w = World::with_seats(plan(), &["a"]);
    let (call, ..) = w.talk("city", "10000000042", "a");
    w.ask(
        "a",
        Asked::Consult(call, Destination::Partner(POLICE.to_owned())),
    )
    .unwrap();
    let far = w.far(call);
    w.leg(far, Heard::Answered);
    w.ask("a", Asked::HandOver(call)).unwrap();
    assert!(w.says(|f| matches!(
        f,
        What::Agreed {
            agreed: Agreed::Police,
            by: Some(_)
        }
    )));
    assert!(w.says(|f| matches!(f, What::HandedOver { .. })));
}

#[test]
fn r94_an_external_desk_needs_no_decision() {
    let mut w = World::with_seats(plan(), &["a"]);
    let (call, ..) = w.talk("city", "10000000042", "a");
    w.ask(
        "a",
        Asked::Consult(call, Destination::Partner("ambulance".to_owned())),
    )
    .unwrap();
    let far = w.far(call);
    w.leg(far, Heard::Answered);
    assert_eq!(
        w.ask("a", Asked::Decide(call, Agreed::Both)),
        Err(Denied::NotNow)
    );
    w.ask("a", Asked::DropConsult(call)).unwrap();
    assert!(!w.says(|f| matches!(f, What::Agreed { .. })));
}

#[test]
fn a_colleague_can_be_consulted_and_take_the_caller() {
    let mut w = World::with_seats(plan(), &["a", "b"]);
    let (call, caller, operator) = w.talk("city", "10000000042", "a");
    w.ask("a", Asked::Consult(call, Destination::Seat("b".into())))
        .unwrap();
    let leg = w.ringing(call, "b").unwrap();
    w.leg(leg, Heard::Answered);
    assert!(w.hear_each_other(operator, leg));
    w.ask("a", Asked::HandOver(call)).unwrap();
    assert!(w.hear_each_other(caller, leg));
    assert_eq!(state(&w, "b"), SeatState::Talking(call));
    w.ask("b", Asked::Hold(call)).unwrap();
    assert!(!w.hear_each_other(caller, leg));
    w.ask("b", Asked::Retrieve(call)).unwrap();
    w.ask("b", Asked::HangUp(call)).unwrap();
    assert_eq!(w.lines[&caller], Line::Over);
}

#[test]
fn supervision_is_heard_by_whom_it_should_be() {
    let mut w = World::with_seats(plan(), &["a", "lead"]);
    w.ask("lead", Asked::Break(BreakReason::Paperwork)).unwrap();
    let (call, caller, operator) = w.talk("city", "10000000042", "a");
    w.ask("lead", Asked::Listen(call)).unwrap();
    let leg = w.ringing(call, "lead").unwrap();
    w.leg(leg, Heard::Answered);
    let heard = |w: &World, from, to| w.hears.contains_key(&(from, to));
    assert!(heard(&w, caller, leg) && heard(&w, operator, leg));
    assert!(!heard(&w, leg, caller) && !heard(&w, leg, operator));
    w.ask("lead", Asked::Whisper(call)).unwrap();
    assert!(heard(&w, leg, operator) && !heard(&w, leg, caller));
    w.ask("lead", Asked::Barge(call)).unwrap();
    assert!(heard(&w, leg, operator) && heard(&w, leg, caller));
    assert_eq!(
        w.count(|f| matches!(f, What::Supervised { .. })),
        3,
        "each is on record"
    );
    w.ask("lead", Asked::Unsupervise(call)).unwrap();
    assert_eq!(
        state(&w, "lead"),
        SeatState::Break(BreakReason::Paperwork),
        "as before"
    );
    assert!(w.hear_each_other(caller, operator));
}

#[test]
fn who_sits_at_a_phone_that_is_being_opened_may_ask_for_a_call_and_is_not_rung() {
    let mut w = World::with_seats(plan(), &["a", "lead"]);
    let lead = || SeatName::from("lead");
    w.hear(Input::Phone(lead(), PhoneState::Gone));
    let (call, _, _) = w.talk("city", "10000000042", "a");
    let listen = Asked::Listen(call);
    assert_eq!(w.ask("lead", listen.clone()), Err(Denied::SeatBusy));
    w.hear(Input::Phone(lead(), PhoneState::Coming));
    let second = w.call("city", "10000000043");
    assert!(
        w.ringing(second, "lead").is_none(),
        "nothing rings there yet"
    );
    w.hear(Input::Phone(lead(), PhoneState::Gone));
    assert_eq!(w.ask("lead", listen.clone()), Err(Denied::SeatBusy));
    w.hear(Input::Phone(lead(), PhoneState::Coming));
    w.ask("lead", listen).unwrap();
    assert_eq!(state(&w, "lead"), SeatState::Supervising(call));
}

#[test]
fn recording_pauses_for_a_secret() {
    let mut w = World::with_seats(plan(), &["a"]);
    let (call, caller, operator) = w.talk("city", "10000000042", "a");
    w.ask("a", Asked::PauseRecording(call, true)).unwrap();
    assert_eq!(w.recording[&caller], Recording::Paused);
    assert_eq!(w.recording[&operator], Recording::Paused);
    assert!(w.hear_each_other(caller, operator));
    w.ask("a", Asked::PauseRecording(call, false)).unwrap();
    assert_eq!(w.recording[&caller], Recording::On);
}

#[test]
fn a_lost_operator_leaves_no_caller_alone() {
    let mut w = World::with_seats(plan(), &["a", "b"]);
    let (call, caller, operator) = w.talk("city", "10000000042", "a");
    w.pass(30_000);
    w.ended(operator, Ender::Network);
    assert!(w.says(|f| matches!(f, What::OperatorLost { .. })));
    let leg = w
        .ringing(call, "b")
        .expect("it rings at the next seat at once");
    assert_eq!(w.prompts.get(&caller).map(PromptName::as_str), Some("wait"));
    w.leg(leg, Heard::Answered);
    assert!(w.hear_each_other(caller, leg));
}

#[test]
fn a_caller_who_hangs_up_early_is_called_back() {
    let mut w = World::with_seats(plan(), &["a"]);
    let call = w.call("city", "10000000042");
    w.pass(3_000);
    w.ended(LegId::arrived(call), Ender::Remote);
    assert_eq!(w.record(call).unwrap().outcome, Outcome::CallBack);
    assert_eq!(state(&w, "a"), SeatState::Ready);
    w.pass(29_000);
    assert_eq!(w.placed.len(), 1, "not before its time");
    w.pass(1_000);
    let back = *w.lines.keys().last().unwrap();
    assert_ne!(back.call, call);
    w.leg(back, Heard::Answered);
    let far = w.far(back.call);
    assert!(
        matches!(&w.placed.last().unwrap().to, Target::Trunk { number, .. } if number == "10000000042")
    );
    w.leg(far, Heard::Answered);
    assert!(w.hear_each_other(back, far));
    assert!(w.says(|f| matches!(f, What::CallBackReached { .. })));
    assert!(w.board.call_backs().open().next().is_none());
    w.ended(far, Ender::Remote);
    w.pass(plan().settle_ms);
    assert_eq!(w.record(back.call).unwrap().outcome, Outcome::Reached);
}

#[test]
fn a_call_back_is_tried_three_times() {
    let mut w = World::with_seats(plan(), &["a"]);
    let call = w.call("city", "10000000042");
    w.ended(LegId::arrived(call), Ender::Remote);
    for attempt in 1..=3u8 {
        w.pass(if attempt == 1 { 30_000 } else { 120_000 });
        let back = *w.lines.keys().last().unwrap();
        assert_ne!(back.call, call, "attempt {attempt}");
        w.leg(back, Heard::Answered);
        let far = w.far(back.call);
        w.leg(far, Heard::Failed(Cause::sip(486)));
        assert!(w.says(|f| matches!(f, What::CallBackFailed { attempt: n, .. } if *n == attempt)));
    }
    assert!(w.says(|f| matches!(f, What::CallBackFailed { again: None, .. })));
    assert!(w.board.call_backs().open().next().is_none());
    let tries = w.placed.len();
    w.pass(600_000);
    assert_eq!(w.placed.len(), tries, "no fourth");
}

#[test]
fn the_same_number_calling_again_needs_no_call_back_and_comes_first() {
    let mut w = World::with_seats(plan(), &["a"]);
    let dropped = w.call("city", "10000000042");
    w.ended(LegId::arrived(dropped), Ender::Remote);
    w.ask("a", Asked::Break(BreakReason::Rest)).unwrap();
    let other = w.call("city", "10000000043");
    w.pass(5_000);
    let again = w.call("city", "10000000042");
    assert!(w.says(|f| matches!(f, What::CallBackNeedless { by } if *by == again)));
    w.ask("a", Asked::Ready).unwrap();
    assert!(w.ringing(again, "a").is_some());
    assert!(w.ringing(other, "a").is_none());
}

#[test]
fn a_dead_line_is_noticed_and_called_back() {
    let mut w = World::with_seats(plan(), &["a"]);
    let (call, caller, _) = w.talk("city", "10000000042", "a");
    w.pass(60_000);
    w.leg(caller, Heard::AudioLost(4_000));
    assert_eq!(w.lines[&caller], Line::Up);
    w.leg(caller, Heard::AudioLost(8_000));
    assert_eq!(w.lines[&caller], Line::Over);
    assert!(w.says(|f| matches!(
        f,
        What::CallBackMade {
            reason: DropReason::LineDead,
            ..
        }
    )));
    assert!(w.board.call_backs().get(call).is_some());
}

#[test]
fn nobody_on_duty_goes_to_the_duty_phone_then_the_other_platform_then_a_call_back() {
    let mut w = World::new(plan());
    w.board.duty_known(vec![DutyPhone {
        who: "lead".to_owned(),
        number: "10000000099".to_owned(),
    }]);
    let call = w.call("city", "10000000042");
    w.pass(20_000);
    assert_eq!(
        w.lines[&LegId::arrived(call)],
        Line::Up,
        "answered by the machine, to keep the line"
    );
    w.pass(20_000);
    assert!(w.says(|f| matches!(f, What::DutyRung { .. })));
    w.pass(20_000);
    assert!(w.says(|f| matches!(f, What::Overflowed { .. })));
    for _ in 0..40 {
        if !w
            .prompts
            .values()
            .any(|prompt| prompt.as_str() == "call_back")
        {
            w.pass(4_000);
        }
    }
    assert_eq!(
        w.prompts.get(&LegId::arrived(call)).map(PromptName::as_str),
        Some("call_back")
    );
    w.leg(LegId::arrived(call), Heard::PromptEnded("call_back".into()));
    assert!(w.says(|f| matches!(
        f,
        What::CallBackMade {
            reason: DropReason::GaveUp,
            ..
        }
    )));
    assert_eq!(w.record(call).unwrap().outcome, Outcome::CallBack);
}

#[test]
fn the_duty_phone_takes_the_call() {
    let mut w = World::new(plan());
    w.board.duty_known(vec![DutyPhone {
        who: "lead".to_owned(),
        number: "10000000099".to_owned(),
    }]);
    let call = w.call("city", "10000000042");
    w.pass(40_000);
    let far = w.far(call);
    w.leg(far, Heard::Answered);
    assert!(w.hear_each_other(LegId::arrived(call), far));
    w.ended(LegId::arrived(call), Ender::Remote);
    assert_eq!(w.lines[&far], Line::Over);
    w.pass(plan().settle_ms);
    assert_eq!(w.record(call).unwrap().outcome, Outcome::AnsweredElsewhere);
}

#[test]
fn too_many_waiting_are_refused_with_a_time_but_never_an_emergency() {
    let mut plan = plan();
    plan.most_waiting = 1;
    let mut w = World::new(plan);
    w.call("city", "10000000042");
    let refused = w.call("city", "10000000043");
    assert!(w.orders.iter().any(|order| matches!(order,
        Order::Refuse { leg, retry_after: Some(10), .. } if leg.call == refused)));
    assert_eq!(w.record(refused).unwrap().outcome, Outcome::RefusedFull);
    let urgent = w.call("alarm", "10000000044");
    assert!(w.record(urgent).is_none());
    assert_eq!(w.board.waiting().count(), 2);
}

#[test]
fn a_police_desk_rings_together_and_the_first_has_it() {
    let mut plan = plan();
    plan.desk = DeskKind::Police;
    plan.rules.together = 3;
    assert!(plan.faults().is_empty());
    let mut w = World::with_seats(plan, &["a", "b", "c", "d"]);
    let call = w.call("alarm", "10000000042");
    let legs: Vec<_> = ["a", "b", "c"]
        .iter()
        .map(|seat| w.ringing(call, seat).unwrap())
        .collect();
    assert!(w.ringing(call, "d").is_none());
    w.leg(legs[1], Heard::Answered);
    assert_eq!(w.lines[&legs[0]], Line::Over);
    assert_eq!(state(&w, "a"), SeatState::Ready);
    assert_eq!(state(&w, "b"), SeatState::Talking(call));
    let mut plan = crate::world::plan();
    plan.rules.together = 2;
    assert_eq!(plan.faults().len(), 1, "not on a hotline's desk");
}

#[test]
fn a_hard_phones_transfer_key_does_the_same() {
    let mut w = World::with_seats(plan(), &["a"]);
    let (call, _, operator) = w.talk("city", "10000000042", "a");
    w.leg(
        operator,
        Heard::ReferAsked {
            to: "110".to_owned(),
            replaces: None,
        },
    );
    assert!(w.says(
        |f| matches!(f, What::TransferBegan { to: Destination::Partner(p), .. } if p == POLICE)
    ));
    let far = w.far(call);
    w.leg(far, Heard::Answered);
    let told: Vec<u16> = w
        .orders
        .iter()
        .filter_map(|order| match order {
            Order::ReferProgress { status, .. } => Some(*status),
            _ => None,
        })
        .collect();
    assert_eq!(told, [100, 200]);
}

#[test]
fn who_has_no_part_in_a_call_can_do_nothing_in_it() {
    let mut w = World::with_seats(plan(), &["a", "b"]);
    let (call, ..) = w.talk("city", "10000000042", "a");
    for asked in [
        Asked::Hold(call),
        Asked::HangUp(call),
        Asked::Mute(call, true),
        Asked::Transfer(call, Destination::Partner(POLICE.to_owned())),
        Asked::PauseRecording(call, true),
        Asked::Unsupervise(call),
    ] {
        assert_eq!(w.ask("b", asked), Err(Denied::NotYourCall));
    }
    assert_eq!(w.ask("b", Asked::Answer(call)), Err(Denied::NotRinging));
    assert_eq!(
        w.ask("a", Asked::Hold(CallId(999))),
        Err(Denied::NoSuchCall)
    );
}
