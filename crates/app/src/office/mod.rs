//! The back office: the site's key, and one file each for links, their keys, calendar, units, the responsibility
//! list, the audit trail and the state of the system.

mod audit;
mod calendar;
mod key;
mod link;
mod list;
mod system;
mod unit;

pub(crate) use calendar::{read_calendar, read_days};
pub use key::KeyGround;
pub(crate) use key::{InTurn, KeyRoom, Way};
pub(crate) use list::Lists;
pub use system::UpkeepKind;
pub(crate) use unit::{Sites, read_units};

use crate::App;
use crate::case::CommandKey;
use crate::chance::{Chance, secret};
use crate::clock::Clock;
use crate::error::AppError;
use crate::view::{MatterView, ReplyView};
use domain::right::{Action, Actor, Resource, may};
use serde::{Serialize, de::DeserializeOwned};
use store::{AppendError, Change, NewEnvelope, Record, SettingRow, Store};

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

impl App {
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
                replies: replies(engine.list(), row),
            })
            .collect())
    }

    /// What a command of the back office came to before, if it was carried out under this key.
    pub(crate) async fn answered<T: DeserializeOwned>(
        &self,
        key: &CommandKey,
    ) -> Result<Option<T>, AppError> {
        match self.inner.store.command_answer(&key.id).await? {
            None => Ok(None),
            Some((digest, _)) if digest != key.digest => Err(AppError::KeyReused),
            Some((_, answer)) => read(&answer).map(Some),
        }
    }

    /// Writes what a command of the back office does, with its answer under its key (law 3).
    pub(crate) async fn record<T: Serialize + DeserializeOwned>(
        &self,
        key: &CommandKey,
        answer: T,
        records: Vec<Record>,
        outbox: Vec<NewEnvelope>,
    ) -> Result<T, AppError> {
        let change = Change {
            command: Some(store::CommandKey {
                id: key.id.clone(),
                digest: key.digest.clone(),
                answer: crate::draft::to_json(&answer)?,
            }),
            records,
            outbox,
            ..Change::default()
        };
        match self.inner.store.append(change).await {
            Ok(_) => Ok(answer),
            Err(AppendError::Repeated { answer }) => read(&answer),
            Err(error) => Err(error.into()),
        }
    }

    /// Reads again what another process of the same platform may have changed: the calendar,
    /// the names of places and what the site set about its units.
    ///
    /// # Errors
    /// The store's; what was known stays.
    pub async fn refresh(&self) -> Result<(), AppError> {
        let _turn = self.inner.office.lock().await;
        self.reload_calendar().await?;
        self.reload_sampling().await?;
        self.reload_gazetteer().await?;
        self.reload_units().await
    }

    pub(crate) fn wake(&self, link: &str) {
        if let Some(wake) = self.inner.wake.get(link) {
            wake.notify_one();
        }
    }
}

/// The list's texts for a matter, the most special first.
fn replies(list: &triage::List, row: &triage::Matter) -> Vec<ReplyView> {
    let scope = |reply: &triage::Reply| match (&reply.matter, &reply.group) {
        (Some(matter), _) => (matter == &row.code).then_some((0, "matter")),
        (None, Some(group)) => (group == &row.group).then_some((1, "group")),
        (None, None) => Some((2, "any")),
    };
    let mut found: Vec<(u8, ReplyView)> = list
        .replies
        .iter()
        .filter_map(|reply| {
            let (rank, scope) = scope(reply)?;
            let view = ReplyView {
                name: reply.name.clone(),
                text: reply.text.clone(),
                solved: reply.solved,
                scope: scope.to_owned(),
            };
            Some((rank, view))
        })
        .collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, view)| view).collect()
}

/// Refuses what the role table does not grant for the platform as a whole.
pub(crate) fn allow(actor: &Actor, action: Action) -> Result<(), AppError> {
    if may(actor, action, Resource::default()) {
        Ok(())
    } else {
        Err(AppError::Forbidden)
    }
}

/// A reason given by a person: long enough to say something, short enough to be read.
pub(crate) fn reason(text: &str) -> Result<String, AppError> {
    let text = text.trim();
    let length = text.chars().count();
    if (4..=500).contains(&length) && !text.contains('\0') {
        Ok(text.to_owned())
    } else {
        Err(AppError::field(
            "reason",
            "text_length",
            "4 to 500 characters",
        ))
    }
}

fn read<T: DeserializeOwned>(answer: &str) -> Result<T, AppError> {
    serde_json::from_str(answer)
        .map_err(|error| AppError::Internal(format!("a kept answer cannot be read: {error}")))
}
