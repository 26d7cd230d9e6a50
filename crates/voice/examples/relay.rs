//! What relayed calls and the setting up of calls cost, beside Kamailio with rtpengine in the shipped configuration:
//! `cargo run --release -p voice --example relay`. Prints figures as JSON for `cargo xtask bench`. The engine alone is
//! measured: no queue, no case, no call record.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measuring program: what fails here fails the measurement"
)]

use serde_json::json;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use voice::call::{
    CallId, Cause, Control, Engine as _, Gain, Heard, Input, LegId, Order, Origin, Placing,
    PolicyName, Target,
};
use voice::engine::{NoRecorder, Prompts, Settings, Voice};
use voice::lab::{self, Far, Manner, Stage};
use voice::media::line::Sound;
use voice::media::tone::Tone;
use voice::sip::policy::{From, Policy};
use voice::sip::settings::{Settings as Sip, Transport, Trunk};

/// Calls relayed at once, and how long they are watched.
const CALLS: usize = 300;
const WATCHED: Duration = Duration::from_secs(10);
/// Calls set up, and how many a second.
const SET_UP: u32 = 2_000;
const RATE: u32 = 200;
/// A second of CPU in the kernel's ticks.
const TICKS: f64 = 100.0;

/// Where callers and called are: in every measurement elsewhere, since a socket is not free at once.
#[derive(Clone, Copy)]
struct Ends {
    network: u8,
    police: u8,
}

const OUTSIDE: u8 = 10;
const INSIDE: u8 = 11;
const ENGINE: u8 = 21;
const PATIENCE: Duration = Duration::from_secs(60);

const fn at(last: u8) -> Ipv4Addr {
    Ipv4Addr::new(127, 0, 66, last)
}

fn chance() -> Arc<dyn Fn() -> u64 + Send + Sync> {
    static NEXT: AtomicU64 = AtomicU64::new(0x1234_5678_9abc_def1);
    Arc::new(|| {
        NEXT.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed)
            .rotate_left(17)
            ^ 0x5bd1_e995
    })
}

fn trunk(name: &str, to: u8, sources: &[u8]) -> Trunk {
    let net = |last: &u8| at(*last).to_string().parse().unwrap();
    Trunk {
        name: name.into(),
        host: at(to).to_string(),
        port: 5060,
        transport: Transport::Udp,
        sources: sources.iter().map(net).collect(),
        rate: 100_000,
        number: Some("12345".to_owned()),
        account: None,
        registers: false,
        policy: Policy::default(),
        probed: false,
    }
}

fn sip(own: u8, trunks: Vec<Trunk>) -> Sip {
    Sip {
        udp: Some(SocketAddr::from((at(own), 5060))),
        tcp: None,
        tls: None,
        external: None,
        domain: "desk.invalid".to_owned(),
        trunks,
        phones: Vec::new(),
        phone_nets: Vec::new(),
        phone_rate: 1,
        most_calls: 5_000,
        session_seconds: 1800,
    }
}

/// Hands on what is heard.
struct Ears {
    said: tokio::sync::mpsc::UnboundedSender<Input>,
    next: AtomicU64,
}

impl Control for Ears {
    fn hear(&self, input: Input) {
        let _ = self.said.send(input);
    }

    fn name_call(&self) -> CallId {
        CallId(u128::from(self.next.fetch_add(1, Ordering::Relaxed)) + 1)
    }
}

/// The engine as a program of its own: whoever calls is connected with the police.
async fn engine(ends: Ends) {
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    let trunks = vec![
        trunk("network", ends.network, &[ends.network]),
        trunk("police", ends.police, &[ends.police]),
    ];
    let (said, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let control: Arc<dyn Control> = Arc::new(Ears {
        said,
        next: AtomicU64::new(0),
    });
    let settings = Settings {
        sip: sip(ENGINE, trunks),
        sound_address: IpAddr::V4(at(ENGINE)),
        sound_external: None,
        sound_ports: 20_000..=29_998,
        browsers: None,
        policies: vec![Policy::default()],
        prompts: Prompts::default(),
        recorder: Arc::new(NoRecorder),
        chance: chance(),
        remembered: Vec::new(),
    };
    let voice = Voice::start(settings, control).await.unwrap();
    println!("ready");
    while let Some(input) = heard.recv().await {
        voice.carry_out(follow(input));
    }
}

fn follow(input: Input) -> Vec<Order> {
    match input {
        Input::Arrived(arrival) => {
            let leg = LegId::arrived(arrival.call);
            let police = LegId {
                call: arrival.call,
                no: 1,
            };
            let placing = Placing {
                leg: police,
                to: Target::Trunk {
                    trunk: "police".into(),
                    number: "110".to_owned(),
                    policy: PolicyName::from("platform"),
                },
                origin: Origin {
                    number: Some("10012345678".to_owned()),
                    called: Some(arrival.called),
                    session: arrival.call.session(),
                    call: Some(arrival.call),
                    ..Origin::default()
                },
                ring_ms: 20_000,
            };
            vec![Order::Ring(leg), Order::Place(Box::new(placing))]
        }
        Input::Leg(leg, Heard::Answered) if leg.no == 1 => {
            let caller = LegId::arrived(leg.call);
            let hear = |from, to| Order::Hear {
                from,
                to,
                gain: Gain::FULL,
            };
            vec![Order::Answer(caller), hear(caller, leg), hear(leg, caller)]
        }
        Input::Leg(leg, Heard::Failed(cause) | Heard::Ended { cause, .. }) => vec![Order::End {
            leg: LegId {
                call: leg.call,
                no: 1 - leg.no.min(1),
            },
            cause: Cause { ..cause },
        }],
        _ => Vec::new(),
    }
}

/// A program that is measured, ended with this value.
struct Server(Vec<Child>);

impl Server {
    fn engine(ends: Ends) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "engine",
                &ends.network.to_string(),
                &ends.police.to_string(),
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
        Self(vec![child])
    }

    /// Kamailio as it is shipped, with rtpengine or as a proxy of messages alone.
    fn peer(folder: &Path, ends: Ends, with_sound: bool) -> Self {
        let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy");
        let text = |name: &str| std::fs::read_to_string(deploy.join(name)).unwrap();
        std::fs::write(folder.join("kamailio.cfg"), text("kamailio/kamailio.cfg")).unwrap();
        let site = text("kamailio/site.cfg");
        let site: Vec<&str> = site
            .lines()
            .filter(|line| with_sound || !line.starts_with("#!trydef RTPENGINE"))
            .collect();
        std::fs::write(folder.join("site.cfg"), site.join("\n") + "\n").unwrap();
        let destinations = format!("1 sip:{}:5060 0 0\n", at(ends.police));
        std::fs::write(folder.join("destinations.list"), destinations).unwrap();
        let access = format!("5071 {} 32 0 network\n", at(ends.network));
        std::fs::write(folder.join("access.list"), access).unwrap();
        let mut children = Vec::new();
        if with_sound {
            let config = deploy.join("rtpengine/rtpengine.conf");
            let rtpengine = run(
                "rtpengine",
                folder,
                &[
                    format!("--config-file={}", config.display()),
                    format!("--interface=outside/{}", at(12)),
                    format!("--interface=inside/{}", at(13)),
                    format!("--listen-ng={}:2223", at(12)),
                ],
            );
            children.push(rtpengine);
            answers();
        }
        let file = |name: &str| folder.join(name).display().to_string();
        let mut arguments: Vec<String> = ["-DD", "-E", "-m", "256", "-f"].map(str::to_owned).into();
        arguments.extend([
            file("kamailio.cfg"),
            "-Y".to_owned(),
            folder.display().to_string(),
        ]);
        for value in [
            format!("OUTSIDE=\"{}\"", at(OUTSIDE)),
            format!("INSIDE=\"{}\"", at(INSIDE)),
            format!("DESTINATIONS=\"{}\"", file("destinations.list")),
            format!("ACCESS=\"{}\"", file("access.list")),
            format!("CONTROL=\"unix:{}\"", file("control")),
            // What is measured is calls: neither questions nor a flood.
            "ASK_EVERY=3600".to_owned(),
            "FLOOD=1000000".to_owned(),
        ]
        .into_iter()
        .chain(with_sound.then(|| format!("RTPENGINE=\"udp:{}:2223\"", at(12))))
        {
            arguments.extend(["-A".to_owned(), value]);
        }
        let program = if Path::new("/usr/sbin/kamailio").exists() {
            "/usr/sbin/kamailio"
        } else {
            "kamailio"
        };
        children.push(run(program, folder, &arguments));
        up(ends);
        Self(children)
    }

    /// Seconds of CPU so far, with all processes it started.
    fn cpu(&self) -> f64 {
        let all: Vec<(u32, u32, f64)> = std::fs::read_dir("/proc")
            .unwrap()
            .filter_map(|entry| stat(&entry.ok()?.path()))
            .collect();
        let mut ours: Vec<u32> = self.0.iter().map(Child::id).collect();
        let mut seconds = 0.0;
        let mut seen = 0;
        while let Some(pid) = ours.get(seen).copied() {
            seen += 1;
            seconds += all
                .iter()
                .filter(|(own, ..)| *own == pid)
                .map(|(.., s)| s)
                .sum::<f64>();
            ours.extend(
                all.iter()
                    .filter(|(_, parent, _)| *parent == pid)
                    .map(|(own, ..)| *own),
            );
        }
        seconds
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = Command::new("kill").arg(child.id().to_string()).status();
            let end = Instant::now() + Duration::from_secs(5);
            while matches!(child.try_wait(), Ok(None)) && Instant::now() < end {
                std::thread::sleep(Duration::from_millis(10));
            }
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A process: its number, its parent's, and its seconds of CPU.
fn stat(folder: &Path) -> Option<(u32, u32, f64)> {
    let pid = folder.file_name()?.to_str()?.parse().ok()?;
    let text = std::fs::read_to_string(folder.join("stat")).ok()?;
    let (_, rest) = text.rsplit_once(')')?;
    let words: Vec<&str> = rest.split_whitespace().collect();
    let ticks = |n: usize| words.get(n)?.parse::<f64>().ok();
    Some((
        pid,
        words.get(1)?.parse().ok()?,
        (ticks(11)? + ticks(12)?) / TICKS,
    ))
}

fn run(program: &str, folder: &Path, arguments: &[String]) -> Child {
    let log = std::fs::File::create(folder.join(format!(
        "{}.log",
        PathBuf::from(program).file_name().unwrap().display()
    )))
    .unwrap();
    Command::new("setpriv")
        .args(["--pdeathsig", "TERM", "--", program])
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .unwrap()
}

/// Asks until something comes back.
fn ask(from: Ipv4Addr, to: SocketAddr, question: &str) {
    let socket = std::net::UdpSocket::bind((from, 0)).unwrap();
    socket
        .set_read_timeout(Some(Duration::from_millis(50)))
        .unwrap();
    let own = socket.local_addr().unwrap().to_string();
    let question = question.replace("[own]", &own);
    let end = Instant::now() + PATIENCE;
    let mut buffer = [0; 2000];
    loop {
        let _ = socket.send_to(question.as_bytes(), to);
        if socket.recv(&mut buffer).is_ok() {
            return;
        }
        assert!(Instant::now() < end, "{to} does not answer");
    }
}

fn answers() {
    ask(
        at(12),
        SocketAddr::from((at(12), 2223)),
        "1_1 d7:command4:pinge",
    );
}

fn up(ends: Ends) {
    let edge = SocketAddr::from((at(OUTSIDE), 5060));
    let question = format!(
        "OPTIONS sip:{edge} SIP/2.0\r\nVia: SIP/2.0/UDP [own];branch=z9hG4bKup\r\n\
         From: <sip:a@b.invalid>;tag=1\r\nTo: <sip:{edge}>\r\nCall-ID: up\r\nCSeq: 1 OPTIONS\r\n\
         Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
    );
    ask(at(ends.network), edge, &question);
}

async fn far(own: u8, leads: u8, sources: &[u8], hertz: f64) -> Far {
    let settings = lab::Settings {
        sip: sip(own, vec![trunk("there", leads, sources)]),
        address: IpAddr::V4(at(own)),
        ports: 20_000..=29_998,
        says: Sound::Tone(Tone::steady(hertz, 6000)),
        manner: Manner::Answer(0),
        chance: chance(),
    };
    Far::start(settings).await.unwrap()
}

/// Share of a core in hundredths, and calls in which both heard each other at the end.
async fn relayed(server: &Server, ends: Ends, leads: u8, comes: u8) -> (f64, usize) {
    let network = far(ends.network, leads, &[leads], 500.0).await;
    let police = far(ends.police, comes, &[comes], 1100.0).await;
    let from = From {
        display: None,
        uri: "sip:10012345678@network.invalid".to_owned(),
    };
    let mut calls = Vec::new();
    for _ in 0..CALLS {
        calls.push(
            network
                .call(&"there".into(), "12345", from.clone(), Vec::new())
                .unwrap(),
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let all_up = |far: &Far| {
        calls
            .iter()
            .all(|no| far.look(*no).is_some_and(|seen| seen.stage == Stage::Up))
    };
    assert!(
        network.wait(PATIENCE, all_up).await,
        "not all calls come up"
    );
    let (before, began) = (server.cpu(), Instant::now());
    tokio::time::sleep(WATCHED).await;
    let share = (server.cpu() - before) / began.elapsed().as_secs_f64() * 100.0;
    let outside = calls
        .iter()
        .filter(|no| network.hears(**no, 1100.0) > 3000.0)
        .count();
    let inside = police
        .seen()
        .iter()
        .filter(|seen| police.hears(seen.no, 500.0) > 3000.0)
        .count();
    network.stop(PATIENCE).await;
    police.stop(PATIENCE).await;
    (share, outside.min(inside))
}

const CALLER: &str = include_str!("../tests/line/sipp/behind_proxy.xml");
const CALLED: &str = include_str!("../tests/line/sipp/called.xml");

/// Milliseconds of CPU for one call without sound, and calls that failed.
fn set_up(server: &Server, ends: Ends, folder: &Path, leads: u8) -> (f64, u64) {
    let called = folder.join("called.xml");
    std::fs::write(&called, CALLED).unwrap();
    let caller = folder.join("caller.xml");
    std::fs::write(&caller, CALLER.replace("500\"/>", "2000\"/>")).unwrap();
    let sipp = |to: u8, own: u8, scenario: &Path| {
        let mut command = Command::new("sipp");
        command
            .current_dir(folder)
            .arg(format!("{}:5060", at(to)))
            .args([
                "-i",
                &at(own).to_string(),
                "-p",
                "5060",
                "-mp",
                "31000",
                "-s",
                "12345",
            ])
            .args([
                "-nostdin",
                "-timeout",
                "90s",
                "-sf",
                &scenario.display().to_string(),
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    };
    let mut answering = sipp(leads, ends.police, &called).spawn().unwrap();
    let before = server.cpu();
    let statistics = folder.join(format!("figures-{leads}.csv"));
    let done = sipp(leads, ends.network, &caller)
        .args([
            "-m",
            &SET_UP.to_string(),
            "-r",
            &RATE.to_string(),
            "-l",
            "5000",
        ])
        .args(["-trace_stat", "-stf", &statistics.display().to_string()])
        .status()
        .unwrap();
    let cost = (server.cpu() - before) * 1000.0 / f64::from(SET_UP);
    let _ = answering.kill();
    let _ = answering.wait();
    let text = std::fs::read_to_string(statistics).unwrap();
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap().split(';').collect();
    let place = names
        .iter()
        .position(|name| *name == "FailedCall(C)")
        .unwrap();
    let failed = lines.next_back().unwrap().split(';').nth(place).unwrap();
    assert!(done.code().is_some(), "SIPp was killed");
    (cost, failed.parse().unwrap())
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [mode, network, police] = arguments.as_slice() {
        assert_eq!(mode, "engine");
        let ends = Ends {
            network: network.parse().unwrap(),
            police: police.parse().unwrap(),
        };
        return engine(ends).await;
    }
    let figures = Mutex::new(serde_json::Map::new());
    let note = |name: &str, value: serde_json::Value| {
        figures.lock().unwrap().insert(name.to_owned(), value);
    };
    note("calls", json!(CALLS));
    note("set_up_calls", json!(SET_UP));
    {
        let ends = Ends {
            network: 1,
            police: 2,
        };
        let server = Server::engine(ends);
        let (share, heard) = relayed(&server, ends, ENGINE, ENGINE).await;
        note("relay", json!(share));
        note("heard", json!(heard));
    }
    {
        let ends = Ends {
            network: 3,
            police: 4,
        };
        let folder = tempfile::tempdir().unwrap();
        let server = Server::peer(folder.path(), ends, true);
        let (share, heard) = relayed(&server, ends, OUTSIDE, INSIDE).await;
        note("relay_peer", json!(share));
        note("heard_peer", json!(heard));
    }
    {
        let ends = Ends {
            network: 5,
            police: 6,
        };
        let folder = tempfile::tempdir().unwrap();
        let server = Server::engine(ends);
        let (cost, failed) = set_up(&server, ends, folder.path(), ENGINE);
        note("set_up", json!(cost));
        note("failed", json!(failed));
    }
    {
        let ends = Ends {
            network: 7,
            police: 8,
        };
        let folder = tempfile::tempdir().unwrap();
        let server = Server::peer(folder.path(), ends, false);
        let (cost, failed) = set_up(&server, ends, folder.path(), OUTSIDE);
        note("set_up_peer", json!(cost));
        note("failed_peer", json!(failed));
    }
    println!(
        "{}",
        serde_json::Value::Object(figures.into_inner().unwrap())
    );
}
