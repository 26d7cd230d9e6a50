//! Recordings: heard by those who may, with an audit row each time; verified on the way out.

use crate::App;
use crate::error::AppError;
use crate::office::{allow, reason};
use crate::press::Paper;
use ::voice::recording::{Failed, Track, export};
use domain::right::{Action, Actor};
use std::io::Cursor;
use store::Change;

impl App {
    /// The sound of a call as WAV, all its legs mixed. With a reason it is taken out of the house, else heard here.
    ///
    /// # Errors
    /// [`AppError::Forbidden`]; [`AppError::NotFound`] for a call without recordings, or of a case the reader may not know of;
    /// [`AppError::Invalid`] with `changed` when a recording is not what was sealed: nothing of it is given out.
    pub async fn call_sound(
        &self,
        actor: &Actor,
        call: &str,
        taken: Option<&str>,
    ) -> Result<Paper, AppError> {
        allow(
            actor,
            if taken.is_some() {
                Action::ExportRecording
            } else {
                Action::PlayRecording
            },
        )?;
        let why = taken.map(reason).transpose()?.unwrap_or_default();
        let desk = self.voice_desk().ok_or(AppError::NotFound)?;
        let row = self
            .inner
            .store
            .call(call)
            .await?
            .ok_or(AppError::NotFound)?;
        if !row.case_id.is_empty() {
            let draft = self.load(&row.case_id).await?;
            self.readable(actor, &draft.after)?;
        }
        let recordings = self.inner.store.call_recordings(call).await?;
        let recordings: Vec<_> = recordings
            .into_iter()
            .filter(|recording| recording.removed_at.is_none())
            .collect();
        if recordings.is_empty() {
            return Err(AppError::NotFound);
        }
        let action = if taken.is_some() {
            "export_recording"
        } else {
            "play_recording"
        };
        let audit = self.audit_row(actor, action, &format!("call/{call}"), &why);
        let change = Change {
            records: vec![audit],
            ..Change::default()
        };
        self.inner.store.append(change).await?;
        let keeper = desk.setup.recordings.clone();
        let bytes = tokio::task::spawn_blocking(move || {
            let mut tracks = Vec::new();
            for row in &recordings {
                // The head in the store is that of the log: a file that was written anew is found, too.
                let head =
                    unhex(&row.head).ok_or(Failed::from(::voice::recording::Fault::Other))?;
                keeper.open(&row.id)?.verify(Some(&head))?;
                tracks.push(Track {
                    reader: keeper.open(&row.id)?,
                });
            }
            let mut wav = Cursor::new(Vec::new());
            export(tracks, &mut wav)?;
            Ok::<_, Failed>(wav.into_inner())
        })
        .await
        .map_err(|error| AppError::Internal(error.to_string()))?
        .map_err(|error| {
            tracing::error!(call, %error, "a recording cannot be given out");
            AppError::field("recording", "changed", error.to_string())
        })?;
        Ok(Paper {
            name: format!("{call}.wav"),
            media: "audio/wav",
            bytes,
        })
    }
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut head = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (n, slot) in head.iter_mut().enumerate() {
        let digits = text.get(n * 2..n * 2 + 2)?;
        *slot = u8::from_str_radix(digits, 16).ok()?;
    }
    Some(head)
}
