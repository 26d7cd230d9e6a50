//! Dice that fall the same way every run.

use app::chance::SeededChance;

/// Seeded dice.
#[derive(Debug)]
pub struct Dice(SeededChance);

impl Dice {
    /// From a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(SeededChance::new(seed))
    }

    /// The next number.
    pub fn roll(&self) -> u64 {
        self.0.next()
    }

    /// A number below `limit`; 0 for a limit of 0.
    pub fn below(&self, limit: u64) -> u64 {
        if limit == 0 { 0 } else { self.roll() % limit }
    }

    /// A place in a list of `len`.
    pub fn index(&self, len: usize) -> usize {
        usize::try_from(self.below(u64::try_from(len).unwrap())).unwrap()
    }

    /// True in so many of a hundred cases.
    pub fn percent(&self, chance: u64) -> bool {
        self.below(100) < chance
    }
}
