//! The member units 成员单位: the list says who they are, the site when they serve and whether.

use super::{allow, reason};
use crate::App;
use crate::case::CommandKey;
use crate::error::AppError;
use crate::view::{PublicPromise, UnitOrder, UnitView};
use domain::clock::Calendar;
use domain::id::UnitId;
use domain::right::{Action, Actor};
use std::collections::HashMap;
use std::sync::Arc;
use store::{Store, UnitRow};
use triage::{Hours, Unit};

/// What the site set about units, by code.
pub(crate) type Sites = HashMap<String, UnitRow>;

/// Reads what the site set about its units.
pub(crate) async fn read_units(store: &Store) -> Result<Sites, AppError> {
    let rows = store.units().await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.code.clone(), row))
        .collect())
}

impl App {
    /// The member units.
    ///
    /// # Errors
    /// [`AppError::Forbidden`].
    pub fn units(&self, actor: &Actor) -> Result<Vec<UnitView>, AppError> {
        allow(actor, Action::ReadDirectory)?;
        let engine = self.inner.engine.load();
        let sites = self.inner.sites.load();
        let calendar = self.inner.calendar.load();
        Ok(engine
            .list()
            .units
            .iter()
            .map(|unit| self.unit_view(unit, sites.get(unit.code.as_str()), &calendar))
            .collect())
    }

    fn unit_view(&self, unit: &Unit, site: Option<&UnitRow>, calendar: &Calendar) -> UnitView {
        let hours = hours_of(unit, site);
        let disabled = site.is_some_and(|row| row.disabled);
        UnitView {
            code: unit.code.to_string(),
            name: unit.name.clone(),
            tier: i64::from(u8::from(unit.tier)),
            desk: unit.desk,
            duty: format!("{}\n{}", unit.rescue, unit.daily),
            hours: hours.to_string(),
            listed_hours: unit.hours.to_string(),
            serves_now: !disabled && calendar.serves(hours, self.now()),
            out_of_hours: unit.out_of_hours.as_ref().map(ToString::to_string),
            disabled,
            reason: site.map(|row| row.reason.clone()).unwrap_or_default(),
        }
    }

    /// What the units promise the public 服务承诺: when they serve and how soon they come (R103, R133). Those that take no new
    /// work are left out.
    #[must_use]
    pub fn public_promises(&self) -> Vec<PublicPromise> {
        let engine = self.inner.engine.load();
        let sites = self.inner.sites.load();
        let set = |unit: &Unit| sites.get(unit.code.as_str());
        let units = engine.list().units.iter();
        let at_work = units.filter(|unit| set(unit).is_none_or(|row| !row.disabled));
        at_work
            .map(|unit| PublicPromise {
                name: unit.name.clone(),
                hours: hours_of(unit, set(unit)),
                arrival: unit.promise,
                instead: unit
                    .out_of_hours
                    .as_ref()
                    .map(|code| self.unit_name(code.as_str())),
            })
            .collect()
    }

    /// Sets when a unit serves and whether it takes new work; it counts at once.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Invalid`], the store's.
    pub async fn change_unit(
        &self,
        actor: &Actor,
        code: &str,
        order: &UnitOrder,
        key: &CommandKey,
    ) -> Result<UnitView, AppError> {
        allow(actor, Action::Administer)?;
        let engine = self.inner.engine.load_full();
        let unit = engine.unit(&UnitId::new(code)).ok_or(AppError::NotFound)?;
        if unit.desk != self.inner.config.platform.desk {
            let detail = "it stands behind the other desk, and is that platform's to change";
            return Err(AppError::field("unit", "other_desk", detail));
        }
        let reason = reason(&order.reason)?;
        let hours: Hours = order
            .hours
            .trim()
            .parse()
            .map_err(|error: String| AppError::field("hours", "unreadable", error))?;
        let _turn = self.inner.office.lock().await;
        if let Some(answer) = self.answered(key).await? {
            return Ok(answer);
        }
        let row = UnitRow {
            code: code.to_owned(),
            name: unit.name.clone(),
            tier: i64::from(u8::from(unit.tier)),
            duty: crate::draft::to_json(&[&unit.rescue, &unit.daily])?,
            hours: hours.to_string(),
            disabled: order.disabled,
            reason: reason.clone(),
        };
        let detail = serde_json::json!({"hours": row.hours, "disabled": row.disabled});
        let audit = self.audit_detailed(actor, "change_unit", code, &reason, &detail);
        let view = self.unit_view(unit, Some(&row), &self.inner.calendar.load());
        let records = vec![store::Record::Unit(row), audit];
        let view = self.record(key, view, records, Vec::new()).await?;
        self.reload_units().await?;
        Ok(view)
    }

    pub(super) async fn reload_units(&self) -> Result<(), AppError> {
        let sites = read_units(&self.inner.store).await?;
        self.inner.sites.store(Arc::new(sites));
        Ok(())
    }

    /// Whether the site says that a unit takes no new work.
    pub(crate) fn is_disabled(&self, unit: &UnitId) -> bool {
        let sites = self.inner.sites.load();
        sites.get(unit.as_str()).is_some_and(|row| row.disabled)
    }

    /// Who is suggested where the list names a unit: that one, or who stands in for it while it
    /// takes no new work, or nobody.
    pub(crate) fn at_work(&self, unit: UnitId) -> Option<UnitId> {
        if !self.is_disabled(&unit) {
            return Some(unit);
        }
        let engine = self.inner.engine.load();
        let instead = engine.unit(&unit)?.out_of_hours.clone()?;
        (!self.is_disabled(&instead)).then_some(instead)
    }
}

/// When a unit serves: as the site set it, else as the list says.
fn hours_of(unit: &Unit, site: Option<&UnitRow>) -> Hours {
    site.and_then(|row| row.hours.parse().ok())
        .unwrap_or(unit.hours)
}
