//! Registers 台账 (R2, R20, R36, R47, R48, R68, R93, R116, R120, R129, R130, R133): ordinary records of
//! one shape, each with an audit row for every change.

mod kind;
mod paper;

pub(crate) use kind::Kinds;

use crate::App;
use crate::case::CommandKey;
use crate::error::{AppError, FieldError};
use crate::office::{allow, reason};
use crate::view::{
    NewEntry, NewTask, RegisterBrief, RegisterChoice, RegisterEntry, RegisterField, RegisterFile,
    RegisterKind, RegisterKinds, RegisterOrder, RegisterPage, RegisterQuery, RegisterStep,
    RegisterTask,
};
use domain::id::UnitId;
use domain::right::{Action, Actor, Resource, may};
use jiff::civil::Date;
use kind::{KindDef, Values, end_of};
use serde::{Deserialize, Serialize};
use store::{AuditFilter, PressRecord, Record, RegisterFilter, RegisterRow};

/// Entries of a page.
const PAGE: i64 = 50;
/// Tasks of an entry.
const TASKS_MOST: usize = 50;
/// Lines of an entry's history.
const HISTORY: i64 = 100;

/// What a row keeps as JSON.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Body {
    pub(super) values: Values,
    #[serde(default)]
    pub(super) tasks: Vec<RegisterTask>,
    #[serde(default)]
    pub(super) evidence: String,
}

/// What a command of registers is answered with, kept under its key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Written {
    id: String,
}

impl App {
    /// The registers with their fields.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], the store's.
    pub async fn registers(&self, actor: &Actor) -> Result<RegisterKinds, AppError> {
        allow(actor, Action::ReadRegister)?;
        // How many there are is told to whoever reads all of them.
        let counts = if reads_all(actor) {
            self.store().register_counts().await?
        } else {
            Vec::new()
        };
        let count = |key: &str, state: &str| {
            let of = counts.iter().filter(|(k, s, _)| k == key && s == state);
            of.map(|(_, _, count)| count).sum()
        };
        let items = self.inner.kinds.0.iter();
        Ok(RegisterKinds {
            items: items
                .map(|kind| RegisterKind {
                    open: count(&kind.key, "open"),
                    closed: count(&kind.key, "closed"),
                    ..kind_view(kind)
                })
                .collect(),
            may_keep: may(actor, Action::KeepRegister, Resource::default()),
        })
    }

    /// A page of a register; units see what is about them.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Invalid`], the store's.
    pub async fn register(
        &self,
        actor: &Actor,
        key: &str,
        query: &RegisterQuery,
    ) -> Result<RegisterPage, AppError> {
        allow(actor, Action::ReadRegister)?;
        self.inner.kinds.find(key)?;
        let filter = self.register_filter(actor, key, query)?;
        let mut rows = self.store().register_entries(&filter).await?;
        let more = i64::try_from(rows.len()).is_ok_and(|count| count > PAGE);
        if more {
            rows.pop();
        }
        let next = rows.last().filter(|_| more);
        Ok(RegisterPage {
            next: next.map(|row| format!("{}.{}", row.held_at, row.id)),
            items: rows
                .iter()
                .map(|row| self.entry_brief(row, &body(row).unwrap_or_default()))
                .collect(),
        })
    }

    pub(super) fn register_filter(
        &self,
        actor: &Actor,
        key: &str,
        query: &RegisterQuery,
    ) -> Result<RegisterFilter, AppError> {
        let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let wrong = |field: &str| AppError::field(field, "malformed", "not as it was given");
        if query.q.contains('\0') || query.q.chars().count() > 100 {
            return Err(wrong("q"));
        }
        let after = match query.after.split_once('.') {
            _ if query.after.is_empty() => None,
            Some((at, id)) if !id.contains('\0') => {
                Some((at.parse().map_err(|_| wrong("after"))?, id.to_owned()))
            }
            _ => return Err(wrong("after")),
        };
        let (state, overdue_at) = match query.state.as_str() {
            "" => (None, None),
            "overdue" => (None, Some(self.now())),
            "open" | "closed" => (Some(query.state.clone()), None),
            _ => {
                let detail = "open, closed or overdue";
                return Err(AppError::field("state", "unknown_word", detail));
            }
        };
        let own = (!reads_all(actor)).then(|| actor.unit.to_string());
        Ok(RegisterFilter {
            register: key.to_owned(),
            unit: own.or_else(|| some(&query.unit)),
            state,
            words: some(&query.q),
            overdue_at,
            after,
            limit: PAGE + 1,
        })
    }

    /// An entry whole.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], the store's.
    pub async fn register_entry(
        &self,
        actor: &Actor,
        key: &str,
        id: &str,
    ) -> Result<RegisterEntry, AppError> {
        allow(actor, Action::ReadRegister)?;
        let row = self.entry_row(actor, key, id).await?;
        let Body {
            values,
            tasks,
            evidence,
        } = body(&row)?;
        let files = self.store().register_files(id).await?;
        let filter = AuditFilter {
            resource: Some(resource(id)),
            ..AuditFilter::default()
        };
        let lines = self.store().audit_page(&filter, HISTORY).await?;
        let accounts = files
            .iter()
            .map(|file| file.added_by.clone())
            .chain(lines.iter().map(|line| line.actor.clone()));
        let names = self.names(accounts).await?;
        let name = |account: &str| names.get(account).cloned().unwrap_or_default();
        let shown = Body {
            values: values.clone(),
            tasks: tasks.clone(),
            evidence: evidence.clone(),
        };
        Ok(RegisterEntry {
            brief: self.entry_brief(&row, &shown),
            values,
            tasks,
            evidence,
            closed_at: row.closed_at,
            files: files
                .into_iter()
                .map(|file| RegisterFile {
                    by: name(&file.added_by),
                    id: file.id,
                    name: file.name,
                    size: file.size,
                    digest: file.digest,
                    at: file.at,
                })
                .collect(),
            history: lines
                .into_iter()
                .map(|line| RegisterStep {
                    at: line.at,
                    by: name(&line.actor),
                    action: line.action,
                    reason: line.reason,
                })
                .collect(),
            may_keep: may(actor, Action::KeepRegister, Resource::default()),
        })
    }

    /// The row of an entry, if this reader may know of it.
    pub(super) async fn entry_row(
        &self,
        actor: &Actor,
        key: &str,
        id: &str,
    ) -> Result<RegisterRow, AppError> {
        let row = self.store().register_entry(id).await?;
        row.filter(|row| row.register == key)
            .filter(|row| reads_all(actor) || row.unit == actor.unit.as_str())
            .ok_or(AppError::NotFound)
    }

    fn entry_brief(&self, row: &RegisterRow, body: &Body) -> RegisterBrief {
        let calendar = self.inner.calendar.load();
        let open = body.tasks.iter().filter(|task| task.done_at.is_none());
        RegisterBrief {
            id: row.id.clone(),
            register: row.register.clone(),
            title: row.title.clone(),
            unit: row.unit.clone(),
            unit_name: if row.unit.is_empty() {
                String::new()
            } else {
                self.unit_name(&row.unit)
            },
            state: row.state.clone(),
            day: calendar.day_of(row.held_at).to_string(),
            due_at: row.due_at,
            version: row.version,
            changed_at: row.changed_at,
            open_tasks: i64::try_from(open.count()).unwrap_or(0),
        }
    }

    /// Writes a new entry.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Invalid`], the store's.
    pub async fn new_entry(
        &self,
        actor: &Actor,
        key: &str,
        new: &NewEntry,
        command: &CommandKey,
    ) -> Result<RegisterEntry, AppError> {
        allow(actor, Action::KeepRegister)?;
        let kind = self.inner.kinds.find(key)?;
        let written = match self.answered::<Written>(command).await? {
            Some(written) => written,
            None => {
                let now = self.now();
                let row = RegisterRow {
                    id: self.new_id(),
                    register: key.to_owned(),
                    state: "open".to_owned(),
                    version: 1,
                    made_at: now,
                    made_by: actor.account.to_string(),
                    ..RegisterRow::default()
                };
                let row = self.filled(actor, kind, row, new, Body::default())?;
                let audit = self.entry_audit(actor, "new_entry", &row, "");
                let answer = Written { id: row.id.clone() };
                let records = vec![Record::Press(PressRecord::Entry(row)), audit];
                self.record(command, answer, records, Vec::new()).await?
            }
        };
        self.register_entry(actor, key, &written.id).await
    }

    /// The row with what was written, or everything that is wrong with it.
    fn filled(
        &self,
        actor: &Actor,
        kind: &KindDef,
        row: RegisterRow,
        new: &NewEntry,
        was: Body,
    ) -> Result<RegisterRow, AppError> {
        let calendar = self.inner.calendar.load();
        let mut errors = Vec::new();
        let title = new.title.trim();
        if !(1..=100).contains(&title.chars().count()) || title.chars().any(char::is_control) {
            errors.push(FieldError::new(
                "title",
                "text_length",
                "1 to 100 characters",
            ));
        }
        let day = new.day.parse::<Date>();
        if day.is_err() {
            errors.push(FieldError::new("day", "unreadable", "a day as 2026-11-22"));
        }
        if kind.unit && new.unit.is_empty() {
            errors.push(FieldError::new("unit", "required", "it is about a unit"));
        }
        if !self.is_unit(&new.unit) {
            errors.push(FieldError::new(
                "unit",
                "unknown_unit",
                "no unit of the list",
            ));
        }
        let values = kind.checked(&new.values).unwrap_or_else(|faults| {
            errors.extend(faults);
            Values::new()
        });
        if (!kind.tasks && !new.tasks.is_empty()) || new.tasks.len() > TASKS_MOST {
            errors.push(FieldError::new(
                "tasks",
                "too_many",
                "no tasks, or too many",
            ));
        }
        let mut tasks: Vec<RegisterTask> = was
            .tasks
            .into_iter()
            .filter(|t| t.done_at.is_some())
            .collect();
        for (n, task) in new.tasks.iter().enumerate() {
            errors.extend(self.task_faults(n, task));
            tasks.push(RegisterTask {
                text: task.text.trim().to_owned(),
                unit: task.unit.clone(),
                due: task.due.clone(),
                done_at: None,
                done_by: String::new(),
                evidence: String::new(),
            });
        }
        let (Ok(day), true) = (day, errors.is_empty()) else {
            return Err(AppError::Invalid(errors));
        };
        let body = Body {
            values,
            tasks,
            evidence: was.evidence,
        };
        Ok(RegisterRow {
            title: title.to_owned(),
            unit: new.unit.clone(),
            held_at: calendar.start_of(day),
            due_at: self.nearest(kind, &body),
            body: crate::draft::to_json(&body)?,
            changed_at: self.now(),
            changed_by: actor.account.to_string(),
            ..row
        })
    }

    fn is_unit(&self, code: &str) -> bool {
        code.is_empty()
            || code == self.rules().desk_unit.as_str()
            || self.inner.engine.load().unit(&UnitId::new(code)).is_some()
    }

    fn task_faults(&self, n: usize, task: &NewTask) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let mut wrong = |field: &str, key, detail: &str| {
            errors.push(FieldError::new(format!("tasks[{n}].{field}"), key, detail));
        };
        if !(1..=500).contains(&task.text.trim().chars().count()) || task.text.contains('\0') {
            wrong("text", "text_length", "1 to 500 characters");
        }
        if !self.is_unit(&task.unit) {
            wrong("unit", "unknown_unit", "no unit of the list");
        }
        if task.due.parse::<Date>().is_err() {
            wrong("due", "unreadable", "a day as 2026-11-22");
        }
        errors
    }

    /// The nearest limit that still runs: of the entry or of an open task.
    fn nearest(&self, kind: &KindDef, body: &Body) -> Option<i64> {
        let calendar = self.inner.calendar.load();
        body.tasks
            .iter()
            .filter(|task| task.done_at.is_none())
            .filter_map(|task| task.due.parse::<Date>().ok())
            .map(|day| end_of(day, &calendar))
            .chain(kind.due(&body.values, &calendar))
            .min()
    }

    pub(super) fn entry_audit(
        &self,
        actor: &Actor,
        action: &str,
        row: &RegisterRow,
        reason: &str,
    ) -> Record {
        let detail = serde_json::json!({"register": row.register, "version": row.version, "title": row.title});
        self.audit_detailed(actor, action, &resource(&row.id), reason, &detail)
    }

    /// Does something to an entry.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Conflict`] with its version where
    /// somebody else was faster, [`AppError::Invalid`], the store's.
    pub async fn change_entry(
        &self,
        actor: &Actor,
        key: &str,
        id: &str,
        order: &RegisterOrder,
        command: &CommandKey,
    ) -> Result<RegisterEntry, AppError> {
        allow(actor, Action::KeepRegister)?;
        let kind = self.inner.kinds.find(key)?;
        let _turn = self.inner.office.lock().await;
        if self.answered::<Written>(command).await?.is_none() {
            let row = self.entry_row(actor, key, id).await?;
            let over = row.version;
            let (action, why, next) = self.next_entry(actor, kind, row, order).await?;
            let audit = self.entry_audit(actor, action, &next, &why);
            let records = vec![
                Record::Press(PressRecord::EntrySaved { over, row: next }),
                audit,
            ];
            let answer = Written { id: id.to_owned() };
            if let Err(error) = self.record(command, answer, records, Vec::new()).await {
                // That another process was faster is what the version shows.
                return match self.store().register_entry(id).await? {
                    Some(now) if now.version != over => Err(AppError::Conflict {
                        actual: now.version,
                    }),
                    _ => Err(error),
                };
            }
        }
        self.register_entry(actor, key, id).await
    }

    async fn next_entry(
        &self,
        actor: &Actor,
        kind: &KindDef,
        row: RegisterRow,
        order: &RegisterOrder,
    ) -> Result<(&'static str, String, RegisterRow), AppError> {
        let seen = match order {
            RegisterOrder::Save { version, .. }
            | RegisterOrder::Done { version, .. }
            | RegisterOrder::Close { version, .. }
            | RegisterOrder::Reopen { version, .. } => *version,
        };
        if seen != row.version {
            return Err(AppError::Conflict {
                actual: row.version,
            });
        }
        let closed = row.state == "closed";
        if closed != matches!(order, RegisterOrder::Reopen { .. }) {
            let detail = "a closed entry is opened again first, an open one is open";
            return Err(AppError::field("change", "entry_state", detail));
        }
        let now = self.now();
        let mut body = body(&row)?;
        let mut next = RegisterRow {
            version: row.version.saturating_add(1),
            changed_at: now,
            changed_by: actor.account.to_string(),
            ..row
        };
        let (action, why) = match order {
            RegisterOrder::Save { entry, .. } => {
                let next = self.filled(actor, kind, next, entry, body)?;
                return Ok(("save_entry", String::new(), next));
            }
            RegisterOrder::Done { task, evidence, .. } => {
                let evidence = reason(evidence).map_err(|_| needs_evidence())?;
                let open = body.tasks.get_mut(*task).filter(|t| t.done_at.is_none());
                let task = open.ok_or_else(|| {
                    AppError::field("task", "unknown_word", "no open task of that number")
                })?;
                task.done_at = Some(now);
                task.done_by.clone_from(&actor.name);
                task.evidence.clone_from(&evidence);
                ("task_done", evidence)
            }
            RegisterOrder::Close { evidence, .. } => {
                self.may_close(kind, &next, &body, evidence).await?;
                body.evidence = evidence.trim().to_owned();
                "closed".clone_into(&mut next.state);
                next.closed_at = Some(now);
                ("close_entry", body.evidence.clone())
            }
            RegisterOrder::Reopen { reason: why, .. } => {
                let why = reason(why)?;
                "open".clone_into(&mut next.state);
                next.closed_at = None;
                ("reopen_entry", why)
            }
        };
        next.due_at = if next.state == "closed" {
            None
        } else {
            self.nearest(kind, &body)
        };
        next.body = crate::draft::to_json(&body)?;
        Ok((action, why, next))
    }

    /// R36: nothing is struck off without evidence, nor with tasks open.
    async fn may_close(
        &self,
        kind: &KindDef,
        row: &RegisterRow,
        body: &Body,
        evidence: &str,
    ) -> Result<(), AppError> {
        if body.tasks.iter().any(|task| task.done_at.is_none()) {
            let detail = "tasks are open: each is done first";
            return Err(AppError::field("change", "open_tasks", detail));
        }
        let text = evidence.trim();
        if text.chars().count() > 500 || text.contains('\0') {
            return Err(needs_evidence());
        }
        if !kind.evidence || text.chars().count() >= 4 {
            return Ok(());
        }
        if self.store().register_files(&row.id).await?.is_empty() {
            Err(needs_evidence())
        } else {
            Ok(())
        }
    }
}

/// Whether a reader sees what is about all units.
fn reads_all(actor: &Actor) -> bool {
    may(actor, Action::ReadDesk, Resource::default())
}

fn needs_evidence() -> AppError {
    AppError::field("evidence", "no_evidence", "4 to 500 characters, or a file")
}

pub(super) fn resource(id: &str) -> String {
    format!("register/{id}")
}

pub(super) fn body(row: &RegisterRow) -> Result<Body, AppError> {
    serde_json::from_str(&row.body)
        .map_err(|error| AppError::Internal(format!("an entry cannot be read: {error}")))
}

fn kind_view(kind: &KindDef) -> RegisterKind {
    RegisterKind {
        key: kind.key.clone(),
        zh: kind.names.0.clone(),
        en: kind.names.1.clone(),
        unit: kind.unit,
        tasks: kind.tasks,
        evidence: kind.evidence,
        paper: kind.key == paper::MEETING,
        fields: kind
            .field
            .iter()
            .map(|field| RegisterField {
                key: field.key.clone(),
                zh: field.names.0.clone(),
                en: field.names.1.clone(),
                kind: field.kind.word().to_owned(),
                required: field.required,
                choices: field
                    .choices
                    .iter()
                    .map(|(key, zh, en)| RegisterChoice {
                        key: key.clone(),
                        zh: zh.clone(),
                        en: en.clone(),
                    })
                    .collect(),
            })
            .collect(),
        open: 0,
        closed: 0,
    }
}
