//! One function a use case; the jobs that time and events start.
//!
//! A use case loads, authorises, looks up, decides, appends and tells. Everything that can be
//! done before the one writer is done before it: validation, rights, triage, canonical bytes.

pub mod catalogue;
pub mod chance;
pub mod clock;
pub mod config;
pub mod error;
pub mod place;
pub mod view;

mod attachment;
mod case;
mod draft;
mod follow_up;
#[cfg(test)]
mod golden;
mod jobs;
mod knowledge;
mod learning;
mod live;
pub mod message;
mod office;
mod pace;
mod peer;
mod people;
mod press;
pub mod reach;
mod register;
mod score;
mod search;
mod supervision;
mod transfer;
mod voice;

pub use attachment::{OpenFile, Upload};
pub use case::{CaseQuery, CommandKey};
pub use error::{AppError, FieldError};
pub use jobs::{Jobs, LinkRun, traffic};
pub use knowledge::KnowledgeQuery;
pub use live::{LiveItem, LiveStream, Sitting};
pub use office::{KeyGround, UpkeepKind};
pub use peer::{PeerPorts, ports};
pub use people::{NewAccount, Signed};
pub use press::{Paper, SheetForm};
pub use score::FactFilling;
pub use search::{ExportAsk, ExportFile, Filling, NewSearch, SearchAsk, SearchRange, ask_rebuild};
pub use supervision::{BookError, read_book, shipped_book};
pub use transfer::{ImportReport, Mapping, VerifyReport, export, import, verify};
pub use voice::{VoiceControl, VoiceLeft, VoiceSetup};

use arc_swap::{ArcSwap, ArcSwapOption};
use chance::Chance;
use clock::Clock;
use config::AppConfig;
use domain::case::{Context, DangerUnit, Rules};
use domain::clock::{Calendar, Clockwork};
use domain::id::UnitId;
use live::Hub;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use store::Store;
use triage::Engine;

/// The application of one platform. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    config: AppConfig,
    store: Store,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    /// The rules that hold now.
    engine: ArcSwap<Engine>,
    /// What was published, what is to come.
    lists: office::Lists,
    learning: learning::Learning,
    calendar: ArcSwap<Calendar>,
    /// Whom to call afterwards, and what to say.
    sampling: ArcSwap<domain::followup::Sampling>,
    catalogues: catalogue::Catalogues,
    /// The map with the site's own names.
    gazetteer: ArcSwapOption<place::Gazetteer>,
    /// Whether the jobs that learn were started.
    teaches: std::sync::atomic::AtomicBool,
    /// Key of the blind index over callers' numbers: kept in the store, never in a log.
    site_key: String,
    numbers: Mutex<case::Numbers>,
    hub: Hub,
    seats: live::SeatBook,
    sessions: people::Cache,
    turns: case::Turns,
    search: search::SearchRoom,
    supervision: supervision::SupervisionRoom,
    scores: score::ScoreRoom,
    /// What a wall shows, kept by the log's position.
    tally: tokio::sync::Mutex<place::Tally>,
    press: press::PressRoom,
    voice: voice::VoiceRoom,
    messages: message::MessageRoom,
    kinds: register::Kinds,
    knowledge: knowledge::KnowledgeRoom,
    hashing: tokio::sync::Semaphore,
    health: Mutex<HashMap<String, tokio::sync::watch::Receiver<exchange::LinkHealth>>>,
    /// The links that run in this process.
    ways: Mutex<HashMap<String, office::Way>>,
    /// The keys of links; none where no link is configured.
    keys: std::sync::OnceLock<office::KeyRoom>,
    /// Rung to ask a link for a sign of life.
    probes: HashMap<String, Arc<tokio::sync::Notify>>,
    /// What the site set about its units.
    sites: ArcSwap<office::Sites>,
    /// The back office decides on what it has read: one change at a time.
    office: tokio::sync::Mutex<()>,
    opened_at: i64,
    receiver: ArcSwap<Option<Arc<exchange::Receiver>>>,
    wake: HashMap<String, Arc<tokio::sync::Notify>>,
    /// Rung when somebody is to be told of something that is in no log.
    told: tokio::sync::Notify,
    /// How far the log was looked through for what somebody is to be told of.
    heard: Mutex<reach::Heard>,
}

/// What an application is made of.
pub struct Parts {
    /// Configuration.
    pub config: AppConfig,
    /// The open store.
    pub store: Store,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub chance: Arc<dyn Chance>,
    /// Triage with the lists of the configuration: what holds while nothing was published.
    pub engine: Arc<Engine>,
}

impl App {
    /// Opens the application over an open store: reads the site's key, calendar, last number.
    ///
    /// # Errors
    /// When the store does not answer or what it holds cannot be read.
    pub async fn open(parts: Parts) -> Result<Self, AppError> {
        let Parts {
            config,
            store,
            clock,
            chance,
            engine,
        } = parts;
        let site_key = office::site_key(&store, clock.as_ref(), chance.as_ref()).await?;
        let calendar = office::read_calendar(&store).await?;
        let gazetteer = place::read_gazetteer(&store, config.map.vector.as_ref()).await?;
        let sites = office::read_units(&store).await?;
        let sampling = follow_up::read_sampling(&store, clock.now()).await?;
        let catalogues = catalogue::Catalogues::open(&store, &config.clocks).await?;
        let lists = office::Lists::new(engine);
        let engine = lists.look(&store, clock.now()).await?;
        let numbers = case::Numbers::seeded(&store, &config, &calendar, clock.now()).await?;
        let bells = || {
            let links = config.peers.iter().map(|peer| peer.link.clone());
            links
                .map(|link| (link, Arc::new(tokio::sync::Notify::new())))
                .collect()
        };
        let (wake, probes) = (bells(), bells());
        let opened_at = clock.now();
        let hub = Hub::new(&store);
        Ok(Self {
            inner: Arc::new(Inner {
                hub,
                seats: live::SeatBook::default(),
                config,
                store,
                clock,
                chance,
                engine: ArcSwap::from(engine),
                lists,
                learning: learning::Learning::default(),
                calendar: ArcSwap::from_pointee(calendar),
                sampling: ArcSwap::from_pointee(sampling),
                catalogues,
                gazetteer: ArcSwapOption::from(gazetteer),
                teaches: std::sync::atomic::AtomicBool::new(false),
                site_key,
                numbers: Mutex::new(numbers),
                sessions: people::Cache::default(),
                turns: case::Turns::default(),
                search: search::SearchRoom::default(),
                supervision: supervision::SupervisionRoom::default(),
                scores: score::ScoreRoom::default(),
                tally: tokio::sync::Mutex::default(),
                press: press::PressRoom::default(),
                voice: voice::VoiceRoom::default(),
                messages: message::MessageRoom::default(),
                kinds: register::Kinds::shipped()?,
                knowledge: knowledge::KnowledgeRoom::default(),
                // A login costs 20 ms of a core and 19 MiB: two at once, the others wait in line.
                hashing: tokio::sync::Semaphore::new(2),
                health: Mutex::new(HashMap::new()),
                ways: Mutex::new(HashMap::new()),
                keys: std::sync::OnceLock::new(),
                probes,
                sites: ArcSwap::from_pointee(sites),
                office: tokio::sync::Mutex::new(()),
                opened_at,
                receiver: ArcSwap::from_pointee(None),
                wake,
                told: tokio::sync::Notify::new(),
                heard: Mutex::default(),
            }),
        })
    }

    /// The configuration.
    #[must_use]
    pub fn config(&self) -> &AppConfig {
        &self.inner.config
    }

    /// The store, for those who count, copy or check it.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// Now, by the application's clock.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.inner.clock.now()
    }

    /// A new id.
    #[must_use]
    pub fn new_id(&self) -> String {
        chance::new_id(self.now(), self.inner.chance.as_ref())
    }

    fn rules(&self) -> &Rules {
        &self.inner.config.rules
    }

    fn context<'a>(
        &'a self,
        now: i64,
        calendar: &'a Calendar,
        danger_unit: Option<DangerUnit<'a>>,
        clocks: &'a Clockwork,
    ) -> Context<'a> {
        Context {
            now,
            rules: self.rules(),
            calendar,
            danger_unit,
            clocks: Some(clocks),
        }
    }

    /// Whether the store answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ready(&self) -> Result<(), AppError> {
        self.inner.store.setting("site_key").await?;
        Ok(())
    }

    fn unit_name(&self, code: &str) -> String {
        let engine = self.inner.engine.load();
        engine.unit(&UnitId::from(code)).map_or_else(
            || {
                if code == self.rules().desk_unit.as_str() {
                    self.inner.config.desk_name()
                } else {
                    code.to_owned()
                }
            },
            |unit| unit.name.clone(),
        )
    }
}
