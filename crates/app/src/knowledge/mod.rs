//! Knowledge 知识库 (R92): one question, one answer, the same from every seat.
//!
//! An article is written by one person and approved by another, published, and holds for as long
//! as it says. Answers that are given are counted, and whoever finds one wrong says so.

mod order;
mod shelf;

pub(crate) use shelf::KnowledgeRoom;

use crate::App;
use crate::case::CommandKey;
use crate::error::AppError;
use crate::office::{allow, reason};
use crate::view::{
    KnowledgeArticle, KnowledgeBrief, KnowledgePage, KnowledgeRevision, KnowledgeStep,
    KnowledgeText, KnowledgeUse, KnowledgeUsed, KnowledgeWrong,
};
use domain::right::{Action, Actor, Resource, may};
use jiff::civil::Date;
use std::collections::HashMap;
use store::{AuditFilter, KnowledgeRecord, KnowledgeRow, KnowledgeUseRow, Record};

/// Articles read for a list.
const READ: i64 = 20_000;
/// Articles shown of it.
const SHOWN: usize = 200;
/// Revisions of an article, and lines of its history, that are shown.
const REVISIONS: i64 = 50;
/// How long a use counts for the list, milliseconds.
const RECENT: i64 = 30 * 86_400_000;

/// Which articles.
#[derive(Debug, Clone, Default)]
pub struct KnowledgeQuery {
    /// Words in the title or the keywords; may be empty.
    pub q: String,
    /// `draft`, `approved`, `published`, `expired`, `dropped`, `wrong` for those said to be wrong
    /// in the last 30 days, or empty for all but the dropped.
    pub state: String,
}

fn resource(article: &str) -> String {
    format!("knowledge/{article}")
}

/// Where a revision stands now: what was published ends with its last day by itself.
fn state_at(row: &KnowledgeRow, now: i64) -> &str {
    if row.state == "published" && row.valid_until.is_some_and(|until| until <= now) {
        "expired"
    } else {
        &row.state
    }
}

fn keywords(row: &KnowledgeRow) -> Result<Vec<String>, AppError> {
    serde_json::from_str(&row.keywords)
        .map_err(|_| AppError::Internal(format!("knowledge {:?} cannot be read", row.id)))
}

impl App {
    fn first_day(&self, at: Option<i64>) -> String {
        let calendar = self.inner.calendar.load();
        at.map(|at| calendar.day_of(at).to_string())
            .unwrap_or_default()
    }

    /// The last day before a moment.
    fn last_day(&self, before: Option<i64>) -> String {
        let calendar = self.inner.calendar.load();
        before
            .map(|at| calendar.day_of(at.saturating_sub(1)).to_string())
            .unwrap_or_default()
    }

    fn knowledge_text(&self, row: &KnowledgeRow) -> Result<KnowledgeText, AppError> {
        Ok(KnowledgeText {
            title: row.title.clone(),
            body: row.body.clone(),
            keywords: keywords(row)?,
            unit: row.unit.clone(),
            sources: row.sources.clone(),
            from: self.first_day(row.valid_from),
            until: self.last_day(row.valid_until),
        })
    }

    fn knowledge_unit(&self, unit: &str) -> String {
        if unit.is_empty() {
            String::new()
        } else {
            self.unit_name(unit)
        }
    }

    /// The articles of the knowledge base, for those who keep it.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::Invalid`], the store's.
    pub async fn knowledge(
        &self,
        actor: &Actor,
        query: &KnowledgeQuery,
    ) -> Result<KnowledgePage, AppError> {
        keeps(actor)?;
        let known = [
            "",
            "draft",
            "approved",
            "published",
            "expired",
            "dropped",
            "wrong",
        ];
        if !known.contains(&query.state.as_str()) {
            let detail = "draft, approved, published, expired, dropped or wrong";
            return Err(AppError::field("state", "unknown_word", detail));
        }
        let now = self.now();
        let store = self.store();
        let rows = store.knowledge_latest(READ).await?;
        let live: HashMap<String, i64> = store
            .knowledge_in_force()
            .await?
            .into_iter()
            .map(|row| (row.article, row.revision))
            .collect();
        let count = async |kind: &str| -> Result<HashMap<String, i64>, AppError> {
            let counts = store.knowledge_counts(kind, now - RECENT, READ).await?;
            Ok(counts.into_iter().map(|c| (c.article, c.count)).collect())
        };
        let (used, wrong) = (count("used").await?, count("wrong").await?);
        let words = shelf::fold(&query.q);
        let all = rows.iter().filter(|row| row.state != "dropped").count();
        let mut items = Vec::new();
        let mut matching: i64 = 0;
        for row in &rows {
            let state = state_at(row, now);
            let wrong = wrong.get(&row.article).copied().unwrap_or(0);
            let fits = match query.state.as_str() {
                "" => state != "dropped",
                "wrong" => wrong > 0,
                wanted => state == wanted,
            };
            let said = || {
                words.is_empty()
                    || shelf::fold(&row.title).contains(&words)
                    || shelf::fold(&row.keywords).contains(&words)
            };
            if !fits || !said() {
                continue;
            }
            matching += 1;
            if items.len() < SHOWN {
                items.push(KnowledgeBrief {
                    article: row.article.clone(),
                    title: row.title.clone(),
                    unit: row.unit.clone(),
                    unit_name: self.knowledge_unit(&row.unit),
                    state: state.to_owned(),
                    live: live.get(&row.article).is_some_and(|r| *r != row.revision),
                    until: self.last_day(row.valid_until),
                    written_at: row.written_at,
                    used: used.get(&row.article).copied().unwrap_or(0),
                    wrong,
                });
            }
        }
        Ok(KnowledgePage {
            items,
            matching,
            all: i64::try_from(all).unwrap_or(i64::MAX),
            may_write: may(actor, Action::WriteKnowledge, Resource::default()),
            may_approve: may(actor, Action::ApproveKnowledge, Resource::default()),
        })
    }

    /// An article whole, for those who keep the knowledge base.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], the store's.
    pub async fn knowledge_article(
        &self,
        actor: &Actor,
        article: &str,
    ) -> Result<KnowledgeArticle, AppError> {
        keeps(actor)?;
        let rows = self.store().knowledge_of(article, REVISIONS).await?;
        let latest = rows.first().ok_or(AppError::NotFound)?;
        let uses = self.store().knowledge_uses(article).await?;
        let wrong = self.store().knowledge_wrong(article, REVISIONS).await?;
        let filter = AuditFilter {
            resource: Some(resource(article)),
            ..AuditFilter::default()
        };
        let lines = self.store().audit_page(&filter, REVISIONS).await?;
        let people = rows
            .iter()
            .flat_map(|row| [&row.written_by, &row.reviewed_by, &row.published_by])
            .chain(wrong.iter().map(|row| &row.used_by))
            .chain(lines.iter().map(|line| &line.actor))
            .cloned();
        let names = self.names(people).await?;
        let name = |account: &str| names.get(account).cloned().unwrap_or_default();
        let now = self.now();
        let mut revisions = Vec::with_capacity(rows.len());
        for row in &rows {
            let of = |kind: &str| {
                let same = uses
                    .iter()
                    .filter(|(revision, k, _)| *revision == row.revision && k == kind);
                same.map(|(_, _, count)| count).sum()
            };
            revisions.push(KnowledgeRevision {
                revision: row.revision,
                state: state_at(row, now).to_owned(),
                version: row.version,
                text: self.knowledge_text(row)?,
                written_at: row.written_at,
                written_by: name(&row.written_by),
                reviewed_at: row.reviewed_at,
                reviewed_by: name(&row.reviewed_by),
                published_at: row.published_at,
                published_by: name(&row.published_by),
                used: of("used"),
                wrong: of("wrong"),
            });
        }
        Ok(KnowledgeArticle {
            article: article.to_owned(),
            unit_name: self.knowledge_unit(&latest.unit),
            revisions,
            wrong: wrong
                .into_iter()
                .map(|row| KnowledgeWrong {
                    revision: row.revision,
                    by: name(&row.used_by),
                    note: row.note,
                    at: row.at,
                })
                .collect(),
            history: lines
                .into_iter()
                .map(|line| KnowledgeStep {
                    at: line.at,
                    by: name(&line.actor),
                    action: line.action,
                    reason: line.reason,
                })
                .collect(),
            may_write: may(actor, Action::WriteKnowledge, Resource::default()),
            may_approve: may(actor, Action::ApproveKnowledge, Resource::default())
                && latest.state == "draft"
                && latest.written_by != actor.account.as_str(),
        })
    }

    /// Counts an answer that was given, or keeps what is wrong with one.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Invalid`], the store's.
    pub async fn use_knowledge(
        &self,
        actor: &Actor,
        article: &str,
        order: &KnowledgeUse,
        key: &CommandKey,
    ) -> Result<KnowledgeUsed, AppError> {
        allow(actor, Action::ReadKnowledge)?;
        if let Some(answer) = self.answered(key).await? {
            return Ok(answer);
        }
        let note = match order.kind.as_str() {
            "used" => String::new(),
            "wrong" => reason(&order.note)
                .map_err(|_| AppError::field("note", "text_length", "4 to 500 characters"))?,
            _ => return Err(AppError::field("kind", "unknown_word", "used or wrong")),
        };
        if order.case.chars().count() > 64 || order.case.chars().any(char::is_control) {
            return Err(AppError::field("case", "malformed", "no id of a case"));
        }
        let rows = self.store().knowledge_of(article, REVISIONS).await?;
        // What was shown a moment ago may have been replaced since; a draft was shown to nobody.
        let shown = rows
            .iter()
            .find(|row| row.revision == order.revision && row.published_at.is_some());
        shown.ok_or(AppError::NotFound)?;
        let uses = self.store().knowledge_uses(article).await?;
        let of = |kind: &str| -> i64 {
            let same = uses
                .iter()
                .filter(|(revision, k, _)| *revision == order.revision && k == kind);
            let before: i64 = same.map(|(_, _, count)| count).sum();
            before.saturating_add(i64::from(kind == order.kind))
        };
        let answer = KnowledgeUsed {
            used: of("used"),
            wrong: of("wrong"),
        };
        let mut records = vec![Record::Knowledge(KnowledgeRecord::Use(KnowledgeUseRow {
            id: self.new_id(),
            article: article.to_owned(),
            revision: order.revision,
            kind: order.kind.clone(),
            case_id: order.case.clone(),
            note: note.clone(),
            used_by: actor.account.to_string(),
            at: self.now(),
        }))];
        if order.kind == "wrong" {
            records.push(self.audit_row(actor, "knowledge_wrong", &resource(article), &note));
        }
        self.record(key, answer, records, Vec::new()).await
    }
}

/// Whoever writes or approves reads drafts.
fn keeps(actor: &Actor) -> Result<(), AppError> {
    allow(actor, Action::WriteKnowledge).or_else(|_| allow(actor, Action::ApproveKnowledge))
}

/// A day as it is written.
fn day(field: &str, text: &str) -> Result<Option<Date>, crate::error::FieldError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let read = text.trim().parse::<Date>();
    read.map(Some)
        .map_err(|_| crate::error::FieldError::new(field, "unreadable", "a day as 2026-11-22"))
}
