//! Scores as a reader sees them.

use super::zone;
use crate::App;
use crate::error::AppError;
use crate::office::allow;
use crate::view::{
    ChangeView, FactView, FigureView, MetricView, PartScoreView, SchemePartView, SchemeView,
    ScoreLine, ScoreOffice, SheetView,
};
use domain::right::{Action, Actor};
use insight::formula::Formula;
use insight::metric::Shape;
use insight::scheme::{NoData, Sign};
use insight::{Book, Change, Figure, Metric, PeriodKind, Scheme, Sheet};
use rust_decimal::Decimal;

/// A decimal as it is written, with at most 8 places.
pub(super) fn decimal(text: &str) -> Option<Decimal> {
    Decimal::from_str_exact(text.trim())
        .ok()
        .filter(|number| number.scale() <= 8)
}

const fn shape(shape: Shape) -> &'static str {
    match shape {
        Shape::Rate => "rate",
        Shape::Count => "count",
        Shape::Mean => "mean",
        Shape::Sum => "sum",
        Shape::Coverage => "coverage",
        Shape::Recorded => "recorded",
        Shape::Made => "made",
    }
}

const fn kind(kind: PeriodKind) -> &'static str {
    match kind {
        PeriodKind::Week => "week",
        PeriodKind::Month => "month",
        PeriodKind::Quarter => "quarter",
        PeriodKind::Year => "year",
        PeriodKind::Days => "days",
    }
}

fn parameters(declared: &[(String, Decimal)]) -> Vec<String> {
    declared
        .iter()
        .map(|(name, number)| format!("{name} = {number}"))
        .collect()
}

fn metric_view(metric: &Metric) -> MetricView {
    let text = |formula: &Option<Formula>| {
        formula
            .as_ref()
            .map(|formula| formula.text().to_owned())
            .unwrap_or_default()
    };
    MetricView {
        id: metric.id.clone(),
        version: metric.version,
        zh: metric.zh.clone(),
        en: metric.en.clone(),
        note_zh: metric.note_zh.clone(),
        note_en: metric.note_en.clone(),
        of: insight::sheet::grain_word(metric.of).to_owned(),
        shape: shape(metric.shape).to_owned(),
        denominator: text(&metric.denominator),
        numerator: text(&metric.numerator),
        exclude: text(&metric.exclude),
        value: text(&metric.value),
        made: metric
            .made
            .as_ref()
            .map(|(made, _)| made.text().to_owned())
            .unwrap_or_default(),
        parameters: parameters(&metric.parameters),
        lacks: metric.lacks.iter().map(|name| (*name).to_owned()).collect(),
    }
}

fn scheme_view(scheme: &Scheme) -> SchemeView {
    SchemeView {
        id: scheme.id.clone(),
        version: scheme.version,
        zh: scheme.zh.clone(),
        en: scheme.en.clone(),
        note_zh: scheme.note_zh.clone(),
        note_en: scheme.note_en.clone(),
        periods: scheme
            .periods
            .iter()
            .map(|each| kind(*each).to_owned())
            .collect(),
        apart: scheme.apart,
        places: scheme.places,
        ties: scheme.ties.clone(),
        metrics: scheme.metrics.clone(),
        parts: scheme
            .parts
            .iter()
            .map(|part| SchemePartView {
                id: part.id.clone(),
                zh: part.zh.clone(),
                en: part.en.clone(),
                full: part.full.map(|full| full.to_string()),
                deduct: part.sign == Sign::Deduct,
                no_data: match part.no_data {
                    NoData::Full => "full",
                    NoData::Zero => "zero",
                    NoData::LeaveOut => "leave_out",
                }
                .to_owned(),
                score: part.score.text().to_owned(),
            })
            .collect(),
        parameters: parameters(&scheme.parameters),
    }
}

pub(super) fn figure_view(figure: Figure) -> FigureView {
    FigureView {
        metric: figure.metric,
        version: figure.version,
        denominator: figure.denominator,
        numerator: figure.numerator,
        by_definition: figure.by_definition,
        by_claim: figure.by_claim,
        value: figure.value.map(|value| value.to_string()),
        lacks: figure.lacks,
    }
}

pub(super) fn change_view(change: Change) -> ChangeView {
    ChangeView {
        before: figure_view(change.before),
        after: figure_view(change.after),
        difference: change.difference.map(|number| number.to_string()),
        percent: change.percent.map(|number| number.to_string()),
    }
}

pub(super) fn sheet_view(sheet: Sheet, pos: i64) -> SheetView {
    SheetView {
        scheme: sheet.scheme,
        version: sheet.version,
        period: sheet.period.name,
        from: sheet.period.from,
        to: sheet.period.to,
        pos,
        cases: sheet.cases,
        lines: sheet
            .lines
            .into_iter()
            .map(|line| ScoreLine {
                unit: line.subject.unit,
                name: line.subject.name,
                tier: line.subject.tier,
                rank: line.rank,
                tied: line.tied,
                parted_by: line.parted_by,
                score: line.score.map(|score| score.to_string()),
                adjustment: line.adjustment.to_string(),
                parts: line
                    .parts
                    .into_iter()
                    .map(|part| PartScoreView {
                        part: part.part,
                        points: part.points.map(|points| points.to_string()),
                        deduct: part.deduct,
                        no_data: part.no_data,
                    })
                    .collect(),
                red: line.red,
                black: line.black,
                bottom: line.bottom,
                figures: line.figures.into_iter().map(figure_view).collect(),
            })
            .collect(),
        total: sheet.total.into_iter().map(figure_view).collect(),
    }
}

/// The rules of `next` that `old` has not, or has in another version.
pub(super) fn changed(old: &Book, next: &Book) -> Vec<String> {
    let metrics = next
        .metrics()
        .filter(|metric| old.metric(&metric.id).map(|known| known.version) != Some(metric.version))
        .map(|metric| format!("{} v{}", metric.id, metric.version));
    let schemes = next
        .schemes()
        .filter(|scheme| old.scheme(&scheme.id).map(|known| known.version) != Some(scheme.version))
        .map(|scheme| format!("{} v{}", scheme.id, scheme.version));
    metrics.chain(schemes).collect()
}

impl App {
    /// Schemes, metrics, names, publications: what a reader chooses from.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], the store's.
    pub async fn score_office(&self, actor: &Actor) -> Result<ScoreOffice, AppError> {
        allow(actor, Action::ReadScores)?;
        let held = self.rules_held().await?;
        let mut publications = self.publications().await?;
        publications.reverse();
        let pos = self.fold_facts(|_| {}).await?;
        let claims = self.score_claims(actor).await?;
        let waiting = claims.iter().filter(|claim| claim.state == "asked").count();
        let facts = insight::fact::vocabulary(true)
            .into_iter()
            .map(|field| FactView {
                name: field.name.to_owned(),
                kind: field.kind.as_str().to_owned(),
                there: field.there,
                zh: field.zh.to_owned(),
                en: field.en.to_owned(),
            })
            .collect();
        Ok(ScoreOffice {
            schemes: held.book.schemes().map(scheme_view).collect(),
            metrics: held.book.metrics().map(metric_view).collect(),
            facts,
            publications,
            pos,
            periods: self.months(),
            waiting: u32::try_from(waiting).unwrap_or(u32::MAX),
        })
    }

    /// This month and the one before.
    fn months(&self) -> Vec<String> {
        let Ok(now) = jiff::Timestamp::from_millisecond(self.now()) else {
            return Vec::new();
        };
        let today = now.to_zoned(zone()).date();
        let before = today.first_of_month().yesterday().unwrap_or(today);
        [today, before]
            .iter()
            .map(|day| format!("{:04}-{:02}", day.year(), day.month()))
            .collect()
    }
}
