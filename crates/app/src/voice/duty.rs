//! The telephones of whoever is on duty at the desk now, from the duty roster: calls that no seat answers go there.

use crate::App;
use crate::error::AppError;
use ::voice::call::DutyPhone;
use std::sync::PoisonError;
use std::time::Duration;
use tokio::sync::watch;

/// How often the roster is looked at: a shift begins on the minute, and a change of it is a person's work.
const LOOK: Duration = Duration::from_secs(10);

impl App {
    pub(crate) async fn run_duty(&self, mut stop: watch::Receiver<bool>) {
        let mut tick = tokio::time::interval(LOOK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = tick.tick() => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
            if let Err(error) = self.look_at_duty().await {
                // Whoever was on duty before is rung meanwhile.
                tracing::warn!(%error, "the duty roster is not to be read");
            }
        }
    }

    /// Tells the desk of calls who is on duty now, the first to be rung first, if that has changed. Whoever has no
    /// telephone in the roster is left out. Whether it has changed.
    ///
    /// # Errors
    /// The store's.
    pub async fn look_at_duty(&self) -> Result<bool, AppError> {
        let Some(desk) = self.voice_desk() else {
            return Ok(false);
        };
        let now = self.now();
        let book = self.book(now, now.saturating_add(1)).await?;
        let unit = self.rules().desk_unit.to_string();
        let phones: Vec<DutyPhone> = book
            .on_duty(&unit, now)
            .into_iter()
            .map(|(_, person)| DutyPhone {
                who: person.name.clone(),
                number: crate::case::digits(&person.mobile),
            })
            .filter(|phone| !phone.number.is_empty())
            .collect();
        {
            let mut known = desk.duty.lock().unwrap_or_else(PoisonError::into_inner);
            if *known == phones {
                return Ok(false);
            }
            known.clone_from(&phones);
        }
        self.voice_duty(phones);
        Ok(true)
    }
}
