//! Loss concealment after ITU-T G.711 Appendix I: the last pitch period goes on, softer and softer,
//! and what comes back is faded in over it.

use super::g711::{Frame, SILENCE, STEP};

/// Samples kept to find the pitch in.
const KEPT: usize = 480;

/// The shortest and longest pitch period looked for: 200 Hz and 66 Hz.
const SHORT: usize = 40;
const LONG: usize = 120;

/// Samples compared to find the pitch.
const COMPARED: usize = 160;

/// Samples over which sound that came back is faded in: 4 ms.
const OVERLAP: usize = 32;

/// How much is left of a full gain after each lost sample: gone after 60 ms.
const FALL: i32 = 65_536 / (60 * 8) + 1;

/// The state of one line.
#[derive(Debug, Clone)]
pub struct Conceal {
    past: Vec<i16>,
    /// The period being repeated, if a hole is being filled.
    period: Vec<i16>,
    at: usize,
    /// Gain of the repetition, in 65,536ths.
    gain: i32,
}

impl Default for Conceal {
    fn default() -> Self {
        Self {
            past: vec![0; KEPT],
            period: Vec::new(),
            at: 0,
            gain: 0,
        }
    }
}

impl Conceal {
    /// A whole frame came: it is remembered, and faded in if a hole was before it.
    pub fn heard(&mut self, frame: &mut Frame) {
        if !self.period.is_empty() {
            self.fade_in(frame.iter_mut().take(OVERLAP));
            self.period.clear();
        }
        self.remember(frame);
    }

    /// Fills the samples of a frame that were not held.
    pub fn mend(&mut self, frame: &mut Frame, held: &[bool; STEP]) {
        if !held.contains(&true) && self.gain == 0 && !self.period.is_empty() {
            *frame = SILENCE;
            self.remember(frame);
            return;
        }
        // 0: nothing to fade; else how much of the fading-in is done.
        let mut fading = if self.period.is_empty() { OVERLAP } else { 0 };
        if self.period.is_empty() {
            self.find_period();
        }
        for (sample, held) in frame.iter_mut().zip(held) {
            if *held {
                if fading < OVERLAP {
                    let old = self.repeated();
                    *sample = blend(old, *sample, fading);
                    fading += 1;
                }
            } else {
                *sample = self.repeated();
                fading = 0;
            }
        }
        if held.last() == Some(&true) && fading >= OVERLAP {
            self.period.clear();
        }
        self.remember(frame);
    }

    fn fade_in<'a>(&mut self, samples: impl Iterator<Item = &'a mut i16>) {
        for (place, sample) in samples.enumerate() {
            let old = self.repeated();
            *sample = blend(old, *sample, place);
        }
    }

    fn remember(&mut self, frame: &Frame) {
        self.past.drain(..STEP.min(self.past.len()));
        self.past.extend_from_slice(frame);
    }

    fn find_period(&mut self) {
        let end = self.past.len();
        let last = self.past.get(end.saturating_sub(COMPARED)..).unwrap_or(&[]);
        let mut best = (SHORT, i64::MIN);
        for lag in SHORT..=LONG {
            let start = end.saturating_sub(COMPARED + lag);
            let Some(before) = self.past.get(start..start + COMPARED) else {
                continue;
            };
            let (mut alike, mut power) = (0_i64, 1_i64);
            for (a, b) in last.iter().zip(before) {
                alike += i64::from(*a) * i64::from(*b);
                power += i64::from(*b) * i64::from(*b);
            }
            // Likeness by the root of power, squared with its sign, so that no root is needed.
            let score = (alike / 1024).saturating_mul((alike / 1024).abs()) / (power / 1024 + 1);
            if score > best.1 {
                best = (lag, score);
            }
        }
        self.period.clear();
        self.period
            .extend_from_slice(self.past.get(end.saturating_sub(best.0)..).unwrap_or(&[]));
        self.at = 0;
        self.gain = 65_536;
    }

    fn repeated(&mut self) -> i16 {
        let sample = self.period.get(self.at).copied().unwrap_or(0);
        self.at = if self.at + 1 >= self.period.len() {
            0
        } else {
            self.at + 1
        };
        let heard = (i32::from(sample) * (self.gain >> 1)) >> 15;
        self.gain = (self.gain - FALL).max(0);
        i16::try_from(heard).unwrap_or(0)
    }
}

fn blend(old: i16, new: i16, place: usize) -> i16 {
    let done = i32::try_from(place).unwrap_or(0);
    let whole = i32::try_from(OVERLAP).unwrap_or(1);
    let sum = i32::from(old) * (whole - done) + i32::from(new) * done;
    i16::try_from(sum / whole).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::tone::{Tone, strength};

    #[test]
    fn a_lost_step_in_a_tone_is_hardly_heard() {
        let mut tone = Tone::steady(400.0, 8000);
        let mut conceal = Conceal::default();
        let mut heard = Vec::new();
        for n in 0..50 {
            let mut frame = tone.frame();
            if n % 10 == 9 {
                frame = SILENCE;
                conceal.mend(&mut frame, &[false; STEP]);
            } else {
                conceal.heard(&mut frame);
            }
            heard.extend(frame);
        }
        let kept = strength(&heard, 400.0);
        assert!(kept > 7200.0, "{kept}");
        let widest = heard
            .windows(2)
            .map(|w| (i32::from(w[1]) - i32::from(w[0])).abs())
            .max();
        // The tone itself climbs by 2500 a sample; a hole would jump by up to 8000.
        assert!(widest < Some(3600), "{widest:?}");
    }

    #[test]
    fn a_line_that_is_gone_fades_to_silence_in_sixty_milliseconds() {
        let mut tone = Tone::steady(400.0, 8000);
        let mut conceal = Conceal::default();
        for _ in 0..10 {
            conceal.heard(&mut tone.frame());
        }
        let loud: Vec<i32> = (0..6)
            .map(|_| {
                let mut frame = SILENCE;
                conceal.mend(&mut frame, &[false; STEP]);
                frame.iter().map(|s| i32::from(*s).abs()).max().unwrap_or(0)
            })
            .collect();
        assert!(
            loud[0] > 5000 && loud[0] > loud[1] && loud[1] > loud[2],
            "{loud:?}"
        );
        assert_eq!(loud[3..], [0, 0, 0]);
    }

    #[test]
    fn half_a_step_is_filled_and_the_held_half_kept() {
        let mut tone = Tone::steady(400.0, 8000);
        let mut conceal = Conceal::default();
        for _ in 0..10 {
            conceal.heard(&mut tone.frame());
        }
        let whole = tone.frame();
        let mut frame = whole;
        let mut held = [true; STEP];
        for place in 0..80 {
            frame[place] = 0;
            held[place] = false;
        }
        conceal.mend(&mut frame, &held);
        assert_eq!(frame[80 + OVERLAP..], whole[80 + OVERLAP..]);
        assert!(frame[..80].iter().any(|s| s.abs() > 5000));
    }
}
