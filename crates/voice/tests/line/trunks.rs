//! Trunks, phones and what is turned away.

use crate::room::{CALLER, PATIENCE, Plan, Room, SEAT, hears, last};
use voice::call::{
    Cause, Ender, Gain, Heard, Input, LegId, Order, SeatName, TrunkName, TrunkState,
};
use voice::lab::{Manner, Stage};
use voice::sip::settings::Transport;

/// A whole call over this transport.
async fn talks_over(transport: Transport) {
    let room = Room::ready(Plan {
        transport,
        ..Plan::default()
    })
    .await;
    let (caller, arrival) = room.arrive().await;
    let leg = LegId::arrived(arrival.call);
    let seat = room.ring_seat(arrival.call, 1);
    room.of(seat, Heard::Answered).await;
    room.stop(leg);
    room.both(leg, seat, Gain::FULL);
    let phone = last(&room.phones).expect("rung").no;
    room.until("they talk", || {
        hears(&room.network, caller) == [SEAT] && hears(&room.phones, phone) == [CALLER]
    })
    .await;
    room.phones.end(phone);
    room.of(
        seat,
        Heard::Ended {
            by: Ender::Remote,
            cause: Cause::sip(200),
        },
    )
    .await;
    room.end(leg);
    room.empty().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_goes_over_streams() {
    talks_over(Transport::Tcp).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_goes_over_tls() {
    talks_over(Transport::Tls).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_with_a_wrong_password_is_not_there() {
    let room = Room::new(Plan {
        password: "wrong",
        ..Plan::default()
    })
    .await;
    let desk = TrunkName::from("desk");
    assert!(
        room.phones
            .wait(PATIENCE, |far| far.works(&desk) == Some(false))
            .await
    );
    assert!(!room.voice.has_phone(SeatName::from("desk-1")).await);
    let seat = room.ring_seat(voice::call::CallId(9), 1);
    room.of(seat, Heard::Failed(Cause::sip(480))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_call_too_many_is_told_when_to_come_again() {
    let room = Room::ready(Plan {
        most_calls: 2,
        ..Plan::default()
    })
    .await;
    let (first, arrival) = room.arrive().await;
    let _second = room.arrive().await;
    let from = voice::sip::policy::From {
        display: None,
        uri: "sip:10087654321@network.invalid".to_owned(),
    };
    let third = room
        .network
        .call(&"desk".into(), "12345", from, Vec::new())
        .expect("the network calls");
    room.until("the third is turned away", || {
        matches!(
            room.network.look(third).map(|s| s.stage),
            Some(Stage::Over(Ender::Network, Cause { sip: 503, .. }))
        )
    })
    .await;
    room.end(LegId::arrived(arrival.call));
    room.until("a place is free", || {
        matches!(
            room.network.look(first).map(|s| s.stage),
            Some(Stage::Over(..))
        )
    })
    .await;
    room.arrive().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_says_why() {
    let room = Room::ready(Plan::default()).await;
    let (caller, arrival) = room.ring_in().await;
    let leg = LegId::arrived(arrival.call);
    let cause = Cause {
        sip: 480,
        q850: Some(20),
        text: Some("nobody there".to_owned()),
    };
    room.order([
        Order::Ring(leg),
        Order::Refuse {
            leg,
            cause: cause.clone(),
            retry_after: Some(30),
        },
    ]);
    room.of(
        leg,
        Heard::Ended {
            by: Ender::Local,
            cause: cause.clone(),
        },
    )
    .await;
    room.until("the network hears why", || {
        let over = room.network.look(caller).map(|s| s.stage);
        over == Some(Stage::Over(Ender::Network, cause.clone()))
    })
    .await;
    room.empty().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trunk_that_is_gone_is_told_and_fails_at_once() {
    let mut room = Room::ready(Plan::default()).await;
    room.other = room.network.clone();
    room.heard(
        "the trunk is down",
        |i| matches!(i, Input::Trunk(t, TrunkState::Down) if t.as_str() == "other"),
    )
    .await;
    let leg = room.ring_other(voice::call::CallId(9), 1);
    room.heard(
        "it fails",
        |i| matches!(i, Input::Leg(l, Heard::Failed(c)) if *l == leg && c.sip == 503),
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_phone_and_one_nobody_takes_fail_each_in_its_way() {
    let room = Room::ready(Plan::default()).await;
    room.phones.behave(Manner::Refuse(486));
    let busy = room.ring_seat(voice::call::CallId(9), 1);
    room.heard(
        "busy",
        |i| matches!(i, Input::Leg(l, Heard::Failed(c)) if *l == busy && c.sip == 486),
    )
    .await;
    room.phones.behave(Manner::Ring);
    let rung = room.ring_seat(voice::call::CallId(9), 2);
    room.of(rung, Heard::Ringing).await;
    room.order([Order::End {
        leg: rung,
        cause: Cause::sip(408),
    }]);
    room.of(
        rung,
        Heard::Ended {
            by: Ender::Local,
            cause: Cause::sip(408),
        },
    )
    .await;
    room.empty().await;
}
