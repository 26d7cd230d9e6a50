//! Tables of short keys that are looked up at every character.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A table whose keys come from a site's own lists: nobody chooses them to collide, so they need no
/// hash that is proof against it.
pub(crate) type Map<K, V> = HashMap<K, V, BuildHasherDefault<Spread>>;

/// Spreads characters.
#[derive(Debug, Clone, Default)]
pub(crate) struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u32(&mut self, part: u32) {
        self.write_u64(u64::from(part));
    }

    fn write_usize(&mut self, part: usize) {
        self.write_u64(u64::try_from(part).unwrap_or(0));
    }

    fn write_u64(&mut self, part: u64) {
        let mixed = (self.0 ^ part).wrapping_mul(0xff51_afd7_ed55_8ccd);
        self.0 = mixed.rotate_left(31);
    }
}
