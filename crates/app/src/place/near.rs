//! Open cases that a new call may be about: at the same place, near it, or alike in words.

use super::alike::Speech;
use super::stored;
use crate::App;
use crate::case::{place_key, summarise};
use crate::error::{AppError, FieldError};
use crate::office::allow;
use crate::view::{AlikeCase, AlikeCases, PointView};
use domain::datum::{Degrees, METRES_A_DEGREE};
use domain::right::{Action, Actor};
use std::collections::HashSet;
use store::{CaseFilter, CaseRow, Page};

/// What is near: metres.
const NEAR: f64 = 300.0;
/// What counts as alike in words by itself: percent, and pairs that must be shared.
const ALIKE: i64 = 25;
const PAIRS: usize = 3;
/// How far back words alone are compared: one matter called in from many doors is called in soon.
const WINDOW: i64 = 3 * 86_400_000;
/// The open cases that changed last are compared, so many of them.
const COMPARED: i64 = 300;
/// Open cases near a point, at the most.
const AROUND: i64 = 100;
/// Shown at the most.
const SHOWN: usize = 8;

impl App {
    /// Open cases at the place, near it or alike in words, the likeliest first, each with why.
    /// Nothing of what is asked is kept.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::Invalid`], the store's.
    pub async fn alike(
        &self,
        actor: &Actor,
        narrative: &str,
        place: &str,
        point: Option<PointView>,
    ) -> Result<AlikeCases, AppError> {
        allow(actor, Action::Intake)?;
        check(narrative, place, point)?;
        let known = self.locate_contact(place, narrative);
        let at = point
            .map(stored)
            .or_else(|| known.as_ref().map(|p| Degrees::new(p.lon, p.lat)));
        let key = place_key(place);
        let here = Asked {
            speech: Speech::of(&summarise(narrative), place),
            key: if key.chars().count() < 4 {
                String::new()
            } else {
                key
            },
            at,
        };
        let rows = self.candidates(&here).await?;
        let since = self.now() - WINDOW;
        let mut hits: Vec<Hit<'_>> = rows
            .iter()
            .filter_map(|row| here.compare(row, since))
            .collect();
        hits.sort_by_key(|hit| std::cmp::Reverse((hit.weight, hit.row.updated_at)));
        hits.truncate(SHOWN);
        Ok(AlikeCases {
            compared: i64::try_from(rows.len()).unwrap_or(0),
            place: known,
            cases: hits
                .into_iter()
                .map(|hit| AlikeCase {
                    case: self.brief(actor, hit.row, None),
                    same_place: hit.same_place,
                    metres: hit.metres.map(f64::round),
                    percent: hit.percent,
                    words: hit.words,
                })
                .collect(),
        })
    }

    /// A bounded number of open cases: those of the place, those around it, those that changed
    /// last.
    async fn candidates(&self, here: &Asked) -> Result<Vec<CaseRow>, AppError> {
        let store = &self.inner.store;
        let open = CaseFilter {
            open_only: true,
            ..CaseFilter::default()
        };
        let page = |limit| Page { after: None, limit };
        let mut rows = Vec::new();
        if !here.key.is_empty() {
            let same = CaseFilter {
                place_key: Some(here.key.clone()),
                ..open.clone()
            };
            rows.extend(store.list(&same, &page(50)).await?);
        }
        if let Some(at) = here.at {
            let north = NEAR / METRES_A_DEGREE;
            let east = north / at.lat.to_radians().cos().max(0.01);
            let around = [at.lon - east, at.lon + east, at.lat - north, at.lat + north];
            rows.extend(store.open_within(around, AROUND).await?);
        }
        if !here.speech.is_empty() {
            rows.extend(store.list(&open, &page(COMPARED)).await?);
        }
        let mut seen = HashSet::new();
        rows.retain(|row| seen.insert(row.id.clone()));
        Ok(rows)
    }
}

/// What is asked about.
struct Asked {
    speech: Speech,
    key: String,
    at: Option<Degrees>,
}

struct Hit<'a> {
    row: &'a CaseRow,
    same_place: bool,
    metres: Option<f64>,
    percent: i64,
    words: Vec<String>,
    weight: i64,
}

impl Asked {
    fn compare<'a>(&self, row: &'a CaseRow, since: i64) -> Option<Hit<'a>> {
        let same_place = !self.key.is_empty() && self.key == row.place_key;
        let metres = self
            .at
            .zip(row.lon.zip(row.lat))
            .map(|(at, (lon, lat))| at.metres_to(Degrees::new(lon, lat)))
            .filter(|metres| *metres <= NEAR);
        let speech = Speech::of(&row.summary, &row.place);
        let percent = self.speech.percent(&speech);
        let alike = percent >= ALIKE && self.speech.shared(&speech) >= PAIRS;
        if !same_place && metres.is_none() && !(alike && row.opened_at >= since) {
            return None;
        }
        // The same door outweighs any words; what is near and alike outweighs what is only one.
        let near = i64::from(metres.is_some()) * 40;
        Some(Hit {
            row,
            same_place,
            metres,
            percent,
            words: self.speech.same_words(&speech),
            weight: i64::from(same_place) * 100 + near + percent,
        })
    }
}

fn check(narrative: &str, place: &str, point: Option<PointView>) -> Result<(), AppError> {
    let mut errors = Vec::new();
    if narrative.chars().count() > crate::case::NARRATIVE_MOST {
        errors.push(FieldError::new(
            "narrative",
            "too_long",
            "at most 4,000 characters",
        ));
    }
    if place.chars().count() > 200 {
        errors.push(FieldError::new(
            "place",
            "too_long",
            "at most 200 characters",
        ));
    }
    if narrative.contains('\0') || place.contains('\0') {
        errors.push(FieldError::new(
            "place",
            "control_character",
            "holds a NUL character",
        ));
    }
    if point.is_some_and(|point| !point.is_on_earth()) {
        errors.push(FieldError::new(
            "point",
            "out_of_range",
            "longitude and latitude",
        ));
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(AppError::Invalid(errors))
    }
}
