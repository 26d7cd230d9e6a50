//! What is done to an article: written, approved by somebody else, published, withdrawn.

use super::{day, resource, state_at};
use crate::App;
use crate::case::CommandKey;
use crate::error::{AppError, FieldError};
use crate::office::{allow, reason};
use crate::view::{KnowledgeArticle, KnowledgeOrder, KnowledgeText};
use domain::id::UnitId;
use domain::right::{Action, Actor};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use store::{KnowledgeRecord, KnowledgeRow, Record};

/// Characters of a title.
const TITLE: std::ops::RangeInclusive<usize> = 2..=100;
/// Characters of an answer: what can be read out in a call, and its table.
const BODY: std::ops::RangeInclusive<usize> = 1..=4_000;
/// Characters of what it rests on.
const SOURCES: std::ops::RangeInclusive<usize> = 2..=500;
/// Keywords, and characters of one.
const KEYWORDS: usize = 20;
const KEYWORD: std::ops::RangeInclusive<usize> = 2..=20;

/// What a command is answered with, kept under its key.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Written {
    article: String,
}

/// A revision that is to be written: new, or over the version it was made from.
enum Next {
    New(KnowledgeRow),
    Over(i64, KnowledgeRow),
}

impl App {
    /// Begins an article with its first draft.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::Invalid`] with everything that is wrong, the store's.
    pub async fn new_knowledge(
        &self,
        actor: &Actor,
        text: &KnowledgeText,
        key: &CommandKey,
    ) -> Result<KnowledgeArticle, AppError> {
        allow(actor, Action::WriteKnowledge)?;
        let written = match self.answered::<Written>(key).await? {
            Some(written) => written,
            None => {
                let article = self.new_id();
                let row = KnowledgeRow {
                    id: self.new_id(),
                    article: article.clone(),
                    revision: 1,
                    version: 1,
                    ..KnowledgeRow::default()
                };
                let row = self.knowledge_written(actor, row, text)?;
                let audit = self.audit_row(actor, "knowledge_new", &resource(&article), "");
                let records = vec![Record::Knowledge(KnowledgeRecord::Revision(row)), audit];
                self.record(key, Written { article }, records, Vec::new())
                    .await?
            }
        };
        self.knowledge_article(actor, &written.article).await
    }

    /// Does something to an article.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Conflict`] with the version it
    /// has where somebody else was faster, [`AppError::Duties`] for one's own, [`AppError::Invalid`],
    /// the store's.
    pub async fn change_knowledge(
        &self,
        actor: &Actor,
        article: &str,
        order: &KnowledgeOrder,
        key: &CommandKey,
    ) -> Result<KnowledgeArticle, AppError> {
        let action = match order {
            KnowledgeOrder::Approve { .. } | KnowledgeOrder::Return { .. } => {
                Action::ApproveKnowledge
            }
            _ => Action::WriteKnowledge,
        };
        allow(actor, action)?;
        let _turn = self.inner.office.lock().await;
        if self.answered::<Written>(key).await?.is_none() {
            let rows = self.store().knowledge_of(article, 2_000).await?;
            let (action, why, next) = self.next_knowledge(actor, &rows, order)?;
            let mut records = Vec::new();
            for each in next {
                records.push(Record::Knowledge(match each {
                    Next::New(row) => KnowledgeRecord::Revision(row),
                    Next::Over(over, row) => KnowledgeRecord::Saved { over, row },
                }));
            }
            records.push(self.audit_row(actor, action, &resource(article), &why));
            let answer = Written {
                article: article.to_owned(),
            };
            if let Err(error) = self.record(key, answer, records, Vec::new()).await {
                // That another process was faster is what the version shows.
                let now = self.store().knowledge_of(article, 1).await?;
                let before = rows.first().map(|row| (row.revision, row.version));
                return match now.first() {
                    Some(now) if Some((now.revision, now.version)) != before => {
                        Err(AppError::Conflict {
                            actual: now.version,
                        })
                    }
                    _ => Err(error),
                };
            }
        }
        self.knowledge_article(actor, article).await
    }

    /// What an order makes of the revisions of an article, the latest first.
    fn next_knowledge(
        &self,
        actor: &Actor,
        rows: &[KnowledgeRow],
        order: &KnowledgeOrder,
    ) -> Result<(&'static str, String, Vec<Next>), AppError> {
        let now = self.now();
        let latest = rows.first().ok_or(AppError::NotFound)?;
        let live = rows.iter().find(|row| row.state == "published");
        let read = |row: &KnowledgeRow, revision: i64, version: i64| {
            if (row.revision, row.version) == (revision, version) {
                Ok(row.clone())
            } else {
                Err(AppError::Conflict {
                    actual: row.version,
                })
            }
        };
        let open = |row: &KnowledgeRow, states: &[&str]| {
            let detail = "not where the article stands";
            if states.contains(&row.state.as_str()) {
                Ok(())
            } else {
                Err(AppError::field("change", "knowledge_state", detail))
            }
        };
        let over = |row: &KnowledgeRow, state: &str| KnowledgeRow {
            state: state.to_owned(),
            version: row.version.saturating_add(1),
            ..row.clone()
        };
        let me = || actor.account.to_string();
        match order {
            KnowledgeOrder::Write {
                revision,
                version,
                text,
            } => {
                let row = read(latest, *revision, *version)?;
                let next = if matches!(row.state.as_str(), "draft" | "approved") {
                    let next = self.knowledge_written(actor, over(&row, "draft"), text)?;
                    Next::Over(row.version, next)
                } else {
                    let blank = KnowledgeRow {
                        id: self.new_id(),
                        article: row.article.clone(),
                        revision: row.revision.saturating_add(1),
                        version: 1,
                        ..KnowledgeRow::default()
                    };
                    Next::New(self.knowledge_written(actor, blank, text)?)
                };
                Ok(("knowledge_write", String::new(), vec![next]))
            }
            KnowledgeOrder::Approve { revision, version } => {
                let row = read(latest, *revision, *version)?;
                open(&row, &["draft"])?;
                if row.written_by == me() {
                    return Err(AppError::Duties("own_knowledge"));
                }
                let next = KnowledgeRow {
                    reviewed_at: Some(now),
                    reviewed_by: me(),
                    ..over(&row, "approved")
                };
                let next = vec![Next::Over(row.version, next)];
                Ok(("knowledge_approve", String::new(), next))
            }
            KnowledgeOrder::Return {
                revision,
                version,
                reason: why,
            } => {
                let row = read(latest, *revision, *version)?;
                open(&row, &["draft", "approved"])?;
                let next = KnowledgeRow {
                    reviewed_at: None,
                    reviewed_by: String::new(),
                    ..over(&row, "draft")
                };
                let next = vec![Next::Over(row.version, next)];
                Ok(("knowledge_return", reason(why)?, next))
            }
            KnowledgeOrder::Publish { revision, version } => {
                let row = read(latest, *revision, *version)?;
                open(&row, &["approved"])?;
                if row.valid_until.is_some_and(|until| until <= now) {
                    let detail = "its last day is over";
                    return Err(AppError::field("until", "out_of_range", detail));
                }
                let next = KnowledgeRow {
                    published_at: Some(now),
                    published_by: me(),
                    ..over(&row, "published")
                };
                let mut all = vec![Next::Over(row.version, next)];
                if let Some(old) = live {
                    let ended = KnowledgeRow {
                        ended_at: Some(now),
                        ..over(old, "replaced")
                    };
                    all.push(Next::Over(old.version, ended));
                }
                Ok(("knowledge_publish", String::new(), all))
            }
            KnowledgeOrder::Withdraw {
                revision,
                version,
                reason: why,
            } => {
                let row = live.filter(|row| state_at(row, now) == "published");
                let Some(row) = row else {
                    open(latest, &["published"])?;
                    return Err(AppError::field("change", "knowledge_state", "it has ended"));
                };
                let row = read(row, *revision, *version)?;
                let next = KnowledgeRow {
                    ended_at: Some(now),
                    ..over(&row, "expired")
                };
                let next = vec![Next::Over(row.version, next)];
                Ok(("knowledge_withdraw", reason(why)?, next))
            }
            KnowledgeOrder::Drop { revision, version } => {
                let row = read(latest, *revision, *version)?;
                open(&row, &["draft", "approved"])?;
                let next = KnowledgeRow {
                    ended_at: Some(now),
                    ..over(&row, "dropped")
                };
                let next = vec![Next::Over(row.version, next)];
                Ok(("knowledge_drop", String::new(), next))
            }
        }
    }

    /// The row with what was written, or everything that is wrong with it. What was written anew
    /// has to be approved anew.
    fn knowledge_written(
        &self,
        actor: &Actor,
        row: KnowledgeRow,
        text: &KnowledgeText,
    ) -> Result<KnowledgeRow, AppError> {
        let mut errors = Vec::new();
        let mut checked = |field: &str, words: &str, length: &std::ops::RangeInclusive<usize>| {
            let words = words.trim();
            let odd = |c: char| c.is_control() && c != '\n';
            if !length.contains(&words.chars().count()) || words.chars().any(odd) {
                let detail = format!("{} to {} characters", length.start(), length.end());
                errors.push(FieldError::new(field, "text_length", detail));
            }
            words.to_owned()
        };
        let title = checked("title", &text.title, &TITLE);
        let body = checked("body", &text.body.replace("\r\n", "\n"), &BODY);
        let sources = checked("sources", &text.sources, &SOURCES);
        let keywords: BTreeSet<String> = text
            .keywords
            .iter()
            .filter(|word| !word.trim().is_empty())
            .map(|word| checked("keywords", word, &KEYWORD))
            .collect();
        if keywords.len() > KEYWORDS {
            let detail = format!("{KEYWORDS} at the most");
            errors.push(FieldError::new("keywords", "too_many", detail));
        }
        let unit = text.unit.trim();
        let known = unit.is_empty()
            || unit == self.rules().desk_unit.as_str()
            || self.inner.engine.load().unit(&UnitId::new(unit)).is_some();
        if !known {
            let detail = "no unit of the list";
            errors.push(FieldError::new("unit", "unknown_unit", detail));
        }
        let calendar = self.inner.calendar.load();
        let mut read = |field: &str, text: &str| {
            day(field, text).unwrap_or_else(|error| {
                errors.push(error);
                None
            })
        };
        let (from, until) = (read("from", &text.from), read("until", &text.until));
        let valid_from = from.map(|day| calendar.start_of(day));
        let valid_until = until.map(|day| {
            let next = day.tomorrow().unwrap_or(day);
            calendar.start_of(next)
        });
        if valid_from.zip(valid_until).is_some_and(|(a, z)| z <= a) {
            let detail = "the last day lies before the first";
            errors.push(FieldError::new("until", "out_of_range", detail));
        }
        if !errors.is_empty() {
            return Err(AppError::Invalid(errors));
        }
        Ok(KnowledgeRow {
            state: "draft".to_owned(),
            title,
            body,
            keywords: crate::draft::to_json(&keywords)?,
            unit: unit.to_owned(),
            sources,
            valid_from,
            valid_until,
            written_at: self.now(),
            written_by: actor.account.to_string(),
            reviewed_at: None,
            reviewed_by: String::new(),
            ..row
        })
    }
}
