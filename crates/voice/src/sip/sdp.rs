//! SDP (RFC 8866): read and written line by line, with unknown lines kept, and the one offer and
//! answer we make: one audio stream of G.711 with keys (RFC 3264).

use crate::media::dtmf;
use crate::media::g711::Law;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, SocketAddr};

/// Longest description read; the longest a browser sends is a tenth of it.
const LONGEST: usize = 64 * 1024;

/// One line: its letter and what stands behind `=`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// `v`, `o`, `m`, `a` …
    pub kind: char,
    /// As received.
    pub value: String,
}

/// A whole description; nothing of it is lost by reading and writing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Description {
    /// Before the first `m=`.
    pub session: Vec<Line>,
    /// Each from its `m=` on.
    pub media: Vec<Vec<Line>>,
}

/// Why a description cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// Not SDP.
    #[error("not a session description")]
    Malformed,
    /// Nothing in it is audio we understand: 488 (RFC 3261, 21.4.26).
    #[error("no audio in A-law or µ-law")]
    NoAudio,
}

/// Which way sound goes, as whoever says it sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Direction {
    /// Both ways.
    #[default]
    SendReceive,
    /// It speaks and does not hear: holds.
    SendOnly,
    /// It hears and does not speak.
    ReceiveOnly,
    /// Neither.
    Inactive,
}

impl Direction {
    const ALL: [(Self, &'static str); 4] = [
        (Self::SendReceive, "sendrecv"),
        (Self::SendOnly, "sendonly"),
        (Self::ReceiveOnly, "recvonly"),
        (Self::Inactive, "inactive"),
    ];

    fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(d, _)| *d == self)
            .map_or("sendrecv", |(_, name)| name)
    }

    fn of(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, n)| *n == name).map(|(d, _)| *d)
    }

    /// What the other side answers to it.
    #[must_use]
    pub const fn mirrored(self) -> Self {
        match self {
            Self::SendOnly => Self::ReceiveOnly,
            Self::ReceiveOnly => Self::SendOnly,
            same => same,
        }
    }

    /// Whoever says it wants to hear something.
    #[must_use]
    pub const fn hears(self) -> bool {
        matches!(self, Self::SendReceive | Self::ReceiveOnly)
    }

    /// Whoever says it will speak.
    #[must_use]
    pub const fn speaks(self) -> bool {
        matches!(self, Self::SendReceive | Self::SendOnly)
    }
}

/// What the other side's audio stream is, as far as we can use it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audio {
    /// Where it wants its sound; `None` for the old way of holding, 0.0.0.0 (RFC 2543).
    pub target: Option<SocketAddr>,
    /// Where it wants its reports; `None`: on the same port.
    pub control: Option<SocketAddr>,
    /// The first of the two codings it names.
    pub law: Law,
    /// Its payload type for keys.
    pub event: Option<u8>,
    /// Which way, as it says.
    pub direction: Direction,
    /// Which of the description's streams it is.
    place: usize,
}

impl Description {
    /// Reads a description.
    ///
    /// # Errors
    /// [`Unusable::Malformed`] when it does not begin with `v=0` or is too long.
    pub fn read(bytes: &[u8]) -> Result<Self, Unusable> {
        if bytes.len() > LONGEST {
            return Err(Unusable::Malformed);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| Unusable::Malformed)?;
        let mut description = Self::default();
        for line in text.lines() {
            let line = line.trim_end();
            if line.is_empty() {
                continue;
            }
            let (kind, value) = line.split_once('=').ok_or(Unusable::Malformed)?;
            let mut letters = kind.chars();
            let (Some(kind), None) = (letters.next(), letters.next()) else {
                return Err(Unusable::Malformed);
            };
            let line = Line {
                kind,
                value: value.to_owned(),
            };
            if kind == 'm' {
                description.media.push(vec![line]);
            } else if let Some(media) = description.media.last_mut() {
                media.push(line);
            } else {
                description.session.push(line);
            }
        }
        match description.session.first() {
            Some(Line { kind: 'v', value }) if value == "0" => Ok(description),
            _ => Err(Unusable::Malformed),
        }
    }

    /// Writes it.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut text = String::new();
        for line in self.session.iter().chain(self.media.iter().flatten()) {
            text.push(line.kind);
            text.push('=');
            text.push_str(&line.value);
            text.push_str("\r\n");
        }
        text.into_bytes()
    }

    /// Finds the audio stream we can use.
    ///
    /// # Errors
    /// [`Unusable::NoAudio`].
    pub fn audio(&self) -> Result<Audio, Unusable> {
        self.media
            .iter()
            .enumerate()
            .find_map(|(place, lines)| self.audio_of(place, lines))
            .ok_or(Unusable::NoAudio)
    }

    fn audio_of(&self, place: usize, lines: &[Line]) -> Option<Audio> {
        let mut words = lines.first()?.value.split_whitespace();
        let (kind, port, profile) = (words.next()?, words.next()?, words.next()?);
        let port: u16 = port.split('/').next()?.parse().ok()?;
        // SDES and DTLS keys are not ours to give; a stream at port 0 is a refused one.
        if kind != "audio" || port == 0 || !matches!(profile, "RTP/AVP" | "RTP/AVPF") {
            return None;
        }
        let attributes = |name: &'static str| attributes(lines, name);
        let (mut law, mut event) = (None, None);
        for format in words.filter_map(|w| w.parse::<u8>().ok()) {
            let named = attributes("rtpmap")
                .filter_map(|v| v.split_once(' '))
                .find(|(number, _)| number.parse() == Ok(format))
                .map(|(_, name)| name.to_ascii_uppercase());
            match named.as_deref() {
                Some(name) if name.starts_with("TELEPHONE-EVENT/8000") => {
                    event = event.or(Some(format));
                }
                Some(name) if !name.starts_with("PCM") => {}
                _ => law = law.or_else(|| Law::of(format)),
            }
        }
        let address = self.address(lines)?;
        let held = address.is_unspecified();
        let rtcp = attributes("rtcp").next().and_then(|v| {
            let mut words = v.split_whitespace();
            let port: u16 = words.next()?.parse().ok()?;
            let address = words.nth(2).and_then(|a| a.parse().ok()).unwrap_or(address);
            Some(SocketAddr::new(address, port))
        });
        let muxed = attributes("rtcp-mux").next().is_some();
        let direction = lines
            .iter()
            .chain(&self.session)
            .filter(|l| l.kind == 'a')
            .find_map(|l| Direction::of(&l.value))
            .unwrap_or_default();
        Some(Audio {
            target: (!held).then_some(SocketAddr::new(address, port)),
            control: if muxed || held {
                None
            } else {
                rtcp.or_else(|| port.checked_add(1).map(|p| SocketAddr::new(address, p)))
            },
            law: law?,
            event,
            direction: if held { Direction::SendOnly } else { direction },
            place,
        })
    }

    fn address(&self, lines: &[Line]) -> Option<IpAddr> {
        let connection = lines.iter().chain(&self.session).find(|l| l.kind == 'c')?;
        let mut words = connection.value.split_whitespace();
        let (net, kind, address) = (words.next()?, words.next()?, words.next()?);
        let address: IpAddr = address.split('/').next()?.parse().ok()?;
        (net == "IN" && kind == if address.is_ipv4() { "IP4" } else { "IP6" }).then_some(address)
    }
}

fn attributes<'a>(lines: &'a [Line], name: &'static str) -> impl Iterator<Item = &'a str> {
    lines
        .iter()
        .filter(|l| l.kind == 'a')
        .filter_map(move |line| {
            let rest = line.value.strip_prefix(name)?;
            if rest.is_empty() {
                Some("")
            } else {
                rest.strip_prefix(':')
            }
        })
}

/// Our side of one session: what is written into offers and answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own {
    /// Where we hear.
    pub address: SocketAddr,
    /// Names the session; the same in all of its descriptions.
    pub session: u64,
    /// One more each time it changes (RFC 3264, 8).
    pub version: u64,
    /// Which way, as we say it.
    pub direction: Direction,
}

impl Own {
    fn head(&self) -> Vec<Line> {
        let family = if self.address.is_ipv4() { "IP4" } else { "IP6" };
        let host = self.address.ip();
        vec![
            line('v', "0"),
            line(
                'o',
                format!("- {} {} IN {family} {host}", self.session, self.version),
            ),
            line('s', "-"),
            line('c', format!("IN {family} {host}")),
            line('t', "0 0"),
        ]
    }

    fn stream(&self, laws: &[Law], event: Option<u8>, muxed: bool) -> Vec<Line> {
        let numbers = laws.iter().map(|law| law.payload_type()).chain(event);
        let numbers: Vec<String> = numbers.map(|n| n.to_string()).collect();
        let port = self.address.port();
        let mut lines = vec![line(
            'm',
            format!("audio {port} RTP/AVP {}", numbers.join(" ")),
        )];
        for law in laws {
            lines.push(line(
                'a',
                format!("rtpmap:{} {}/8000", law.payload_type(), law.name()),
            ));
        }
        if let Some(event) = event {
            lines.push(line('a', format!("rtpmap:{event} telephone-event/8000")));
            lines.push(line('a', format!("fmtp:{event} 0-15")));
        }
        lines.push(line('a', "ptime:20"));
        if muxed {
            lines.push(line('a', "rtcp-mux"));
        }
        lines.push(line('a', self.direction.name()));
        lines
    }

    /// An offer: A-law first, then µ-law, and keys.
    #[must_use]
    pub fn offer(&self) -> Description {
        Description {
            session: self.head(),
            media: vec![self.stream(&[Law::A, Law::Mu], Some(dtmf::OFFERED), false)],
        }
    }

    /// The answer to an offer: its audio taken, every other stream refused in its place.
    #[must_use]
    pub fn answer(&self, offer: &Description, audio: &Audio) -> Description {
        let muxed = offer
            .media
            .get(audio.place)
            .is_some_and(|lines| attributes(lines, "rtcp-mux").next().is_some());
        let media = offer.media.iter().enumerate().map(|(place, lines)| {
            if place == audio.place {
                return self.stream(&[audio.law], audio.event, muxed);
            }
            let head = lines.first().map_or("", |l| l.value.as_str());
            let mut words: Vec<&str> = head.split_whitespace().collect();
            if let Some(port) = words.get_mut(1) {
                *port = "0";
            }
            vec![line('m', words.join(" "))]
        });
        Description {
            session: self.head(),
            media: media.collect(),
        }
    }
}

fn line(kind: char, value: impl Into<String>) -> Line {
    Line {
        kind,
        value: value.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const OFFER: &str = "v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\ns=call\r\nc=IN IP4 192.0.2.7\r\nt=0 0\r\n\
        a=group:BUNDLE 0\r\nm=video 5000 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n\
        m=audio 4000 RTP/AVP 18 0 8 97\r\na=rtpmap:97 telephone-event/8000\r\na=fmtp:97 0-16\r\n\
        a=sendonly\r\na=x-unknown:kept\r\ny=0100000001\r\n";

    #[test]
    fn nothing_is_lost_by_reading_and_writing() {
        let read = Description::read(OFFER.as_bytes()).expect("SDP");
        assert_eq!(String::from_utf8(read.write()).expect("text"), OFFER);
    }

    #[test]
    fn the_audio_is_found_behind_the_video_and_answered_in_its_place() {
        let read = Description::read(OFFER.as_bytes()).expect("SDP");
        let audio = read.audio().expect("audio");
        assert_eq!(
            audio.target,
            Some("192.0.2.7:4000".parse().expect("address"))
        );
        assert_eq!(
            audio.control,
            Some("192.0.2.7:4001".parse().expect("address"))
        );
        assert_eq!((audio.law, audio.event), (Law::Mu, Some(97)));
        assert_eq!(audio.direction, Direction::SendOnly);
        let own = Own {
            address: "198.51.100.1:6000".parse().expect("address"),
            session: 5,
            version: 2,
            direction: audio.direction.mirrored(),
        };
        let answer = String::from_utf8(own.answer(&read, &audio).write()).expect("text");
        assert!(answer.contains("m=video 0 RTP/AVP 96\r\n"), "{answer}");
        assert!(answer.contains("m=audio 6000 RTP/AVP 0 97\r\n"), "{answer}");
        assert!(answer.contains("a=recvonly\r\n") && answer.contains("a=rtpmap:97 telephone"));
        let back = Description::read(answer.as_bytes())
            .expect("SDP")
            .audio()
            .expect("audio");
        assert_eq!((back.law, back.event), (Law::Mu, Some(97)));
    }

    #[test]
    fn our_offer_is_read_as_we_mean_it() {
        let own = Own {
            address: "[2001:db8::1]:6000".parse().expect("address"),
            session: 5,
            version: 1,
            direction: Direction::SendReceive,
        };
        let audio = own.offer().audio().expect("audio");
        assert_eq!(audio.target, Some(own.address));
        assert_eq!((audio.law, audio.event), (Law::A, Some(dtmf::OFFERED)));
    }

    #[test]
    fn the_old_way_to_hold_is_understood() {
        let text = OFFER
            .replace("c=IN IP4 192.0.2.7", "c=IN IP4 0.0.0.0")
            .replace("a=sendonly\r\n", "");
        let audio = Description::read(text.as_bytes())
            .expect("SDP")
            .audio()
            .expect("audio");
        assert_eq!((audio.target, audio.direction), (None, Direction::SendOnly));
    }

    #[test]
    fn what_we_cannot_speak_is_said_so() {
        for text in [
            OFFER.replace("18 0 8 97", "18 97"),
            OFFER.replace("audio 4000 RTP/AVP", "audio 4000 RTP/SAVP"),
            OFFER.replace("audio 4000", "audio 0"),
            OFFER
                .replace("0 8 97", "97")
                .replace("a=sendonly", "a=rtpmap:18 G729/8000"),
        ] {
            let read = Description::read(text.as_bytes()).expect("SDP");
            assert_eq!(read.audio(), Err(Unusable::NoAudio), "{text}");
        }
        assert_eq!(Description::read(b"hello"), Err(Unusable::Malformed));
        assert_eq!(Description::read(b""), Err(Unusable::Malformed));
        assert_eq!(Description::read(b"v=1\r\n"), Err(Unusable::Malformed));
    }

    proptest! {
        #[test]
        fn rubbish_does_no_harm(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(read) = Description::read(&bytes) {
                let _ = read.audio();
            }
        }

        #[test]
        fn a_description_bent_anywhere_does_no_harm(at in 0..OFFER.len(), with in "[ -~]{0,4}") {
            let mut text = OFFER.to_owned();
            text.replace_range(at..at + 1, &with);
            if let Ok(read) = Description::read(text.as_bytes()) {
                let again = Description::read(&read.write());
                prop_assert_eq!(again.as_ref(), Ok(&read));
                if let Ok(audio) = read.audio() {
                    let own = Own {
                        address: "198.51.100.1:6000".parse().expect("address"),
                        session: 1,
                        version: 1,
                        direction: Direction::SendReceive,
                    };
                    prop_assert_eq!(own.answer(&read, &audio).media.len(), read.media.len());
                }
            }
        }
    }
}
