//! The configuration file. Unknown keys are an error; secrets are files.

use anyhow::Context as _;
use app::config::{AppConfig, Attachments, Peer, Platform, PressConfig};
use domain::case::{LinkRule, Rules};
use domain::clock::{Limit, Limits, Span};
use domain::desk::{Desk, Tier};
use domain::id::{LinkId, UnitId};
use exchange::link::LinkConfig;
use press::form::BulletinKind;
use press::{FontChoice, Wording};
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::StoreConfig;

mod clock;
mod map;

pub(crate) use clock::ClockSection;
pub(crate) use map::MapSection;

/// The whole file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    pub(crate) platform: PlatformSection,
    pub(crate) store: StoreSection,
    pub(crate) listen: ListenSection,
    #[serde(default)]
    pub(crate) exchange: Option<ExchangeSection>,
    #[serde(default)]
    pub(crate) rules: RulesSection,
    #[serde(default)]
    pub(crate) session: SessionSection,
    #[serde(default)]
    pub(crate) list: ListSection,
    #[serde(default)]
    pub(crate) triage: TriageSection,
    #[serde(default)]
    pub(crate) clocks: ClockSection,
    #[serde(default)]
    pub(crate) map: MapSection,
    #[serde(default)]
    pub(crate) attachments: AttachmentSection,
    #[serde(default)]
    pub(crate) search: SearchSection,
    #[serde(default)]
    pub(crate) supervision: SupervisionSection,
    #[serde(default)]
    pub(crate) reach: crate::reach::ReachSection,
    #[serde(default)]
    pub(crate) message: crate::message::MessageSection,
    #[serde(default)]
    pub(crate) press: PressSection,
    /// Calls; none without.
    #[serde(default)]
    pub(crate) voice: Option<crate::voice::VoiceSection>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlatformSection {
    /// The name peers know it by.
    pub(crate) id: String,
    /// The name people know it by.
    pub(crate) name: String,
    /// `police` or `hotline`.
    pub(crate) desk: Desk,
    /// `province`, `city`, `county` or `town`: how high it stands among the platforms it is linked to.
    #[serde(default = "county")]
    pub(crate) tier: Tier,
    /// Code of the unit that answers for what arrives.
    pub(crate) unit: String,
    /// Tells processes apart that share one database; part of printed numbers.
    #[serde(default = "one")]
    pub(crate) node: u8,
    /// A demonstration with invented data.
    #[serde(default)]
    pub(crate) demo: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, tag = "kind", rename_all = "snake_case")]
pub(crate) enum StoreSection {
    /// One file beside the program.
    Sqlite {
        path: PathBuf,
        #[serde(default = "readers")]
        readers: usize,
    },
    /// A PostgreSQL server; several processes may share it.
    Postgres {
        /// A file that holds the connection URL, since it holds a password.
        url_file: PathBuf,
        #[serde(default = "readers")]
        readers: usize,
    },
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListenSection {
    /// Where browsers and peers reach it.
    pub(crate) address: SocketAddr,
    #[serde(default)]
    pub(crate) tls: Option<TlsSection>,
    /// Whether `/metrics` answers here.
    #[serde(default = "yes")]
    pub(crate) metrics: bool,
    /// Proxies whose word on the client's address is taken.
    #[serde(default)]
    pub(crate) trusted_proxies: Vec<std::net::IpAddr>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, untagged)]
pub(crate) enum TlsSection {
    /// The site's own certificate.
    Own { certificate: PathBuf, key: PathBuf },
    /// Made at the first start, for a trial.
    SelfSigned {
        self_signed: PathBuf,
        names: Vec<String>,
    },
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExchangeSection {
    /// This platform's private key (PEM, readable by its owner alone).
    pub(crate) key_file: PathBuf,
    /// The name peers know the key by.
    #[serde(default)]
    pub(crate) key_id: Option<String>,
    /// Where keys that are made in the back office lie; beside `key_file` without.
    #[serde(default)]
    pub(crate) key_folder: Option<PathBuf>,
    /// Links.
    #[serde(default)]
    pub(crate) link: Vec<LinkSection>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkSection {
    /// The peer's name for people.
    pub(crate) name: String,
    /// The desk behind it.
    pub(crate) desk: Desk,
    /// How high it stands; as high as this platform without.
    pub(crate) tier: Option<Tier>,
    /// Whether the arbiter of disputes sits on this side.
    #[serde(default)]
    pub(crate) arbiter: bool,
    /// What the exchange needs.
    pub(crate) wire: LinkConfig,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RulesSection {
    pub(crate) answer: Span,
    pub(crate) returns: u8,
    pub(crate) return_within: Span,
    pub(crate) crossings_back: u8,
    pub(crate) extensions: u8,
    pub(crate) backflow_days: i64,
    pub(crate) danger_unit: Option<String>,
    pub(crate) limits: Limits,
}

impl Default for RulesSection {
    fn default() -> Self {
        let limit = |span| Some(Limit::of(span));
        Self {
            answer: Span::Minutes(15),
            returns: 2,
            return_within: Span::Days(2),
            crossings_back: 2,
            extensions: 1,
            backflow_days: 30,
            danger_unit: None,
            limits: Limits {
                sign: limit(Span::Minutes(30)),
                feedback: limit(Span::Hours(2)),
                result: limit(Span::WorkingDays(5)),
                close: limit(Span::WorkingDays(15)),
            },
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SessionSection {
    /// Hours without use after which a session ends.
    pub(crate) idle_hours: i64,
    /// Hours after which it ends in any case.
    pub(crate) most_hours: i64,
    /// Wrong passwords in a row that lock an account.
    pub(crate) lock_after: i64,
    /// Minutes it stays locked.
    pub(crate) lock_minutes: i64,
}

impl Default for SessionSection {
    fn default() -> Self {
        Self {
            idle_hours: 12,
            most_hours: 24,
            lock_after: 5,
            lock_minutes: 15,
        }
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct TriageSection {
    /// An ONNX encoder, with its `vocab.txt` beside it; needs a program built with the feature `encoder`.
    pub(crate) encoder: Option<PathBuf>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ListSection {
    /// Files of the responsibility list, read one after another; the shipped one without.
    pub(crate) files: Vec<PathBuf>,
    /// The danger rules; the shipped ones without.
    pub(crate) danger: Option<PathBuf>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SupervisionSection {
    /// The book of rules, TOML; the shipped one without.
    pub(crate) rules: Option<PathBuf>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct AttachmentSection {
    /// Megabytes (MiB) of one file.
    pub(crate) megabytes: u16,
    /// Files of one case.
    pub(crate) files: u16,
}

impl Default for AttachmentSection {
    fn default() -> Self {
        Self {
            megabytes: 20,
            files: 40,
        }
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SearchSection {
    /// No full-text index.
    pub(crate) off: bool,
    /// Where it lies, each process its own; beside an SQLite store without.
    pub(crate) directory: Option<PathBuf>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct PressSection {
    /// Fonts of the site's own; the system's free ones without.
    pub(crate) fonts: FontChoice,
    /// A file with lines of the site's own in place of the shipped wording.
    pub(crate) wording: Option<PathBuf>,
    /// Bulletins that are begun when their span is over: `weekly`, `monthly`, `year`, `benefit`.
    pub(crate) schedule: Vec<BulletinKind>,
}

impl PressSection {
    fn config(&self) -> anyhow::Result<PressConfig> {
        let wording = match &self.wording {
            None => Wording::shipped()?,
            Some(path) => {
                let text = std::fs::read_to_string(path)
                    .with_context(|| format!("the wording {} cannot be read", path.display()))?;
                Wording::with(&text)
                    .with_context(|| format!("the wording {} is refused", path.display()))?
            }
        };
        Ok(PressConfig {
            fonts: self.fonts.clone(),
            wording,
            schedule: self.schedule.clone(),
        })
    }
}

const fn county() -> Tier {
    Tier::County
}

const fn one() -> u8 {
    1
}

const fn yes() -> bool {
    true
}

const fn readers() -> usize {
    2
}

/// Reads the file.
pub(crate) fn read(path: &Path) -> anyhow::Result<File> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("the configuration {} cannot be read", path.display()))?;
    parse(&text).with_context(|| format!("the configuration {} is wrong", path.display()))
}

pub(crate) fn parse(text: &str) -> anyhow::Result<File> {
    let file: File = toml::from_str(text)?;
    anyhow::ensure!(!file.platform.id.is_empty(), "platform.id is empty");
    anyhow::ensure!(
        file.platform.node < 10,
        "platform.node is one digit, 0 to 9"
    );
    anyhow::ensure!(file.session.idle_hours > 0, "session.idle_hours is above 0");
    let mut links: Vec<&str> = file.links().map(|l| l.wire.link.as_str()).collect();
    let count = links.len();
    if let Some(tiles) = &file.map.tiles {
        tiles.check()?;
    }
    links.sort_unstable();
    links.dedup();
    anyhow::ensure!(links.len() == count, "two links have the same name");
    Ok(file)
}

impl File {
    pub(crate) fn links(&self) -> impl Iterator<Item = &LinkSection> {
        self.exchange.iter().flat_map(|e| e.link.iter())
    }

    /// The store's part.
    pub(crate) fn store(&self) -> anyhow::Result<StoreConfig> {
        Ok(match &self.store {
            StoreSection::Sqlite { path, readers } => StoreConfig::Sqlite {
                path: path.clone(),
                readers: *readers,
            },
            StoreSection::Postgres { url_file, readers } => {
                let url = std::fs::read_to_string(url_file)
                    .with_context(|| format!("{} cannot be read", url_file.display()))?;
                StoreConfig::Postgres {
                    url: url.trim().to_owned(),
                    readers: *readers,
                }
            }
        })
    }

    /// Triage with the lists the file names.
    pub(crate) fn engine(&self) -> anyhow::Result<triage::Engine> {
        if self.list.files.is_empty() && self.list.danger.is_none() {
            return Ok(triage::Engine::shipped()?);
        }
        let mut list = String::new();
        for path in &self.list.files {
            list.push_str(
                &std::fs::read_to_string(path)
                    .with_context(|| format!("the list {} cannot be read", path.display()))?,
            );
            list.push('\n');
        }
        let danger = match &self.list.danger {
            Some(path) => std::fs::read_to_string(path)
                .with_context(|| format!("the rules {} cannot be read", path.display()))?,
            None => anyhow::bail!("list.files needs list.danger beside it"),
        };
        Ok(triage::Engine::new(&list, &danger)?)
    }

    /// The encoder the file names, if it names one.
    pub(crate) fn encoder(&self) -> Result<Option<triage::Encoder>, triage::EncoderError> {
        let path = self.triage.encoder.as_deref();
        path.map(triage::Encoder::open).transpose()
    }

    /// The application's part.
    pub(crate) fn app(&self, engine: &triage::Engine) -> anyhow::Result<AppConfig> {
        crate::tier::check(&self.platform, self.links())?;
        let first = engine.list().first_response.clone();
        let danger_unit = self.rules.danger_unit.as_ref().map_or(first, UnitId::new);
        Ok(AppConfig {
            platform: Platform {
                id: self.platform.id.clone(),
                name: self.platform.name.clone(),
                desk: self.platform.desk,
                tier: self.platform.tier,
                demo: self.platform.demo,
                node: self.platform.node,
            },
            rules: Rules {
                desk: self.platform.desk,
                desk_unit: UnitId::new(self.platform.unit.clone()),
                links: self
                    .links()
                    .map(|l| LinkRule {
                        link: LinkId::new(l.wire.link.as_str()),
                        peer_desk: l.desk,
                        arbiter: l.arbiter,
                    })
                    .collect(),
                answer: Limit::of(self.rules.answer),
                limits: self.rules.limits,
                returns: self.rules.returns,
                return_within: self.rules.return_within,
                crossings_back: self.rules.crossings_back,
                extensions: self.rules.extensions,
                danger_unit,
            },
            peers: self
                .links()
                .map(|l| Peer {
                    link: l.wire.link.as_str().to_owned(),
                    platform: l.wire.peer.as_str().to_owned(),
                    name: l.name.clone(),
                    tier: l.tier.unwrap_or(self.platform.tier),
                })
                .collect(),
            backflow_days: self.rules.backflow_days,
            attachments: Attachments {
                bytes_most: i64::from(self.attachments.megabytes) * 1024 * 1024,
                count_most: self.attachments.files,
            },
            session_idle: self.session.idle_hours * 3_600_000,
            session_most: self.session.most_hours * 3_600_000,
            lock_after: self.session.lock_after,
            lock_for: self.session.lock_minutes * 60_000,
            map: self.map.site()?,
            search: self.index(),
            supervision: self.supervision()?,
            clocks: self.clocks.read()?,
            reach: self.reaching()?,
            message: self.message.config()?,
            press: self.press.config()?,
        })
    }

    /// How people are reached, with the line to the carrier among the channels.
    fn reaching(&self) -> anyhow::Result<app::reach::Reach> {
        let mut reach = self.reach.reach()?;
        if let Some(line) = self.message.channel() {
            anyhow::ensure!(
                self.reach.sms.is_none(),
                "reach.sms and message.line are two ways for one thing: keep one"
            );
            reach
                .channels
                .push(Arc::<app::reach::channel::SmsLine>::clone(&line));
            reach.line = Some(line);
        }
        Ok(reach)
    }

    /// The rules of supervision; one fault refuses the whole book.
    fn supervision(&self) -> anyhow::Result<Arc<domain::supervision::RuleBook>> {
        let Some(path) = &self.supervision.rules else {
            return Ok(app::shipped_book()?);
        };
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("supervision.rules {} cannot be read", path.display()))?;
        app::read_book(&text).with_context(|| format!("supervision.rules {}", path.display()))
    }

    /// Where the full-text index lies; none if there is none. A server's processes have no
    /// place of their own that could be guessed.
    pub(crate) fn index(&self) -> Option<PathBuf> {
        if self.search.off {
            return None;
        }
        let beside = match &self.store {
            StoreSection::Sqlite { path, .. } => {
                let mut name = path.as_os_str().to_owned();
                name.push(".search");
                Some(PathBuf::from(name))
            }
            StoreSection::Postgres { .. } => None,
        };
        self.search.directory.clone().or(beside)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) const LEAST: &str = r#"
        [platform]
        id = "wanglan-110"
        name = "望澜110"
        desk = "police"
        unit = "desk-110"
        [store]
        kind = "sqlite"
        path = "110.sqlite3"
        [listen]
        address = "127.0.0.1:8110"
    "#;

    #[test]
    fn the_least_configuration_is_enough() {
        let file = parse(LEAST).unwrap();
        assert_eq!(
            file.app(&triage::Engine::shipped().unwrap())
                .unwrap()
                .rules
                .returns,
            2
        );
    }

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        let error = parse(&LEAST.replace("unit =", "unti =")).unwrap_err();
        assert!(format!("{error:#}").contains("unti"), "{error:#}");
    }

    #[test]
    fn a_clock_catalogue_is_picked_by_name_or_refused_with_its_place() {
        let engine = triage::Engine::shipped().unwrap();
        let with = |section: &str| {
            parse(&format!("{LEAST}\n[clocks]\n{section}"))
                .unwrap()
                .app(&engine)
        };
        let picked = with("preset = \"seed-papers\"").unwrap();
        assert_eq!(picked.clocks.name, "seed-papers");
        let unknown = with("preset = \"nowhere\"").unwrap_err();
        assert!(unknown.to_string().contains("by-list"), "{unknown}");
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("own.toml");
        let text = app::catalogue::preset("by-list").unwrap();
        std::fs::write(
            &path,
            text.replacen("stage = \"sign\"", "stage = \"sing\"", 1),
        )
        .unwrap();
        let wrong = with(&format!("file = {:?}", path.display().to_string())).unwrap_err();
        assert!(wrong.to_string().contains("line 10"), "{wrong}");
    }

    #[test]
    fn an_encoder_is_none_or_refused_with_its_file() {
        assert!(parse(LEAST).unwrap().encoder().unwrap().is_none());
        let file = parse(&format!("{LEAST}\n[triage]\nencoder = \"no.onnx\"")).unwrap();
        let refused = format!("{:#}", anyhow::Error::new(file.encoder().unwrap_err()));
        assert!(refused.starts_with("no.onnx, the whole: "), "{refused}");
        assert!(parse(&format!("{LEAST}\n[triage]\nencoders = \"x\"")).is_err());
    }

    #[test]
    fn the_example_in_the_documents_is_read() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../docs/liandong.example.toml"
        );
        parse(&std::fs::read_to_string(path).unwrap()).unwrap();
    }
}
