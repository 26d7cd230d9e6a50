//! How many live streams are open, and how many of one account.

use metrics::gauge;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The open streams of one edge.
#[derive(Clone)]
pub(crate) struct Seats {
    platform: String,
    taken: Arc<Mutex<HashMap<String, u32>>>,
}

/// One open stream; dropping it gives the seat back.
pub(crate) struct Seat {
    seats: Seats,
    account: String,
}

impl Seats {
    pub(crate) fn new(platform: String) -> Self {
        Self {
            platform,
            taken: Arc::default(),
        }
    }

    /// How many streams are open, and of how many accounts.
    pub(crate) fn count(&self) -> (u64, u64) {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let streams = taken.values().map(|count| u64::from(*count)).sum();
        (streams, u64::try_from(taken.len()).unwrap_or(u64::MAX))
    }

    /// A seat for the account, unless it has `most` already.
    pub(crate) fn take(&self, account: &str, most: u32) -> Option<Seat> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(account.to_owned()).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        gauge!("live_consoles", "platform" => self.platform.clone()).increment(1.0);
        Some(Seat {
            seats: self.clone(),
            account: account.to_owned(),
        })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self
            .seats
            .taken
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.account) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                taken.remove(&self.account);
            }
        }
        gauge!("live_consoles", "platform" => self.seats.platform.clone()).decrement(1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seats_are_counted_and_given_back() {
        let seats = Seats::new("p".to_owned());
        let one = seats.take("a", 2).unwrap();
        let _two = seats.take("a", 2).unwrap();
        assert!(seats.take("a", 2).is_none());
        assert!(seats.take("b", 2).is_some());
        assert_eq!(seats.count(), (2, 1));
        drop(one);
        assert!(seats.take("a", 2).is_some());
        assert!(!seats.taken.lock().unwrap().contains_key("b"));
    }
}
