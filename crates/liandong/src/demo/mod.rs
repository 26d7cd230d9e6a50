//! The demonstration: 望澜县, a county that does not exist, as two linked platforms in one
//! process, with people for every role, cases in every state, units that answer (some late, some
//! bouncing) and callers that keep coming.

mod carrier;
mod carry;
mod clock;
pub(crate) mod county;
mod duty;
mod follow_up;
mod history;
mod knowledge;
mod life;
mod lines;
mod papers;
pub(crate) mod people;
mod road;
mod roster;

use crate::command::{keeper, once};
use crate::config::{
    AttachmentSection, ClockSection, ExchangeSection, File, LinkSection, ListSection,
    ListenSection, MapSection, PlatformSection, PressSection, RulesSection, SearchSection,
    SessionSection, StoreSection, SupervisionSection, TriageSection,
};
use crate::serve::{self, Running};
use anyhow::Context as _;
use app::App;
use app::chance::{Chance, SeededChance};
use app::place::Gazetteer;
use clock::DemoClock;
use domain::desk::Desk;
use exchange::Carrier;
use exchange::key::{KeyState, PeerKey};
use exchange::link::LinkConfig;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;
use store::{Store, StoreConfig};

/// How the demonstration runs.
#[derive(clap::Args, Clone)]
pub(crate) struct Settings {
    /// How many times faster than real time the county lives.
    #[arg(long, default_value_t = 1.0)]
    speed: f64,
    /// Seed of everything that is invented: the same seed, the same county.
    #[arg(long, default_value_t = 2026)]
    seed: u64,
    /// Calls a minute of the county's time; 0 for a quiet county.
    #[arg(long, default_value_t = 3.0)]
    calls: f64,
    /// Do not let invented operators and clerks act: everything waits for you.
    #[arg(long)]
    still: bool,
    /// Lay lines on loopback addresses: callers, a line between the desks, phones in the browser. There are lines without being
    /// asked for, except with --still and where the county does not live in real time.
    #[arg(long, conflicts_with = "no_lines")]
    lines: bool,
    /// Lay none: nothing rings, and no seat has a phone.
    #[arg(long)]
    no_lines: bool,
    /// Calls a minute that ring over the lines, whether or not somebody answers; 1 without being told, none with --still.
    #[arg(long)]
    ring: Option<f64>,
    /// Days of history.
    #[arg(long, default_value_t = 60)]
    days: u32,
    /// Folder for the two stores; a new temporary one without. Must be empty or not there.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Take contacts from a file into the hotline, let the county's people carry every case to
    /// its end, check both records, print the counts and stop.
    #[arg(long, requires = "mapping")]
    import: Option<PathBuf>,
    /// Which column of that file is which field (TOML).
    #[arg(long)]
    mapping: Option<PathBuf>,
    /// Port of the 110 platform.
    #[arg(long, default_value_t = 8110)]
    port_110: u16,
    /// Port of the 12345 platform.
    #[arg(long, default_value_t = 8345)]
    port_12345: u16,
}

/// Both platforms of the county.
pub(crate) struct County {
    pub(crate) police: App,
    pub(crate) hotline: App,
    pub(crate) clock: Arc<DemoClock>,
    pub(crate) chance: Arc<SeededChance>,
    pub(crate) seed: u64,
    pub(crate) map: Arc<Gazetteer>,
    /// Who carries the short messages of 110 and of 12345.
    pub(crate) carriers: [Arc<carrier::Carrier>; 2],
    pub(crate) own: lines::Own,
    pub(crate) road: Arc<road::Road>,
}

impl Settings {
    /// Calls ring and talk in real time.
    fn has_lines(&self) -> bool {
        let real = (self.speed - 1.0).abs() < 0.01;
        self.lines || (!self.no_lines && !self.still && self.import.is_none() && real)
    }

    fn rings_a_minute(&self) -> f64 {
        self.ring.unwrap_or(if self.still { 0.0 } else { 1.0 })
    }
}

/// The name both sides know the link by.
pub(crate) const LINK: &str = "wanglan";

pub(crate) async fn run(settings: Settings) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    anyhow::ensure!(
        settings.speed > 0.0 && settings.speed <= 3_600.0,
        "--speed is 0 to 3600"
    );
    anyhow::ensure!(
        (0.0..=60.0).contains(&settings.rings_a_minute()),
        "--ring is 0 to 60"
    );
    let folder = folder(settings.data.as_deref())?;
    let chance = Arc::new(SeededChance::new(settings.seed));
    let clock = Arc::new(DemoClock::new(settings.speed));
    let laid = settings
        .has_lines()
        .then(|| lines::lay(&folder, &app::chance::SystemChance))
        .transpose()?;
    let voices = laid.is_some().then(lines::voices);
    let (mut police_file, mut hotline_file) = files(&settings, &folder, chance.as_ref())?;
    let carriers = [Arc::<carrier::Carrier>::default(), Arc::default()];
    for (file, carrier) in [&mut police_file, &mut hotline_file]
        .into_iter()
        .zip(&carriers)
    {
        file.reach.own.push(Arc::<carrier::Carrier>::clone(carrier));
    }
    // Both desks go by the list that comes with the program.
    let engine = Arc::new(police_file.engine()?);
    let (police, hotline) = tokio::try_join!(
        platform(&police_file, &clock, &engine, settings.seed ^ 0x110),
        platform(&hotline_file, &clock, &engine, settings.seed ^ 0x12345)
    )?;
    let county = Arc::new(County {
        police,
        hotline,
        clock,
        chance,
        seed: settings.seed,
        map: county::map()?,
        carriers,
        own: lines::Own::default(),
        road: Arc::new(road::Road::new()),
    });
    // Nobody was told that what is lived through before anybody looks is kept.
    for app in [&county.police, &county.hotline] {
        app.store().rush(true);
    }
    // Both are bound first: a link that is refused once rests for a second.
    let (one, other) = (serve::bind(&police_file)?, serve::bind(&hotline_file)?);
    let to = |peer: &App| {
        let (road, peer) = (Arc::clone(&county.road), peer.clone());
        move |outside| -> Arc<dyn Carrier> {
            let (road, peer) = (Arc::clone(&road), peer.clone());
            Arc::new(road::Lane {
                road,
                peer,
                outside,
            })
        }
    };
    let (police, hotline) = (&county.police, &county.hotline);
    let mut first = Running::link(&police_file, police.clone(), one, to(hotline)).await?;
    let mut second = Running::link(&hotline_file, hotline.clone(), other, to(police)).await?;
    for app in [&county.police, &county.hotline] {
        holidays(app).await?;
    }
    // The past is lived by people without accounts, so both are made at once.
    tokio::try_join!(
        history::live_through(&county, settings.days),
        people::settle(&county.police),
        people::settle(&county.hotline)
    )?;
    tokio::try_join!(roster::lay(&county.police), roster::lay(&county.hotline))?;
    county.road.leave();
    // From the end of the log on: what lies before it is nobody's news.
    first.mind();
    second.mind();
    papers::file(&county).await?;
    knowledge::lay(&county).await?;
    for app in [&county.police, &county.hotline] {
        app.store().rush(false);
    }
    if let (Some(file), Some(mapping)) = (&settings.import, &settings.mapping) {
        first.follow();
        second.follow();
        let clean = carry::carry(&county, file, mapping).await?;
        first.stop().await?;
        second.stop().await?;
        return Ok(if clean {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(3)
        });
    }
    let lines = match laid.zip(voices) {
        Some((laid, voices)) => Some(laid.begin(&mut first, &mut second, voices).await?),
        None => None,
    };
    greet(
        &settings,
        &county,
        [&first, &second],
        lines.as_ref(),
        started,
        &folder,
    );
    // The first page belongs to whoever waits for it; what follows the log comes after.
    first.follow();
    second.follow();
    let carried = tokio::spawn(carrier::carry(Arc::clone(&county)));
    let rings = settings.rings_a_minute();
    let ringing = lines.map(|lines| {
        // With --still nobody invented answers either.
        let sits = !settings.still;
        tokio::spawn(lines::live(Arc::clone(&county), lines, rings, sits))
    });
    let life = if settings.still {
        None
    } else {
        Some(tokio::spawn(life::live(
            Arc::clone(&county),
            settings.calls,
            settings.speed,
        )))
    };
    serve::stop_signal().await?;
    for task in [life, ringing].into_iter().flatten() {
        task.abort();
    }
    carried.abort();
    first.stop().await?;
    second.stop().await?;
    if settings.data.is_none() {
        std::fs::remove_dir_all(&folder)
            .with_context(|| format!("{} cannot be removed", folder.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The statutory holidays of this year, before anybody counts with them.
async fn holidays(app: &App) -> anyhow::Result<()> {
    for (_, text) in app::catalogue::statutory::YEARS {
        let file = app::view::CalendarFile {
            text: text.to_owned(),
        };
        app.import_calendar(&keeper(app), &file, &once(app)).await?;
    }
    Ok(())
}

fn folder(given: Option<&Path>) -> anyhow::Result<PathBuf> {
    let folder = match given {
        Some(path) => path.to_owned(),
        None => std::env::temp_dir().join(format!("liandong-demo-{}", std::process::id())),
    };
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("{} cannot be made", folder.display()))?;
    let empty = std::fs::read_dir(&folder)?.next().is_none();
    anyhow::ensure!(
        empty,
        "{} is not empty: a demonstration starts anew",
        folder.display()
    );
    Ok(folder)
}

fn files(settings: &Settings, folder: &Path, chance: &dyn Chance) -> anyhow::Result<(File, File)> {
    let mut random = [0_u8; 32];
    chance.fill(&mut random);
    let police_key = exchange::generate_key(&random)?;
    chance.fill(&mut random);
    let hotline_key = exchange::generate_key(&random)?;
    let police_at = SocketAddr::from(([127, 0, 0, 1], settings.port_110));
    let hotline_at = SocketAddr::from(([127, 0, 0, 1], settings.port_12345));
    let map = county::map()?;
    let one = |desk: Desk, at: SocketAddr| -> anyhow::Result<File> {
        let police = desk == Desk::Police;
        let (own, peer, peer_at) = if police {
            (&police_key, &hotline_key, hotline_at)
        } else {
            (&hotline_key, &police_key, police_at)
        };
        let key_file = folder.join(format!("{}.key", desk.number()));
        exchange::key::write_key_file(&key_file, &own.private_pem)?;
        Ok(File {
            platform: PlatformSection {
                id: format!("wanglan-{}", desk.number()),
                name: format!("望澜{}", desk.number()),
                desk,
                tier: domain::desk::Tier::County,
                unit: format!("desk-{}", desk.number()),
                node: 1,
                demo: true,
            },
            store: StoreSection::Sqlite {
                path: folder.join(format!("{}.sqlite3", desk.number())),
                readers: 2,
            },
            listen: ListenSection {
                address: at,
                tls: None,
                metrics: true,
                trusted_proxies: Vec::new(),
            },
            exchange: Some(ExchangeSection {
                key_file,
                key_id: Some(own.key_id.clone()),
                key_folder: None,
                link: vec![LinkSection {
                    name: format!("望澜{}", desk.other().number()),
                    desk: desk.other(),
                    tier: None,
                    // The county office that decides disputes sits at the hotline.
                    arbiter: !police,
                    wire: LinkConfig {
                        link: exchange::LinkId::new(LINK),
                        peer: exchange::PlatformId::new(format!(
                            "wanglan-{}",
                            desk.other().number()
                        )),
                        url: format!("http://{peer_at}"),
                        root_certificate: None,
                        algorithm: exchange::key::Algorithm::default(),
                        keys: vec![PeerKey {
                            key_id: peer.key_id.clone(),
                            public: peer.public.clone(),
                            state: KeyState::Active,
                        }],
                    },
                }],
            }),
            rules: RulesSection::default(),
            session: SessionSection::default(),
            list: ListSection::default(),
            triage: TriageSection::default(),
            clocks: ClockSection {
                preset: Some("seed-papers".to_owned()),
                file: None,
            },
            map: MapSection {
                own: Some(Arc::clone(&map)),
                ..MapSection::default()
            },
            attachments: AttachmentSection::default(),
            search: SearchSection::default(),
            supervision: SupervisionSection::default(),
            reach: crate::reach::ReachSection {
                public_url: Some(format!("http://{at}")),
                ..crate::reach::ReachSection::default()
            },
            message: carrier::section(folder)?,
            press: PressSection::default(),
            voice: None,
        })
    };
    Ok((
        one(Desk::Police, police_at)?,
        one(Desk::Hotline, hotline_at)?,
    ))
}

async fn platform(
    file: &File,
    clock: &Arc<DemoClock>,
    engine: &Arc<triage::Engine>,
    seed: u64,
) -> anyhow::Result<App> {
    let StoreSection::Sqlite { path, readers } = &file.store else {
        anyhow::bail!("the demonstration keeps its stores in files");
    };
    let store = StoreConfig::Sqlite {
        path: path.clone(),
        readers: *readers,
    };
    Store::migrate(&store).await?;
    let clock: Arc<dyn app::clock::Clock> = Arc::<DemoClock>::clone(clock);
    let chance = Arc::new(SeededChance::new(seed));
    serve::open_knowing(file, clock, chance, Arc::clone(engine)).await
}

#[expect(
    clippy::print_stdout,
    reason = "what a person who starts the demonstration must read"
)]
fn greet(
    settings: &Settings,
    county: &County,
    [first, second]: [&Running; 2],
    lines: Option<&lines::Lines>,
    started: Instant,
    folder: &Path,
) {
    println!("\n  望澜县 · a county that does not exist, as two linked platforms");
    println!("  110    http://{}", first.address);
    println!("  12345  http://{}\n", second.address);
    println!("  password of everybody: {}", people::PASSWORD);
    for (desk, app) in [
        (Desk::Police, &county.police),
        (Desk::Hotline, &county.hotline),
    ] {
        println!(
            "  {:5}  {}",
            desk.number(),
            people::logins(app, desk).join("  ")
        );
    }
    if let Some(lines) = lines {
        println!(
            "\n  lines  110 at {}, 12345 at {}; a seat's phone is the desk's page. To ring by hand:\n         \
             liandong call-lab --platform {} --listen 127.7.2.1:5060 --call 110",
            lines.police, lines.hotline, lines.police
        );
    }
    println!(
        "\n  ready in {:.1} s · seed {} · speed {} · data in {} · Ctrl-C ends it\n",
        started.elapsed().as_secs_f64(),
        settings.seed,
        settings.speed,
        folder.display()
    );
}
