//! One line: what comes in is buffered, what goes out is numbered. No socket, no clock.

use super::dtmf::{Ear, Finger};
use super::g711::{Frame, Law, SILENCE, STEP};
use super::jitter::Jitter;
use super::latch::Latch;
use super::mixer::Row;
use super::rtcp::{Reception, Sent};
use super::tone::Tone;
use std::net::SocketAddr;
use std::sync::Arc;

/// A line by number; never used twice within a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineNo(pub u64);

/// What two ends agreed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Where our packets go; `None` while it is not known.
    pub target: Option<SocketAddr>,
    /// Where our reports go, if not to the same port.
    pub control: Option<SocketAddr>,
    /// How sound is coded, both ways.
    pub law: Law,
    /// Payload type of telephone-event, if the other side knows it.
    pub event: Option<u8>,
    /// We send: not while the other side holds us with `inactive` or wants nothing.
    pub sends: bool,
    /// We expect to hear something: then its absence is told.
    pub receives: bool,
}

/// Something to be played to one line.
#[derive(Debug, Clone)]
pub enum Sound {
    /// A recorded sentence, A-law at 8 kHz.
    Recorded(Arc<[u8]>),
    /// A tone that goes on.
    Tone(Tone),
}

/// Takes the sound of one line, step by step; must not wait for anything.
pub trait Tap: Send {
    /// One step: its number on this switchboard, its sound, and whether any of it came from the line.
    fn step(&mut self, number: u64, sound: &Frame, heard: bool);
}

#[derive(Debug)]
pub(super) struct Playing {
    sound: Sound,
    at: usize,
    repeat: bool,
}

impl Playing {
    pub(super) const fn new(sound: Sound, repeat: bool) -> Self {
        Self {
            sound,
            at: 0,
            repeat,
        }
    }

    /// The next step, and whether the end was reached.
    pub(super) fn step(&mut self) -> (Frame, bool) {
        let codes = match &mut self.sound {
            Sound::Tone(tone) => return (tone.frame(), false),
            Sound::Recorded(codes) => codes,
        };
        let mut frame = SILENCE;
        for sample in &mut frame {
            let Some(code) = codes.get(self.at) else {
                break;
            };
            *sample = Law::A.linear(*code);
            self.at += 1;
        }
        let over = self.at >= codes.len();
        if over && self.repeat {
            self.at = 0;
        }
        (frame, over && !self.repeat)
    }
}

/// What is being numbered on its way out.
#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) source: u32,
    pub(super) sequence: u16,
    /// RTP time of this step.
    pub(super) timestamp: u32,
    /// The next packet is the first after a pause or a change.
    pub(super) marker: bool,
    /// While packets of another line are passed on: how its numbers become ours.
    pub(super) passing: Option<Passing>,
    pub(super) packets: u32,
    pub(super) bytes: u32,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Passing {
    pub(super) from: LineNo,
    pub(super) source: u32,
    sequence_shift: u16,
    timestamp_shift: u32,
    last_sequence: u16,
    last_timestamp: u32,
}

impl Outgoing {
    pub(super) fn new(seed: u64) -> Self {
        let [a, b, c, d, e, f, g, h] = seed.to_be_bytes();
        Self {
            source: u32::from_be_bytes([a, b, c, d]),
            sequence: u16::from_be_bytes([e, f]),
            timestamp: u32::from_be_bytes([g, h, e, f]),
            marker: true,
            passing: None,
            packets: 0,
            bytes: 0,
        }
    }

    /// Our numbers for a packet that is passed on.
    pub(super) fn pass(
        &mut self,
        from: LineNo,
        source: u32,
        sequence: u16,
        timestamp: u32,
    ) -> (u16, u32) {
        let same = self.passing.filter(|p| {
            let ahead = sequence
                .wrapping_add(p.sequence_shift)
                .wrapping_sub(p.last_sequence);
            p.from == from && p.source == source && !(1000..=u16::MAX - 1000).contains(&ahead)
        });
        let mut passing = if let Some(passing) = same {
            passing
        } else {
            self.end_passing();
            self.marker = true;
            Passing {
                from,
                source,
                sequence_shift: self.sequence.wrapping_sub(sequence),
                timestamp_shift: self.timestamp.wrapping_add(160).wrapping_sub(timestamp),
                last_sequence: self.sequence.wrapping_sub(1),
                last_timestamp: self.timestamp,
            }
        };
        let sequence = sequence.wrapping_add(passing.sequence_shift);
        let timestamp = timestamp.wrapping_add(passing.timestamp_shift);
        if sequence.wrapping_sub(passing.last_sequence) < 0x8000 {
            passing.last_sequence = sequence;
            passing.last_timestamp = timestamp;
        }
        self.passing = Some(passing);
        (sequence, timestamp)
    }

    /// From now on packets are made here again; their numbers go on where the passed ones ended.
    pub(super) fn end_passing(&mut self) {
        if let Some(passed) = self.passing.take() {
            self.sequence = passed.last_sequence.wrapping_add(1);
            let least = passed.last_timestamp.wrapping_add(160);
            if self.timestamp.wrapping_sub(least).cast_signed() < 0 {
                self.timestamp = least;
            }
            self.marker = true;
        }
    }

    pub(super) const fn sent(&self, clock: u64) -> Sent {
        Sent {
            source: self.source,
            timestamp: self.timestamp,
            packets: self.packets,
            bytes: self.bytes,
            clock,
        }
    }
}

/// How a line carries its packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    /// RTP on a port of its own.
    Rtp,
    /// A browser's session, which numbers and encrypts by itself.
    Browser,
}

pub(super) struct Line {
    pub(super) carrier: Carrier,
    pub(super) terms: Terms,
    pub(super) latch: Latch,
    pub(super) jitter: Jitter,
    pub(super) ear: Ear,
    pub(super) finger: Finger,
    pub(super) reception: Reception,
    pub(super) row: Row<LineNo>,
    pub(super) playing: Option<Playing>,
    pub(super) out: Outgoing,
    pub(super) tap: Option<Box<dyn Tap>>,
    /// The step in which it was heard last, and the next silence to tell, in steps.
    pub(super) heard_at: u64,
    pub(super) tell_at: u64,
}

impl Line {
    pub(super) fn new(carrier: Carrier, seed: u64, step: u64) -> Self {
        Self {
            carrier,
            terms: Terms {
                target: None,
                control: None,
                law: Law::A,
                event: None,
                sends: false,
                receives: false,
            },
            latch: Latch::default(),
            jitter: Jitter::new(Law::A),
            ear: Ear::default(),
            finger: Finger::default(),
            reception: Reception::default(),
            row: Row::default(),
            playing: None,
            out: Outgoing::new(seed),
            tap: None,
            heard_at: step,
            tell_at: FIRST_SILENCE,
        }
    }

    /// Takes up what was agreed.
    pub(super) fn point(&mut self, terms: Terms, step: u64) {
        self.latch.told(terms.target);
        if terms.law != self.terms.law {
            self.jitter.restart(terms.law);
        }
        if terms.receives && !self.terms.receives {
            self.heard_at = step;
            self.tell_at = FIRST_SILENCE;
        }
        self.terms = terms;
    }

    /// Whether what it hears in a step is of no consequence: nobody is sent it, and nothing is played or pressed.
    pub(super) fn is_deaf(&self) -> bool {
        let sends =
            self.terms.sends && (self.carrier == Carrier::Browser || self.latch.target().is_some());
        !sends && self.playing.is_none() && !self.finger.busy()
    }

    /// Whether what it hears is mixed for it in a step.
    pub(super) fn mixes(&self) -> bool {
        self.passes().is_none() && !self.is_deaf()
    }

    /// Whether this line's packets can go out as they came in from the only line it hears.
    pub(super) fn passes(&self) -> Option<LineNo> {
        if self.playing.is_some() || self.finger.busy() || !self.terms.sends {
            return None;
        }
        self.row.only()
    }
}

/// Steps of silence after which it is told first: two seconds; then after four, eight …
pub(super) const FIRST_SILENCE: u64 = 100;

/// A coded frame.
pub(super) fn coded(law: Law, frame: &Frame, into: &mut Vec<u8>) {
    into.clear();
    into.reserve(STEP);
    law.append(frame, into);
}
