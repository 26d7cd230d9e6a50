//! What is asked of a score: exclusions 剔除, appeals 申诉, figures no case shows. Somebody asks with
//! evidence, somebody else decides with a reason; both stay.

use super::{period, show};
use crate::App;
use crate::case::CommandKey;
use crate::case::involved;
use crate::error::AppError;
use crate::office::{allow, reason};
use crate::view::{ClaimDecision, ClaimOrder, ClaimView};
use domain::case::Case;
use domain::right::{Action, Actor, Resource, may, sees_all};
use insight::metric::Shape;
use insight::number::rounded;
use store::{Record, ScoreClaimRow, ScoreRecord};

/// Grounds of an exclusion; an appeal that is upheld is the fifth.
const GROUNDS: [&str; 4] = ["malicious", "out_of_scope", "court_bound", "duplicate"];

impl App {
    /// What was asked, the newest first; who does not see the whole platform sees what concerns the
    /// own unit.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], the store's.
    pub async fn score_claims(&self, actor: &Actor) -> Result<Vec<ClaimView>, AppError> {
        allow(actor, Action::ReadScores)?;
        let all = sees_all(actor);
        let rows = self.inner.store.score_claims().await?;
        let seen: Vec<ScoreClaimRow> = rows
            .into_iter()
            .rev()
            .filter(|row| {
                all || row.unit == actor.unit.as_str() || row.asked_by == actor.account.as_str()
            })
            .collect();
        let mut ids: Vec<String> = seen
            .iter()
            .map(|row| row.case_id.clone())
            .filter(|id| !id.is_empty())
            .collect();
        ids.sort_unstable();
        ids.dedup();
        let cases = if ids.is_empty() {
            Vec::new()
        } else {
            self.inner.store.cases(&ids).await?
        };
        Ok(seen
            .into_iter()
            .map(|row| {
                let case = cases.iter().find(|case| case.id == row.case_id);
                let no = case.map(|case| case.no.clone()).unwrap_or_default();
                self.claim_view(actor, row, no)
            })
            .collect())
    }

    fn claim_view(&self, actor: &Actor, row: ScoreClaimRow, no: String) -> ClaimView {
        let unit_name = if row.unit.is_empty() {
            String::new()
        } else {
            self.unit_name(&row.unit)
        };
        ClaimView {
            id: row.id,
            kind: row.kind,
            ground: row.ground,
            case: row.case_id,
            no,
            unit: row.unit,
            unit_name,
            metric: row.metric,
            period: row.period,
            figure: row.figure,
            reason: row.reason,
            evidence: row.evidence,
            asked_at: row.asked_at,
            own: row.asked_by == actor.account.as_str(),
            asked_by: row.asked_name,
            state: row.state,
            decided_at: row.decided_at,
            decided_by: row.decided_name,
            decision: row.decision,
        }
    }

    /// Asks.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Invalid`], the store's.
    pub async fn ask_score(
        &self,
        actor: &Actor,
        order: &ClaimOrder,
        key: &CommandKey,
    ) -> Result<ClaimView, AppError> {
        if let Some(done) = self.answered(key).await? {
            return Ok(done);
        }
        let mut row = ScoreClaimRow {
            id: self.new_id(),
            asked_at: self.now(),
            asked_by: actor.account.to_string(),
            asked_name: actor.name.clone(),
            state: "asked".to_owned(),
            ..ScoreClaimRow::default()
        };
        let mut no = String::new();
        let said = match order {
            ClaimOrder::Exclusion {
                case,
                ground,
                reason,
                evidence,
            } => {
                let case = self.claimed(actor, case).await?;
                // Leaving a case out of everybody's figures is the whole platform's business.
                allow(actor, Action::AskExclusion)?;
                if !GROUNDS.contains(&ground.as_str()) {
                    return Err(AppError::field("ground", "unknown", GROUNDS.join(", ")));
                }
                "exclusion".clone_into(&mut row.kind);
                row.ground.clone_from(ground);
                row.case_id = case.id.to_string();
                no = case.no;
                (reason, evidence)
            }
            ClaimOrder::Appeal {
                case,
                metric,
                reason,
                evidence,
            } => {
                let case = self.claimed(actor, case).await?;
                if !involved(&case).contains(&actor.unit) {
                    let detail = "the own unit has no part in this case";
                    return Err(AppError::field("case", "not_involved", detail));
                }
                if !metric.is_empty() && self.rules_held().await?.book.metric(metric).is_none() {
                    return Err(AppError::field(
                        "metric",
                        "unknown",
                        "there is no such metric",
                    ));
                }
                "appeal".clone_into(&mut row.kind);
                "appeal".clone_into(&mut row.ground);
                row.case_id = case.id.to_string();
                row.unit = actor.unit.to_string();
                row.metric.clone_from(metric);
                no = case.no;
                (reason, evidence)
            }
            ClaimOrder::Figure {
                metric,
                period: named,
                unit,
                figure,
                reason,
                evidence,
            } => {
                allow(actor, Action::AskExclusion)?;
                let held = self.rules_held().await?;
                let known = held.book.metric(metric);
                if known.is_none_or(|metric| metric.shape != Shape::Recorded) {
                    let detail = "a metric that is recorded by people";
                    return Err(AppError::field("metric", "not_recorded", detail));
                }
                if !unit.is_empty() && !self.subjects().iter().any(|known| known.unit == *unit) {
                    return Err(AppError::field("unit", "unknown", "there is no such unit"));
                }
                let number = show::decimal(figure).ok_or_else(|| {
                    AppError::field("figure", "bad_number", "a decimal, at most 8 places")
                })?;
                "figure".clone_into(&mut row.kind);
                row.metric.clone_from(metric);
                row.period = period(named)?.name;
                row.unit.clone_from(unit);
                row.figure = rounded(number, number.scale().min(8)).to_string();
                (reason, evidence)
            }
        };
        row.reason = reason(said.0)?;
        row.evidence = reason(said.1)
            .map_err(|_| AppError::field("evidence", "text_length", "4 to 500 characters"))?;
        let detail = serde_json::json!({
            "kind": row.kind, "ground": row.ground, "unit": row.unit, "metric": row.metric,
            "period": row.period, "figure": row.figure, "claim": row.id,
        });
        let resource = if row.case_id.is_empty() {
            format!("score_claim/{}", row.id)
        } else {
            row.case_id.clone()
        };
        let audit = self.audit_detailed(actor, "ask_score", &resource, &row.reason, &detail);
        let view = self.claim_view(actor, row.clone(), no);
        let records = vec![Record::Score(ScoreRecord::Claim(row)), audit];
        self.record(key, view, records, Vec::new()).await
    }

    /// The case a claim is about, which whoever asks must know of and may ask about.
    async fn claimed(&self, actor: &Actor, case: &str) -> Result<Case, AppError> {
        let case = self.load(case.trim()).await?.after;
        self.readable(actor, &case)?;
        let units = involved(&case);
        let resource = Resource {
            involved: &units,
            leg: None,
        };
        if may(actor, Action::AskExclusion, resource) {
            Ok(case)
        } else {
            Err(AppError::Forbidden)
        }
    }

    /// Decides on what somebody else asked.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Duties`] for one's own,
    /// [`AppError::Invalid`] for one that was decided, the store's.
    pub async fn decide_claim(
        &self,
        actor: &Actor,
        id: &str,
        order: &ClaimDecision,
        key: &CommandKey,
    ) -> Result<ClaimView, AppError> {
        allow(actor, Action::DecideExclusion)?;
        if let Some(done) = self.answered(key).await? {
            return Ok(done);
        }
        let _turn = self.inner.office.lock().await;
        if id.contains('\0') {
            return Err(AppError::NotFound);
        }
        let row = self
            .inner
            .store
            .score_claim(id)
            .await?
            .ok_or(AppError::NotFound)?;
        if row.asked_by == actor.account.as_str() {
            return Err(AppError::Duties("own_claim"));
        }
        if row.state != "asked" {
            return Err(AppError::field(
                "claim",
                "claim_decided",
                "it was decided before",
            ));
        }
        let why = reason(&order.reason)?;
        let state = if order.uphold { "upheld" } else { "dismissed" };
        let no = if row.case_id.is_empty() {
            String::new()
        } else {
            let case = self.inner.store.case(&row.case_id).await?;
            case.map(|case| case.no).unwrap_or_default()
        };
        let row = ScoreClaimRow {
            state: state.to_owned(),
            decided_at: Some(self.now()),
            decided_by: actor.account.to_string(),
            decided_name: actor.name.clone(),
            decision: why.clone(),
            ..row
        };
        let resource = if row.case_id.is_empty() {
            format!("score_claim/{id}")
        } else {
            row.case_id.clone()
        };
        let detail = serde_json::json!({ "claim": id, "state": state });
        let audit = self.audit_detailed(actor, "decide_score", &resource, &why, &detail);
        let decided = Record::Score(ScoreRecord::ClaimDecided {
            id: id.to_owned(),
            state,
            at: row.decided_at.unwrap_or_default(),
            by: row.decided_by.clone(),
            name: row.decided_name.clone(),
            decision: why,
        });
        let view = self.claim_view(actor, row, no);
        self.record(key, view, vec![decided, audit], Vec::new())
            .await
    }
}
