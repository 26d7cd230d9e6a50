//! How long recordings are kept: as long as the site says, longer while their case is open, and as
//! long as they are sealed as evidence 依法封存.

use crate::App;
use crate::error::AppError;
use crate::office::{allow, reason};
use domain::right::{Action, Actor};
use std::collections::BTreeMap;
use store::{CallHoldRow, CallRecordingRow, Change, Record, VoiceRecord};

/// Recordings looked at together.
const PART: i64 = 200;

impl App {
    /// Seals the recordings of a call as evidence, or lifts that. Said twice it is so once.
    ///
    /// # Errors
    /// [`AppError::Forbidden`]; [`AppError::NotFound`] for no such call, or of a case the reader may not know of;
    /// [`AppError::Invalid`] without a reason.
    pub async fn hold_call(
        &self,
        actor: &Actor,
        call: &str,
        held: bool,
        why: &str,
    ) -> Result<(), AppError> {
        allow(actor, Action::HoldRecording)?;
        let why = reason(why)?;
        let store = &self.inner.store;
        let row = store.call(call).await?.ok_or(AppError::NotFound)?;
        if !row.case_id.is_empty() {
            let draft = self.load(&row.case_id).await?;
            self.readable(actor, &draft.after)?;
        }
        if store.call_hold(call).await?.is_some() == held {
            return Ok(());
        }
        let record = if held {
            VoiceRecord::Held(CallHoldRow {
                call_id: row.id,
                at: self.now(),
                account: actor.account.to_string(),
                name: actor.name.clone(),
                reason: why.clone(),
            })
        } else {
            VoiceRecord::Lifted { call: row.id }
        };
        let action = if held {
            "hold_recording"
        } else {
            "lift_recording"
        };
        let audit = self.audit_row(actor, action, &format!("call/{call}"), &why);
        let change = Change {
            records: vec![Record::Voice(record), audit],
            ..Change::default()
        };
        match store.append(change).await {
            // Another person did the same at the same moment.
            Err(store::AppendError::Duplicate { .. } | store::AppendError::Conflict { .. }) => {
                Ok(())
            }
            other => other.map(drop).map_err(Into::into),
        }
    }

    /// Removes the recordings whose time is over; answers how many. The file goes first: killed in
    /// between, the next sweep finds the row and no file, and writes down what was done.
    ///
    /// # Errors
    /// The store's. A file that cannot be removed is tried again at the next sweep.
    pub async fn sweep_recordings(&self) -> Result<u64, AppError> {
        let Some(desk) = self.voice_desk() else {
            return Ok(0);
        };
        let Some(kept) = desk.setup.recordings_kept else {
            return Ok(0);
        };
        let before = self.now().saturating_sub(kept);
        let mut removed = 0;
        loop {
            let due = self.inner.store.recordings_due(before, PART).await?;
            let keeper = desk.setup.recordings.clone();
            let names: Vec<String> = due.iter().map(|row| row.id.clone()).collect();
            let gone = tokio::task::spawn_blocking(move || {
                let gone = |name: &String| match keeper.remove(name) {
                    Ok(()) => true,
                    Err(error) => {
                        tracing::error!(name, %error, "a recording whose time is over cannot be removed");
                        false
                    }
                };
                names.iter().map(gone).collect::<Vec<bool>>()
            })
            .await
            .map_err(|error| AppError::Internal(error.to_string()))?;
            let gone: Vec<CallRecordingRow> = due
                .into_iter()
                .zip(gone)
                .filter_map(|(row, gone)| gone.then_some(row))
                .collect();
            if gone.is_empty() {
                return Ok(removed);
            }
            removed += u64::try_from(gone.len()).unwrap_or(u64::MAX);
            self.note_removed(gone, kept).await?;
        }
    }

    async fn note_removed(&self, gone: Vec<CallRecordingRow>, kept: i64) -> Result<(), AppError> {
        let now = self.now();
        let mut calls: BTreeMap<String, usize> = BTreeMap::new();
        let mut records = Vec::new();
        for row in gone {
            *calls.entry(row.call_id).or_default() += 1;
            records.push(Record::Voice(VoiceRecord::Removed {
                id: row.id,
                at: now,
            }));
        }
        let actor = self.machine();
        let days = kept / 86_400_000;
        for (call, count) in calls {
            let why = format!("{count} recordings, kept {days} days");
            records.push(self.audit_row(&actor, "remove_recording", &format!("call/{call}"), &why));
        }
        let change = Change {
            records,
            ..Change::default()
        };
        self.inner.store.append(change).await?;
        Ok(())
    }
}
