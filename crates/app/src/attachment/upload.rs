//! One file on its way in: looked at, counted, digested and written part by part.

use super::kind::Sniffer;
use super::{name, name_digest};
use crate::App;
use crate::case::{CommandKey, Done};
use crate::chance::{hex, new_id, secret};
use crate::draft::Draft;
use crate::error::AppError;
use crate::view::AttachmentView;
use domain::case::{Attached, Command};
use domain::id::{AttachmentId, LegId};
use domain::right::Actor;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use store::{AppendError, AttachmentRow, Change, Record};

/// Bytes of a part. Every part but the last has so many.
const PART: usize = 256 * 1024;
/// How often the event is decided anew when somebody else was faster.
const TRIES: usize = 16;

/// A file on its way in. Dropped half-way it leaves bytes that are swept later.
pub struct Upload {
    app: App,
    actor: Actor,
    case: String,
    leg: Option<String>,
    id: String,
    name: String,
    sniffer: Option<Sniffer>,
    hash: Sha256,
    size: i64,
    parts: i64,
    waiting: Vec<u8>,
    /// The command was carried out before: the bytes are only compared.
    known: Option<(String, Done)>,
    pictures_only: bool,
}

impl App {
    pub(crate) async fn begin_upload(
        &self,
        actor: &Actor,
        draft: &Draft,
        leg: Option<&str>,
        name: &str,
        command: &str,
    ) -> Result<Upload, AppError> {
        let name = name::clean(name)?;
        let known = match self.store().command_answer(command).await? {
            Some((digest, answer)) => Some((digest, crate::case::read_answer(&answer)?)),
            None => None,
        };
        // Refused before the first byte where the bytes could not change the answer.
        if known.is_none() && draft.after.attachments >= self.config().attachments.count_most {
            return Err(domain::case::Refusal::FilesExhausted(draft.after.attachments).into());
        }
        Ok(Upload {
            app: self.clone(),
            actor: actor.clone(),
            case: draft.after.id.to_string(),
            leg: leg.map(str::to_owned),
            id: new_id(self.now(), self.inner.chance.as_ref()),
            sniffer: Some(Sniffer::new(&name)),
            name,
            hash: Sha256::new(),
            size: 0,
            parts: 0,
            waiting: Vec::new(),
            known,
            pictures_only: false,
        })
    }
}

impl Upload {
    /// Refuses whatever is no picture: what citizens may add.
    #[must_use]
    pub const fn pictures_only(mut self) -> Self {
        self.pictures_only = true;
        self
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// [`AppError::TooLarge`], a kind that is not taken, the store's. The upload is over then.
    pub async fn feed(&mut self, bytes: &[u8]) -> Result<(), AppError> {
        let more = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        self.size = self.size.saturating_add(more);
        if self.size > self.app.config().attachments.bytes_most {
            return Err(self.over(AppError::TooLarge).await);
        }
        self.hash.update(bytes);
        if self.known.is_some() {
            return Ok(());
        }
        if let Some(sniffer) = &mut self.sniffer
            && let Err(error) = sniffer.feed(bytes)
        {
            return Err(self.over(error).await);
        }
        self.waiting.extend_from_slice(bytes);
        while self.waiting.len() >= PART {
            let rest = self.waiting.split_off(PART);
            let part = std::mem::replace(&mut self.waiting, rest);
            self.write(part).await?;
        }
        Ok(())
    }

    async fn write(&mut self, bytes: Vec<u8>) -> Result<(), AppError> {
        let mut records = Vec::new();
        if self.parts == 0 {
            records.push(Record::UploadBegun {
                id: self.id.clone(),
                at: self.app.now(),
            });
        }
        records.push(Record::UploadPart {
            id: self.id.clone(),
            n: self.parts,
            bytes,
        });
        self.parts += 1;
        self.app
            .store()
            .append(Change {
                records,
                ..Change::default()
            })
            .await?;
        Ok(())
    }

    /// Forgets what was written, as far as the store answers; the sweep does the rest.
    async fn over(&mut self, error: AppError) -> AppError {
        if self.parts > 0
            && let Err(failure) = self.app.drop_upload(self.id.clone()).await
        {
            tracing::warn!(%failure, "the bytes of a broken upload are swept later");
        }
        error
    }

    /// The last byte was taken: makes it a file of the case. `key_of` gives the command's key for
    /// the digest of the bytes.
    ///
    /// # Errors
    /// A kind that is not taken, the refusal, the store's.
    pub async fn finish(
        mut self,
        key_of: impl FnOnce(&str) -> CommandKey + Send,
    ) -> Result<AttachmentView, AppError> {
        let digest = hex(&std::mem::take(&mut self.hash).finalize());
        let key = key_of(&digest);
        if let Some((digest, done)) = self.known.take() {
            return if digest == key.digest {
                self.answer(&done, &key).await
            } else {
                Err(AppError::KeyReused)
            };
        }
        let media = match self.sniffer.take().map(Sniffer::finish) {
            Some(Ok(media)) => media,
            Some(Err(error)) => return Err(self.over(error).await),
            None => return Err(AppError::Internal("an upload ended twice".to_owned())),
        };
        if self.pictures_only && !media.starts_with("image/") {
            let error = AppError::field("file", "file_no_picture", "a picture is taken here");
            return Err(self.over(error).await);
        }
        let rest = std::mem::take(&mut self.waiting);
        if !rest.is_empty() {
            self.write(rest).await?;
        }
        match self.attach(media, &digest, &key).await {
            Ok(done) => {
                let view = self.answer(&done, &key).await?;
                if view.id != self.id {
                    // The same command came through on another line: its bytes are the file's.
                    let _ = self.over(AppError::Conflict { actual: 0 }).await;
                }
                Ok(view)
            }
            Err(error) => Err(self.over(error).await),
        }
    }

    async fn attach(&self, media: &str, digest: &str, key: &CommandKey) -> Result<Done, AppError> {
        let app = &self.app;
        let salt = secret(app.inner.chance.as_ref());
        let command = Command::Attach {
            file: Attached {
                attachment: AttachmentId::new(self.id.clone()),
                leg: self.leg.as_deref().map(LegId::from),
                media: media.to_owned(),
                size: self.size,
                digest: digest.to_owned(),
                name: name_digest(&salt, &self.name),
            },
            most: app.config().attachments.count_most,
        };
        let _turn = app.inner.turns.at(&self.case).await;
        for _ in 0..TRIES {
            let mut draft = app.load(&self.case).await?;
            let meta = app.meta(&self.actor, key);
            app.apply(&meta, &mut draft, &command)?;
            draft.files.push(AttachmentRow {
                id: self.id.clone(),
                case_id: self.case.clone(),
                leg: self.leg.clone().unwrap_or_default(),
                name: self.name.clone(),
                salt: salt.clone(),
                media: media.to_owned(),
                size: self.size,
                digest: digest.to_owned(),
                at: meta.now,
                actor: meta.actor.clone(),
                unit: meta.unit.clone(),
                cause: meta.cause.clone(),
                origin: String::new(),
            });
            match app.append(&meta, vec![draft], Some(key), None).await {
                Err(AppendError::Conflict { .. }) => {}
                other => return app.settle(other),
            }
        }
        Err(AppError::Unavailable("the case is too busy".to_owned()))
    }

    /// The file that this command added.
    async fn answer(&self, done: &Done, key: &CommandKey) -> Result<AttachmentView, AppError> {
        let rows = self.app.store().attachments(&done.id).await?;
        let row = rows.iter().find(|row| row.cause == key.id);
        let row = row.ok_or(AppError::NotFound)?;
        let names = HashMap::from([(row.actor.clone(), self.actor.name.clone())]);
        Ok(self.app.attachment_view(row, &names, true))
    }
}
