//! `[voice]`: trunks, phones and sound of this platform's calls. Without it there are no calls here.

use anyhow::Context as _;
use app::chance::Chance;
use app::{App, VoiceSetup};
use domain::desk::Desk;
use number::NumberSection;
use serde::Deserialize;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use voice::call::{DeskKind, Moment, Partner, Plan, SeatName, TrunkPlan};
use voice::engine::{self, Kept, Recorder, Voice};
use voice::media::switchboard::BrowserPort;
use voice::queue::{Class, Needs};
use voice::recording::Keeper;
use voice::sip::guard::Net;
use voice::sip::policy::Policy;
use voice::sip::settings::{Account, Phone, Settings, Tls, Transport, Trunk};

mod kept;
mod number;
mod sentence;
#[cfg(test)]
mod whole;

/// The section.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VoiceSection {
    /// The domain in our addresses.
    pub(crate) domain: String,
    /// Where SIP datagrams are read.
    #[serde(default)]
    pub(crate) udp: Option<SocketAddr>,
    /// Where SIP streams are taken.
    #[serde(default)]
    pub(crate) tcp: Option<SocketAddr>,
    /// Where SIP streams within TLS are taken.
    #[serde(default)]
    pub(crate) tls: Option<TlsSection>,
    /// The address others reach us by, if it is another than the ones above.
    #[serde(default)]
    pub(crate) external: Option<IpAddr>,
    /// The address sound is received on; it stands in what others are told, unless `external` does.
    pub(crate) sound_address: IpAddr,
    /// First and last port of sound; two for every leg.
    #[serde(default = "ports")]
    pub(crate) sound_ports: (u16, u16),
    /// Where browsers' sound is received: one UDP port for all of them. None without.
    #[serde(default)]
    pub(crate) browsers: Option<SocketAddr>,
    /// A folder of sentences, `NAME.alaw`: A-law at 8 kHz without a head, or `NAME.wav`: 8 kHz, one channel, 16 bits. A tone
    /// stands for what is not there; nobody is told of a notice by telephone while one of its sentences is not.
    #[serde(default)]
    pub(crate) prompts: Option<PathBuf>,
    /// Calls of trunks at once; one more is answered 503 with Retry-After.
    #[serde(default = "most_calls")]
    pub(crate) most_calls: usize,
    /// Seconds after which a session that nobody refreshes is over.
    #[serde(default = "session_seconds")]
    pub(crate) session_seconds: u32,
    /// Seconds a seat has for writing after a call, before it is rung again; 20 without.
    #[serde(default)]
    pub(crate) wrap_up_seconds: Option<u16>,
    /// The number people know the desk by: 110, 12345.
    pub(crate) short_number: String,
    /// Over which trunk numbers are called: call-backs, duty phones, calls on a case. None are without.
    #[serde(default)]
    pub(crate) outward: Option<OutwardSection>,
    /// The partner that gets the calls nobody here answers.
    #[serde(default)]
    pub(crate) overflow: Option<String>,
    /// Other platforms and external desks.
    #[serde(default)]
    pub(crate) partner: Vec<PartnerSection>,
    /// Trunks.
    #[serde(default)]
    pub(crate) trunk: Vec<TrunkSection>,
    /// Numbers that citizens dial, where several services answer at this desk (R132).
    #[serde(default)]
    pub(crate) number: Vec<NumberSection>,
    /// Header policies that trunks and partners name.
    #[serde(default)]
    pub(crate) policy: Vec<Policy>,
    /// Hard phones.
    #[serde(default)]
    pub(crate) phone: Vec<PhoneSection>,
    /// Networks hard phones are in.
    #[serde(default)]
    pub(crate) phone_nets: Vec<Net>,
    /// Messages a second that each address of them may send.
    #[serde(default = "rate")]
    pub(crate) phone_rate: u32,
    /// Where recordings lie.
    pub(crate) recordings: PathBuf,
    /// How many days they are kept; 0 is for ever.
    pub(crate) recordings_days: Option<u32>,
    /// The names of skills that a call may need.
    #[serde(default)]
    pub(crate) skills: Vec<String>,
    /// What the person of a login can, by the names of skills.
    #[serde(default)]
    pub(crate) seats: HashMap<String, Vec<String>>,
    /// Logins of those who help out when calls wait long.
    #[serde(default)]
    pub(crate) backup: Vec<String>,
}

/// A listener within TLS.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TlsSection {
    address: SocketAddr,
    certificate: PathBuf,
    key: PathBuf,
    /// Roots others' certificates are checked against, if not the system's.
    #[serde(default)]
    roots: Option<PathBuf>,
}

/// A trunk.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TrunkSection {
    pub(crate) name: String,
    /// Domain or address of the other side.
    host: String,
    #[serde(default = "port")]
    port: u16,
    #[serde(default)]
    transport: Transport,
    /// Where its calls come from; the host itself without, if it is an address.
    #[serde(default)]
    sources: Vec<Net>,
    #[serde(default = "rate")]
    rate: u32,
    /// Our number on it.
    #[serde(default)]
    number: Option<String>,
    /// Answers its challenges, and registers with it.
    #[serde(default)]
    user: Option<String>,
    #[serde(default)]
    password_file: Option<PathBuf>,
    /// Its challenges are answered by MD5, too, where they do not offer SHA-256.
    #[serde(default)]
    md5: bool,
    #[serde(default)]
    registers: bool,
    /// Its calls are emergencies.
    #[serde(default)]
    emergency: bool,
    /// A policy by name; everything another platform is told without.
    #[serde(default)]
    policy: Option<String>,
    /// Whether OPTIONS asks it every ten seconds if it works.
    #[serde(default = "yes")]
    probed: bool,
}

/// Where numbers are called.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OutwardSection {
    trunk: String,
    #[serde(default = "policy_name")]
    policy: String,
}

/// Another platform, or an external desk: 119, 120, 122, water, power (R94).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PartnerSection {
    name: String,
    trunk: String,
    number: String,
    #[serde(default = "policy_name")]
    policy: String,
    /// It is the other platform of the link: a consult call with it ends in a decision (R54, R90).
    #[serde(default)]
    platform: bool,
}

fn policy_name() -> String {
    Policy::default().name
}

/// A hard phone.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PhoneSection {
    /// The login of who sits there.
    seat: String,
    user: String,
    password_file: PathBuf,
    /// It may prove itself by MD5, which older phones know alone.
    #[serde(default)]
    md5: bool,
}

const fn ports() -> (u16, u16) {
    (30_000, 39_999)
}

const fn most_calls() -> usize {
    500
}

const fn session_seconds() -> u32 {
    1800
}

const fn port() -> u16 {
    5060
}

const fn rate() -> u32 {
    200
}

const fn yes() -> bool {
    true
}

const fn class(emergency: bool) -> Class {
    if emergency {
        Class::Emergency
    } else {
        Class::Normal
    }
}

impl VoiceSection {
    /// How the desk is set up.
    ///
    /// # Errors
    /// When a number stands there twice, or names a skill that there is not.
    pub(crate) fn plan(&self, desk: Desk) -> anyhow::Result<Plan> {
        let kind = match desk {
            Desk::Police => DeskKind::Police,
            Desk::Hotline => DeskKind::Hotline,
        };
        let mut plan = Plan::new(kind, self.short_number.as_str());
        plan.overflow.clone_from(&self.overflow);
        if let Some(seconds) = self.wrap_up_seconds {
            plan.wrap_up_ms = u64::from(seconds) * 1_000;
        }
        plan.outward = self
            .outward
            .as_ref()
            .map(|out| (out.trunk.as_str().into(), out.policy.as_str().into()));
        for trunk in &self.trunk {
            let known = TrunkPlan {
                class: class(trunk.emergency),
                needs: Needs::default(),
                base: 0,
            };
            plan.trunks.insert(trunk.name.as_str().into(), known);
        }
        for partner in &self.partner {
            let known = Partner {
                trunk: partner.trunk.as_str().into(),
                number: partner.number.clone(),
                policy: partner.policy.as_str().into(),
                platform: partner.platform,
            };
            plan.partners.insert(partner.name.clone(), known);
        }
        for section in &self.number {
            let twice = section.put(&mut plan, &self.skills)?;
            anyhow::ensure!(!twice, "voice.number {} stands there twice", section.number);
        }
        Ok(plan)
    }

    /// What the engine needs, with secrets and sentences read.
    pub(crate) fn engine(
        &self,
        recorder: Arc<dyn Recorder>,
        chance: Arc<dyn Chance>,
    ) -> anyhow::Result<engine::Settings> {
        anyhow::ensure!(
            self.udp.is_some() || self.tcp.is_some() || self.tls.is_some(),
            "voice has neither udp nor tcp nor tls to listen on"
        );
        anyhow::ensure!(
            self.external.is_some() || !self.sound_address.is_unspecified(),
            "voice.sound_address is no address others can send to; name one, or voice.external"
        );
        let (first, last) = self.sound_ports;
        anyhow::ensure!(first < last, "voice.sound_ports are the first and the last");
        Ok(engine::Settings {
            sip: self.sip()?,
            sound_address: self.sound_address,
            sound_external: self.external,
            sound_ports: first..=last,
            browsers: self.browsers.map(|bind| {
                let ip = self.external.unwrap_or_else(|| bind.ip());
                BrowserPort {
                    bind,
                    external: SocketAddr::new(ip, bind.port()),
                }
            }),
            policies: self.policy.clone(),
            prompts: sentence::all(self.prompts.as_deref())?,
            recorder,
            chance: unguessable(chance),
            remembered: Vec::new(),
        })
    }

    /// Which process this is for calls that outlive it: the one that listens there.
    fn home(&self) -> String {
        let tls = self.tls.as_ref().map(|tls| tls.address);
        let address = self.udp.or(self.tcp).or(tls);
        address.map(|a| a.to_string()).unwrap_or_default()
    }

    /// Starts the calls of a platform: its desk in the application, its engine on the wire.
    pub(crate) async fn start(&self, app: &App, chance: Arc<dyn Chance>) -> anyhow::Result<()> {
        let accounts = app.store().accounts().await?;
        let account = |login: &String| {
            let found = accounts.iter().find(|account| account.login == *login);
            let found = found.map(|account| account.id.clone());
            found.with_context(|| format!("voice names the login {login}, and there is none"))
        };
        let mut seats = HashMap::new();
        for (login, skills) in &self.seats {
            if let Some(unknown) = skills.iter().find(|skill| !self.skills.contains(skill)) {
                anyhow::bail!(
                    "voice.seats.{login} names {unknown}, which is not among voice.skills"
                );
            }
            seats.insert(account(login)?, skills.clone());
        }
        let backup = self.backup.iter().map(account);
        let keeper = Keeper::new(&self.recordings);
        let sentences = sentence::all(self.prompts.as_deref())?;
        let control = app.open_voice(VoiceSetup {
            plan: self.plan(app.config().platform.desk)?,
            skills: self.skills.clone(),
            seats,
            backup: backup.collect::<anyhow::Result<_>>()?,
            recordings: keeper.clone(),
            recordings_kept: kept::time(self.recordings_days, app.config().platform.desk),
            sentences: sentences.names().map(ToString::to_string).collect(),
            home: self.home(),
        })?;
        let clock = app.clone();
        let recorder = Kept::new(keeper, move || Moment(clock.now()));
        let mut settings = self.engine(Arc::new(recorder), chance)?;
        // In the file a phone belongs to a login; a seat is an account.
        for phone in &mut settings.sip.phones {
            phone.seat = SeatName::new(account(&phone.seat.to_string())?);
        }
        // Calls of a process that was killed: their lines are there again before the first message is read, and nothing is
        // ordered of them before the desk has gone on.
        let left = app.voice_left().await?;
        settings.remembered = left.remembered();
        let voice = Arc::new(Voice::start(settings, Arc::new(control)).await?);
        let lines = voice.resumed().clone();
        if self.browsers.is_some() {
            app.connect_phones(Arc::<Voice>::clone(&voice));
        }
        app.connect_voice(voice);
        let calls = left.calls();
        let on = app.resume_voice(left, &lines).await?;
        if calls > 0 {
            tracing::info!(calls, on, "calls of the process before go on");
        }
        Ok(())
    }

    fn sip(&self) -> anyhow::Result<Settings> {
        let tls = self.tls.as_ref().map(|tls| {
            anyhow::Ok(Tls {
                address: tls.address,
                certificate: read(&tls.certificate)?,
                key: read(&tls.key)?,
                roots: tls.roots.as_deref().map(read).transpose()?,
            })
        });
        let trunks = self.trunk.iter().map(|t| self.trunk(t));
        let phones = self.phone.iter().map(|p| {
            anyhow::Ok(Phone {
                seat: p.seat.as_str().into(),
                account: Account {
                    user: p.user.clone(),
                    password: secret(&p.password_file)?,
                    md5: p.md5,
                },
            })
        });
        Ok(Settings {
            udp: self.udp,
            tcp: self.tcp,
            tls: tls.transpose()?,
            external: self.external,
            domain: self.domain.clone(),
            trunks: trunks.collect::<anyhow::Result<_>>()?,
            phones: phones.collect::<anyhow::Result<_>>()?,
            phone_nets: self.phone_nets.clone(),
            phone_rate: self.phone_rate,
            most_calls: self.most_calls,
            session_seconds: self.session_seconds,
        })
    }

    fn trunk(&self, trunk: &TrunkSection) -> anyhow::Result<Trunk> {
        let name = &trunk.name;
        let account = match (&trunk.user, &trunk.password_file) {
            (None, None) => None,
            (Some(user), Some(file)) => Some(Account {
                user: user.clone(),
                password: secret(file)?,
                md5: trunk.md5,
            }),
            _ => anyhow::bail!("trunk {name} has a user without password_file, or the reverse"),
        };
        anyhow::ensure!(
            !trunk.registers || account.is_some(),
            "trunk {name} registers, and has no user and password_file"
        );
        let mut sources = trunk.sources.clone();
        if sources.is_empty() {
            sources.push(trunk.host.parse().with_context(|| {
                format!("trunk {name} has no sources, and its host is no address")
            })?);
        }
        let policy = match &trunk.policy {
            None => Policy::default(),
            Some(named) => self
                .policy
                .iter()
                .find(|p| p.name == *named)
                .with_context(|| {
                    format!("trunk {name} names the policy {named}, and there is none")
                })?
                .clone(),
        };
        Ok(Trunk {
            name: name.as_str().into(),
            host: trunk.host.clone(),
            port: trunk.port,
            transport: trunk.transport,
            sources,
            rate: trunk.rate,
            number: trunk.number.clone(),
            account,
            registers: trunk.registers,
            policy,
            probed: trunk.probed,
        })
    }
}

/// Numbers for sessions and packets, from the one place chance comes from.
pub(crate) fn unguessable(chance: Arc<dyn Chance>) -> engine::Chance {
    Arc::new(move || {
        let mut bytes = [0; 8];
        chance.fill(&mut bytes);
        u64::from_be_bytes(bytes)
    })
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))
}

pub(crate) fn secret(path: &Path) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("the secret {} cannot be read", path.display()))?;
    let text = text.trim().to_owned();
    anyhow::ensure!(!text.is_empty(), "the secret {} is empty", path.display());
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::chance::SystemChance;
    use voice::engine::NoRecorder;

    fn engine(text: &str) -> anyhow::Result<engine::Settings> {
        let section: VoiceSection = toml::from_str(text)?;
        section.engine(Arc::new(NoRecorder), Arc::new(SystemChance))
    }

    pub(super) const GOOD: &str = r#"
        domain = "desk.invalid"
        short_number = "12345"
        recordings = "sound"
        udp = "127.0.0.1:5060"
        sound_address = "127.0.0.1"
        [[policy]]
        name = "bare"
        diversion = false
        [[trunk]]
        name = "network"
        host = "192.0.2.1"
        number = "12345"
        [[trunk]]
        name = "police"
        host = "police.invalid"
        sources = ["192.0.2.0/28"]
        transport = "tcp"
        policy = "bare"
    "#;

    #[test]
    fn a_trunk_is_what_the_file_says() {
        let settings = engine(GOOD).expect("it is right");
        let [network, police] = settings.sip.trunks.as_slice() else {
            panic!("two trunks")
        };
        assert_eq!(network.sources, ["192.0.2.1".parse().expect("a net")]);
        assert!(network.probed && network.policy == Policy::default());
        assert_eq!(police.transport, Transport::Tcp);
        assert!(!police.policy.diversion && police.policy.asserted);
    }

    #[test]
    fn a_site_says_how_long_writing_after_a_call_takes() {
        let of = |more: &str| {
            let section: VoiceSection = toml::from_str(&format!("{more}\n{GOOD}")).expect("right");
            section.plan(Desk::Hotline).unwrap().wrap_up_ms
        };
        assert_eq!((of(""), of("wrap_up_seconds = 45")), (20_000, 45_000));
    }

    #[test]
    fn the_desk_knows_its_partners_and_which_trunk_brings_emergencies() {
        let text = GOOD.replace("        number = \"12345\"", "        emergency = true");
        let partner =
            "[[partner]]\nname = \"110\"\ntrunk = \"police\"\nnumber = \"110\"\nplatform = true";
        let section: VoiceSection = toml::from_str(&format!("{text}\n{partner}")).expect("right");
        let plan = section.plan(Desk::Hotline).unwrap();
        assert!(plan.faults().is_empty(), "{:?}", plan.faults());
        assert_eq!(plan.short_number, "12345");
        assert_eq!(
            plan.trunks.get(&"network".into()).map(|t| t.class),
            Some(Class::Emergency)
        );
        assert!(
            plan.partners
                .get("110")
                .is_some_and(|p| p.platform && p.number == "110")
        );
    }

    #[test]
    fn what_cannot_work_is_said_before_anything_starts() {
        for (from, to, words) in [
            ("udp = \"127.0.0.1:5060\"", "", "neither udp"),
            (
                "sound_address = \"127.0.0.1\"",
                "sound_address = \"0.0.0.0\"",
                "no address others",
            ),
            ("policy = \"bare\"", "policy = \"none\"", "there is none"),
            ("sources = [\"192.0.2.0/28\"]", "", "no sources"),
            ("transport = \"tcp\"", "registers = true", "no user"),
            ("transport = \"tcp\"", "user = \"x\"", "password_file"),
            ("number = \"12345\"", "nubmer = \"1\"", "unknown field"),
            ("192.0.2.0/28", "192.0.2.0/99", "no network"),
        ] {
            let error = engine(&GOOD.replace(from, to)).err().expect(words);
            assert!(format!("{error:#}").contains(words), "{error:#}");
        }
    }
}
