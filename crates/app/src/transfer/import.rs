//! Contacts in, from another system's file: each line is either taken or refused with its reason.
//! The same file continued or repeated takes nothing twice.

use crate::App;
use crate::case::CommandKey;
use crate::chance::{digest_of, hex};
use crate::error::AppError;
use crate::view::NewContact;
use domain::desk::Channel;
use futures_util::stream::{self, StreamExt};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::io::BufRead;
use store::{Change, ImportRefusedRow, ImportRunRow, Record};

/// Which column of the file is which field. Unknown names are refused.
#[derive(Debug, Clone, Deserialize)]
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

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// The run, to continue or to look up.
    pub run: String,
    /// Lines seen, the header not counted.
    pub lines: i64,
    /// Taken.
    pub taken: i64,
    /// Refused.
    pub refused: i64,
    /// Lines an earlier, broken-off run had dealt with.
    pub skipped: i64,
}

/// A line as columns, or why it is none.
type Line = (i64, Result<HashMap<String, String>, String>, String);

const AT_ONCE: usize = 64;

/// Imports a CSV file (with header) or JSON lines. Resumable: a file is known by its digest, and a
/// run that was broken off goes on behind the last line it had dealt with.
///
/// # Errors
/// The store's. Refused lines are no error: they are in the report and kept with reason and text.
pub async fn import(
    app: &App,
    bytes: &[u8],
    name: &str,
    csv: bool,
    mapping: &Mapping,
    mut progress: impl FnMut(&ImportReport),
) -> Result<ImportReport, AppError> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let detail = format!("not UTF-8 behind byte {}", error.valid_up_to());
        AppError::field("file", "not_utf8", detail)
    })?;
    let digest = hex(&digest_of(&[text]));
    // The same bytes read the other way are other lines, and another run.
    let kind = if csv { "csv" } else { "jsonl" };
    let run = hex(&digest_of(&[kind, text]));
    let run = run.get(..16).unwrap_or(&run).to_owned();
    let lines = if csv {
        csv_lines(text)?
    } else {
        json_lines(text)
    };
    if csv {
        check_columns(&lines, mapping)?;
    }
    let known = app.store().import_run(&run).await?;
    let mut report = ImportReport {
        run: run.clone(),
        lines: i64::try_from(lines.len()).unwrap_or(i64::MAX),
        taken: known.as_ref().map_or(0, |r| r.taken),
        refused: known.as_ref().map_or(0, |r| r.refused),
        skipped: known.as_ref().map_or(0, |r| r.line),
    };
    let started_at = known.as_ref().map_or_else(|| app.now(), |r| r.started_at);
    let done = report.skipped;
    let todo: Vec<Line> = lines
        .into_iter()
        .filter(|(line, ..)| *line > done)
        .collect();
    for part in todo.chunks(AT_ONCE * 8) {
        let results: Vec<(i64, String, Result<(), String>)> = stream::iter(part)
            .map(|(line, columns, text)| {
                let run = run.clone();
                async move {
                    (
                        *line,
                        text.clone(),
                        take(app, &run, *line, columns, mapping).await,
                    )
                }
            })
            .buffered(AT_ONCE)
            .map(|(line, text, taken)| match taken {
                Ok(()) => (line, text, Ok(())),
                Err(Failure::Refused(reason)) => (line, text, Err(reason)),
                Err(Failure::Store(error)) => (line, format!("!{error}"), Err(String::new())),
            })
            .collect()
            .await;
        let mut records = Vec::new();
        let mut last = done;
        for (line, text, result) in results {
            match result {
                Ok(()) => report.taken += 1,
                // The store is away: what was dealt with is kept, the rest waits for the next run.
                Err(reason) if reason.is_empty() => {
                    return Err(AppError::Unavailable(
                        text.trim_start_matches('!').to_owned(),
                    ));
                }
                Err(reason) => {
                    report.refused += 1;
                    let run = run.clone();
                    // PostgreSQL takes no NUL; its picture is kept in its place.
                    let row = ImportRefusedRow {
                        run,
                        line,
                        reason: reason.replace('\0', "\u{2400}"),
                        text: text.replace('\0', "\u{2400}"),
                    };
                    records.push(Record::ImportRefused(row));
                }
            }
            last = line;
        }
        let finished = (last == report.lines).then(|| app.now());
        records.push(Record::ImportProgress(ImportRunRow {
            id: run.clone(),
            source: name.to_owned(),
            file_digest: digest.clone(),
            line: last,
            taken: report.taken,
            refused: report.refused,
            started_at,
            updated_at: app.now(),
            finished_at: finished,
        }));
        app.store()
            .append(Change {
                records,
                ..Change::default()
            })
            .await?;
        progress(&report);
    }
    Ok(report)
}

enum Failure {
    Refused(String),
    Store(AppError),
}

async fn take(
    app: &App,
    run: &str,
    line: i64,
    columns: &Result<HashMap<String, String>, String>,
    mapping: &Mapping,
) -> Result<(), Failure> {
    let columns = columns
        .as_ref()
        .map_err(|why| Failure::Refused(why.clone()))?;
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
            Err(Failure::Refused(said.join("; ")))
        }
        Err(AppError::Refused(refusal)) => Err(Failure::Refused(refusal.to_string())),
        Err(error) => Err(Failure::Store(error)),
    }
}

fn contact(columns: &HashMap<String, String>, mapping: &Mapping) -> Result<NewContact, String> {
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
        let read = jiff::civil::DateTime::strptime(format, &time)
            .map_err(|error| format!("time {time:?}: {error}"))?;
        let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
        let moment = read
            .to_zoned(zone)
            .map_err(|error| format!("time {time:?}: {error}"))?;
        Some(moment.timestamp().as_millisecond())
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

fn csv_lines(text: &str) -> Result<Vec<Line>, AppError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.as_bytes());
    let header = reader
        .headers()
        .map_err(|error| AppError::field("file", "unreadable", error.to_string()))?
        .clone();
    Ok((1..)
        .zip(reader.records())
        .map(|(line, record)| match record {
            Ok(record) if record.len() == header.len() => {
                let text = record.iter().collect::<Vec<_>>().join(",");
                let columns = header
                    .iter()
                    .zip(record.iter())
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .collect();
                (line, Ok(columns), text)
            }
            Ok(record) => {
                let why = format!("{} columns instead of {}", record.len(), header.len());
                (line, Err(why), record.iter().collect::<Vec<_>>().join(","))
            }
            Err(error) => (line, Err(error.to_string()), String::new()),
        })
        .collect())
}

fn json_lines(text: &str) -> Vec<Line> {
    (1..)
        .zip(text.as_bytes().lines())
        .map(|(line, text)| {
            let text = text.unwrap_or_default();
            let columns = serde_json::from_str::<HashMap<String, serde_json::Value>>(&text)
                .map(|object| {
                    object
                        .into_iter()
                        .map(|(name, value)| match value {
                            serde_json::Value::String(text) => (name, text),
                            serde_json::Value::Null => (name, String::new()),
                            other => (name, other.to_string()),
                        })
                        .collect()
                })
                .map_err(|error| error.to_string());
            (line, columns, text)
        })
        .collect()
}

/// A mapping that names a column the file does not have is refused before the first line.
fn check_columns(lines: &[Line], mapping: &Mapping) -> Result<(), AppError> {
    let Some(columns) = lines
        .iter()
        .find_map(|(_, columns, _)| columns.as_ref().ok())
    else {
        return Ok(());
    };
    let named = mapping.narrative.iter().chain(
        [
            &mapping.source,
            &mapping.place,
            &mapping.district,
            &mapping.caller_name,
            &mapping.caller_number,
            &mapping.contact_number,
            &mapping.happened_at,
        ]
        .into_iter()
        .flatten(),
    );
    for name in named {
        if !columns.contains_key(name) {
            let detail = format!("the file has no column {name:?}");
            return Err(AppError::field("mapping", "no_column", detail));
        }
    }
    Ok(())
}
