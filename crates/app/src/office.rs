//! The back office: the site's key, its calendar, the directory, the links, the audit rows.

use crate::App;
use crate::chance::{Chance, secret};
use crate::clock::Clock;
use crate::error::AppError;
use crate::view::{LinkView, MatterView, UnitView};
use domain::clock::Calendar;
use domain::right::{Action, Actor, Resource, may};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::sync::PoisonError;
use store::{Change, NewEnvelope, Record, SettingRow, Store};
use utoipa::ToSchema;

/// A line of the audit trail.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AuditView {
    /// Position.
    pub pos: i64,
    /// When.
    pub at: i64,
    /// Who.
    pub actor: String,
    /// Did what.
    pub action: String,
    /// To what.
    pub resource: String,
    /// Why.
    pub reason: String,
}

/// The site's secret for the blind index of callers' numbers; made once.
pub(crate) async fn site_key(
    store: &Store,
    clock: &dyn Clock,
    chance: &dyn Chance,
) -> Result<String, AppError> {
    if let Some(row) = store.setting("site_key").await? {
        return Ok(row.value);
    }
    let row = SettingRow {
        key: "site_key".to_owned(),
        value: secret(chance),
        at: clock.now(),
    };
    let change = Change {
        records: vec![Record::Setting(row.clone())],
        ..Change::default()
    };
    store.append(change).await?;
    // Another process may have been faster on a shared database: what is stored counts.
    Ok(store
        .setting("site_key")
        .await?
        .map_or(row.value, |stored| stored.value))
}

/// The calendar with the site's exceptions.
pub(crate) async fn calendar(store: &Store) -> Result<Calendar, AppError> {
    let rows = store.calendar("0000-00-00", "9999-99-99").await?;
    let mut exceptions = std::collections::BTreeMap::new();
    for row in rows {
        let day: Date = row.day.parse().map_err(|_| {
            AppError::Internal(format!("calendar day {:?} cannot be read", row.day))
        })?;
        exceptions.insert(day, row.off);
    }
    Ok(Calendar::new(
        jiff::tz::TimeZone::fixed(jiff::tz::offset(8)),
        exceptions,
    ))
}

impl App {
    /// The member units.
    ///
    /// # Errors
    /// [`AppError::Forbidden`].
    pub fn units(&self, actor: &Actor) -> Result<Vec<UnitView>, AppError> {
        allow(actor, Action::ReadDirectory)?;
        let engine = self.inner.engine.load();
        Ok(engine
            .list()
            .units
            .iter()
            .map(|unit| UnitView {
                code: unit.code.to_string(),
                name: unit.name.clone(),
                tier: i64::from(u8::from(unit.tier)),
                desk: unit.desk,
                duty: format!("{}\n{}", unit.rescue, unit.daily),
                hours: unit.hours.to_string(),
            })
            .collect())
    }

    /// The rows of the responsibility list.
    ///
    /// # Errors
    /// [`AppError::Forbidden`].
    pub fn matters(&self, actor: &Actor) -> Result<Vec<MatterView>, AppError> {
        allow(actor, Action::ReadDirectory)?;
        let engine = self.inner.engine.load();
        Ok(engine
            .list()
            .matters
            .iter()
            .map(|row| MatterView {
                code: row.code.to_string(),
                name: row.name.clone(),
                group: row.group.clone(),
                desk: row.desk,
                lead: row.lead.to_string(),
                lead_name: self.unit_name(row.lead.as_str()),
                assist: self
                    .own_units(row.assist.iter())
                    .iter()
                    .map(ToString::to_string)
                    .collect(),
                urgency: row.urgency,
                mode: crate::case::mode_word(row.mode).to_owned(),
                limits: row.limits,
                basis: row.basis.clone(),
                say: row.say.clone(),
            })
            .collect())
    }

    /// How the links are.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], or the store's.
    pub async fn links(&self, actor: &Actor) -> Result<Vec<LinkView>, AppError> {
        allow(actor, Action::ReadDesk)?;
        let mut views = Vec::new();
        for peer in &self.inner.config.peers {
            let (backlog, oldest) = self.inner.store.outbox_waiting(&peer.link).await?;
            let dead = self.inner.store.outbox_dead(&peer.link).await?.len();
            let state = self.inner.store.link_state(&peer.link).await?;
            let health = {
                let book = self
                    .inner
                    .health
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                book.get(&peer.link).map(|health| health.borrow().clone())
            };
            let stored = state.map(|s| s.alarm).filter(|alarm| !alarm.is_empty());
            let alarm = health
                .as_ref()
                .and_then(|h| h.alarm.as_ref())
                .map(|a| format!("{a:?}"));
            views.push(LinkView {
                id: peer.link.clone(),
                peer_name: peer.name.clone(),
                connected: health.as_ref().is_some_and(|h| h.connected),
                backlog: u64::try_from(backlog).unwrap_or(0),
                oldest_waiting_at: oldest,
                last_ok_at: health.as_ref().and_then(|h| h.last_ok_at),
                rtt_ms: health.as_ref().and_then(|h| h.rtt_ms),
                last_error: health.and_then(|h| h.last_error),
                alarm: stored.or(alarm),
                dead: u64::try_from(dead).unwrap_or(0),
            });
        }
        Ok(views)
    }

    /// Sends a dead letter again, as a new envelope: the peer keeps its refusal of the old number
    /// for ever, and would answer with it.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`] if no such letter is dead, the store's.
    pub async fn resend(&self, actor: &Actor, link: &str, seq: i64) -> Result<(), AppError> {
        allow(actor, Action::MendLink)?;
        self.send_anew(actor, link, seq).await
    }

    /// The same from the command line: who may read the configuration may mend the link.
    ///
    /// # Errors
    /// [`AppError::NotFound`] if no such letter is dead, the store's.
    pub async fn resend_here(&self, link: &str, seq: i64) -> Result<(), AppError> {
        self.send_anew(&self.machine(), link, seq).await
    }

    async fn send_anew(&self, actor: &Actor, link: &str, seq: i64) -> Result<(), AppError> {
        let dead = self.inner.store.outbox_dead(link).await?;
        let letter = dead
            .into_iter()
            .find(|row| row.seq == seq)
            .ok_or(AppError::NotFound)?;
        let again = NewEnvelope {
            link: link.to_owned(),
            case_id: letter.case_id,
            kind: letter.kind,
            body: letter.body,
            at: letter.at,
        };
        let records = vec![
            Record::OutboxResend {
                link: link.to_owned(),
                seq,
            },
            self.audit_row(actor, "resend", &format!("{link}/{seq}"), ""),
        ];
        self.inner
            .store
            .append(Change {
                records,
                outbox: vec![again],
                ..Change::default()
            })
            .await?;
        self.wake(link);
        Ok(())
    }

    /// The audit trail after a position.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], or the store's.
    pub async fn audit(&self, actor: &Actor, after: i64) -> Result<Vec<AuditView>, AppError> {
        allow(actor, Action::ReadAudit)?;
        let lines = self.inner.store.audit_after(after, 200).await?;
        Ok(lines
            .into_iter()
            .map(|line| AuditView {
                pos: line.pos,
                at: line.at,
                actor: line.actor,
                action: line.action,
                resource: line.resource,
                reason: line.reason,
            })
            .collect())
    }

    pub(crate) fn wake(&self, link: &str) {
        if let Some(wake) = self.inner.wake.get(link) {
            wake.notify_one();
        }
    }
}

/// Refuses what the role table does not grant for the platform as a whole.
pub(crate) fn allow(actor: &Actor, action: Action) -> Result<(), AppError> {
    if may(actor, action, Resource::default()) {
        Ok(())
    } else {
        Err(AppError::Forbidden)
    }
}
