//! The book of rules: metrics and schemes, read from TOML. What is wrong is refused with file, line,
//! column and reason, and nothing of it is taken.

mod raw;

use crate::formula::{Fault, Formula, Kind, Names, Value};
use crate::metric::{FactNames, Grain, Metric, Shape, When};
use crate::number::Miscount;
use crate::scheme::{NoData, Part, Scheme, Sign};
use raw::{RawMetric, RawScheme, RawText};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;

/// The metrics that are shipped.
const METRICS: &str = include_str!("../../data/metric.toml");

/// The schemes that are shipped.
const SCHEMES: [(&str, &str); 11] = [
    ("buildup", include_str!("../../data/scheme/buildup.toml")),
    (
        "county_regular",
        include_str!("../../data/scheme/county_regular.toml"),
    ),
    (
        "county_year",
        include_str!("../../data/scheme/county_year.toml"),
    ),
    (
        "weighted_columns",
        include_str!("../../data/scheme/weighted_columns.toml"),
    ),
    (
        "red_black",
        include_str!("../../data/scheme/red_black.toml"),
    ),
    (
        "hundred_points",
        include_str!("../../data/scheme/hundred_points.toml"),
    ),
    (
        "base_bonus",
        include_str!("../../data/scheme/base_bonus.toml"),
    ),
    (
        "three_rates",
        include_str!("../../data/scheme/three_rates.toml"),
    ),
    (
        "year_figures",
        include_str!("../../data/scheme/year_figures.toml"),
    ),
    (
        "five_assurances",
        include_str!("../../data/scheme/five_assurances.toml"),
    ),
    (
        "unit_duties",
        include_str!("../../data/scheme/unit_duties.toml"),
    ),
];

/// A text that adds metrics or a scheme, or puts a new version in the place of an old one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleText {
    /// What it is called when something is wrong with it.
    pub name: String,
    /// The text.
    pub text: String,
}

/// What is wrong with a text, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}, column {column}: {why}")]
pub struct BookFault {
    /// The text.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// The stable key.
    pub key: &'static str,
    /// The reason.
    pub why: String,
}

/// Metrics and schemes, checked against each other.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Book {
    metrics: Vec<Metric>,
    schemes: Vec<Scheme>,
}

impl Book {
    /// What is shipped.
    ///
    /// # Errors
    /// What is wrong with it, and where; a test reads it.
    pub fn shipped() -> Result<Self, BookFault> {
        Self::default().with(&Self::texts())
    }

    /// The texts that are shipped, to begin a version of one's own from.
    #[must_use]
    pub fn texts() -> Vec<RuleText> {
        let text = |name: &str, text: &str| RuleText {
            name: name.to_owned(),
            text: text.to_owned(),
        };
        let schemes = SCHEMES.iter().map(|(name, scheme)| text(name, scheme));
        [text("metric", METRICS)]
            .into_iter()
            .chain(schemes)
            .collect()
    }

    /// The book with these texts over it, in order. A version that is not above the known one is
    /// refused, and so is a text that leaves another rule without what it needs.
    ///
    /// # Errors
    /// The first thing that is wrong; the book stays as it was.
    pub fn with(&self, texts: &[RuleText]) -> Result<Self, BookFault> {
        let mut next = self.clone();
        let mut schemes = Vec::new();
        for text in texts {
            let place = Place { text };
            let raw: RawText = toml::from_str(&text.text).map_err(|error| {
                let at = error.span().map_or(0, |span| span.start);
                place.fault(at, "toml", error.message().to_owned())
            })?;
            let mut made = Vec::new();
            for metric in raw.metric {
                let at = metric.span();
                let metric = metric.into_inner();
                if metric.made.is_some() {
                    made.push((at, metric));
                } else {
                    let metric = next.metric_of(&place, &at, metric)?;
                    next.put_metric(&place, &at, metric)?;
                }
            }
            // After those it may be made of.
            for (at, metric) in made {
                let metric = next.metric_of(&place, &at, metric)?;
                next.put_metric(&place, &at, metric)?;
            }
            if let Some(scheme) = raw.scheme {
                schemes.push((text, scheme));
            }
        }
        for (text, scheme) in schemes {
            let place = Place { text };
            let at = scheme.span();
            let scheme = next.scheme_of(&place, scheme.into_inner())?;
            let known = next.schemes.iter_mut().find(|known| known.id == scheme.id);
            match known {
                Some(known) if known.version >= scheme.version => {
                    return Err(place.old(&at, &scheme.id, known.version));
                }
                Some(known) => *known = scheme,
                None => next.schemes.push(scheme),
            }
        }
        Ok(next)
    }

    /// The metrics, in the order they were first named in.
    pub fn metrics(&self) -> impl Iterator<Item = &Metric> {
        self.metrics.iter()
    }

    /// A metric.
    #[must_use]
    pub fn metric(&self, id: &str) -> Option<&Metric> {
        self.metrics.iter().find(|metric| metric.id == id)
    }

    /// The schemes.
    pub fn schemes(&self) -> impl Iterator<Item = &Scheme> {
        self.schemes.iter()
    }

    /// A scheme.
    #[must_use]
    pub fn scheme(&self, id: &str) -> Option<&Scheme> {
        self.schemes.iter().find(|scheme| scheme.id == id)
    }

    /// What has to be counted for these metrics: they, and what they are made of.
    #[must_use]
    pub fn counted(&self, ids: &[String]) -> Vec<&Metric> {
        let parts = |id: &String| {
            let made = self.metric(id).and_then(|metric| metric.made.as_ref());
            made.map_or(&[][..], |(_, parts)| parts.as_slice())
        };
        self.metrics
            .iter()
            .filter(|metric| {
                ids.iter()
                    .any(|id| *id == metric.id || parts(id).contains(&metric.id))
            })
            .collect()
    }

    /// What a formula over metrics comes to.
    pub(crate) fn made(
        &self,
        formula: &Formula,
        values: &[Option<Decimal>],
    ) -> Result<Option<Decimal>, Miscount> {
        let row: Vec<Value<'_>> = values
            .iter()
            .map(|value| value.map_or(Value::Missing, Value::Number))
            .collect();
        Ok(match formula.value(&row)? {
            Value::Number(number) => Some(number),
            _ => None,
        })
    }

    /// The names of a scheme's formulas: metrics by slot, then parameters, then the score.
    fn metric_names(&self, parameters: &[(String, Decimal)]) -> Vec<(String, Kind)> {
        let metrics = self.metrics.iter().map(|metric| metric.id.clone());
        let parameters = parameters.iter().map(|(name, _)| name.clone());
        metrics
            .chain(parameters)
            .chain(["score".to_owned()])
            .map(|name| (name, Kind::Number))
            .collect()
    }

    fn put_metric(
        &mut self,
        place: &Place<'_>,
        at: &Range<usize>,
        metric: Metric,
    ) -> Result<(), BookFault> {
        match self.metrics.iter_mut().find(|known| known.id == metric.id) {
            Some(known) if known.version >= metric.version => {
                Err(place.old(at, &metric.id, known.version))
            }
            Some(known) if known.made.is_some() != metric.made.is_some() => {
                let why = format!("{} cannot change whether it is made of others", metric.id);
                Err(place.fault(at.start, "made", why))
            }
            // Schemes name it by its slot, which stays.
            Some(known) => {
                *known = metric;
                Ok(())
            }
            None => {
                self.metrics.push(metric);
                Ok(())
            }
        }
    }

    fn metric_of(
        &self,
        place: &Place<'_>,
        at: &Range<usize>,
        raw: RawMetric,
    ) -> Result<Metric, BookFault> {
        place.id(at, &raw.id)?;
        let parameters = place.parameters(&raw.parameters)?;
        let names = FactNames::new(raw.of, &parameters);
        let read = |text: &Option<Spanned<String>>, kind: Kind| {
            text.as_ref()
                .map(|text| place.formula(text, kind, &names))
                .transpose()
        };
        let denominator = read(&raw.denominator, Kind::Flag)?;
        let numerator = read(&raw.numerator, Kind::Flag)?;
        let exclude = read(&raw.exclude, Kind::Flag)?;
        let value = read(&raw.value, Kind::Number)?;
        let needs: &[(bool, &str)] = match raw.shape {
            Shape::Rate => &[
                (denominator.is_some(), "denominator"),
                (numerator.is_some(), "numerator"),
            ],
            Shape::Count | Shape::Coverage => &[(denominator.is_some(), "denominator")],
            Shape::Mean | Shape::Sum => &[
                (denominator.is_some(), "denominator"),
                (value.is_some(), "value"),
            ],
            Shape::Recorded => &[],
            Shape::Made => &[(raw.made.is_some(), "made")],
        };
        if let Some((_, name)) = needs.iter().find(|(there, _)| !there) {
            let why = format!("metric {} needs its {name} (law 9)", raw.id);
            return Err(place.fault(at.start, "undeclared", why));
        }
        let when = raw.when.unwrap_or(match raw.of {
            Grain::Case => When::Opened,
            Grain::Leg => When::Dispatched,
        });
        if when == When::Dispatched && raw.of == Grain::Case {
            let why = format!("metric {}: a case has no moment of dispatch", raw.id);
            return Err(place.fault(at.start, "moment", why));
        }
        let mut lacks: Vec<&'static str> = [&denominator, &numerator, &exclude, &value]
            .into_iter()
            .flatten()
            .flat_map(|formula| formula.slots())
            .filter_map(|slot| names.field(*slot))
            .filter(|field| !field.there)
            .map(|field| field.name)
            .collect();
        lacks.sort_unstable();
        lacks.dedup();
        let made = match &raw.made {
            None => None,
            Some(text) => {
                let plain: Vec<(String, Kind)> = self
                    .metrics
                    .iter()
                    .map(|metric| {
                        // What is made itself keeps its slot and cannot be named.
                        let name = if metric.made.is_some() {
                            ""
                        } else {
                            &metric.id
                        };
                        (name.to_owned(), Kind::Number)
                    })
                    .collect();
                let formula = place.formula(text, Kind::Number, plain.as_slice())?;
                let of = formula
                    .slots()
                    .iter()
                    .filter_map(|slot| self.metrics.get(*slot));
                let of = of.map(|metric| metric.id.clone()).collect();
                Some((formula, of))
            }
        };
        Ok(Metric {
            id: raw.id,
            version: raw.version,
            zh: raw.zh,
            en: raw.en,
            note_zh: raw.note_zh,
            note_en: raw.note_en,
            of: raw.of,
            shape: raw.shape,
            when,
            better: raw.better,
            denominator,
            numerator,
            exclude,
            value,
            made,
            parameters,
            lacks,
        })
    }

    fn scheme_of(&self, place: &Place<'_>, raw: RawScheme) -> Result<Scheme, BookFault> {
        place.id(&(0..0), &raw.id)?;
        let parameters = place.parameters(&raw.parameters)?;
        let names = self.metric_names(&parameters);
        // A part cannot stand on the score it is part of.
        let without: Vec<(String, Kind)> = names
            .iter()
            .filter(|(name, _)| name != "score")
            .cloned()
            .collect();
        let mut used: Vec<usize> = Vec::new();
        let mut parts = Vec::with_capacity(raw.part.len());
        for part in raw.part {
            let score = place.formula(&part.score, Kind::Number, without.as_slice())?;
            used.extend(score.slots());
            let full = part
                .full
                .as_ref()
                .map(|text| place.number(text))
                .transpose()?;
            if full.is_none() && part.no_data != NoData::Zero && part.sign == Sign::Add {
                let why = format!(
                    "part {}: without full marks it needs no_data = \"zero\"",
                    part.id
                );
                return Err(place.fault(part.score.span().start, "full", why));
            }
            parts.push(Part {
                id: part.id,
                zh: part.zh,
                en: part.en,
                full,
                sign: part.sign,
                no_data: part.no_data,
                score,
            });
        }
        let list = |text: &Option<Spanned<String>>| {
            text.as_ref()
                .map(|text| place.formula(text, Kind::Flag, names.as_slice()))
                .transpose()
        };
        let (red, black) = (list(&raw.red)?, list(&raw.black)?);
        for formula in [&red, &black].into_iter().flatten() {
            used.extend(formula.slots());
        }
        let mut ties = Vec::with_capacity(raw.ties.len());
        for (named, tie) in raw
            .show
            .iter()
            .map(|s| (s, false))
            .chain(raw.ties.iter().map(|s| (s, true)))
        {
            let slot = self
                .metrics
                .iter()
                .position(|metric| &metric.id == named.get_ref());
            let Some(slot) = slot else {
                let why = format!("there is no metric “{}”", named.get_ref());
                return Err(place.fault(named.span().start, "unknown_name", why));
            };
            used.push(slot);
            if tie {
                ties.push(named.get_ref().clone());
            }
        }
        if *raw.places.get_ref() < 3 || *raw.places.get_ref() > 8 {
            let why = "a score is kept with 3 to 8 places".to_owned();
            return Err(place.fault(raw.places.span().start, "places", why));
        }
        if *raw.rate_places.get_ref() > 8 {
            let why = "a metric is rounded to 0 to 8 places".to_owned();
            return Err(place.fault(raw.rate_places.span().start, "places", why));
        }
        let metrics = self
            .metrics
            .iter()
            .enumerate()
            .filter(|(slot, _)| used.contains(slot))
            .map(|(_, metric)| metric.id.clone())
            .collect();
        Ok(Scheme {
            id: raw.id,
            version: raw.version,
            zh: raw.zh,
            en: raw.en,
            note_zh: raw.note_zh,
            note_en: raw.note_en,
            periods: raw.periods,
            apart: raw.apart,
            places: raw.places.into_inner(),
            rate_places: raw.rate_places.into_inner(),
            most: raw
                .most
                .as_ref()
                .map(|text| place.number(text))
                .transpose()?,
            fewest: raw
                .fewest
                .as_ref()
                .map(|text| place.number(text))
                .transpose()?,
            ties,
            bottom: raw.bottom,
            red,
            black,
            parts,
            metrics,
            parameters,
            counts: self
                .metrics
                .iter()
                .enumerate()
                .filter(|(_, metric)| metric.shape == Shape::Count)
                .map(|(slot, _)| slot)
                .collect(),
        })
    }
}

/// Where things are in a text.
struct Place<'t> {
    text: &'t RuleText,
}

impl Place<'_> {
    fn fault(&self, at: usize, key: &'static str, why: String) -> BookFault {
        let before = self.text.text.get(..at).unwrap_or(&self.text.text);
        BookFault {
            file: self.text.name.clone(),
            line: before.matches('\n').count() + 1,
            column: before.chars().rev().take_while(|c| *c != '\n').count() + 1,
            key,
            why,
        }
    }

    fn old(&self, at: &Range<usize>, id: &str, known: u32) -> BookFault {
        let why = format!("{id} is at version {known}; a new text needs a higher one");
        self.fault(at.start, "version", why)
    }

    fn id(&self, at: &Range<usize>, id: &str) -> Result<(), BookFault> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if id.len() <= 40
            && id.starts_with(|c: char| c.is_ascii_lowercase())
            && id.chars().all(plain)
            && id != "score"
        {
            return Ok(());
        }
        let why = format!("“{id}” is no id: small letters, digits and _, at most 40");
        Err(self.fault(at.start, "id", why))
    }

    fn number(&self, text: &Spanned<String>) -> Result<Decimal, BookFault> {
        Decimal::from_str_exact(text.get_ref()).map_err(|_| {
            let why = format!("“{}” is no number", text.get_ref());
            self.fault(text.span().start, "number", why)
        })
    }

    fn parameters(
        &self,
        raw: &BTreeMap<String, Spanned<String>>,
    ) -> Result<Vec<(String, Decimal)>, BookFault> {
        raw.iter()
            .map(|(name, text)| Ok((name.clone(), self.number(text)?)))
            .collect()
    }

    /// A formula's own fault, at its place in the whole text.
    fn formula<N: Names + ?Sized>(
        &self,
        text: &Spanned<String>,
        kind: Kind,
        names: &N,
    ) -> Result<Formula, BookFault> {
        Formula::read(text.get_ref(), kind, names).map_err(|Fault { at, wrong }| {
            let span = text.span();
            let written = self.text.text.get(span.clone()).unwrap_or_default();
            // Behind the opening quotation mark or marks; texts with escapes are pointed at roughly.
            let open = if written.starts_with("\"\"\"") || written.starts_with("'''") {
                3
            } else {
                1
            };
            let inside = written
                .chars()
                .skip(open)
                .take(at - 1)
                .map(char::len_utf8)
                .sum::<usize>();
            self.fault(span.start + open + inside, wrong.key(), wrong.to_string())
        })
    }
}
