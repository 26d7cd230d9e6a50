//! Opening a rung: by rule or by hand, never leaving one out without a written reason.

use super::trigger::answerable;
use super::{read_measure, record_of};
use crate::App;
use crate::case::CommandKey;
use crate::draft::{Draft, Meta};
use crate::error::AppError;
use crate::office::{allow, reason};
use crate::view::{MeasureView, NewMeasure};
use domain::case::{Command, Refusal};
use domain::clock::Limit;
use domain::id::{CaseId, MeasureId, UnitId};
use domain::right::{Action, Actor};
use domain::supervision::{Basis, Measure, MeasureState, MeasureStep, Rung};
use store::{AppendError, Change, Record};

/// How long a rung about a unit counts as climbed, milliseconds: a year.
const CLIMBED: i64 = 365 * 86_400_000;
/// Cases one measure may name.
const CASES_MOST: usize = 50;
/// How often it is decided anew when somebody else was faster.
const TRIES: i64 = 16;

/// A rung about to be opened.
pub(super) struct Opening {
    pub(super) rung: Rung,
    pub(super) unit: UnitId,
    pub(super) cases: Vec<String>,
    pub(super) asks: String,
    pub(super) basis: Basis,
}

impl App {
    /// Opens a rung by hand.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::Invalid`], [`AppError::NotFound`] for a case that is not
    /// there, the refusal (`rung_skipped` without a written reason), the store's.
    pub async fn supervise(
        &self,
        actor: &Actor,
        new: &NewMeasure,
        key: &CommandKey,
    ) -> Result<MeasureView, AppError> {
        allow(actor, Action::Supervise)?;
        if let Some(id) = self.answered::<String>(key).await? {
            return self.measure_view(actor, &id).await;
        }
        let rung = Rung::parse(&new.rung)
            .ok_or_else(|| AppError::field("rung", "unknown", "a rung of the ladder"))?;
        let unit = UnitId::new(new.unit.trim());
        if self.inner.engine.load().unit(&unit).is_none() && unit != self.rules().desk_unit {
            let detail = format!("no unit {unit}");
            return Err(AppError::field("unit", "unknown_unit", detail));
        }
        if new.cases.len() > CASES_MOST || (new.cases.is_empty() && rung.about_cases()) {
            return Err(AppError::field("cases", "out_of_range", "1 to 50 cases"));
        }
        let answer_within =
            new.answer_within
                .parse()
                .map_err(|error: domain::clock::LimitError| {
                    AppError::field("answer_within", "unreadable", error.to_string())
                })?;
        let short = |field: &str, text: &str| {
            let text = text.trim();
            let length = text.chars().count();
            if (2..=1_000).contains(&length) && !text.contains('\0') {
                Ok(text.to_owned())
            } else {
                Err(AppError::field(
                    field,
                    "text_length",
                    "2 to 1,000 characters",
                ))
            }
        };
        let skipped = match new.skipped.trim() {
            "" => String::new(),
            said => reason(said)?,
        };
        let opening = Opening {
            rung,
            unit,
            cases: new.cases.clone(),
            asks: short("asks", &new.asks)?,
            basis: Basis {
                rule: String::new(),
                source: short("basis", &new.basis)?,
                words: reason(&new.reason)?,
                skipped,
                trigger: None,
                from: None,
                answer_within,
            },
        };
        let id = self
            .open_measure(actor, opening, Vec::new(), Some(key))
            .await?;
        self.measure_view(actor, id.as_str()).await
    }

    /// Opens a rung: the measure and a fact of each case, in one change.
    pub(super) async fn open_measure(
        &self,
        actor: &Actor,
        opening: Opening,
        mut beside: Vec<Record>,
        key: Option<&CommandKey>,
    ) -> Result<MeasureId, AppError> {
        let _turn = self.inner.supervision.turn.lock().await;
        let id = MeasureId::new(self.new_id());
        let cause = key.cloned().unwrap_or_else(|| {
            let id = format!("supervision/{id}");
            CommandKey {
                digest: id.clone(),
                id,
            }
        });
        beside.push(self.audit_row(
            actor,
            "supervise",
            &format!("supervision/{id}"),
            &opening.basis.words,
        ));
        for _ in 0..TRIES {
            let meta = self.meta(actor, &cause);
            let (prefix, number) = self.next_measure_number(opening.rung, meta.now).await?;
            let (due, _) = self
                .inner
                .calendar
                .load()
                .due(meta.now, Limit::of(opening.basis.answer_within));
            let mut measure = Measure {
                id: id.clone(),
                version: 0,
                no: format!("{prefix}{number:05}"),
                rung: opening.rung,
                unit: opening.unit.clone(),
                cases: Vec::new(),
                asks: opening.asks.clone(),
                basis: opening.basis.clone(),
                state: MeasureState::Issued,
                opened_at: meta.now,
                due: Some(due),
                missed: false,
                answer: String::new(),
                sent_back: 0,
                decision: String::new(),
                held: None,
                tasks: Vec::new(),
                effect: String::new(),
                ended_at: None,
            };
            let drafts = self.grounds(&meta, &mut measure, &opening.cases).await?;
            if !opening.rung.about_cases() {
                self.may_climb(&measure, meta.now).await?;
            }
            let measure = measure.after(&MeasureStep::Opened, meta.now);
            let mut change = if drafts.is_empty() {
                Change::default()
            } else {
                self.change(&meta, drafts, None, None)?.0
            };
            change.records.extend(beside.iter().cloned());
            change.records.push(record_of(
                &measure,
                &MeasureStep::Opened,
                meta.now,
                &meta.actor,
                &meta.unit,
            )?);
            change.records.extend(self.gathering(&measure, meta.now)?);
            if let Some(key) = key {
                change.command = Some(store::CommandKey {
                    id: key.id.clone(),
                    digest: key.digest.clone(),
                    answer: crate::draft::to_json(&id)?,
                });
            }
            match self.put(change).await {
                Ok(()) => {
                    self.inner
                        .supervision
                        .numbers(|numbers| numbers.insert(prefix, number));
                    return Ok(id);
                }
                Err(AppendError::Conflict { .. }) => {}
                // Another process gave this number out.
                Err(AppendError::Duplicate { what }) if what.contains("no") => {
                    self.inner
                        .supervision
                        .numbers(|numbers| numbers.insert(prefix, number));
                }
                Err(AppendError::Repeated { answer }) => {
                    let id: String = serde_json::from_str(&answer)
                        .map_err(|error| AppError::Internal(error.to_string()))?;
                    return Ok(MeasureId::new(id));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(AppError::Unavailable("supervision is too busy".to_owned()))
    }

    /// Appends and wakes the links whose peers hear of it.
    pub(super) async fn put(&self, change: Change) -> Result<(), AppendError> {
        let links: Vec<String> = change.outbox.iter().map(|e| e.link.clone()).collect();
        self.inner.store.append(change).await?;
        for link in links {
            self.wake(&link);
        }
        Ok(())
    }

    /// The cases of a measure: for a rung about cases each of them hears of it; for one about a
    /// unit they are its grounds and hear nothing.
    async fn grounds(
        &self,
        meta: &Meta,
        measure: &mut Measure,
        cases: &[String],
    ) -> Result<Vec<Draft>, AppError> {
        let mut drafts: Vec<Draft> = Vec::new();
        for (n, case) in cases.iter().enumerate() {
            let mut draft = self.load(case).await?;
            let id = draft.after.id.clone();
            if measure.cases.contains(&id) {
                continue;
            }
            measure.cases.push(id);
            if !measure.rung.about_cases() {
                continue;
            }
            // Of several cases the first is the addressee's; the others may be with other units.
            let unit = match n {
                0 => measure.unit.clone(),
                _ => answerable(&draft.after).unwrap_or_else(|| measure.unit.clone()),
            };
            let basis = &measure.basis;
            let reason = if basis.rule.is_empty() {
                format!("{}：{}", basis.source, basis.words)
            } else {
                format!("{} {}：{}", basis.source, basis.rule, basis.words)
            };
            let command = Command::Supervise {
                measure: measure.id.clone(),
                no: measure.no.clone(),
                rung: measure.rung,
                unit,
                rule: basis.rule.clone(),
                reason,
                skipped: basis.skipped.clone(),
                due: measure.due.unwrap_or(meta.now),
            };
            self.apply(meta, &mut draft, &command)?;
            drafts.push(draft);
        }
        Ok(drafts)
    }

    /// As for a case, for a unit: one of a rung at a time, and none left out without a reason.
    async fn may_climb(&self, measure: &Measure, now: i64) -> Result<(), AppError> {
        let store = &self.inner.store;
        let (unit, rung) = (measure.unit.as_str(), measure.rung);
        if store.measures_running(unit, rung.as_str()).await? > 0 {
            let running = store.measures_about("unit", unit, 200).await?;
            let no = running
                .iter()
                .find(|row| row.rung == rung.as_str() && row.ended_at.is_none())
                .map(|row| row.no.clone());
            return Err(Refusal::SupervisedAlready(no.unwrap_or_default()).into());
        }
        let Some(below) = rung.before() else {
            return Ok(());
        };
        let climbed = store
            .measures_since(unit, below.as_str(), now - CLIMBED)
            .await?;
        if climbed > 0 || !measure.basis.skipped.trim().is_empty() {
            return Ok(());
        }
        // A task of a meeting is the meeting, for the unit that had to do it.
        let about = store.measures_about("unit", unit, 200).await?;
        let tasked = about
            .iter()
            .filter(|row| row.rung == below.as_str() && row.opened_at >= now - CLIMBED)
            .filter_map(|row| read_measure(row).ok())
            .any(|known| known.tasks.iter().any(|task| task.unit == measure.unit));
        if tasked {
            Ok(())
        } else {
            Err(Refusal::RungSkipped(below.as_str()).into())
        }
    }

    /// What a number of this rung begins with this year, and the next one.
    async fn next_measure_number(&self, rung: Rung, now: i64) -> Result<(String, i64), AppError> {
        let year = self.inner.calendar.load().day_of(now).year();
        let prefix = format!("{}-{year}-", rung.letters());
        let known = self
            .inner
            .supervision
            .numbers(|numbers| numbers.get(&prefix).copied());
        let last = match known {
            Some(last) => last,
            None => {
                self.inner
                    .store
                    .measure_numbers(&format!("{prefix}%"))
                    .await?
            }
        };
        Ok((prefix, last + 1))
    }
}

/// Case ids as text.
pub(super) fn case_ids(cases: &[CaseId]) -> Vec<String> {
    cases.iter().map(ToString::to_string).collect()
}
