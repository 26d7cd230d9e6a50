//! Cases out, one a line. Personal data stays masked: what leaves the right to read leaves masked
//! (law 10).

use crate::App;
use crate::error::AppError;
use domain::right::{mask_place, mask_text};
use serde::Serialize;
use std::io::Write;

/// One exported case.
#[derive(Debug, Serialize)]
struct Line<'a> {
    no: &'a str,
    id: &'a str,
    status: &'a str,
    outcome: &'a str,
    channel: &'a str,
    desk: &'a str,
    matter: &'a str,
    matter_name: &'a str,
    urgency: i64,
    danger: bool,
    side: &'a str,
    accountable: &'a str,
    first_receiver: &'a str,
    district: &'a str,
    place: String,
    summary: String,
    twin_no: &'a str,
    opened_at: i64,
    updated_at: i64,
    closed_at: Option<i64>,
}

/// Writes every case, as CSV with a header or as JSON lines; says how many.
///
/// # Errors
/// The store's, or that the output cannot be written.
pub async fn export(app: &App, csv: bool, out: impl Write) -> Result<u64, AppError> {
    let mut count = 0_u64;
    let mut failed: Option<String> = None;
    let mut sink = Sink::new(csv, out);
    app.store()
        .scan_cases(|row| {
            let line = Line {
                no: &row.no,
                id: &row.id,
                status: &row.status,
                outcome: &row.outcome,
                channel: &row.channel,
                desk: &row.desk,
                matter: &row.matter,
                matter_name: &row.matter_name,
                urgency: row.urgency,
                danger: row.danger,
                side: &row.accountable_side,
                accountable: &row.accountable_unit,
                first_receiver: &row.first_receiver,
                district: &row.district,
                place: mask_place(&row.place),
                summary: mask_text(&row.summary),
                twin_no: &row.twin_no,
                opened_at: row.opened_at,
                updated_at: row.updated_at,
                closed_at: row.closed_at,
            };
            match sink.put(&line) {
                Ok(()) => {
                    count += 1;
                    std::ops::ControlFlow::Continue(())
                }
                Err(error) => {
                    failed = Some(error);
                    std::ops::ControlFlow::Break(())
                }
            }
        })
        .await?;
    if let Some(error) = failed.or_else(|| sink.finish().err()) {
        return Err(AppError::Internal(format!(
            "the export cannot be written: {error}"
        )));
    }
    Ok(count)
}

enum Sink<W: Write> {
    Csv(Box<csv::Writer<W>>),
    Lines(W),
}

impl<W: Write> Sink<W> {
    fn new(csv: bool, mut out: W) -> Self {
        if csv {
            // A spreadsheet reads UTF-8 only behind this mark; a failed write shows at the first row.
            let _ = out.write_all("\u{feff}".as_bytes());
            Self::Csv(Box::new(csv::Writer::from_writer(out)))
        } else {
            Self::Lines(out)
        }
    }

    fn put(&mut self, line: &Line<'_>) -> Result<(), String> {
        match self {
            Self::Csv(writer) => writer.serialize(line).map_err(|e| e.to_string()),
            Self::Lines(out) => {
                serde_json::to_writer(&mut *out, line).map_err(|e| e.to_string())?;
                out.write_all(b"\n").map_err(|e| e.to_string())
            }
        }
    }

    fn finish(&mut self) -> Result<(), String> {
        match self {
            Self::Csv(writer) => writer.flush().map_err(|e| e.to_string()),
            Self::Lines(out) => out.flush().map_err(|e| e.to_string()),
        }
    }
}
