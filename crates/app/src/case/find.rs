//! Lists: the desk's, a unit's, a caller's, those near a place; and the head figures.

use super::show::{shows_place, unmask_place};
use super::{digits, place_key};
use crate::App;
use crate::draft::{Draft, deadline_state};
use crate::error::AppError;
use crate::office::allow;
use crate::view::{CallerCases, CasePage, DueView, MyLeg, Summary};
use domain::case::{Ask, Case, LegState};
use domain::right::{Action, Actor, mask_text, sees_all, sees_person};
use serde::Deserialize;
use std::collections::HashMap;
use store::{CaseFilter, CaseRow, LegRow, Order, Page, Scope};

/// A question for a list, as it stands in an address. Unknown names are refused.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct CaseQuery {
    /// `desk` for everything on the platform, `unit` for the own unit's.
    pub scope: Option<String>,
    /// Statuses, separated by commas.
    pub status: Option<String>,
    /// What waits for the desk lead; `any` for anything.
    pub task: Option<String>,
    /// Row of the responsibility list.
    pub matter: Option<String>,
    /// Accountable unit.
    pub unit: Option<String>,
    /// `police` or `hotline`: the desk the matter belongs to.
    pub desk: Option<String>,
    /// With or without signs of danger.
    pub danger: Option<bool>,
    /// Open ones only.
    pub open: Option<bool>,
    /// Past their nearest deadline only.
    pub overdue: Option<bool>,
    /// Due before, milliseconds UTC.
    pub due_before: Option<i64>,
    /// Words in number, place or summary.
    pub q: Option<String>,
    /// `updated`, `due`, `opened` or `oldest` (first opened first).
    pub order: Option<String>,
    /// Where the page begins.
    pub after: Option<String>,
    /// Rows, 1 to 200.
    pub limit: Option<i64>,
}

/// Rows looked at in one go where some may turn out to be hidden.
const STEP: i64 = 200;

const STATUSES: [&str; 9] = [
    "taken",
    "incoming",
    "offered",
    "dispatched",
    "handling",
    "suspended",
    "resulted",
    "elsewhere",
    "closed",
];

impl App {
    /// A page of cases this reader may know of.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::Invalid`], the store's.
    pub async fn cases(&self, actor: &Actor, query: CaseQuery) -> Result<CasePage, AppError> {
        self.may_list(actor)?;
        let filter = self.filter(actor, &query)?;
        let limit = query.limit.unwrap_or(50);
        if !(1..=200).contains(&limit) {
            return Err(AppError::field("limit", "out_of_range", "1 to 200"));
        }
        let after = query.after.as_deref().map(cursor).transpose()?;
        let rows = self.page(&filter, after, limit).await?;
        let full = i64::try_from(rows.len()).is_ok_and(|n| n == limit);
        let next = rows.last().filter(|_| full).map(|row| {
            let (at, id) = filter.order.key(row);
            format!("{at}_{id}")
        });
        let (legs, states) = match &filter.scope {
            Scope::Unit(unit) => (self.own_legs(unit, &rows).await?, self.states(&rows).await?),
            Scope::All => (Vec::new(), HashMap::new()),
        };
        let items = rows
            .iter()
            .map(|row| {
                let leg = legs.iter().rev().find(|leg| leg.case_id == row.id);
                let mut brief = self.brief(actor, row, leg);
                let Some(case) = states.get(&row.id) else {
                    return brief;
                };
                if shows_place(actor, case) {
                    unmask_place(&mut brief, row);
                }
                if let Some(mine) = &mut brief.my_leg {
                    self.complete(mine, case);
                }
                brief
            })
            .collect();
        Ok(CasePage { items, next })
    }

    /// A page of rows. Words a mask hides from this reader find nothing: neither a row nor a sign
    /// that there was one (law 10).
    async fn page(
        &self,
        filter: &CaseFilter,
        mut after: Option<(i64, String)>,
        limit: i64,
    ) -> Result<Vec<CaseRow>, AppError> {
        let store = &self.inner.store;
        let Some(words) = filter.text.as_ref().filter(|_| filter.place_hidden) else {
            return Ok(store.list(filter, &Page { after, limit }).await?);
        };
        // As the store compares: large and small letters of ASCII alike.
        let words = words.to_ascii_lowercase();
        let holds = |text: &str| text.to_ascii_lowercase().contains(&words);
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut found: Vec<CaseRow> = Vec::new();
        loop {
            let page = Page { after, limit: STEP };
            let rows = store.list(filter, &page).await?;
            let more = i64::try_from(rows.len()).is_ok_and(|n| n == STEP);
            after = rows.last().map(|row| filter.order.key(row));
            let shown = rows
                .into_iter()
                .filter(|row| holds(&row.no) || holds(&mask_text(&row.summary)));
            found.extend(shown.take(most - found.len()));
            if !more || found.len() == most {
                return Ok(found);
            }
        }
    }

    /// The folded states of listed cases.
    pub(super) async fn states(&self, rows: &[CaseRow]) -> Result<HashMap<String, Case>, AppError> {
        let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
        let mut states = HashMap::new();
        for row in self.inner.store.cases(&ids).await? {
            let draft = Draft::of_row(row)?;
            states.insert(draft.after.id.to_string(), draft.after);
        }
        Ok(states)
    }

    /// What a unit's own line says beyond the columns: done again, asked for, who else is on it.
    fn complete(&self, mine: &mut MyLeg, case: &Case) {
        let Some(leg) = case.legs.iter().find(|leg| leg.id.as_str() == mine.id) else {
            return;
        };
        mine.next = case
            .deadlines
            .iter()
            .filter(|d| d.leg.as_ref() == Some(&leg.id) && d.is_open())
            .min_by_key(|d| d.due)
            .map(|d| DueView {
                stage: d.stage.as_str().to_owned(),
                due: d.due,
                amber_at: d.amber,
                state: deadline_state(d).to_owned(),
            });
        mine.redo = leg.state.is_open() && leg.solved.is_some();
        mine.binding = leg.binding;
        mine.asked = leg.ask.as_ref().map(|ask| {
            match ask {
                Ask::Extension { .. } => "extension",
                Ask::Return { .. } => "return",
            }
            .to_owned()
        });
        mine.together = case
            .legs
            .iter()
            .filter(|other| other.state.is_open() || other.state == LegState::Done)
            .filter(|other| other.unit != leg.unit)
            .map(|other| self.unit_name(other.unit.as_str()))
            .collect();
    }

    async fn own_legs(&self, unit: &str, rows: &[CaseRow]) -> Result<Vec<LegRow>, AppError> {
        let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
        let mut legs = self.inner.store.legs_of_cases(&ids).await?;
        legs.retain(|leg| leg.unit == unit);
        // Where a unit has several, the one still open is shown.
        legs.sort_by_key(|leg| {
            (
                matches!(leg.state.as_str(), "dispatched" | "signed" | "suspended"),
                leg.dispatched_at,
            )
        });
        Ok(legs)
    }

    fn filter(&self, actor: &Actor, query: &CaseQuery) -> Result<CaseFilter, AppError> {
        let own = Scope::Unit(actor.unit.to_string());
        let scope = match query.scope.as_deref() {
            None if sees_all(actor) => Scope::All,
            Some("desk") if sees_all(actor) => Scope::All,
            None | Some("unit") => own,
            Some("desk") => return Err(AppError::Forbidden),
            Some(_) => return Err(AppError::field("scope", "unknown", "desk or unit")),
        };
        let status: Vec<String> = query
            .status
            .as_deref()
            .map(|list| list.split(',').map(str::to_owned).collect())
            .unwrap_or_default();
        if status.iter().any(|s| !STATUSES.contains(&s.as_str())) {
            return Err(AppError::field("status", "unknown", STATUSES.join(", ")));
        }
        let order = match query.order.as_deref() {
            // What is overdue is found by its limit.
            None if query.overdue == Some(true) => Order::Due,
            None | Some("updated") => Order::Updated,
            Some("due") => Order::Due,
            Some("opened") => Order::Opened,
            Some("oldest") => Order::Oldest,
            Some(_) => {
                return Err(AppError::field(
                    "order",
                    "unknown",
                    "updated, due, opened or oldest",
                ));
            }
        };
        if query.q.as_ref().is_some_and(|q| q.chars().count() > 100) {
            return Err(AppError::field("q", "too_long", "at most 100 characters"));
        }
        let words = [
            &query.q,
            &query.task,
            &query.matter,
            &query.unit,
            &query.desk,
        ];
        if words.into_iter().flatten().any(|word| word.contains('\0')) {
            let detail = "holds a NUL character";
            return Err(AppError::field("q", "control_character", detail));
        }
        let any_task = query.task.as_deref() == Some("any");
        Ok(CaseFilter {
            scope,
            status,
            task: query.task.clone().filter(|_| !any_task),
            any_task,
            open_only: query.open.unwrap_or(false),
            desk: query.desk.clone(),
            matter: query.matter.clone(),
            unit: query.unit.clone(),
            danger: query.danger,
            // The moment itself is too late: a clock is missed when it is due.
            overdue_at: query.overdue.unwrap_or(false).then(|| self.now() + 1),
            due_before: query.due_before,
            text: query
                .q
                .clone()
                .map(|q| q.trim().to_owned())
                .filter(|q| !q.is_empty()),
            // A search must not tell what a mask hides.
            place_hidden: !actor.roles.iter().any(|role| sees_person(*role)),
            order,
            ..CaseFilter::default()
        })
    }

    /// Cases of one caller, by the number alone: what is looked at before the first word.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], the store's.
    pub async fn callers(&self, actor: &Actor, number: &str) -> Result<CallerCases, AppError> {
        allow(actor, Action::Intake)?;
        let key = self.caller_key(number);
        if key.is_empty() || digits(number).len() > 40 {
            return Ok(CallerCases {
                open: Vec::new(),
                earlier: Vec::new(),
                nuisance: None,
            });
        }
        let rows = self.rows_of_caller(&key).await?;
        let mut known = self.sorted(actor, &rows);
        known.nuisance = Some(self.nuisance(&rows).await?);
        Ok(known)
    }

    /// Open and recent cases at one place.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], the store's.
    pub async fn near(
        &self,
        actor: &Actor,
        place: &str,
        _district: &str,
    ) -> Result<CallerCases, AppError> {
        allow(actor, Action::Intake)?;
        let key = place_key(place);
        if key.chars().count() < 4 {
            return Ok(CallerCases {
                open: Vec::new(),
                earlier: Vec::new(),
                nuisance: None,
            });
        }
        let filter = CaseFilter {
            place_key: Some(key),
            opened_from: Some(self.now() - 30 * 86_400_000),
            ..CaseFilter::default()
        };
        let rows = self
            .inner
            .store
            .list(
                &filter,
                &Page {
                    after: None,
                    limit: 50,
                },
            )
            .await?;
        Ok(self.sorted(actor, &rows))
    }

    fn sorted(&self, actor: &Actor, rows: &[CaseRow]) -> CallerCases {
        let (open, earlier): (Vec<&CaseRow>, Vec<&CaseRow>) =
            rows.iter().partition(|row| row.closed_at.is_none());
        let brief = |rows: Vec<&CaseRow>| {
            rows.into_iter()
                .map(|row| self.brief(actor, row, None))
                .collect()
        };
        CallerCases {
            open: brief(open),
            earlier: brief(earlier),
            nuisance: None,
        }
    }

    /// The head figures.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], the store's.
    pub async fn summary(&self, actor: &Actor) -> Result<Summary, AppError> {
        allow(actor, Action::ReadDesk)?;
        let counts = self.tallied(self.now()).await?;
        Ok(Summary {
            by_status: counts.by_status.into_iter().collect(),
            by_task: counts.by_task.into_iter().collect(),
            by_outcome_today: counts.by_outcome.into_iter().collect(),
            overdue: counts.overdue,
            due_soon: counts.due_soon,
            open: counts.open,
            waiting_oldest_at: counts.waiting_since,
        })
    }
}

fn cursor(text: &str) -> Result<(i64, String), AppError> {
    let bad = || AppError::field("after", "unreadable", "take it from the page before");
    let (at, id) = text.split_once('_').ok_or_else(bad)?;
    Ok((at.parse().map_err(|_| bad())?, id.to_owned()))
}
