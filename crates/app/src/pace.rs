//! How far apart the steps of somebody are who does together what comes within a short time, with one commit or one question and
//! not one for each.

use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// When steps begin: at rest at once; busy, so far apart at the least.
#[derive(Debug)]
pub(crate) struct Pace {
    apart: Duration,
    /// Not before this.
    next: Option<Instant>,
}

impl Pace {
    pub(crate) const fn new(apart: Duration) -> Self {
        Self { apart, next: None }
    }

    /// When the step begins of which there is something to do since `now`.
    pub(crate) fn begin(&mut self, now: Instant) -> Instant {
        let begin = self.next.map_or(now, |next| next.max(now));
        self.next = Some(begin + self.apart);
        begin
    }

    /// Waits until the next step may begin.
    pub(crate) async fn wait(&mut self) {
        tokio::time::sleep_until(self.begin(Instant::now())).await;
    }

    /// Waits likewise, but once somebody is in a hurry only until so long after the last step began.
    pub(crate) async fn wait_unless(&mut self, hurry: &Notify, hurried: Duration) {
        let now = Instant::now();
        let begin = self.next.map_or(now, |next| next.max(now));
        tokio::select! {
            biased;
            () = tokio::time::sleep_until(begin) => {}
            () = hurry.notified() => {
                let sooner = self.apart.saturating_sub(hurried);
                tokio::time::sleep_until(begin.checked_sub(sooner).unwrap_or(begin)).await;
            }
        }
        self.next = Some(Instant::now() + self.apart);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAR: u64 = 5;

    /// What is heard at these moments, each alone, is done at these.
    #[track_caller]
    fn begins(heard: &[u64], done: &[u64]) {
        let start = Instant::now();
        let mut pace = Pace::new(Duration::from_millis(FAR));
        let begun = heard.iter().map(|at| {
            let begin = pace.begin(start + Duration::from_millis(*at));
            begin.duration_since(start)
        });
        let done: Vec<Duration> = done.iter().map(|at| Duration::from_millis(*at)).collect();
        assert_eq!(begun.collect::<Vec<_>>(), done);
    }

    #[test]
    fn who_is_at_rest_does_at_once_what_comes() {
        begins(&[0, FAR, 3 * FAR], &[0, FAR, 3 * FAR]);
    }

    #[test]
    fn who_is_busy_waits_until_its_turn_and_no_longer() {
        begins(&[0, 1, FAR + 1, 2 * FAR + 1], &[0, FAR, 2 * FAR, 3 * FAR]);
    }

    #[tokio::test(start_paused = true)]
    async fn who_hurries_waits_less_and_not_at_all_at_rest() {
        let (apart, hurried) = (Duration::from_millis(20), Duration::from_millis(5));
        let (hurry, start) = (Notify::new(), Instant::now());
        let mut pace = Pace::new(apart);
        pace.wait_unless(&hurry, hurried).await;
        assert_eq!(start.elapsed(), Duration::ZERO, "at rest");
        pace.wait_unless(&hurry, hurried).await;
        assert_eq!(start.elapsed(), apart, "busy, and nobody hurries");
        hurry.notify_one();
        pace.wait_unless(&hurry, hurried).await;
        assert_eq!(start.elapsed(), apart + hurried, "hurried before it waits");
        let (late, begun) = (Duration::from_millis(12), Instant::now());
        tokio::join!(pace.wait_unless(&hurry, hurried), async {
            tokio::time::sleep(late).await;
            hurry.notify_one();
        });
        assert_eq!(begun.elapsed(), late, "hurried while it waits");
    }

    #[test]
    fn a_step_that_took_long_makes_no_later_one_wait_or_come_too_soon() {
        begins(&[0, 10 * FAR, 10 * FAR + 1], &[0, 10 * FAR, 11 * FAR]);
    }
}
