//! Answers while somebody types: what is published, on a shelf that is made anew when it is old.

use super::{keywords, state_at};
use crate::App;
use crate::error::AppError;
use crate::office::allow;
use crate::view::{KnowledgeHit, KnowledgeHits};
use arc_swap::ArcSwapOption;
use domain::right::{Action, Actor};
use search::{Leaflet, Shelf, Taken};
use std::collections::HashMap;
use std::sync::Arc;
use store::KnowledgeRow;
use triage::Narrative;

/// Answers shown for what somebody looks for, and beside a narrative.
const FOUND: usize = 10;
const BESIDE: usize = 3;
/// Characters of a question.
const ASKED: usize = 4_000;
/// How much of a title must be in a narrative, where no keyword is.
const TITLE: f32 = 0.45;
/// How long a use counts for what is asked most, milliseconds.
const RECENT: i64 = 30 * 86_400_000;

/// The shelf of this process, and what it was made of.
#[derive(Debug, Default)]
pub(crate) struct KnowledgeRoom {
    stock: ArcSwapOption<Stock>,
}

#[derive(Debug)]
struct Stock {
    stamp: (i64, i64),
    shelf: Shelf,
    rows: HashMap<String, KnowledgeRow>,
}

/// Words in their normal spelling.
pub(super) fn fold(text: &str) -> String {
    Narrative::new(text).text().to_owned()
}

impl App {
    /// The shelf as the store has it now: it is made anew where anything was written since, by this
    /// process or another.
    async fn knowledge_stock(&self) -> Result<Arc<Stock>, AppError> {
        let stamp = self.store().knowledge_stamp().await?;
        let kept = self.inner.knowledge.stock.load_full();
        if let Some(stock) = kept.filter(|stock| stock.stamp == stamp) {
            return Ok(stock);
        }
        let rows = self.store().knowledge_in_force().await?;
        // Ten thousand articles are a second's work: not on a thread that serves others.
        let made = tokio::task::spawn_blocking(move || stock(stamp, rows)).await;
        let stock = Arc::new(made.map_err(|error| AppError::Internal(error.to_string()))??);
        self.inner.knowledge.stock.store(Some(Arc::clone(&stock)));
        Ok(stock)
    }

    /// Answers that hold now, for words somebody looks for: fragments, and first letters. Without
    /// words those that were given most in the last 30 days. With `beside` the words are what a
    /// caller says, and only what clearly speaks of it is shown.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::Invalid`], the store's.
    pub async fn find_knowledge(
        &self,
        actor: &Actor,
        words: &str,
        beside: bool,
    ) -> Result<KnowledgeHits, AppError> {
        allow(actor, Action::ReadKnowledge)?;
        if words.chars().count() > ASKED {
            let detail = format!("{ASKED} characters at the most");
            return Err(AppError::field("q", "text_length", detail));
        }
        let stock = self.knowledge_stock().await?;
        let now = self.now();
        let most = if beside { BESIDE } else { FOUND };
        let asked = fold(words);
        let found: Vec<String> = if asked.is_empty() && !beside {
            let counts = self.store().knowledge_counts("used", now - RECENT, 100);
            counts.await?.into_iter().map(|c| c.article).collect()
        } else {
            // What does not hold yet or any more takes places away.
            let taken = stock.shelf.find(&asked, most * 4 + 20);
            let told = taken.into_iter().filter(|taken| !beside || speaks(taken));
            told.map(|taken| taken.id).collect()
        };
        let holds = |row: &&KnowledgeRow| {
            state_at(row, now) == "published" && row.valid_from.is_none_or(|from| from <= now)
        };
        let rows: Vec<&KnowledgeRow> = found
            .iter()
            .filter_map(|article| stock.rows.get(article))
            .filter(holds)
            .take(most)
            .collect();
        let names = self
            .names(rows.iter().map(|row| row.reviewed_by.clone()))
            .await?;
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            let uses = self.store().knowledge_uses(&row.article).await?;
            let of = |kind: &str| {
                let same = uses
                    .iter()
                    .filter(|(revision, k, _)| *revision == row.revision && k == kind);
                same.map(|(_, _, count)| count).sum()
            };
            items.push(KnowledgeHit {
                article: row.article.clone(),
                revision: row.revision,
                title: row.title.clone(),
                body: row.body.clone(),
                unit: row.unit.clone(),
                unit_name: self.knowledge_unit(&row.unit),
                sources: row.sources.clone(),
                until: self.last_day(row.valid_until),
                reviewed_by: names.get(&row.reviewed_by).cloned().unwrap_or_default(),
                used: of("used"),
                wrong: of("wrong"),
            });
        }
        Ok(KnowledgeHits { items })
    }
}

/// Whether an article clearly speaks of what a caller says.
fn speaks(taken: &Taken) -> bool {
    taken.keyword || taken.title >= TITLE
}

fn stock(stamp: (i64, i64), rows: Vec<KnowledgeRow>) -> Result<Stock, AppError> {
    let mut leaflets = Vec::with_capacity(rows.len());
    for row in &rows {
        leaflets.push(Leaflet {
            id: row.article.clone(),
            title: fold(&row.title),
            body: fold(&row.body),
            keywords: keywords(row)?.iter().map(|word| fold(word)).collect(),
        });
    }
    Ok(Stock {
        stamp,
        shelf: Shelf::new(leaflets),
        rows: rows
            .into_iter()
            .map(|row| (row.article.clone(), row))
            .collect(),
    })
}
