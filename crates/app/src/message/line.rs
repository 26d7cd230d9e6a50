//! What comes by a line to the carrier: taken one after the other, and answered when it is durable.

use super::CameIn;
use crate::App;
use crate::error::AppError;
use sms::line::{Came, Delivered};
use tokio::sync::mpsc;

impl App {
    /// Takes what comes by a line for as long as it lives. `way` is `cmpp` or `smpp`.
    pub async fn run_message_line(&self, way: &str, mut heard: mpsc::Receiver<Delivered>) {
        while let Some(Delivered { came, taken }) = heard.recv().await {
            let done = match came {
                Came::Message {
                    id,
                    from,
                    to,
                    text,
                    piece,
                } => {
                    let came = CameIn {
                        way: way.to_owned(),
                        id,
                        from,
                        to,
                        text,
                        piece,
                    };
                    self.message_came(came).await.map(drop)
                }
                Came::Report { id, state, arrived } => match arrived {
                    Some(arrived) => self.sms_reported(&id, &state, arrived).await.map(drop),
                    // It is still on its way.
                    None => Ok(()),
                },
            };
            let durable = match done {
                Ok(()) => true,
                // The gateway would bring it for ever, and it would never fit.
                Err(AppError::Invalid(faults)) => {
                    let why = faults.first().map_or("", |fault| fault.key);
                    tracing::error!(
                        why,
                        way,
                        "the carrier brought a message that cannot be taken"
                    );
                    true
                }
                Err(error) => {
                    tracing::warn!(%error, way, "a message waits at the carrier for the store");
                    false
                }
            };
            // A line that went meanwhile gets it again.
            let _ = taken.send(durable);
        }
    }

    /// Now as month, day, hour, minute, second in ten digits by the site's clock, as CMPP signs it.
    #[must_use]
    pub fn message_stamp(&self) -> u32 {
        let now = self.now();
        let calendar = self.inner.calendar.load();
        let day: u32 = calendar
            .day_stamp(now)
            .get(4..)
            .and_then(|day| day.parse().ok())
            .unwrap_or_default();
        let seconds = now
            .saturating_sub(calendar.start_of_day(now))
            .div_euclid(1_000);
        let seconds = u32::try_from(seconds).unwrap_or_default();
        let (hours, minutes) = (seconds / 3_600 % 24, seconds / 60 % 60);
        day * 1_000_000 + hours * 10_000 + minutes * 100 + seconds % 60
    }
}
