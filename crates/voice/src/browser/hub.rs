//! All browsers' sessions behind one port, on the thread of sound.

use crate::media::g711::Law;
use crate::media::line::LineNo;
use mio::net::UdpSocket;
use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;
use str0m::media::{MediaKind, Mid, Pt};
use str0m::net::{Protocol, Receive};
use str0m::rtp::{RtpWrite, SeqNo};
use str0m::{Event, IceConnectionState, Input, Output, Rtc};

/// Datagrams read before others have their turn.
const TURN: usize = 256;

/// What sessions say.
#[derive(Debug)]
pub(crate) enum Word {
    /// Sound of a line: number, RTP time, A-law.
    Sound(LineNo, u16, u32, Arc<[u8]>),
    /// Sound can go both ways.
    Connected(LineNo),
    /// The browser is gone.
    Gone(LineNo),
}

struct Session {
    rtc: Rtc,
    stream: Option<Stream>,
    due: Instant,
}

/// Where sound to a browser goes.
struct Stream {
    mid: Mid,
    pt: Pt,
    /// Of the next packet.
    number: SeqNo,
}

/// The port and its sessions.
pub(crate) struct Hub {
    socket: UdpSocket,
    address: SocketAddr,
    sessions: HashMap<LineNo, Session>,
    places: HashMap<SocketAddr, LineNo>,
    words: Vec<Word>,
}

impl Hub {
    /// `address` is what browsers send to.
    pub(crate) fn new(socket: UdpSocket, address: SocketAddr) -> Self {
        Self {
            socket,
            address,
            sessions: HashMap::new(),
            places: HashMap::new(),
            words: Vec::new(),
        }
    }

    pub(crate) fn socket(&mut self) -> &mut UdpSocket {
        &mut self.socket
    }

    pub(crate) fn open(&mut self, line: LineNo, rtc: Rtc, now: Instant) {
        self.sessions.insert(
            line,
            Session {
                rtc,
                stream: None,
                due: now,
            },
        );
        self.drain(line);
    }

    pub(crate) fn close(&mut self, line: LineNo) {
        self.sessions.remove(&line);
        self.places.retain(|_, of| *of != line);
    }

    /// What was said since the last time.
    pub(crate) fn words(&mut self) -> Vec<Word> {
        std::mem::take(&mut self.words)
    }

    /// Reads what came; whether more may be there.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> bool {
        for _ in 0..TURN {
            match self.socket.recv_from(buffer) {
                Ok((length, from)) => {
                    if let Some(bytes) = buffer.get(..length) {
                        self.datagram(from, bytes, Instant::now());
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return false,
                Err(_) => {}
            }
        }
        true
    }

    fn datagram(&mut self, from: SocketAddr, bytes: &[u8], now: Instant) {
        // What is neither STUN nor DTLS nor RTP is nobody's.
        let Ok(receive) = Receive::new(Protocol::Udp, from, self.address, bytes) else {
            return;
        };
        let input = Input::Receive(now, receive);
        let known = self.places.get(&from).copied();
        let line = known.filter(|l| self.sessions.get(l).is_some_and(|s| s.rtc.accepts(&input)));
        let line = line.or_else(|| {
            self.sessions
                .iter()
                .find(|(_, s)| s.rtc.accepts(&input))
                .map(|(line, _)| *line)
        });
        let Some(line) = line else { return };
        if known != Some(line) {
            self.places.insert(from, line);
        }
        if let Some(session) = self.sessions.get_mut(&line)
            && let Err(error) = session.rtc.handle_input(input)
        {
            tracing::debug!(%error, "a browser's session is given up");
            session.rtc.disconnect();
        }
        self.drain(line);
    }

    /// Has sound for a browser, which goes at the next [`Hub::tick`]: all that a step sends is sent together.
    pub(crate) fn sound(&mut self, line: LineNo, timestamp: u32, codes: &[u8]) {
        let Some(session) = self.sessions.get_mut(&line) else {
            return;
        };
        let Some(stream) = &mut session.stream else {
            return;
        };
        let mut rtp = session.rtc.direct_api();
        if let Some(tx) = rtp.stream_tx_by_mid(stream.mid, None) {
            let (now, number) = (Instant::now(), stream.number.inc());
            tx.write_rtp(RtpWrite::new(stream.pt, number, timestamp, now, codes));
            session.due = session.due.min(now);
        }
    }

    /// Does what is due.
    pub(crate) fn tick(&mut self, now: Instant) {
        let due: Vec<LineNo> = self
            .sessions
            .iter()
            .filter(|(_, s)| s.due <= now)
            .map(|(l, _)| *l)
            .collect();
        for line in due {
            if let Some(session) = self.sessions.get_mut(&line)
                && session.rtc.handle_input(Input::Timeout(now)).is_err()
            {
                session.rtc.disconnect();
            }
            self.drain(line);
        }
    }

    fn drain(&mut self, line: LineNo) {
        let Some(session) = self.sessions.get_mut(&line) else {
            return;
        };
        let gone = loop {
            match session.rtc.poll_output() {
                Ok(Output::Transmit(transmit)) => {
                    // What the system does not take is lost as on any line.
                    let _ = self
                        .socket
                        .send_to(&transmit.contents, transmit.destination);
                }
                Ok(Output::Timeout(due)) => {
                    session.due = due;
                    break !session.rtc.is_alive();
                }
                Ok(Output::Event(event)) => {
                    if let Some(word) = heard(line, session, event) {
                        self.words.push(word);
                    }
                }
                Err(error) => {
                    tracing::debug!(%error, "a browser's session is given up");
                    break true;
                }
            }
        };
        if gone {
            self.close(line);
            self.words.push(Word::Gone(line));
        }
    }
}

fn heard(line: LineNo, session: &mut Session, event: Event) -> Option<Word> {
    match event {
        Event::Connected => Some(Word::Connected(line)),
        Event::IceConnectionStateChange(IceConnectionState::Disconnected) => {
            session.rtc.disconnect();
            None
        }
        Event::MediaAdded(added) if added.kind == MediaKind::Audio => {
            let pt = *session.rtc.media(added.mid)?.remote_pts().first()?;
            session.stream = Some(Stream {
                mid: added.mid,
                pt,
                number: SeqNo::default(),
            });
            None
        }
        // What is empty only keeps the way open.
        Event::RtpPacket(packet) if !packet.payload.is_empty() => {
            let header = &packet.header;
            Some(Word::Sound(
                line,
                header.sequence_number,
                header.timestamp,
                packet.payload,
            ))
        }
        _ => None,
    }
}

/// The only coding browsers are offered.
pub(crate) const LAW: Law = Law::A;
