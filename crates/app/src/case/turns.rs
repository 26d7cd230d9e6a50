//! Commands to one case, or to one measure of supervision, take turns, so that a crowd on one case waits instead of deciding anew
//! again and again. Only a matter of speed: that two never both succeed on one version is the
//! store's doing, also across processes.

use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};
use tokio::sync::{Mutex, MutexGuard};

/// Cases that share a turn by chance wait for each other; with so many they hardly do.
const TURNS: usize = 256;

/// The turns.
#[derive(Debug)]
pub(crate) struct Turns {
    locks: Vec<Mutex<()>>,
}

impl Default for Turns {
    fn default() -> Self {
        Self {
            locks: (0..TURNS).map(|_| Mutex::new(())).collect(),
        }
    }
}

impl Turns {
    /// Waits for the turn at a case or a measure.
    pub(crate) async fn at(&self, id: &str) -> Option<MutexGuard<'_, ()>> {
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(id);
        let slot = usize::try_from(hash % 256).unwrap_or(0);
        match self.locks.get(slot) {
            Some(lock) => Some(lock.lock().await),
            None => None,
        }
    }
}
