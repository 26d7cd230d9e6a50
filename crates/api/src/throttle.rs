//! Token buckets for those who have no session yet. Full buckets are forgotten, so that the map
//! cannot grow with every address that ever asked.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Buckets after which the full ones are thrown away.
const PURGE_AT: usize = 4_096;
/// Buckets that may be kept at all; beyond it newcomers wait.
const MOST: usize = 65_536;

/// One rate for many askers.
pub(crate) struct Throttle {
    most: f64,
    per_second: f64,
    buckets: Mutex<Buckets>,
}

struct Buckets {
    map: HashMap<String, Bucket>,
    purge_at: usize,
}

struct Bucket {
    left: f64,
    at: Instant,
}

impl Throttle {
    /// So many at once, and so many a minute.
    pub(crate) fn a_minute(count: u32) -> Self {
        let most = f64::from(count.max(1));
        Self {
            most,
            per_second: most / 60.0,
            buckets: Mutex::new(Buckets {
                map: HashMap::new(),
                purge_at: PURGE_AT,
            }),
        }
    }

    /// Takes one token of `key`; says how long to wait when there is none.
    pub(crate) fn take(&self, key: String, now: Instant) -> Result<(), Duration> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.map.len() >= buckets.purge_at {
            buckets
                .map
                .retain(|_, bucket| self.filled(bucket, now) < self.most);
            // Doubling keeps the cost of a purge constant per request.
            buckets.purge_at = (buckets.map.len() * 2).clamp(PURGE_AT, MOST);
        }
        if buckets.map.len() >= MOST && !buckets.map.contains_key(&key) {
            return Err(Duration::from_secs(60));
        }
        let bucket = buckets.map.entry(key).or_insert(Bucket {
            left: self.most,
            at: now,
        });
        bucket.left = self.filled(bucket, now);
        bucket.at = now;
        if bucket.left < 1.0 {
            return Err(Duration::from_secs_f64(
                (1.0 - bucket.left) / self.per_second,
            ));
        }
        bucket.left -= 1.0;
        Ok(())
    }

    fn filled(&self, bucket: &Bucket, now: Instant) -> f64 {
        let passed = now.saturating_duration_since(bucket.at).as_secs_f64();
        passed.mul_add(self.per_second, bucket.left).min(self.most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let throttle = Throttle::a_minute(6);
        let start = Instant::now();
        for _ in 0..6 {
            throttle.take("a".to_owned(), start).unwrap();
        }
        let wait = throttle.take("a".to_owned(), start).unwrap_err();
        assert!((9.0..=10.0).contains(&wait.as_secs_f64()), "{wait:?}");
        // Another asker is not held up by the first.
        throttle.take("b".to_owned(), start).unwrap();
        throttle.take("a".to_owned(), start + wait).unwrap();
        throttle.take("a".to_owned(), start + wait).unwrap_err();
    }

    #[test]
    fn full_buckets_are_forgotten() {
        let throttle = Throttle::a_minute(60);
        let start = Instant::now();
        for n in 0..PURGE_AT {
            throttle.take(n.to_string(), start).unwrap();
        }
        let later = start + Duration::from_secs(5);
        throttle.take("last".to_owned(), later).unwrap();
        assert_eq!(throttle.buckets.lock().unwrap().map.len(), 1);
    }

    #[test]
    fn a_flood_of_askers_does_not_fill_the_memory() {
        let throttle = Throttle::a_minute(1);
        let now = Instant::now();
        for n in 0..MOST {
            throttle.take(n.to_string(), now).unwrap();
        }
        throttle.take("one more".to_owned(), now).unwrap_err();
        assert_eq!(throttle.buckets.lock().unwrap().map.len(), MOST);
    }
}
