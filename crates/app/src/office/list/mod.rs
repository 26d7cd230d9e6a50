//! The responsibility list 权责清单: what holds, what is published, the draft, and what it would change.
//!
//! What was published lies in the store, for good. Every process reads once a second what there is,
//! compiles what holds or is to come beforehand, and changes over at the moment itself; whoever asked
//! before keeps the list that was asked. Without anything published the configuration's file holds.

mod draft;
mod fault;
mod publish;
mod run;

use super::allow;
use crate::App;
use crate::error::AppError;
use crate::view::{ListOffice, ListVersionView, ListVersionWhole, PublicGroup, PublicRow};
use domain::right::{Action, Actor, Resource, may};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::{ListVersionRow, Store};
use tokio::sync::watch;
use triage::{Direction, Engine, List};

/// The number of the configuration's file.
const FILE: i64 = 1;
/// How often a process reads what another one published.
const LOOK: Duration = Duration::from_secs(1);

/// The lists this process knows.
pub(crate) struct Lists {
    file: Arc<Engine>,
    known: Mutex<Known>,
    draft: Mutex<Option<Arc<draft::Checked>>>,
}

#[derive(Default)]
struct Known {
    /// What was published, without the texts.
    rows: Vec<ListVersionRow>,
    /// Compiled; none where this program cannot read it.
    ready: HashMap<i64, Option<Arc<Engine>>>,
}

impl Known {
    /// The versions whose time has come, the one that counts first.
    fn came(&self, now: i64) -> Vec<&ListVersionRow> {
        let mut came: Vec<_> = self
            .rows
            .iter()
            .filter(|row| row.withdrawn_at.is_none() && row.valid_at <= now)
            .collect();
        came.sort_by_key(|row| std::cmp::Reverse((row.valid_at, row.version)));
        came
    }

    /// The version in force among those that are compiled.
    fn running(&self, now: i64) -> Option<(&ListVersionRow, &Arc<Engine>)> {
        self.came(now)
            .into_iter()
            .find_map(|row| Some((row, self.ready.get(&row.version)?.as_ref()?)))
    }

    /// What has to be compiled: what is to come, and what holds down to the first that can be used.
    fn wanted(&self, now: i64) -> Option<i64> {
        let missing = |row: &&ListVersionRow| !self.ready.contains_key(&row.version);
        for row in self.came(now) {
            match self.ready.get(&row.version) {
                None => return Some(row.version),
                Some(Some(_)) => break,
                Some(None) => {}
            }
        }
        self.rows
            .iter()
            .filter(|row| row.withdrawn_at.is_none() && row.valid_at > now)
            .find(missing)
            .map(|row| row.version)
    }
}

impl Lists {
    pub(crate) fn new(file: Arc<Engine>) -> Self {
        Self {
            file,
            known: Mutex::default(),
            draft: Mutex::default(),
        }
    }

    fn known<T>(&self, ask: impl FnOnce(&mut Known) -> T) -> T {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        ask(&mut known)
    }

    /// The engine in force, by what this process knows.
    fn in_force(&self, now: i64) -> Arc<Engine> {
        self.known(|known| known.running(now).map(|(_, engine)| Arc::clone(engine)))
            .unwrap_or_else(|| Arc::clone(&self.file))
    }

    /// When the next version begins to hold.
    fn next(&self, now: i64) -> Option<i64> {
        self.known(|known| {
            let to_come = known
                .rows
                .iter()
                .filter(|row| row.withdrawn_at.is_none() && row.valid_at > now);
            to_come.map(|row| row.valid_at).min()
        })
    }

    /// Reads what was published, compiles what is missing, and gives the engine in force.
    pub(crate) async fn look(&self, store: &Store, now: i64) -> Result<Arc<Engine>, AppError> {
        let rows = store.list_versions().await?;
        self.known(|known| known.rows = rows);
        while let Some(version) = self.known(|known| known.wanted(now)) {
            let row = store.list_version(version).await?;
            let row = row.ok_or_else(|| AppError::Internal(format!("list {version} is gone")))?;
            let engine = compile(row.text, self.file.danger_text().to_owned()).await?;
            if let Err(error) = &engine {
                tracing::error!(version, %error, "a published list cannot be used; the one before holds");
            }
            self.known(|known| known.ready.insert(version, engine.ok().map(Arc::new)));
        }
        self.known(|known| {
            // What is over is compiled again if it ever comes back.
            let running = known.running(now).map(|(row, _)| row.version);
            let Known { rows, ready } = known;
            let to_come = |version| {
                let mut rows = rows.iter();
                rows.any(|row| row.version == version && row.valid_at > now)
            };
            ready.retain(|version, engine| {
                engine.is_none() || running == Some(*version) || to_come(*version)
            });
        });
        Ok(self.in_force(now))
    }
}

/// Compiles a list beside the threads that answer.
async fn compile(
    list: String,
    danger: String,
) -> Result<Result<Engine, triage::ListError>, AppError> {
    let work = tokio::task::spawn_blocking(move || Engine::new(&list, &danger));
    work.await
        .map_err(|error| AppError::Internal(format!("a list was not compiled: {error}")))
}

impl App {
    /// Reads what was published and lets what holds now hold in this process.
    ///
    /// # Errors
    /// The store's; what is known to this process holds then.
    pub async fn turn_list(&self) -> Result<(), AppError> {
        let looked = self.inner.lists.look(&self.inner.store, self.now()).await;
        let engine = self.inner.lists.in_force(self.now());
        let before = self.inner.engine.load();
        if !Arc::ptr_eq(&before, &engine) {
            let version = &engine.list().header.version;
            tracing::info!(version, "another version of the responsibility list holds");
            self.inner.engine.store(engine);
        }
        looked.map(|_| ())
    }

    pub(crate) async fn run_lists(&self, mut stop: watch::Receiver<bool>) {
        let mut told = false;
        loop {
            let now = self.now();
            let next = self.inner.lists.next(now).map(|at| at.saturating_sub(now));
            let wait = next.and_then(|ms| u64::try_from(ms).ok());
            let wait = wait.map_or(LOOK, |ms| LOOK.min(Duration::from_millis(ms.max(1))));
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
            // The clock catalogue is published in the same way: one number to ask for.
            let turned = match self.turn_list().await {
                Ok(()) => self.turn_clocks().await,
                error => error,
            };
            match turned {
                Ok(()) => told = false,
                // Once, not once a second, while the store is away.
                Err(error) if !told => {
                    told = true;
                    tracing::warn!(%error, "what was published is read again later");
                }
                Err(_) => {}
            }
        }
    }

    /// The list as it is worked on.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], or the store's.
    pub async fn list_office(&self, actor: &Actor) -> Result<ListOffice, AppError> {
        self.works_on_list(actor)?;
        let versions = self.list_views().await?;
        let running = versions.iter().find(|version| version.state == "running");
        let draft = self.inner.store.list_draft().await?;
        let run = self.inner.store.list_run_last().await?;
        Ok(ListOffice {
            running: running.map_or(FILE, |version| version.number),
            running_label: self.inner.engine.load().list().header.version.clone(),
            draft: draft.as_ref().map(draft::head),
            run: match run {
                Some(row) => Some(self.run_view(row)?),
                None => None,
            },
            may_publish: may(actor, Action::PublishList, Resource::default()),
            versions,
        })
    }

    fn works_on_list(&self, actor: &Actor) -> Result<(), AppError> {
        allow(actor, Action::EditList).or_else(|_| allow(actor, Action::PublishList))
    }

    /// The versions, the newest first; the configuration's file where nothing was published.
    async fn list_views(&self) -> Result<Vec<ListVersionView>, AppError> {
        let now = self.now();
        self.inner.lists.look(&self.inner.store, now).await?;
        let file = &self.inner.lists.file;
        Ok(self.inner.lists.known(|known| {
            if known.rows.is_empty() {
                return vec![ListVersionView {
                    number: FILE,
                    label: file.list().header.version.clone(),
                    state: "running".to_owned(),
                    valid_at: None,
                    published_at: None,
                    published_by: String::new(),
                    reason: String::new(),
                    repeats: None,
                    withdrawn_at: None,
                    withdrawn_by: String::new(),
                }];
            }
            let running = known.running(now).map(|(row, _)| row.version);
            let state = |row: &ListVersionRow| {
                if running == Some(row.version) {
                    "running"
                } else if row.withdrawn_at.is_some() {
                    "withdrawn"
                } else if matches!(known.ready.get(&row.version), Some(None)) {
                    "unusable"
                } else if row.valid_at > now {
                    "scheduled"
                } else {
                    "past"
                }
            };
            let newest_first = known.rows.iter().rev();
            newest_first
                .map(|row| version_view(row, state(row)))
                .collect()
        }))
    }

    /// A version whole, with the two lists for the public.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], or the store's.
    pub async fn list_whole(
        &self,
        actor: &Actor,
        number: i64,
    ) -> Result<ListVersionWhole, AppError> {
        allow(actor, Action::ReadDirectory)?;
        let versions = self.list_views().await?;
        let version = versions
            .into_iter()
            .find(|version| version.number == number);
        let version = version.ok_or(AppError::NotFound)?;
        let text = self.list_text(number).await?.ok_or(AppError::NotFound)?;
        let list = List::parse(&text)
            .map_err(|error| AppError::Internal(format!("list {number}: {error}")))?;
        Ok(ListVersionWhole {
            version,
            name: list.header.name.clone(),
            issuer: list.header.published_by.clone(),
            to_police: public(&list, Direction::ToPolice),
            to_hotline: public(&list, Direction::ToHotline),
            text,
        })
    }

    /// The text of a version.
    async fn list_text(&self, number: i64) -> Result<Option<String>, AppError> {
        if let Some(row) = self.inner.store.list_version(number).await? {
            return Ok(Some(row.text));
        }
        let nothing = self.inner.lists.known(|known| known.rows.is_empty());
        let file = || self.inner.lists.file.list_text().to_owned();
        Ok((nothing && number == FILE).then(file))
    }
}

fn version_view(row: &ListVersionRow, state: &str) -> ListVersionView {
    // The file became number one when the first version was published over it.
    let file = row.version == FILE && row.published_by.is_empty();
    ListVersionView {
        number: row.version,
        label: row.label.clone(),
        state: state.to_owned(),
        valid_at: (!file).then_some(row.valid_at),
        published_at: (!file).then_some(row.published_at),
        published_by: row.published_by.clone(),
        reason: row.reason.clone(),
        repeats: (row.repeats > 0).then_some(row.repeats),
        withdrawn_at: row.withdrawn_at,
        withdrawn_by: row.withdrawn_by.clone(),
    }
}

/// One of the two lists for the public, in the list's own order.
fn public(list: &List, direction: Direction) -> Vec<PublicGroup> {
    let name = |code: &domain::id::UnitId| {
        let unit = list.units.iter().find(|unit| unit.code == *code);
        unit.map_or_else(|| code.to_string(), |unit| unit.name.clone())
    };
    let groups = list.groups.iter();
    groups
        .filter(|group| group.direction == direction)
        .map(|group| PublicGroup {
            code: group.code.clone(),
            name: group.name.clone(),
            rows: list
                .matters
                .iter()
                .filter(|row| row.group == group.code)
                .map(|row| PublicRow {
                    code: row.code.to_string(),
                    name: row.name.clone(),
                    lead_name: name(&row.lead),
                    assist_names: row.assist.iter().map(&name).collect(),
                    limits: row.limits,
                    basis: row.basis.clone(),
                })
                .collect(),
        })
        .collect()
}
