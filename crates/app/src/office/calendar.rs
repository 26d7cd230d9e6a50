//! Working days that change 法定节假日与调休: read, set, taken away, imported; counted with at once.
//! Limits that run already keep their date: `recounted` of a deadline says what it would be now.

use super::allow;
use crate::App;
use crate::case::CommandKey;
use crate::error::{AppError, FieldError};
use crate::view::{CalendarChanged, CalendarFile, CalendarOrder, CalendarView, DayView};
use domain::clock::Calendar;
use domain::right::{Action, Actor};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{CalendarChangeRow, CalendarRow, Record, Store};

/// Days of one change: five years of holidays and more.
const MOST: usize = 1_000;
/// Characters of a note.
const NOTE_MOST: usize = 60;
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2100;

/// The calendar with the site's exceptions and their past.
pub(crate) async fn read_calendar(store: &Store) -> Result<Calendar, AppError> {
    let broken = |day: &str| AppError::Internal(format!("calendar day {day:?} cannot be read"));
    let mut exceptions = BTreeMap::new();
    for row in store.calendar("0000-00-00", "9999-99-99").await? {
        let day: Date = row.day.parse().map_err(|_| broken(&row.day))?;
        exceptions.insert(day, row.off);
    }
    let mut past: BTreeMap<Date, Vec<(i64, bool)>> = BTreeMap::new();
    for row in store.calendar_changes().await? {
        let day: Date = row.day.parse().map_err(|_| broken(&row.day))?;
        past.entry(day).or_default().push((row.at, row.was));
    }
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
    Ok(Calendar::new(zone, exceptions).changed(past))
}

impl App {
    /// The days of a year that differ from the week.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::Invalid`] for a year out of range, the store's.
    pub async fn calendar(&self, actor: &Actor, year: i16) -> Result<CalendarView, AppError> {
        allow(actor, Action::ReadDirectory)?;
        if !YEARS.contains(&year) {
            return Err(AppError::field("year", "out_of_range", "2000 to 2100"));
        }
        let rows = self
            .inner
            .store
            .calendar("0000-00-00", "9999-99-99")
            .await?;
        let mut years: Vec<i16> = rows.iter().filter_map(|row| year_of(&row.day)).collect();
        years.dedup();
        Ok(CalendarView {
            year,
            days: rows
                .into_iter()
                .filter(|row| year_of(&row.day) == Some(year))
                .map(view)
                .collect(),
            years,
            changed_at: self.inner.calendar.load().last_change(),
        })
    }

    /// Sets days and takes days away, all or none; new limits count with it at once.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::Invalid`] with every refused day, the store's.
    pub async fn change_calendar(
        &self,
        actor: &Actor,
        order: &CalendarOrder,
        key: &CommandKey,
    ) -> Result<CalendarChanged, AppError> {
        allow(actor, Action::Administer)?;
        let mut refused = Vec::new();
        let mut seen = BTreeSet::new();
        let mut put = Vec::new();
        for (place, day) in order.put.iter().enumerate() {
            match read_day(day, &mut seen) {
                Ok(date) => put.push((date, day.off, day.note.trim().to_owned())),
                Err((key, detail)) => {
                    refused.push(FieldError::new(format!("put[{place}].day"), key, detail));
                }
            }
        }
        let mut gone = Vec::new();
        for (place, day) in order.remove.iter().enumerate() {
            match date_of(day, &mut seen) {
                Ok(date) => gone.push(date),
                Err((key, detail)) => {
                    refused.push(FieldError::new(format!("remove[{place}]"), key, detail));
                }
            }
        }
        if put.len() + gone.len() > MOST {
            return Err(AppError::TooLarge);
        }
        if put.is_empty() && gone.is_empty() && refused.is_empty() {
            refused.push(FieldError::new("put", "required", "one day at least"));
        }
        if !refused.is_empty() {
            return Err(AppError::Invalid(refused));
        }
        let _turn = self.inner.office.lock().await;
        if let Some(answer) = self.answered(key).await? {
            return Ok(answer);
        }
        self.set_days(actor, "change_calendar", put, gone, key)
            .await
    }

    /// Takes a file of days: the days of the years it names are those of the file from now on. It
    /// is taken whole or refused whole, with every line that is wrong.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::Invalid`] with line and reason, the store's.
    pub async fn import_calendar(
        &self,
        actor: &Actor,
        file: &CalendarFile,
        key: &CommandKey,
    ) -> Result<CalendarChanged, AppError> {
        allow(actor, Action::Administer)?;
        let put = read_file(&file.text)?;
        let _turn = self.inner.office.lock().await;
        if let Some(answer) = self.answered(key).await? {
            return Ok(answer);
        }
        let years: BTreeSet<i16> = put.iter().map(|(day, ..)| day.year()).collect();
        let named: BTreeSet<Date> = put.iter().map(|(day, ..)| *day).collect();
        let rows = self
            .inner
            .store
            .calendar("0000-00-00", "9999-99-99")
            .await?;
        let gone = rows
            .iter()
            .filter_map(|row| row.day.parse::<Date>().ok())
            .filter(|day| years.contains(&day.year()) && !named.contains(day))
            .collect();
        self.set_days(actor, "import_calendar", put, gone, key)
            .await
    }

    /// Writes the days with what each was until now, and counts with them from here on.
    async fn set_days(
        &self,
        actor: &Actor,
        action: &str,
        put: Vec<(Date, bool, String)>,
        gone: Vec<Date>,
        key: &CommandKey,
    ) -> Result<CalendarChanged, AppError> {
        let now = self.now();
        let calendar = self.inner.calendar.load_full();
        let rows = self
            .inner
            .store
            .calendar("0000-00-00", "9999-99-99")
            .await?;
        let touched: BTreeSet<Date> = put
            .iter()
            .map(|(day, ..)| *day)
            .chain(gone.iter().copied())
            .collect();
        let plain = Calendar::plain();
        let after: BTreeMap<Date, bool> = put
            .iter()
            .map(|(day, off, _)| (*day, *off))
            .chain(gone.iter().map(|day| (*day, plain.is_off(*day))))
            .collect();
        let mut records = Vec::new();
        for (day, off) in &after {
            let was = calendar.is_off(*day);
            // Two changes within one moment: what it was before the first of them counts.
            if was != *off && !calendar.knows_change(*day, now) {
                records.push(Record::CalendarChanged(CalendarChangeRow {
                    day: day.to_string(),
                    at: now,
                    was,
                }));
            }
        }
        records.extend(gone.iter().map(|day| Record::CalendarRemoved {
            day: day.to_string(),
        }));
        records.extend(put.iter().map(|(day, off, note)| {
            Record::Calendar(CalendarRow {
                day: day.to_string(),
                off: *off,
                note: note.clone(),
            })
        }));
        let years: BTreeSet<i16> = touched.iter().map(|day| day.year()).collect();
        let days: Vec<String> = touched.iter().take(40).map(ToString::to_string).collect();
        let detail = serde_json::json!({"put": put.len(), "removed": gone.len(), "days": days});
        let named: Vec<String> = years.iter().map(ToString::to_string).collect();
        records.push(self.audit_detailed(actor, action, &named.join(" "), "", &detail));
        let answer = CalendarChanged {
            put: put
                .into_iter()
                .map(|(day, off, note)| DayView {
                    day: day.to_string(),
                    off,
                    note,
                })
                .collect(),
            before: rows
                .into_iter()
                .filter(|row| row.day.parse().is_ok_and(|day| touched.contains(&day)))
                .map(view)
                .collect(),
            years: years.into_iter().collect(),
        };
        let answer = self.record(key, answer, records, Vec::new()).await?;
        self.reload_calendar().await?;
        Ok(answer)
    }

    pub(super) async fn reload_calendar(&self) -> Result<(), AppError> {
        let calendar = read_calendar(&self.inner.store).await?;
        self.inner.calendar.store(Arc::new(calendar));
        Ok(())
    }
}

fn view(row: CalendarRow) -> DayView {
    DayView {
        day: row.day,
        off: row.off,
        note: row.note,
    }
}

fn year_of(day: &str) -> Option<i16> {
    day.get(..4)?.parse().ok()
}

type Wrong = (&'static str, String);

fn read_day(day: &DayView, seen: &mut BTreeSet<Date>) -> Result<Date, Wrong> {
    if day.note.chars().count() > NOTE_MOST || day.note.chars().any(char::is_control) {
        return Err((
            "too_long",
            format!("a note has {NOTE_MOST} characters at most"),
        ));
    }
    date_of(&day.day, seen)
}

fn date_of(text: &str, seen: &mut BTreeSet<Date>) -> Result<Date, Wrong> {
    let shape = text.len() == 10;
    let date: Option<Date> = text.parse().ok().filter(|_| shape);
    let date = date.ok_or_else(|| {
        (
            "unreadable_day",
            format!("{text:?} is no day like 2026-10-01"),
        )
    })?;
    if !YEARS.contains(&date.year()) {
        return Err(("out_of_range", "2000 to 2100".to_owned()));
    }
    if !seen.insert(date) {
        return Err(("repeated", format!("{date} stands twice")));
    }
    Ok(date)
}

/// The days of a file, for whoever ships one.
pub(crate) fn read_days(text: &str) -> Result<Vec<(Date, bool, String)>, AppError> {
    read_file(text)
}

/// Reads the file: `day,off,note`, with or without that header; `off`/`work`, 休/班.
fn read_file(text: &str) -> Result<Vec<(Date, bool, String)>, AppError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut refused = Vec::new();
    let mut seen = BTreeSet::new();
    let mut days = Vec::new();
    for (place, record) in reader.records().enumerate() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                refused.push(FieldError::new(
                    format!("line {}", place + 1),
                    "syntax",
                    error.to_string(),
                ));
                break;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |n: usize| record.get(n).unwrap_or_default();
        if place == 0 && cell(0).eq_ignore_ascii_case("day") {
            continue;
        }
        let mut refuse = |key, detail: String| {
            refused.push(FieldError::new(format!("line {line}"), key, detail));
        };
        if record.len() > 3 {
            refuse("too_many_columns", "day, off, note".to_owned());
            continue;
        }
        let off = match cell(1).to_lowercase().as_str() {
            "off" | "休" => true,
            "work" | "班" => false,
            other => {
                refuse("unknown_word", format!("{other:?}: off or work, 休 or 班"));
                continue;
            }
        };
        let day = DayView {
            day: cell(0).to_owned(),
            off,
            note: cell(2).to_owned(),
        };
        match read_day(&day, &mut seen) {
            Ok(date) => days.push((date, off, day.note)),
            Err((key, detail)) => refuse(key, detail),
        }
    }
    if days.is_empty() && refused.is_empty() {
        refused.push(FieldError::new(
            "line 1",
            "required",
            "the file names no day",
        ));
    }
    if days.len() > MOST {
        return Err(AppError::TooLarge);
    }
    if refused.is_empty() {
        Ok(days)
    } else {
        Err(AppError::Invalid(refused))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> Vec<(String, &'static str)> {
        match read_file(text) {
            Err(AppError::Invalid(errors)) => {
                errors.into_iter().map(|e| (e.field, e.key)).collect()
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_file_is_read_with_and_without_its_header() {
        let plain = "2027-02-06,off,春节\n2027-02-14,班,调休上班\n";
        let days = read_file(plain).unwrap();
        assert_eq!(days.len(), 2);
        assert!(days[0].1 && !days[1].1);
        let headed = format!("\u{feff}day,off,note\r\n{plain}");
        assert_eq!(read_file(&headed).unwrap(), days);
    }

    #[test]
    fn a_file_is_refused_whole_with_line_and_reason() {
        let text = "day,off,note\n2027-02-06,off,春节\n2027-2-7,off,\n2027-02-08,perhaps,\n\
                    2027-02-06,work,\n1999-01-01,off,\n2027-02-09,off,a,b\n";
        let expected = [
            ("line 3", "unreadable_day"),
            ("line 4", "unknown_word"),
            ("line 5", "repeated"),
            ("line 6", "out_of_range"),
            ("line 7", "too_many_columns"),
        ];
        let found = wrong(text);
        let found: Vec<(&str, &str)> = found.iter().map(|(f, k)| (f.as_str(), *k)).collect();
        assert_eq!(found, expected);
        assert_eq!(wrong(""), [("line 1".to_owned(), "required")]);
        assert_eq!(wrong("day,off,note\n").len(), 1);
    }
}
