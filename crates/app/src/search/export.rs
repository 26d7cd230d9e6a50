//! Exports: what a question finds, as a table for a spreadsheet. A file leaves the house, so it is
//! masked whoever takes it; without masks only with the right and a reason. Each is in the audit
//! before its first line is written (law 10).

use super::ask::SearchAsk;
use super::heads::Heads;
use super::sheet::{Kind, Sheet};
use crate::App;
use crate::error::AppError;
use crate::office::allow;
use crate::view::ExportView;
use ::search::Question;
use domain::right::{Action, Actor, mask_place, mask_text};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use store::{CaseRow, Change, PersonRow, Record};
use utoipa::ToSchema;

/// Cases of one export.
const CASES_MOST: usize = 50_000;
/// Cases written at once, between two looks at whether it is still wanted.
const STEP: usize = 200;
/// Exports of one person at a time, finished ones included.
const AT_ONCE: usize = 3;
/// How long a finished one is kept, milliseconds.
const KEPT: i64 = 15 * 60_000;
/// Bytes given out at once.
const PART: usize = 64 * 1024;

/// What is wanted.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportAsk {
    /// The question on the screen.
    pub question: SearchAsk,
    /// `csv` or `xlsx`.
    pub format: String,
    /// `zh` or `en`: headings and the words of states.
    #[serde(default)]
    pub language: String,
    /// With the callers' data. Needs its own right and a reason.
    #[serde(default)]
    pub unmasked: bool,
    /// Why, 4 to 500 characters; kept in the audit. May be left out where masks stay.
    #[serde(default)]
    pub reason: String,
}

/// Exports under way and kept, by id. They live as long as the process.
#[derive(Debug, Default)]
pub(crate) struct Exports(Mutex<HashMap<String, Arc<Export>>>);

#[derive(Debug)]
struct Export {
    account: String,
    at: i64,
    name: String,
    kind: Kind,
    total: u64,
    found: u64,
    done: AtomicU64,
    stop: AtomicBool,
    end: Mutex<End>,
}

#[derive(Debug)]
enum End {
    Running,
    Failed,
    /// The file has no name in any directory: it goes with the process.
    Done(Arc<File>, u64),
}

/// A finished export, to be given out part by part.
#[derive(Debug, Clone)]
pub struct ExportFile {
    /// The name it should have.
    pub name: String,
    /// Media type.
    pub media: &'static str,
    /// Bytes.
    pub size: u64,
    file: Arc<File>,
}

impl ExportFile {
    /// Bytes from an offset on; none at the end.
    ///
    /// # Errors
    /// When the disk does not give them.
    pub async fn part(&self, from: u64) -> Result<Vec<u8>, AppError> {
        let file = Arc::clone(&self.file);
        let read = move || {
            let mut bytes = vec![0; PART];
            let count = file.read_at(&mut bytes, from)?;
            bytes.truncate(count);
            Ok::<_, std::io::Error>(bytes)
        };
        tokio::task::spawn_blocking(read)
            .await
            .map_err(super::gone)?
            .map_err(|error| AppError::Internal(format!("an export cannot be read: {error}")))
    }
}

impl Exports {
    fn with<T>(&self, work: impl FnOnce(&mut HashMap<String, Arc<Export>>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn of(&self, account: &str, id: &str) -> Result<Arc<Export>, AppError> {
        self.with(|all| all.get(id).cloned())
            .filter(|export| export.account == account)
            .ok_or(AppError::NotFound)
    }

    /// Takes one in, if its owner has not too many.
    fn take(&self, id: &str, export: Arc<Export>, now: i64) -> Result<(), AppError> {
        self.with(|all| {
            all.retain(|_, old| now - old.at < KEPT || matches!(*old.end(), End::Running));
            let own = all.values().filter(|e| e.account == export.account).count();
            if own >= AT_ONCE {
                return Err(AppError::RateLimited);
            }
            all.insert(id.to_owned(), export);
            Ok(())
        })
    }
}

impl Export {
    fn end(&self) -> std::sync::MutexGuard<'_, End> {
        self.end.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn view(&self, id: &str) -> ExportView {
        let state = match *self.end() {
            End::Running => "running",
            End::Failed => "failed",
            End::Done(..) => "done",
        };
        ExportView {
            id: id.to_owned(),
            state: state.to_owned(),
            done: self.done.load(Ordering::Relaxed),
            total: self.total,
            found: self.found,
            name: self.name.clone(),
        }
    }
}

impl App {
    /// Begins an export; how it goes is asked with [`App::export_state`].
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::Invalid`], [`AppError::RateLimited`], the store's.
    pub async fn export_search(
        &self,
        actor: &Actor,
        ask: ExportAsk,
    ) -> Result<ExportView, AppError> {
        self.may_list(actor)?;
        allow(actor, Action::Export)?;
        if ask.unmasked {
            allow(actor, Action::ExportUnmasked)?;
        }
        let reason = ask.reason.trim().to_owned();
        let length = reason.chars().count();
        if (ask.unmasked && length < 4) || length > 500 || reason.contains('\0') {
            let detail = "4 to 500 characters";
            return Err(AppError::field("reason", "text_length", detail));
        }
        let Some(kind) = Kind::of(&ask.format) else {
            return Err(AppError::field("format", "unknown_word", "csv or xlsx"));
        };
        let heads = Heads::of(&ask.language)?;
        let question = Question {
            limit: CASES_MOST,
            ..ask.question.question(actor)?
        };
        let found = self.find(question).await?;
        let now = self.now();
        let id = self.new_id();
        let stamp = self.inner.calendar.load().stamp(now);
        let export = Arc::new(Export {
            account: actor.account.to_string(),
            at: now,
            name: format!(
                "{}-{}.{}",
                heads.file,
                stamp.replace([':', '-'], "").replace(' ', "-"),
                kind.word()
            ),
            kind,
            total: u64::try_from(found.ids.len()).unwrap_or(0),
            found: found.facets.total,
            done: AtomicU64::new(0),
            stop: AtomicBool::new(false),
            end: Mutex::new(End::Running),
        });
        self.inner
            .search
            .exports
            .take(&id, Arc::clone(&export), now)?;
        // The row comes first: a file nobody can be asked about does not begin.
        let row = self.export_row(actor, &id, &ask, &reason, export.total);
        let written = self
            .inner
            .store
            .append(Change {
                records: vec![row],
                ..Change::default()
            })
            .await;
        if let Err(error) = written {
            self.inner.search.exports.with(|all| all.remove(&id));
            return Err(error.into());
        }
        let watermark = self.watermark(actor, &heads, &stamp, &export, &ask);
        let view = export.view(&id);
        let (app, actor) = (self.clone(), actor.clone());
        let written = Arc::clone(&export);
        let writing = tokio::spawn(async move {
            let unmasked = ask.unmasked;
            app.write_export(&actor, &written, &heads, watermark, unmasked, found.ids)
                .await
        });
        // A writer that falls must not leave an export that runs for ever.
        tokio::spawn(async move {
            let end = match writing.await.map_err(super::gone).flatten() {
                Ok((file, size)) => End::Done(Arc::new(file), size),
                Err(error) => {
                    tracing::warn!(%error, "an export was broken off");
                    End::Failed
                }
            };
            *export.end() = end;
        });
        Ok(view)
    }

    /// What the audit keeps: which conditions there were, not what a caller is known by.
    fn export_row(
        &self,
        actor: &Actor,
        id: &str,
        ask: &ExportAsk,
        reason: &str,
        total: u64,
    ) -> Record {
        let action = if ask.unmasked {
            "export_unmasked"
        } else {
            "export"
        };
        let question = &ask.question;
        let detail = serde_json::json!({
            "cases": total, "format": ask.format, "words": !question.q.is_empty(),
            "number": !question.number.is_empty(), "phone": !question.phone.is_empty(),
            "place": !question.place.is_empty(), "state": question.state,
            "desk": question.desk, "matter": question.matter, "unit": question.unit,
            "channel": question.channel, "from": question.from, "to": question.to,
        });
        let Record::Audit(row) = self.audit_row(actor, action, &format!("search/{id}"), reason)
        else {
            return self.audit_row(actor, action, id, reason);
        };
        Record::Audit(store::AuditRow {
            detail: detail.to_string(),
            ..row
        })
    }

    async fn write_export(
        &self,
        actor: &Actor,
        export: &Arc<Export>,
        heads: &Heads,
        watermark: String,
        unmasked: bool,
        ids: Vec<String>,
    ) -> Result<(File, u64), AppError> {
        let broken = |error: String| AppError::Internal(format!("an export: {error}"));
        let kind = export.kind;
        let names = heads.columns(unmasked);
        let mut sheet = tokio::task::spawn_blocking(move || {
            let file = tempfile::tempfile().map_err(|error| error.to_string())?;
            Sheet::begin(kind, file, &watermark, &names)
        })
        .await
        .map_err(super::gone)?
        .map_err(broken)?;
        for part in ids.chunks(STEP) {
            if export.stop.load(Ordering::Relaxed) {
                return Err(AppError::Internal("it is not wanted any more".to_owned()));
            }
            let rows = self.readable_rows(actor, part).await?;
            let persons = if unmasked {
                self.inner.store.persons(part).await?
            } else {
                HashMap::new()
            };
            let lines: Vec<Vec<String>> = rows
                .iter()
                .map(|row| {
                    self.line(
                        heads,
                        row,
                        unmasked.then(|| persons.get(&row.id)).flatten(),
                        unmasked,
                    )
                })
                .collect();
            sheet = tokio::task::spawn_blocking(move || sheet.put(&lines).map(|()| sheet))
                .await
                .map_err(super::gone)?
                .map_err(broken)?;
            let count = u64::try_from(part.len()).unwrap_or(0);
            export.done.fetch_add(count, Ordering::Relaxed);
        }
        tokio::task::spawn_blocking(move || {
            let file = sheet.end()?;
            let size = file.metadata().map_err(|error| error.to_string())?.len();
            Ok((file, size))
        })
        .await
        .map_err(super::gone)?
        .map_err(broken)
    }

    /// Who took it, when, how much and by which question, with numbers masked.
    fn watermark(
        &self,
        actor: &Actor,
        heads: &Heads,
        stamp: &str,
        export: &Export,
        ask: &ExportAsk,
    ) -> String {
        let question = heads.question(&ask.question, &self.inner.calendar.load());
        let platform = &self.inner.config.platform.name;
        let (who, unit) = (&actor.name, self.unit_name(actor.unit.as_str()));
        let (total, found) = (export.total, export.found);
        if heads.english {
            let masks = if ask.unmasked { "NOT masked" } else { "masked" };
            format!(
                "{platform} · exported by {who} ({unit}) · {stamp} · {total} of {found} cases · \
                 {masks} · question: {question}"
            )
        } else {
            let masks = if ask.unmasked {
                "未脱敏"
            } else {
                "已脱敏"
            };
            format!(
                "{platform} · 导出人 {who}（{unit}） · {stamp} · 共 {found} 件，导出 {total} 件 · \
                 {masks} · 检索条件：{question}"
            )
        }
    }

    fn line(
        &self,
        heads: &Heads,
        row: &CaseRow,
        person: Option<&PersonRow>,
        unmasked: bool,
    ) -> Vec<String> {
        let calendar = self.inner.calendar.load();
        let holder = if row.accountable_side == "peer" {
            self.inner.config.peer_name(&row.accountable_unit)
        } else {
            self.unit_name(&row.accountable_unit)
        };
        let time = |at: Option<i64>| at.map(|at| calendar.stamp(at)).unwrap_or_default();
        let mut line = vec![
            row.no.clone(),
            heads.word(&row.status),
            heads.word(&row.desk),
            row.matter.clone(),
            row.matter_name.clone(),
            heads.word(match row.urgency {
                2 => "critical",
                1 => "urgent",
                _ => "normal",
            }),
            heads.word(if row.danger { "danger" } else { "" }),
            heads.word(&row.channel),
            holder,
            if unmasked {
                row.place.clone()
            } else {
                mask_place(&row.place)
            },
            if unmasked {
                row.summary.clone()
            } else {
                mask_text(&row.summary)
            },
            row.twin_no.clone(),
            time(Some(row.opened_at)),
            time(Some(row.updated_at)),
            time(row.next_due_at),
            time(row.closed_at),
        ];
        if unmasked {
            let empty = PersonRow::default();
            let person = person.unwrap_or(&empty);
            line.extend([
                person.caller_name.clone(),
                person.caller_number.clone(),
                person.contact_number.clone(),
                person.address.clone(),
                person.narrative.clone(),
            ]);
        }
        line
    }

    /// How far an export of this person is.
    ///
    /// # Errors
    /// [`AppError::NotFound`], also for somebody else's.
    pub fn export_state(&self, actor: &Actor, id: &str) -> Result<ExportView, AppError> {
        self.may_list(actor)?;
        allow(actor, Action::Export)?;
        let export = self.inner.search.exports.of(actor.account.as_str(), id)?;
        Ok(export.view(id))
    }

    /// The file of a finished export.
    ///
    /// # Errors
    /// [`AppError::NotFound`] while there is none.
    pub fn export_file(&self, actor: &Actor, id: &str) -> Result<ExportFile, AppError> {
        self.may_list(actor)?;
        allow(actor, Action::Export)?;
        let export = self.inner.search.exports.of(actor.account.as_str(), id)?;
        let end = export.end();
        let End::Done(file, size) = &*end else {
            return Err(AppError::NotFound);
        };
        Ok(ExportFile {
            name: export.name.clone(),
            media: export.kind.media(),
            size: *size,
            file: Arc::clone(file),
        })
    }

    /// Breaks an export off, or forgets a finished one.
    ///
    /// # Errors
    /// [`AppError::NotFound`], also for somebody else's.
    pub fn drop_export(&self, actor: &Actor, id: &str) -> Result<(), AppError> {
        self.may_list(actor)?;
        allow(actor, Action::Export)?;
        let exports = &self.inner.search.exports;
        let export = exports.of(actor.account.as_str(), id)?;
        export.stop.store(true, Ordering::Relaxed);
        exports.with(|all| all.remove(id));
        Ok(())
    }
}
