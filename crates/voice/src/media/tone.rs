//! Tones: what a caller hears while somebody is being reached, and the measuring of tones.

use super::g711::{Frame, STEP};
use std::f64::consts::TAU;

/// Samples a second.
pub const RATE: u32 = 8000;

/// One or two sines with a cadence, sample by sample without a jump between frames.
#[derive(Debug, Clone)]
pub struct Tone {
    /// Frequencies in Hz and the peak of each.
    parts: Vec<(f64, f64)>,
    /// Samples on, samples off; off = 0 means always on.
    on: u32,
    off: u32,
    at: u32,
}

impl Tone {
    /// A steady tone.
    #[must_use]
    pub fn steady(hertz: f64, peak: i16) -> Self {
        Self {
            parts: vec![(hertz, f64::from(peak))],
            on: RATE,
            off: 0,
            at: 0,
        }
    }

    /// 450 Hz, one second in five: the far end rings.
    #[must_use]
    pub fn ringing() -> Self {
        Self {
            parts: vec![(450.0, 4000.0)],
            on: RATE,
            off: 4 * RATE,
            at: 0,
        }
    }

    /// 450 Hz, 0.35 s on, 0.35 s off: busy.
    #[must_use]
    pub fn busy() -> Self {
        Self {
            parts: vec![(450.0, 4000.0)],
            on: 2800,
            off: 2800,
            at: 0,
        }
    }

    /// Two soft notes every three seconds: "you are still connected", while a caller waits and
    /// nothing else is said. A line that is silent is taken for a dead one (R74).
    #[must_use]
    pub fn comfort() -> Self {
        Self {
            parts: vec![(523.25, 900.0), (659.25, 700.0)],
            on: 2400,
            off: 21_600,
            at: 0,
        }
    }

    /// Fills one frame.
    pub fn frame(&mut self) -> Frame {
        let mut frame = [0; STEP];
        for sample in &mut frame {
            *sample = self.sample();
        }
        frame
    }

    fn sample(&mut self) -> i16 {
        let length = self.on + self.off;
        let place = self.at % length;
        // Ten seconds hold a whole number of periods of every whole and half frequency.
        let at = f64::from(self.at);
        self.at = self.at.wrapping_add(1) % (length * 10 * RATE / gcd(length, 10 * RATE));
        if place >= self.on {
            return 0;
        }
        // 5 ms in and out, so that it does not click; a steady tone has no ends.
        let edge = if self.off == 0 {
            40
        } else {
            place.min(self.on - 1 - place).min(40)
        };
        let sum: f64 = self
            .parts
            .iter()
            .map(|(hertz, peak)| peak * (TAU * hertz * at / f64::from(RATE)).sin())
            .sum();
        rounded(sum * f64::from(edge) / 40.0)
    }
}

const fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// A float as a sample, clipped.
#[must_use]
pub(crate) fn rounded(value: f64) -> i16 {
    #[expect(
        clippy::as_conversions,
        reason = "clipped to the range just before; NaN becomes 0"
    )]
    let sample = value.round().clamp(-32768.0, 32767.0) as i16;
    sample
}

/// The peak of the sine of this frequency in a stretch of sound (Goertzel), with a Hann window.
#[must_use]
pub fn strength(samples: &[i16], hertz: f64) -> f64 {
    let length = f64::from(u32::try_from(samples.len()).unwrap_or(u32::MAX)).max(1.0);
    let turn = 2.0 * (TAU * hertz / f64::from(RATE)).cos();
    // The window's cosine by turning it on: a cosine for each sample costs more than all the rest.
    let (step_sin, step_cos) = (TAU / length).sin_cos();
    let (mut sin, mut cos) = (0.0_f64, 1.0_f64);
    let (mut before, mut last) = (0.0, 0.0);
    for sample in samples {
        let window = 0.5 - 0.5 * cos;
        let next = turn * last + window * f64::from(*sample) - before;
        before = last;
        last = next;
        (sin, cos) = (
            sin * step_cos + cos * step_sin,
            cos * step_cos - sin * step_sin,
        );
    }
    let power = last * last + before * before - turn * last * before;
    // The window halves the sum of the weights.
    4.0 * power.max(0.0).sqrt() / length
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound(mut tone: Tone, frames: usize) -> Vec<i16> {
        (0..frames).flat_map(|_| tone.frame()).collect()
    }

    #[test]
    fn a_tone_is_found_where_it_is_and_nowhere_else() {
        let heard = sound(Tone::steady(700.0, 8000), 50);
        let there = strength(&heard, 700.0);
        assert!((7900.0..8100.0).contains(&there), "{there}");
        for elsewhere in [300.0, 500.0, 900.0, 1100.0, 2000.0] {
            assert!(strength(&heard, elsewhere) < 20.0, "{elsewhere}");
        }
    }

    #[test]
    fn ringing_sounds_one_second_in_five() {
        let heard = sound(Tone::ringing(), 500);
        let per_second: Vec<bool> = heard
            .chunks(8000)
            .map(|second| strength(second, 450.0) > 1000.0)
            .collect();
        let expected = [
            true, false, false, false, false, true, false, false, false, false,
        ];
        assert_eq!(per_second, expected);
    }

    #[test]
    fn a_steady_tone_has_no_jump_after_its_wrap() {
        let heard = sound(Tone::steady(440.0, 8000), 501 * 2);
        let widest = heard.windows(2).map(|w| (w[1] - w[0]).abs()).max();
        // 440 Hz at this size climbs by at most 2765 a sample.
        assert!(widest < Some(2800), "{widest:?}");
    }
}
