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

    /// From the next step on, so far apart.
    pub(crate) const fn keep(&mut self, apart: Duration) {
        self.apart = apart;
    }

    /// When the step begins of which there is something to do since `now`.
    pub(crate) fn begin(&mut self, now: Instant) -> Instant {
        let begin = self.next.map_or(now, |next| next.max(now));
        self.next = Some(begin + self.apart);
        begin
    }

    /// Waits until the next step may begin.
    pub(crate) async fn wait(&mut self) {
        let now = Instant::now();
        until(self.begin(now), now).await;
    }

    /// Waits likewise, but once somebody is in a hurry only until so long after the last step began.
    pub(crate) async fn wait_unless(&mut self, hurry: &Notify, hurried: Duration) {
        let now = Instant::now();
        let begin = self.next.map_or(now, |next| next.max(now));
        tokio::select! {
            biased;
            () = until(begin, now) => {}
            () = hurry.notified() => {
                let sooner = self.apart.saturating_sub(hurried);
                until(begin.checked_sub(sooner).unwrap_or(begin), Instant::now()).await;
            }
        }
        self.next = Some(Instant::now() + self.apart);
    }
}

/// The runtime's clock has ticks of a millisecond and rounds up: who may begin now is not to wait for one.
async fn until(begin: Instant, now: Instant) {
    if begin > now {
        tokio::time::sleep_until(begin).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;

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

    #[test]
    fn who_has_less_to_do_begins_sooner_from_the_step_after_next_on() {
        let start = Instant::now();
        let mut pace = Pace::new(Duration::from_millis(FAR));
        pace.begin(start);
        pace.keep(Duration::from_millis(1));
        let begun: Vec<Duration> = (0..3).map(|_| pace.begin(start) - start).collect();
        assert_eq!(begun, [FAR, FAR + 1, FAR + 2].map(Duration::from_millis));
    }

    #[tokio::test]
    async fn who_is_at_rest_waits_for_no_tick_of_the_clock() {
        let mut pace = Pace::new(Duration::from_secs(1));
        assert!(pace.wait().now_or_never().is_some(), "at rest");
        assert!(pace.wait().now_or_never().is_none(), "busy");
        let (mut pace, hurry) = (Pace::new(Duration::from_secs(1)), Notify::new());
        let waits = |pace: &mut Pace| {
            let wait = pace.wait_unless(&hurry, Duration::ZERO);
            wait.now_or_never().is_none()
        };
        assert!(!waits(&mut pace), "at rest");
        assert!(waits(&mut pace), "busy");
        hurry.notify_one();
        assert!(!waits(&mut pace), "hurried");
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
