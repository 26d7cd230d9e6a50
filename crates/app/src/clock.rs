//! The one place that reads the wall clock (law 6).

use std::sync::atomic::{AtomicI64, Ordering};

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// Now, milliseconds since 1970-01-01T00:00:00Z.
    fn now(&self) -> i64;
}

/// The machine's clock, never going back: a clock set back an hour stands still until it has
/// caught up, so that deadlines and the order of events hold.
#[derive(Debug, Default)]
pub struct SystemClock {
    last: AtomicI64,
}

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the clock"
    )]
    fn now(&self) -> i64 {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let read = since
            .ok()
            .and_then(|d| i64::try_from(d.as_millis()).ok())
            .unwrap_or(0);
        self.last.fetch_max(read, Ordering::AcqRel).max(read)
    }
}

/// A clock that is set by hand, for tests and for history made by the demonstration.
#[derive(Debug)]
pub struct HandClock {
    now: AtomicI64,
}

impl HandClock {
    /// A clock that stands at `now`.
    #[must_use]
    pub const fn new(now: i64) -> Self {
        Self {
            now: AtomicI64::new(now),
        }
    }

    /// Moves it.
    pub fn advance(&self, millis: i64) {
        self.now.fetch_add(millis, Ordering::AcqRel);
    }

    /// Sets it.
    pub fn set(&self, now: i64) {
        self.now.store(now, Ordering::Release);
    }
}

impl Clock for HandClock {
    fn now(&self) -> i64 {
        self.now.load(Ordering::Acquire)
    }
}
