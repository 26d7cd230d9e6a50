//! The rules in force: what is shipped, and the site's own texts over it. A text that is refused
//! changes nothing.

use super::{gone, show};
use crate::App;
use crate::case::CommandKey;
use crate::error::AppError;
use crate::office::{allow, reason};
use crate::view::{RuleDone, RuleOrder, RuleTextView};
use domain::right::{Action, Actor};
use insight::{Book, BookFault, RuleText};
use std::sync::{Arc, PoisonError};
use store::{Record, ScoreRecord, ScoreRuleRow};

/// Most characters of a text.
const MOST: usize = 60_000;

/// The rules in force.
#[derive(Debug, Clone)]
pub(super) struct Held {
    /// Number of the last text that was looked at.
    seq: i64,
    pub(super) book: Arc<Book>,
    /// The texts that make it, in order.
    pub(super) texts: Arc<Vec<RuleText>>,
    /// Numbers of those that this program cannot read.
    unread: Vec<i64>,
}

/// The book of these texts, one after the other.
pub(super) fn bound(texts: &[RuleText]) -> Result<Book, BookFault> {
    texts.iter().try_fold(Book::default(), |book, text| {
        book.with(std::slice::from_ref(text))
    })
}

impl App {
    /// The rules in force. A text this program cannot read (it may be older than what is shipped
    /// now) is left out and said so; the one before it holds.
    pub(super) async fn rules_held(&self) -> Result<Held, AppError> {
        let rows = self.inner.store.score_rules().await?;
        let seq = rows.last().map_or(0, |row| row.seq);
        let kept = self
            .inner
            .scores
            .book
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some(held) = kept.filter(|held| held.seq == seq) {
            return Ok(held);
        }
        let mut texts = Book::texts();
        let mut book = bound(&texts).map_err(gone)?;
        let mut unread = Vec::new();
        for row in rows {
            let text = RuleText {
                name: row.name,
                text: row.text,
            };
            match book.with(std::slice::from_ref(&text)) {
                Ok(next) => {
                    book = next;
                    texts.push(text);
                }
                Err(fault) => {
                    tracing::warn!(%fault, "a text of score rules is not in force");
                    unread.push(row.seq);
                }
            }
        }
        let held = Held {
            seq,
            book: Arc::new(book),
            texts: Arc::new(texts),
            unread,
        };
        *self
            .inner
            .scores
            .book
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(held.clone());
        Ok(held)
    }

    /// The texts of the rules: what is shipped, then the site's own, the oldest first.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], the store's.
    pub async fn score_rules(&self, actor: &Actor) -> Result<Vec<RuleTextView>, AppError> {
        allow(actor, Action::ReadScores)?;
        let held = self.rules_held().await?;
        let shipped = Book::texts().into_iter().map(|text| RuleTextView {
            name: text.name,
            text: text.text,
            shipped: true,
            in_force: true,
            changed_at: None,
            changed_by: String::new(),
            reason: String::new(),
        });
        let rows = self.inner.store.score_rules().await?;
        let own = rows.into_iter().map(|row| RuleTextView {
            in_force: !held.unread.contains(&row.seq),
            name: row.name,
            text: row.text,
            shipped: false,
            changed_at: Some(row.changed_at),
            changed_by: row.changed_by,
            reason: row.reason,
        });
        Ok(shipped.chain(own).collect())
    }

    /// Tries a text of metrics and schemes, and takes it unless it is only to be tried. What is
    /// wrong is refused with its line, column and reason; the rules in force stay.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::Invalid`], the store's.
    pub async fn change_score_rules(
        &self,
        actor: &Actor,
        order: &RuleOrder,
        key: &CommandKey,
    ) -> Result<RuleDone, AppError> {
        allow(actor, Action::EditScores)?;
        if let Some(done) = self.answered(key).await? {
            return Ok(done);
        }
        let _turn = self.inner.office.lock().await;
        if order.text.chars().count() > MOST || order.text.contains('\0') {
            return Err(AppError::field(
                "text",
                "text_length",
                "at most 60000 characters",
            ));
        }
        let name = order.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > 60 || name.contains('\0') {
            return Err(AppError::field("name", "text_length", "1 to 60 characters"));
        }
        let held = self.rules_held().await?;
        let text = RuleText {
            name: name.clone(),
            text: order.text.clone(),
        };
        let next = held
            .book
            .with(std::slice::from_ref(&text))
            .map_err(refused)?;
        let rules = show::changed(&held.book, &next);
        if rules.is_empty() {
            return Err(AppError::field(
                "text",
                "no_rule",
                "there is no metric and no scheme in it",
            ));
        }
        if order.only_try {
            return Ok(RuleDone {
                taken: false,
                rules,
            });
        }
        let why = reason(&order.reason)?;
        let row = ScoreRuleRow {
            seq: held.seq.saturating_add(1),
            name,
            text: order.text.clone(),
            changed_at: self.now(),
            changed_by: actor.name.clone(),
            reason: why.clone(),
        };
        let detail = serde_json::json!({ "rules": rules });
        let resource = format!("score_rule/{}", row.seq);
        let audit = self.audit_detailed(actor, "change_score_rules", &resource, &why, &detail);
        let records = vec![Record::Score(ScoreRecord::Rule(row)), audit];
        self.record(key, RuleDone { taken: true, rules }, records, Vec::new())
            .await
    }
}

/// A fault as a refused field: the field says line and column.
fn refused(fault: BookFault) -> AppError {
    let field = format!("text:{}:{}", fault.line, fault.column);
    AppError::field(&field, fault.key, fault.why)
}
