//! The daily list 多次交办未办结 (R81): every open case that was handed out many times, once a day,
//! to be looked into one by one; and the watch list (R119).

use crate::App;
use crate::case::CommandKey;
use crate::error::AppError;
use crate::office::allow;
use crate::view::{DailyLine, DailyList, TickDone, WatchFlagView, WatchLine};
use domain::right::{Action, Actor};
use std::collections::HashMap;
use store::{AppendError, CaseRow, Change, Record, SupervisionRecord, SupervisionTickRow};

/// Lines of a list at the most.
const MOST: i64 = 500;

impl App {
    /// Makes today's list, once. What nobody ticked on the last one is carried over and counted.
    pub(super) async fn make_daily(&self) -> Result<(), AppError> {
        let day = self.inner.calendar.load().day_stamp(self.now());
        if self.inner.supervision.listed() == day {
            return Ok(());
        }
        let store = &self.inner.store;
        if store.ticks(&day).await?.is_empty() {
            let before: HashMap<String, SupervisionTickRow> =
                match store.tick_day_before(&day).await? {
                    Some(last) => store
                        .ticks(&last)
                        .await?
                        .into_iter()
                        .map(|row| (row.case_id.clone(), row))
                        .collect(),
                    None => HashMap::new(),
                };
            let often = i64::from(self.inner.config.supervision.daily.handed_out);
            let lines = store.handed_often(often, MOST).await?;
            let records = lines.into_iter().map(|(case_id, times, _)| {
                let unticked = before
                    .get(&case_id)
                    .filter(|row| row.ticked_at.is_none())
                    .map_or(0, |row| row.carried + 1);
                Record::Supervision(SupervisionRecord::Listed(SupervisionTickRow {
                    day: day.clone(),
                    case_id,
                    times,
                    carried: unticked,
                    ..SupervisionTickRow::default()
                }))
            });
            let records: Vec<Record> = records.collect();
            if !records.is_empty() {
                let change = Change {
                    records,
                    ..Change::default()
                };
                match store.append(change).await {
                    // Another process made it.
                    Ok(_) | Err(AppendError::Duplicate { .. }) => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
        self.inner.supervision.list_made(&day);
        Ok(())
    }

    /// A day's list; today's without one.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::Invalid`], the store's.
    pub async fn daily_list(
        &self,
        actor: &Actor,
        day: Option<&str>,
    ) -> Result<DailyList, AppError> {
        allow(actor, Action::ReadSupervision)?;
        let today = self.inner.calendar.load().day_stamp(self.now());
        let day = day.unwrap_or(&today);
        if day.len() != 8 || !day.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(AppError::field("day", "unreadable", "a day as 20261128"));
        }
        let rows = self.inner.store.ticks(day).await?;
        let cases = self.case_rows(rows.iter().map(|row| &row.case_id)).await?;
        let lines = rows.into_iter().filter_map(|row| {
            let case = cases.get(&row.case_id)?;
            Some(DailyLine {
                case: self.brief(actor, case, None),
                times: row.times,
                carried: row.carried,
                sentence: row.sentence,
                ticked_at: row.ticked_at,
                ticked_by: row.ticked_by,
            })
        });
        let mut lines: Vec<DailyLine> = lines.collect();
        for line in &mut lines {
            line.ticked_by = self.account_name(&line.ticked_by).await?;
        }
        Ok(DailyList {
            day: day.to_owned(),
            today: day == today,
            handed_out: i64::from(self.inner.config.supervision.daily.handed_out),
            lines,
        })
    }

    /// Ticks a line of today's list with a sentence about what was found.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`] for a case that is not on it, the store's.
    pub async fn tick(
        &self,
        actor: &Actor,
        case: &str,
        sentence: &str,
        key: &CommandKey,
    ) -> Result<TickDone, AppError> {
        allow(actor, Action::Supervise)?;
        if let Some(done) = self.answered(key).await? {
            return Ok(done);
        }
        let length = sentence.trim().chars().count();
        if !(2..=500).contains(&length) || sentence.contains('\0') {
            let detail = "2 to 500 characters";
            return Err(AppError::field("sentence", "text_length", detail));
        }
        let day = self.inner.calendar.load().day_stamp(self.now());
        let rows = self.inner.store.ticks(&day).await?;
        let row = rows.into_iter().find(|row| row.case_id == case);
        let row = row.ok_or(AppError::NotFound)?;
        let done = TickDone {
            case: row.case_id.clone(),
            day: day.clone(),
            ticked_at: self.now(),
        };
        let ticked = SupervisionRecord::Ticked {
            day,
            case_id: row.case_id,
            sentence: sentence.trim().to_owned(),
            at: done.ticked_at,
            by: actor.account.to_string(),
        };
        let resource = format!("case/{case}");
        let audit = self.audit_row(actor, "tick", &resource, sentence.trim());
        let records = vec![Record::Supervision(ticked), audit];
        self.record(key, done, records, Vec::new()).await
    }

    /// The cases that are watched until their end.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], the store's.
    pub async fn watch_list(&self, actor: &Actor) -> Result<Vec<WatchLine>, AppError> {
        allow(actor, Action::ReadSupervision)?;
        let flags = self.inner.store.watch_flags(MOST).await?;
        let cases = self.case_rows(flags.iter().map(|row| &row.case_id)).await?;
        let mut lines: Vec<WatchLine> = Vec::new();
        for row in flags {
            let flag = WatchFlagView {
                by: self.account_name(&row.flagged_by).await?,
                flag: row.flag,
                reason: row.reason,
                at: row.at,
            };
            if let Some(line) = lines.iter_mut().find(|line| line.case.id == row.case_id) {
                line.flags.push(flag);
            } else if let Some(case) = cases.get(&row.case_id) {
                lines.push(WatchLine {
                    case: self.brief(actor, case, None),
                    flags: vec![flag],
                });
            }
        }
        Ok(lines)
    }

    /// Case rows by id.
    pub(crate) async fn case_rows(
        &self,
        ids: impl Iterator<Item = &String>,
    ) -> Result<HashMap<String, CaseRow>, AppError> {
        let mut ids: Vec<String> = ids.cloned().collect();
        ids.sort_unstable();
        ids.dedup();
        let mut found = HashMap::new();
        for some in ids.chunks(200) {
            for row in self.inner.store.cases(some).await? {
                found.insert(row.id.clone(), row);
            }
        }
        Ok(found)
    }

    /// The name behind an account, as others see it; what it is called where there is none.
    pub(super) async fn account_name(&self, account: &str) -> Result<String, AppError> {
        if account.is_empty() {
            return Ok(String::new());
        }
        let row = self.inner.store.account(account).await?;
        Ok(row.map_or_else(|| account.to_owned(), |row| row.name))
    }
}
