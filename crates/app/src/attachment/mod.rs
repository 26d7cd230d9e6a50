//! Files of cases 附件: bytes first, then the event that speaks of them; never the other way
//! round, so that a program killed between the two leaves bytes nobody knows of and no event
//! without bytes. Such bytes are swept.

mod kind;
mod name;
mod upload;

pub(crate) use kind::Sniffer;
pub(crate) use name::clean as clean_name;
pub use upload::Upload;

use crate::App;
use crate::case::involved;
use crate::chance::{digest_of, twin_id};
use crate::draft::{Draft, Meta, WireFile};
use crate::error::AppError;
use crate::view::{AttachView, AttachmentView};
use domain::case::{Attached, Case, Entry, Event, LegState};
use domain::id::LegId;
use domain::right::{Action, Actor, Resource, may, sees_person};
use std::collections::HashMap;
use store::{AttachmentRow, Change, Record};

/// How long an upload may be on its way before its bytes are swept, milliseconds.
const UNFINISHED: i64 = 3_600_000;
/// Uploads swept at once.
const SWEEP: i64 = 100;

/// A file to be read, part by part.
pub struct OpenFile {
    /// What it is.
    pub view: AttachmentView,
    app: App,
    id: String,
}

impl OpenFile {
    /// A part of its bytes, from 0; none behind the last.
    ///
    /// # Errors
    /// The store's.
    pub async fn part(&self, n: i64) -> Result<Option<Vec<u8>>, AppError> {
        Ok(self.app.store().attachment_part(&self.id, n).await?)
    }
}

/// The salted digest of a name that the event carries in place of it.
pub(crate) fn name_digest(salt: &str, name: &str) -> String {
    crate::chance::hex(&digest_of(&[salt, "file", name]))
}

/// Whether the bytes and the name of a file of this platform were removed: every other has both.
pub(crate) fn emptied(row: &AttachmentRow) -> bool {
    row.name.is_empty() && row.salt.is_empty()
}

impl App {
    /// Whether this actor may add files to this case, or to that assignment of it.
    fn may_attach(&self, actor: &Actor, case: &Case, leg: Option<&str>) -> Result<(), AppError> {
        let units = involved(case);
        let unit = leg
            .and_then(|leg| case.leg(&LegId::from(leg)))
            .map(|leg| &leg.unit);
        let resource = Resource {
            involved: &units,
            leg: unit,
        };
        if !may(actor, Action::ReadCase, resource) {
            return Err(AppError::NotFound);
        }
        let works = may(actor, Action::WorkLeg, resource);
        // What belongs to an assignment is added by who works on it.
        let allowed = if leg.is_some() {
            works
        } else {
            works || may(actor, Action::Remark, resource)
        };
        if allowed {
            Ok(())
        } else {
            Err(AppError::Forbidden)
        }
    }

    /// Who sees a file of a case: everybody who reads the case, unless it is confidential; then
    /// the desk, and units that have an assignment in it.
    fn sees_files(&self, actor: &Actor, case: &Case) -> bool {
        if !case.confidential || actor.roles.iter().any(|role| sees_person(*role)) {
            return true;
        }
        case.legs.iter().any(|leg| {
            leg.unit == actor.unit && (leg.state.is_open() || leg.state == LegState::Done)
        })
    }

    /// Begins an upload; `leg` is the assignment it belongs to, `name` as the client gives it.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Forbidden`], a name that is none, the store's.
    pub async fn upload(
        &self,
        actor: &Actor,
        case: &str,
        leg: Option<&str>,
        name: &str,
        command: &str,
    ) -> Result<Upload, AppError> {
        let draft = self.load(case).await?;
        self.may_attach(actor, &draft.after, leg)?;
        self.begin_upload(actor, &draft, leg, name, command).await
    }

    /// Opens a file. Of a confidential case each reading is an audit row (law 10).
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Forbidden`], the store's.
    pub async fn attachment(
        &self,
        actor: &Actor,
        case: &str,
        id: &str,
    ) -> Result<OpenFile, AppError> {
        let draft = self.load(case).await?;
        self.readable(actor, &draft.after)?;
        let row = self.file_of(draft.after.id.as_str(), id).await?;
        if !self.sees_files(actor, &draft.after) {
            return Err(AppError::Forbidden);
        }
        if draft.after.confidential {
            let audit = self.audit_row(actor, "read_attachment", draft.after.id.as_str(), id);
            self.store()
                .append(Change {
                    records: vec![audit],
                    ..Change::default()
                })
                .await?;
        }
        let view = self.attachment_view(&row, &HashMap::new(), true);
        Ok(OpenFile {
            view,
            app: self.clone(),
            id: row.id,
        })
    }

    /// A file of that case whose bytes are here.
    async fn file_of(&self, case: &str, id: &str) -> Result<AttachmentRow, AppError> {
        if id.contains('\0') {
            return Err(AppError::NotFound);
        }
        let row = self.store().attachment(id).await?;
        row.filter(|row| row.case_id == case && row.origin.is_empty() && !emptied(row))
            .ok_or(AppError::NotFound)
    }

    /// The files of a case as this reader may see them, and whether the reader may add more.
    pub(crate) async fn attachments(
        &self,
        actor: &Actor,
        case: &Case,
    ) -> Result<(Vec<AttachmentView>, Option<AttachView>), AppError> {
        let limits = self.config().attachments;
        let attach = self
            .may_attach(actor, case, None)
            .is_ok()
            .then(|| AttachView {
                bytes_most: limits.bytes_most,
                left: limits.count_most.saturating_sub(case.attachments),
            });
        if case.attachments == 0 && case.twin.is_none() {
            return Ok((Vec::new(), attach));
        }
        let rows = self.store().attachments(case.id.as_str()).await?;
        let mut names = HashMap::new();
        for row in &rows {
            if !row.actor.is_empty() && !names.contains_key(&row.actor) {
                let account = self.store().account(&row.actor).await?;
                names.insert(
                    row.actor.clone(),
                    account.map(|a| a.name).unwrap_or_default(),
                );
            }
        }
        let sees = self.sees_files(actor, case);
        let views = rows
            .iter()
            .map(|row| self.attachment_view(row, &names, sees))
            .collect();
        Ok((views, attach))
    }

    fn attachment_view(
        &self,
        row: &AttachmentRow,
        names: &HashMap<String, String>,
        sees: bool,
    ) -> AttachmentView {
        let here = row.origin.is_empty();
        AttachmentView {
            id: row.id.clone(),
            name: Some(row.name.clone()).filter(|name| sees && !name.is_empty()),
            kind: row.media.clone(),
            size: row.size,
            digest: row.digest.clone(),
            shown: kind::shown_as(&row.media).to_owned(),
            at: row.at,
            leg: Some(row.leg.clone()).filter(|leg| !leg.is_empty()),
            by: names.get(&row.actor).cloned().unwrap_or_default(),
            unit_name: if here {
                self.unit_name(&row.unit)
            } else {
                row.unit.clone()
            },
            citizen: here && row.actor.is_empty(),
            here,
            removed: here && emptied(row),
            withheld: !sees,
        }
    }

    /// Sweeps bytes of uploads that nobody finished; says how many uploads.
    ///
    /// # Errors
    /// The store's; what was not swept is swept the next time.
    pub async fn sweep_uploads(&self) -> Result<usize, AppError> {
        let mut swept = 0;
        loop {
            let before = self.now() - UNFINISHED;
            let ids = self.store().unfinished_uploads(before, SWEEP).await?;
            if ids.is_empty() {
                return Ok(swept);
            }
            for id in ids {
                self.drop_upload(id).await?;
                swept += 1;
            }
        }
    }

    async fn drop_upload(&self, id: String) -> Result<(), AppError> {
        self.store()
            .append(Change {
                records: vec![Record::UploadDropped { id }],
                ..Change::default()
            })
            .await?;
        Ok(())
    }

    /// The names that cross with a case's files; none of a confidential one.
    pub(crate) async fn wire_files(&self, case: &Case) -> Result<Vec<WireFile>, AppError> {
        if case.confidential || case.attachments == 0 {
            return Ok(Vec::new());
        }
        let rows = self.store().attachments(case.id.as_str()).await?;
        Ok(rows
            .into_iter()
            .filter(|row| row.origin.is_empty())
            .map(|row| WireFile {
                id: row.id,
                name: row.name,
            })
            .collect())
    }

    /// What a peer's entries say of files there, as rows: the bytes stay on its platform.
    pub(crate) fn heard_files(
        &self,
        meta: &Meta,
        draft: &Draft,
        link: &str,
        entries: &[Entry],
        names: &[WireFile],
    ) -> Vec<AttachmentRow> {
        let mut rows: Vec<AttachmentRow> = Vec::new();
        for entry in entries.iter().filter(|entry| entry.kind == "attached") {
            // What this program cannot read stays in the timeline as it was told.
            let Ok(Event::Attached(file)) = serde_json::from_str(&entry.body) else {
                continue;
            };
            let row = self.heard_file(meta, draft, link, entry, &file, names);
            if !rows.iter().any(|known| known.id == row.id) {
                rows.push(row);
            }
        }
        rows
    }

    fn heard_file(
        &self,
        meta: &Meta,
        draft: &Draft,
        link: &str,
        entry: &Entry,
        file: &Attached,
        names: &[WireFile],
    ) -> AttachmentRow {
        let told = names
            .iter()
            .find(|known| known.id == file.attachment.as_str())
            .filter(|_| !draft.after.confidential);
        let case = draft.after.id.as_str();
        AttachmentRow {
            // Never an id of this side: a peer's word replaces no file here.
            id: twin_id(case, link, file.attachment.as_str()),
            case_id: case.to_owned(),
            name: told
                .and_then(|file| name::clean(&file.name).ok())
                .unwrap_or_default(),
            media: file.media.chars().take(100).collect(),
            size: file.size.max(0),
            digest: file.digest.chars().take(64).collect(),
            at: entry.at.min(meta.now),
            unit: entry.unit.clone(),
            cause: meta.cause.clone(),
            origin: link.to_owned(),
            ..AttachmentRow::default()
        }
    }
}
