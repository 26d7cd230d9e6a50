//! Questions: what a reader may ask, and what is shown of the answer.

use super::entry::{fold, month_name};
use super::follow::words;
use super::snippet::{marked, snippet};
use crate::App;
use crate::draft::Draft;
use crate::error::{AppError, FieldError};
use crate::view::{FacetView, FacetsView, HitView, SearchPage};
use ::search::{Facets, Pieces, Question, Sorting};
use domain::right::{Actor, mask_text, sees_all, sees_person};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use store::{CaseRow, LegRow};
use utoipa::ToSchema;

/// How far down one may read: whoever wants more asks more narrowly, or exports.
pub(super) const READ_MOST: usize = 10_000;
/// Rows of a page.
const PAGE_MOST: usize = 200;
/// Words of one condition.
const CHOICES_MOST: usize = 50;

/// A question. Conditions left out do not count; of several words of one condition, one must hold.
/// It is a body and no address, since it may hold what a caller is known by.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SearchAsk {
    /// Words, fragments, numbers, first letters of names; all of them must be there. Where no case
    /// has all, those are found that have the most telling ones.
    pub q: String,
    /// Four or more digits in a row of a printed number, here or at the peer.
    pub number: String,
    /// Four or more digits in a row of a caller's number; only for those who see numbers.
    pub phone: String,
    /// Words of the place.
    pub place: String,
    /// `desk` for everything on the platform, `unit` for the own unit's.
    pub scope: String,
    /// What it is doing: as `status` of a case.
    pub state: Vec<String>,
    /// `police` or `hotline`.
    pub desk: Vec<String>,
    /// Rows of the responsibility list.
    pub matter: Vec<String>,
    /// Who answers for it; `peer:` and a link for the other platform.
    pub unit: Vec<String>,
    /// How it arrived.
    pub channel: Vec<String>,
    /// At least this urgent: `urgent` or `critical`.
    pub urgency: String,
    /// With or without signs of danger.
    pub danger: Option<bool>,
    /// Opened at or after, milliseconds UTC.
    pub from: Option<i64>,
    /// Opened before.
    pub to: Option<i64>,
    /// `relevance`, `newest` or `oldest`.
    pub order: String,
}

/// Which part of the answer.
#[derive(Debug, Clone, Copy)]
pub struct SearchRange {
    /// How many of the first are left out.
    pub skip: usize,
    /// How many are wanted, 1 to 200.
    pub limit: usize,
    /// Whether counts by kind are wanted.
    pub facets: bool,
}

impl SearchAsk {
    /// The question for the index, with what this reader may ask.
    pub(super) fn question(&self, actor: &Actor) -> Result<Question, AppError> {
        self.check()?;
        let unmasked = actor.roles.iter().any(|role| sees_person(*role));
        if !self.phone.is_empty() && !unmasked {
            return Err(AppError::Forbidden);
        }
        let own = Some(actor.unit.to_string());
        let of_unit = match self.scope.as_str() {
            "" | "desk" if sees_all(actor) => None,
            "" | "unit" => own,
            "desk" => return Err(AppError::Forbidden),
            _ => return Err(AppError::field("scope", "unknown_word", "desk or unit")),
        };
        let sorting = match self.order.as_str() {
            "" | "relevance" => Sorting::Relevance,
            "newest" => Sorting::Newest,
            "oldest" => Sorting::Oldest,
            _ => {
                let detail = "relevance, newest or oldest";
                return Err(AppError::field("order", "unknown_word", detail));
            }
        };
        let urgency_least = match self.urgency.as_str() {
            "" => None,
            "normal" => Some(0),
            "urgent" => Some(1),
            "critical" => Some(2),
            _ => {
                let detail = "normal, urgent or critical";
                return Err(AppError::field("urgency", "unknown_word", detail));
            }
        };
        Ok(Question {
            words: self.pieces(),
            place: Pieces::new(words(&self.place).iter().map(String::as_str)),
            number: fold(&self.number),
            phone: fold(&self.phone).replace(' ', ""),
            unmasked,
            of_unit,
            states: self.state.clone(),
            desks: self.desk.clone(),
            matters: self.matter.clone(),
            units: self.unit.clone(),
            channels: self.channel.clone(),
            urgency_least,
            danger: self.danger,
            from: self.from,
            to: self.to,
            sorting,
            ..Question::default()
        })
    }

    /// The words of `q` as the index spells them.
    pub(super) fn pieces(&self) -> Pieces {
        Pieces::new(words(&self.q).iter().map(String::as_str))
    }

    fn check(&self) -> Result<(), AppError> {
        let mut wrong = Vec::new();
        for (field, text, most) in [
            ("q", &self.q, 500),
            ("number", &self.number, 60),
            ("phone", &self.phone, 40),
            ("place", &self.place, 100),
        ] {
            if text.chars().count() > most {
                let detail = format!("at most {most} characters");
                wrong.push(FieldError::new(field, "too_long", detail));
            }
            if text.contains('\0') {
                let detail = "holds a NUL character";
                wrong.push(FieldError::new(field, "control_character", detail));
            }
        }
        for (field, number) in [("number", &self.number), ("phone", &self.phone)] {
            let digits = fold(number).chars().filter(char::is_ascii_digit).count();
            if !number.is_empty() && digits < 4 {
                let detail = "at least four digits";
                wrong.push(FieldError::new(field, "too_short", detail));
            }
        }
        for (field, list) in [
            ("state", &self.state),
            ("desk", &self.desk),
            ("matter", &self.matter),
            ("unit", &self.unit),
            ("channel", &self.channel),
        ] {
            let long = list.iter().any(|word| word.chars().count() > 100);
            if list.len() > CHOICES_MOST || long {
                let detail = format!("at most {CHOICES_MOST} words of 100 characters");
                wrong.push(FieldError::new(field, "too_long", detail));
            }
        }
        if wrong.is_empty() {
            Ok(())
        } else {
            Err(AppError::Invalid(wrong))
        }
    }
}

impl App {
    /// What the reader's question finds among the cases the reader may know of.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::Invalid`], [`AppError::NoIndex`], the store's.
    pub async fn search(
        &self,
        actor: &Actor,
        ask: &SearchAsk,
        range: SearchRange,
    ) -> Result<SearchPage, AppError> {
        self.may_list(actor)?;
        if !(1..=PAGE_MOST).contains(&range.limit) {
            return Err(AppError::field("limit", "out_of_range", "1 to 200"));
        }
        if range.skip.saturating_add(range.limit) > READ_MOST {
            let detail = "at most 10000 with limit: ask more narrowly";
            return Err(AppError::field("skip", "out_of_range", detail));
        }
        let question = Question {
            skip: range.skip,
            limit: range.limit,
            facets: range.facets,
            ..ask.question(actor)?
        };
        // Before the answer: what is found is at least as new as what is said of it.
        let (pos, filling) = self.index_state();
        let found = self.find(question).await?;
        let rows = self.readable_rows(actor, &found.ids).await?;
        let items = self.hits(actor, ask, &rows).await?;
        Ok(SearchPage {
            items,
            total: found.facets.total,
            loose: found.loose,
            facets: range.facets.then(|| self.facets(&found.facets)),
            pos: pos.unwrap_or(0),
            filled: filling.map(|f| f.done),
            of: filling.map(|f| f.of),
        })
    }

    /// The rows behind ids, as they are now, without those the reader may not know of any more:
    /// the index may be a moment behind, a right is not.
    pub(super) async fn readable_rows(
        &self,
        actor: &Actor,
        ids: &[String],
    ) -> Result<Vec<CaseRow>, AppError> {
        let mut rows = self.inner.store.cases(ids).await?;
        if !sees_all(actor) {
            rows.retain(|row| {
                Draft::of_row(row.clone())
                    .is_ok_and(|draft| self.readable(actor, &draft.after).is_ok())
            });
        }
        Ok(rows)
    }

    async fn hits(
        &self,
        actor: &Actor,
        ask: &SearchAsk,
        rows: &[CaseRow],
    ) -> Result<Vec<HitView>, AppError> {
        let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
        let persons = self.inner.store.persons(&ids).await?;
        let legs = self.legs_of(actor, &ids).await?;
        let sees = actor.roles.iter().any(|role| sees_person(*role));
        let pieces = ask.pieces();
        let place = Pieces::new(
            words(&format!("{} {}", ask.q, ask.place))
                .iter()
                .map(String::as_str),
        );
        let number = Pieces::new([fold(&ask.number).as_str(), fold(&ask.q).as_str()]);
        let hit = |row: &CaseRow| {
            let brief = self.brief(actor, row, legs.get(&row.id));
            let said = persons
                .get(&row.id)
                .map(|person| person.narrative.as_str())
                .filter(|said| !said.is_empty())
                .unwrap_or(&row.summary);
            let said = if sees {
                said.to_owned()
            } else {
                mask_text(said)
            };
            HitView {
                no_parts: marked(&brief.no, &number),
                place_parts: marked(&brief.place, &place),
                snippet: snippet(&said, &pieces),
                brief,
            }
        };
        Ok(rows.iter().map(hit).collect())
    }

    /// The own unit's part in each case, for readers who see their own unit's cases only.
    async fn legs_of(
        &self,
        actor: &Actor,
        ids: &[String],
    ) -> Result<HashMap<String, LegRow>, AppError> {
        if sees_all(actor) {
            return Ok(HashMap::new());
        }
        let legs = self.inner.store.legs_of_cases(ids).await?;
        let own = legs
            .into_iter()
            .filter(|leg| leg.unit == actor.unit.as_str());
        Ok(own.map(|leg| (leg.case_id.clone(), leg)).collect())
    }

    fn facets(&self, facets: &Facets) -> FacetsView {
        let engine = self.inner.engine.load();
        let matter = |code: &str| {
            let row = engine
                .list()
                .matters
                .iter()
                .find(|m| m.code.as_str() == code);
            row.map_or_else(|| code.to_owned(), |m| m.name.clone())
        };
        let unit = |code: &str| match code.strip_prefix("peer:") {
            Some(link) => self.inner.config.peer_name(link),
            None => self.unit_name(code),
        };
        let months = facets.month.iter().rev();
        FacetsView {
            state: counted(&facets.state, |_| String::new()),
            desk: counted(&facets.desk, |_| String::new()),
            matter: counted(&facets.matter, matter),
            unit: counted(&facets.unit, unit),
            month: months
                .map(|(month, count)| FacetView {
                    value: month_name(*month),
                    name: String::new(),
                    count: *count,
                })
                .collect(),
        }
    }
}

fn counted(
    counts: &std::collections::BTreeMap<String, u64>,
    name: impl Fn(&str) -> String,
) -> Vec<FacetView> {
    let mut views: Vec<FacetView> = counts
        .iter()
        .map(|(value, count)| FacetView {
            name: name(value),
            value: value.clone(),
            count: *count,
        })
        .collect();
    views.sort_by_key(|view| std::cmp::Reverse(view.count));
    views
}
