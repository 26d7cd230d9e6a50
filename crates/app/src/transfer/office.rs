//! Imports begun in the back office: the file is sent whole, its lines are taken beside the desk's
//! work, and how far it is can be asked, and it can be stopped, at any process.

use super::guess::guess;
use super::import::{Mapping, begun, go_on};
use super::source::Source;
use crate::App;
use crate::case::CommandKey;
use crate::error::AppError;
use crate::office::allow;
use crate::view::{
    ImportLook, ImportOrder, ImportRefusal, ImportRefusals, ImportRunView, ImportSample,
};
use domain::right::{Action, Actor};
use store::{Change, ImportRecord, ImportRunRow, Record};

/// Lines shown of the beginning of a file.
const SHOWN: usize = 3;
/// Runs listed.
const RUNS: i64 = 50;
/// Refused lines of one page.
const PAGE: i64 = 200;
/// A run that has said nothing for so long has lost its process, milliseconds.
const SILENT: i64 = 60_000;

impl App {
    /// What the columns of a file are, by its beginning. Nothing is kept.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::Invalid`] for a beginning that cannot be read.
    pub fn look_at_import(
        &self,
        actor: &Actor,
        sample: ImportSample,
    ) -> Result<ImportLook, AppError> {
        allow(actor, Action::Transfer)?;
        let source = Source::of_text(sample.text, is_csv(&sample.format)?);
        let columns = source.columns()?;
        if columns.is_empty() {
            let detail = "no line of it can be read";
            return Err(AppError::field("file", "unreadable", detail));
        }
        let rows: Vec<Vec<String>> = source
            .lines()?
            .filter_map(|line| line.columns.ok())
            .take(SHOWN)
            .map(|mut line| {
                columns
                    .iter()
                    .map(|name| line.remove(name).unwrap_or_default())
                    .collect()
            })
            .collect();
        Ok(ImportLook {
            mapping: guess(&columns, &rows),
            columns,
            rows,
        })
    }

    /// Begins to import a file, or goes on with it where an earlier run of the same file ended; one
    /// that is done is only shown.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::Invalid`] for a file or mapping that cannot be read or
    /// while another import goes on, the store's.
    pub async fn begin_import(
        &self,
        actor: &Actor,
        order: ImportOrder,
        key: &CommandKey,
    ) -> Result<ImportRunView, AppError> {
        allow(actor, Action::Transfer)?;
        let _turn = self.inner.office.lock().await;
        if let Some(answer) = self.answered(key).await? {
            return Ok(answer);
        }
        let name = order.name.trim();
        if !(1..=200).contains(&name.chars().count()) || name.chars().any(char::is_control) {
            let detail = "1 to 200 characters, none of them of control";
            return Err(AppError::field("name", "text_length", detail));
        }
        if order.mapping.narrative.is_empty() {
            let detail = "a contact without words is none";
            return Err(AppError::field("mapping.narrative", "required", detail));
        }
        let csv = is_csv(&order.format)?;
        let (mapping, text) = (order.mapping, order.text);
        // Forty megabytes to digest and to count: not on a thread that answers others.
        let read = tokio::task::spawn_blocking(move || {
            let source = Source::of_text(text, csv);
            source.check(&mapping)?;
            let lines = source.count()?;
            Ok::<_, AppError>((source, mapping, lines))
        });
        let (source, mapping, lines) = read.await.map_err(|error| {
            AppError::Internal(format!("the reading of a file broke: {error}"))
        })??;
        if lines == 0 {
            return Err(AppError::field("file", "no_lines", "the file has no lines"));
        }
        let runs = self.inner.store.import_runs(RUNS).await?;
        if runs.iter().any(|row| self.import_state(row) == "running") {
            let detail = "another import goes on; stop it or wait for it";
            return Err(AppError::field("file", "import_goes_on", detail));
        }
        let known = self.inner.store.import_run(&source.run).await?;
        if let Some(done) = known.as_ref().filter(|row| row.state == "done") {
            let view = self.import_view(done.clone());
            return self.record(key, view, Vec::new(), Vec::new()).await;
        }
        let row = begun(self, &source, lines, known, name, &actor.name);
        let detail = serde_json::json!({"lines": row.lines, "behind": row.line});
        let object = format!("import/{}", row.id);
        let audit = self.audit_detailed(actor, "import", &object, "", &detail);
        let view = self.import_view(row.clone());
        let records = vec![Record::Import(ImportRecord::Begun(row.clone())), audit];
        let answer = self.record(key, view, records, Vec::new()).await?;
        let app = self.clone();
        tokio::spawn(async move { app.import_rest(source, mapping, row).await });
        Ok(answer)
    }

    async fn import_rest(&self, source: Source, mapping: Mapping, row: ImportRunRow) {
        let (id, turn) = (row.id.clone(), row.turn);
        let Err(error) = go_on(self, &source, &mapping, row, |_| {}).await else {
            return;
        };
        tracing::warn!(%error, run = id, "an import was broken off");
        let ended = Record::Import(ImportRecord::Ended {
            id,
            turn,
            state: "failed",
            at: self.now(),
        });
        if let Err(error) = self.note_import(ended).await {
            tracing::warn!(%error, "how an import ended is not kept");
        }
    }

    async fn note_import(&self, record: Record) -> Result<(), AppError> {
        let change = Change {
            records: vec![record],
            ..Change::default()
        };
        self.inner.store.append(change).await?;
        Ok(())
    }

    /// The imports that moved last, the last first; those of the command line among them.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], or the store's.
    pub async fn imports(&self, actor: &Actor) -> Result<Vec<ImportRunView>, AppError> {
        allow(actor, Action::Transfer)?;
        let rows = self.inner.store.import_runs(RUNS).await?;
        Ok(rows.into_iter().map(|row| self.import_view(row)).collect())
    }

    /// Stops an import behind the lines under way; one that has ended stays as it is. What was taken
    /// stays taken, and the same file goes on behind it.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], or the store's.
    pub async fn stop_import(
        &self,
        actor: &Actor,
        id: &str,
        key: &CommandKey,
    ) -> Result<ImportRunView, AppError> {
        allow(actor, Action::Transfer)?;
        if let Some(answer) = self.answered(key).await? {
            return Ok(answer);
        }
        let row = self.inner.store.import_run(id).await?;
        let row = row.ok_or(AppError::NotFound)?;
        let turn = row.turn;
        let mut view = self.import_view(row);
        if view.state == "running" {
            "stopped".clone_into(&mut view.state);
        }
        let ended = Record::Import(ImportRecord::Ended {
            id: id.to_owned(),
            turn,
            state: "stopped",
            at: self.now(),
        });
        let audit = self.audit_row(actor, "stop_import", &format!("import/{id}"), "");
        self.record(key, view, vec![ended, audit], Vec::new()).await
    }

    /// Lines a run refused, after a line, with the reason and without their words.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], or the store's.
    pub async fn import_refusals(
        &self,
        actor: &Actor,
        id: &str,
        after: i64,
    ) -> Result<ImportRefusals, AppError> {
        allow(actor, Action::Transfer)?;
        let run = self.inner.store.import_run(id).await?;
        run.ok_or(AppError::NotFound)?;
        let rows = self.inner.store.import_refused(id, after, PAGE).await?;
        let full = i64::try_from(rows.len()).is_ok_and(|count| count == PAGE);
        let next = rows.last().filter(|_| full).map(|row| row.line);
        let lines = rows
            .into_iter()
            .map(|row| ImportRefusal {
                line: row.line,
                field: row.field,
                key: row.why,
                reason: row.reason,
            })
            .collect();
        Ok(ImportRefusals { lines, next })
    }

    fn import_state(&self, row: &ImportRunRow) -> String {
        let lost = row.state == "running" && self.now() - row.updated_at > SILENT;
        if lost { "broken_off" } else { &row.state }.to_owned()
    }

    fn import_view(&self, row: ImportRunRow) -> ImportRunView {
        ImportRunView {
            state: self.import_state(&row),
            id: row.id,
            name: row.source,
            lines: row.lines,
            done: row.line,
            taken: row.taken,
            refused: row.refused,
            started_at: row.started_at,
            started_by: row.started_by,
            updated_at: row.updated_at,
        }
    }
}

fn is_csv(format: &str) -> Result<bool, AppError> {
    match format {
        "csv" => Ok(true),
        "jsonl" => Ok(false),
        _ => Err(AppError::field("format", "unknown_word", "csv or jsonl")),
    }
}
