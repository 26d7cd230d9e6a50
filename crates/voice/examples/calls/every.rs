//! 100,000 INVITEs at a desk that has too few seats for them: each is answered by a person, becomes a call-back, or is refused
//! with a reason, and nothing is left. Half of the callers are patient, a quarter hang up soon, a quarter asks for what
//! cannot be (an unknown extension, an unreadable body, no hops left, too short a session).

use crate::desk::Places;
use crate::ground::{CALLED, NO_SIPP, Server, at, sipp};
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;
use std::io::{BufRead as _, Write as _};
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

const INVITES: u32 = 100_000;
const A_SECOND: u32 = 400;
const SEATS: usize = 10;
const MOST_WAITING: usize = 300;
const PLACES: Places = Places {
    own: 80,
    network: 81,
    phones: 82,
    police: 83,
};
/// A talk, and the patience of who hangs up soon.
const TALK: Duration = Duration::from_millis(50);
const SOON: Duration = Duration::from_millis(300);
/// After the last INVITE.
const DRAIN: Duration = Duration::from_secs(60);
/// The first repetition of a request (RFC 3261, 17.1.1.2); each comes after twice the time of the one before.
const T1: Duration = Duration::from_millis(500);

/// What a caller does.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Patient,
    HangsUpSoon,
    /// Adds this header, or replaces the one of this name.
    Asks(&'static str),
}

const IMPOSSIBLE: [&str; 4] = [
    "Require: nobody-has-this",
    "Content-Type: application/unknown",
    "Max-Forwards: 0",
    "Session-Expires: 30",
];

impl Kind {
    fn of(no: u32) -> Self {
        match no % 4 {
            0 | 1 => Self::Patient,
            2 => Self::HangsUpSoon,
            _ => Self::Asks(IMPOSSIBLE[usize::try_from(no / 4 % 4).unwrap()]),
        }
    }
}

/// One call as its caller sees it.
struct Call {
    kind: Kind,
    began: Instant,
    /// The request that is repeated until it is answered, when next, and how long after that.
    open: Option<(String, Instant, Duration)>,
    /// Something was said of the INVITE.
    heard: bool,
    cancelled: bool,
    /// Its final answer, and whether it had a reason.
    last: Option<(u16, bool)>,
    to: String,
    contact: String,
    bye_at: Option<Instant>,
    over: bool,
}

struct Callers {
    socket: UdpSocket,
    desk: SocketAddr,
    own: SocketAddr,
    calls: BTreeMap<u32, Call>,
}

impl Callers {
    /// A request of a call; its ACK and BYE have branches of their own, its CANCEL that of the INVITE.
    fn request(
        &self,
        no: u32,
        method: &str,
        to: &str,
        target: &str,
        more: &[&str],
        body: &str,
    ) -> String {
        let (branch, seq) = match method {
            "BYE" => (format!("b{no}"), 2),
            "ACK" => (format!("a{no}"), 1),
            _ => (format!("i{no}"), 1),
        };
        let own = self.own;
        let mut text = format!(
            "{method} {target} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bK{branch}\r\n\
             From: <sip:100{no:08}@network.invalid>;tag=f{no}\r\nTo: {to}\r\nCall-ID: every{no}\r\n\
             CSeq: {seq} {method}\r\nContact: <sip:caller@{own}>\r\n"
        );
        let mut fixed = vec!["Max-Forwards: 70"];
        if !body.is_empty() {
            fixed.push("Content-Type: application/sdp");
        }
        let name = |line: &str| line.split(':').next().unwrap_or_default().to_owned();
        fixed.retain(|line| more.iter().all(|other| name(other) != name(line)));
        for line in fixed.iter().chain(more) {
            write!(text, "{line}\r\n").unwrap();
        }
        write!(text, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        text
    }

    fn send(&self, text: &str) {
        let _ = self.socket.send_to(text.as_bytes(), self.desk);
    }

    fn invite(&mut self, no: u32, now: Instant) {
        let kind = Kind::of(no);
        let ip = self.own.ip();
        let sdp = format!(
            "v=0\r\no=- 1 1 IN IP4 {ip}\r\ns=-\r\nc=IN IP4 {ip}\r\nt=0 0\r\nm=audio 31000 RTP/AVP 8\r\n\
             a=rtpmap:8 PCMA/8000\r\n"
        );
        let target = format!("sip:12345@{}", self.desk);
        let to = format!("<{target}>");
        let more: &[&str] = match &kind {
            Kind::Asks(header) => &[*header],
            _ => &[],
        };
        let text = self.request(no, "INVITE", &to, &target, more, &sdp);
        self.send(&text);
        self.calls.insert(
            no,
            Call {
                kind,
                began: now,
                open: Some((text, now + T1, T1)),
                heard: false,
                cancelled: false,
                last: None,
                to,
                contact: target,
                bye_at: None,
                over: false,
            },
        );
    }

    /// Reads what came.
    fn read(&mut self, now: Instant) {
        let mut buffer = [0; 4096];
        while let Ok(length) = self.socket.recv(&mut buffer) {
            let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
            let header = |name: &str| {
                text.lines().find_map(|line| {
                    let (found, value) = line.split_once(':')?;
                    found
                        .eq_ignore_ascii_case(name)
                        .then(|| value.trim().to_owned())
                })
            };
            let id = header("Call-ID").unwrap_or_default();
            let Some(no) = id
                .strip_prefix("every")
                .and_then(|no| no.parse::<u32>().ok())
            else {
                continue;
            };
            let Some(status) = text.get(8..11).and_then(|code| code.parse::<u16>().ok()) else {
                // The desk hangs up: it does not, here.
                continue;
            };
            let method = header("CSeq").unwrap_or_default();
            if method.ends_with("BYE") {
                let call = self.calls.get_mut(&no).unwrap();
                call.open = None;
                call.over = true;
            } else if method.ends_with("INVITE") {
                let call = self.calls.get_mut(&no).unwrap();
                call.heard = true;
                if !call.cancelled {
                    call.open = None;
                }
                if status < 200 {
                    continue;
                }
                call.open = None;
                let first = call.last.is_none();
                call.last = Some((status, header("Reason").is_some() || status >= 400));
                call.to = header("To").unwrap_or_default();
                if status < 300 {
                    if let Some(contact) = header("Contact") {
                        let contact = contact.split(['<', '>']).nth(1).unwrap_or(&contact);
                        contact.clone_into(&mut call.contact);
                    }
                    if first {
                        call.bye_at =
                            Some(now + if call.cancelled { Duration::ZERO } else { TALK });
                    }
                } else {
                    call.over = true;
                }
                let (to, contact) = (call.to.clone(), call.contact.clone());
                let ack = self.request(no, "ACK", &to, &contact, &[], "");
                // The ACK of a refusal belongs to the INVITE's transaction.
                let ack = if status < 300 {
                    ack
                } else {
                    ack.replace(&format!("z9hG4bKa{no}"), &format!("z9hG4bKi{no}"))
                };
                self.send(&ack);
            }
        }
    }

    /// Repeats, hangs up, gives up.
    fn look(&mut self, no: u32, now: Instant) {
        let Some(call) = self.calls.get(&no).filter(|call| !call.over) else {
            return;
        };
        if call.kind == Kind::HangsUpSoon
            && call.heard
            && call.last.is_none()
            && !call.cancelled
            && now >= call.began + SOON
        {
            let target = format!("sip:12345@{}", self.desk);
            let cancel = self.request(no, "CANCEL", &call.to.clone(), &target, &[], "");
            self.send(&cancel);
            let call = self.calls.get_mut(&no).unwrap();
            call.cancelled = true;
            call.open = Some((cancel, now + T1, T1));
            return;
        }
        if call.bye_at.is_some_and(|at| now >= at) {
            let bye = self.request(no, "BYE", &call.to.clone(), &call.contact.clone(), &[], "");
            self.send(&bye);
            let call = self.calls.get_mut(&no).unwrap();
            call.bye_at = None;
            call.open = Some((bye, now + T1, T1));
            return;
        }
        if let Some((text, at, after)) = &call.open
            && now >= *at
        {
            let (text, after) = (text.clone(), *after * 2);
            self.send(&text);
            self.calls.get_mut(&no).unwrap().open = Some((text, now + after, after));
        }
    }
}

pub(crate) fn measure() -> Value {
    let folder = tempfile::tempdir().unwrap();
    let mut phones = sipp(folder.path(), CALLED, PLACES.phones, PLACES.own)
        .spawn()
        .expect(NO_SIPP);
    let mut server = PLACES.start(SEATS, MOST_WAITING, None);
    let before = server.cpu();
    let own = SocketAddr::from((at(PLACES.network), 5060));
    // Answers that are not read in time are nobody's fault here.
    let socket = voice::media::port::udp(own, 4 * 1024 * 1024).unwrap();
    let mut callers = Callers {
        socket,
        desk: SocketAddr::from((at(PLACES.own), 5060)),
        own,
        calls: BTreeMap::new(),
    };
    let began = Instant::now();
    let mut last = None;
    let mut living: VecDeque<u32> = VecDeque::new();
    let mut next = 0;
    loop {
        let now = Instant::now();
        let due = now.duration_since(began).as_secs_f64() * f64::from(A_SECOND);
        while next < INVITES && f64::from(next) < due {
            callers.invite(next, now);
            living.push_back(next);
            next += 1;
            // What was put off by a busy machine does not come in one heap.
            if next.is_multiple_of(20) {
                callers.read(Instant::now());
            }
        }
        callers.read(now);
        living.retain(|no| !callers.calls[no].over);
        for no in &living {
            callers.look(*no, now);
        }
        if next == INVITES {
            let end = *last.get_or_insert(now + DRAIN);
            if living.is_empty() || now >= end {
                break;
            }
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    // The desk hears of the last ends.
    let (counts, cpu) = settled(&mut server);
    // Of callers, desk and phones together.
    let dropped = voice::media::port::dropped(|port| port == 5060);
    let _ = phones.kill();
    let _ = phones.wait();
    let with = |so: &dyn Fn(u16) -> bool| {
        callers
            .calls
            .values()
            .filter(|call| {
                call.last
                    .is_some_and(|(status, reason)| so(status) && reason | (status < 300))
            })
            .count()
    };
    let unanswered = callers
        .calls
        .values()
        .filter(|call| call.last.is_none())
        .count();
    // What callers of each kind heard last; 0: nothing final.
    let mut heard: BTreeMap<String, BTreeMap<u16, u32>> = BTreeMap::new();
    for call in callers.calls.values() {
        let kind = match call.kind {
            Kind::Patient => "patient",
            Kind::HangsUpSoon => "hangs up soon",
            Kind::Asks(header) => header,
        };
        let status = call.last.map_or(0, |(status, _)| status);
        *heard
            .entry(kind.to_owned())
            .or_default()
            .entry(status)
            .or_default() += 1;
    }
    let count = |name: &str| counts[name].as_u64().unwrap();
    let below = u64::try_from(with(&|s| matches!(s, 415 | 420 | 422 | 483))).unwrap();
    let all = count("answered") + count("to_call_back") + count("refused") + below;
    json!({
        "invites": INVITES, "accounted": all, "answered": count("answered"), "to_call_back": count("to_call_back"),
        "full": count("refused"), "impossible": below, "other": count("other"), "open": count("open"),
        "arrived": count("arrived"), "unanswered": unanswered,
        "heard": heard, "dropped": dropped,
        "seconds": began.elapsed().as_secs_f64(), "cpu_ms": (cpu - before) * 1_000.0 / f64::from(INVITES),
    })
}

/// What the desk says when no call is open any more, or after a while; and its CPU.
fn settled(server: &mut Server) -> (Value, f64) {
    let end = Instant::now() + DRAIN;
    loop {
        let (input, output) = server.line.as_mut().unwrap();
        writeln!(input, "counts").unwrap();
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let counts: Value = serde_json::from_str(&line).unwrap();
        if counts["open"] == 0 || Instant::now() >= end {
            return (counts, server.cpu());
        }
        std::thread::sleep(Duration::from_millis(500));
    }
}
