//! The switchboard's pure part: lines, who hears whom, prompts and keys, step by step.
//!
//! Where exactly one line is heard at full by another, its packets are passed on as they come,
//! without waiting for the step: that costs least and delays nothing. As soon as a third voice, a
//! prompt or a gain is in it, the step mixes.

use super::g711::{Frame, Law, STEP};
use super::line::{Carrier, FIRST_SILENCE, Line, LineNo, Playing, Sound, Tap, Terms, coded};
use super::mixer::lay_over;
use super::rtcp;
use super::rtp::Packet;
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// Steps between two reports of a line: five seconds.
const REPORT: u64 = 250;

/// What the board tells of lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// A key was pressed.
    Key(LineNo, char),
    /// Nothing has come for so many milliseconds though it should.
    Silent(LineNo, u64),
    /// Sound comes again after [`Notice::Silent`].
    Back(LineNo),
    /// What was to be played once has been.
    Played(LineNo),
    /// A browser's line can be spoken on.
    Connected(LineNo),
    /// A browser is gone; its line is still open, and silent.
    Gone(LineNo),
    /// The line is closed; how it was.
    Closed(LineNo, Measured),
}

/// How a line was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Measured {
    /// Packets received.
    pub received: u64,
    /// Packets that never came.
    pub lost: u64,
    /// Mean jitter in microseconds.
    pub jitter_us: u32,
    /// Packets from addresses that have no business with the line.
    pub strangers: u64,
    /// Mean opinion score times 100.
    pub mos_x100: Option<u16>,
}

/// Where packets and notices go.
pub trait Wire {
    /// One packet of a line, from its port for sound (a report, too, if both share one).
    fn packet(&mut self, line: LineNo, to: SocketAddr, bytes: &[u8]);
    /// One report of a line, from its port for reports.
    fn report(&mut self, line: LineNo, to: SocketAddr, bytes: &[u8]);
    /// Sound for a browser's line: RTP time and A-law or µ-law bytes.
    fn sound(&mut self, line: LineNo, timestamp: u32, law: Law, bytes: &[u8]);
    /// Something was heard.
    fn tell(&mut self, notice: Notice);
}

/// All lines of one thread.
#[derive(Default)]
pub struct Board {
    /// Boxed: a table of them moves its entries about.
    lines: BTreeMap<LineNo, Box<Line>>,
    /// Who has ever heard a line: whom a packet may be passed on to is not looked for among all.
    listeners: BTreeMap<LineNo, Vec<LineNo>>,
    /// The same the other way round: whom a line has ever heard.
    speakers: BTreeMap<LineNo, Vec<LineNo>>,
    step: u64,
    bytes: Vec<u8>,
    codes: Vec<u8>,
}

impl Board {
    /// Opens a line. `seed` numbers its packets: it must not be guessable (RFC 3550, 5.1).
    pub fn open(&mut self, no: LineNo, carrier: Carrier, seed: u64) {
        let line = Box::new(Line::new(carrier, seed, self.step));
        self.lines.insert(no, line);
    }

    /// Lines that are open.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether no line is open.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Takes up what was agreed for a line.
    pub fn point(&mut self, no: LineNo, terms: Terms) {
        if let Some(line) = self.lines.get_mut(&no) {
            line.point(terms, self.step);
        }
    }

    /// Closes a line: nobody hears it any more, and it hears nobody.
    pub fn close(&mut self, no: LineNo, wire: &mut impl Wire) {
        let Some(line) = self.lines.remove(&no) else {
            return;
        };
        for to in self.listeners.remove(&no).into_iter().flatten() {
            if let Some(listener) = self.lines.get_mut(&to) {
                listener.row.forget(no);
            }
            if let Some(speakers) = self.speakers.get_mut(&to) {
                speakers.retain(|from| *from != no);
            }
        }
        for from in self.speakers.remove(&no).into_iter().flatten() {
            if let Some(listeners) = self.listeners.get_mut(&from) {
                listeners.retain(|to| *to != no);
            }
        }
        let (received, lost) = (line.reception.received(), line.reception.lost());
        let delay = line.jitter.delay_ms() + 40;
        wire.tell(Notice::Closed(
            no,
            Measured {
                received,
                lost,
                jitter_us: line.reception.jitter_us(),
                strangers: line.latch.strangers(),
                mos_x100: rtcp::mos_x100(received, lost + line.jitter.tally().late, delay),
            },
        ));
    }

    /// Leaves a line as it was when it was opened: it hears nobody, nobody hears it, nothing is played or taken.
    pub fn clear(&mut self, no: LineNo) {
        for line in self.lines.values_mut() {
            line.row.set(no, 0);
        }
        if let Some(line) = self.lines.get_mut(&no) {
            for from in line.row.heard().collect::<Vec<_>>() {
                line.row.set(from, 0);
            }
            line.playing = None;
            line.tap = None;
        }
    }

    /// One cell: how loud `from` is to `to`, in thousandths.
    pub fn hear(&mut self, from: LineNo, to: LineNo, thousandths: u16) {
        if from == to || !self.lines.contains_key(&from) {
            return;
        }
        if let Some(line) = self.lines.get_mut(&to) {
            line.row.set(from, thousandths);
            let listeners = self.listeners.entry(from).or_default();
            if !listeners.contains(&to) {
                listeners.push(to);
                self.speakers.entry(to).or_default().push(from);
            }
        }
    }

    /// Plays something over what a line hears, in the place of what was played before.
    pub fn play(&mut self, no: LineNo, sound: Sound, repeat: bool) {
        if let Some(line) = self.lines.get_mut(&no) {
            line.playing = Some(Playing::new(sound, repeat));
        }
    }

    /// Stops what is played.
    pub fn stop(&mut self, no: LineNo) {
        if let Some(line) = self.lines.get_mut(&no) {
            line.playing = None;
        }
    }

    /// Presses a key on a line, if the other side can hear keys.
    pub fn press(&mut self, no: LineNo, key: char) {
        if let Some(line) = self.lines.get_mut(&no)
            && line.terms.event.is_some()
        {
            line.finger.press(key);
        }
    }

    /// Hands a line's sound to somebody, or to nobody any more.
    pub fn tap(&mut self, no: LineNo, tap: Option<Box<dyn Tap>>) {
        if let Some(line) = self.lines.get_mut(&no) {
            line.tap = tap;
        }
    }

    /// A datagram came on a line's port. `to_step` is the time until the next step, in samples.
    pub fn packet(
        &mut self,
        no: LineNo,
        from: SocketAddr,
        bytes: &[u8],
        to_step: u32,
        wire: &mut impl Wire,
    ) {
        let Some(packet) = Packet::read(bytes) else {
            return;
        };
        let Some(line) = self.lines.get_mut(&no) else {
            return;
        };
        if line.latch.admits(from, self.step) {
            self.speak(no, &packet, to_step, wire);
        }
    }

    /// A packet of the right sender, from RTP or a browser's session.
    pub fn speak(&mut self, no: LineNo, packet: &Packet<'_>, to_step: u32, wire: &mut impl Wire) {
        let step = self.step;
        let Some(line) = self.lines.get_mut(&no) else {
            return;
        };
        // Told of means doubled; sound may come back in the very step in which its absence was told.
        if line.tell_at > FIRST_SILENCE {
            wire.tell(Notice::Back(no));
        }
        line.heard_at = step;
        line.tell_at = FIRST_SILENCE;
        let arrival = samples(step).wrapping_add(160_u32.saturating_sub(to_step));
        line.reception
            .take(packet.source, packet.sequence, packet.timestamp, arrival);
        if line.terms.event == Some(packet.payload_type) {
            if let Some(key) = line.ear.take(packet.timestamp, packet.payload) {
                wire.tell(Notice::Key(no, key));
            }
            return;
        }
        // Some senders change between the two without asking; both are always understood.
        let Some(law) = Law::of(packet.payload_type) else {
            return;
        };
        if law == line.terms.law {
            line.jitter.push(packet.timestamp, packet.payload, to_step);
        } else {
            let own = line.terms.law;
            let payload: Vec<u8> = packet
                .payload
                .iter()
                .map(|c| law.translate(*c, own))
                .collect();
            line.jitter.push(packet.timestamp, &payload, to_step);
        }
        for to in self.listeners.get(&no).into_iter().flatten() {
            if let Some(listener) = self.lines.get_mut(to)
                && listener.passes() == Some(no)
            {
                pass(
                    *to,
                    listener,
                    no,
                    law,
                    packet,
                    (&mut self.bytes, &mut self.codes),
                    wire,
                );
            }
        }
    }

    /// A report came for a line.
    pub fn report(&mut self, no: LineNo, bytes: &[u8]) {
        let now = reports_clock(self.step);
        if let Some(line) = self.lines.get_mut(&no)
            && let Some(middle) = rtcp::read(bytes, line.out.source).report
        {
            line.reception.report(middle, now);
        }
    }

    /// One step of 20 ms: everybody's sound is taken, mixed for everybody, and sent.
    pub fn step(&mut self, wire: &mut impl Wire) {
        self.step += 1;
        let step = self.step;
        // Where two talk, packets go as they came: their sound is only made for whoever mixes it.
        let mixing = self.lines.values().filter(|line| line.mixes());
        let mut mixed: Vec<LineNo> = mixing.flat_map(|line| line.row.heard()).collect();
        mixed.sort_unstable();
        // In the order of the lines, as they are.
        let spoken: Vec<(LineNo, Frame)> = self
            .lines
            .iter_mut()
            .filter_map(|(no, line)| {
                let mixed = mixed.binary_search(no).is_ok();
                Some((*no, listen(*no, line, mixed, step, wire)?))
            })
            .collect();
        let spoken = |from: LineNo| {
            let at = spoken.binary_search_by_key(&from, |(no, _)| *no).ok()?;
            spoken.get(at).map(|(_, frame)| frame)
        };
        for (no, line) in &mut self.lines {
            line.out.timestamp = line.out.timestamp.wrapping_add(160);
            if line.passes().is_some() {
                line.row.settle();
            } else if line.is_deaf() {
                line.row.settle();
                line.out.end_passing();
            } else {
                line.out.end_passing();
                let mut frame = line.row.mix(spoken);
                if let Some(playing) = &mut line.playing {
                    let (over, done) = playing.step();
                    lay_over(&mut frame, &over);
                    if done {
                        line.playing = None;
                        wire.tell(Notice::Played(*no));
                    }
                }
                send(*no, line, &frame, (&mut self.bytes, &mut self.codes), wire);
            }
            if (step + no.0).is_multiple_of(REPORT) {
                report(*no, line, step, &mut self.bytes, wire);
            }
        }
    }

    /// The number of the last step.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.step
    }
}

/// A line's sound of this step, if there is any and somebody mixes it.
fn listen(
    no: LineNo,
    line: &mut Line,
    mixed: bool,
    step: u64,
    wire: &mut impl Wire,
) -> Option<Frame> {
    // A line that rings says nothing for long, and there may be many.
    let mut spoken = None;
    if !mixed && line.tap.is_none() {
        line.jitter.pass_over();
    } else if line.jitter.has_begun() || line.tap.is_some() {
        let (frame, heard) = line.jitter.pull();
        if let Some(tap) = &mut line.tap {
            tap.step(step, &frame, heard);
        }
        // Concealment may go on when packets do not; after that there is nothing to mix.
        spoken = (heard || frame.iter().any(|s| *s != 0)).then_some(frame);
    }
    let silent = step.saturating_sub(line.heard_at);
    if line.terms.receives && silent >= line.tell_at {
        wire.tell(Notice::Silent(no, silent * 20));
        line.tell_at = line.tell_at.saturating_mul(2);
    }
    spoken
}

type Buffers<'a> = (&'a mut Vec<u8>, &'a mut Vec<u8>);

/// Passes a packet of `from` on to the listener that hears it alone.
fn pass(
    to: LineNo,
    listener: &mut Line,
    from: LineNo,
    law: Law,
    packet: &Packet<'_>,
    (bytes, codes): Buffers<'_>,
    wire: &mut impl Wire,
) {
    let own = listener.terms.law;
    let (sequence, timestamp) =
        listener
            .out
            .pass(from, packet.source, packet.sequence, packet.timestamp);
    let payload = if own == law {
        packet.payload
    } else {
        codes.clear();
        codes.extend(packet.payload.iter().map(|c| law.translate(*c, own)));
        codes
    };
    let marker = std::mem::take(&mut listener.out.marker) || packet.marker;
    emit(
        to,
        listener,
        (marker, sequence, timestamp),
        payload,
        bytes,
        wire,
    );
}

/// Sends a step's own frame, or the key that is pressed instead.
fn send(
    no: LineNo,
    line: &mut Line,
    frame: &Frame,
    (bytes, codes): Buffers<'_>,
    wire: &mut impl Wire,
) {
    let presses = line.finger.step(line.out.timestamp);
    if !line.terms.sends {
        return;
    }
    if let (Some(event), false, Some(target)) =
        (line.terms.event, presses.is_empty(), line.latch.target())
    {
        for press in presses {
            let packet = Packet {
                marker: press.marker,
                payload_type: event,
                sequence: line.out.sequence,
                timestamp: press.timestamp,
                source: line.out.source,
                payload: &press.payload,
            };
            packet.write(bytes);
            line.out.sequence = line.out.sequence.wrapping_add(1);
            line.out.packets = line.out.packets.wrapping_add(1);
            line.out.bytes = line.out.bytes.wrapping_add(4);
            wire.packet(no, target, bytes);
        }
        line.out.marker = true;
        return;
    }
    coded(line.terms.law, frame, codes);
    let numbers = (
        std::mem::take(&mut line.out.marker),
        line.out.sequence,
        line.out.timestamp,
    );
    line.out.sequence = line.out.sequence.wrapping_add(1);
    emit(no, line, numbers, codes, bytes, wire);
}

fn emit(
    no: LineNo,
    line: &mut Line,
    (marker, sequence, timestamp): (bool, u16, u32),
    payload: &[u8],
    bytes: &mut Vec<u8>,
    wire: &mut impl Wire,
) {
    if line.carrier == Carrier::Browser {
        wire.sound(no, timestamp, line.terms.law, payload);
    } else if let Some(target) = line.latch.target() {
        Packet {
            marker,
            payload_type: line.terms.law.payload_type(),
            sequence,
            timestamp,
            source: line.out.source,
            payload,
        }
        .write(bytes);
        wire.packet(no, target, bytes);
    } else {
        return;
    }
    line.out.packets = line.out.packets.wrapping_add(1);
    let length = u32::try_from(payload.len()).unwrap_or(0);
    line.out.bytes = line.out.bytes.wrapping_add(length);
}

fn report(no: LineNo, line: &mut Line, step: u64, bytes: &mut Vec<u8>, wire: &mut impl Wire) {
    if line.carrier == Carrier::Browser {
        return;
    }
    let Some(target) = line.latch.target() else {
        return;
    };
    let block = line.reception.block(reports_clock(step));
    // 32.32 fixed-point seconds, counted from the board's first step.
    let clock = (step / 50) << 32 | (((step % 50) << 32) / 50);
    rtcp::write(
        &line.out.sent(clock),
        block.as_ref(),
        "line@liandong.invalid",
        bytes,
    );
    match line.terms.control {
        Some(control) => wire.report(no, control, bytes),
        None => wire.packet(no, target, bytes),
    }
}

/// The board's clock in samples, which wraps.
fn samples(step: u64) -> u32 {
    let length = u64::try_from(STEP).unwrap_or(160);
    u32::try_from((step * length) & u64::from(u32::MAX)).unwrap_or(0)
}

/// The board's clock in 1/65,536 s, which wraps.
fn reports_clock(step: u64) -> u32 {
    u32::try_from((step * 65_536 / 50) & u64::from(u32::MAX)).unwrap_or(0)
}

#[cfg(test)]
mod tests;
