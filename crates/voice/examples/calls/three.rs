//! 100 calls of three, every line with a tone of its own: what mixing them costs, beside Janus with its AudioBridge and plain
//! RTP. A mix is right if a line hears both others of its call and none of all other lines, itself included; both sides are
//! listened to in the same way and as long.

use crate::ground::{PATIENCE, Server, at, citizen, far, hear, part, place, run, trunk};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::net::IpAddr;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use voice::call::{Cause, Heard, Input, LegId, Order};
use voice::lab::{Far, Stage};
use voice::media::g711::{Frame, Law};
use voice::media::line::{Sound, Tap, Terms};
use voice::media::switchboard::{self, Switchboard};
use voice::media::tone::Tone;
use voice::sip::word::DialogNo;

const CALLS: usize = 100;
/// So long everything talks before it is watched.
const BEFORE: Duration = Duration::from_secs(2);
const ENGINE: u8 = 40;
/// Network, police and a third desk.
const PARTIES: [u8; 3] = [41, 42, 43];
const NAMES: [&str; 3] = ["network", "police", "third"];
/// Janus, and the lines of its rooms.
const JANUS: u8 = 45;
/// Half a second, in which 10 Hz are told apart; the watched time in half seconds.
const HALF: usize = 4_000;
const HALVES: usize = 20;
/// All tones are whole tens of hertz: after a tenth of a second they begin anew.
const TENTH: usize = 800;
const HEARD: f64 = 3_000.0;
const SILENT: f64 = 400.0;

/// Tens of hertz of a line's tone: 350 to 3,340 Hz. The three of a call are far apart, so that what a packet that came too late
/// does to one of them is not taken for another.
const fn tens(call: usize, party: usize) -> usize {
    35 + party * CALLS + call
}

fn says(call: usize, party: usize) -> Sound {
    let tens = u32::try_from(tens(call, party)).unwrap();
    Sound::Tone(Tone::steady(10.0 * f64::from(tens), 6_000))
}

/// How strong each ten of hertz is in half a second of sound, with a Hann window, as [`voice::media::tone::strength`] says it;
/// laid over each other by tenths of a second first, which is what makes 300 tones of 300 lines affordable.
fn spectrum(half: &[i16], turns: &[(f64, f64)]) -> Vec<f64> {
    let length = f64::from(u32::try_from(HALF).unwrap());
    let mut laid = [0.0; TENTH];
    for (place, sample) in half.iter().enumerate() {
        let turn = f64::from(u32::try_from(place).unwrap()) / length;
        let window = 0.5 - 0.5 * (std::f64::consts::TAU * turn).cos();
        laid[place % TENTH] += window * f64::from(*sample);
    }
    let strength = |tens: usize| {
        let (mut sin, mut cos) = (0.0, 0.0);
        for (place, sample) in laid.iter().enumerate() {
            let turn = turns[place * tens % TENTH];
            sin += sample * turn.0;
            cos += sample * turn.1;
        }
        4.0 * f64::hypot(sin, cos) / length
    };
    (0..tens(0, PARTIES.len())).map(strength).collect()
}

/// What came of the watched time.
struct Mixes {
    /// Lines that hear both others of their call and none of all other lines, themselves included: by the median half second,
    /// since what is mixed wrongly stays so, and a packet that came too late blurs the half second in which it does.
    right: usize,
    /// Half seconds of all lines in which that was so without any blur.
    clean: usize,
    halves: usize,
}

/// What lines heard, half a second after the other.
type Kept = HashMap<(usize, usize), Vec<Vec<i16>>>;

/// Looked at when nobody speaks any more: the looking takes more CPU than what is measured.
fn judge(kept: &Kept) -> Mixes {
    let turns: Vec<(f64, f64)> = (0..TENTH)
        .map(|place| {
            let part =
                f64::from(u32::try_from(place).unwrap()) / f64::from(u32::try_from(TENTH).unwrap());
            (std::f64::consts::TAU * part).sin_cos()
        })
        .collect();
    let mut mixes = Mixes {
        right: 0,
        clean: 0,
        halves: 0,
    };
    for ((call, party), halves) in kept {
        let spectra: Vec<Vec<f64>> = halves.iter().map(|half| spectrum(half, &turns)).collect();
        let fits = |strength: &dyn Fn(usize) -> f64| {
            (0..CALLS).all(|other| {
                (0..PARTIES.len()).all(|speaker| {
                    let strength = strength(tens(other, speaker));
                    if other == *call && speaker != *party {
                        strength > HEARD
                    } else {
                        strength < SILENT
                    }
                })
            })
        };
        let median = |tens: usize| {
            let mut all: Vec<f64> = spectra.iter().map(|spectrum| spectrum[tens]).collect();
            all.sort_by(f64::total_cmp);
            part(&all, 50)
        };
        mixes.right += usize::from(fits(&median));
        mixes.clean += spectra
            .iter()
            .filter(|spectrum| fits(&|tens| spectrum[tens]))
            .count();
        mixes.halves += halves.len();
    }
    mixes
}

/// Share of a core of a server in hundredths, and what every line heard meanwhile.
async fn watch(
    server: &Server,
    heard: impl Fn() -> HashMap<(usize, usize), Vec<i16>>,
) -> (f64, Kept) {
    tokio::time::sleep(BEFORE).await;
    let mut kept = Kept::new();
    let (before, began) = (server.cpu(), Instant::now());
    let mut every = tokio::time::interval(Duration::from_millis(500));
    every.tick().await;
    for _ in 0..HALVES {
        every.tick().await;
        for (line, half) in heard() {
            assert_eq!(half.len(), HALF, "a line heard less than half a second");
            kept.entry(line).or_default().push(half);
        }
    }
    let share = (server.cpu() - before) / began.elapsed().as_secs_f64() * 100.0;
    (share, kept)
}

/// The engine as a program of its own: whoever calls talks with the police and the third desk.
pub(crate) async fn engine() {
    let trunks = NAMES
        .iter()
        .zip(PARTIES)
        .map(|(name, at)| trunk(name, at))
        .collect();
    crate::ground::engine(ENGINE, trunks, follow).await;
}

fn follow(input: Input) -> Vec<Order> {
    match input {
        Input::Arrived(arrival) => {
            let leg = |no| LegId {
                call: arrival.call,
                no,
            };
            let place = |no: u16| place(&arrival, no, NAMES[usize::from(no)], &arrival.called);
            let mut orders = vec![
                Order::Ring(leg(0)),
                Order::Answer(leg(0)),
                place(1),
                place(2),
            ];
            for (from, to) in [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)] {
                orders.push(hear(leg(from), leg(to)));
            }
            orders
        }
        Input::Leg(over, Heard::Ended { .. }) if over.no == 0 => [1, 2]
            .map(|no| Order::End {
                leg: LegId {
                    call: over.call,
                    no,
                },
                cause: Cause::sip(200),
            })
            .to_vec(),
        _ => Vec::new(),
    }
}

pub(crate) async fn measure() -> Value {
    let (share, kept) = ours().await;
    let (share_peer, kept_peer) = janus().await;
    let (mixes, mixes_peer) = (judge(&kept), judge(&kept_peer));
    json!({
        "calls": CALLS, "lines": CALLS * PARTIES.len(), "halves": mixes.halves,
        "mix": share, "right": mixes.right, "clean": mixes.clean,
        "mix_peer": share_peer, "right_peer": mixes_peer.right, "clean_peer": mixes_peer.clean,
    })
}

async fn ours() -> (f64, Kept) {
    let server = Server::engine(&["three"]);
    let mut fars = Vec::new();
    for own in PARTIES {
        fars.push(far(own, trunk("there", ENGINE), 300.0).await);
    }
    let mut lines: HashMap<(usize, usize), DialogNo> = HashMap::new();
    for call in 0..CALLS {
        let number = format!("1{call:03}");
        let no = fars[0]
            .call(&"there".into(), &number, citizen(), Vec::new())
            .unwrap();
        lines.insert((call, 0), no);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    for (party, far) in fars.iter().enumerate() {
        let up = |far: &Far| far.seen().iter().filter(|s| s.stage == Stage::Up).count() == CALLS;
        assert!(far.wait(PATIENCE, up).await, "not all calls come up");
        for seen in far.seen() {
            if let Some(incoming) = seen.incoming {
                let call: usize = incoming.called.strip_prefix("1").unwrap().parse().unwrap();
                lines.insert((call, party), seen.no);
            }
        }
    }
    for ((call, party), no) in &lines {
        fars[*party].say(*no, says(*call, *party));
    }
    let heard = || {
        let halves = lines
            .iter()
            .map(|(line, no)| (*line, fars[line.1].heard(*no, HALF)));
        halves.collect()
    };
    let watched = watch(&server, heard).await;
    for far in &fars {
        far.stop(PATIENCE).await;
    }
    watched
}

/// What a line heard last.
#[derive(Clone, Default)]
struct Ear(Arc<Mutex<Vec<i16>>>);

impl Tap for Ear {
    fn step(&mut self, _: u64, sound: &Frame, _: bool) {
        let mut kept = self.0.lock().unwrap();
        kept.extend(sound);
        // Thrown away seldom: what is kept is moved each time.
        if kept.len() > 4 * HALF {
            let over = kept.len() - 2 * HALF;
            kept.drain(..over);
        }
    }
}

async fn janus() -> (f64, Kept) {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::of(vec![start_janus(folder.path())]);
    let mut api = Api::open(folder.path());
    let board = Switchboard::start(
        switchboard::Settings {
            address: IpAddr::V4(at(JANUS)),
            ports: 20_000..=21_998,
            browsers: None,
            chance: crate::ground::chance(),
        },
        |_| {},
    )
    .unwrap();
    let session = api.ask(json!({ "janus": "create" }))["data"]["id"].clone();
    let mut joined_lines = Vec::new();
    for call in 0..CALLS {
        for party in 0..PARTIES.len() {
            let plugin = json!({ "janus": "attach", "session_id": session, "plugin": "janus.plugin.audiobridge" });
            let handle = api.ask(plugin)["data"]["id"].clone();
            let mut say = |body: Value| {
                api.ask(json!({ "janus": "message", "session_id": session, "handle_id": handle, "body": body }))
                    ["plugindata"]["data"]
                    .clone()
            };
            if party == 0 {
                let room = json!({
                    "request": "create", "room": call + 1, "sampling_rate": 8000, "allow_rtp_participants": true,
                });
                assert_eq!(say(room)["audiobridge"], "created");
            }
            let opened = board.open().unwrap();
            let joined = say(json!({
                "request": "join", "room": call + 1, "codec": "pcma",
                "rtp": { "ip": at(JANUS).to_string(), "port": opened.port, "payload_type": 8 },
            }));
            // It says where it hears, which need not be where it was told to.
            let target = format!(
                "{}:{}",
                joined["rtp"]["ip"]
                    .as_str()
                    .unwrap_or_else(|| panic!("{joined}")),
                joined["rtp"]["port"]
            );
            joined_lines.push(((call, party), opened.line, target));
        }
    }
    // Nobody speaks before all have joined: Janus 1.1 comes to a stand where one joins while others speak.
    let mut ears = Vec::new();
    for ((call, party), line, target) in joined_lines {
        let ear = Ear::default();
        board.tap(line, Some(Box::new(ear.clone())));
        board.play(line, says(call, party), true);
        board.point(
            line,
            Terms {
                target: Some(target.parse().unwrap()),
                control: None,
                law: Law::A,
                event: None,
                sends: true,
                receives: false,
            },
        );
        ears.push(((call, party), ear));
    }
    let heard = || {
        let half = |ear: &Ear| {
            let kept = ear.0.lock().unwrap();
            kept[kept.len().saturating_sub(HALF)..].to_vec()
        };
        ears.iter().map(|(line, ear)| (*line, half(ear))).collect()
    };
    watch(&server, heard).await
}

fn start_janus(folder: &Path) -> std::process::Child {
    let libraries = std::fs::read_dir("/usr/lib")
        .unwrap()
        .filter_map(|entry| Some(entry.ok()?.path().join("janus")))
        .find(|path| path.exists())
        .expect("janus is missing; install with: apt-get install -y --no-install-recommends janus");
    let others = |kind: &str, wanted: &str| {
        let names = std::fs::read_dir(libraries.join(kind))
            .into_iter()
            .flatten();
        let names = names.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        names
            .filter_map(|name| Some(name.split_once(".so")?.0.to_owned() + ".so"))
            .filter(|name| !name.contains(wanted))
            .collect::<Vec<_>>()
            .join(",")
    };
    let write = |name: &str, text: String| std::fs::write(folder.join(name), text).unwrap();
    write(
        "janus.jcfg",
        format!(
            "general: {{ configs_folder = \"{here}\"\n plugins_folder = \"{libraries}/plugins\"\n \
             transports_folder = \"{libraries}/transports\"\n debug_level = 3\n session_timeout = 0 }}\n\
             plugins: {{ disable = \"{}\" }}\ntransports: {{ disable = \"{}\" }}\n",
            others("plugins", "audiobridge"),
            others("transports", "pfunix"),
            here = folder.display(),
            libraries = libraries.display(),
        ),
    );
    write(
        "janus.transport.pfunix.jcfg",
        format!(
            "general: {{ enabled = true\n json = \"compact\"\n path = \"{}\"\n type = \"SOCK_DGRAM\" }}\n",
            folder.join("api").display()
        ),
    );
    write(
        "janus.plugin.audiobridge.jcfg",
        "general: { rtp_port_range = \"40000-49998\"\n local_ip = \"127.0.0.1\" }\n".to_owned(),
    );
    let here = folder.display().to_string();
    run("janus", folder, &["-F".to_owned(), here])
}

/// Its interface: one datagram a question, one or two an answer.
struct Api {
    socket: UnixDatagram,
    /// What it says, read as it comes: of more than ten datagrams that wait the kernel lets it say no more.
    said: Receiver<Value>,
    path: PathBuf,
    asked: u64,
}

impl Api {
    fn open(folder: &Path) -> Self {
        let socket = UnixDatagram::bind(folder.join("ours")).unwrap();
        let (say, said) = channel();
        let reads = socket.try_clone().unwrap();
        std::thread::spawn(move || {
            let mut buffer = vec![0; 65_536];
            while let Ok(length) = reads.recv(&mut buffer) {
                let Ok(value) = serde_json::from_slice::<Value>(&buffer[..length]) else {
                    continue;
                };
                if say.send(value).is_err() {
                    return;
                }
            }
        });
        let path = folder.join("api");
        let end = Instant::now() + PATIENCE;
        while !path.exists() {
            assert!(Instant::now() < end, "Janus does not come up");
            std::thread::sleep(Duration::from_millis(20));
        }
        Self {
            socket,
            said,
            path,
            asked: 0,
        }
    }

    fn ask(&mut self, mut question: Value) -> Value {
        self.asked += 1;
        let transaction = self.asked.to_string();
        question["transaction"] = json!(transaction);
        self.socket
            .send_to(question.to_string().as_bytes(), &self.path)
            .unwrap();
        loop {
            let answer = self
                .said
                .recv_timeout(PATIENCE)
                .expect("Janus says nothing");
            assert_ne!(answer["janus"], "error", "{answer}");
            // What others of the room are told comes, too; an "ack" says that the answer follows.
            if answer["transaction"] == json!(transaction) && answer["janus"] != "ack" {
                return answer;
            }
        }
    }
}
