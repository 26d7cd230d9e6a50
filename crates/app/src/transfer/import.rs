//! Contacts in, from another system's file: each line is either taken or refused with its reason.
//! The same file continued or repeated takes nothing twice.

use super::source::{Line, Source, Wrong};
use crate::App;
use crate::case::CommandKey;
use crate::error::AppError;
use crate::view::NewContact;
use domain::desk::Channel;
use futures_util::stream::{self, StreamExt};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use store::{Change, ImportRecord, ImportRefusedRow, ImportRunRow, Record};
use utoipa::ToSchema;

/// Which column of the file is which field. Unknown names are refused.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Columns whose texts, joined by a line break, are the narrative.
    pub narrative: Vec<String>,
    /// Column of the other system's number.
    #[serde(default)]
    pub source: Option<String>,
    /// Column of the place.
    #[serde(default)]
    pub place: Option<String>,
    /// Column of the district.
    #[serde(default)]
    pub district: Option<String>,
    /// Column of the caller's name.
    #[serde(default)]
    pub caller_name: Option<String>,
    /// Column of the caller's number.
    #[serde(default)]
    pub caller_number: Option<String>,
    /// Column of the number to call back.
    #[serde(default)]
    pub contact_number: Option<String>,
    /// Column of the time it happened.
    #[serde(default)]
    pub happened_at: Option<String>,
    /// How that time is written, as in `%Y-%m-%d %H:%M:%S`; local time.
    #[serde(default)]
    pub time_format: Option<String>,
}

impl Mapping {
    /// Every column that is named, with the field it is for.
    pub(super) fn named(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let parts = self.narrative.iter().map(|name| ("narrative", name));
        let others = [
            ("source", &self.source),
            ("place", &self.place),
            ("district", &self.district),
            ("caller_name", &self.caller_name),
            ("caller_number", &self.caller_number),
            ("contact_number", &self.contact_number),
            ("happened_at", &self.happened_at),
        ];
        let others = others
            .into_iter()
            .filter_map(|(field, column)| column.as_ref().map(|name| (field, name)));
        parts
            .chain(others)
            .map(|(field, name)| (field, name.as_str()))
    }
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// The run, to continue or to look up.
    pub run: String,
    /// Lines of the file, the header not counted.
    pub lines: i64,
    /// Taken.
    pub taken: i64,
    /// Refused.
    pub refused: i64,
    /// Lines an earlier, broken-off run had dealt with.
    pub skipped: i64,
    /// Whether somebody stopped it; what is left goes on with the same file.
    pub stopped: bool,
}

const AT_ONCE: usize = 64;
/// Lines between two words about how far it is, and two looks at whether it was stopped.
const STEP: usize = AT_ONCE * 8;

/// Imports a CSV file (with header) or JSON lines. Resumable: a file is known by its digest, and a
/// run that was broken off goes on behind the last line it had dealt with.
///
/// # Errors
/// [`AppError::Invalid`] for a file or mapping that cannot be read, the store's. Refused lines are
/// no error: they are in the report and kept with reason and text.
pub async fn import(
    app: &App,
    bytes: &[u8],
    name: &str,
    csv: bool,
    mapping: &Mapping,
    progress: impl FnMut(&ImportReport),
) -> Result<ImportReport, AppError> {
    let source = Source::of(bytes, csv)?;
    source.check(mapping)?;
    let known = app.store().import_run(&source.run).await?;
    let row = begun(app, &source, source.count()?, known, name, "");
    app.store()
        .append(Change {
            records: vec![Record::Import(ImportRecord::Begun(row.clone()))],
            ..Change::default()
        })
        .await?;
    go_on(app, &source, mapping, row, progress).await
}

/// The row of a run that begins, or goes on behind what was dealt with.
pub(super) fn begun(
    app: &App,
    source: &Source,
    lines: i64,
    known: Option<ImportRunRow>,
    name: &str,
    by: &str,
) -> ImportRunRow {
    let now = app.now();
    let started = known.unwrap_or_else(|| ImportRunRow {
        started_at: now,
        ..ImportRunRow::default()
    });
    let turn = started.turn + 1;
    ImportRunRow {
        id: source.run.clone(),
        source: name.to_owned(),
        file_digest: source.digest.clone(),
        updated_at: now,
        finished_at: None,
        lines,
        state: "running".to_owned(),
        started_by: by.to_owned(),
        turn,
        ..started
    }
}

/// Takes what is left of a file whose run has begun, until its end or until somebody stops it.
pub(super) async fn go_on(
    app: &App,
    source: &Source,
    mapping: &Mapping,
    row: ImportRunRow,
    mut progress: impl FnMut(&ImportReport),
) -> Result<ImportReport, AppError> {
    let (run, turn) = (row.id, row.turn);
    let mut report = ImportReport {
        run: run.clone(),
        lines: row.lines,
        taken: row.taken,
        refused: row.refused,
        skipped: row.line,
        stopped: false,
    };
    let mut lines = source.lines()?.skip_while(|line| line.number <= row.line);
    loop {
        let part: Vec<Line> = lines.by_ref().take(STEP).collect();
        let Some(last) = part.last().map(|line| line.number) else {
            break;
        };
        let mut records = take_part(app, &run, part, mapping, &mut report).await?;
        records.push(Record::Import(ImportRecord::Moved {
            id: run.clone(),
            turn,
            line: last,
            taken: report.taken,
            refused: report.refused,
            at: app.now(),
        }));
        app.store()
            .append(Change {
                records,
                ..Change::default()
            })
            .await?;
        progress(&report);
        let row = app.store().import_run(&run).await?;
        if row.is_none_or(|row| row.turn != turn || row.state != "running") {
            report.stopped = true;
            return Ok(report);
        }
    }
    let ended = Record::Import(ImportRecord::Ended {
        id: run,
        turn,
        state: "done",
        at: app.now(),
    });
    app.store()
        .append(Change {
            records: vec![ended],
            ..Change::default()
        })
        .await?;
    Ok(report)
}

/// Takes some lines side by side; gives the rows of what was refused.
async fn take_part(
    app: &App,
    run: &str,
    part: Vec<Line>,
    mapping: &Mapping,
    report: &mut ImportReport,
) -> Result<Vec<Record>, AppError> {
    let results: Vec<_> = stream::iter(part)
        .map(|line| async move {
            let taken = take(app, run, line.number, &line.columns, mapping).await;
            (line, taken)
        })
        .buffered(AT_ONCE)
        .collect()
        .await;
    let mut records = Vec::new();
    for (line, taken) in results {
        match taken {
            Ok(()) => report.taken += 1,
            Err(Failure::Refused(wrong)) => {
                report.refused += 1;
                // PostgreSQL takes no NUL; its picture is kept in its place.
                let kept = |text: &str| text.replace('\0', "\u{2400}");
                records.push(Record::Import(ImportRecord::Refused(ImportRefusedRow {
                    run: run.to_owned(),
                    line: line.number,
                    reason: kept(&wrong.reason),
                    text: kept(&line.text),
                    field: wrong.field,
                    why: wrong.why,
                })));
            }
            // The store is away: the whole part waits for the next run, which takes nothing twice.
            Err(Failure::Store(error)) => return Err(error),
        }
    }
    Ok(records)
}

enum Failure {
    Refused(Wrong),
    Store(AppError),
}

async fn take(
    app: &App,
    run: &str,
    line: i64,
    columns: &Result<HashMap<String, String>, Wrong>,
    mapping: &Mapping,
) -> Result<(), Failure> {
    let columns = columns
        .as_ref()
        .map_err(|wrong| Failure::Refused(wrong.clone()))?;
    let contact = contact(columns, mapping).map_err(Failure::Refused)?;
    let id = format!("import/{run}/{line}");
    let key = CommandKey {
        digest: id.clone(),
        id,
    };
    match app.take_as(&app.machine(), &contact, &key).await {
        Ok(_) => Ok(()),
        Err(AppError::Invalid(errors)) => {
            let said: Vec<String> = errors
                .iter()
                .map(|e| format!("{}: {}", e.field, e.detail))
                .collect();
            let first = errors.into_iter().next();
            Err(Failure::Refused(Wrong {
                why: first.as_ref().map_or("invalid", |e| e.key).to_owned(),
                field: first.map(|e| e.field).unwrap_or_default(),
                reason: said.join("; "),
            }))
        }
        Err(AppError::Refused(refusal)) => Err(Failure::Refused(Wrong::line(
            &format!("refused/{}", refusal.key()),
            refusal.to_string(),
        ))),
        Err(error) => Err(Failure::Store(error)),
    }
}

fn contact(columns: &HashMap<String, String>, mapping: &Mapping) -> Result<NewContact, Wrong> {
    let get = |name: &Option<String>| {
        name.as_ref()
            .and_then(|n| columns.get(n))
            .map(|t| t.trim().to_owned())
            .unwrap_or_default()
    };
    let parts: Vec<&str> = mapping
        .narrative
        .iter()
        .filter_map(|name| columns.get(name).map(|text| text.trim()))
        .filter(|text| !text.is_empty())
        .collect();
    let time = get(&mapping.happened_at);
    let happened_at = if time.is_empty() {
        None
    } else {
        let format = mapping
            .time_format
            .as_deref()
            .unwrap_or("%Y-%m-%dT%H:%M:%S");
        Some(moment(format, &time).map_err(|reason| Wrong {
            field: "happened_at".to_owned(),
            why: "unreadable_time".to_owned(),
            reason: format!("time {time:?}: {reason}"),
        })?)
    };
    Ok(NewContact {
        channel: Channel::Import,
        narrative: parts.join("\n"),
        place: get(&mapping.place),
        district: get(&mapping.district),
        point: None,
        caller_number: get(&mapping.caller_number),
        contact_number: get(&mapping.contact_number),
        caller_name: get(&mapping.caller_name),
        confidential: false,
        happened_at,
        dismissed: Vec::new(),
        then: None,
        source: get(&mapping.source),
    })
}

/// A local time as Unix milliseconds; a day without an hour is its midnight.
pub(super) fn moment(format: &str, time: &str) -> Result<i64, String> {
    let read = jiff::fmt::strtime::parse(format, time)
        .and_then(|parts| {
            parts
                .to_datetime()
                .or_else(|_| Ok(parts.to_date()?.at(0, 0, 0, 0)))
        })
        .map_err(|error| error.to_string())?;
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
    let moment = read.to_zoned(zone).map_err(|error| error.to_string())?;
    Ok(moment.timestamp().as_millisecond())
}
