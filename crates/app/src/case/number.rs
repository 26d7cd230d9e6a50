//! Printed numbers: desk, day, node digit, count of the day: `110-20261122-100042`.

use crate::config::AppConfig;
use crate::error::AppError;
use domain::clock::Calendar;
use store::Store;

/// Gives out printed numbers. A refused command leaves a hole; a number is never given twice.
#[derive(Debug)]
pub(crate) struct Numbers {
    prefix: String,
    node: u8,
    day: String,
    last: u64,
}

impl Numbers {
    /// Goes on after the last number this node gave out today.
    pub(crate) async fn seeded(
        store: &Store,
        config: &AppConfig,
        calendar: &Calendar,
        now: i64,
    ) -> Result<Self, AppError> {
        let day = calendar.day_stamp(now);
        let mut numbers = Self {
            prefix: config.platform.desk.number().to_owned(),
            node: config.platform.node % 10,
            day,
            last: 0,
        };
        numbers.last = numbers.read(store).await?;
        Ok(numbers)
    }

    async fn read(&self, store: &Store) -> Result<u64, AppError> {
        let prefix = format!("{}-{}-{}", self.prefix, self.day, self.node);
        let last = store.max_no_with_prefix(&prefix).await?;
        Ok(last
            .and_then(|no| no.strip_prefix(&prefix)?.parse().ok())
            .unwrap_or(0))
    }

    /// The next number on a day.
    pub(crate) fn next(&mut self, day: &str) -> String {
        if self.day != day {
            // Days come in order; an import of history has numbers of its own kind.
            day.clone_into(&mut self.day);
            self.last = 0;
        }
        self.last += 1;
        format!("{}-{}-{}{:05}", self.prefix, day, self.node, self.last)
    }

    /// The last number given.
    pub(crate) const fn last(&self) -> u64 {
        self.last
    }

    /// After a number turned out to be taken: go on behind the greatest.
    pub(crate) fn skip(&mut self, at_least: u64) {
        self.last = self.last.max(at_least);
    }
}
