//! A measure of supervision on paper (R82): number, basis, demand and date are the measure's own, so
//! that two printings of it say the same. A meeting that was held is printed as its minutes.

use super::words::{rule, span_words, word};
use super::{PDF, Paper, moment};
use crate::App;
use crate::error::AppError;
use crate::supervision::read_measure;
use ::press::Document;
use ::press::form::{MeasureForm, MeasureSheet, Minutes, MinutesTask};
use domain::clock::DeadlineState;
use domain::right::Actor;
use domain::supervision::{Measure, Rung, Trigger, WatchFlag};
use domain::text;
use store::{CaseRow, Change};

/// Cases that are listed.
const CASES: usize = 20;
/// Measures of a case that are looked through.
const MEASURES: i64 = 500;

impl App {
    /// Prints a measure.
    ///
    /// # Errors
    /// [`AppError::NotFound`], also for one the reader may not know of; [`AppError::NoFont`], the
    /// store's.
    pub async fn measure_paper(&self, actor: &Actor, id: &str) -> Result<Paper, AppError> {
        let measure = self.measure_of(actor, id).await?;
        let document = self.measure_document(actor, &measure).await?;
        let bytes = self.print(document).await?.bytes;
        // A paper leaves the house: the row comes before it does.
        let row = self.audit_row(actor, "print_supervision", measure.id.as_str(), "");
        let change = Change {
            records: vec![row],
            ..Change::default()
        };
        self.store().append(change).await?;
        Ok(Paper {
            name: format!("{}.pdf", measure.no),
            media: PDF,
            bytes,
        })
    }

    /// The last supervision order about a case; none where none was opened.
    pub(super) async fn last_order(&self, case: &str) -> Result<Option<Measure>, AppError> {
        let rows = self.store().measures_about("case", case, MEASURES).await?;
        let mut orders = Vec::new();
        for row in &rows {
            let measure = read_measure(row)?;
            if measure.rung == Rung::Order {
                orders.push(measure);
            }
        }
        Ok(orders.into_iter().max_by_key(|measure| measure.opened_at))
    }

    pub(super) async fn measure_document(
        &self,
        actor: &Actor,
        measure: &Measure,
    ) -> Result<Document, AppError> {
        let calendar = self.inner.calendar.load();
        let wording = &self.config().press.wording;
        let platform = self.config().platform.name.clone();
        let trace = format!(
            "{} · {}（{}） · {} 打印",
            platform,
            actor.name,
            self.unit_name(actor.unit.as_str()),
            calendar.stamp(self.now())
        );
        let ids: Vec<String> = measure.cases.iter().map(ToString::to_string).collect();
        let rows = self.case_rows(ids.iter()).await?;
        let cases: Vec<&CaseRow> = ids
            .iter()
            .filter_map(|id| rows.get(id))
            .take(CASES)
            .collect();
        if let Some(held) = &measure.held {
            let task = |task: &domain::supervision::MeetingTask| MinutesTask {
                text: task.what.clone(),
                unit: self.unit_name(task.unit.as_str()),
                due: calendar.stamp(task.due),
                state: task.done_at.map_or_else(
                    || "办理中".to_owned(),
                    |at| format!("已完成（{}）", calendar.stamp(at)),
                ),
            };
            let minutes = Minutes {
                platform,
                number: measure.no.clone(),
                title: "专题协调会纪要".to_owned(),
                held: self.paper_day(held.at).words(),
                place: String::new(),
                chair: String::new(),
                present: held.present.clone(),
                absent: String::new(),
                recorder: String::new(),
                agenda: cases
                    .iter()
                    .map(|row| format!("{} {}", row.no, row.matter_name))
                    .collect(),
                decisions: paragraphs(&held.minutes),
                tasks: measure.tasks.iter().map(task).collect(),
                day: self.paper_day(held.at),
                trace,
            };
            return Ok(minutes.document(wording));
        }
        let mut missed = Vec::new();
        for row in &cases {
            // One that cannot be read is still listed; `verify` names it.
            let Ok(case) = text::read_case(&row.state) else {
                continue;
            };
            let late = case.deadlines.iter().filter(|deadline| {
                matches!(
                    deadline.state,
                    DeadlineState::Missed
                        | DeadlineState::Met { late: true, .. }
                        | DeadlineState::Paused { missed: true, .. }
                )
            });
            missed.extend(late.map(|deadline| {
                [
                    format!("{} {}", row.no, word(deadline.stage.as_str())),
                    calendar.stamp(deadline.due),
                    rule(&deadline.rule),
                ]
            }));
        }
        let state = |row: &CaseRow| {
            if row.closed_at.is_some() {
                "已结案"
            } else {
                "办理中"
            }
        };
        let basis = &measure.basis;
        let sheet = MeasureSheet {
            platform,
            form: match measure.rung {
                Rung::Urge => MeasureForm::Urge,
                Rung::Order => MeasureForm::Order,
                Rung::Meeting => MeasureForm::Meeting,
                Rung::Interview => MeasureForm::Interview,
                Rung::Bulletin => MeasureForm::Bulletin,
                Rung::Accountability => MeasureForm::Accountability,
            },
            number: measure.no.clone(),
            unit: self.unit_name(measure.unit.as_str()),
            basis: if basis.rule.is_empty() {
                format!("“{}”", basis.source)
            } else {
                format!("“{}”第{}条", basis.source, basis.rule)
            },
            words: basis.words.clone(),
            trigger: basis.trigger.as_ref().map(trigger).unwrap_or_default(),
            skipped: basis.skipped.clone(),
            cases: cases
                .iter()
                .map(|row| {
                    [
                        row.no.clone(),
                        row.matter_name.clone(),
                        state(row).to_owned(),
                    ]
                })
                .collect(),
            missed,
            asks: paragraphs(&measure.asks),
            due: measure
                .due
                .map(|due| moment(&calendar, due))
                .unwrap_or_default(),
            trace,
            day: self.paper_day(measure.opened_at),
        };
        Ok(sheet.document(wording))
    }
}

fn paragraphs(text: &str) -> Vec<String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

const fn rung(rung: Rung) -> &'static str {
    match rung {
        Rung::Urge => "催办",
        Rung::Order => "督办单",
        Rung::Meeting => "协调会",
        Rung::Interview => "约谈",
        Rung::Bulletin => "通报",
        Rung::Accountability => "问责",
    }
}

/// What set a rule off, in words.
fn trigger(trigger: &Trigger) -> String {
    match trigger {
        Trigger::Missed(stage) => format!("{}逾期", word(stage.as_str())),
        Trigger::Returns(times) => format!("退单{times}次"),
        Trigger::Urges(times) => format!("催办{times}次"),
        Trigger::Unanswered(of) => format!("{}逾期未答复", rung(*of)),
        Trigger::SentBack(back) => format!("{}的答复被退回{}次", rung(back.rung), back.times),
        Trigger::Gathered(many) => format!(
            "{}内{}{}次",
            span_words(many.within),
            match many.rung {
                Rung::Urge => "被催办",
                Rung::Order => "被发督办单",
                Rung::Meeting => "被召开协调会",
                Rung::Interview => "被约谈",
                Rung::Bulletin => "被通报",
                Rung::Accountability => "被提请问责",
            },
            many.times
        ),
        Trigger::Flagged(flag) => format!(
            "标记为{}",
            match flag {
                WatchFlag::Special => "特殊",
                WatchFlag::Serious => "重大",
                WatchFlag::Complicated => "复杂",
                WatchFlag::Difficult => "疑难",
                WatchFlag::AtRisk => "离场后仍有风险",
            }
        ),
        Trigger::Backflow => "转出后回流".to_owned(),
        Trigger::Escalated(of) => format!("时限的逐级督促到“{}”一级", rung(*of)),
    }
}
