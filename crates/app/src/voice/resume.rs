//! After a restart: what a former process with the same ports left is read before the engine listens, and gone on with before it
//! is told anything.

use super::VoiceDesk;
use super::keep::{CALL, CALL_BACK, Changed, LEG, PHONE, SEAT};
use crate::App;
use crate::error::AppError;
use ::voice::call::{CallId, Keep, LeftBehind, LegId, Lost, Moment, SeatName};
use ::voice::engine::Remembered;
use std::collections::BTreeSet;
use store::{CallSnapshotRow, VoiceRecord};

/// What a former process left of its desk.
#[derive(Default)]
pub struct VoiceLeft {
    rows: Vec<CallSnapshotRow>,
    now: i64,
}

impl VoiceLeft {
    /// What of it is the engine's.
    #[must_use]
    pub fn remembered(&self) -> Vec<Remembered> {
        let what = |row: &CallSnapshotRow| match row.kind.as_str() {
            LEG => LegId::parse(&row.id).map(Keep::Leg),
            PHONE => Some(Keep::Phone(SeatName::new(row.id.as_str()))),
            _ => None,
        };
        self.rows
            .iter()
            .filter_map(|row| {
                Some(Remembered {
                    what: what(row)?,
                    text: row.state.clone(),
                    age_ms: Moment(self.now).since(Moment(row.at)),
                })
            })
            .collect()
    }

    /// How many calls are in it.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.rows.iter().filter(|row| row.kind == CALL).count()
    }
}

impl App {
    /// What a former process with the same ports left of its desk; nothing where there is no desk.
    ///
    /// # Errors
    /// The store's.
    pub async fn voice_left(&self) -> Result<VoiceLeft, AppError> {
        let Some(desk) = self.voice_desk() else {
            return Ok(VoiceLeft::default());
        };
        Ok(VoiceLeft {
            rows: self.inner.store.call_snapshots(&desk.setup.home).await?,
            now: self.now(),
        })
    }

    /// Goes on with it: `lines` are the legs the engine has again. Calls go on, or end with their record and a call-back; the
    /// engine must be connected, and nothing else may have been asked of the desk. How many calls go on.
    ///
    /// # Errors
    /// The store's, when a record that is needed cannot be read; nothing was changed then.
    pub async fn resume_voice(
        &self,
        left: VoiceLeft,
        lines: &BTreeSet<LegId>,
    ) -> Result<usize, AppError> {
        let Some(desk) = self.voice_desk().cloned() else {
            return Ok(0);
        };
        let mut turn = desk.waiting.lock().await;
        // Of lines that are gone there is nothing to be had a second time.
        let gone = left
            .rows
            .iter()
            .filter(|row| row.kind == LEG)
            .filter_map(|row| LegId::parse(&row.id))
            .filter(|leg| !lines.contains(leg))
            .map(|leg| (Keep::Leg(leg), None))
            .collect();
        let read = self.read_left(&desk, &mut turn, left.rows).await?;
        let seats: Vec<SeatName> = read.seats().cloned().collect();
        let now = Moment(self.now());
        let step = desk.with(|board| {
            let step = board.resume(now, read, lines);
            // What a person can may have been changed in the configuration.
            for seat in &seats {
                let account = seat.as_str();
                let backup = desk.setup.backup.iter().any(|name| name == account);
                board.seat_known(now, seat.clone(), desk.skills_of(account), backup);
            }
            step
        });
        let on = desk.with(|board| board.all_now().count());
        let changed = Changed {
            calls: step.calls,
            seats: step.seats,
            kept: gone,
        };
        self.voice_write(&desk, &mut turn, step.facts, changed, Vec::new())
            .await;
        super::turn::carry_out(&desk, step.orders);
        Ok(on)
    }

    async fn read_left(
        &self,
        desk: &VoiceDesk,
        turn: &mut super::turn::Turn,
        rows: Vec<CallSnapshotRow>,
    ) -> Result<LeftBehind, AppError> {
        let mut read = LeftBehind::default();
        let bound = self.inner.store.calls_bound(&desk.setup.home).await?;
        let mut useless = Vec::new();
        for row in rows {
            let done = match row.kind.as_str() {
                CALL => read.call(&row.state),
                SEAT => read.seat(&row.state),
                CALL_BACK => read.call_back(&row.state),
                _ => continue,
            };
            if row.kind == CALL
                && let Some(call) = CallId::parse(&row.id)
            {
                turn.keeping.written.insert(call, row.state.clone());
            }
            let Err(error) = done else { continue };
            tracing::error!(%error, kind = row.kind, id = row.id, "something of the desk is lost");
            let record = if row.kind == CALL {
                self.inner.store.call(&row.id).await?
            } else {
                None
            };
            match (record, CallId::parse(&row.id)) {
                (Some(record), Some(call)) if record.ended.is_none() => read.lost(Lost {
                    call,
                    inbound: record.inbound,
                    trunk: Some(record.trunk.as_str().into()).filter(|_| !record.trunk.is_empty()),
                    number: Some(record.number).filter(|number| !number.is_empty()),
                    called: record.called,
                    began: Moment(record.began),
                    answered: record.answered.map(Moment),
                }),
                _ => useless.push(VoiceRecord::Forgotten {
                    home: desk.setup.home.clone(),
                    call_id: row.call_id,
                    kind: row.kind,
                    id: row.id,
                }),
            }
        }
        // To which case a call belongs stands in its record, whatever its snapshot knows of it.
        for (call, case, no) in bound {
            if let Some(call) = CallId::parse(&call) {
                read.bound(call, no, super::ask::token(&case, call));
            }
        }
        if !useless.is_empty() {
            let change = store::Change {
                records: useless.into_iter().map(store::Record::Voice).collect(),
                ..store::Change::default()
            };
            self.inner.store.append(change).await?;
        }
        Ok(read)
    }
}
