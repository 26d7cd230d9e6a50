//! The county's lines: a network whose callers ring at both desks, a line between the desks, and one invented person a desk who
//! answers when nobody else does. Everything of it is on loopback addresses and free ports; only a page that is somebody's phone
//! is reached on 127.0.0.1, like the pages themselves.

use super::County;
use super::county::{Speech, pick};
use super::history::key;
use super::people::desk_actor;
use crate::serve::Running;
use crate::voice::{VoiceSection, unguessable};
use anyhow::Context as _;
use app::App;
use app::chance::{Chance, SeededChance, SystemChance};
use app::view::{CallFloorView, NewContact, SeatAsk, SeatBreak};
use domain::desk::{Channel, Desk};
use domain::id::{AccountId, UnitId};
use domain::right::{Actor, Role};
use std::collections::{HashMap, HashSet};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;
use voice::call::TrunkName;
use voice::lab::{Far, Manner, Settings, Stage, speech};
use voice::media::line::Sound;
use voice::sip::policy::{From, Policy};
use voice::sip::settings::{Account, Transport, Trunk};
use voice::sip::word::DialogNo;

/// The login of the invented person at each desk.
pub(crate) const STAND_IN: &str = "operator3";
/// Where the network is; what tries a trunk by hand may be in the net beside it.
const NETWORK: Ipv4Addr = Ipv4Addr::new(127, 7, 1, 1);
/// Addresses that are callers, too: `liandong call-lab --listen 127.7.2.1:…`.
const BY_HAND: &str = "127.7.2.0/24";
/// So long a caller waits before hanging up, and so long one talks, at the least and at the most.
const PATIENCE: Duration = Duration::from_secs(100);
const TALKS: (u64, u64) = (25, 60);
/// A call that waits so long is answered by the invented person although others are on duty, milliseconds.
const TOO_LONG: i64 = 20_000;
/// So long after the answer the invented person has understood what it is about, milliseconds.
const UNDERSTOOD: i64 = 6_000;

/// One desk's part: what its platform is told, and where its invented person's phone is.
struct Wing {
    desk: Desk,
    section: VoiceSection,
    sip: SocketAddr,
    phone: SocketAddr,
    secret: String,
}

/// Addresses and ports, chosen before anything listens.
pub(crate) struct Laid {
    police: Wing,
    hotline: Wing,
    network: SocketAddr,
}

/// The lines in use.
pub(crate) struct Lines {
    network: Far,
    /// The invented people's phones; each answers by itself.
    phones: [Far; 2],
    /// Where each desk's calls are taken.
    pub(crate) police: SocketAddr,
    pub(crate) hotline: SocketAddr,
}

/// Chooses free ports.
///
/// # Errors
/// When this machine has no such loopback addresses.
pub(crate) fn lay(folder: &Path, chance: &dyn Chance) -> anyhow::Result<Laid> {
    let network = free(NETWORK)?;
    let [police_at, hotline_at] = [10, 45].map(|last| Ipv4Addr::new(127, 7, 1, last));
    let (police_sip, hotline_sip) = (free(police_at)?, free(hotline_at)?);
    let wing = |desk: Desk, sip, peer, phone| wing(folder, chance, desk, sip, peer, network, phone);
    Ok(Laid {
        police: wing(
            Desk::Police,
            police_sip,
            hotline_sip,
            free(Ipv4Addr::new(127, 7, 1, 11))?,
        )?,
        hotline: wing(
            Desk::Hotline,
            hotline_sip,
            police_sip,
            free(Ipv4Addr::new(127, 7, 1, 46))?,
        )?,
        network,
    })
}

/// A port that nobody has now.
fn free(address: Ipv4Addr) -> anyhow::Result<SocketAddr> {
    let socket = UdpSocket::bind((address, 0)).with_context(|| {
        format!("the county's lines need the loopback address {address}, and it cannot be used; --no-lines leaves them out")
    })?;
    Ok(socket.local_addr()?)
}

fn wing(
    folder: &Path,
    chance: &dyn Chance,
    desk: Desk,
    sip: SocketAddr,
    peer: SocketAddr,
    network: SocketAddr,
    phone: SocketAddr,
) -> anyhow::Result<Wing> {
    let mut random = [0_u8; 16];
    chance.fill(&mut random);
    let secret = format!("{:032x}", u128::from_be_bytes(random));
    let (own, other) = (desk.number(), desk.other().number());
    let file = folder.join(format!("phone-{own}.secret"));
    std::fs::write(&file, &secret)?;
    let quoted = |path: &Path| toml::Value::from(path.display().to_string()).to_string();
    let text = format!(
        r#"
        domain = "{own}.invalid"
        udp = "{sip}"
        sound_address = "{sip_ip}"
        sound_ports = [30000, 30999]
        browsers = "{browsers}"
        short_number = "{own}"
        outward = {{ trunk = "network" }}
        recordings = {recordings}
        phone_nets = ["{phone_ip}"]
        [[trunk]]
        name = "network"
        host = "{network_ip}"
        port = {network_port}
        sources = ["{network_ip}", "{BY_HAND}"]
        number = "{own}"
        [[trunk]]
        name = "peer"
        host = "{peer_ip}"
        port = {peer_port}
        number = "{own}"
        [[partner]]
        name = "{other}"
        trunk = "peer"
        number = "{other}"
        platform = true
        [[partner]]
        name = "119"
        trunk = "network"
        number = "119"
        [[partner]]
        name = "120"
        trunk = "network"
        number = "120"
        [[phone]]
        seat = "{STAND_IN}"
        user = "{STAND_IN}"
        password_file = {password_file}
        "#,
        sip_ip = sip.ip(),
        browsers = free(Ipv4Addr::LOCALHOST)?,
        recordings = quoted(&folder.join(format!("sound-{own}"))),
        phone_ip = phone.ip(),
        network_ip = network.ip(),
        network_port = network.port(),
        peer_ip = peer.ip(),
        peer_port = peer.port(),
        password_file = quoted(&file),
    );
    Ok(Wing {
        desk,
        section: toml::from_str(&text)?,
        sip,
        phone,
        secret,
    })
}

impl Laid {
    /// Begins the calls of both platforms, whose accounts are there by now, and what is at the other ends.
    ///
    /// # Errors
    /// When a port was taken meanwhile.
    pub(crate) async fn begin(
        &self,
        police: &mut Running,
        hotline: &mut Running,
        [heard, one, other]: [JoinHandle<Sound>; 3],
    ) -> anyhow::Result<Lines> {
        const TAKEN: &str =
            "the county's lines cannot be opened; start it again, or --no-lines leaves them out";
        police
            .begin_calls(&self.police.section)
            .await
            .context(TAKEN)?;
        hotline
            .begin_calls(&self.hotline.section)
            .await
            .context(TAKEN)?;
        let trunks = [&self.police, &self.hotline]
            .map(|wing| trunk(wing.desk.number(), wing.sip, None))
            .to_vec();
        // Whom the desks call answers after a ring or two: those who are called back, 119, 120.
        let network = far(self.network, trunks, heard.await?, 3_000);
        let phone = |wing: &Wing, says| {
            let account = Account {
                user: STAND_IN.to_owned(),
                password: wing.secret.clone(),
                md5: false,
            };
            let trunk = trunk(wing.desk.number(), wing.sip, Some(account));
            far(wing.phone, vec![trunk], says, 2_500)
        };
        Ok(Lines {
            network: network.await.context(TAKEN)?,
            phones: [
                phone(&self.police, one.await?).await.context(TAKEN)?,
                phone(&self.hotline, other.await?).await.context(TAKEN)?,
            ],
            police: self.police.sip,
            hotline: self.hotline.sip,
        })
    }
}

fn trunk(name: &str, platform: SocketAddr, account: Option<Account>) -> Trunk {
    Trunk {
        name: name.into(),
        host: platform.ip().to_string(),
        port: platform.port(),
        transport: Transport::Udp,
        sources: platform.ip().to_string().parse().into_iter().collect(),
        rate: 5_000,
        number: None,
        registers: account.is_some(),
        account,
        policy: Policy::default(),
        probed: false,
    }
}

/// What is heard at the far ends: from the network, and from either desk's stand-in. Made beside the past, which leaves a core
/// now and then.
pub(crate) fn voices() -> [JoinHandle<Sound>; 3] {
    [0, 3, 5].map(|voice| tokio::task::spawn_blocking(move || Settings::babbles(voice)))
}

async fn far(
    at: SocketAddr,
    trunks: Vec<Trunk>,
    says: Sound,
    answers_after: u64,
) -> Result<Far, voice::engine::Failure> {
    Far::start(Settings {
        sip: voice::sip::Settings {
            udp: Some(at),
            tcp: None,
            tls: None,
            external: None,
            domain: "county.invalid".to_owned(),
            trunks,
            phones: Vec::new(),
            phone_nets: Vec::new(),
            phone_rate: 1,
            most_calls: 1_000,
            session_seconds: 1_800,
        },
        address: at.ip(),
        ports: 30_000..=30_999,
        says,
        manner: Manner::Answer(answers_after),
        chance: unguessable(Arc::new(SystemChance)),
    })
    .await
}

/// A caller on the line.
struct Caller {
    no: DialogNo,
    began: Instant,
    talks: Duration,
}

/// What callers want to say, by their number: whoever answers writes it down.
type Wants = HashMap<String, NewContact>;

/// Lives on until it is stopped: callers ring so often a minute, and invented people answer whom nobody else does, if they
/// sit there at all.
pub(crate) async fn live(county: Arc<County>, lines: Lines, rings_a_minute: f64, sits: bool) {
    let speech = Speech::new(&SeededChance::new(county.chance.next()), &county.map);
    let stand_ins = [
        stand_in(&county.police).await,
        stand_in(&county.hotline).await,
    ];
    let mut callers: Vec<Caller> = Vec::new();
    let mut wants = Wants::new();
    let mut n = 0_u64;
    let mut tick = tokio::time::interval(Duration::from_secs(1));
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        if super::life::chance_of(&county.chance, rings_a_minute / 60.0) {
            n += 1;
            let desk = if n.is_multiple_of(3) {
                Desk::Hotline
            } else {
                Desk::Police
            };
            let contact = NewContact {
                channel: Channel::Phone,
                ..speech.contact(n)
            };
            match ring(&lines.network, desk, &contact, n) {
                Ok(no) => callers.push(Caller {
                    no,
                    began: Instant::now(),
                    talks: talks(&county.chance),
                }),
                Err(error) => tracing::warn!(%error, "an invented caller found no line"),
            }
            wants.insert(contact.caller_number.clone(), contact);
        }
        callers.retain(|caller| still_there(&lines.network, caller));
        lines.network.forget_over();
        lines.phones.iter().for_each(Far::forget_over);
        for (app, who) in [&county.police, &county.hotline]
            .into_iter()
            .zip(&stand_ins)
        {
            if sits
                && let Some(who) = who
                && let Err(error) = sit(&county, app, who, &wants).await
            {
                tracing::warn!(%error, "the invented person at the desk waits");
            }
        }
    }
}

fn talks(chance: &SeededChance) -> Duration {
    let (least, most) = TALKS;
    Duration::from_secs(least + chance.next() % (most - least))
}

/// A caller dials.
fn ring(
    network: &Far,
    desk: Desk,
    contact: &NewContact,
    n: u64,
) -> Result<DialogNo, voice::sip::Failure> {
    let number = &contact.caller_number;
    let from = From {
        display: None,
        uri: format!("sip:{number}@network.invalid;user=phone"),
    };
    let headers = vec![("P-Asserted-Identity", format!("<tel:{number}>"))];
    let trunk = TrunkName::new(desk.number());
    let no = network.call(&trunk, desk.number(), from, headers)?;
    let voice = u32::try_from(n % 8).unwrap_or(0);
    network.say(no, Sound::Recorded(speech::babble(voice, 12).into()));
    Ok(no)
}

/// Hangs up when everything is said, or when nobody comes.
fn still_there(network: &Far, caller: &Caller) -> bool {
    let Some(seen) = network.look(caller.no) else {
        return false;
    };
    if matches!(seen.stage, Stage::Over(..)) {
        return false;
    }
    let done = match seen.up {
        Some(up) => up.elapsed() >= caller.talks,
        None => caller.began.elapsed() >= PATIENCE,
    };
    if done {
        network.end(caller.no);
    }
    !done
}

/// The invented person of a desk, by account.
async fn stand_in(app: &App) -> Option<Actor> {
    let found = app.store().account_by_login(STAND_IN).await;
    let row = found
        .inspect_err(|error| tracing::warn!(%error, "nobody stands in at the desk"))
        .ok()??;
    Some(Actor {
        account: AccountId::new(row.id),
        name: row.name,
        roles: vec![Role::Operator],
        unit: UnitId::new(row.unit),
    })
}

/// Takes calls while nobody else is on duty, or one that has waited too long; writes down what it is about.
async fn sit(county: &County, app: &App, who: &Actor, wants: &Wants) -> Result<(), app::AppError> {
    let floor = app.call_floor(&desk_actor(app)).await?;
    let own = floor
        .seats
        .iter()
        .find(|seat| seat.account == who.account.as_str());
    let state = own.map_or("offline", |seat| seat.state.as_str());
    let needed = needed(&floor, who.account.as_str(), app.now());
    let ask = match state {
        "offline" | "break" if needed => Some(SeatAsk::Ready),
        "ready" if !needed => Some(SeatAsk::Break {
            reason: SeatBreak::Paperwork,
        }),
        _ => None,
    };
    if let Some(ask) = ask {
        app.ask_seat(who, &ask).await?;
    }
    let understood = floor.calls.iter().find(|call| {
        call.operator.as_deref() == Some(who.account.as_str())
            && call.case.is_none()
            && call.inbound
            && call.answered.is_some_and(|at| app.now() - at >= UNDERSTOOD)
    });
    let Some(call) = understood else {
        return Ok(());
    };
    let contact = wants
        .get(&call.number)
        .cloned()
        .or_else(|| somebody_else(county, wants, &call.number));
    let Some(contact) = contact else {
        return Ok(());
    };
    let digits = call.call.bytes().fold(0_u64, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u64::from(byte))
    });
    let view = app.take(who, contact, &key(app, "rung", digits)).await?;
    county
        .own
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(view.brief.id.clone());
    app.bind_call(who, &call.call, &view.brief.id).await
}

/// A number that was put through from the other desk, or dialled by hand, says what somebody said before.
fn somebody_else(county: &County, wants: &Wants, number: &str) -> Option<NewContact> {
    let said: Vec<&NewContact> = wants.values().collect();
    let said = pick(&county.chance, &said)?;
    Some(NewContact {
        caller_number: number.to_owned(),
        contact_number: number.to_owned(),
        ..(*said).clone()
    })
}

/// Whether nobody else takes calls, or one has waited too long for them.
fn needed(floor: &CallFloorView, own: &str, now: i64) -> bool {
    let others = floor
        .seats
        .iter()
        .any(|seat| seat.account != own && seat.phone && on_duty(&seat.state));
    let waits = floor.calls.iter().any(|call| {
        call.inbound && call.doing == "waiting" && now.saturating_sub(call.began) > TOO_LONG
    });
    !others || waits
}

fn on_duty(state: &str) -> bool {
    !matches!(state, "offline" | "break")
}

/// The cases invented people took, so that the county's other people go on with them.
pub(crate) type Own = Mutex<HashSet<String>>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_desks_lines_are_laid_on_ports_of_their_own_and_lead_to_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let laid = lay(folder.path(), &SystemChance).unwrap();
        let again = lay(folder.path(), &SystemChance).unwrap();
        assert_ne!(laid.police.sip, laid.hotline.sip);
        assert_eq!(again.police.section.udp, Some(again.police.sip));
        for wing in [&laid.police, &laid.hotline] {
            let plan = wing.section.plan(wing.desk).unwrap();
            assert!(plan.faults().is_empty(), "{:?}", plan.faults());
            let other = plan.partners.get(wing.desk.other().number()).unwrap();
            assert!(other.platform && plan.outward.is_some());
            assert!(wing.section.browsers.unwrap().ip().is_loopback());
        }
    }

    #[test]
    fn somebody_stands_in_where_nobody_is_or_one_waits_too_long() {
        let empty = CallFloorView {
            on: true,
            seats: Vec::new(),
            calls: Vec::new(),
            staffing: None,
            talk: Vec::new(),
        };
        assert!(needed(&empty, "stand-in", 0));
        let seat = |account: &str, state: &str| app::view::CallSeatView {
            account: account.to_owned(),
            name: String::new(),
            state: state.to_owned(),
            reason: None,
            since: 0,
            until: None,
            next: None,
            phone: true,
            skills: Vec::new(),
            backup: false,
            call: None,
        };
        let staffed = CallFloorView {
            seats: vec![seat("stand-in", "ready"), seat("a", "ready")],
            ..empty.clone()
        };
        assert!(!needed(&staffed, "stand-in", 0), "somebody is there");
        let resting = CallFloorView {
            seats: vec![seat("stand-in", "ready"), seat("a", "break")],
            ..empty
        };
        assert!(needed(&resting, "stand-in", 0));
    }
}
