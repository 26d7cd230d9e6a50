//! What a model was worth while it was the newest: each lesson is asked before it is learnt, so the
//! answer, rules and heads together as the desk is shown it, was given without knowing better.

use super::calibration::{Verdict, Zone};
use super::number::{real, wide};
use serde::Serialize;

/// Bands of claimed certainty the calibration error is summed over.
const BANDS: usize = 10;

/// Answers of one model to lessons it had not learnt yet (law 9: each share names what it is of).
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Tally {
    /// Lessons asked.
    pub asked: usize,
    /// Of them, the likeliest row was the right one.
    pub agreed: usize,
    /// Of all asked, those the model was sure enough of to fill the row in.
    pub filled: usize,
    /// Of those filled in, the right ones.
    pub filled_right: usize,
    /// Of all asked, those whose set held the right row.
    pub held: usize,
    /// Rows in all sets together.
    pub offered: usize,
    bands: [Band; BANDS],
}

#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
struct Band {
    asked: usize,
    right: usize,
    claimed: f64,
}

impl Tally {
    /// Hears what was said of a lesson, and what was right.
    pub(crate) fn hear(&mut self, said: &Verdict, right: &str) {
        let first = said.first();
        let agreed = first.is_some_and(|row| row.class == right);
        let filled = said.zone == Zone::Prefill;
        self.asked += 1;
        self.agreed += usize::from(agreed);
        self.filled += usize::from(filled);
        self.filled_right += usize::from(filled && agreed);
        self.held += usize::from(said.set.iter().any(|row| row.class == right));
        self.offered += said.set.len();
        let claimed = first.map_or(0.0, |row| row.share);
        let band = (1..BANDS).rev().find(|n| claimed * wide(BANDS) >= wide(*n));
        if let Some(band) = self.bands.get_mut(band.unwrap_or(0)) {
            band.asked += 1;
            band.right += usize::from(agreed);
            band.claimed += claimed;
        }
    }

    /// Share of all asked whose likeliest row was right; none before the first.
    #[must_use]
    pub fn agreement(&self) -> Option<f64> {
        share(self.agreed, self.asked)
    }

    /// Share of all asked that were sure enough to be filled in.
    #[must_use]
    pub fn coverage(&self) -> Option<f64> {
        share(self.filled, self.asked)
    }

    /// Share of those filled in that were right.
    #[must_use]
    pub fn precision(&self) -> Option<f64> {
        share(self.filled_right, self.filled)
    }

    /// Share of all asked whose offered set held the right row.
    #[must_use]
    pub fn set_coverage(&self) -> Option<f64> {
        share(self.held, self.asked)
    }

    /// Rows offered a case.
    #[must_use]
    pub fn set_size(&self) -> Option<f64> {
        share(self.offered, self.asked)
    }

    /// Expected calibration error: how far what was claimed lies from what was right, over ten bands
    /// of certainty, each weighed by its cases.
    #[must_use]
    pub fn calibration_error(&self) -> Option<f64> {
        (self.asked > 0).then(|| {
            let apart = |band: &Band| (band.claimed - f64::from(real(band.right))).abs();
            self.bands.iter().map(apart).sum::<f64>() / wide(self.asked)
        })
    }
}

fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| f64::from(real(part)) / wide(whole))
}

#[cfg(test)]
mod tests {
    use super::super::calibration::Ranked;
    use super::*;

    fn verdict(zone: Zone, rows: &[(&str, f64)]) -> Verdict {
        let ranked = |(class, share): &(&str, f64)| Ranked {
            class: (*class).to_owned(),
            share: *share,
        };
        Verdict {
            zone,
            set: rows.iter().map(ranked).collect(),
        }
    }

    #[test]
    fn law_9_each_share_is_of_what_it_says() {
        let mut tally = Tally::default();
        assert_eq!(tally.agreement(), None);
        assert_eq!(tally.calibration_error(), None);
        tally.hear(&verdict(Zone::Prefill, &[("a", 0.9)]), "a");
        tally.hear(&verdict(Zone::Prefill, &[("a", 0.9)]), "b");
        tally.hear(&verdict(Zone::Offer, &[("b", 0.6), ("a", 0.3)]), "a");
        tally.hear(&verdict(Zone::Ask, &[]), "a");
        assert_eq!(tally.agreement(), Some(0.25));
        assert_eq!(tally.coverage(), Some(0.5));
        assert_eq!(tally.precision(), Some(0.5));
        assert_eq!(tally.set_coverage(), Some(0.5));
        assert_eq!(tally.set_size(), Some(1.0));
        // 0.9 + 0.9 claimed for one right; 0.6 for none; nothing claimed of the last.
        let error = tally.calibration_error().unwrap();
        assert!((error - (0.8 + 0.6) / 4.0).abs() < 1e-9, "{error}");
    }

    #[test]
    fn a_claim_that_holds_is_calibrated() {
        let mut tally = Tally::default();
        for i in 0..100 {
            let right = if i < 80 { "a" } else { "b" };
            tally.hear(&verdict(Zone::Offer, &[("a", 0.8)]), right);
        }
        assert!(tally.calibration_error().unwrap() < 1e-9);
    }
}
