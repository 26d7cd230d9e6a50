//! The hall's wall 大屏: a few figures of both desks with names and definitions, and where the open
//! cases are.

use crate::App;
use crate::error::AppError;
use crate::office::allow;
use crate::view::{CasePoints, PeerDesk, PeerFigures, PointOfCase, WallFigures, WallView};
use domain::datum::Degrees;
use domain::right::{Action, Actor, sees_person};
use exchange::Figures;
use store::{Change, Record, SettingRow};

/// Points on a map at the most; those in danger come on top.
const POINTS: i64 = 1_000;
const DANGERS: i64 = 200;
/// An older word of a peer may come later than a newer one, but not by so much, milliseconds.
const OVERTAKES: i64 = 60_000;

impl App {
    /// The wall: this desk's figures, and each peer's as it last told them.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], the store's.
    pub async fn wall(&self, actor: &Actor) -> Result<WallView, AppError> {
        allow(actor, Action::ReadDesk)?;
        let links = self.links(actor).await?;
        let mut peers = Vec::new();
        for peer in &self.inner.config.peers {
            peers.push(PeerDesk {
                link: peer.link.clone(),
                name: peer.name.clone(),
                figures: self.told_figures(&peer.link).await?,
            });
        }
        let now = self.now();
        Ok(WallView {
            figures: self.figures(now).await?,
            peers,
            links,
            at: now,
        })
    }

    /// What is counted for a wall. None of it walks the cases of the day: they are counted by the
    /// log's position, each change once (law 9: each figure is defined where it stands).
    pub(crate) async fn figures(&self, now: i64) -> Result<WallFigures, AppError> {
        let counts = self.tallied(now).await?;
        let of = |status: &str| counts.by_status.get(status).copied().unwrap_or(0);
        Ok(WallFigures {
            waiting: of("taken") + of("incoming"),
            waiting_oldest_at: counts.waiting_since,
            open: counts.open,
            unowned: counts.unowned,
            danger: counts.danger,
            overdue: counts.overdue,
            taken_today: counts.today.taken,
            handed_over_today: counts.today.handed_over,
            accepted_today: counts.today.accepted,
            from_peer_today: counts.today.from_peer,
        })
    }

    /// The figures a peer told last, whichever process heard them; nothing before the first.
    async fn told_figures(&self, link: &str) -> Result<Option<PeerFigures>, AppError> {
        let row = self.inner.store.setting(&figures_key(link)).await?;
        // A word in another build's shape is as good as none: the next one is seconds away.
        Ok(row.and_then(|row| serde_json::from_str(&row.value).ok()))
    }

    /// Keeps what a peer told, unless something newer is known.
    pub(crate) async fn hear_figures(&self, link: &str, told: &Figures) -> Result<(), AppError> {
        let at = self.now();
        let known = self.told_figures(link).await?;
        // Words overtake each other by moments; a peer's clock that is set back goes back for long.
        let overtaken = |known: PeerFigures| {
            known.counted_at >= told.at && at.saturating_sub(known.at) < OVERTAKES
        };
        if known.is_some_and(overtaken) {
            return Ok(());
        }
        let told = PeerFigures {
            at,
            counted_at: told.at,
            waiting: told.waiting,
            waiting_oldest_at: told.waiting_since,
            open: told.open,
            unowned: told.unowned,
            danger: told.danger,
            overdue: told.overdue,
            taken_today: told.taken_today,
        };
        let value =
            serde_json::to_string(&told).map_err(|error| AppError::Internal(error.to_string()))?;
        let row = SettingRow {
            key: figures_key(link),
            value,
            at,
        };
        let records = vec![Record::Setting(row)];
        let change = Change {
            records,
            ..Change::default()
        };
        self.inner.store.append(change).await?;
        Ok(())
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

fn figures_key(link: &str) -> String {
    format!("peer_figures.{link}")
}
