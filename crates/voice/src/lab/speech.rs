//! Sound like somebody speaking, made by the program: nobody's voice, no recording.

use crate::media::g711::Law;
use crate::media::tone::RATE;
use std::f64::consts::TAU;

/// Vowels by their first two resonances in Hz.
const VOWELS: [(f64, f64); 5] = [
    (730.0, 1090.0),
    (270.0, 2290.0),
    (300.0, 870.0),
    (530.0, 1840.0),
    (570.0, 840.0),
];

/// A stretch of babble in A-law that can be repeated: syllables of a voice at this pitch, with pauses as
/// between sentences. The same voice always says the same.
#[must_use]
pub fn babble(voice: u32, seconds: u32) -> Vec<u8> {
    let pitch = 95.0 + f64::from(voice % 8) * 17.0;
    let mut codes = Vec::new();
    let mut chance = voice.wrapping_mul(2_654_435_761).wrapping_add(12_345);
    let mut next = || {
        chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        chance >> 16
    };
    let length = usize::try_from(seconds.saturating_mul(RATE)).unwrap_or(0);
    let mut phase = 0.0;
    let mut spoken = 0;
    while codes.len() < length {
        // A sentence of eight syllables, then half a second of nothing.
        if spoken == 8 {
            spoken = 0;
            codes.extend(std::iter::repeat_n(Law::A.silence(), 4000));
            continue;
        }
        spoken += 1;
        let samples = 1000 + next() % 1000;
        let vowel = usize::try_from(next()).unwrap_or(0) % VOWELS.len();
        let (first, second) = VOWELS.get(vowel).copied().unwrap_or((500.0, 1500.0));
        let tune = pitch * (0.9 + f64::from(next() % 30) / 100.0);
        for place in 0..samples {
            phase = (phase + tune / f64::from(RATE)).fract();
            let shape = (f64::from(place) / f64::from(samples) * TAU / 2.0).sin();
            codes.push(Law::A.code(crate::media::tone::rounded(
                5000.0 * shape * voiced(phase, tune, first, second),
            )));
        }
    }
    codes.truncate(length);
    codes
}

/// Harmonics of the voice, each as loud as the resonances let it.
fn voiced(phase: f64, tune: f64, first: f64, second: f64) -> f64 {
    (1..=20_u32)
        .map(f64::from)
        .take_while(|n| n * tune < 3400.0)
        .map(|n| {
            let hertz = n * tune;
            let near = |centre: f64, width: f64| 1.0 / (1.0 + ((hertz - centre) / width).powi(2));
            (near(first, 90.0) + 0.5 * near(second, 120.0) + 0.05) * (TAU * n * phase).sin()
        })
        .sum::<f64>()
        / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::tone::strength;

    #[test]
    fn babble_is_loud_enough_has_pauses_and_differs_by_voice() {
        let one = babble(1, 4);
        assert_eq!(one.len(), 32_000);
        assert_eq!(one, babble(1, 4));
        assert_ne!(one, babble(2, 4));
        let sound: Vec<i16> = one.iter().map(|c| Law::A.linear(*c)).collect();
        let loud = |part: &[i16]| part.iter().map(|s| i32::from(*s).abs()).max().unwrap_or(0);
        assert!((1500..20_000).contains(&loud(&sound)), "{}", loud(&sound));
        assert!(sound.chunks(800).any(|part| loud(part) < 20), "no pause");
        // No one tone stands out as a test tone would.
        assert!((3..34).all(|n| strength(&sound, f64::from(n) * 100.0) < 2000.0));
    }
}
