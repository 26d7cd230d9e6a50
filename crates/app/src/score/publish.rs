//! Publications: a period is frozen with everything its digits depend on, and can be counted again
//! from the log at any time (law 9).

use super::count::{Basis, Count, Fact};
use super::rule::bound;
use super::{gone, period, show};
use crate::App;
use crate::case::CommandKey;
use crate::error::AppError;
use crate::office::{allow, reason};
use crate::view::{PublicationHead, PublicationView, PublishOrder, RecountView};
use domain::right::{Action, Actor};
use insight::{RuleText, Sheet};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use store::{Record, ScorePublicationRow, ScoreRecord};
use tokio::sync::mpsc;

/// A rule text as it is kept.
#[derive(Debug, Serialize, Deserialize)]
struct KeptText {
    name: String,
    text: String,
}

/// The digest of what a publication keeps.
fn digest(rules: &str, basis: &str, sheet: &str) -> String {
    let mut hash = Sha256::new();
    for part in [rules, basis, sheet] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    crate::chance::hex(&hash.finalize())
}

pub(super) fn head(row: &ScorePublicationRow) -> PublicationHead {
    PublicationHead {
        id: row.id.clone(),
        scheme: row.scheme.clone(),
        version: row.version,
        period: row.period.clone(),
        pos: row.pos,
        digest: row.digest.clone(),
        published_at: row.published_at,
        published_by: row.published_by.clone(),
        reason: row.reason.clone(),
    }
}

impl App {
    /// Freezes a period that is over and publishes it. What becomes known afterwards, a later
    /// decision or another formula, changes nothing of it.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`] without such a scheme, [`AppError::Invalid`]
    /// for a period that is not over or not the scheme's, the store's.
    pub async fn publish_scores(
        &self,
        actor: &Actor,
        order: &PublishOrder,
        key: &CommandKey,
    ) -> Result<PublicationHead, AppError> {
        allow(actor, Action::PublishScores)?;
        if let Some(done) = self.answered(key).await? {
            return Ok(done);
        }
        let why = reason(&order.reason)?;
        let period = period(&order.period)?;
        let _turn = self.inner.office.lock().await;
        let held = self.rules_held().await?;
        let scheme = held.book.scheme(&order.scheme).ok_or(AppError::NotFound)?;
        if !scheme.periods.contains(&period.kind) {
            let detail = "this scheme is for other periods";
            return Err(AppError::field("period", "other_period", detail));
        }
        if period.to > self.now() {
            let detail = "a period is published when it is over";
            return Err(AppError::field("period", "not_over", detail));
        }
        let version = i64::from(scheme.version);
        let name = scheme.id.clone();
        let count = self.count_now(period.clone()).await?;
        // The very texts the book was bound from, so that it can be bound again.
        let kept: Vec<KeptText> = held
            .texts
            .iter()
            .map(|text| KeptText {
                name: text.name.clone(),
                text: text.text.clone(),
            })
            .collect();
        let count = Count {
            book: Arc::clone(&held.book),
            ..count
        };
        let asked = name.clone();
        let sheet = self
            .counted(&count, move |count, facts| count.sheet(&asked, facts))
            .await?;
        let rules = crate::draft::to_json(&kept)?;
        let basis = crate::draft::to_json(&count.basis)?;
        let sheet = crate::draft::to_json(&sheet)?;
        let row = ScorePublicationRow {
            id: self.new_id(),
            scheme: name,
            version,
            period: period.name,
            pos: count.pos,
            digest: digest(&rules, &basis, &sheet),
            rules,
            basis,
            sheet,
            published_at: self.now(),
            published_by: actor.name.clone(),
            reason: why.clone(),
        };
        let resource = format!("score_publication/{}", row.id);
        // The digest stands in the chained trail, too: a sheet that is changed shows.
        let detail = serde_json::json!({
            "scheme": row.scheme, "version": row.version, "period": row.period, "pos": row.pos,
            "digest": row.digest,
        });
        let audit = self.audit_detailed(actor, "publish_scores", &resource, &why, &detail);
        let done = head(&row);
        let records = vec![Record::Score(ScoreRecord::Publication(row)), audit];
        self.record(key, done, records, Vec::new()).await
    }

    async fn publication(&self, id: &str) -> Result<ScorePublicationRow, AppError> {
        if id.contains('\0') {
            return Err(AppError::NotFound);
        }
        let row = self.inner.store.score_publication(id).await?;
        row.ok_or(AppError::NotFound)
    }

    /// A publication, whole.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], the store's.
    pub async fn score_publication(
        &self,
        actor: &Actor,
        id: &str,
    ) -> Result<PublicationView, AppError> {
        allow(actor, Action::ReadScores)?;
        let row = self.publication(id).await?;
        let sheet: Sheet = serde_json::from_str(&row.sheet).map_err(gone)?;
        Ok(PublicationView {
            head: head(&row),
            sheet: show::sheet_view(sheet, row.pos),
        })
    }

    /// What a publication was counted over: its rules, its basis, its position.
    pub(super) async fn published_count(&self, id: &str) -> Result<Count, AppError> {
        count_of(&self.publication(id).await?)
    }

    /// Counts a publication again: every case folded from the log up to the publication's position,
    /// by the rules and decisions that held then.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], the store's. What differs is no error but
    /// the answer.
    pub async fn recount_publication(
        &self,
        actor: &Actor,
        id: &str,
    ) -> Result<RecountView, AppError> {
        allow(actor, Action::ReadScores)?;
        self.recount(id).await
    }

    /// As [`App::recount_publication`], for whoever sits at the machine itself.
    ///
    /// # Errors
    /// [`AppError::NotFound`], the store's.
    pub async fn recount(&self, id: &str) -> Result<RecountView, AppError> {
        let row = self.publication(id).await?;
        let kept = digest(&row.rules, &row.basis, &row.sheet) == row.digest;
        let count = count_of(&row)?;
        let (send, receive) = mpsc::channel(4);
        let own = count.clone();
        let scheme = row.scheme.clone();
        let counting = tokio::task::spawn_blocking(move || own.sheet(&scheme, receive));
        let read = self.send_log(&count, send).await;
        let sheet = counting.await.map_err(gone)?;
        read?;
        let sheet = sheet?;
        let again = crate::draft::to_json(&sheet)?;
        let now = digest(&row.rules, &row.basis, &again);
        let differs = if again == row.sheet {
            (!kept).then(|| "digest".to_owned())
        } else {
            let before: Option<Sheet> = serde_json::from_str(&row.sheet).ok();
            Some(before.map_or_else(|| "sheet".to_owned(), |before| difference(&before, &sheet)))
        };
        Ok(RecountView {
            id: row.id,
            same: kept && differs.is_none() && now == row.digest,
            kept,
            digest: now,
            published: row.digest,
            cases: sheet.cases,
            differs,
        })
    }

    /// All publications, the oldest first.
    ///
    /// # Errors
    /// The store's.
    pub async fn publications(&self) -> Result<Vec<PublicationHead>, AppError> {
        let rows = self.inner.store.score_publications().await?;
        Ok(rows.iter().map(head).collect())
    }

    /// Sends the facts of the cases a period may count, folded from the log and from nothing else.
    async fn send_log(&self, count: &Count, send: mpsc::Sender<Vec<Fact>>) -> Result<(), AppError> {
        let mut after = String::new();
        loop {
            let rows = self.inner.store.cases_after(&after, 200).await?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            after.clone_from(&last.id);
            let mut page = Vec::new();
            for row in rows {
                // Later than the period, or at rest since before it: nothing of it can count.
                if row.opened_at >= count.period.to || row.updated_at < count.period.from {
                    continue;
                }
                if let Some(facts) = self.facts_from_log(&row.id, count.pos).await? {
                    page.push(Fact::Folded(Box::new(facts)));
                }
            }
            if send.send(page).await.is_err() {
                return Ok(());
            }
        }
    }
}

fn count_of(row: &ScorePublicationRow) -> Result<Count, AppError> {
    let kept: Vec<KeptText> = serde_json::from_str(&row.rules).map_err(gone)?;
    let texts: Vec<RuleText> = kept
        .into_iter()
        .map(|text| RuleText {
            name: text.name,
            text: text.text,
        })
        .collect();
    let basis: Basis = serde_json::from_str(&row.basis).map_err(gone)?;
    Ok(Count {
        book: Arc::new(bound(&texts).map_err(gone)?),
        period: period(&row.period)?,
        basis,
        pos: row.pos,
    })
}

/// The first unit and figure that differ.
fn difference(before: &Sheet, after: &Sheet) -> String {
    for line in &before.lines {
        let other = after
            .lines
            .iter()
            .find(|other| other.subject.unit == line.subject.unit);
        let Some(other) = other else {
            return line.subject.unit.clone();
        };
        for (a, b) in line.figures.iter().zip(&other.figures) {
            if a != b {
                return format!("{}/{}", line.subject.unit, a.metric);
            }
        }
        if line != other {
            return format!("{}/score", line.subject.unit);
        }
    }
    let differs = before.total.iter().zip(&after.total).find(|(a, b)| a != b);
    differs.map_or_else(|| "sheet".to_owned(), |(a, _)| a.metric.clone())
}
