//! The detectors over the record (R34, R38, R83), and what people made of their findings.

use super::sees_every;
use crate::App;
use crate::case::CommandKey;
use crate::error::AppError;
use crate::office::{allow, reason};
use crate::view::{DetectorRate, FindingView, Findings, ProofView};
use domain::case::{Case, Event, LegRole, LegState};
use domain::id::UnitId;
use domain::right::{Action, Actor, mask_text};
use domain::supervision::detect::{Detector, Hit, Proof, Watch, copied};
use domain::text;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::{Change, Record, SettingRow, SupervisionFindingRow, SupervisionRecord};
use triage::{Narrative, Sketch};

/// The setting that holds when detectors last looked, and what at.
pub(super) const DETECTED: &str = "supervision_detected";
/// How far back they look, milliseconds: ninety days.
const BACK: i64 = 90 * 86_400_000;
/// How alike two replies are that say the same.
const ALIKE: f32 = 0.7;
/// Replies of one unit that are compared, the youngest.
const REPLIES: usize = 300;
/// Cases of one step of the walk.
const STEP: i64 = 200;
/// Findings shown at the most.
const SHOWN: i64 = 300;

/// What the last look came to, as its setting keeps it behind the day.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Looked {
    at: i64,
    cases: i64,
    came_back: u32,
    handed_over: u32,
}

impl App {
    /// Looks through the cases of the last ninety days; says how many findings are new.
    ///
    /// # Errors
    /// The store's. What was found before stays.
    pub async fn detect(&self) -> Result<u64, AppError> {
        let now = self.now();
        let allowed = self.allowed_replies();
        let mut watch = Watch::default();
        let mut replies: BTreeMap<UnitId, Vec<(Proof, Sketch)>> = BTreeMap::new();
        let (mut after, mut cases) = (String::new(), 0_i64);
        loop {
            let rows = self.inner.store.cases_after(&after, STEP).await?;
            let Some(last) = rows.last() else { break };
            after.clone_from(&last.id);
            for row in rows.iter().filter(|row| row.updated_at >= now - BACK) {
                // One that cannot be read holds up no other; `verify` names it.
                let Ok(case) = text::read_case(&row.state) else {
                    continue;
                };
                cases += 1;
                watch.look(&case);
                if let Some((unit, reply)) = reply_of(&case, &allowed) {
                    replies.entry(unit).or_default().push(reply);
                }
            }
            tokio::task::yield_now().await;
        }
        let (came_back, handed_over) = watch.backflow();
        let mut hits = watch.hits();
        for (unit, mut said) in replies {
            let many = said.len().saturating_sub(REPLIES);
            let said = said.split_off(many);
            let (proofs, sketches): (Vec<Proof>, Vec<Sketch>) = said.into_iter().unzip();
            let alike = |a: usize, b: usize| match (sketches.get(a), sketches.get(b)) {
                (Some(a), Some(b)) => a.likeness(b) >= ALIKE,
                _ => false,
            };
            hits.extend(copied(&unit, &proofs, alike));
        }
        let looked = Looked {
            at: now,
            cases,
            came_back,
            handed_over,
        };
        self.keep(hits, &looked).await
    }

    /// The texts of the list, which any unit may send.
    fn allowed_replies(&self) -> Vec<Sketch> {
        let engine = self.inner.engine.load();
        let texts = engine.list().replies.iter();
        texts
            .filter_map(|reply| Sketch::of(Narrative::new(&reply.text).chars()))
            .collect()
    }

    /// Puts the unit's own words to a proof, with when they were said: why it gave the case back, why
    /// it wanted more time, what it answered without having reached anybody. The state of a case has
    /// forgotten them by then; the log has not.
    async fn quote(&self, detector: Detector, proof: &mut Proof) -> Result<(), AppError> {
        let Some(leg) = proof.leg.clone().filter(|_| proof.words.is_empty()) else {
            return Ok(());
        };
        let mut after = 0;
        loop {
            let rows = self
                .inner
                .store
                .events(proof.case.as_str(), after, STEP)
                .await?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            after = last.case_seq;
            for row in &rows {
                let said = match text::read_event(&row.body) {
                    Ok(Event::ReturnAsked { leg: of, reason })
                        if detector == Detector::PassingTheBuck && of == leg =>
                    {
                        reason
                    }
                    Ok(Event::ExtensionAsked {
                        leg: of, reason, ..
                    }) if detector == Detector::RoutineExtension && of == leg => reason,
                    Ok(Event::ResultGiven {
                        leg: of,
                        public_reply,
                        ..
                    }) if detector == Detector::NoContact && of == leg => public_reply,
                    _ => continue,
                };
                // The last time counts: what was asked first may have been refused.
                proof.words = mask_text(&said);
                proof.at = Some(row.at);
            }
        }
    }

    /// Keeps what is new and brings what is still open up to date; what a person decided stays.
    async fn keep(&self, hits: Vec<Hit>, looked: &Looked) -> Result<u64, AppError> {
        let mut records = Vec::new();
        let mut new = 0;
        for mut hit in hits {
            // What is about a unit alone is a finding of its month.
            let subject = hit.case.as_ref().map_or_else(
                || {
                    let day = self.inner.calendar.load().day_stamp(looked.at);
                    day.chars().take(6).collect()
                },
                ToString::to_string,
            );
            let id = format!("{}.{}.{subject}", hit.detector.as_str(), hit.unit);
            let known = self.inner.store.finding(&id).await?;
            if known.as_ref().is_some_and(|row| row.state != "open") {
                continue;
            }
            new += u64::from(known.is_none());
            for proof in &mut hit.proofs {
                self.quote(hit.detector, proof).await?;
            }
            records.push(Record::Supervision(SupervisionRecord::Finding(
                SupervisionFindingRow {
                    id,
                    detector: hit.detector.as_str().to_owned(),
                    unit: hit.unit.to_string(),
                    case_id: hit
                        .case
                        .as_ref()
                        .map(ToString::to_string)
                        .unwrap_or_default(),
                    state: "open".to_owned(),
                    found_at: known.map_or(looked.at, |row| row.found_at),
                    decided_at: None,
                    decided_by: String::new(),
                    reason: String::new(),
                    evidence: crate::draft::to_json(&hit)?,
                },
            )));
        }
        let day = self.inner.calendar.load().day_stamp(looked.at);
        records.push(Record::Setting(SettingRow {
            key: DETECTED.to_owned(),
            value: format!("{day} {}", crate::draft::to_json(looked)?),
            at: looked.at,
        }));
        self.inner
            .store
            .append(Change {
                records,
                ..Change::default()
            })
            .await?;
        Ok(new)
    }

    /// What detectors found, with each detector's rate of false alarms so far.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::Invalid`], the store's.
    pub async fn findings(&self, actor: &Actor, state: Option<&str>) -> Result<Findings, AppError> {
        if !sees_every(actor) {
            return Err(AppError::Forbidden);
        }
        let state = state.unwrap_or("open");
        if !["open", "confirmed", "dismissed"].contains(&state) {
            let detail = "open, confirmed or dismissed";
            return Err(AppError::field("state", "unknown", detail));
        }
        let rows = self.inner.store.findings(state, SHOWN).await?;
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            items.push(self.finding_view(row).await?);
        }
        let counts = self.inner.store.finding_counts().await?;
        let of = |detector: Detector, state: &str| {
            counts
                .iter()
                .find(|(name, known, _)| name == detector.as_str() && known == state)
                .map_or(0, |(_, _, count)| *count)
        };
        let looked = self.inner.store.setting(DETECTED).await?;
        let looked: Looked = looked
            .and_then(|row| serde_json::from_str(row.value.split_once(' ')?.1).ok())
            .unwrap_or_default();
        Ok(Findings {
            items,
            rates: Detector::ALL
                .into_iter()
                .map(|detector| DetectorRate {
                    detector: detector.as_str().to_owned(),
                    open: of(detector, "open"),
                    confirmed: of(detector, "confirmed"),
                    dismissed: of(detector, "dismissed"),
                })
                .collect(),
            looked_at: looked.at,
            cases: looked.cases,
            came_back: i64::from(looked.came_back),
            handed_over: i64::from(looked.handed_over),
        })
    }

    async fn finding_view(&self, row: SupervisionFindingRow) -> Result<FindingView, AppError> {
        let hit: Hit = serde_json::from_str(&row.evidence)
            .map_err(|error| AppError::Internal(format!("finding {}: {error}", row.id)))?;
        let ids: Vec<String> = hit
            .proofs
            .iter()
            .map(|proof| proof.case.to_string())
            .chain(hit.case.iter().map(ToString::to_string))
            .collect();
        let cases = self.case_rows(ids.iter()).await?;
        let no = |id: &str| cases.get(id).map(|row| row.no.clone()).unwrap_or_default();
        Ok(FindingView {
            case_no: no(&row.case_id),
            case: (!row.case_id.is_empty()).then_some(row.case_id),
            unit_name: self.unit_name(&row.unit),
            unit: row.unit,
            id: row.id,
            detector: row.detector,
            state: row.state,
            found_at: row.found_at,
            decided_at: row.decided_at,
            decided_by: self.account_name(&row.decided_by).await?,
            reason: row.reason,
            count: i64::from(hit.count),
            of: i64::from(hit.of),
            peers_count: hit.peers.map(|(count, _)| i64::from(count)),
            peers_of: hit.peers.map(|(_, of)| i64::from(of)),
            proofs: hit
                .proofs
                .into_iter()
                .map(|proof| ProofView {
                    no: no(proof.case.as_str()),
                    case: proof.case.into_string(),
                    unit_name: proof
                        .unit
                        .map(|unit| self.unit_name(unit.as_str()))
                        .unwrap_or_default(),
                    at: proof.at,
                    words: proof.words,
                })
                .collect(),
        })
    }

    /// Confirms or dismisses a finding, with a reason that stays.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Invalid`], the store's.
    pub async fn judge_finding(
        &self,
        actor: &Actor,
        id: &str,
        confirmed: bool,
        why: &str,
        key: &CommandKey,
    ) -> Result<FindingView, AppError> {
        allow(actor, Action::Supervise)?;
        if let Some(view) = self.answered(key).await? {
            return Ok(view);
        }
        let why = reason(why)?;
        if id.contains('\0') {
            return Err(AppError::NotFound);
        }
        let mut row = self
            .inner
            .store
            .finding(id)
            .await?
            .ok_or(AppError::NotFound)?;
        let state = if confirmed { "confirmed" } else { "dismissed" };
        state.clone_into(&mut row.state);
        row.decided_at = Some(self.now());
        row.decided_by = actor.account.to_string();
        row.reason.clone_from(&why);
        let audit = self.audit_row(actor, &format!("finding_{state}"), id, &why);
        let view = self.finding_view(row.clone()).await?;
        let put = Record::Supervision(SupervisionRecord::Finding(row));
        self.record(key, view, vec![put, audit], Vec::new()).await
    }
}

/// What the lead told the citizen, unless it is a text of the list that any unit may send.
fn reply_of(case: &Case, allowed: &[Sketch]) -> Option<(UnitId, (Proof, Sketch))> {
    let result = case.result.as_ref()?;
    let done = |leg: &&domain::case::Leg| leg.role == LegRole::Lead && leg.state == LegState::Done;
    let leg = case.legs.iter().rev().find(done)?;
    let sketch = Sketch::of(Narrative::new(&result.public_reply).chars())?;
    if allowed.iter().any(|text| text.likeness(&sketch) >= ALIKE) {
        return None;
    }
    let proof = Proof {
        case: case.id.clone(),
        no: case.no.clone(),
        leg: Some(leg.id.clone()),
        unit: Some(leg.unit.clone()),
        at: Some(result.at),
        words: mask_text(&result.public_reply),
    };
    Some((leg.unit.clone(), (proof, sketch)))
}
