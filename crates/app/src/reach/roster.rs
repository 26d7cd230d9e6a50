//! The roster as people see it: a week by unit, who is on now, where nobody will be, swaps.

use super::book::Book;
use super::ladder::shown;
use crate::App;
use crate::error::AppError;
use crate::office::allow;
use crate::view::{
    DutyDayView, DutyPersonView, PatternView, RosterQuery, RosterView, ShiftView, SpanView,
    SwapView, UnitDuty, UnitRoster,
};
use domain::duty::{Shift, Window, days_after, gaps, midnight};
use domain::id::UnitId;
use domain::right::{Action, Actor, Resource, may};
use jiff::civil::Date;
use store::{DutyDayRow, DutySwapRow};

const DAY: i64 = 86_400_000;
/// How far ahead gaps are looked for (R16).
pub(super) const AHEAD: i64 = 14 * DAY;
/// Single shifts shown beside the patterns: those that end within so long.
const SINGLES: i64 = 90 * DAY;

impl App {
    /// Whether somebody keeps a unit's roster: the desk lead any, a clerk the own unit's.
    pub(super) fn keeps(&self, actor: &Actor, unit: &UnitId) -> bool {
        let leg = Resource {
            involved: &[],
            leg: Some(unit),
        };
        may(actor, Action::KeepDuty, leg)
    }

    /// The units whose roster is kept here: the desk, and those that stand behind it.
    pub(crate) fn roster_units(&self) -> Vec<UnitId> {
        let desk = self.inner.config.platform.desk;
        let engine = self.inner.engine.load();
        let behind = engine.list().units.iter().filter(|unit| unit.desk == desk);
        let own = std::iter::once(self.rules().desk_unit.clone());
        own.chain(behind.map(|unit| unit.code.clone())).collect()
    }

    /// The unit of that code, if its roster is kept here.
    pub(super) fn roster_unit(&self, code: &str) -> Result<UnitId, AppError> {
        let found = self.roster_units().into_iter().find(|u| u.as_str() == code);
        found.ok_or(AppError::NotFound)
    }

    /// A week of every unit.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::Invalid`] for a day that is none, the store's.
    pub async fn roster(&self, actor: &Actor, query: &RosterQuery) -> Result<RosterView, AppError> {
        allow(actor, Action::ReadDirectory)?;
        let now = self.now();
        let calendar = self.inner.calendar.load_full();
        let first = if query.from.is_empty() {
            let today = calendar.day_of(now);
            let behind = today.weekday().to_monday_zero_offset();
            days_after(today, -i32::from(behind))
        } else {
            let day: Result<Date, _> = query.from.parse();
            day.map_err(|_| AppError::field("from", "unreadable_day", "like 2026-11-23"))?
        };
        let days: Vec<i64> = (0..7)
            .map(|n| midnight(&calendar, days_after(first, n)))
            .collect();
        let (from, to) = (
            days.first().copied().unwrap_or(now),
            midnight(&calendar, days_after(first, 7)),
        );
        let book = self.book(from.min(now), to.max(now + AHEAD)).await?;
        let week = book.roster.shifts(&calendar, from, to);
        let ahead = book.roster.shifts(&calendar, now, now + AHEAD);
        let units = self.roster_units().into_iter().map(|unit| {
            let of = |shifts: &[Shift]| -> Vec<Shift> {
                let own = shifts.iter().filter(|shift| shift.unit == unit);
                own.filter(|shift| !gone(&book, shift)).cloned().collect()
            };
            let show = |shifts: &[Shift]| shifts.iter().map(|s| shift_view(&book, s)).collect();
            let ahead = of(&ahead);
            let on_now: Vec<Shift> = ahead
                .iter()
                .filter(|shift| shift.from <= now && now < shift.to)
                .cloned()
                .collect();
            let windows = self.duty_windows(&unit, now, now + AHEAD);
            UnitRoster {
                name: self.unit_name(unit.as_str()),
                serves_now: self.opens_at(&unit, now).is_none_or(|at| at <= now),
                keeps: self.keeps(actor, &unit),
                on_now: show(&on_now),
                shifts: show(&of(&week)),
                gaps: gaps(&windows, ahead.iter()).iter().map(span_view).collect(),
                unnamed: ["contact", "lead"]
                    .iter()
                    .all(|role| book.of_role(unit.as_str(), role).is_empty()),
                unit: unit.to_string(),
            }
        });
        let units = units.collect();
        let swaps = self.inner.store.duty_swaps(now).await?;
        Ok(RosterView {
            days,
            units,
            swaps: swaps
                .iter()
                .map(|swap| self.swap_view(actor, &book, swap))
                .collect(),
            tests: may(actor, Action::MendNotice, Resource::default()),
        })
    }

    /// When somebody has to be on duty: the desk always, a unit as it serves.
    pub(super) fn duty_windows(&self, unit: &UnitId, from: i64, to: i64) -> Vec<Window> {
        if unit == &self.rules().desk_unit {
            return vec![Window { from, to }];
        }
        self.service_windows(unit, from, to)
            .into_iter()
            .map(|window| Window {
                from: window.from.max(from),
                to: window.to.min(to),
            })
            .collect()
    }

    fn swap_view(&self, actor: &Actor, book: &Book, swap: &DutySwapRow) -> SwapView {
        let unit = UnitId::new(swap.unit.clone());
        let taker = book.people.get(&swap.taker);
        let own = taker.is_some_and(|person| person.account_id == actor.account.as_str());
        SwapView {
            id: swap.id.clone(),
            unit_name: self.unit_name(&swap.unit),
            unit: swap.unit.clone(),
            rank: u8::try_from(swap.rank).unwrap_or(u8::MAX),
            from: swap.from_at,
            to: swap.to_at,
            giver: name_of(book, &swap.giver),
            taker: name_of(book, &swap.taker),
            reason: swap.reason.clone(),
            state: swap.state.clone(),
            decides: swap.state == "asked" && (own || self.keeps(actor, &unit)),
        }
    }

    /// A unit's roster as it is kept.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], the store's.
    pub async fn unit_duty(&self, actor: &Actor, code: &str) -> Result<UnitDuty, AppError> {
        allow(actor, Action::ReadDirectory)?;
        let unit = self.roster_unit(code)?;
        let now = self.now();
        let book = self.book(now, now.saturating_add(1)).await?;
        let keeps = self.keeps(actor, &unit);
        let administers = may(actor, Action::Administer, Resource::default());
        let patterns = self.inner.store.duty_patterns().await?;
        let days = self.inner.store.duty_days(now, now + SINGLES).await?;
        let way = book.ways.get(code);
        let mut people: Vec<DutyPersonView> = book
            .people
            .values()
            .filter(|person| person.unit == code && !person.gone)
            .map(|person| {
                let seen = |channel: &str, text: &String| {
                    if keeps {
                        text.clone()
                    } else {
                        shown(channel, text)
                    }
                };
                let account = book.accounts.iter().find(|a| a.id == person.account_id);
                DutyPersonView {
                    id: person.id.clone(),
                    name: person.name.clone(),
                    login: account.map(|a| a.login.clone()).unwrap_or_default(),
                    mobile: seen("sms", &person.mobile),
                    email: seen("email", &person.email),
                    role: person.role.clone(),
                }
            })
            .collect();
        people.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        Ok(UnitDuty {
            name: self.unit_name(code),
            keeps,
            people,
            patterns: patterns
                .iter()
                .filter(|row| row.unit == code)
                .map(|row| PatternView {
                    id: row.id.clone(),
                    rank: u8::try_from(row.rank).unwrap_or(u8::MAX),
                    from: clock(row.from_minute),
                    to: clock(row.to_minute),
                    days: row.days.clone(),
                    people: serde_json::from_str(&row.people).unwrap_or_default(),
                    step: u16::try_from(row.step).unwrap_or(1),
                    starts: row.starts.clone(),
                    ends: row.ends.clone(),
                })
                .collect(),
            days: days
                .into_iter()
                .filter(|row| row.unit == code)
                .map(day_view)
                .collect(),
            sheet: way.map_or_else(|| "none".to_owned(), |way| way.sheet.clone()),
            sheet_email: way.map_or_else(String::new, |way| {
                if keeps {
                    way.email.clone()
                } else {
                    shown("email", &way.email)
                }
            }),
            webhook: way.map_or_else(String::new, |way| {
                if administers {
                    way.webhook.clone()
                } else {
                    shown("webhook", &way.webhook)
                }
            }),
            feed: if keeps {
                self.feed_path(&unit, way.map_or(0, |way| way.feed))
            } else {
                String::new()
            },
            unit: unit.into_string(),
        })
    }
}

fn gone(book: &Book, shift: &Shift) -> bool {
    book.people
        .get(shift.person.as_str())
        .is_none_or(|person| person.gone)
}

pub(super) fn name_of(book: &Book, person: &str) -> String {
    book.people
        .get(person)
        .map_or_else(String::new, |person| person.name.clone())
}

fn shift_view(book: &Book, shift: &Shift) -> ShiftView {
    ShiftView {
        rank: shift.rank,
        from: shift.from,
        to: shift.to,
        person: shift.person.to_string(),
        name: name_of(book, shift.person.as_str()),
        stands_in: shift.stands_in,
    }
}

fn span_view(window: &Window) -> SpanView {
    SpanView {
        from: window.from,
        to: window.to,
    }
}

fn day_view(row: DutyDayRow) -> DutyDayView {
    DutyDayView {
        rank: u8::try_from(row.rank).unwrap_or(u8::MAX),
        id: row.id,
        from: row.from_at,
        to: row.to_at,
        person: row.person,
        kind: row.kind,
        reason: row.reason,
    }
}

/// Minutes after midnight as `08:00`.
fn clock(minutes: i64) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}
