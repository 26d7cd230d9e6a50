//! What must hold after any history (laws 1, 2 and 5).

use crate::world::*;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use voice::call::*;
use voice::queue::{Class, SeatState, Skills};

const SEATS: [&str; 4] = ["a", "b", "c", "lead"];

/// One thing that happens; numbers choose among what is there.
#[derive(Debug, Clone)]
enum Deed {
    Arrive {
        trunk: bool,
        number: u8,
    },
    Time(u32),
    Leg {
        which: u8,
        heard: u8,
    },
    Ask {
        seat: u8,
        what: u8,
        which: u8,
    },
    Trunk {
        which: u8,
        up: bool,
    },
    Phone {
        seat: u8,
        state: u8,
    },
    Announce {
        number: u8,
        asks: bool,
    },
    Withdraw(u8),
    Confirm,
    /// The program is killed and started again; every so manieth line is gone then.
    Kill {
        away: u16,
        gone: u8,
    },
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        3 => (any::<bool>(), 0..6u8).prop_map(|(trunk, number)| Deed::Arrive { trunk, number }),
        4 => (1..25_000u32).prop_map(Deed::Time),
        8 => (any::<u8>(), any::<u8>()).prop_map(|(which, heard)| Deed::Leg { which, heard }),
        8 => (0..4u8, any::<u8>(), any::<u8>()).prop_map(|(seat, what, which)| Deed::Ask { seat, what, which }),
        1 => (0..3u8, any::<bool>()).prop_map(|(which, up)| Deed::Trunk { which, up }),
        1 => (0..4u8, 0..3u8).prop_map(|(seat, state)| Deed::Phone { seat, state }),
        2 => (0..6u8, any::<bool>()).prop_map(|(number, asks)| Deed::Announce { number, asks }),
        1 => any::<u8>().prop_map(Deed::Withdraw),
        3 => Just(Deed::Confirm),
        1 => (any::<u16>(), 0..5u8).prop_map(|(away, gone)| Deed::Kill { away, gone }),
    ]
}

fn heard(line: &Line, choice: u8) -> Option<Heard> {
    let cause = Cause::sip([486, 503, 480, 603, 404][usize::from(choice) % 5]);
    let by = [Ender::Remote, Ender::Network][usize::from(choice / 8) % 2];
    let end = Heard::Ended {
        by,
        cause: Cause::sip(200),
    };
    Some(match line {
        Line::Arrived => match choice % 4 {
            0 => end,
            1 => Heard::AudioLost(u64::from(choice) * 100),
            _ => Heard::Answered,
        },
        Line::Dialled(_) => match choice % 6 {
            0 => Heard::Failed(cause),
            1 => Heard::Ringing,
            2 => Heard::EarlyMedia,
            _ => Heard::Answered,
        },
        Line::Up => match choice % 9 {
            0 | 1 => end,
            2 => Heard::AudioLost(u64::from(choice) * 100),
            3 => Heard::RemoteHold(choice > 128),
            4 => Heard::PromptEnded("transfer".into()),
            5 if choice.is_multiple_of(2) => Heard::PromptEnded("call_back".into()),
            5 => Heard::PromptEnded(format!("announcement/{}", choice / 64 + 1).as_str().into()),
            6 => Heard::ReferAsked {
                to: "110".to_owned(),
                replaces: None,
            },
            7 => Heard::Answered,
            _ => Heard::Digit(['1', '2', '5'][usize::from(choice / 9) % 3]),
        },
        Line::Ending => match choice % 3 {
            0 => Heard::Ended {
                by: Ender::Local,
                cause: Cause::sip(200),
            },
            1 => end,
            _ => Heard::Answered,
        },
        Line::Over => return None,
    })
}

fn ask(choice: u8, call: CallId, fresh: CallId, back: Option<CallId>) -> Asked {
    let to = match choice / 32 {
        0..=3 => Destination::Partner(POLICE.to_owned()),
        4 => Destination::Partner("ambulance".to_owned()),
        5 => Destination::Seat(SEATS[usize::from(choice) % 3].into()),
        6 => Destination::Number("10000000077".to_owned()),
        _ => Destination::Partner("nobody".to_owned()),
    };
    match choice % 24 {
        0 => Asked::Ready,
        1 => Asked::Break(BreakReason::Rest),
        2 => Asked::Offline,
        3 => Asked::WrappedUp,
        4 => Asked::KeepWrapUp,
        5 => Asked::Answer(call),
        6 => Asked::Decline(call),
        7 => Asked::HangUp(call),
        8 => Asked::Hold(call),
        9 => Asked::Retrieve(call),
        10 => Asked::Mute(call, choice > 100),
        11 => Asked::Digit(call, '5'),
        12 => Asked::Transfer(call, to),
        13 => Asked::Consult(call, to),
        14 => Asked::Join(call),
        15 => Asked::HandOver(call),
        16 => Asked::DropConsult(call),
        17 => Asked::Decide(call, Agreed::Both),
        18 => Asked::Leave(call),
        19 => Asked::Listen(call),
        20 => Asked::Whisper(call),
        21 => Asked::Barge(call),
        22 => Asked::Dial {
            call: fresh,
            to,
            call_back: back,
        },
        _ => Asked::PauseRecording(call, choice > 100),
    }
}

fn check(w: &World) {
    for (leg, ends) in &w.ends {
        assert!(*ends <= 1 || w.lines[leg] == Line::Over);
    }
    // Nobody hears, or is heard, who is not there.
    for (from, to) in w.hears.keys() {
        for leg in [from, to] {
            assert!(
                !matches!(w.lines[leg], Line::Over),
                "{leg} is over and in a talk"
            );
        }
        assert_eq!(from.call, to.call, "two calls are never mixed");
    }
    // No leg in two talks: among those who talk, hearing goes both ways (but for who is muted or supervises), and who
    // hears two hears them hear each other.
    let supervisors: BTreeSet<LegId> = w
        .placed
        .iter()
        .filter(|placing| placing.to == Target::Seat("lead".into()))
        .map(|placing| placing.leg)
        .collect();
    let mut talks: BTreeMap<LegId, BTreeSet<LegId>> = BTreeMap::new();
    for (from, to) in w.hears.keys() {
        if !supervisors.contains(from) && !supervisors.contains(to) {
            talks.entry(*from).or_default().insert(*to);
            talks.entry(*to).or_default().insert(*from);
        }
    }
    for (leg, others) in &talks {
        for other in others {
            for third in others {
                if other != third {
                    assert!(
                        talks[other].contains(third) || talks[other] == BTreeSet::from([*leg]),
                        "{leg} is in two talks"
                    );
                }
            }
        }
    }
    // A seat that has a call is in one that exists; a call rings or talks where its seat says so.
    for seat in w.board.seats() {
        if let Some(call) = seat.state.call() {
            assert!(
                w.lines.keys().any(|leg| leg.call == call),
                "{} is in a call that is not there",
                seat.name
            );
        }
    }
    // The highest class first: whoever is rung while a higher one waits was the only one that could be served.
    let ready = w
        .board
        .seats()
        .any(|s| s.free() && s.skills == Skills::NONE);
    let stuck = w
        .board
        .waiting()
        .any(|c| c.class == Class::Emergency && !c.ringing && c.passed.is_empty());
    assert!(!(ready && stuck), "an emergency waits while a seat is free");
}

/// Everybody answerable: a caller whose line is up hears a prompt or a person, or is on the way out.
fn nobody_is_left_in_silence(w: &World) {
    for (leg, line) in &w.lines {
        if leg.no == 0 && *line == Line::Up && leg.call.0 < (1 << 90) {
            let hears = w.hears.keys().any(|(_, to)| to == leg);
            let prompted = w.prompts.contains_key(leg);
            let muted = w.hears.keys().any(|(from, _)| from == leg);
            assert!(hears || prompted || muted, "{leg} hears nothing");
        }
    }
}

fn run(deeds: &[Deed]) {
    let mut w = World::with_seats(plan(), &SEATS);
    w.ask("lead", Asked::Break(BreakReason::Paperwork)).unwrap();
    w.prompt_engine = false;
    let mut fresh = 1u128 << 110;
    let mut inbound = Vec::new();
    let mut announced = BTreeSet::new();
    for deed in deeds {
        match deed {
            Deed::Arrive { trunk, number } => {
                let trunk = if *trunk { "city" } else { "alarm" };
                let number = if *number == 5 {
                    "anonymous".to_owned()
                } else {
                    format!("1000000004{number}")
                };
                inbound.push(w.call(trunk, &number));
            }
            Deed::Time(millis) => w.pass(u64::from(*millis)),
            Deed::Leg {
                which,
                heard: choice,
            } => {
                let open: Vec<LegId> = w
                    .lines
                    .iter()
                    .filter(|(_, line)| **line != Line::Over)
                    .map(|(leg, _)| *leg)
                    .collect();
                if !open.is_empty() {
                    let leg = open[usize::from(*which) % open.len()];
                    let line = w.lines[&leg].clone();
                    if let Some(what) = heard(&line, *choice) {
                        // A call that came in is up only after it was ordered to be.
                        let early = line == Line::Arrived
                            && what == Heard::Answered
                            && !w.orders.contains(&Order::Answer(leg));
                        if !early {
                            if matches!(what, Heard::Ended { .. } | Heard::Failed(_)) {
                                w.recorded(leg);
                            }
                            if line == Line::Ending && what == Heard::Answered {
                                w.hear(Input::Leg(leg, what));
                            } else {
                                w.leg(leg, what);
                            }
                        }
                    }
                }
            }
            Deed::Ask { seat, what, which } => {
                let seat = SEATS[usize::from(*seat)];
                let calls: Vec<CallId> = w
                    .lines
                    .keys()
                    .map(|leg| leg.call)
                    .collect::<BTreeSet<_>>()
                    .into_iter()
                    .collect();
                let call = calls
                    .get(usize::from(*which) % calls.len().max(1))
                    .copied()
                    .unwrap_or(CallId(0));
                // A person mostly acts on the own call.
                let own = w.board.seat(&seat.into()).and_then(|s| s.state.call());
                let call = if *which < 200 {
                    own.unwrap_or(call)
                } else {
                    call
                };
                fresh += 1;
                let back = w
                    .board
                    .call_backs()
                    .open()
                    .next()
                    .map(|b| b.of)
                    .filter(|_| *which % 2 == 0);
                let mut asked = ask(*what, call, CallId(fresh), back);
                let lead_only = matches!(
                    asked,
                    Asked::Listen(_) | Asked::Whisper(_) | Asked::Barge(_)
                );
                if lead_only != (seat == "lead") {
                    asked = if seat == "lead" {
                        Asked::Unsupervise(call)
                    } else {
                        Asked::Answer(call)
                    };
                }
                let before = w.facts.len();
                if w.ask(seat, asked).is_err() {
                    assert_eq!(w.facts.len(), before, "what is denied changes nothing");
                }
            }
            Deed::Trunk { which, up } => {
                let trunk = ["city", POLICE, "ambulance"][usize::from(*which)];
                let state = if *up {
                    TrunkState::Up
                } else {
                    TrunkState::Down
                };
                w.hear(Input::Trunk(trunk.into(), state));
            }
            Deed::Phone { seat, state } => {
                let states = [PhoneState::Coming, PhoneState::There, PhoneState::Gone];
                let state = states[usize::from(*state)];
                w.hear(Input::Phone(SEATS[usize::from(*seat)].into(), state));
            }
            Deed::Announce { number, asks } => {
                fresh += 1;
                announced.insert(CallId(fresh));
                w.hear(Input::Announce(Box::new(Announcement {
                    call: CallId(fresh),
                    number: format!("1000000004{number}"),
                    sentences: vec!["notice".into()],
                    thanks: vec!["notice_noted".into(); usize::from(number % 2)],
                    asks: *asks,
                })));
            }
            Deed::Withdraw(which) => {
                let all: Vec<CallId> = announced.iter().copied().collect();
                if let Some(call) = all.get(usize::from(*which) % all.len().max(1)) {
                    w.hear(Input::Withdraw(*call));
                }
            }
            Deed::Confirm => confirm(&mut w),
            Deed::Kill { away, gone } => {
                let gone = usize::from(*gone);
                w.kill(u64::from(*away), |leg| {
                    gone == 0 || usize::from(leg.no) % 5 != gone - 1
                });
            }
        }
        check(&w);
        nobody_is_left_in_silence(&w);
    }
    // Everybody goes home: all callers hang up, and everything must come to its end.
    for seat in SEATS {
        w.hear(Input::Seat(seat.into(), Asked::Offline));
    }
    for _ in 0..400 {
        confirm(&mut w);
        let open: Vec<LegId> = w
            .lines
            .iter()
            .filter(|(_, line)| **line != Line::Over)
            .map(|(leg, _)| *leg)
            .collect();
        for leg in open {
            if w.lines[&leg] != Line::Over {
                w.recorded(leg);
                if matches!(w.lines[&leg], Line::Dialled(_)) {
                    w.leg(leg, Heard::Failed(Cause::sip(480)));
                } else {
                    w.ended(leg, Ender::Remote);
                }
            }
        }
        w.pass(10_000);
        for call in inbound.iter() {
            if w.record(*call).is_none() {
                continue;
            }
        }
    }
    for call in inbound {
        let record = w
            .record(call)
            .unwrap_or_else(|| panic!("{call} has no end"));
        let made = w
            .facts
            .iter()
            .any(|f| f.call == call && matches!(f.what, What::CallBackMade { .. }));
        match record.outcome {
            Outcome::Answered | Outcome::AnsweredElsewhere => assert!(record.answered.is_some()),
            Outcome::CallBack => assert!(made, "{call}"),
            Outcome::LostWithoutNumber => assert!(record.number.is_none(), "{call}"),
            Outcome::RefusedFull => {}
            other => panic!("{call} came in and came out as {other:?}"),
        }
    }
    for call in announced {
        let said = |what: fn(&What) -> bool| {
            let of_call = w.facts.iter().filter(|f| f.call == call);
            of_call.filter(|f| what(&f.what)).count()
        };
        assert_eq!(said(|w| matches!(w, What::Announced { .. })), 1, "{call}");
        assert_eq!(said(|w| matches!(w, What::Over(_))), 1, "{call} has an end");
    }
    let over: Vec<CallId> = w
        .facts
        .iter()
        .filter_map(|f| matches!(f.what, What::Over(_)).then_some(f.call))
        .collect();
    assert_eq!(
        over.iter().collect::<BTreeSet<_>>().len(),
        over.len(),
        "a call is over once"
    );
    assert!(
        w.ends.values().all(|ends| *ends == 1),
        "every leg ends once"
    );
    assert!(
        w.board.seats().all(|s| !matches!(
            s.state,
            SeatState::Ringing(_) | SeatState::Talking(_) | SeatState::Supervising(_)
        )),
        "{:?}",
        w.board.seats().map(|s| s.state).collect::<Vec<_>>()
    );
}

fn confirm(w: &mut World) {
    let ending: Vec<LegId> = w
        .lines
        .iter()
        .filter(|(_, line)| **line == Line::Ending)
        .map(|(leg, _)| *leg)
        .collect();
    for leg in ending {
        if w.lines[&leg] == Line::Ending {
            w.recorded(leg);
            w.ended(leg, Ender::Local);
        }
    }
    let answering: Vec<LegId> = w
        .lines
        .iter()
        .filter(|(leg, line)| **line == Line::Arrived && w.orders.contains(&Order::Answer(**leg)))
        .map(|(leg, _)| *leg)
        .collect();
    for leg in answering {
        if w.lines[&leg] == Line::Arrived {
            w.leg(leg, Heard::Answered);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if std::env::var_os("LIANDONG_SOAK").is_some() { 20_000 } else { 400 }, ..ProptestConfig::default() })]

    #[test]
    fn laws_1_2_5_hold_in_any_history(deeds in proptest::collection::vec(deed(), 1..120)) {
        run(&deeds);
    }
}
