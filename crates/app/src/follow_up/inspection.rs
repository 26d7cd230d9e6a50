//! 检查与拨测 (R118): 普查, 抽查, 明查, 暗访 as records with a result and a finding. Who is looked at does not read
//! that it will be.

use crate::App;
use crate::case::CommandKey;
use crate::error::AppError;
use crate::office::allow;
use crate::view::{InspectionOrder, InspectionView, Inspections};
use domain::id::UnitId;
use domain::right::{Action, Actor, Resource, may};
use store::{FollowUpRecord, InspectionRow, Record};

const ROWS: i64 = 200;

impl App {
    /// Inspections, the latest first.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], the store's.
    pub async fn inspections(&self, actor: &Actor) -> Result<Inspections, AppError> {
        allow(actor, Action::ReadInspections)?;
        let rows = self.inner.store.inspections(ROWS).await?;
        Ok(Inspections {
            items: rows
                .into_iter()
                .map(|row| self.inspection_view(row))
                .collect(),
            may_inspect: may(actor, Action::Inspect, Resource::default()),
        })
    }

    /// Plans an inspection, says what came of it, or drops it. What is ended stays as it is.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Invalid`], the store's.
    pub async fn change_inspection(
        &self,
        actor: &Actor,
        order: &InspectionOrder,
        key: &CommandKey,
    ) -> Result<InspectionView, AppError> {
        allow(actor, Action::Inspect)?;
        let _turn = self.inner.office.lock().await;
        if let Some(answer) = self.answered(key).await? {
            return Ok(answer);
        }
        let (row, action) = match order {
            InspectionOrder::Plan {
                kind,
                way,
                unit,
                subject,
                planned_at,
            } => {
                one_of("kind", kind, &["census", "sample", "open", "covert"])?;
                one_of("way", way, &["call", "visit", "record"])?;
                let engine = self.inner.engine.load();
                let desk = unit == self.rules().desk_unit.as_str();
                if !desk && engine.unit(&UnitId::new(unit.as_str())).is_none() {
                    let detail = format!("no unit {unit}");
                    return Err(AppError::field("unit", "unknown_unit", detail));
                }
                let row = InspectionRow {
                    id: self.new_id(),
                    kind: kind.clone(),
                    way: way.clone(),
                    unit: unit.clone(),
                    subject: words("subject", subject, 500)?,
                    planned_at: *planned_at,
                    state: "planned".to_owned(),
                    made_at: self.now(),
                    made_by: actor.name.clone(),
                    ..InspectionRow::default()
                };
                (row, "plan_inspection")
            }
            InspectionOrder::End {
                id,
                result,
                finding,
                case_no,
            } => {
                one_of("result", result, &["passed", "faults", "failed"])?;
                let mut row = self.planned(id).await?;
                row.finding = words("finding", finding, 2_000)?;
                if !case_no.trim().is_empty() {
                    let draft = self
                        .load(case_no.trim())
                        .await
                        .map_err(|error| match error {
                            AppError::NotFound => {
                                AppError::field("case_no", "unknown_case", "no case of this number")
                            }
                            other => other,
                        })?;
                    row.case_no.clone_from(&draft.after.no);
                }
                row.result.clone_from(result);
                "done".clone_into(&mut row.state);
                (self.inspection_ended(actor, row), "end_inspection")
            }
            InspectionOrder::Drop { id, reason } => {
                let mut row = self.planned(id).await?;
                row.finding = words("reason", reason, 500)?;
                "dropped".clone_into(&mut row.state);
                (self.inspection_ended(actor, row), "drop_inspection")
            }
        };
        let audit = self.audit_row(actor, action, &row.id, "");
        let view = self.inspection_view(row.clone());
        let records = vec![Record::FollowUp(FollowUpRecord::Inspection(row)), audit];
        self.record(key, view, records, Vec::new()).await
    }

    async fn planned(&self, id: &str) -> Result<InspectionRow, AppError> {
        if id.contains('\0') {
            return Err(AppError::NotFound);
        }
        let row = self.inner.store.inspection(id).await?;
        let row = row.ok_or(AppError::NotFound)?;
        if row.state == "planned" {
            Ok(row)
        } else {
            Err(AppError::field("id", "ended", "it is ended already"))
        }
    }

    fn inspection_ended(&self, actor: &Actor, mut row: InspectionRow) -> InspectionRow {
        row.done_at = Some(self.now());
        row.done_by.clone_from(&actor.name);
        row
    }

    fn inspection_view(&self, row: InspectionRow) -> InspectionView {
        InspectionView {
            unit_name: self.unit_name(&row.unit),
            id: row.id,
            kind: row.kind,
            way: row.way,
            unit: row.unit,
            subject: row.subject,
            planned_at: row.planned_at,
            state: row.state,
            result: row.result,
            finding: row.finding,
            case_no: row.case_no,
            made_by: row.made_by,
            done_at: row.done_at,
            done_by: row.done_by,
        }
    }
}

fn one_of(field: &str, word: &str, words: &[&str]) -> Result<(), AppError> {
    if words.contains(&word) {
        Ok(())
    } else {
        Err(AppError::field(field, "unknown", words.join(", ")))
    }
}

fn words(field: &str, text: &str, most: usize) -> Result<String, AppError> {
    let text = text.trim();
    if (2..=most).contains(&text.chars().count()) && !text.contains('\0') {
        Ok(text.to_owned())
    } else {
        let detail = format!("2 to {most} characters");
        Err(AppError::field(field, "text_length", detail))
    }
}
