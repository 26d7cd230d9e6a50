//! The catalogue in the back office: shown, checked, published over the one that held.

use super::{PRESETS, file::TEXT_MOST, read};
use crate::App;
use crate::case::CommandKey;
use crate::error::{AppError, FieldError};
use crate::office::{allow, reason};
use crate::view::{
    ClockChecked, ClockFault, ClockOffice, ClockPublish, ClockVersionView, GroundView, PresetView,
    TargetView,
};
use domain::right::{Action, Actor, Resource, may};
use store::{ClockVersionRow, Record};

impl App {
    /// The catalogue as it holds, what was published and what is shipped.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], or the store's.
    pub async fn clock_office(&self, actor: &Actor) -> Result<ClockOffice, AppError> {
        allow(actor, Action::ReadDirectory)?;
        self.turn_clocks().await?;
        let force = self.catalogue_in_force();
        let catalogue = &force.catalogue;
        let versions = self.inner.store.clock_versions().await?;
        let presets = PRESETS.iter().filter_map(|(name, text)| {
            Some(PresetView {
                name: (*name).to_owned(),
                title: read(text).ok()?.name,
                text: (*text).to_owned(),
            })
        });
        Ok(ClockOffice {
            running: force.number,
            label: catalogue.version.clone(),
            name: catalogue.name.clone(),
            source: catalogue.source.clone(),
            text: force.text.clone(),
            grounds: catalogue
                .pauses
                .iter()
                .map(|pause| GroundView {
                    code: pause.code.clone(),
                    name: pause.name.clone(),
                })
                .collect(),
            targets: catalogue
                .targets
                .iter()
                .map(|target| TargetView {
                    code: target.code.clone(),
                    name: target.name.clone(),
                    share: target.share,
                    within: target.within.to_string(),
                })
                .collect(),
            versions: versions.into_iter().map(view).collect(),
            presets: presets.collect(),
            may_publish: may(actor, Action::PublishList, Resource::default()),
        })
    }

    /// What is wrong with a text. Nothing is kept.
    ///
    /// # Errors
    /// [`AppError::Forbidden`].
    pub fn check_clocks(&self, actor: &Actor, text: &str) -> Result<ClockChecked, AppError> {
        allow(actor, Action::ReadDirectory)?;
        Ok(match read(text) {
            Ok(catalogue) => ClockChecked {
                label: catalogue.version,
                name: catalogue.name,
                clocks: catalogue.clocks.len(),
                faults: Vec::new(),
            },
            Err(faults) => ClockChecked {
                label: String::new(),
                name: String::new(),
                clocks: 0,
                faults: faults
                    .into_iter()
                    .map(|fault| ClockFault {
                        line: fault.line,
                        row: fault.row,
                        key: fault.key.to_owned(),
                        problem: fault.problem,
                    })
                    .collect(),
            },
        })
    }

    /// Publishes a catalogue: it holds for every clock that starts from now on. Clocks that run
    /// keep the rule they quote.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::Invalid`] with line and reason, and the one before
    /// stays in force; [`AppError::Conflict`] where another was published meanwhile; the store's.
    pub async fn publish_clocks(
        &self,
        actor: &Actor,
        order: &ClockPublish,
        key: &CommandKey,
    ) -> Result<ClockVersionView, AppError> {
        allow(actor, Action::PublishList)?;
        let why = reason(&order.reason)?;
        if order.text.len() > TEXT_MOST || order.text.contains('\0') {
            return Err(AppError::TooLarge);
        }
        let catalogue = read(&order.text).map_err(|faults| {
            let fields = faults.into_iter().take(40).map(|fault| {
                let detail = format!("{} {}", fault.row, fault.problem);
                FieldError::new(format!("line {}", fault.line), fault.key, detail.trim())
            });
            AppError::Invalid(fields.collect())
        })?;
        let _turn = self.inner.office.lock().await;
        if let Some(answer) = self.answered(key).await? {
            return Ok(answer);
        }
        let number = self.inner.store.clock_number().await?;
        if number != order.over {
            return Err(AppError::Conflict { actual: number });
        }
        let versions = self.inner.store.clock_versions().await?;
        if versions.iter().any(|row| row.label == catalogue.version) {
            let detail = format!("version {} was published before", catalogue.version);
            return Err(AppError::field("text", "label_taken", detail));
        }
        let row = ClockVersionRow {
            version: number.saturating_add(1),
            label: catalogue.version,
            text: order.text.clone(),
            published_at: self.now(),
            published_by: actor.name.clone(),
            reason: why.clone(),
        };
        let detail = serde_json::json!({"version": row.version, "label": row.label});
        let resource = format!("clocks/{}", row.version);
        let audit = self.audit_detailed(actor, "publish_clocks", &resource, &why, &detail);
        let records = vec![Record::ClockVersion(row.clone()), audit];
        let done = match self.record(key, view(row), records, Vec::new()).await {
            Ok(done) => done,
            // Another process took the number meanwhile.
            Err(error) => {
                let actual = self.inner.store.clock_number().await?;
                if actual == number {
                    return Err(error);
                }
                return Err(AppError::Conflict { actual });
            }
        };
        self.turn_clocks().await?;
        Ok(done)
    }
}

fn view(row: ClockVersionRow) -> ClockVersionView {
    ClockVersionView {
        number: row.version,
        label: row.label,
        published_at: row.published_at,
        published_by: row.published_by,
        reason: row.reason,
    }
}
