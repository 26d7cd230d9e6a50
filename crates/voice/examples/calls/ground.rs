//! What the measurements stand on: addresses, trunks, far ends, and programs whose CPU is read.

use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use voice::call::{
    Arrival, CallId, Control, Engine as _, Gain, Input, LegId, Order, Origin, Placing, PolicyName,
    Target,
};
use voice::engine::{NoRecorder, Prompts, Settings, Voice};
use voice::lab::{self, Far, Manner};
use voice::media::line::Sound;
use voice::media::switchboard::BrowserPort;
use voice::media::tone::Tone;
use voice::sip::policy::{From, Policy};
use voice::sip::settings::{Settings as Sip, Transport, Trunk};

/// Patience of every wait; a measurement that never sees what it waits for fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A second of CPU in the kernel's ticks.
const TICKS: f64 = 100.0;

/// Loopback addresses of these measurements.
pub(crate) const fn at(last: u8) -> Ipv4Addr {
    Ipv4Addr::new(127, 0, 66, last)
}

pub(crate) fn chance() -> Arc<dyn Fn() -> u64 + Send + Sync> {
    static NEXT: AtomicU64 = AtomicU64::new(0x1234_5678_9abc_def1);
    Arc::new(|| {
        NEXT.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed)
            .rotate_left(17)
            ^ 0x5bd1_e995
    })
}

/// A trunk that leads to an address, and on which that address alone may call.
pub(crate) fn trunk(name: &str, to: u8) -> Trunk {
    Trunk {
        name: name.into(),
        host: at(to).to_string(),
        port: 5060,
        transport: Transport::Udp,
        sources: vec![at(to).to_string().parse().unwrap()],
        rate: 100_000,
        number: Some("12345".to_owned()),
        account: None,
        registers: false,
        policy: Policy::default(),
        probed: false,
    }
}

pub(crate) fn sip(own: u8, trunks: Vec<Trunk>) -> Sip {
    Sip {
        udp: Some(SocketAddr::from((at(own), 5060))),
        tcp: None,
        tls: None,
        external: None,
        domain: "desk.invalid".to_owned(),
        trunks,
        phones: Vec::new(),
        phone_nets: Vec::new(),
        phone_rate: 100_000,
        most_calls: 5_000,
        session_seconds: 1800,
    }
}

/// An engine at this address.
pub(crate) fn settings(own: u8, sip: Sip, browsers: Option<BrowserPort>) -> Settings {
    Settings {
        sip,
        sound_address: IpAddr::V4(at(own)),
        sound_external: None,
        sound_ports: 20_000..=29_998,
        browsers,
        policies: vec![Policy::default()],
        prompts: Prompts::default(),
        recorder: Arc::new(NoRecorder),
        chance: chance(),
        remembered: Vec::new(),
    }
}

/// Hands on what is heard.
pub(crate) struct Ears {
    said: tokio::sync::mpsc::UnboundedSender<Input>,
    next: AtomicU64,
}

impl Ears {
    pub(crate) fn new() -> (Arc<Self>, tokio::sync::mpsc::UnboundedReceiver<Input>) {
        let (said, heard) = tokio::sync::mpsc::unbounded_channel();
        let next = AtomicU64::new(1);
        (Arc::new(Self { said, next }), heard)
    }
}

impl Control for Ears {
    fn hear(&self, input: Input) {
        let _ = self.said.send(input);
    }

    fn name_call(&self) -> CallId {
        CallId(u128::from(self.next.fetch_add(1, Ordering::Relaxed)))
    }
}

/// Has done at once, on the engine's own thread, what is to be done about what is heard.
struct AtOnce {
    follow: fn(Input) -> Vec<Order>,
    voice: OnceLock<Voice>,
    next: AtomicU64,
}

impl Control for AtOnce {
    fn hear(&self, input: Input) {
        // Nobody calls before it is there.
        if let Some(voice) = self.voice.get() {
            voice.carry_out((self.follow)(input));
        }
    }

    fn name_call(&self) -> CallId {
        CallId(u128::from(self.next.fetch_add(1, Ordering::Relaxed)))
    }
}

/// An engine as a program of its own, at this address, without a machine: `follow` says what is done about what it hears.
pub(crate) async fn engine(own: u8, trunks: Vec<Trunk>, follow: fn(Input) -> Vec<Order>) {
    let control = Arc::new(AtOnce {
        follow,
        voice: OnceLock::new(),
        next: AtomicU64::new(1),
    });
    let hears: Arc<dyn Control> = Arc::<AtOnce>::clone(&control);
    let voice = Voice::start(settings(own, sip(own, trunks), None), hears)
        .await
        .unwrap();
    assert!(control.voice.set(voice).is_ok());
    println!("ready");
    leashed().await;
}

/// Dials a leg of a call that arrived, on this trunk.
pub(crate) fn place(arrival: &Arrival, no: u16, trunk: &str, number: &str) -> Order {
    Order::Place(Box::new(Placing {
        leg: LegId {
            call: arrival.call,
            no,
        },
        to: Target::Trunk {
            trunk: trunk.into(),
            number: number.to_owned(),
            policy: PolicyName::from("platform"),
        },
        origin: Origin {
            number: Some("10012345678".to_owned()),
            called: Some(arrival.called.clone()),
            session: arrival.call.session(),
            call: Some(arrival.call),
            ..Origin::default()
        },
        ring_ms: 20_000,
    }))
}

/// One leg hears the other.
pub(crate) const fn hear(from: LegId, to: LegId) -> Order {
    Order::Hear {
        from,
        to,
        gain: Gain::FULL,
    }
}

/// A far end that says this tone.
pub(crate) async fn far(own: u8, trunk: Trunk, hertz: f64) -> Far {
    let settings = lab::Settings {
        sip: sip(own, vec![trunk]),
        address: IpAddr::V4(at(own)),
        ports: 20_000..=29_998,
        says: Sound::Tone(Tone::steady(hertz, 6000)),
        manner: Manner::Answer(0),
        chance: chance(),
    };
    Far::start(settings).await.unwrap()
}

pub(crate) fn citizen() -> From {
    From {
        display: None,
        uri: "sip:10012345678@network.invalid".to_owned(),
    }
}

/// A program that is measured, ended with this value.
pub(crate) struct Server {
    pub(crate) children: Vec<Child>,
    /// What the engine is told and tells, one line each.
    pub(crate) line: Option<(ChildStdin, BufReader<ChildStdout>)>,
    /// The process that is measured, if another one started it.
    measured: Option<u32>,
}

impl Server {
    /// This program again, as an engine of this kind; up when this returns.
    pub(crate) fn engine(words: &[&str]) -> Self {
        let own = std::env::current_exe().unwrap();
        Self::told(Command::new(own).arg("engine").args(words))
    }

    /// A program that says `ready`, or `ready` and the process that is to be measured.
    pub(crate) fn told(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let measured = line.trim_end().strip_prefix("ready").expect("it is up");
        Self {
            measured: (!measured.is_empty()).then(|| measured.trim().parse().unwrap()),
            line: Some((child.stdin.take().unwrap(), output)),
            children: vec![child],
        }
    }

    /// Programs that are not ours.
    pub(crate) const fn of(children: Vec<Child>) -> Self {
        Self {
            children,
            line: None,
            measured: None,
        }
    }

    /// Tells it something that it does not answer.
    pub(crate) fn tell(&mut self, word: &str) {
        writeln!(self.line.as_mut().unwrap().0, "{word}").unwrap();
    }

    /// Tells it something, and its answer.
    pub(crate) fn ask(&mut self, word: &str) -> Value {
        self.tell(word);
        let mut line = String::new();
        self.line.as_mut().unwrap().1.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    /// Until it does next to nothing of its own accord.
    pub(crate) async fn quiet(&self) {
        let end = Instant::now() + PATIENCE;
        while self.share(Duration::from_secs(2)).await > 3.0 {
            assert!(Instant::now() < end, "it does not come to rest");
        }
    }

    /// Seconds of CPU so far, with all processes it started.
    pub(crate) fn cpu(&self) -> f64 {
        let all: Vec<(u32, u32, f64)> = std::fs::read_dir("/proc")
            .unwrap()
            .filter_map(|entry| stat(&entry.ok()?.path()))
            .collect();
        let mut ours: Vec<u32> = match self.measured {
            Some(pid) => vec![pid],
            None => self.children.iter().map(Child::id).collect(),
        };
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

    /// Seconds of CPU so far of its threads of these names.
    pub(crate) fn cpu_of(&self, names: &[&str]) -> f64 {
        let pid = self.measured.unwrap_or_else(|| self.children[0].id());
        let threads = std::fs::read_dir(format!("/proc/{pid}/task")).unwrap();
        let named = |folder: &PathBuf| {
            let name = std::fs::read_to_string(folder.join("comm")).unwrap_or_default();
            names.contains(&name.trim_end())
        };
        threads
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(named)
            .filter_map(|folder| stat(&folder))
            .map(|(.., seconds)| seconds)
            .sum()
    }

    /// Its share of a core in hundredths while this goes on.
    pub(crate) async fn share(&self, time: Duration) -> f64 {
        let (before, began) = (self.cpu(), Instant::now());
        tokio::time::sleep(time).await;
        (self.cpu() - before) / began.elapsed().as_secs_f64() * 100.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for child in &mut self.children {
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

/// Until the program that started this one ends.
async fn leashed() {
    let read = || std::io::stdin().read_to_end(&mut Vec::new());
    let _ = tokio::task::spawn_blocking(read).await;
}

/// Starts a program that is not ours; it ends with us.
pub(crate) fn run(program: &str, folder: &Path, arguments: &[String]) -> Child {
    let name = PathBuf::from(program);
    let name = name.file_name().unwrap().display();
    let log = std::fs::File::create(folder.join(format!("{name}.log"))).unwrap();
    Command::new("setpriv")
        .args(["--pdeathsig", "TERM", "--", program])
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .unwrap()
}

/// SIPp at one address, towards another, with this scenario; it ends with us.
pub(crate) fn sipp(folder: &Path, scenario: &str, own: u8, to: u8) -> Command {
    let file = folder.join(format!("{own}.xml"));
    std::fs::write(&file, scenario).unwrap();
    let mut command = Command::new("setpriv");
    command
        .current_dir(folder)
        .args(["--pdeathsig", "TERM", "--", "sipp"])
        .arg(format!("{}:5060", at(to)))
        .args(["-i", &at(own).to_string(), "-p", "5060", "-mp", "31000"])
        .args(["-s", "12345", "-nostdin", "-sf"])
        .arg(file)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// Whom SIPp plays where it is called.
pub(crate) const CALLED: &str = include_str!("../../tests/line/sipp/called.xml");

pub(crate) const NO_SIPP: &str =
    "sipp is missing; install with: apt-get install -y --no-install-recommends sip-tester";

/// Asks until something comes back.
pub(crate) fn ask(from: Ipv4Addr, to: SocketAddr, question: &str) {
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

/// The value at this share (in hundredths) of sorted ones.
pub(crate) fn part<T: Copy>(sorted: &[T], hundredths: usize) -> T {
    sorted[(sorted.len() - 1) * hundredths / 100]
}
