//! A browser's page played by str0m: the same words over a real port, a tone for a voice.

use crate::browser::{self, Refused};
use crate::media::g711::Law;
use crate::media::tone::{Tone, strength};
use std::collections::VecDeque;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};
use str0m::change::SdpPendingOffer;
use str0m::media::{Direction, Frequency, MediaKind, MediaTime, Mid};
use str0m::net::{Protocol, Receive};
use str0m::{Candidate, Event, Input, Output, Rtc};

/// Samples of what was heard that are kept: two seconds.
const KEPT: usize = 16_000;

/// Between two packets of sound.
const STEP: Duration = Duration::from_millis(20);

/// Why a page cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// It has no port.
    #[error("a page has no port")]
    Port(#[from] io::Error),
    /// It can make no offer, or not take up the answer.
    #[error("a page and the platform do not agree: {0}")]
    Agree(String),
    /// Its session broke.
    #[error("a page's session broke")]
    Session(#[from] str0m::RtcError),
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        Self::Agree(refused.to_string())
    }
}

/// The page. It lives as long as [`Page::turn`] is called again and again.
pub struct Page {
    rtc: Rtc,
    socket: UdpSocket,
    address: SocketAddr,
    pending: Option<SdpPendingOffer>,
    mid: Mid,
    tone: Tone,
    sent: u64,
    due: Instant,
    timeout: Instant,
    heard: VecDeque<i16>,
    connected: bool,
    first: Option<Instant>,
}

impl Page {
    /// A page at a loopback address that says a tone, and its offer (JSON).
    ///
    /// # Errors
    /// [`Failure`], when it has no port or no certificate.
    pub fn open(own: Ipv4Addr, hertz: f64) -> Result<(Self, String), Failure> {
        let socket = UdpSocket::bind((own, 0))?;
        socket.set_nonblocking(true)?;
        let address = socket.local_addr()?;
        let now = Instant::now();
        let mut rtc = browser::Desk::new(address)?.config().build(now);
        let own = Candidate::host(address, "udp").map_err(|e| Failure::Agree(e.to_string()))?;
        rtc.add_local_candidate(own);
        let mut change = rtc.sdp_api();
        let mid = change.add_media(MediaKind::Audio, Direction::SendRecv, None, None, None);
        let (offer, pending) = change
            .apply()
            .ok_or_else(|| Failure::Agree("no offer".to_owned()))?;
        let offer = serde_json::to_string(&offer).map_err(|e| Failure::Agree(e.to_string()))?;
        let page = Self {
            rtc,
            socket,
            address,
            pending: Some(pending),
            mid,
            tone: Tone::steady(hertz, 6000),
            sent: 0,
            due: now,
            timeout: now,
            heard: VecDeque::new(),
            connected: false,
            first: None,
        };
        Ok((page, offer))
    }

    /// Takes up the platform's answer (JSON), once.
    ///
    /// # Errors
    /// [`Failure::Agree`], when it is none.
    pub fn accept(&mut self, answer: &str) -> Result<(), Failure> {
        let answer = serde_json::from_str(answer).map_err(|e| Failure::Agree(e.to_string()))?;
        let pending = self.pending.take();
        let pending = pending.ok_or_else(|| Failure::Agree("answered before".to_owned()))?;
        self.rtc.sdp_api().accept_answer(pending, answer)?;
        Ok(())
    }

    /// Reads what has come, and says what is due.
    ///
    /// # Errors
    /// [`Failure::Session`], when the session is over.
    pub fn turn(&mut self, now: Instant) -> Result<(), Failure> {
        let mut buffer = [0; 2048];
        while let Ok((length, from)) = self.socket.recv_from(&mut buffer) {
            let bytes = buffer.get(..length).unwrap_or(&[]);
            if let Ok(receive) = Receive::new(Protocol::Udp, from, self.address, bytes) {
                self.rtc.handle_input(Input::Receive(now, receive))?;
                self.drain(now)?;
            }
        }
        if now >= self.due {
            // A page that was stopped does not make up for it in one go.
            self.due = (self.due + STEP).max(now);
            self.speak(now)?;
        }
        if now >= self.timeout {
            self.rtc.handle_input(Input::Timeout(now))?;
            self.drain(now)?;
        }
        Ok(())
    }

    fn speak(&mut self, now: Instant) -> Result<(), Failure> {
        let time = MediaTime::new(self.sent * 160, Frequency::EIGHT_KHZ);
        self.sent += 1;
        if !self.connected {
            return Ok(());
        }
        let mut codes = Vec::new();
        Law::A.append(&self.tone.frame(), &mut codes);
        if let Some(writer) = self.rtc.writer(self.mid) {
            let law = writer.payload_params().next().map(|params| params.pt());
            if let Some(law) = law {
                writer.write(law, now, time, codes)?;
            }
        }
        self.drain(now)
    }

    fn drain(&mut self, now: Instant) -> Result<(), Failure> {
        loop {
            match self.rtc.poll_output()? {
                Output::Timeout(at) => {
                    self.timeout = at;
                    return Ok(());
                }
                Output::Transmit(transmit) => {
                    // What is lost on the way is lost.
                    let _ = self
                        .socket
                        .send_to(&transmit.contents, transmit.destination);
                }
                Output::Event(Event::Connected) => self.connected = true,
                Output::Event(Event::MediaData(data)) => {
                    self.first.get_or_insert(now);
                    self.heard
                        .extend(data.data.iter().map(|code| Law::A.linear(*code)));
                    let over = self.heard.len().saturating_sub(KEPT);
                    self.heard.drain(..over);
                }
                Output::Event(_) => {}
            }
        }
    }

    /// Whether sound can go both ways.
    #[must_use]
    pub const fn connected(&self) -> bool {
        self.connected
    }

    /// When it heard something first.
    #[must_use]
    pub const fn first_heard(&self) -> Option<Instant> {
        self.first
    }

    /// How strong a tone was in the last half second.
    #[must_use]
    pub fn hears(&self, hertz: f64) -> f64 {
        let start = self.heard.len().saturating_sub(4_000);
        let last: Vec<i16> = self.heard.iter().skip(start).copied().collect();
        if last.len() == 4_000 {
            strength(&last, hertz)
        } else {
            0.0
        }
    }
}
