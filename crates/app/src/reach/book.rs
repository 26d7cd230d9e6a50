//! Who can be told: accounts, the units' people, and who is on duty now.

use crate::App;
use crate::error::AppError;
use domain::clock::Calendar;
use domain::duty::{Days, Pattern, Roster, Shift, Single};
use domain::id::{DutyPersonId, UnitId};
use domain::right::Role;
use std::collections::HashMap;
use std::sync::Arc;
use store::{AccountRow, DutyDayRow, DutyPatternRow, DutyPersonRow, DutyWayRow};

/// Everybody who can be told, as it stands.
pub(crate) struct Book {
    pub(crate) accounts: Vec<AccountRow>,
    pub(crate) people: HashMap<String, DutyPersonRow>,
    pub(crate) ways: HashMap<String, DutyWayRow>,
    pub(crate) roster: Roster,
    pub(crate) calendar: Arc<Calendar>,
}

impl App {
    /// The book, with single shifts that touch a time.
    pub(crate) async fn book(&self, from: i64, to: i64) -> Result<Book, AppError> {
        let store = &self.inner.store;
        let accounts = store.accounts().await?;
        let people = store.duty_people().await?;
        let ways = store.duty_ways().await?;
        let patterns = store.duty_patterns().await?;
        let days = store.duty_days(from, to).await?;
        Ok(Book {
            accounts: accounts.into_iter().filter(|a| !a.disabled).collect(),
            people: people
                .into_iter()
                .map(|row| (row.id.clone(), row))
                .collect(),
            ways: ways
                .into_iter()
                .map(|row| (row.unit.clone(), row))
                .collect(),
            roster: Roster {
                patterns: patterns.iter().filter_map(pattern).collect(),
                singles: days.iter().map(single).collect(),
            },
            calendar: self.inner.calendar.load_full(),
        })
    }
}

/// A pattern as it is counted; one that cannot be read counts as none.
pub(crate) fn pattern(row: &DutyPatternRow) -> Option<Pattern> {
    let people: Vec<String> = serde_json::from_str(&row.people).ok()?;
    Some(Pattern {
        unit: UnitId::new(row.unit.clone()),
        rank: u8::try_from(row.rank).ok()?,
        from: u16::try_from(row.from_minute).ok()?,
        to: u16::try_from(row.to_minute).ok()?,
        days: Days::parse(&row.days)?,
        people: people.into_iter().map(DutyPersonId::new).collect(),
        step: u16::try_from(row.step).ok()?,
        starts: row.starts.parse().ok()?,
        ends: if row.ends.is_empty() {
            None
        } else {
            Some(row.ends.parse().ok()?)
        },
    })
}

fn single(row: &DutyDayRow) -> Single {
    Single {
        unit: UnitId::new(row.unit.clone()),
        rank: u8::try_from(row.rank).unwrap_or(u8::MAX),
        from: row.from_at,
        to: row.to_at,
        person: DutyPersonId::new(row.person.clone()),
        stands_in: matches!(row.kind.as_str(), "override" | "swap"),
    }
}

/// Whether an account has a role.
pub(crate) fn has_role(account: &AccountRow, role: Role) -> bool {
    serde_json::from_str::<Vec<String>>(&account.roles)
        .is_ok_and(|roles| roles.iter().any(|word| word == role.as_str()))
}

impl Book {
    /// Who is on for a unit, the first to be told first, without those who left.
    pub(crate) fn on_duty(&self, unit: &str, at: i64) -> Vec<(Shift, &DutyPersonRow)> {
        let shifts = self.roster.on_at(&self.calendar, &UnitId::new(unit), at);
        shifts
            .into_iter()
            .filter_map(|shift| {
                let person = self.people.get(shift.person.as_str())?;
                (!person.gone).then_some((shift, person))
            })
            .collect()
    }

    /// A unit's people of a kind, by name.
    pub(crate) fn of_role(&self, unit: &str, role: &str) -> Vec<&DutyPersonRow> {
        let mut found: Vec<&DutyPersonRow> = self
            .people
            .values()
            .filter(|p| p.unit == unit && p.role == role && !p.gone)
            .collect();
        found.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        found
    }

    /// The name of an account.
    pub(crate) fn account_name(&self, id: &str) -> Option<&str> {
        let account = self.accounts.iter().find(|account| account.id == id)?;
        Some(&account.name)
    }
}
