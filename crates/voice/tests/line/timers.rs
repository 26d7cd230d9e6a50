//! Session timers (RFC 4028) by the clock: half an hour passes at once. The far side is a bare socket.

use crate::room::{PATIENCE, net, sip, trunk};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use voice::call::{Cause, Ender};
use voice::sip::settings::{Transport, Trunk};
use voice::sip::word::{DialogNo, Said, Word};
use voice::sip::{Invite, Stack};

/// What is agreed on, in seconds.
const SESSION: u32 = 1_800;
const MINUTE: Duration = Duration::from_secs(60);
const SDP: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n\
    m=audio 30000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n";

/// The clock jumps, and goes on from there.
async fn pass(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

struct Ground {
    stack: Stack,
    said: UnboundedReceiver<Said>,
    far: UdpSocket,
    at: SocketAddr,
    engine: SocketAddr,
    asked: u32,
    /// What came while something else was waited for.
    before: Vec<String>,
}

/// The value of a header.
fn header<'a>(message: &'a str, name: &str) -> Option<&'a str> {
    message.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

impl Ground {
    /// `net` is this test's own.
    async fn open(net_no: u8) -> Self {
        let [own, other] = [1, 2].map(|last| Ipv4Addr::new(127, 0, net_no, last));
        let mut settings = sip(
            own.octets(),
            5060,
            Transport::Udp,
            &(Vec::new(), Vec::new()),
        );
        settings.session_seconds = SESSION;
        settings.trunks = vec![Trunk {
            probed: false,
            sources: net(other.octets()),
            ..trunk("network", other.octets(), 5060, Transport::Udp)
        }];
        let (tell, said) = unbounded_channel();
        let stack = Stack::start(settings, b"secret", tell)
            .await
            .expect("a stack");
        let at = SocketAddr::from((other, 5060));
        Self {
            stack,
            said,
            far: UdpSocket::bind(at).await.expect("a socket"),
            at,
            engine: SocketAddr::from((own, 5060)),
            asked: 0,
            before: Vec::new(),
        }
    }

    async fn send(&self, text: &str) {
        self.far
            .send_to(text.as_bytes(), self.engine)
            .await
            .expect("sent");
    }

    async fn receive(&mut self) -> String {
        let mut buffer = [0; 8192];
        let read = tokio::time::timeout(PATIENCE, self.far.recv(&mut buffer));
        let length = read.await.expect("nothing comes").expect("read");
        String::from_utf8_lossy(&buffer[..length]).into_owned()
    }

    /// Waits for a message that begins so.
    async fn comes(&mut self, begin: &str) -> String {
        if let Some(place) = self.before.iter().position(|m| m.starts_with(begin)) {
            return self.before.remove(place);
        }
        loop {
            let message = self.receive().await;
            if message.starts_with(begin) {
                return message;
            }
            self.before.push(message);
        }
    }

    /// What has come by now: whatever was due before the question has been sent before its answer.
    async fn came(&mut self) -> Vec<String> {
        self.asked += 1;
        let id = format!("behind{}", self.asked);
        let question = format!(
            "OPTIONS sip:{engine} SIP/2.0\r\nVia: SIP/2.0/UDP {at};branch=z9hG4bK{id}\r\n\
             From: <sip:a@b.invalid>;tag=1\r\nTo: <sip:{engine}>\r\nCall-ID: {id}\r\nCSeq: 1 OPTIONS\r\n\
             Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n",
            engine = self.engine,
            at = self.at,
        );
        self.send(&question).await;
        loop {
            let message = self.receive().await;
            if message.contains(&id) {
                return std::mem::take(&mut self.before);
            }
            self.before.push(message);
        }
    }

    async fn said(&mut self) -> (DialogNo, Word) {
        loop {
            let said = tokio::time::timeout(PATIENCE, self.said.recv());
            if let Some(Said::Dialog(no, word)) = said.await.expect("nothing is said") {
                return (no, word);
            }
        }
    }

    async fn ended(&mut self) {
        let (_, word) = self.said().await;
        let Word::Ended(Ender::Network, Cause { sip: 408, .. }) = word else {
            panic!("{word:?}")
        };
    }

    fn nothing_said(&mut self) -> bool {
        self.said.try_recv().is_err()
    }

    /// Answers a request of theirs.
    async fn answer(&self, request: &str, status: &str, more: &str, body: &str) {
        let copied: String = request
            .lines()
            .filter(|line| {
                ["Via", "From", "Call-ID", "CSeq", "To"].iter().any(|name| {
                    line.split_once(':')
                        .is_some_and(|(found, _)| found.eq_ignore_ascii_case(name))
                })
            })
            .map(|line| match line.split_once(':') {
                Some((name, _)) if name.eq_ignore_ascii_case("To") && !line.contains(";tag=") => {
                    format!("{line};tag=far\r\n")
                }
                _ => format!("{line}\r\n"),
            })
            .collect();
        let text = format!(
            "SIP/2.0 {status}\r\n{copied}Contact: <sip:far@{}>\r\n{more}Content-Length: {}\r\n\r\n{body}",
            self.at,
            body.len()
        );
        self.send(&text).await;
    }
}

#[tokio::test]
async fn a_far_side_that_stops_refreshing_is_ended() {
    let mut ground = Ground::open(73).await;
    let (at, engine) = (ground.at, ground.engine);
    let request = |method: &str, seq: u32, to: &str, more: &str, body: &str| {
        format!(
            "{method} sip:12345@{engine} SIP/2.0\r\nVia: SIP/2.0/UDP {at};branch=z9hG4bK{method}{seq}\r\n\
             From: <sip:10012345678@network.invalid>;tag=far\r\nTo: {to}\r\nCall-ID: timed\r\nCSeq: {seq} {method}\r\n\
             Contact: <sip:far@{at}>\r\nMax-Forwards: 70\r\n{more}Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let timer = "Supported: timer\r\nSession-Expires: 1800;refresher=uac\r\n";
    let with_sdp = format!("{timer}Content-Type: application/sdp\r\n");
    ground
        .send(&request(
            "INVITE",
            1,
            "<sip:12345@desk.invalid>",
            &with_sdp,
            SDP,
        ))
        .await;
    let no = loop {
        let said = tokio::time::timeout(PATIENCE, ground.said.recv());
        if let Some(Said::Arrived(no, _)) = said.await.expect("nothing is said") {
            break no;
        }
    };
    ground.stack.answer(no, SDP.as_bytes().to_vec());
    let answer = ground.comes("SIP/2.0 200").await;
    assert_eq!(
        header(&answer, "Session-Expires"),
        Some("1800;refresher=uac")
    );
    let to = header(&answer, "To").expect("a To").to_owned();
    ground.send(&request("ACK", 1, &to, "", "")).await;
    let (_, word) = ground.said().await;
    assert!(matches!(word, Word::Acknowledged(_)), "{word:?}");

    // A little before its time, 32 s before the interval's end (RFC 4028, 10), nothing happens; then it refreshes.
    let time = Duration::from_secs(u64::from(SESSION)) - Duration::from_secs(32);
    pass(time.saturating_sub(MINUTE)).await;
    let came = ground.came().await;
    assert!(came.iter().all(|m| !m.starts_with("BYE")) && ground.nothing_said());
    ground.send(&request("UPDATE", 2, &to, timer, "")).await;
    let answer = ground.comes("SIP/2.0 200").await;
    assert_eq!(
        header(&answer, "Session-Expires"),
        Some("1800;refresher=uac")
    );
    // The time counts from there.
    pass(time.saturating_sub(MINUTE)).await;
    let came = ground.came().await;
    assert!(came.iter().all(|m| !m.starts_with("BYE")) && ground.nothing_said());
    // And it does not refresh again.
    pass(MINUTE).await;
    ground.ended().await;
    let bye = ground.comes("BYE").await;
    let reason = header(&bye, "Reason").expect("why");
    assert!(reason.contains("Session Timer Expired"), "{reason}");
    ground.answer(&bye, "200 OK", "", "").await;
    ground.stack.ended().await;
    assert_eq!(ground.stack.dialogs(), 0);
}

#[tokio::test]
async fn ours_refreshes_in_time_and_notices_that_nobody_is_there() {
    let mut ground = Ground::open(74).await;
    let invite = Invite {
        from: voice::sip::policy::From {
            display: None,
            uri: "sip:12345@desk.invalid".to_owned(),
        },
        headers: Vec::new(),
        offer: SDP.as_bytes().to_vec(),
    };
    ground
        .stack
        .place(&"network".into(), "110", invite)
        .expect("placed");
    let request = ground.comes("INVITE").await;
    assert_eq!(header(&request, "Session-Expires"), Some("1800"));
    let agreed = "Session-Expires: 1800;refresher=uac\r\nRequire: timer\r\n";
    let with_sdp = format!("{agreed}Content-Type: application/sdp\r\n");
    ground.answer(&request, "200 OK", &with_sdp, SDP).await;
    let (_, word) = ground.said().await;
    assert!(matches!(word, Word::Answered(_)), "{word:?}");
    ground.comes("ACK").await;

    let half = Duration::from_secs(u64::from(SESSION) / 2);
    for _ in 0..2 {
        pass(half.saturating_sub(MINUTE)).await;
        let came = ground.came().await;
        assert!(came.iter().all(|m| !m.starts_with("UPDATE")), "{came:?}");
        pass(MINUTE).await;
        let refresh = ground.comes("UPDATE").await;
        assert_eq!(
            header(&refresh, "Session-Expires"),
            Some("1800;refresher=uac")
        );
        ground.answer(&refresh, "200 OK", agreed, "").await;
        ground.came().await;
        assert!(ground.nothing_said());
    }
    // The other side has forgotten the call: it is over at the next refresh.
    pass(half).await;
    let refresh = ground.comes("UPDATE").await;
    ground
        .answer(&refresh, "481 Call/Transaction Does Not Exist", "", "")
        .await;
    ground.ended().await;
}
