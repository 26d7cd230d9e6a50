//! Peers of RFC 2543, which left out what is needed today: no branch and no rport in Via, no tag, no Contact, no
//! Content-Length, no Max-Forwards. They call and are called; what they must not see they do not see. Over a stream, and where
//! a message is longer than one may be, they are refused with a reason.

use crate::room::{PATIENCE, Plan, Room};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::time::{Duration, Instant};
use voice::call::{
    Arrival, CallId, Cause, Ender, Heard, Input, LegId, Order, Origin, Placing, Target,
};
use voice::sip::settings::Transport;

const SDP: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.2\r\ns=-\r\nc=IN IP4 127.0.0.2\r\nt=0 0\r\nm=audio 49217 RTP/AVP 8\r\n";
const FROM: &str = "<sip:10012345678@old.invalid>";
const TO: &str = "<sip:12345@desk.invalid>";

/// A message as lines of its head, and a body.
struct Message {
    first: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Message {
    fn read(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").expect("a whole message");
        let mut lines = head.split("\r\n");
        let first = lines.next().expect("a first line").to_owned();
        let headers = lines.filter_map(|line| {
            let (name, value) = line.split_once(':')?;
            Some((name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        });
        Self {
            first,
            headers: headers.collect(),
            body: body.to_owned(),
        }
    }

    fn get(&self, name: &str) -> &str {
        self.headers
            .iter()
            .find(|(found, _)| found == name)
            .map_or("", |(_, value)| value)
    }

    fn is(&self, begins: &str) -> bool {
        self.first.starts_with(begins)
    }
}

/// A peer with its socket at the place of the other platform's trunk, or the network's.
struct Peer {
    socket: UdpSocket,
    engine: SocketAddr,
}

impl Peer {
    fn at(address: ([u8; 4], u16), room: &Room) -> Self {
        let socket = UdpSocket::bind(SocketAddr::from(address)).expect("a socket");
        socket
            .set_read_timeout(Some(Duration::from_millis(20)))
            .expect("a timeout");
        Self {
            socket,
            engine: room.engine,
        }
    }

    fn own(&self) -> SocketAddr {
        self.socket.local_addr().expect("bound")
    }

    fn send(&self, text: &str) {
        self.socket
            .send_to(text.as_bytes(), self.engine)
            .expect("sent");
    }

    /// The next message of which this is so; what else comes is passed over. Nothing of ours shows the tag that stands for none.
    async fn wait(&self, what: &str, so: impl Fn(&Message) -> bool) -> Message {
        let end = Instant::now() + PATIENCE;
        let mut buffer = [0; 8192];
        loop {
            assert!(Instant::now() < end, "never: {what}");
            let Ok(length) = self.socket.recv(&mut buffer) else {
                tokio::task::yield_now().await;
                continue;
            };
            let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
            assert!(!text.contains("rfc2543"), "{text}");
            let message = Message::read(&text);
            if so(&message) {
                return message;
            }
        }
    }

    /// A request as RFC 2543 had it.
    fn ask(
        &self,
        method: &str,
        sequence: u32,
        from: &str,
        to: &str,
        call: &str,
        body: &str,
    ) -> String {
        let kind = if body.is_empty() {
            ""
        } else {
            "Content-Type: application/sdp\r\n"
        };
        format!(
            "{method} sip:12345@{} SIP/2.0\r\nVia: SIP/2.0/UDP {}\r\nFrom: {from}\r\nTo: {to}\r\nCall-ID: {call}\r\n\
             CSeq: {sequence} {method}\r\n{kind}\r\n{body}",
            self.engine,
            self.own(),
        )
    }
}

async fn arrived(room: &Room) -> Arrival {
    room.until("a call arrives", || !room.arrivals().is_empty())
        .await;
    room.arrivals().remove(0)
}

async fn ended(room: &Room, leg: LegId, by: Ender) {
    room.heard(
        "the end",
        |i| matches!(i, Input::Leg(l, Heard::Ended { by: b, .. }) if *l == leg && *b == by),
    )
    .await;
}

/// A call of such a peer that is up, and the To of its answer.
async fn called_in(room: &Room, peer: &Peer, id: &str) -> (LegId, String) {
    peer.send(&peer.ask("INVITE", 1, FROM, TO, id, SDP));
    let arrival = arrived(room).await;
    let leg = LegId::arrived(arrival.call);
    assert_eq!(arrival.called, "12345");
    room.order([Order::Ring(leg), Order::Answer(leg)]);
    let ok = peer.wait("200", |m| m.is("SIP/2.0 200")).await;
    assert_eq!(ok.get("from"), FROM, "as it was sent");
    assert!(ok.get("to").contains(";tag="), "{}", ok.get("to"));
    assert!(ok.body.contains("m=audio"), "its offer was read");
    let to = ok.get("to").to_owned();
    peer.send(&peer.ask("ACK", 1, FROM, &to, id, ""));
    room.of(leg, Heard::Answered).await;
    (leg, to)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_calls_is_answered_and_hangs_up() {
    let room = Room::ready(Plan::default()).await;
    let peer = Peer::at(([127, 0, 0, 2], 0), &room);
    let (leg, to) = called_in(&room, &peer, "old-1").await;
    peer.send(&peer.ask("BYE", 2, FROM, &to, "old-1", ""));
    let ok = peer
        .wait("200 to BYE", |m| {
            m.is("SIP/2.0 200") && m.get("cseq") == "2 BYE"
        })
        .await;
    assert_eq!(ok.get("from"), FROM);
    ended(&room, leg, Ender::Remote).await;
    room.empty().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_calls_is_hung_up_on_where_it_called_from() {
    let room = Room::ready(Plan::default()).await;
    let peer = Peer::at(([127, 0, 0, 2], 0), &room);
    let (leg, to) = called_in(&room, &peer, "old-2").await;
    room.end(leg);
    let bye = peer.wait("BYE", |m| m.is("BYE ")).await;
    assert_eq!((bye.get("to"), bye.get("from")), (FROM, to.as_str()));
    let sequence = bye.get("cseq").to_owned();
    let via = bye.get("via").to_owned();
    peer.send(&format!(
        "SIP/2.0 200 OK\r\nVia: {via}\r\nFrom: {to}\r\nTo: {FROM}\r\nCall-ID: old-2\r\nCSeq: {sequence}\r\n\r\n"
    ));
    ended(&room, leg, Ender::Local).await;
    room.empty().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_calls_takes_it_back() {
    let room = Room::ready(Plan::default()).await;
    let peer = Peer::at(([127, 0, 0, 2], 0), &room);
    peer.send(&peer.ask("INVITE", 1, FROM, TO, "old-3", SDP));
    let leg = LegId::arrived(arrived(&room).await.call);
    room.order([Order::Ring(leg)]);
    peer.wait("180", |m| m.is("SIP/2.0 180")).await;
    peer.send(&peer.ask("CANCEL", 1, FROM, TO, "old-3", ""));
    peer.wait("200 to CANCEL", |m| {
        m.is("SIP/2.0 200") && m.get("cseq") == "1 CANCEL"
    })
    .await;
    let over = peer.wait("487", |m| m.is("SIP/2.0 487")).await;
    assert_eq!(over.get("from"), FROM);
    peer.send(&peer.ask("ACK", 1, FROM, over.get("to"), "old-3", ""));
    ended(&room, leg, Ender::Remote).await;
    room.empty().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_is_called_answers_without_a_tag() {
    let room = Room::ready(Plan::default()).await;
    // The carrier's place is free.
    let peer = Peer::at(([127, 0, 0, 5], room.engine.port()), &room);
    let leg = LegId {
        call: CallId(900),
        no: 1,
    };
    room.order([Order::Place(Box::new(Placing {
        leg,
        to: Target::Trunk {
            trunk: "carrier".into(),
            number: "110".to_owned(),
            policy: "platform".into(),
        },
        origin: Origin {
            number: Some("10012345678".to_owned()),
            session: leg.call.session(),
            ..Origin::default()
        },
        ring_ms: 20_000,
    }))]);
    let invite = peer.wait("INVITE", |m| m.is("INVITE ")).await;
    let (from, to, call) = (
        invite.get("from").to_owned(),
        invite.get("to").to_owned(),
        invite.get("call-id").to_owned(),
    );
    let own = peer.own();
    let answer = |status: &str, request: &Message, more: &str, body: &str| {
        format!(
            "SIP/2.0 {status}\r\nVia: {}\r\nFrom: {}\r\nTo: {}\r\nCall-ID: {}\r\nCSeq: {}\r\n{more}\r\n{body}",
            request.get("via"),
            request.get("from"),
            request.get("to"),
            request.get("call-id"),
            request.get("cseq"),
        )
    };
    peer.send(&answer("180 Ringing", &invite, "", ""));
    room.of(leg, Heard::Ringing).await;
    let more = format!("Contact: <sip:110@{own}>\r\nContent-Type: application/sdp\r\n");
    peer.send(&answer("200 OK", &invite, &more, SDP));
    let ack = peer.wait("ACK", |m| m.is("ACK ")).await;
    assert_eq!(ack.get("to"), to, "without a tag, as it answered");
    room.of(leg, Heard::Answered).await;
    peer.send(&peer.ask("BYE", 1, &to, &from, &call, ""));
    peer.wait("200 to BYE", |m| {
        m.is("SIP/2.0 200") && m.get("cseq") == "1 BYE"
    })
    .await;
    ended(&room, leg, Ender::Remote).await;
    room.empty().await;
}

/// One message over a stream, and what comes back until this is in it.
async fn over_a_stream(room: &Room, text: &str, until: impl Fn(&str) -> bool) -> String {
    // From the network's address: it has to be one of a trunk.
    let socket =
        socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).expect("a socket");
    socket
        .bind(&SocketAddr::from(([127, 0, 0, 2], 0)).into())
        .expect("its own address");
    socket.connect(&room.engine.into()).expect("connected");
    let mut stream = TcpStream::from(socket);
    stream
        .set_read_timeout(Some(Duration::from_millis(20)))
        .expect("a timeout");
    stream.write_all(text.as_bytes()).expect("written");
    let (mut heard, mut buffer) = (String::new(), [0; 8192]);
    let end = Instant::now() + PATIENCE;
    let mut refused = 0;
    while !until(&heard) {
        assert!(Instant::now() < end, "only {heard:?}");
        for arrival in room.arrivals().iter().skip(refused) {
            refused += 1;
            room.order([Order::Refuse {
                leg: LegId::arrived(arrival.call),
                cause: Cause::sip(480),
                retry_after: None,
            }]);
        }
        if let Ok(length) = stream.read(&mut buffer) {
            heard.push_str(&String::from_utf8_lossy(&buffer[..length]));
        }
        tokio::task::yield_now().await;
    }
    heard
}

fn invite(room: &Room, from: &str, more: &str) -> String {
    format!(
        "INVITE sip:12345@{} SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.2:5060;branch=z9hG4bKlong\r\nFrom: {from}\r\nTo: {TO}\r\n\
         Call-ID: long\r\nCSeq: 1 INVITE\r\nContact: <sip:1@127.0.0.2;transport=tcp>\r\nMax-Forwards: 70\r\n{more}\
         Content-Type: application/sdp\r\nContent-Length: {}\r\n\r\n{SDP}",
        room.engine,
        SDP.len(),
    )
}

fn tcp() -> Plan {
    Plan {
        transport: Transport::Tcp,
        ..Plan::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_a_stream_one_without_a_tag_is_refused_with_a_reason() {
    let room = Room::ready(tcp()).await;
    let text = invite(&room, FROM, "");
    let heard = over_a_stream(&room, &text, |heard| heard.contains("SIP/2.0 400 ")).await;
    assert!(heard.contains("no tag in From"), "{heard}");
    assert!(room.arrivals().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_beyond_8_kb_is_read_from_a_stream_and_refused_as_a_datagram() {
    let subject = format!("Subject: {}\r\n", "long ".repeat(4_000));
    let from = format!("{FROM};tag=1");
    {
        let room = Room::ready(tcp()).await;
        let text = invite(&room, &from, &subject);
        over_a_stream(&room, &text, |heard| heard.contains("SIP/2.0 480 ")).await;
        assert_eq!(room.arrivals()[0].called, "12345");
    }
    let room = Room::ready(Plan::default()).await;
    let peer = Peer::at(([127, 0, 0, 2], 0), &room);
    peer.send(&invite(&room, &from, &subject).replace("/TCP", "/UDP"));
    let refusal = peer.wait("513", |m| m.is("SIP/2.0 513 ")).await;
    assert_eq!(refusal.get("call-id"), "long");
    assert!(room.arrivals().is_empty());
}
