//! What is done now and then: once a minute the process reads again what another one of the same
//! platform may have set; once a night both sides of every link compare what they hold; once an
//! hour, answers that nobody will ask for again are forgotten.

use crate::App;
use crate::error::AppError;
use std::time::Duration;
use store::{Change, Record, SeatRecord, SettingRow};
use tokio::sync::watch;

/// Hour of the night, by the calendar's zone.
const HOUR: i64 = 2;
const DONE: &str = "reconciled_on";
/// How long a seat stays that nobody vouches for, milliseconds: a day.
const SEATS_KEPT: i64 = 86_400_000;
/// How long a repeated command still gets its first answer, milliseconds: a week.
const ANSWERS_KEPT: i64 = 7 * 86_400_000;

impl App {
    pub(crate) async fn run_nights(&self, mut stop: watch::Receiver<bool>) {
        let mut tick = tokio::time::interval(Duration::from_secs(60));
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut minutes = 0_u64;
        loop {
            tokio::select! {
                _ = tick.tick() => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
            if let Err(error) = self.night().await {
                tracing::warn!(%error, "the nightly comparison waits for the store");
            }
            if let Err(error) = self.refresh().await {
                tracing::warn!(%error, "calendar and units are read again later");
            }
            if minutes.is_multiple_of(60)
                && let Err(error) = self.sweep_uploads().await
            {
                tracing::warn!(%error, "unfinished uploads are swept later");
            }
            minutes += 1;
            if minutes.is_multiple_of(60) {
                self.clear_seats().await;
            }
            if minutes.is_multiple_of(60)
                && let Err(error) = self.sweep_recordings().await
            {
                tracing::warn!(%error, "recordings whose time is over are removed later");
            }
            if minutes.is_multiple_of(60)
                && let Err(error) = self.store().purge_commands(self.now() - ANSWERS_KEPT).await
            {
                tracing::warn!(%error, "old answers are forgotten later");
            }
        }
    }

    /// Removes the seats of processes that ended without a word.
    async fn clear_seats(&self) {
        let stale = Record::Seat(SeatRecord::Stale {
            before: self.now() - SEATS_KEPT,
        });
        let change = Change {
            records: vec![stale],
            ..Change::default()
        };
        if let Err(error) = self.store().append(change).await {
            tracing::warn!(%error, "old seats are removed later");
        }
    }

    /// Sends every peer a summary, once a day behind the hour of the night.
    ///
    /// # Errors
    /// The store's; it is tried again a minute later.
    pub async fn night(&self) -> Result<(), AppError> {
        let now = self.now();
        let calendar = self.inner.calendar.load();
        if now - calendar.start_of_day(now) < HOUR * 3_600_000 {
            return Ok(());
        }
        let today = calendar.day_stamp(now);
        let done = self.store().setting(DONE).await?;
        if done.is_some_and(|row| row.value == today) {
            return Ok(());
        }
        for peer in &self.config().peers {
            self.send_summary(&peer.link).await?;
        }
        let row = SettingRow {
            key: DONE.to_owned(),
            value: today,
            at: now,
        };
        let records = vec![Record::Setting(row)];
        self.store()
            .append(Change {
                records,
                ..Change::default()
            })
            .await?;
        Ok(())
    }
}
