//! What the RFCs say between two programs of which one is not ours.

use crate::interop::{file, run, sipp, succeeded};
use crate::room::{Plan, Room, far, sip, trunk};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::process::Output;
use std::time::{Duration, Instant};
use voice::call::{Heard, Input, LegId, Order, Placing};
use voice::sip::settings::Transport;

/// While SIPp runs, gives the orders that follow from what was heard.
async fn with_orders(
    room: &Room,
    run: impl Future<Output = Output>,
    follow: impl Fn(&Input) -> Vec<Order>,
) -> Output {
    tokio::pin!(run);
    let mut next = 0;
    loop {
        let heard = room.everything();
        for input in heard.iter().skip(next) {
            let orders = follow(input);
            if matches!(orders.first(), Some(Order::ReferProgress { .. })) {
                // A NOTIFY may overtake the 202 (RFC 3515, 2.4.4), which SIPp's script cannot follow.
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            room.order(orders);
        }
        next = heard.len();
        tokio::select! {
            output = &mut run => return output,
            () = tokio::time::sleep(Duration::from_millis(5)) => {}
        }
    }
}

fn answered(input: &Input) -> Vec<Order> {
    match input {
        Input::Arrived(arrival) => {
            let leg = LegId::arrived(arrival.call);
            vec![Order::Ring(leg), Order::Answer(leg)]
        }
        _ => Vec::new(),
    }
}

async fn scenario(
    room: &Room,
    name: &str,
    port: u16,
    follow: impl Fn(&Input) -> Vec<Order>,
) -> Output {
    let file = file(name);
    let arguments = ["-sf", &file, "-m", "3", "-r", "10"];
    with_orders(room, sipp(room, &arguments, port), follow).await
}

fn count(room: &Room, so: impl Fn(&Heard) -> bool) -> usize {
    let heard = room.everything();
    heard
        .iter()
        .filter(|i| matches!(i, Input::Leg(_, heard) if so(heard)))
        .count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_insists_on_what_comes_before_the_answer_gets_it_in_turn() {
    let room = Room::ready(Plan::default()).await;
    let output = scenario(&room, "reliable.xml", 26_060, |input| match input {
        Input::Arrived(arrival) => {
            let leg = LegId::arrived(arrival.call);
            vec![
                Order::Ring(leg),
                Order::Play {
                    leg,
                    prompt: "ringback".into(),
                    repeat: true,
                },
                Order::Answer(leg),
            ]
        }
        _ => Vec::new(),
    })
    .await;
    succeeded(&output);
    room.empty().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_before_the_answer_is_said_again_until_its_prack() {
    let room = Room::ready(Plan::default()).await;
    let socket = UdpSocket::bind(SocketAddr::from(([127, 0, 0, 2], 0))).expect("a socket");
    socket
        .set_read_timeout(Some(Duration::from_millis(50)))
        .expect("a timeout");
    let at = socket.local_addr().expect("bound");
    let engine = room.engine;
    let message = |method: &str, cseq: u32, to: &str, extra: &str| {
        format!(
            "{method} sip:12345@{engine} SIP/2.0\r\nVia: SIP/2.0/UDP {at};branch=z9hG4bK{method}{cseq}\r\n\
             From: <sip:10012345678@network.invalid>;tag=1\r\nTo: {to}\r\nCall-ID: again\r\n\
             CSeq: {cseq} {method}\r\nMax-Forwards: 70\r\nContact: <sip:a@{at}>\r\n{extra}Content-Length: 0\r\n\r\n"
        )
    };
    let nobody = "<sip:12345@desk.invalid>";
    let invite = message("INVITE", 1, nobody, "Require: 100rel\r\n");
    socket.send_to(invite.as_bytes(), engine).expect("sent");
    let (_, arrival) = room
        .heard("the call", |i| matches!(i, Input::Arrived(_)))
        .await;
    room.order(answered(&arrival));
    // What comes until something is so.
    let until = |so: &dyn Fn(&[String]) -> bool| {
        let (mut all, end) = (Vec::new(), Instant::now() + crate::room::PATIENCE);
        let mut buffer = [0; 4096];
        while !so(&all) {
            assert!(Instant::now() < end, "{all:#?}");
            if let Ok(length) = socket.recv(&mut buffer) {
                all.push(String::from_utf8_lossy(&buffer[..length]).into_owned());
            }
        }
        all
    };
    let ringing = |all: &[String]| {
        let all = all.iter().filter(|m| m.starts_with("SIP/2.0 180"));
        all.map(String::clone).collect::<Vec<_>>()
    };
    let all = until(&|all| ringing(all).len() >= 3);
    assert!(
        !all.iter().any(|m| m.starts_with("SIP/2.0 200")),
        "answered before its PRACK: {all:#?}"
    );
    let rings = ringing(&all);
    assert!(
        rings.iter().all(|m| *m == rings[0]) && rings[0].contains("\r\nRSeq: 1\r\n"),
        "{rings:#?}"
    );
    let to = rings[0].lines().find_map(|l| l.strip_prefix("To: "));
    let to = to.expect("a To");
    let prack = message("PRACK", 2, to, "RAck: 1 1 INVITE\r\n");
    socket.send_to(prack.as_bytes(), engine).expect("sent");
    until(&|all| {
        all.iter()
            .any(|m| m.contains("\r\nCSeq: 1 INVITE") && m.starts_with("SIP/2.0 200"))
    });
    // An ACK without the answer that its offer wanted ends the call.
    let ack = message("ACK", 1, to, "");
    socket.send_to(ack.as_bytes(), engine).expect("sent");
    until(&|all| all.iter().any(|m| m.starts_with("BYE ")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_amid_a_call_is_taken_up() {
    let room = Room::ready(Plan::default()).await;
    succeeded(&scenario(&room, "amid.xml", 26_260, answered).await);
    room.empty().await;
    assert_eq!(count(&room, |h| *h == Heard::RemoteHold(true)), 3);
    assert_eq!(count(&room, |h| *h == Heard::RemoteHold(false)), 3);
    assert_eq!(count(&room, |h| *h == Heard::Digit('7')), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_hang_up_at_once() {
    let room = Room::ready(Plan::default()).await;
    let output = scenario(&room, "glare.xml", 26_460, |input| match input {
        Input::Leg(leg, Heard::Answered) => vec![Order::End {
            leg: *leg,
            cause: voice::call::Cause::sip(200),
        }],
        other => answered(other),
    })
    .await;
    succeeded(&output);
    room.empty().await;
    assert_eq!(count(&room, |h| matches!(h, Heard::Ended { .. })), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_network_that_loses_messages_loses_no_call() {
    let room = Room::ready(Plan::default()).await;
    let file = file("lossy.xml");
    let lossy = [
        "-sf",
        &file,
        "-m",
        "40",
        "-r",
        "40",
        "-max_invite_retrans",
        "8",
    ];
    succeeded(&with_orders(&room, sipp(&room, &lossy, 26_660), answered).await);
    assert_eq!(room.arrivals().len(), 40);
    room.empty().await;
    assert_eq!(count(&room, |h| matches!(h, Heard::Ended { .. })), 40);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transfer_key_is_heard_and_told_how_it_goes() {
    let room = Room::ready(Plan::default()).await;
    let output = scenario(&room, "blind.xml", 26_860, |input| match input {
        Input::Leg(leg, Heard::ReferAsked { to, replaces: None }) if to == "110" => [100, 200]
            .map(|status| Order::ReferProgress { leg: *leg, status })
            .to_vec(),
        other => answered(other),
    })
    .await;
    succeeded(&output);
    room.empty().await;
    let output = scenario(&room, "attended.xml", 27_060, |input| match input {
        Input::Leg(
            leg,
            Heard::ReferAsked {
                replaces: Some(other),
                ..
            },
        ) if leg != other => vec![Order::ReferProgress {
            leg: *leg,
            status: 200,
        }],
        other => answered(other),
    })
    .await;
    succeeded(&output);
    room.empty().await;
}

/// Where SIPp is a network that is called.
const CARRIER: [u8; 4] = [127, 0, 0, 5];

/// SIPp as a network that is called, at this port.
async fn called(name: &str, calls: &str, port: u16) -> Output {
    let nobody = SocketAddr::from((CARRIER, port));
    let arguments = ["-sf", &file(name), "-m", calls];
    run(
        nobody,
        &Ipv4Addr::from(CARRIER).to_string(),
        "x",
        &arguments,
        port,
    )
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_network_s_own_sound_before_its_answer_is_heard_and_acknowledged() {
    let room = Room::ready(Plan::default()).await;
    let legs = [1, 2, 3].map(|no| LegId {
        call: voice::call::CallId(9),
        no,
    });
    let place = |leg: LegId| {
        Order::Place(Box::new(Placing {
            leg,
            to: voice::call::Target::Trunk {
                trunk: "carrier".into(),
                number: "10087654321".to_owned(),
                policy: voice::call::PolicyName::from("platform"),
            },
            origin: voice::call::Origin::default(),
            ring_ms: 20_000,
        }))
    };
    room.order(legs.map(place));
    let output = with_orders(
        &room,
        called("carrier.xml", "3", room.engine.port()),
        |input| match input {
            Input::Leg(leg, Heard::Answered) => vec![Order::End {
                leg: *leg,
                cause: voice::call::Cause::sip(200),
            }],
            _ => Vec::new(),
        },
    )
    .await;
    succeeded(&output);
    for heard in [Heard::EarlyMedia, Heard::Ringing, Heard::Answered] {
        for leg in legs {
            room.of(leg, heard.clone()).await;
        }
    }
    room.empty().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_change_the_session_at_once() {
    let port = 27_260;
    let mut own = sip(
        [127, 0, 0, 6],
        port,
        Transport::Udp,
        &(Vec::new(), Vec::new()),
    );
    own.trunks = vec![voice::sip::settings::Trunk {
        probed: false,
        ..trunk("carrier", CARRIER, port, Transport::Udp)
    }];
    let here = far(own, [127, 0, 0, 6], 20_000, 440.0).await;
    let run = called("pending.xml", "1", port);
    let call = async {
        let from = voice::sip::policy::From {
            display: None,
            uri: "sip:10012345678@network.invalid".to_owned(),
        };
        let no = here
            .call(&"carrier".into(), "110", from, Vec::new())
            .expect("a call");
        let up = |far: &voice::lab::Far| {
            far.look(no)
                .is_some_and(|seen| seen.stage == voice::lab::Stage::Up)
        };
        assert!(here.wait(crate::room::PATIENCE, up).await);
        here.hold(no, true);
        // The answer to what was asked again: nothing is sent to us any more.
        let agreed = |far: &voice::lab::Far| far.look(no).is_some_and(|seen| seen.agreed > 0);
        let agreed = here.wait(crate::room::PATIENCE, agreed).await;
        here.end(no);
        agreed
    };
    let (output, agreed) = tokio::join!(run, call);
    succeeded(&output);
    assert!(agreed);
}
