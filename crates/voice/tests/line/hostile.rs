//! Bad messages never cost a good call (RFC 4475, floods).

use crate::room::{CALLER, PHONES, Plan, Room, SEAT, hears, last};
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};
use voice::call::{Gain, Heard, LegId};

/// Messages of the kinds RFC 4475 has, for this engine; what is `valid` must be answered.
fn torture(engine: SocketAddr) -> Vec<(&'static str, Vec<u8>)> {
    let request = |method: &str, extra: &str, body: &str| {
        format!(
            "{method} sip:12345@{engine} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.4:15999;branch=z9hG4bK{}\r\n\
             From: <sip:a@b.invalid>;tag=1\r\nTo: <sip:12345@desk.invalid>\r\nCall-ID: {method}{}\r\n\
             CSeq: 1 {method}\r\nMax-Forwards: 70\r\nContact: <sip:a@127.0.0.4:15999>\r\n{extra}\r\n{body}",
            extra.len(), extra.len(),
        )
        .into_bytes()
    };
    let mut bad = vec![
        (
            "negative length",
            request("INVITE", "Content-Length: -999\r\n", "v=0\r\n"),
        ),
        (
            "length beyond the datagram",
            request("INVITE", "Content-Length: 9999\r\n", "v=0\r\n"),
        ),
        (
            "numbers beyond their range",
            request("OPTIONS", "Expires: 10000000000000000000\r\n", ""),
        ),
        (
            "unterminated quote",
            request("INVITE", "P-Asserted-Identity: \"x <sip:1@b>\r\n", ""),
        ),
        (
            "unknown scheme",
            request("INVITE", "Diversion: <nobody:1@b>;;;=\r\n", ""),
        ),
        (
            "header without colon",
            request("OPTIONS", "nonsense\r\n", ""),
        ),
        (
            "a line folded",
            request("OPTIONS", "Subject: a\r\n b\r\n", ""),
        ),
        (
            "bytes that are no text",
            b"INVITE sip:\xff\xfe@x SIP/2.0\r\nVia: \x00\xff\r\n\r\n".to_vec(),
        ),
        ("version 7", b"OPTIONS sip:x SIP/7.0\r\n\r\n".to_vec()),
        ("nothing but a start", b"INVITE sip:x SIP/2.0\r\n".to_vec()),
        (
            "an answer to nothing",
            b"SIP/2.0 200 OK\r\nCSeq: 1 INVITE\r\n\r\n".to_vec(),
        ),
        (
            "status beyond",
            b"SIP/2.0 4294967301 better\r\nVia: x\r\n\r\n".to_vec(),
        ),
        ("unknown method", request("NEWMETHOD", "", "")),
        ("ACK out of nowhere", request("ACK", "", "")),
        (
            "BYE out of nowhere",
            request("BYE", "To: <sip:x@y>;tag=99\r\n", ""),
        ),
        ("REGISTER without credentials", request("REGISTER", "", "")),
        (
            "REGISTER with rubbish",
            request("REGISTER", "Authorization: Digest =,=\"\r\n", ""),
        ),
        (
            "too many hops",
            request("INVITE", "Max-Forwards: 0\r\n", ""),
        ),
        (
            "another service",
            b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(),
        ),
        ("zeros", vec![0; 1500]),
    ];
    let long = format!("Subject: {}\r\n", "x".repeat(7000));
    bad.push(("a very long header", request("OPTIONS", &long, "")));
    let many = "Via: SIP/2.0/UDP 127.0.0.4:1;branch=z9hG4bK1\r\n".repeat(120);
    bad.push(("very many headers", request("OPTIONS", &many, "")));
    bad
}

async fn talking(room: &Room) -> impl Fn() -> bool + '_ {
    let (caller, arrival) = room.arrive().await;
    let leg = LegId::arrived(arrival.call);
    let seat = room.ring_seat(arrival.call, 1);
    room.of(seat, Heard::Answered).await;
    room.stop(leg);
    room.both(leg, seat, Gain::FULL);
    let phone = last(&room.phones).expect("rung").no;
    let talk =
        move || hears(&room.network, caller) == [SEAT] && hears(&room.phones, phone) == [CALLER];
    room.until("they talk", &talk).await;
    talk
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn torture_is_survived_and_the_next_call_talks() {
    let room = Room::ready(Plan::default()).await;
    let talk = talking(&room).await;
    let socket = UdpSocket::bind(SocketAddr::from((PHONES, 0))).expect("a socket");
    for (_, bytes) in torture(room.engine) {
        socket.send_to(&bytes, room.engine).expect("sent");
        // Cut anywhere, too.
        for part in [
            bytes.len() / 3,
            bytes.len() / 2,
            bytes.len().saturating_sub(1),
        ] {
            socket.send_to(&bytes[..part], room.engine).expect("sent");
        }
    }
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert!(talk(), "the call that talked was disturbed");
    let again = talking(&room).await;
    assert!(again());
    let calls = room.arrivals().len();
    assert_eq!(calls, 2, "rubbish became a call");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_from_one_address_disturbs_none_of_the_calls() {
    let room = Room::ready(Plan {
        phone_rate: 50,
        ..Plan::default()
    })
    .await;
    let talk = talking(&room).await;
    let socket = UdpSocket::bind(SocketAddr::from((PHONES, 0))).expect("a socket");
    let engine = room.engine;
    let flood = std::thread::spawn(move || {
        let start = Instant::now();
        let mut sent = 0_u32;
        while start.elapsed() < Duration::from_secs(2) {
            for n in 0..20 {
                let bytes = format!(
                    "REGISTER sip:{engine} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.4:1;branch=z9hG4bK{sent}{n}\r\n\
                     From: <sip:8001@x>;tag=1\r\nTo: <sip:8001@x>\r\nCall-ID: {sent}{n}\r\nCSeq: 1 REGISTER\r\n\r\n"
                );
                sent += u32::from(socket.send_to(bytes.as_bytes(), engine).is_ok());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        sent
    });
    // Amid it a new caller gets through.
    tokio::time::sleep(Duration::from_millis(500)).await;
    room.ring_in().await;
    let sent = flood.join().expect("no panic");
    assert!(sent > 1000, "{sent}");
    assert!(talk(), "the call that talked was disturbed");
    let load = room.voice.load().await.expect("an engine");
    assert!(load.too_many > u64::from(sent) / 2, "{load:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_has_no_business_here_is_not_answered() {
    let room = Room::ready(Plan::default()).await;
    let socket = UdpSocket::bind("127.0.0.9:0").expect("a socket");
    socket
        .set_read_timeout(Some(Duration::from_millis(500)))
        .expect("a timeout");
    for (_, bytes) in torture(room.engine) {
        socket.send_to(&bytes, room.engine).expect("sent");
    }
    let mut buffer = [0; 100];
    assert!(socket.recv(&mut buffer).is_err(), "a stranger was answered");
    let load = room.voice.load().await.expect("an engine");
    assert!(load.strangers >= 20, "{load:?}");
}
