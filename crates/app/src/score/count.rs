//! Counting: facts as they were at a position go through the rules, on a thread of their own.

use super::{gone, miscount, period};
use crate::App;
use crate::error::AppError;
use crate::office::allow;
use crate::view::{CountedPage, CountedView, FigureQuery, FiguresView, SheetView};
use domain::right::{Action, Actor, sees_all};
use insight::{
    Book, CaseFacts, Exclusion, Exclusions, Figure, Inputs, Judged, Period, Reckoner, Sheet,
    Subject, Verdict, compare, figures, sheet,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{CaseFactRow, ScoreClaimRow};
use tokio::sync::mpsc;

/// Facts of a page.
const PAGE: i64 = 1_000;
/// Pages that may wait for the counting thread.
const AHEAD: usize = 4;
/// Cases of a page of those a figure was counted from.
const ITEMS: usize = 100;

/// What counting stands on besides rules and facts. It is kept with a publication.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Basis {
    /// The units that are ranked.
    pub(super) subjects: Vec<Subject>,
    /// Approved exclusions, by case.
    pub(super) exclusions: BTreeMap<String, Vec<Exclusion>>,
    /// Recorded figures: metric, unit, figure.
    pub(super) inputs: Vec<(String, String, rust_decimal::Decimal)>,
}

impl Basis {
    /// What the claims come to that were upheld.
    pub(super) fn of(
        subjects: Vec<Subject>,
        claims: &[ScoreClaimRow],
        period: &Period,
        counted: Vec<(String, String, rust_decimal::Decimal)>,
    ) -> Self {
        let mut basis = Self {
            subjects,
            ..Self::default()
        };
        let mut upheld: Vec<&ScoreClaimRow> = claims
            .iter()
            .filter(|claim| claim.state == "upheld")
            .collect();
        upheld.sort_by_key(|claim| (claim.decided_at, claim.id.clone()));
        // A figure that people recorded and upheld stands over the one the program counted.
        let mut inputs: BTreeMap<(String, String), rust_decimal::Decimal> = counted
            .into_iter()
            .map(|(metric, unit, number)| ((metric, unit), number))
            .collect();
        for claim in upheld {
            if claim.kind == "figure" {
                if claim.period == period.name
                    && let Some(number) = super::show::decimal(&claim.figure)
                {
                    // What was decided last counts.
                    inputs.insert((claim.metric.clone(), claim.unit.clone()), number);
                }
                continue;
            }
            basis
                .exclusions
                .entry(claim.case_id.clone())
                .or_default()
                .push(Exclusion {
                    claim: claim.id.clone(),
                    ground: claim.ground.clone(),
                    unit: claim.unit.clone(),
                    metric: claim.metric.clone(),
                });
        }
        basis.inputs = inputs
            .into_iter()
            .map(|((metric, unit), number)| (metric, unit, number))
            .collect();
        basis
    }

    pub(super) fn inputs(&self) -> Inputs {
        let each = self.inputs.iter();
        each.map(|(metric, unit, number)| ((metric.clone(), unit.clone()), *number))
            .collect()
    }

    pub(super) fn exclusions(&self) -> Exclusions {
        self.exclusions.clone().into_iter().collect()
    }

    fn units(&self) -> u64 {
        u64::try_from(self.subjects.len()).unwrap_or(u64::MAX)
    }
}

/// Facts on their way to the counting thread.
pub(super) enum Fact {
    /// As they are kept.
    Kept(CaseFactRow),
    /// Folded from the log for a position that is past.
    Folded(Box<CaseFacts>),
}

impl Fact {
    fn read(self) -> Result<CaseFacts, AppError> {
        match self {
            Self::Kept(row) => serde_json::from_str(&row.body).map_err(gone),
            Self::Folded(facts) => Ok(*facts),
        }
    }
}

/// What a count is over.
#[derive(Clone)]
pub(super) struct Count {
    pub(super) book: Arc<Book>,
    pub(super) period: Period,
    pub(super) basis: Basis,
    pub(super) pos: i64,
}

impl Count {
    /// Counts these metrics over what arrives, and makes of it what `then` says.
    pub(super) fn reckon<T>(
        &self,
        metrics: &[String],
        mut facts: mpsc::Receiver<Vec<Fact>>,
        then: impl FnOnce(&Reckoner<'_>) -> Result<T, insight::number::Miscount>,
    ) -> Result<T, AppError> {
        let counted = self.book.counted(metrics);
        let mut reckoner = Reckoner::new(counted, self.period.clone(), self.basis.exclusions());
        while let Some(page) = facts.blocking_recv() {
            for fact in page {
                let facts = fact.read()?;
                // As it was at the position, not as the row that led here is now.
                let touches = facts.touched_at >= self.period.from;
                if touches && facts.opened_at < self.period.to {
                    reckoner.add(&facts).map_err(miscount)?;
                }
            }
        }
        then(&reckoner).map_err(miscount)
    }

    pub(super) fn sheet(
        &self,
        scheme: &str,
        facts: mpsc::Receiver<Vec<Fact>>,
    ) -> Result<Sheet, AppError> {
        let scheme = self.book.scheme(scheme).ok_or(AppError::NotFound)?;
        self.reckon(&scheme.metrics, facts, |reckoner| {
            sheet(
                &self.book,
                scheme,
                reckoner,
                &self.basis.inputs(),
                &self.basis.subjects,
            )
        })
    }

    fn figures(
        &self,
        metrics: &[String],
        unit: Option<&str>,
        facts: mpsc::Receiver<Vec<Fact>>,
    ) -> Result<Vec<Figure>, AppError> {
        self.reckon(metrics, facts, |reckoner| {
            figures(
                &self.book,
                metrics,
                reckoner,
                &self.basis.inputs(),
                unit,
                self.basis.units(),
            )
        })
    }
}

impl App {
    /// Counts on a thread of its own while facts are read for it.
    pub(super) async fn counted<T: Send + 'static>(
        &self,
        count: &Count,
        work: impl FnOnce(Count, mpsc::Receiver<Vec<Fact>>) -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, AppError> {
        let (send, receive) = mpsc::channel(AHEAD);
        let own = count.clone();
        let counting = tokio::task::spawn_blocking(move || work(own, receive));
        let read = self
            .send_facts(&count.period, count.pos, (i64::MIN, String::new()), send)
            .await;
        let done = counting.await.map_err(gone)?;
        // What could not be read is the reason for what could not be counted.
        read?;
        done
    }

    /// Sends the facts a period may count, as they were at a position, in an order no later event
    /// changes. Ends early when nobody listens any longer.
    async fn send_facts(
        &self,
        period: &Period,
        pos: i64,
        mut after: (i64, String),
        send: mpsc::Sender<Vec<Fact>>,
    ) -> Result<(), AppError> {
        loop {
            let store = &self.inner.store;
            let rows = store
                .case_facts((after.0, &after.1), period.to, period.from, PAGE)
                .await?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            after = (last.opened_at, last.case_id.clone());
            let mut page = Vec::with_capacity(rows.len());
            for row in rows {
                if row.pos <= pos {
                    page.push(Fact::Kept(row));
                } else if let Some(facts) = self.facts_from_log(&row.case_id, pos).await? {
                    page.push(Fact::Folded(Box::new(facts)));
                }
            }
            if send.send(page).await.is_err() {
                return Ok(());
            }
        }
    }

    /// What counts today: the rules in force, what was upheld, facts up to the end of the log.
    pub(super) async fn count_now(&self, period: Period) -> Result<Count, AppError> {
        let pos = self.fold_facts(|_| {}).await?;
        let held = self.rules_held().await?;
        let claims = self.inner.store.score_claims().await?;
        let mut inputs = self.duty_figures(period.from, period.to).await?;
        inputs.extend(self.call_figures(&period).await?);
        Ok(Count {
            book: held.book,
            basis: Basis::of(self.subjects(), &claims, &period, inputs),
            period,
            pos,
        })
    }

    /// The units of a period by a scheme, as they stand now. Nothing of it is kept.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Invalid`], the store's.
    pub async fn score_sheet(
        &self,
        actor: &Actor,
        scheme: &str,
        named: &str,
    ) -> Result<SheetView, AppError> {
        allow(actor, Action::ReadScores)?;
        let count = self.count_now(period(named)?).await?;
        let pos = count.pos;
        let scheme = scheme.to_owned();
        let sheet = self
            .counted(&count, move |count, facts| count.sheet(&scheme, facts))
            .await?;
        Ok(super::show::sheet_view(sheet, pos))
    }

    /// All figures of the platform in a period, beside another period's where one is named.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::Invalid`], the store's.
    pub async fn score_figures(
        &self,
        actor: &Actor,
        named: &str,
        before: &str,
    ) -> Result<FiguresView, AppError> {
        allow(actor, Action::ReadScores)?;
        let count = self.count_now(period(named)?).await?;
        let all = |count: Count, facts| {
            let ids: Vec<String> = count
                .book
                .metrics()
                .map(|metric| metric.id.clone())
                .collect();
            count.figures(&ids, None, facts)
        };
        let now = self.counted(&count, all).await?;
        let changes = if before.is_empty() {
            Vec::new()
        } else {
            let other = self.count_now(period(before)?).await?;
            let then = self
                .counted(
                    &Count {
                        pos: count.pos,
                        ..other
                    },
                    all,
                )
                .await?;
            compare(&then, &now).map_err(miscount)?
        };
        Ok(FiguresView {
            period: count.period.name,
            pos: count.pos,
            figures: now.into_iter().map(super::show::figure_view).collect(),
            changes: changes.into_iter().map(super::show::change_view).collect(),
        })
    }

    /// The cases a figure was counted from, page by page: today's, or those of a publication as
    /// they were then (law 9).
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Invalid`], the store's.
    pub async fn score_cases(
        &self,
        actor: &Actor,
        query: &FigureQuery,
    ) -> Result<CountedPage, AppError> {
        allow(actor, Action::ReadScores)?;
        let wanted = Wanted::of(query)?;
        let unit = Some(query.unit.clone()).filter(|unit| !unit.is_empty());
        // Cases of other units are not for who reads only the own one's.
        if !sees_all(actor) && unit.as_deref() != Some(actor.unit.as_str()) {
            return Err(AppError::Forbidden);
        }
        let count = if query.publication.is_empty() {
            self.count_now(period(&query.period)?).await?
        } else {
            self.published_count(&query.publication).await?
        };
        if count.book.metric(&query.metric).is_none() {
            return Err(AppError::field(
                "metric",
                "unknown",
                "there is no such metric",
            ));
        }
        let ids = vec![query.metric.clone()];
        let asked = unit.clone();
        let figure = self
            .counted(&count, move |count, facts| {
                count.figures(&ids, asked.as_deref(), facts)
            })
            .await?
            .into_iter()
            .next()
            .ok_or(AppError::NotFound)?;
        let (send, receive) = mpsc::channel(1);
        let own = count.clone();
        let metric = query.metric.clone();
        let after = wanted.after.clone();
        let listing = tokio::task::spawn_blocking(move || {
            list(&own, &metric, unit.as_deref(), &wanted, receive)
        });
        let read = self.send_facts(&count.period, count.pos, after, send).await;
        let (mut items, next) = listing.await.map_err(gone)??;
        read?;
        for item in &mut items {
            item.unit_name = self.unit_name(&item.unit);
        }
        Ok(CountedPage {
            figure: super::show::figure_view(figure),
            items,
            next,
        })
    }
}

/// Which of what a figure looked at, and behind which.
struct Wanted {
    verdicts: &'static [&'static str],
    after: (i64, String),
}

impl Wanted {
    fn of(query: &FigureQuery) -> Result<Self, AppError> {
        let verdicts: &[&str] = match query.which.as_str() {
            "" => &["met", "unmet", "by_definition", "by_claim"],
            "counted" => &["met", "unmet"],
            "met" => &["met"],
            "unmet" => &["unmet"],
            "excluded" => &["by_definition", "by_claim"],
            _ => {
                let detail = "counted, met, unmet or excluded";
                return Err(AppError::field("which", "unknown", detail));
            }
        };
        let after = if query.after.is_empty() {
            (i64::MIN, String::new())
        } else {
            let key = query.after.split_once('~');
            key.and_then(|(at, id)| Some((at.parse().ok()?, id.to_owned())))
                .filter(|(_, id)| !id.contains('\0'))
                .ok_or_else(|| AppError::field("after", "bad_key", "as `next` gave it"))?
        };
        Ok(Self { verdicts, after })
    }
}

/// The page, and where the next one begins. It ends with a case, never between its assignments.
fn list(
    count: &Count,
    metric: &str,
    unit: Option<&str>,
    wanted: &Wanted,
    mut facts: mpsc::Receiver<Vec<Fact>>,
) -> Result<(Vec<CountedView>, Option<String>), AppError> {
    let metric = count.book.metric(metric).ok_or(AppError::NotFound)?;
    // What is made of others is counted from theirs.
    let made = metric
        .made
        .as_ref()
        .map_or(&[][..], |(_, parts)| parts.as_slice());
    let metrics: Vec<&insight::Metric> = if made.is_empty() {
        vec![metric]
    } else {
        count
            .book
            .metrics()
            .filter(|known| made.contains(&known.id))
            .collect()
    };
    let exclusions = count.basis.exclusions();
    let mut items = Vec::new();
    while let Some(page) = facts.blocking_recv() {
        for fact in page {
            let facts = fact.read()?;
            let enough = items.len() >= ITEMS;
            let before = items.len();
            for metric in &metrics {
                let judged = metric
                    .judge(&facts, &count.period, &exclusions)
                    .map_err(miscount)?;
                items.extend(
                    judged
                        .into_iter()
                        .filter(|judged| unit.is_none_or(|unit| unit == judged.unit))
                        .map(|judged| item(&facts, judged))
                        .filter(|item| wanted.verdicts.contains(&item.verdict.as_str())),
                );
            }
            // The first one too many says that there is more.
            if enough && items.len() > before {
                items.truncate(before);
                let key = items
                    .last()
                    .map(|last| format!("{}~{}", last.opened_at, last.case));
                return Ok((items, key));
            }
        }
    }
    Ok((items, None))
}

fn item(facts: &CaseFacts, judged: Judged<'_>) -> CountedView {
    let (verdict, claim, value) = match judged.verdict {
        Verdict::Counted { met: true, value } => ("met", None, value),
        Verdict::Counted { met: false, value } => ("unmet", None, value),
        Verdict::ByDefinition => ("by_definition", None, None),
        Verdict::ByClaim(claim) => ("by_claim", Some(claim), None),
    };
    CountedView {
        case: facts.id.clone(),
        no: facts.no.clone(),
        opened_at: facts.opened_at,
        matter: facts.matter_name.clone(),
        leg: judged.leg.map(|leg| leg.leg.clone()),
        unit: judged.unit.to_owned(),
        unit_name: String::new(),
        verdict: verdict.to_owned(),
        claim,
        value: value.map(|value| value.normalize().to_string()),
    }
}
