//! Timers that were ordered. None is ever stopped, and each call starts several: one clock waits for the first of all of them.

use crate::call::TimerId;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;
use tokio::time::Instant;

/// Those that have not run out.
#[derive(Debug, Default)]
pub(super) struct Timers {
    /// By moment, and of one moment by the order they were started in.
    open: BinaryHeap<Reverse<(Instant, u64, TimerId)>>,
    started: u64,
}

impl Timers {
    pub(super) fn start(&mut self, timer: TimerId, now: Instant, after: Duration) {
        // One that is due after the end of time never is.
        let Some(due) = now.checked_add(after) else {
            return;
        };
        self.started += 1;
        self.open.push(Reverse((due, self.started, timer)));
    }

    /// When the next one runs out.
    pub(super) fn next(&self) -> Option<Instant> {
        self.open.peek().map(|Reverse((due, ..))| *due)
    }

    /// One that has run out by now.
    pub(super) fn due(&mut self, now: Instant) -> Option<TimerId> {
        self.next().filter(|due| *due <= now)?;
        self.open.pop().map(|Reverse((.., timer))| timer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_run_out_in_the_order_of_their_moments_and_each_once() {
        let now = Instant::now();
        let mut timers = Timers::default();
        for (timer, after) in [(1, 30), (2, 10), (3, 10), (4, 20)] {
            timers.start(TimerId(timer), now, Duration::from_millis(after));
        }
        timers.start(TimerId(5), now, Duration::MAX);
        assert_eq!(timers.next(), Some(now + Duration::from_millis(10)));
        assert_eq!(timers.due(now + Duration::from_millis(9)), None);
        let later = now + Duration::from_millis(20);
        let due: Vec<u64> = std::iter::from_fn(|| timers.due(later))
            .map(|t| t.0)
            .collect();
        assert_eq!(due, [2, 3, 4]);
        assert_eq!(timers.next(), Some(now + Duration::from_millis(30)));
        assert_eq!(timers.due(now + Duration::from_secs(1)), Some(TimerId(1)));
        assert_eq!(timers.next(), None);
    }
}
