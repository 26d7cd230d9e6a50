//! A number's past as far as nuisance goes (R29): offered at pick-up, with what it rests on.

use super::digits;
use crate::App;
use crate::draft::Draft;
use crate::error::AppError;
use crate::office::{allow, reason};
use crate::view::{EvidenceCase, EvidencePack, EvidenceStep, NuisanceItem, NuisanceView};
use domain::case::Event;
use domain::nuisance::{Kind, REACH_DAYS, RULE, level, score};
use domain::right::{Action, Actor};
use serde_json::json;
use store::{CaseRow, Change};

/// Contacts of one number looked at, the youngest.
const LOOKED_AT: i64 = 50;
/// Events of one case in an evidence pack.
const STEPS: i64 = 500;
const DAY: i64 = 86_400_000;

impl App {
    /// The contacts of a number in the reach of the score, the youngest first.
    pub(super) async fn rows_of_caller(&self, key: &str) -> Result<Vec<CaseRow>, AppError> {
        let since = self.now() - REACH_DAYS * DAY;
        let store = &self.inner.store;
        Ok(store.recent_by_caller(key, since, LOOKED_AT).await?)
    }

    /// The score of a number's past with every contact it counts. No command reads it.
    pub(super) async fn nuisance(&self, rows: &[CaseRow]) -> Result<NuisanceView, AppError> {
        let now = self.now();
        let closed = rows.iter().filter(|row| row.closed_at.is_some());
        let ids: Vec<String> = closed.map(|row| row.id.clone()).collect();
        let mut past = Vec::new();
        let mut items = Vec::new();
        for row in self.inner.store.cases(&ids).await? {
            let (id, no, at) = (row.id.clone(), row.no.clone(), row.opened_at);
            // One that cannot be read holds up no call.
            let Ok(draft) = Draft::of_row(row) else {
                continue;
            };
            let Some(kind) = Kind::of(&draft.after) else {
                continue;
            };
            past.push((kind, at));
            items.push(NuisanceItem {
                id,
                no,
                at,
                kind,
                points: kind.points_after(now - at),
            });
        }
        let score = score(&past, now);
        Ok(NuisanceView {
            score,
            level: level(score),
            rule: RULE.to_owned(),
            counted: i64::try_from(items.len()).unwrap_or(i64::MAX),
            items: items.into_iter().filter(|item| item.points != 0).collect(),
        })
    }

    /// Everything the platform has of a number's last 90 days, to be printed for whoever has to
    /// decide about it: it leaves the house unmasked, so it needs that right and a reason, and
    /// taking it stays in the audit trail (law 10).
    ///
    /// # Errors
    /// [`AppError::Forbidden`]; [`AppError::Invalid`] for a number that is none or no reason;
    /// [`AppError::NotFound`] if it never called; the store's.
    pub async fn caller_evidence(
        &self,
        actor: &Actor,
        number: &str,
        why: &str,
    ) -> Result<EvidencePack, AppError> {
        allow(actor, Action::Intake)?;
        allow(actor, Action::ExportUnmasked)?;
        let why = reason(why)?;
        let key = self.caller_key(number);
        if key.is_empty() || digits(number).len() > 40 {
            return Err(AppError::field("number", "unreadable", "a whole number"));
        }
        let rows = self.rows_of_caller(&key).await?;
        if rows.is_empty() {
            return Err(AppError::NotFound);
        }
        let nuisance = self.nuisance(&rows).await?;
        let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
        let persons = self.inner.store.persons(&ids).await?;
        let mut cases = Vec::new();
        for row in &rows {
            let person = persons.get(&row.id);
            let said = person.map(|p| p.narrative.clone()).unwrap_or_default();
            cases.push(EvidenceCase {
                id: row.id.clone(),
                no: row.no.clone(),
                opened_at: row.opened_at,
                closed_at: row.closed_at,
                channel: row.channel.clone(),
                outcome: row.outcome.clone(),
                place: row.place.clone(),
                caller_name: person.map(|p| p.caller_name.clone()).unwrap_or_default(),
                narrative: said,
                steps: self.evidence_steps(&row.id).await?,
            });
        }
        let detail = json!({"cases": cases.len(), "score": nuisance.score, "rule": RULE});
        // The trail names the number by its blind index: it is no place for numbers.
        let audit = self.audit_detailed(actor, "caller_evidence", &key, &why, &detail);
        let change = Change {
            records: vec![audit],
            ..Change::default()
        };
        self.inner.store.append(change).await?;
        Ok(EvidencePack {
            number: number.trim().to_owned(),
            from: self.now() - REACH_DAYS * DAY,
            at: self.now(),
            reason: why,
            nuisance,
            cases,
        })
    }

    /// What was decided about a contact, by whom and why: what a nuisance rests on.
    async fn evidence_steps(&self, case: &str) -> Result<Vec<EvidenceStep>, AppError> {
        let events = self.inner.store.events(case, 0, STEPS).await?;
        let steps = events.into_iter().filter_map(|row| {
            let event: Event = serde_json::from_str(&row.body).ok()?;
            let (words, why) = match event {
                Event::DangerRaised { signs, .. } => {
                    let words: Vec<String> = signs.into_iter().map(|sign| sign.words).collect();
                    (words.join("、"), String::new())
                }
                Event::DangerDismissed { rule, reason } => (rule, reason),
                Event::NuisanceMarked { reason } | Event::Cancelled { reason } => {
                    (String::new(), reason)
                }
                Event::Received { .. } | Event::Closed { .. } => (String::new(), String::new()),
                _ => return None,
            };
            Some(EvidenceStep {
                kind: row.kind,
                at: row.at,
                by: row.actor,
                words,
                reason: why,
            })
        });
        Ok(steps.collect())
    }
}
