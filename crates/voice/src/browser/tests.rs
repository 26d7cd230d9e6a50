//! A browser is played by str0m itself: the same words over real ports.

use super::*;
use crate::media::board::Notice;
use crate::media::g711::Law;
use crate::media::line::{LineNo, Sound};
use crate::media::switchboard::{BrowserPort, Settings, Switchboard};
use crate::media::tone::{Tone, strength};
use std::net::{Ipv4Addr, UdpSocket};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use str0m::change::SdpPendingOffer;
use str0m::media::{Direction, Frequency, MediaKind, MediaTime, Mid};
use str0m::net::{Protocol, Receive};
use str0m::{Event, Input, Output};

/// The browser's side.
struct Page {
    rtc: Rtc,
    socket: UdpSocket,
    mid: Mid,
    tone: Tone,
    sent: u64,
    heard: Vec<i16>,
    connected: bool,
}

impl Page {
    fn new(hertz: f64) -> (Self, String, SdpPendingOffer) {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a socket");
        socket
            .set_read_timeout(Some(Duration::from_millis(5)))
            .expect("a timeout");
        let address = socket.local_addr().expect("an address");
        let desk = Desk::new(address).expect("a certificate");
        let mut rtc = desk.config().build(Instant::now());
        rtc.add_local_candidate(Candidate::host(address, "udp").expect("a candidate"));
        let mut change = rtc.sdp_api();
        let mid = change.add_media(MediaKind::Audio, Direction::SendRecv, None, None, None);
        let (offer, pending) = change.apply().expect("an offer");
        let offer = serde_json::to_string(&offer).expect("JSON");
        let page = Self {
            rtc,
            socket,
            mid,
            tone: Tone::steady(hertz, 6000),
            sent: 0,
            heard: Vec::new(),
            connected: false,
        };
        (page, offer, pending)
    }

    fn accept(&mut self, answer: &str, pending: SdpPendingOffer) {
        let answer = serde_json::from_str(answer).expect("an answer");
        self.rtc
            .sdp_api()
            .accept_answer(pending, answer)
            .expect("accepted");
    }

    /// Lives for so long.
    fn run(&mut self, time: Duration) {
        let began = Instant::now();
        let mut due = began;
        while began.elapsed() < time {
            if Instant::now() >= due {
                due += Duration::from_millis(20);
                self.speak();
            }
            self.drain();
            let mut buffer = [0; 2048];
            if let Ok((length, from)) = self.socket.recv_from(&mut buffer) {
                let to = self.socket.local_addr().expect("an address");
                if let Ok(receive) = Receive::new(Protocol::Udp, from, to, &buffer[..length]) {
                    let input = Input::Receive(Instant::now(), receive);
                    self.rtc.handle_input(input).expect("taken");
                }
            } else {
                self.rtc
                    .handle_input(Input::Timeout(Instant::now()))
                    .expect("taken");
            }
        }
    }

    fn speak(&mut self) {
        let mut codes = Vec::new();
        Law::A.append(&self.tone.frame(), &mut codes);
        let time = MediaTime::new(self.sent * 160, Frequency::EIGHT_KHZ);
        self.sent += 1;
        if !self.connected {
            return;
        }
        if let Some(writer) = self.rtc.writer(self.mid) {
            let pt = writer.payload_params().next().expect("A-law").pt();
            writer
                .write(pt, Instant::now(), time, codes)
                .expect("written");
        }
        self.drain();
    }

    fn drain(&mut self) {
        loop {
            match self.rtc.poll_output().expect("alive") {
                Output::Timeout(_) => return,
                Output::Transmit(t) => {
                    let _ = self.socket.send_to(&t.contents, t.destination);
                }
                Output::Event(Event::Connected) => self.connected = true,
                Output::Event(Event::MediaData(data)) => {
                    self.heard
                        .extend(data.data.iter().map(|c| Law::A.linear(*c)));
                }
                Output::Event(_) => {}
            }
        }
    }
}

fn board(port: u16) -> (Switchboard, Receiver<Notice>) {
    let (tell, told) = channel();
    let at = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let settings = Settings {
        address: Ipv4Addr::LOCALHOST.into(),
        ports: 42_000..=42_010,
        browsers: Some(BrowserPort {
            bind: at,
            external: at,
        }),
        chance: Arc::new(|| 0x1234_5678_9abc_def0),
    };
    let board = Switchboard::start(settings, move |notice| {
        let _ = tell.send(notice);
    });
    (board.expect("a switchboard"), told)
}

fn connected(told: &Receiver<Notice>, line: LineNo) -> bool {
    told.try_iter().any(|n| n == Notice::Connected(line))
}

#[test]
fn two_browsers_hear_each_other_and_one_that_comes_again_does_too() {
    let (board, told) = board(42_100);
    let (mut one, offer, pending) = Page::new(500.0);
    let (first, answer) = board.open_browser(&offer).expect("answered");
    assert!(
        answer.contains("ice-lite") && answer.contains("PCMA"),
        "{answer}"
    );
    one.accept(&answer, pending);
    let (mut two, offer, pending) = Page::new(700.0);
    let (second, answer) = board.open_browser(&offer).expect("answered");
    two.accept(&answer, pending);
    board.hear(first, second, 1000);
    board.hear(second, first, 1000);
    let other = std::thread::spawn(move || {
        two.run(Duration::from_secs(3));
        two
    });
    one.run(Duration::from_secs(3));
    let two = other.join().expect("no panic");
    assert!(one.connected && two.connected);
    assert!(connected(&told, first));
    let tail = |page: &Page| page.heard[page.heard.len().saturating_sub(4000)..].to_vec();
    assert!(strength(&tail(&one), 700.0) > 4000.0, "{}", one.heard.len());
    assert!(strength(&tail(&one), 500.0) < 300.0, "it hears itself");
    assert!(strength(&tail(&two), 500.0) > 4000.0, "{}", two.heard.len());
}

#[test]
fn a_prompt_is_heard_and_a_page_that_goes_is_told() {
    let (board, told) = board(42_101);
    let (mut page, offer, pending) = Page::new(500.0);
    let (line, answer) = board.open_browser(&offer).expect("answered");
    page.accept(&answer, pending);
    board.play(line, Sound::Tone(Tone::steady(1100.0, 6000)), true);
    page.run(Duration::from_secs(2));
    let tail = &page.heard[page.heard.len().saturating_sub(4000)..];
    assert!(strength(tail, 1100.0) > 4000.0);
    drop(page);
    let end = Instant::now() + Duration::from_secs(40);
    let gone = std::iter::from_fn(|| {
        told.recv_timeout(end.saturating_duration_since(Instant::now()))
            .ok()
    })
    .any(|notice| notice == Notice::Gone(line));
    assert!(gone, "nobody noticed");
}

#[test]
fn what_is_no_offer_is_refused() {
    let (board, _told) = board(42_102);
    for offer in [
        "",
        "{}",
        "{\"type\":\"offer\",\"sdp\":\"\"}",
        "{\"type\":\"offer\",\"sdp\":\"v=0\\r\\nx\"}",
    ] {
        assert!(
            matches!(board.open_browser(offer), Err(Refused::Offer(_))),
            "{offer}"
        );
    }
    let (tell, _told) = channel();
    let without = Switchboard::start(
        Settings {
            address: Ipv4Addr::LOCALHOST.into(),
            ports: 42_020..=42_030,
            browsers: None,
            chance: Arc::new(|| 7),
        },
        move |notice| {
            let _ = tell.send(notice);
        },
    )
    .expect("a switchboard");
    assert_eq!(without.open_browser("{}").err(), Some(Refused::NoPort));
}
