//! Who is at a seat now: everybody with an open live line, on every process of the platform.
//!
//! Each process writes a row for each of its lines and vouches for it as long as the line is open.
//! For its own rows a process knows better than any clock; a row of another process counts while
//! somebody has vouched for it a moment ago. Nothing of this is in the log.

use crate::App;
use crate::error::AppError;
use crate::office::allow;
use crate::view::{SeatView, SeatsView, UnitLoadView};
use domain::right::{Action, Actor};
use std::collections::{BTreeMap, HashSet};
use std::sync::{Mutex, OnceLock, PoisonError};
use store::{AccountRow, Change, Record, SeatRecord, SeatRow};

/// How long a row of another process counts after it was last vouched for, milliseconds. Lines are
/// vouched for once a minute.
const FRESH: i64 = 150_000;
const HOUR: i64 = 3_600_000;
/// More drafts than any console holds: what is said beyond is not meant.
const DRAFTS_MOST: i64 = 1_000;

/// The lines this process serves.
#[derive(Debug, Default)]
pub(crate) struct SeatBook {
    process: OnceLock<String>,
    lines: Mutex<HashSet<String>>,
}

impl SeatBook {
    fn with<T>(&self, work: impl FnOnce(&mut HashSet<String>) -> T) -> T {
        work(&mut self.lines.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// An open line of somebody; dropping it gives the seat back.
pub struct Sitting {
    app: App,
    line: String,
}

impl Sitting {
    /// Vouches for the line once more.
    pub async fn still_here(&self) {
        let seen = SeatRecord::Seen {
            line: self.line.clone(),
            at: self.app.now(),
        };
        self.app.note_seat(seen).await;
    }
}

impl Drop for Sitting {
    fn drop(&mut self) {
        let app = &self.app.inner;
        app.seats.with(|lines| lines.remove(&self.line));
        let left = SeatRecord::Left {
            line: self.line.clone(),
        };
        // Without a runtime the program is ending; the row is then nobody's and does not count.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let app = self.app.clone();
            runtime.spawn(async move { app.note_seat(left).await });
        }
    }
}

impl App {
    /// Somebody opens a live line. Its row is written behind it: no store that is slow keeps a
    /// console from hearing what happens.
    #[must_use]
    pub fn sit(&self, actor: &Actor) -> Sitting {
        let now = self.now();
        let seats = &self.inner.seats;
        let process = seats.process.get_or_init(|| self.new_id()).clone();
        let sitting = Sitting {
            app: self.clone(),
            line: self.new_id(),
        };
        seats.with(|lines| lines.insert(sitting.line.clone()));
        let row = SeatRow {
            line: sitting.line.clone(),
            process,
            account_id: actor.account.to_string(),
            opened_at: now,
            seen_at: now,
            drafts: 0,
            away: false,
        };
        let app = self.clone();
        tokio::spawn(async move { app.note_seat(SeatRecord::Opened(row)).await });
        sitting
    }

    /// Writes what no command depends on: a store that is away for a moment darkens no console.
    pub(crate) async fn note_seat(&self, record: SeatRecord) {
        let change = Change {
            records: vec![Record::Seat(record)],
            ..Change::default()
        };
        if let Err(error) = self.inner.store.append(change).await {
            tracing::debug!(%error, "a seat could not be noted");
        }
    }

    /// A console says how it is: contacts begun and not sent, and whether anybody is there.
    ///
    /// # Errors
    /// A count that is none, the store's.
    pub async fn say_seat(&self, actor: &Actor, drafts: i64, away: bool) -> Result<(), AppError> {
        if !(0..=DRAFTS_MOST).contains(&drafts) {
            return Err(AppError::field("drafts", "out_of_range", "0 to 1,000"));
        }
        let said = Record::Seat(SeatRecord::Said {
            account_id: actor.account.to_string(),
            drafts,
            away,
        });
        self.inner
            .store
            .append(Change {
                records: vec![said],
                ..Change::default()
            })
            .await?;
        Ok(())
    }

    /// Who is at a seat now, how loaded, and what lies with the units.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], the store's.
    pub async fn seats(&self, actor: &Actor) -> Result<SeatsView, AppError> {
        allow(actor, Action::ReadDesk)?;
        let now = self.now();
        let store = &self.inner.store;
        let mut rows = store.seats().await?;
        let own = self.inner.seats.process.get().cloned().unwrap_or_default();
        let lines = self.inner.seats.with(|lines| lines.clone());
        rows.retain(|(seat, account)| {
            let open = if seat.process == own {
                lines.contains(&seat.line)
            } else {
                now - seat.seen_at < FRESH
            };
            open && !account.disabled
        });
        let taken: BTreeMap<String, i64> =
            store.taken_since(now - HOUR).await?.into_iter().collect();
        let mut seats: Vec<SeatView> = Vec::new();
        for (seat, account) in rows {
            match seats.last_mut().filter(|last| last.account == account.id) {
                // Several windows of one person are one seat.
                Some(known) => join(known, &seat),
                None => seats.push(self.seat_view(&seat, &account, &taken)),
            }
        }
        let units = self.loads(&seats).await?;
        Ok(SeatsView { seats, units })
    }

    fn seat_view(
        &self,
        seat: &SeatRow,
        account: &AccountRow,
        taken: &BTreeMap<String, i64>,
    ) -> SeatView {
        SeatView {
            account: account.id.clone(),
            name: account.name.clone(),
            roles: serde_json::from_str(&account.roles).unwrap_or_default(),
            unit: account.unit.clone(),
            unit_name: self.unit_name(&account.unit),
            since: seat.opened_at,
            state: state_of(seat.drafts, seat.away).to_owned(),
            drafts: seat.drafts,
            taken: taken.get(&account.id).copied().unwrap_or(0),
        }
    }

    async fn loads(&self, seats: &[SeatView]) -> Result<Vec<UnitLoadView>, AppError> {
        let mut loads: BTreeMap<String, UnitLoadView> = BTreeMap::new();
        let empty = |code: &str| UnitLoadView {
            unit: code.to_owned(),
            unit_name: self.unit_name(code),
            to_sign: 0,
            oldest_unsigned_at: None,
            running: 0,
            present: 0,
        };
        for load in self.inner.store.unit_loads().await? {
            let unit = loads
                .entry(load.unit.clone())
                .or_insert_with(|| empty(&load.unit));
            if load.state == "dispatched" {
                unit.to_sign = load.count;
                unit.oldest_unsigned_at = Some(load.oldest_at);
            } else {
                unit.running += load.count;
            }
        }
        let desk = self.rules().desk_unit.as_str();
        for seat in seats.iter().filter(|seat| seat.unit != desk) {
            let unit = loads
                .entry(seat.unit.clone())
                .or_insert_with(|| empty(&seat.unit));
            unit.present += 1;
        }
        // What waits longest to be signed comes first.
        let mut loads: Vec<UnitLoadView> = loads.into_values().collect();
        loads.sort_by_key(|unit| {
            (
                unit.oldest_unsigned_at.unwrap_or(i64::MAX),
                -unit.running,
                unit.unit.clone(),
            )
        });
        Ok(loads)
    }
}

fn join(known: &mut SeatView, seat: &SeatRow) {
    known.since = known.since.min(seat.opened_at);
    known.drafts = known.drafts.max(seat.drafts);
    let away = seat.away && known.state == "away";
    state_of(known.drafts, away).clone_into(&mut known.state);
}

const fn state_of(drafts: i64, away: bool) -> &'static str {
    if away {
        "away"
    } else if drafts > 0 {
        "busy"
    } else {
        "free"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_windows_of_one_person_are_one_seat() {
        let line = |opened_at, drafts, away| SeatRow {
            opened_at,
            drafts,
            away,
            ..SeatRow::default()
        };
        let mut seat = SeatView {
            account: "a".to_owned(),
            name: String::new(),
            roles: Vec::new(),
            unit: String::new(),
            unit_name: String::new(),
            since: 50,
            state: "away".to_owned(),
            drafts: 0,
            taken: 0,
        };
        join(&mut seat, &line(40, 0, true));
        assert_eq!((seat.since, seat.state.as_str()), (40, "away"));
        join(&mut seat, &line(60, 2, false));
        assert_eq!((seat.drafts, seat.state.as_str()), (2, "busy"));
        join(&mut seat, &line(70, 0, true));
        assert_eq!(seat.state, "busy", "one window that is worked at is enough");
    }
}
