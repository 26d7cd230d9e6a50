//! Whole calls, in the orders the call machine gives.

use crate::room::{CALLER, COMFORT, PATIENCE, POLICE, Plan, Room, SEAT, hears, last};
use std::time::Duration;
use voice::call::{Cause, Ender, Gain, Heard, Input, LegId, Order, Recording};
use voice::lab::{Manner, Stage};
use voice::media::g711::Law;
use voice::media::tone::strength;

/// A caller talks with the seat: the far ends' dialogs and our legs.
struct Talk {
    room: Room,
    caller: (voice::sip::word::DialogNo, LegId),
    seat: (voice::sip::word::DialogNo, LegId),
}

async fn talk(plan: Plan) -> Talk {
    let room = Room::ready(plan).await;
    let (caller, arrival) = room.arrive().await;
    let leg = LegId::arrived(arrival.call);
    room.until("the caller hears that it is connected", || {
        room.network.hears(caller, COMFORT) > 200.0
    })
    .await;
    let seat = room.ring_seat(arrival.call, 1);
    room.of(seat, Heard::Answered).await;
    room.stop(leg);
    room.both(leg, seat, Gain::FULL);
    let far_seat = last(&room.phones).expect("the phone was rung").no;
    room.until("caller and seat hear each other", || {
        hears(&room.network, caller) == [SEAT] && hears(&room.phones, far_seat) == [CALLER]
    })
    .await;
    Talk {
        room,
        caller: (caller, leg),
        seat: (far_seat, seat),
    }
}

/// What nobody takes for a dead line, milliseconds. How short it is, a bench says: this machine may be busy.
const NO_DEAD_LINE: u64 = 500;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_is_transferred_with_its_number_and_token_and_never_a_dead_line() {
    let Talk { room, caller, seat } = talk(Plan::default()).await;
    let arrival = room.arrivals().remove(0);
    assert_eq!(arrival.called, "12345");
    assert_eq!(arrival.caller.asserted, ["<tel:10012345678>"]);
    assert_eq!(arrival.caller.diversion.len(), 1);
    // One key: the sentence to the caller, and the other platform's trunk is dialled.
    room.other.behave(Manner::Ring);
    room.order([Order::Play {
        leg: caller.1,
        prompt: "transfer".into(),
        repeat: true,
    }]);
    let other = room.ring_other(arrival.call, 2);
    room.of(other, Heard::Ringing).await;
    // The far side knows everything before it answers.
    let ringing = last(&room.other).expect("it arrived there");
    assert_eq!(ringing.stage, Stage::Ringing);
    let incoming = ringing.incoming.expect("a call that came in");
    assert_eq!(incoming.called, "110");
    assert!(
        incoming
            .caller
            .from
            .contains("sip:10012345678@desk.invalid"),
        "{incoming:?}"
    );
    assert_eq!(
        incoming.caller.asserted,
        [
            "<sip:10012345678@desk.invalid;user=phone>",
            "<tel:10012345678>"
        ]
    );
    assert!(
        incoming.caller.diversion[0].contains("12345@"),
        "{incoming:?}"
    );
    assert!(
        incoming.caller.diversion[1].contains("96110@"),
        "{incoming:?}"
    );
    assert_eq!(incoming.caller.history.len(), 2);
    assert_eq!(
        incoming.correlation.token.as_deref(),
        Some(&b"case 7, mac 12345678"[..])
    );
    assert_eq!(incoming.correlation.session, Some(arrival.call.session()));
    // While it rings the caller hears the tone and, under it, the operator.
    assert_eq!(hears(&room.network, caller.0), [SEAT]);
    room.other.answer(ringing.no);
    room.of(other, Heard::Answered).await;
    room.stop(caller.1);
    room.both(caller.1, other, Gain::FULL);
    room.end(seat.1);
    room.until("caller and police hear each other", || {
        hears(&room.network, caller.0) == [POLICE] && hears(&room.other, ringing.no) == [CALLER]
    })
    .await;
    let gap = room.network.look(caller.0).expect("the call").gap_ms;
    assert!(
        gap <= NO_DEAD_LINE,
        "the caller's line was silent for {gap} ms"
    );
    // The caller hangs up.
    room.network.end(caller.0);
    room.of(
        caller.1,
        Heard::Ended {
            by: Ender::Remote,
            cause: ended(),
        },
    )
    .await;
    room.end(other);
    room.until("the police's line is over, too", || {
        matches!(
            last(&room.other).map(|s| s.stage),
            Some(Stage::Over(Ender::Remote, _))
        )
    })
    .await;
    room.empty().await;
    let measured = || {
        let heard = room.everything().into_iter();
        heard.filter_map(|i| match i {
            Input::Leg(_, Heard::Measured(quality)) => Some(quality),
            _ => None,
        })
    };
    room.until("every line is measured", || measured().count() == 3)
        .await;
    assert!(measured().all(|q| q.received > 0 && q.mos_x100 > Some(400)));
}

/// What the lab's BYE says.
fn ended() -> Cause {
    Cause::sip(200)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transfer_that_fails_brings_the_operator_back_at_once() {
    let Talk { room, caller, seat } = talk(Plan::default()).await;
    room.other.behave(Manner::Refuse(486));
    room.both(caller.1, seat.1, Gain::SILENT);
    room.order([Order::Play {
        leg: caller.1,
        prompt: "transfer".into(),
        repeat: true,
    }]);
    let other = room.ring_other(caller.1.call, 2);
    let (at, input) = room
        .heard(
            "the failure",
            |i| matches!(i, Input::Leg(l, Heard::Failed(_)) if *l == other),
        )
        .await;
    let Input::Leg(_, Heard::Failed(cause)) = input else {
        panic!("no failure")
    };
    assert_eq!(cause.sip, 486);
    let refused = last(&room.other).and_then(|s| s.over).expect("refused");
    let took = at.saturating_duration_since(refused);
    // At its word and by no timer: the shortest of them is many seconds.
    assert!(took < Duration::from_secs(2), "told after {took:?}");
    room.stop(caller.1);
    room.both(caller.1, seat.1, Gain::FULL);
    room.until("they hear each other again", || {
        hears(&room.network, caller.0) == [SEAT] && hears(&room.phones, seat.0) == [CALLER]
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_on_the_line_then_listening_whispering_and_barging() {
    let Talk { room, caller, seat } = talk(Plan::default()).await;
    let other = room.ring_other(caller.1.call, 2);
    room.of(other, Heard::Answered).await;
    let far = last(&room.other).expect("answered").no;
    let who = |caller_hears: &[f64], seat_hears: &[f64], other_hears: &[f64]| {
        hears(&room.network, caller.0) == caller_hears
            && hears(&room.phones, seat.0) == seat_hears
            && hears(&room.other, far) == other_hears
    };
    // The third one listens.
    room.order([
        Order::Hear {
            from: caller.1,
            to: other,
            gain: Gain::FULL,
        },
        Order::Hear {
            from: seat.1,
            to: other,
            gain: Gain::FULL,
        },
    ]);
    room.until("listen", || who(&[SEAT], &[CALLER], &[CALLER, SEAT]))
        .await;
    room.order([Order::Hear {
        from: other,
        to: seat.1,
        gain: Gain::FULL,
    }]);
    room.until("whisper", || {
        who(&[SEAT], &[CALLER, POLICE], &[CALLER, SEAT])
    })
    .await;
    room.order([Order::Hear {
        from: other,
        to: caller.1,
        gain: Gain::FULL,
    }]);
    room.until("three", || {
        who(&[SEAT, POLICE], &[CALLER, POLICE], &[CALLER, SEAT])
    })
    .await;
    // The seat leaves; the other two go on.
    room.end(seat.1);
    room.until("two", || {
        hears(&room.network, caller.0) == [POLICE] && hears(&room.other, far) == [CALLER]
    })
    .await;
    let gap = room.network.look(caller.0).expect("the call").gap_ms;
    assert!(
        gap <= NO_DEAD_LINE,
        "the caller's line was silent for {gap} ms"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_and_holding_are_heard() {
    let Talk { room, caller, seat } = talk(Plan::default()).await;
    room.network.press(caller.0, "5#");
    room.of(caller.1, Heard::Digit('5')).await;
    room.of(caller.1, Heard::Digit('#')).await;
    room.order([Order::SendDigit {
        leg: seat.1,
        digit: '9',
    }]);
    room.until("the phone hears the key", || {
        room.phones.look(seat.0).is_some_and(|s| s.keys == "9")
    })
    .await;
    room.phones.hold(seat.0, true);
    room.of(seat.1, Heard::RemoteHold(true)).await;
    room.phones.hold(seat.0, false);
    room.of(seat.1, Heard::RemoteHold(false)).await;
    room.until("they hear each other again", || {
        hears(&room.network, caller.0) == [SEAT] && hears(&room.phones, seat.0) == [CALLER]
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_prompt_before_the_answer_is_early_sound() {
    let room = Room::ready(Plan::default()).await;
    let (caller, arrival) = room.ring_in().await;
    let leg = LegId::arrived(arrival.call);
    room.order([
        Order::Ring(leg),
        Order::Play {
            leg,
            prompt: "ringback".into(),
            repeat: false,
        },
    ]);
    room.until("the caller hears it ring before the answer", || {
        room.network.hears(caller, 450.0) > 2000.0
            && room
                .network
                .look(caller)
                .is_some_and(|s| s.stage == Stage::Early)
    })
    .await;
    room.of(leg, Heard::PromptEnded("ringback".into())).await;
    room.order([Order::Answer(leg)]);
    room.of(leg, Heard::Answered).await;
    room.end(leg);
    room.of(
        leg,
        Heard::Ended {
            by: Ender::Local,
            cause: Cause::sip(200),
        },
    )
    .await;
    room.empty().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_hangs_up_while_it_rings_leaves_nothing_behind() {
    let room = Room::ready(Plan::default()).await;
    let (caller, arrival) = room.ring_in().await;
    let leg = LegId::arrived(arrival.call);
    room.order([Order::Ring(leg)]);
    room.phones.behave(Manner::Ring);
    let seat = room.ring_seat(arrival.call, 1);
    room.of(seat, Heard::Ringing).await;
    room.network.end(caller);
    room.of(
        leg,
        Heard::Ended {
            by: Ender::Remote,
            cause: Cause::sip(487),
        },
    )
    .await;
    room.end(seat);
    room.of(
        seat,
        Heard::Ended {
            by: Ender::Local,
            cause: Cause::sip(200),
        },
    )
    .await;
    room.until("the phone stops ringing", || {
        matches!(last(&room.phones).map(|s| s.stage), Some(Stage::Over(..)))
    })
    .await;
    room.empty().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_stops_hangs_up_first() {
    let room = Room::ready(Plan::default()).await;
    let (_, rung) = room.ring_in().await;
    let ringing = LegId::arrived(rung.call);
    room.order([Order::Ring(ringing)]);
    room.network.stop(PATIENCE).await;
    room.of(
        ringing,
        Heard::Ended {
            by: Ender::Remote,
            cause: Cause::sip(487),
        },
    )
    .await;
    room.empty().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_crosses_a_cancel_ends_once() {
    let room = Room::ready(Plan::default()).await;
    for round in 0..20_u64 {
        let (caller, arrival) = room.ring_in().await;
        let leg = LegId::arrived(arrival.call);
        room.order([Order::Ring(leg)]);
        room.until("it rings", || {
            room.network
                .look(caller)
                .is_some_and(|s| s.stage == Stage::Ringing)
        })
        .await;
        if round % 2 == 0 {
            room.order([Order::Answer(leg)]);
            room.network.end(caller);
        } else {
            room.network.end(caller);
            tokio::time::sleep(Duration::from_micros(round * 40)).await;
            room.order([Order::Answer(leg)]);
        }
        room.heard(
            "its end",
            |i| matches!(i, Input::Leg(l, Heard::Ended { .. }) if *l == leg),
        )
        .await;
    }
    room.empty().await;
    let ends = room
        .everything()
        .iter()
        .filter(|i| matches!(i, Input::Leg(_, Heard::Ended { .. })))
        .count();
    assert_eq!(ends, 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recording_has_every_step_of_its_own_line_and_a_marked_gap() {
    use std::sync::Arc;
    use voice::call::Moment;
    use voice::engine::Kept;
    use voice::recording::Keeper;

    let folder = tempfile::tempdir().expect("a folder");
    let keeper = Keeper::new(folder.path());
    let recorder = Arc::new(Kept::new(keeper.clone(), || Moment(1_700_000_000_000)));
    let Talk { room, caller, .. } = talk(Plan {
        recorder,
        ..Plan::default()
    })
    .await;
    let record = |state| {
        room.order([Order::Record {
            leg: caller.1,
            state,
        }]);
    };
    record(Recording::On);
    tokio::time::sleep(Duration::from_millis(2100)).await;
    record(Recording::Paused);
    tokio::time::sleep(Duration::from_millis(1000)).await;
    record(Recording::On);
    tokio::time::sleep(Duration::from_millis(1000)).await;
    room.end(caller.1);
    let (_, input) = room
        .heard(
            "it is sealed",
            |i| matches!(i, Input::Leg(l, Heard::Recorded(_)) if *l == caller.1),
        )
        .await;
    let Input::Leg(_, Heard::Recorded(sealed)) = input else {
        panic!("not sealed")
    };
    assert!((4..=6).contains(&sealed.seconds), "{sealed:?}");
    assert!((1..=3).contains(&sealed.gaps), "{sealed:?}");
    let reader = keeper.open(&sealed.recording).expect("it is there");
    let mut sound: Vec<i16> = Vec::new();
    let (mut paused, mut missing) = (0, 0);
    for block in reader {
        let block = block.expect("its chain holds");
        sound.extend(block.sound.iter().map(|c| Law::A.linear(*c)));
        paused += block.paused.count_ones();
        let whole = (1_u64 << block.steps) - 1;
        missing += (whole & !block.heard & !block.paused).count_ones();
    }
    assert!((40..=60).contains(&paused), "{paused} steps were left out");
    assert_eq!(missing, 0, "steps are missing");
    let (own, other) = (
        strength(&sound[..16_000], CALLER),
        strength(&sound[..16_000], SEAT),
    );
    // Both sides speak equally loud; a late machine slips by some milliseconds, which blurs the tone.
    assert!(own > 3000.0, "{own}");
    assert!(
        other < own / 10.0,
        "the other side is recorded too: {other} beside {own}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_leg_that_is_over_before_its_recording_is_ordered_says_that_there_is_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let keeper = voice::recording::Keeper::new(folder.path());
    let recorder = voice::engine::Kept::new(keeper, || voice::call::Moment(1_700_000_000_000));
    let Talk { room, caller, .. } = talk(Plan {
        recorder: std::sync::Arc::new(recorder),
        ..Plan::default()
    })
    .await;
    room.network.end(caller.0);
    room.heard(
        "its end",
        |i| matches!(i, Input::Leg(l, Heard::Ended { .. }) if *l == caller.1),
    )
    .await;
    room.order([Order::Record {
        leg: caller.1,
        state: Recording::On,
    }]);
    room.of(caller.1, Heard::NotRecorded).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_nothing_is_recorded_it_is_said_when_the_line_is_measured() {
    let Talk { room, caller, .. } = talk(Plan::default()).await;
    for state in [Recording::On, Recording::Paused, Recording::On] {
        room.order([Order::Record {
            leg: caller.1,
            state,
        }]);
    }
    room.end(caller.1);
    room.of(caller.1, Heard::NotRecorded).await;
    let of_caller: Vec<Input> = room
        .everything()
        .into_iter()
        .filter(|i| matches!(i, Input::Leg(leg, _) if *leg == caller.1))
        .collect();
    let last = of_caller.len().saturating_sub(3);
    assert!(
        matches!(
            &of_caller[last..],
            [
                Input::Leg(_, Heard::Ended { .. }),
                Input::Leg(_, Heard::Measured(_)),
                Input::Leg(_, Heard::NotRecorded),
            ]
        ),
        "{of_caller:#?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_sound_is_told_and_its_return() {
    let Talk { room, caller, .. } = talk(Plan::default()).await;
    room.network.hold(caller.0, true);
    room.of(caller.1, Heard::RemoteHold(true)).await;
    room.network.hold(caller.0, false);
    room.of(caller.1, Heard::RemoteHold(false)).await;
    room.network.mute(caller.0, true);
    // A machine that is late tells of it late, and then of more than two seconds.
    room.heard("the silence", |input| {
        matches!(input, Input::Leg(leg, Heard::AudioLost(ms)) if *leg == caller.1 && *ms >= 2000)
    })
    .await;
    room.network.mute(caller.0, false);
    room.of(caller.1, Heard::AudioBack).await;
}
