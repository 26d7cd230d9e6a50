//! The hall's wall 大屏: a few figures with names and definitions, and where the open cases are.

use crate::App;
use crate::error::AppError;
use crate::office::allow;
use crate::view::{CasePoints, PointOfCase, WallFigures, WallView};
use domain::datum::Degrees;
use domain::right::{Action, Actor, sees_person};

/// Points on a map at the most; those in danger come on top.
const POINTS: i64 = 1_000;
const DANGERS: i64 = 200;

impl App {
    /// The figures of the wall. None of them walks the table of cases: the open ones are counted
    /// in an index, today's by the hour they were opened (law 9: each is defined where it stands).
    ///
    /// # Errors
    /// [`AppError::Forbidden`], the store's.
    pub async fn wall(&self, actor: &Actor) -> Result<WallView, AppError> {
        allow(actor, Action::ReadDesk)?;
        let now = self.now();
        let store = &self.inner.store;
        let counts = store.counts().await?;
        let of = |status: &str| {
            let found = counts.by_status.iter().find(|(name, _)| name == status);
            found.map_or(0, |(_, count)| *count)
        };
        let today = self.inner.calendar.load().start_of_day(now);
        let arrived = store.arrived(today, now + 1).await?;
        Ok(WallView {
            figures: WallFigures {
                waiting: of("taken") + of("incoming"),
                waiting_oldest_at: store.waiting_since().await?,
                open: counts.open,
                unowned: counts.unowned,
                danger: counts.danger,
                overdue: store.overdue_count(now + 1).await?,
                taken_today: arrived.taken,
                handed_over_today: arrived.handed_over,
                accepted_today: arrived.accepted,
                from_peer_today: arrived.from_peer,
            },
            links: self.links(actor).await?,
            at: now,
        })
    }

    /// Open cases as points: those that changed last, and every one in danger. Confidential
    /// callers are left out; who may not see places sees the kilometre (law 10).
    ///
    /// # Errors
    /// [`AppError::Forbidden`], the store's.
    pub async fn case_points(&self, actor: &Actor) -> Result<CasePoints, AppError> {
        allow(actor, Action::ReadDesk)?;
        let now = self.now();
        let sees = actor.roles.iter().any(|role| sees_person(*role));
        let store = &self.inner.store;
        let mut rows = store.open_points(true, DANGERS).await?;
        let others = store.open_points(false, POINTS).await?;
        let complete = i64::try_from(others.len()).is_ok_and(|n| n < POINTS);
        rows.extend(others.into_iter().filter(|row| !row.danger));
        Ok(CasePoints {
            complete,
            points: rows
                .into_iter()
                .map(|row| {
                    let exact = Degrees::new(row.lon, row.lat);
                    let at = if sees { exact } else { Self::coarse(exact) };
                    PointOfCase {
                        id: row.id,
                        no: row.no,
                        lon: at.lon,
                        lat: at.lat,
                        status: row.status,
                        danger: row.danger,
                        urgent: row.urgency > 0,
                        overdue: row.next_due_at.is_some_and(|due| due <= now),
                    }
                })
                .collect(),
        })
    }
}
