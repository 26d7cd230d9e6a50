//! Arithmetic that gives the same bits everywhere: only the operations IEEE 754 rounds exactly.
//!
//! The standard library's `ln` and `exp` are the platform's own and differ in the last bit between
//! platforms; a model that is a fold over a log must not (same log, same model).

/// A count as a real number; exact up to 2^24 and close enough above it.
#[expect(
    clippy::as_conversions,
    reason = "a count; rounding of huge ones is meant"
)]
pub(crate) const fn real(count: usize) -> f32 {
    count as f32
}

/// A count as a real number of double width; exact for every count there is memory for.
#[expect(
    clippy::as_conversions,
    reason = "a count; rounding of huge ones is meant"
)]
pub(crate) const fn wide(count: usize) -> f64 {
    count as f64
}

/// Down to single width.
#[expect(
    clippy::as_conversions,
    reason = "rounding to single width is what it is for"
)]
pub(crate) const fn narrow(x: f64) -> f32 {
    x as f32
}

/// To the nearest whole number a byte with a sign holds.
#[expect(
    clippy::as_conversions,
    reason = "rounding to a byte is what it is for; `as` saturates"
)]
pub(crate) fn byte(x: f32) -> i8 {
    x.round() as i8
}

/// The index a slot or a row number stands for; every platform this runs on has 32 bits at least.
#[expect(
    clippy::as_conversions,
    reason = "u32 fits usize on every platform this builds for"
)]
pub(crate) const fn at(slot: u32) -> usize {
    slot as usize
}

/// The sum of numbers with their places, eight rows of them side by side: in one order everywhere,
/// and the same whether or not those that are nothing are among them.
pub(crate) fn sum(numbers: impl Iterator<Item = (usize, f32)>) -> f32 {
    let mut rows = [0.0_f32; 8];
    for (place, x) in numbers {
        if let Some(sum) = rows.get_mut(place % 8) {
            *sum += x;
        }
    }
    rows.iter().sum()
}

/// Natural logarithm of a positive number.
pub(crate) fn ln(x: f64) -> f64 {
    if x <= 0.0 || !x.is_finite() {
        return f64::MIN;
    }
    let mut halvings = 0.0;
    let mut m = x;
    while m > std::f64::consts::SQRT_2 {
        m *= 0.5;
        halvings += 1.0;
    }
    while m < std::f64::consts::FRAC_1_SQRT_2 {
        m *= 2.0;
        halvings -= 1.0;
    }
    let t = (m - 1.0) / (m + 1.0);
    let square = t * t;
    let mut power = t;
    let mut sum = 0.0;
    let mut odd = 1.0;
    while odd < 30.0 {
        sum += power / odd;
        power *= square;
        odd += 2.0;
    }
    2.0 * sum + halvings * std::f64::consts::LN_2
}

/// The exponential; 0 far below and a huge finite number far above. Without a branch or a division,
/// so that many are worked out side by side.
pub(crate) fn exp(x: f64) -> f64 {
    // Added to a small number it leaves the nearest whole one in the lowest bits.
    const WHOLE: f64 = 6_755_399_441_055_744.0;
    // What is left of the logarithm of two behind its first 32 bits, which times a whole number are exact.
    const LN_2_HIGH: f64 = 0.693_147_180_369_123_8;
    const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    let x = x.clamp(-700.0, 700.0);
    let doublings = x * std::f64::consts::LOG2_E + WHOLE;
    let whole = doublings - WHOLE;
    let rest = (x - whole * LN_2_HIGH) - whole * LN_2_LOW;
    let series = SERIES.iter().fold(0.0, |sum, each| sum * rest + each);
    series * f64::from_bits(doublings.to_bits().wrapping_add(1023) << 52)
}

/// One over the factorials from 13 down.
const SERIES: [f64; 14] = [
    1.0 / 6_227_020_800.0,
    1.0 / 479_001_600.0,
    1.0 / 39_916_800.0,
    1.0 / 3_628_800.0,
    1.0 / 362_880.0,
    1.0 / 40_320.0,
    1.0 / 5_040.0,
    1.0 / 720.0,
    1.0 / 120.0,
    1.0 / 24.0,
    1.0 / 6.0,
    1.0 / 2.0,
    1.0,
    1.0,
];

/// Scores turned into shares that sum to 1, the sharper the lower the temperature.
pub(crate) fn softmax(scores: &[f32], temperature: f64) -> Vec<f64> {
    let top = scores.iter().copied().fold(f32::MIN, f32::max);
    let mut out: Vec<f64> = scores
        .iter()
        .map(|s| exp(f64::from(s - top) / temperature))
        .collect();
    let sum: f64 = out.iter().sum();
    if sum > 0.0 {
        for share in &mut out {
            *share /= sum;
        }
    }
    out
}

/// Chance that is none: the same numbers for the same seed, for shuffling in training.
#[derive(Debug, Clone)]
pub(crate) struct Shuffle(u64);

impl Shuffle {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `bound`; 0 where that is 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % bound).unwrap_or(0)
    }

    /// A number from 0 to 1, without 1.
    pub(crate) fn share(&mut self) -> f32 {
        const STEPS: u64 = 1 << 24;
        let step = u32::try_from(self.next() % STEPS).unwrap_or(0);
        narrow(f64::from(step) / 16_777_216.0)
    }

    /// A number around 0, about as far from it as 1.
    pub(crate) fn around(&mut self) -> f32 {
        // Six even ones have a variance of a half together.
        let sum: f32 = (0..6).map(|_| self.share() - 0.5).sum();
        sum * std::f32::consts::SQRT_2
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// Puts `order` into another order (Fisher and Yates).
    pub(crate) fn shuffle(&mut self, order: &mut [usize]) {
        for last in (1..order.len()).rev() {
            let bound = u64::try_from(last).unwrap_or(u64::MAX).saturating_add(1);
            let other = usize::try_from(self.next() % bound).unwrap_or(0);
            order.swap(last, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_agree_with_the_platforms_own_to_twelve_digits() {
        for x in [1e-9, 0.3, 0.999, 1.0, 1.5, 2.0, 7.0, 12_345.678, 1e12] {
            assert!((ln(x) - x.ln()).abs() < 1e-11, "ln {x}");
        }
        for x in [-30.0, -1.0, -0.1, 0.0, 0.4, 1.0, 3.3, 20.0] {
            assert!((exp(x) / x.exp() - 1.0).abs() < 1e-11, "exp {x}");
        }
        assert!(exp(-1e9) < 1e-300 && exp(1e9).is_finite());
    }

    #[test]
    fn shares_sum_to_one_and_a_shuffle_repeats_itself() {
        let shares = softmax(&[0.1, 2.0, -3.0], 0.5);
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        let mut a: Vec<usize> = (0..50).collect();
        let mut b = a.clone();
        Shuffle::new(7).shuffle(&mut a);
        Shuffle::new(7).shuffle(&mut b);
        assert_eq!(a, b);
        assert_ne!(a, (0..50).collect::<Vec<_>>());
    }
}
