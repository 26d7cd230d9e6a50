//! A file of shifts: taken whole, or refused whole with every line that is wrong.

use super::duty::{address, day, minutes, number, rank_of, wrong};
use crate::App;
use crate::case::CommandKey;
use crate::error::{AppError, FieldError};
use crate::view::{RosterFile, RosterImported};
use domain::duty::{DAY_MINUTES, midnight};
use domain::right::Actor;
use jiff::civil::Date;
use std::collections::HashMap;
use store::{DutyDayRow, DutyPersonRow, ReachRecord, Record};

/// Shifts of one file.
const FILE_MOST: usize = 2_000;
const MINUTE: i64 = 60_000;

impl App {
    /// Takes a file of shifts, `day,from,to,rank,name,mobile,email`: whole, or refused whole with every line
    /// that is wrong. Who is not named yet is named by it.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Forbidden`], [`AppError::Invalid`] with line and reason, the store's.
    pub async fn import_roster(
        &self,
        actor: &Actor,
        code: &str,
        file: &RosterFile,
        key: &CommandKey,
    ) -> Result<RosterImported, AppError> {
        let unit = self.roster_unit(code)?;
        if !self.keeps(actor, &unit) {
            return Err(AppError::Forbidden);
        }
        let _turn = self.inner.office.lock().await;
        if let Some(answer) = self.answered(key).await? {
            return Ok(answer);
        }
        let calendar = self.inner.calendar.load_full();
        let lines = read_file(&file.text)?;
        let known = self.inner.store.duty_people().await?;
        let mut people: HashMap<String, String> = known
            .into_iter()
            .filter(|row| row.unit == code && !row.gone)
            .map(|row| (row.name, row.id))
            .collect();
        let now = self.now();
        let mut records = Vec::new();
        let (mut shifts, mut named) = (0_u32, 0_u32);
        for line in lines {
            let person = match people.get(&line.name) {
                Some(id) => id.clone(),
                None => {
                    let id = self.new_id();
                    named += 1;
                    people.insert(line.name.clone(), id.clone());
                    records.push(ReachRecord::Person(DutyPersonRow {
                        id: id.clone(),
                        unit: code.to_owned(),
                        name: line.name,
                        account_id: String::new(),
                        mobile: line.mobile,
                        email: line.email,
                        role: "member".to_owned(),
                        gone: false,
                        changed_at: now,
                    }));
                    id
                }
            };
            let start = midnight(&calendar, line.day);
            let next = if line.to > line.from {
                0
            } else {
                i64::from(DAY_MINUTES)
            };
            shifts += 1;
            records.push(ReachRecord::Day(DutyDayRow {
                id: self.new_id(),
                unit: code.to_owned(),
                rank: line.rank,
                from_at: start + line.from * MINUTE,
                to_at: start + (line.to + next) * MINUTE,
                person,
                kind: "import".to_owned(),
                reason: String::new(),
                at: now,
                actor: actor.account.to_string(),
            }));
        }
        let detail = serde_json::json!({"shifts": shifts, "people": named});
        let audit = self.audit_detailed(actor, "import_roster", code, "", &detail);
        let records = records.into_iter().map(Record::Reach).chain([audit]);
        let answer = RosterImported {
            shifts,
            people: named,
        };
        self.record(key, answer, records.collect(), Vec::new())
            .await
    }
}

struct Line {
    day: Date,
    from: i64,
    to: i64,
    rank: i64,
    name: String,
    mobile: String,
    email: String,
}

fn read_file(text: &str) -> Result<Vec<Line>, AppError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut refused = Vec::new();
    let mut lines = Vec::new();
    for (place, record) in reader.records().enumerate() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = format!("line {}", place + 1);
                refused.push(FieldError::new(line, "syntax", error.to_string()));
                break;
            }
        };
        let number = record.position().map_or(0, csv::Position::line);
        let cell = |n: usize| record.get(n).unwrap_or_default();
        if place == 0 && (cell(0).eq_ignore_ascii_case("day") || cell(0) == "日期") {
            continue;
        }
        match line_of(&cell) {
            Ok(line) => lines.push(line),
            Err(AppError::Invalid(errors)) => {
                refused.extend(errors.into_iter().map(|error| {
                    let detail = format!("{}: {}", error.field, error.detail);
                    FieldError::new(format!("line {number}"), error.key, detail)
                }));
            }
            Err(other) => return Err(other),
        }
    }
    if lines.is_empty() && refused.is_empty() {
        refused.push(FieldError::new("text", "required", "one shift at least"));
    }
    if lines.len() > FILE_MOST {
        return Err(AppError::TooLarge);
    }
    if refused.is_empty() {
        Ok(lines)
    } else {
        Err(AppError::Invalid(refused))
    }
}

fn line_of<'a>(cell: &dyn Fn(usize) -> &'a str) -> Result<Line, AppError> {
    let rank = if cell(3).is_empty() { "1" } else { cell(3) };
    let rank: u8 = rank
        .parse()
        .map_err(|_| wrong("rank", "out_of_range", "1 to 9"))?;
    Ok(Line {
        day: day("day", cell(0))?,
        from: minutes("from", cell(1))?,
        to: minutes("to", cell(2))?,
        rank: rank_of(rank)?,
        name: super::confirm::person_name(cell(4))?,
        mobile: number(cell(5))?,
        email: address(cell(6))?,
    })
}
