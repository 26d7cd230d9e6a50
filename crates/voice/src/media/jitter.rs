//! The jitter buffer: packets come when they like, sound leaves one step every 20 ms.
//!
//! It holds coded bytes by their RTP time, so any packet length, reordering and doubling is the
//! same to it. What it delays adapts between 20 and 60 ms: it grows when a packet came too late or
//! nearly so, and shrinks when none has been near for four seconds. Both take up the drift between
//! two clocks.

use super::conceal::Conceal;
use super::g711::{Frame, Law, SILENCE, STEP};

/// Samples it can hold: half a second.
const RING: u32 = 4096;

/// No sample here.
const NONE: u16 = u16::MAX;

/// Samples of one millisecond.
const MS: u32 = 8;

/// The least and the most it delays, in samples.
const LEAST: u32 = 20 * MS;
const MOST: u32 = 60 * MS;

/// How much the delay changes at once.
const NOTCH: u32 = 10 * MS;

/// Steps to look at before it shrinks.
const LOOK: u32 = 200;

/// Samples of a step.
const SAMPLES: i64 = 160;

/// Steps of half a second.
const HALF_SECOND: u32 = 25;

/// What happened to the sound of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Steps played from packets.
    pub played: u64,
    /// Steps with a hole that was concealed.
    pub concealed: u64,
    /// Packets that came too late to be played.
    pub late: u64,
    /// Times the sender's time jumped and the buffer began anew.
    pub jumps: u64,
}

/// The buffer of one line.
#[derive(Debug)]
pub struct Jitter {
    ring: Box<[u16]>,
    /// RTP time of the next sample to be played; `None` before the first packet.
    next: Option<u32>,
    /// RTP time behind the newest sample held.
    newest: u32,
    /// What it means to delay, in samples.
    delay: u32,
    /// The least slack seen in this look, and the least there would have been with a notch less delay, in samples.
    slack: Option<(i64, i64)>,
    /// How long what came soonest waits until it is played, in samples: in the last half second and in this one.
    soonest: [i64; 2],
    looked: u32,
    steps: u32,
    law: Law,
    conceal: Conceal,
    tally: Tally,
}

impl Jitter {
    /// An empty buffer.
    #[must_use]
    pub fn new(law: Law) -> Self {
        Self {
            ring: Box::default(),
            next: None,
            newest: 0,
            delay: LEAST,
            slack: None,
            soonest: [0; 2],
            looked: 0,
            steps: 0,
            law,
            conceal: Conceal::default(),
            tally: Tally::default(),
        }
    }

    /// What happened so far.
    #[must_use]
    pub const fn tally(&self) -> Tally {
        self.tally
    }

    /// What it means to delay now, in milliseconds.
    #[must_use]
    pub const fn delay_ms(&self) -> u32 {
        self.delay / MS
    }

    /// Forgets what it holds: another sender speaks from now on.
    pub fn restart(&mut self, law: Law) {
        self.ring.fill(NONE);
        self.next = None;
        self.look_anew();
        self.law = law;
    }

    /// Takes a packet's sound. `to_step` is the time until the next step is played, in samples (0 to
    /// 160): so the delay is the same wherever between two steps packets come.
    pub fn push(&mut self, timestamp: u32, payload: &[u8], to_step: u32) {
        let Ok(length) = u32::try_from(payload.len()) else {
            return;
        };
        if length == 0 || length > RING / 4 {
            return;
        }
        if self.ring.is_empty() {
            // Most lines of a busy hour ring, and hear nothing yet.
            self.ring = vec![NONE; usize::try_from(RING).unwrap_or(0)].into_boxed_slice();
        }
        let to_step = to_step.min(160);
        let next = match self.next {
            // Ahead of the newest by more than the ring, or far behind: a new stream of time.
            Some(next) if reach(next, timestamp, length).is_some() => next,
            known => {
                if known.is_some() {
                    self.tally.jumps += 1;
                    self.ring.fill(NONE);
                }
                let start = timestamp.wrapping_sub(self.delay.saturating_sub(to_step));
                self.newest = timestamp;
                self.next = Some(start);
                self.soonest = [0; 2];
                self.look_anew();
                start
            }
        };
        let ahead = distance(next, timestamp);
        let now = slack(ahead.into(), to_step);
        let closer = slack(i64::from(ahead) - i64::from(NOTCH), to_step);
        let least = self.slack.unwrap_or((now, closer));
        self.slack = Some((least.0.min(now), least.1.min(closer)));
        let [_, this] = &mut self.soonest;
        *this = (*this).max(i64::from(ahead) + i64::from(to_step));
        if i64::from(ahead) + i64::from(length) <= 0 {
            self.tally.late += 1;
            return;
        }
        for (place, code) in payload.iter().enumerate() {
            let Ok(place) = u32::try_from(place) else {
                break;
            };
            let time = timestamp.wrapping_add(place);
            if distance(next, time) >= 0 {
                self.put(time, u16::from(*code));
            }
        }
        let end = timestamp.wrapping_add(length);
        if distance(self.newest, end) > 0 {
            self.newest = end;
        }
    }

    /// The next step's sound, and whether anything of it came from the line.
    pub fn pull(&mut self) -> (Frame, bool) {
        let Some(next) = self.next else {
            return (SILENCE, false);
        };
        let next = self.adapt(next);
        let mut frame = SILENCE;
        let mut held = [true; STEP];
        let mut there = 0_usize;
        let mut time = next;
        for (sample, held) in frame.iter_mut().zip(&mut held) {
            match self.take(time) {
                Some(code) => {
                    *sample = self.law.linear(code);
                    there += 1;
                }
                None => *held = false,
            }
            time = time.wrapping_add(1);
        }
        self.next = Some(time);
        if there == STEP {
            self.conceal.heard(&mut frame);
        } else {
            self.conceal.mend(&mut frame, &held);
        }
        self.count(there);
        (frame, there > 0)
    }

    /// The same of a step whose sound nobody needs.
    pub fn pass_over(&mut self) {
        let Some(next) = self.next else {
            return;
        };
        let next = self.adapt(next);
        let (mut time, mut there) = (next, 0);
        for _ in SILENCE {
            there += usize::from(self.take(time).is_some());
            time = time.wrapping_add(1);
        }
        self.count(there);
        self.next = Some(time);
    }

    /// Counts a step by how many of its samples were there.
    const fn count(&mut self, there: usize) {
        if there == STEP {
            self.tally.played += 1;
        } else if there > 0 || self.tally.played > 0 {
            // Before its first sound a line is not missing anything.
            self.tally.concealed += 1;
        }
    }

    /// Whether anything has come yet; until then every step is silent.
    #[must_use]
    pub const fn has_begun(&self) -> bool {
        self.next.is_some()
    }

    /// Whether sound lies ready for the next step or behind it.
    #[must_use]
    pub fn holds_sound(&self) -> bool {
        self.next
            .is_some_and(|next| distance(next, self.newest) > 0)
    }

    fn adapt(&mut self, next: u32) -> u32 {
        self.looked += 1;
        self.steps = self.steps.wrapping_add(1);
        let [last, this] = self.soonest;
        if self.steps.is_multiple_of(HALF_SECOND) {
            self.soonest = [this, 0];
        }
        let Some((slack, closer)) = self.slack else {
            return next;
        };
        // The bound is what it does delay: a sender whose clock is slow is followed however far it falls behind.
        let soonest = last.max(this);
        if slack < i64::from(2 * MS) && soonest + i64::from(NOTCH) <= i64::from(MOST) {
            // Later from now on: what is played next is put off, the hole is concealed.
            self.delay = (self.delay + NOTCH).min(MOST);
            self.soonest = self.soonest.map(|waits| waits + i64::from(NOTCH));
            self.look_anew();
            return next.wrapping_sub(NOTCH);
        }
        if self.looked < LOOK {
            return next;
        }
        self.look_anew();
        let enough = if self.delay > LEAST { 5 * MS } else { LEAST };
        if closer >= i64::from(enough) {
            self.delay = self.delay.saturating_sub(NOTCH).max(LEAST);
            self.soonest = self.soonest.map(|waits| waits - i64::from(NOTCH));
            for skipped in 0..NOTCH {
                let _ = self.take(next.wrapping_add(skipped));
            }
            return next.wrapping_add(NOTCH);
        }
        next
    }

    const fn look_anew(&mut self) {
        self.slack = None;
        self.looked = 0;
    }

    fn put(&mut self, time: u32, code: u16) {
        if let Some(cell) = usize::try_from(time % RING)
            .ok()
            .and_then(|p| self.ring.get_mut(p))
        {
            *cell = code;
        }
    }

    fn take(&mut self, time: u32) -> Option<u8> {
        let cell = usize::try_from(time % RING)
            .ok()
            .and_then(|p| self.ring.get_mut(p))?;
        u8::try_from(std::mem::replace(cell, NONE)).ok()
    }
}

/// How long before it is taken a packet has come, in samples: a step takes all of its samples at once, so what lies anywhere
/// within it is needed when it begins. `ahead` is how far behind the beginning of the next step the packet begins.
fn slack(ahead: i64, to_step: u32) -> i64 {
    ahead.div_euclid(SAMPLES) * SAMPLES + i64::from(to_step)
}

/// From `a` to `b` in RTP time, which wraps.
const fn distance(a: u32, b: u32) -> i32 {
    b.wrapping_sub(a).cast_signed()
}

/// Where a packet lies, if it lies within what the ring can hold.
fn reach(next: u32, timestamp: u32, length: u32) -> Option<i32> {
    let ahead = distance(next, timestamp);
    let least = -(i64::from(RING));
    let most = i64::from(RING) - i64::from(length) - i64::from(NOTCH);
    (least..=most).contains(&i64::from(ahead)).then_some(ahead)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A coded ramp, so that every sample tells where it belongs.
    fn packet(n: u32) -> Vec<u8> {
        (0..160)
            .map(|i| u8::try_from((n * 160 + i) % 251).expect("below 251"))
            .collect()
    }

    fn steady(jitter: &mut Jitter, packets: std::ops::Range<u32>, to_step: u32) -> Vec<Frame> {
        packets
            .map(|n| {
                jitter.push(n * 160, &packet(n), to_step);
                jitter.pull().0
            })
            .collect()
    }

    #[test]
    fn a_steady_line_is_delayed_by_twenty_milliseconds_and_loses_nothing() {
        for to_step in [0, 40, 80, 120, 160] {
            let mut jitter = Jitter::new(Law::A);
            let frames = steady(&mut jitter, 0..500, to_step);
            let heard: Vec<i16> = frames.concat();
            let sent: Vec<i16> = (0..500)
                .flat_map(packet)
                .map(|c| Law::A.linear(c))
                .collect();
            let shift = usize::try_from(160 - to_step).expect("small");
            assert_eq!(
                heard[shift + 160..],
                sent[160..sent.len() - shift],
                "{to_step}"
            );
            assert_eq!(jitter.delay_ms(), 20);
            assert_eq!(jitter.tally().late, 0);
        }
    }

    #[test]
    fn packets_of_ten_and_thirty_milliseconds_are_the_same_to_it() {
        let mut jitter = Jitter::new(Law::A);
        let all: Vec<u8> = (0..60).flat_map(packet).collect();
        let mut heard = Vec::new();
        // 30 ms packets, two every three steps.
        for step in 0..60_usize {
            for n in 0..40_usize {
                if n * 240 >= step * 160 && n * 240 < (step + 1) * 160 {
                    let at = u32::try_from(n * 240).expect("small");
                    jitter.push(at, &all[n * 240..(n + 1) * 240], 160);
                }
            }
            heard.extend(jitter.pull().0);
        }
        assert!(
            jitter.tally().late == 0 && jitter.tally().jumps == 0,
            "{:?}",
            jitter.tally()
        );
        let tail: Vec<i16> = all.iter().map(|c| Law::A.linear(*c)).collect();
        // Somewhere behind the start it is the same sound, shifted by the delay.
        let find = &heard[4800..5600];
        assert!(tail.windows(800).any(|w| w == find));
    }

    #[test]
    fn late_packets_make_it_wait_longer_and_quiet_times_shorter_again() {
        let mut jitter = Jitter::new(Law::A);
        steady(&mut jitter, 0..50, 80);
        // Every fourth packet comes two steps late.
        let mut held = Vec::new();
        for n in 50..250_u32 {
            if n % 4 == 0 {
                held.push((n, n + 2));
            } else {
                jitter.push(n * 160, &packet(n), 80);
            }
            held.retain(|(n_held, due)| {
                if *due == n {
                    jitter.push(n_held * 160, &packet(*n_held), 80);
                }
                *due != n
            });
            jitter.pull();
        }
        assert!(jitter.delay_ms() >= 50, "{}", jitter.delay_ms());
        let late = jitter.tally().late;
        assert!(
            late <= 5,
            "{late}: it went on losing packets it could have waited for"
        );
        steady(&mut jitter, 250..2250, 80);
        assert_eq!(jitter.delay_ms(), 20);
    }

    #[test]
    fn a_sender_that_begins_a_new_time_is_followed() {
        let mut jitter = Jitter::new(Law::A);
        steady(&mut jitter, 0..50, 80);
        let frames: Vec<Frame> = (0..20_u32)
            .map(|n| {
                jitter.push(3_000_000_000 + n * 160, &packet(n), 80);
                jitter.pull().0
            })
            .collect();
        assert_eq!(jitter.tally().jumps, 1);
        assert_ne!(frames[5], SILENCE);
    }

    #[test]
    fn a_clock_that_runs_fast_never_fills_it() {
        let mut jitter = Jitter::new(Law::A);
        let mut n = 0;
        // One packet in a hundred too many: ten thousand parts in a million.
        for step in 0..20_000_u32 {
            for _ in 0..(1 + u32::from(step % 100 == 0)) {
                jitter.push(n * 160, &packet(n), 80);
                n += 1;
            }
            jitter.pull();
        }
        let next = jitter.next.expect("started");
        let held = distance(next, jitter.newest);
        assert!(
            (0..=i32::try_from(RING).expect("small")).contains(&held),
            "{held}"
        );
        assert!(jitter.tally().played > 15_000);
    }

    #[test]
    fn a_clock_that_runs_slow_is_followed_however_far_it_falls_behind() {
        let mut jitter = Jitter::new(Law::A);
        let (mut n, mut whole) = (0, 0);
        // One packet in two hundred is not there yet: five thousand parts in a million.
        for step in 0..20_000_u32 {
            if step % 200 != 199 {
                jitter.push(n * 160, &packet(n), 80);
                n += 1;
            }
            let before = jitter.tally().played;
            jitter.pull();
            whole += jitter.tally().played - before;
        }
        // At each of the hundred times a step or two.
        assert!(whole > 19_600, "{whole}: {:?}", jitter.tally());
        assert!(jitter.tally().late <= 100, "{:?}", jitter.tally());
    }

    #[test]
    fn what_comes_about_when_a_step_is_taken_is_not_cut_at_each() {
        for to_step in [4, 12, 156] {
            let mut jitter = Jitter::new(Law::A);
            jitter.push(0, &packet(0), to_step);
            jitter.pull();
            for n in 1..500_u32 {
                // Half a millisecond before the step or behind it, as it comes.
                if n % 3 == 0 {
                    jitter.pull();
                    jitter.push(n * 160, &packet(n), 156);
                } else {
                    jitter.push(n * 160, &packet(n), 4);
                    jitter.pull();
                }
            }
            let tally = jitter.tally();
            assert!(
                tally.concealed <= 3 && tally.late == 0,
                "{to_step}: {tally:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_it_gives_a_step_and_keeps_its_bounds(
            packets in proptest::collection::vec(
                (any::<u32>(), 0_usize..400, 0_u32..400, any::<bool>()), 0..200),
        ) {
            let mut jitter = Jitter::new(Law::Mu);
            for (timestamp, length, to_step, near) in packets {
                let timestamp = if near { timestamp % 3000 } else { timestamp };
                jitter.push(timestamp, &vec![1; length], to_step);
                let _ = jitter.pull();
                prop_assert!((20..=60).contains(&jitter.delay_ms()));
            }
        }

        #[test]
        fn order_and_doubles_within_the_delay_change_nothing(
            swaps in proptest::collection::vec(any::<bool>(), 100),
        ) {
            let mut plain = Jitter::new(Law::A);
            let mut mixed = Jitter::new(Law::A);
            // Both three packets ahead, then in order here, swapped and doubled there.
            for jitter in [&mut plain, &mut mixed] {
                for n in 0..3 {
                    jitter.push(n * 160, &packet(n), 160);
                }
            }
            for (n, swap) in (3..).step_by(2).zip(swaps) {
                for n in [n, n + 1] {
                    plain.push(n * 160, &packet(n), 160);
                }
                let order = if swap { [n + 1, n, n] } else { [n, n, n + 1] };
                for n in order {
                    mixed.push(n * 160, &packet(n), 160);
                }
                for _ in 0..2 {
                    prop_assert_eq!(plain.pull(), mixed.pull());
                }
            }
        }
    }
}
