//! The county's clock: set by hand while its past is made, then running, fast or slow.

use app::clock::{Clock, SystemClock};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Instant;

pub(crate) struct DemoClock {
    started: Instant,
    /// Moment the running clock counts from.
    base: i64,
    speed: f64,
    past: AtomicI64,
    running: AtomicBool,
}

impl DemoClock {
    pub(crate) fn new(speed: f64) -> Self {
        let base = SystemClock::default().now();
        Self {
            started: Instant::now(),
            base,
            speed,
            past: AtomicI64::new(base),
            running: AtomicBool::new(false),
        }
    }

    /// The moment the county's present begins.
    pub(crate) const fn present(&self) -> i64 {
        self.base
    }

    /// Sets the past's clock; it never goes back.
    pub(crate) fn set(&self, at: i64) {
        self.past.fetch_max(at, Ordering::AcqRel);
    }

    /// Begins the past at a moment.
    pub(crate) fn begin(&self, at: i64) {
        self.past.store(at, Ordering::Release);
    }

    /// Lets it run.
    pub(crate) fn run(&self) {
        self.running.store(true, Ordering::Release);
    }
}

impl Clock for DemoClock {
    fn now(&self) -> i64 {
        if !self.running.load(Ordering::Acquire) {
            return self.past.load(Ordering::Acquire);
        }
        let elapsed = self.started.elapsed().mul_f64(self.speed);
        self.base
            .saturating_add(i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX))
    }
}
