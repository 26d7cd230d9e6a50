//! One engine and the far ends around it, each on a loopback address of its own.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use voice::call::{
    Arrival, CallId, Cause, Control, Engine as _, Gain, Heard, Input, Keep, LegId, Order, Origin,
    Placing, SeatName, Target, TrunkName,
};
use voice::engine::{NoRecorder, Prompts, Recorder, Settings, Voice};
use voice::lab::{self, Far, Manner};
use voice::media::line::Sound;
use voice::media::switchboard::BrowserPort;
use voice::media::tone::Tone;
use voice::sip::guard::Net;
use voice::sip::policy::{From, Policy};
use voice::sip::settings::{Account, Phone, Settings as Sip, Tls, Transport, Trunk};

pub(crate) const CALLER: f64 = 500.0;
pub(crate) const SEAT: f64 = 700.0;
pub(crate) const POLICE: f64 = 1100.0;
/// The waiting caller's tone.
pub(crate) const COMFORT: f64 = 523.25;

const ENGINE: [u8; 4] = [127, 0, 0, 1];
const NETWORK: [u8; 4] = [127, 0, 0, 2];
const OTHER: [u8; 4] = [127, 0, 0, 3];
pub(crate) const PHONES: [u8; 4] = [127, 0, 0, 4];

/// Patience of every wait; a test that never sees what it waits for fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(15);

/// Ports of one test, that no other test of this process has.
fn ports() -> (u16, u16) {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    (15_060 + n * 4, 20_000 + n * 400)
}

pub(crate) fn chance() -> Arc<dyn Fn() -> u64 + Send + Sync> {
    static NEXT: AtomicU64 = AtomicU64::new(0x1234_5678_9abc_def1);
    Arc::new(|| {
        NEXT.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed)
            .rotate_left(17)
            ^ 0x5bd1_e995
    })
}

/// Hears everything and keeps it with the moment it was heard.
#[derive(Default)]
pub(crate) struct Ears {
    pub(crate) heard: Mutex<Vec<(Instant, Input)>>,
    kept: Mutex<HashMap<Keep, String>>,
    next: AtomicU64,
    pub(crate) changed: tokio::sync::Notify,
}

impl Ears {
    /// What the engine has kept of it.
    pub(crate) fn kept(&self, what: &Keep) -> Option<String> {
        self.kept.lock().expect("no panic").get(what).cloned()
    }

    /// Waits for something to be heard, also if it was before.
    pub(crate) async fn until(&self, what: &str, so: impl Fn(&Input) -> bool) -> Input {
        self.moment(what, so).await.1
    }

    async fn moment(&self, what: &str, so: impl Fn(&Input) -> bool) -> (Instant, Input) {
        let end = Instant::now() + PATIENCE;
        loop {
            let changed = self.changed.notified();
            let found = {
                let heard = self.heard.lock().expect("no panic");
                heard.iter().find(|(_, i)| so(i)).cloned()
            };
            if let Some(found) = found {
                return found;
            }
            let left = end.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero(),
                "never heard: {what}; but {:#?}",
                self.everything()
            );
            let _ = tokio::time::timeout(left.min(Duration::from_millis(50)), changed).await;
        }
    }

    fn everything(&self) -> Vec<Input> {
        let heard = self.heard.lock().expect("no panic");
        heard.iter().map(|(_, i)| i.clone()).collect()
    }
}

impl Control for Ears {
    fn hear(&self, input: Input) {
        self.heard
            .lock()
            .expect("no panic")
            .push((Instant::now(), input));
        self.changed.notify_waiters();
    }

    fn keep(&self, what: Keep, text: Option<String>) {
        let mut kept = self.kept.lock().expect("no panic");
        match text {
            Some(text) => kept.insert(what, text),
            None => kept.remove(&what),
        };
    }

    fn name_call(&self) -> CallId {
        CallId(u128::from(self.next.fetch_add(1, Ordering::Relaxed)) + 1)
    }
}

pub(crate) struct Room {
    pub(crate) voice: Voice,
    pub(crate) ears: Arc<Ears>,
    pub(crate) network: Far,
    pub(crate) other: Far,
    pub(crate) phones: Far,
    pub(crate) engine: SocketAddr,
    /// First port of its sound.
    pub(crate) sound: u16,
}

pub(crate) struct Plan {
    pub(crate) transport: Transport,
    pub(crate) most_calls: usize,
    pub(crate) phone_rate: u32,
    pub(crate) password: &'static str,
    pub(crate) recorder: Arc<dyn Recorder>,
    pub(crate) session_seconds: u32,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            transport: Transport::Udp,
            most_calls: 1000,
            phone_rate: 500,
            password: "right",
            recorder: Arc::new(NoRecorder),
            session_seconds: 1800,
        }
    }
}

pub(crate) fn net(address: [u8; 4]) -> Vec<Net> {
    vec![Ipv4Addr::from(address).to_string().parse().expect("a net")]
}

pub(crate) fn trunk(name: &str, host: [u8; 4], port: u16, transport: Transport) -> Trunk {
    Trunk {
        name: name.into(),
        host: Ipv4Addr::from(host).to_string(),
        port,
        transport,
        sources: net(host),
        rate: 5000,
        number: Some("12345".to_owned()),
        account: None,
        registers: false,
        policy: Policy::default(),
        probed: true,
    }
}

pub(crate) fn certificate() -> (Vec<u8>, Vec<u8>) {
    let names = [ENGINE, NETWORK, OTHER, PHONES].map(|a| Ipv4Addr::from(a).to_string());
    let made = rcgen::generate_simple_self_signed(names.to_vec()).expect("a certificate");
    (
        made.cert.pem().into_bytes(),
        made.signing_key.serialize_pem().into_bytes(),
    )
}

pub(crate) fn sip(
    address: [u8; 4],
    port: u16,
    transport: Transport,
    pem: &(Vec<u8>, Vec<u8>),
) -> Sip {
    let at = SocketAddr::from((address, port));
    Sip {
        udp: (transport == Transport::Udp).then_some(at),
        tcp: (transport == Transport::Tcp).then_some(at),
        tls: (transport == Transport::Tls).then(|| Tls {
            address: at,
            certificate: pem.0.clone(),
            key: pem.1.clone(),
            roots: Some(pem.0.clone()),
        }),
        external: None,
        domain: "desk.invalid".to_owned(),
        trunks: Vec::new(),
        phones: Vec::new(),
        phone_nets: Vec::new(),
        phone_rate: 500,
        most_calls: 1000,
        session_seconds: 1800,
    }
}

/// An engine with its sound here, from this port on; it records nothing and has no browsers.
pub(crate) fn engine(sip: Sip, address: [u8; 4], sound: u16) -> Settings {
    Settings {
        sip,
        sound_address: IpAddr::from(address),
        sound_external: None,
        sound_ports: sound..=sound + 398,
        browsers: None,
        policies: vec![Policy::default()],
        prompts: Prompts::default(),
        recorder: Arc::new(NoRecorder),
        chance: chance(),
        remembered: Vec::new(),
    }
}

/// An engine in the place of a room's own, with the network's trunk.
pub(crate) fn engine_again(at: SocketAddr, sound: u16) -> Settings {
    let pem = (Vec::new(), Vec::new());
    let mut own = sip(ENGINE, at.port(), Transport::Udp, &pem);
    own.trunks = vec![trunk("network", NETWORK, at.port(), Transport::Udp)];
    engine(own, ENGINE, sound)
}

pub(crate) async fn far(sip: Sip, address: [u8; 4], sound: u16, hertz: f64) -> Far {
    let settings = lab::Settings {
        sip,
        address: IpAddr::from(address),
        ports: sound..=sound + 398,
        says: Sound::Tone(Tone::steady(hertz, 6000)),
        manner: Manner::Answer(0),
        chance: chance(),
    };
    Far::start(settings).await.expect("a far end")
}

impl Room {
    pub(crate) async fn new(plan: Plan) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (port, sound) = ports();
        let pem = certificate();
        let transport = plan.transport;
        let account = |password: &str| Account {
            user: "8001".to_owned(),
            password: password.to_owned(),
            md5: false,
        };
        let mut own = sip(ENGINE, port, transport, &pem);
        own.trunks = vec![
            trunk("network", NETWORK, port, transport),
            trunk("other", OTHER, port, transport),
            // A program that is not ours, where a test starts one.
            Trunk {
                probed: false,
                ..trunk("carrier", [127, 0, 0, 5], port, transport)
            },
        ];
        if transport != Transport::Udp {
            // A stream that is opened from here comes from the first loopback address, whoever opens it.
            if let Some(first) = own.trunks.first_mut() {
                first.sources.extend(net(ENGINE));
            }
        }
        own.phones = vec![Phone {
            seat: "desk-1".into(),
            account: account("right"),
        }];
        own.phone_nets = net(PHONES);
        own.phone_rate = plan.phone_rate;
        own.most_calls = plan.most_calls;
        own.session_seconds = plan.session_seconds;
        let ears = Arc::new(Ears::default());
        let network = {
            let mut far_sip = sip(NETWORK, port, transport, &pem);
            far_sip.domain = "network.invalid".to_owned();
            far_sip.trunks = vec![trunk("desk", ENGINE, port, transport)];
            far(far_sip, NETWORK, sound, CALLER).await
        };
        let other = {
            let mut far_sip = sip(OTHER, port, transport, &pem);
            far_sip.domain = "police.invalid".to_owned();
            far_sip.trunks = vec![trunk("desk", ENGINE, port, transport)];
            far(far_sip, OTHER, sound, POLICE).await
        };
        let control: Arc<dyn Control> = Arc::<Ears>::clone(&ears);
        let voice = Voice::start(
            Settings {
                browsers: Some(BrowserPort {
                    bind: SocketAddr::from((ENGINE, port + 1)),
                    external: SocketAddr::from((ENGINE, port + 1)),
                }),
                recorder: plan.recorder,
                ..engine(own, ENGINE, sound)
            },
            control,
        )
        .await
        .expect("an engine");
        let phones = {
            let mut far_sip = sip(PHONES, port, transport, &pem);
            let desk = trunk("desk", ENGINE, port, transport);
            far_sip.trunks = vec![Trunk {
                registers: true,
                account: Some(account(plan.password)),
                ..desk
            }];
            far(far_sip, PHONES, sound, SEAT).await
        };
        let engine = SocketAddr::from((ENGINE, port));
        Self {
            voice,
            ears,
            network,
            other,
            phones,
            engine,
            sound,
        }
    }

    /// A room whose phone is registered and whose trunks work.
    pub(crate) async fn ready(plan: Plan) -> Self {
        let room = Self::new(plan).await;
        let seat = SeatName::from("desk-1");
        room.heard(
            "the phone",
            |i| matches!(i, Input::Phone(s, voice::call::PhoneState::There) if *s == seat),
        )
        .await;
        for name in ["network", "other"] {
            let name = TrunkName::from(name);
            room.heard(
                "a trunk",
                |i| matches!(i, Input::Trunk(t, voice::call::TrunkState::Up) if *t == name),
            )
            .await;
        }
        room
    }

    /// Waits for something to be heard, also if it was before; the moment and what it was.
    pub(crate) async fn heard(&self, what: &str, so: impl Fn(&Input) -> bool) -> (Instant, Input) {
        self.ears.moment(what, so).await
    }

    pub(crate) fn everything(&self) -> Vec<Input> {
        self.ears.everything()
    }

    /// Waits for a word about a leg.
    pub(crate) async fn of(&self, leg: LegId, heard: Heard) -> Instant {
        self.heard(&format!("{heard:?} of {leg}"), |i| {
            *i == Input::Leg(leg, heard.clone())
        })
        .await
        .0
    }

    pub(crate) fn order(&self, orders: impl Into<Vec<Order>>) {
        self.voice.carry_out(orders.into());
    }

    /// A call comes in, and is answered with the waiting tone.
    pub(crate) async fn arrive(&self) -> (voice::sip::word::DialogNo, Arrival) {
        let (no, arrival) = self.ring_in().await;
        let leg = LegId::arrived(arrival.call);
        self.order([
            Order::Ring(leg),
            Order::Answer(leg),
            Order::Play {
                leg,
                prompt: "wait".into(),
                repeat: true,
            },
        ]);
        self.of(leg, Heard::Answered).await;
        (no, arrival)
    }

    pub(crate) async fn ring_in(&self) -> (voice::sip::word::DialogNo, Arrival) {
        let before = self.arrivals().len();
        let from = From {
            display: None,
            uri: "sip:10012345678@network.invalid;user=phone".to_owned(),
        };
        let headers = vec![
            ("P-Asserted-Identity", "<tel:10012345678>".to_owned()),
            (
                "Diversion",
                "<sip:96110@network.invalid>;reason=no-answer".to_owned(),
            ),
        ];
        let no = self
            .network
            .call(&"desk".into(), "12345", from, headers)
            .expect("the network can call");
        self.until("the call arrives", || self.arrivals().len() > before)
            .await;
        let arrival = self.arrivals().remove(before);
        (no, arrival)
    }

    pub(crate) fn arrivals(&self) -> Vec<Arrival> {
        self.everything()
            .into_iter()
            .filter_map(|i| {
                if let Input::Arrived(a) = i {
                    Some(*a)
                } else {
                    None
                }
            })
            .collect()
    }

    /// Dials the seat with the hard phone.
    pub(crate) fn ring_seat(&self, call: CallId, no: u16) -> LegId {
        let leg = LegId { call, no };
        self.ring(leg, SeatName::from("desk-1"));
        leg
    }

    /// Dials a seat.
    pub(crate) fn ring(&self, leg: LegId, seat: SeatName) {
        let call = leg.call;
        self.order([Order::Place(Box::new(Placing {
            leg,
            to: Target::Seat(seat),
            origin: Origin {
                number: Some("10012345678".to_owned()),
                session: call.session(),
                ..Origin::default()
            },
            ring_ms: 12_000,
        }))]);
    }

    /// Dials the other platform.
    pub(crate) fn ring_other(&self, call: CallId, no: u16) -> LegId {
        let leg = LegId { call, no };
        self.order([Order::Place(Box::new(Placing {
            leg,
            to: Target::Trunk {
                trunk: "other".into(),
                number: "110".to_owned(),
                policy: voice::call::PolicyName::from("platform"),
            },
            origin: Origin {
                number: Some("10012345678".to_owned()),
                called: Some("12345".to_owned()),
                diversion: vec!["<sip:96110@network.invalid>;reason=no-answer".to_owned()],
                session: call.session(),
                token: Some(b"case 7, mac 12345678".to_vec()),
                call: Some(call),
                ..Origin::default()
            },
            ring_ms: 20_000,
        }))]);
        leg
    }

    pub(crate) fn both(&self, a: LegId, b: LegId, gain: Gain) {
        self.order([
            Order::Hear {
                from: a,
                to: b,
                gain,
            },
            Order::Hear {
                from: b,
                to: a,
                gain,
            },
        ]);
    }

    pub(crate) fn stop(&self, leg: LegId) {
        self.order([Order::StopPrompt(leg)]);
    }

    pub(crate) fn end(&self, leg: LegId) {
        self.order([Order::End {
            leg,
            cause: Cause::sip(200),
        }]);
    }

    /// Waits until something is so.
    pub(crate) async fn until(&self, what: &str, so: impl Fn() -> bool) {
        let end = Instant::now() + PATIENCE;
        while !so() {
            assert!(
                Instant::now() < end,
                "never: {what}; heard {:#?}",
                self.everything()
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits until nothing is left of any call.
    pub(crate) async fn empty(&self) {
        let end = Instant::now() + PATIENCE;
        loop {
            let load = self.voice.load().await.expect("an engine");
            if (load.legs, load.dialogs, load.lines) == (0, 0, 0) {
                return;
            }
            assert!(Instant::now() < end, "left behind: {load:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

/// Which of the three tones a far end's only (or last) call hears.
pub(crate) fn hears(far: &Far, no: voice::sip::word::DialogNo) -> Vec<f64> {
    [CALLER, SEAT, POLICE]
        .into_iter()
        .filter(|h| far.hears(no, *h) > 3000.0)
        .collect()
}

/// The last call of a far end.
pub(crate) fn last(far: &Far) -> Option<lab::Seen> {
    far.seen().pop()
}
