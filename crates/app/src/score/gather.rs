//! Figures for those who print them, and figures that are counted from other records than cases.

use super::period;
use crate::App;
use crate::error::AppError;
use insight::{Book, Figure, Period, Scheme, Sheet, Subject, figures};
use rust_decimal::Decimal;
use std::sync::Arc;

/// An unanswered call given up within so long was none, milliseconds; as the metrics' remarks say.
const SHORT: i64 = 5_000;
/// Answered soon, milliseconds; as the metrics' names say.
const SOON: i64 = 30_000;

/// The figures of a period, of all and of each member unit.
#[derive(Debug, Clone)]
pub(crate) struct Gathered {
    /// The rules they were counted by.
    pub(crate) book: Arc<Book>,
    /// Of all.
    pub(crate) all: Vec<Figure>,
    /// Of each member unit.
    pub(crate) units: Vec<(Subject, Vec<Figure>)>,
}

impl Gathered {
    /// The figure of a metric, of all; none where the rules in force do not have it.
    pub(crate) fn figure(&self, metric: &str) -> Option<&Figure> {
        self.all.iter().find(|figure| figure.metric == metric)
    }
}

impl App {
    /// These metrics of a period by the rules in force. One that the rules do not have is left out.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for no period, the store's.
    pub(crate) async fn figures_of(
        &self,
        named: &str,
        metrics: &[&str],
    ) -> Result<Gathered, AppError> {
        let count = self.count_now(period(named)?).await?;
        let ids: Vec<String> = metrics.iter().map(|id| (*id).to_owned()).collect();
        self.counted(&count, move |count, facts| {
            let (all, units) = count.reckon(&ids, facts, |reckoner| {
                let subjects = &count.basis.subjects;
                let inputs = count.basis.inputs();
                let many = u64::try_from(subjects.len()).unwrap_or(u64::MAX);
                let of =
                    |unit: Option<&str>| figures(&count.book, &ids, reckoner, &inputs, unit, many);
                let units: Result<Vec<_>, _> = subjects
                    .iter()
                    .map(|subject| Ok((subject.clone(), of(Some(&subject.unit))?)))
                    .collect();
                Ok((of(None)?, units?))
            })?;
            Ok(Gathered {
                book: Arc::clone(&count.book),
                all,
                units,
            })
        })
        .await
    }

    /// The units of a period by the scheme that `choose` finds among the rules in force; none where it
    /// finds none.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for no period, the store's.
    pub(crate) async fn sheet_by(
        &self,
        named: &str,
        choose: impl FnOnce(&Book) -> Option<&Scheme>,
    ) -> Result<Option<(Arc<Book>, Sheet)>, AppError> {
        let count = self.count_now(period(named)?).await?;
        let book = Arc::clone(&count.book);
        let Some(scheme) = choose(&book).map(|scheme| scheme.id.clone()) else {
            return Ok(None);
        };
        let sheet = self
            .counted(&count, move |count, facts| count.sheet(&scheme, facts))
            .await?;
        Ok(Some((book, sheet)))
    }

    /// The calls of a period as their records have them; nothing where none came in, so that a site
    /// without lines says "no data" and records its exchange's figures by hand.
    pub(super) async fn call_figures(
        &self,
        period: &Period,
    ) -> Result<Vec<(String, String, Decimal)>, AppError> {
        let span = period.from..period.to;
        let tally = self.inner.store.call_tally(span, SHORT, SOON).await?;
        if tally.offered == 0 {
            return Ok(Vec::new());
        }
        let seconds = |ms: i64| Decimal::new(ms, 3);
        Ok([
            ("calls_offered", Decimal::from(tally.offered)),
            ("calls_short", Decimal::from(tally.short)),
            ("calls_answered", Decimal::from(tally.answered)),
            ("calls_answered_30s", Decimal::from(tally.soon)),
            ("calls_wait_seconds", seconds(tally.wait_ms)),
            ("calls_talk_seconds", seconds(tally.talk_ms)),
        ]
        .map(|(figure, number)| (figure.to_owned(), String::new(), number))
        .to_vec())
    }
}
