//! One platform over a store, with a clock set by hand, that can be stopped and opened again.

use crate::ground::{Ground, StoreKind};
use crate::people::desk_unit;
use crate::{LINK, MONDAY};
use app::chance::SeededChance;
use app::clock::{Clock, HandClock};
use app::config::{AppConfig, Peer};
use app::view::{CaseView, NewContact};
use app::{App, AppError, CommandKey, Parts, PeerPorts};
use domain::case::{LinkRule, Rules};
use domain::clock::{Limit, Limits, Span};
use domain::desk::{Desk, Tier};
use domain::id::{LinkId, UnitId};
use domain::right::Actor;
use exchange::key::{Algorithm, KeyRing};
use exchange::link::LinkTerms;
use exchange::{Digest, KeyState, LinkBook, OwnKey, PeerKey, PlatformId, Receiver};
use serde_json::Value;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;
use store::Store;
use triage::Engine;

static ENGINE: LazyLock<Arc<Engine>> =
    LazyLock::new(|| Arc::new(Engine::shipped().expect("the shipped rules are sound")));

/// A moment as text, `2026-11-23T09:00:00+08:00`, in milliseconds.
#[must_use]
pub fn at(text: &str) -> i64 {
    text.parse::<jiff::Timestamp>().unwrap().as_millisecond()
}

/// What tests may want otherwise.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The platform's id; peers know it by that.
    pub id: String,
    /// How high it stands.
    pub tier: Tier,
    /// The platform behind each link of the rules, and how high that stands.
    pub peers: Vec<(String, Tier)>,
    /// The rules of the platform.
    pub rules: Rules,
    /// Days within which a return is a backflow (R38).
    pub backflow_days: i64,
    /// The map.
    pub map: app::place::SiteMap,
    /// Directory of the search index.
    pub search: Option<std::path::PathBuf>,
    /// The clock catalogue.
    pub clocks: app::catalogue::Configured,
    /// How people are reached.
    pub reach: app::reach::Reach,
    /// Documents.
    pub press: app::config::PressConfig,
    /// How messages of citizens are taken.
    pub message: app::message::MessageConfig,
}

impl Settings {
    /// What the county uses: an answer within half an hour, two returns, one extension.
    #[must_use]
    pub fn of(desk: Desk) -> Self {
        let limit = |span| Some(Limit::of(span));
        Self {
            id: platform_id(desk),
            tier: Tier::County,
            peers: vec![(platform_id(desk.other()), Tier::County)],
            rules: Rules {
                desk,
                desk_unit: UnitId::new(desk_unit(desk)),
                links: vec![LinkRule {
                    link: LinkId::new(LINK),
                    peer_desk: desk.other(),
                    arbiter: desk == Desk::Hotline,
                }],
                answer: Limit::of(Span::Minutes(30)),
                limits: Limits {
                    sign: limit(Span::Hours(2)),
                    feedback: limit(Span::Days(1)),
                    result: limit(Span::WorkingDays(5)),
                    close: None,
                },
                returns: 2,
                return_within: Span::WorkingDays(1),
                crossings_back: 1,
                extensions: 1,
                danger_unit: UnitId::new("station-central"),
            },
            backflow_days: 30,
            map: app::place::SiteMap::default(),
            search: None,
            clocks: app::catalogue::Configured::default(),
            reach: app::reach::Reach::plain().expect("the shipped rules are sound"),
            press: app::config::PressConfig::default(),
            message: app::message::MessageConfig::default(),
        }
    }
}

/// A command that was answered with success (law 3).
#[derive(Debug, Clone)]
pub struct Acknowledged {
    /// The command id.
    pub key: CommandKey,
    /// The case it was about.
    pub case: String,
}

/// The platform id of a desk.
#[must_use]
pub fn platform_id(desk: Desk) -> String {
    format!("wanglan-{}", desk.number())
}

fn key_of(platform: &str) -> OwnKey {
    let digest = Digest::of(platform.as_bytes());
    OwnKey::from_random(digest.as_bytes(), Some("k1"))
}

/// The keys and links of a platform.
#[must_use]
pub fn book(settings: &Settings) -> Arc<LinkBook> {
    let links = settings.rules.links.iter().zip(&settings.peers);
    let terms = links.map(|(rule, (platform, _))| {
        let peer = key_of(platform);
        let key = PeerKey {
            key_id: peer.key_id().to_owned(),
            public: peer.public_base64(),
            state: KeyState::Active,
        };
        LinkTerms {
            link: exchange::LinkId::new(rule.link.as_str()),
            peer: PlatformId::new(platform.clone()),
            algorithm: Algorithm::Ed25519,
            keys: KeyRing::new(&[key]).unwrap(),
            sign_with: exchange::SignWith::Platform,
        }
    });
    let own = PlatformId::new(settings.id.clone());
    Arc::new(LinkBook::new(own, key_of(&settings.id), terms.collect()))
}

fn config(settings: &Settings) -> AppConfig {
    let desk = settings.rules.desk;
    let name = |desk| match desk {
        Desk::Police => "望澜县公安局110报警服务台",
        Desk::Hotline => "望澜县12345政务服务便民热线",
    };
    AppConfig {
        platform: app::config::Platform {
            id: settings.id.clone(),
            name: name(desk).to_owned(),
            desk,
            tier: settings.tier,
            demo: true,
            node: 1,
        },
        rules: settings.rules.clone(),
        peers: settings
            .rules
            .links
            .iter()
            .zip(&settings.peers)
            .map(|(rule, (platform, tier))| Peer {
                link: rule.link.as_str().to_owned(),
                platform: platform.clone(),
                name: name(rule.peer_desk).to_owned(),
                tier: *tier,
            })
            .collect(),
        backflow_days: settings.backflow_days,
        attachments: app::config::Attachments::default(),
        session_idle: 30 * 60_000,
        session_most: 12 * 3_600_000,
        lock_after: 5,
        lock_for: 600_000,
        map: settings.map.clone(),
        search: settings.search.clone(),
        supervision: app::shipped_book().expect("the shipped rules of supervision hold"),
        clocks: settings.clocks.clone(),
        reach: settings.reach.clone(),
        press: settings.press.clone(),
        message: settings.message.clone(),
    }
}

/// A running platform.
pub struct Platform {
    /// The application.
    pub app: App,
    /// Its side of the link.
    pub ports: PeerPorts,
    /// Its keys.
    pub book: Arc<LinkBook>,
    /// The clock it reads.
    pub clock: Arc<HandClock>,
    /// Its desk.
    pub desk: Desk,
    ground: Ground,
    settings: Settings,
    seed: u64,
    lives: u64,
    commands: AtomicU64,
    acknowledged: Mutex<Vec<Acknowledged>>,
}

impl Platform {
    /// A platform of its own with an empty store, on a Monday morning.
    pub async fn open(desk: Desk, kind: StoreKind) -> Self {
        let clock = Arc::new(HandClock::new(at(MONDAY)));
        Self::open_with(Settings::of(desk), Ground::new(kind).await, clock, 1).await
    }

    /// A platform by other settings, over a ground that may hold something already.
    pub async fn open_with(
        settings: Settings,
        ground: Ground,
        clock: Arc<HandClock>,
        seed: u64,
    ) -> Self {
        let desk = settings.rules.desk;
        let book = book(&settings);
        // Taught beside the work in the real program: here every test shall meet it taught.
        if settings.map.vector.is_some() {
            triage::Addresses::shipped();
        }
        let (app, ports) = start(&settings, &ground, &clock, seed).await;
        Self {
            app,
            ports,
            book,
            clock,
            desk,
            ground,
            settings,
            seed,
            lives: 1,
            commands: AtomicU64::new(0),
            acknowledged: Mutex::default(),
        }
    }

    /// The program ends, and starts again over the same store: all that was in memory is gone.
    pub async fn restart(&mut self) {
        self.app.close_index();
        self.app.store().clone().close().await;
        self.lives += 1;
        let seed = self.seed + self.lives * 1_000_003;
        let (app, ports) = start(&self.settings, &self.ground, &self.clock, seed).await;
        (self.app, self.ports) = (app, ports);
    }

    /// Another process of the same platform, over the same store.
    pub async fn beside(&self) -> App {
        let (app, _) = start(&self.settings, &self.ground, &self.clock, self.seed + 7).await;
        app
    }

    /// Where its store is.
    #[must_use]
    pub const fn ground(&self) -> &Ground {
        &self.ground
    }

    /// A command id nobody used.
    pub fn key(&self) -> CommandKey {
        let n = self.commands.fetch_add(1, Ordering::Relaxed);
        let id = format!("cmd-{}-{n}", self.desk.number());
        CommandKey {
            digest: format!("digest of {id}"),
            id,
        }
    }

    /// Takes a contact.
    ///
    /// # Errors
    /// As the application says.
    pub async fn take(&self, actor: &Actor, contact: NewContact) -> Result<CaseView, AppError> {
        let key = self.key();
        let view = self.app.take(actor, contact, &key).await?;
        self.note(key, &view.brief.id);
        Ok(view)
    }

    /// Sends a command to a case.
    ///
    /// # Errors
    /// As the application says.
    pub async fn act(
        &self,
        actor: &Actor,
        case: &str,
        command: Value,
    ) -> Result<CaseView, AppError> {
        let key = self.key();
        let view = self.app.act(actor, case, command, None, &key).await?;
        self.note(key, &view.brief.id);
        Ok(view)
    }

    /// Keeps an acknowledgement for the check of law 3.
    pub fn note(&self, key: CommandKey, case: &str) {
        self.acknowledged.lock().unwrap().push(Acknowledged {
            key,
            case: case.to_owned(),
        });
    }

    /// Every command that was answered with success so far.
    #[must_use]
    pub fn acknowledged(&self) -> Vec<Acknowledged> {
        self.acknowledged.lock().unwrap().clone()
    }
}

async fn start(
    settings: &Settings,
    ground: &Ground,
    clock: &Arc<HandClock>,
    seed: u64,
) -> (App, PeerPorts) {
    // A loaded test machine may be slow; what is tested is never how fast it answers.
    let store = Store::open(&ground.config)
        .await
        .unwrap()
        .with_deadline(Duration::from_secs(60));
    let parts = Parts {
        config: config(settings),
        store,
        clock: Arc::<HandClock>::clone(clock),
        chance: Arc::new(SeededChance::new(seed)),
        engine: Arc::clone(&ENGINE),
    };
    let app = App::open(parts).await.unwrap();
    let ports = app::ports(&app);
    let time = Arc::clone(clock);
    let receiver = Receiver::new(
        book(settings),
        Arc::new(ports.clone()),
        Arc::new(ports.clone()),
        Arc::new(move || time.now()),
    );
    app.receive_with(Arc::new(receiver));
    (app, ports)
}
