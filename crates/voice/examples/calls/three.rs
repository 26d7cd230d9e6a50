//! 100 calls of three, every line with a tone of its own: what mixing them costs, beside Janus with its AudioBridge and plain
//! RTP. A mix is right if a line hears both others of its call and none of all other lines, itself included.

use crate::ground::{Ears, PATIENCE, Server, at, citizen, far, leashed, run, settings, sip, trunk};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use voice::call::{
    Cause, Control, Engine as _, Gain, Heard, Input, LegId, Order, Origin, Placing, PolicyName,
    Target,
};
use voice::engine::Voice;
use voice::lab::{Far, Stage};
use voice::media::g711::{Frame, Law};
use voice::media::line::{Sound, Tap, Terms};
use voice::media::switchboard::{self, Switchboard};
use voice::media::tone::{Tone, strength};
use voice::sip::word::DialogNo;

const CALLS: usize = 100;
const WATCHED: Duration = Duration::from_secs(10);
/// So long everything talks before it is watched.
const BEFORE: Duration = Duration::from_secs(2);
const ENGINE: u8 = 40;
/// Network, police and a third desk.
const PARTIES: [u8; 3] = [41, 42, 43];
const NAMES: [&str; 3] = ["network", "police", "third"];
/// Janus sends from whatever address it sends to: both have one.
const JANUS: u8 = 45;
const LINES: u8 = JANUS;
/// Half a second, in which 10 Hz are told apart.
const HALF: usize = 4_000;
const HEARD: f64 = 3_000.0;
const SILENT: f64 = 400.0;
const LOOKS: usize = 10;

/// The tone of a line: 350 to 3,340 Hz.
fn tone(call: usize, party: usize) -> f64 {
    350.0 + 10.0 * f64::from(u32::try_from(call * PARTIES.len() + party).unwrap())
}

fn says(call: usize, party: usize) -> Sound {
    Sound::Tone(Tone::steady(tone(call, party), 6_000))
}

/// Whether a line hears exactly what it should, by how strong it hears each tone.
fn right(call: usize, party: usize, strength: impl Fn(f64) -> f64) -> bool {
    (0..CALLS).all(|other| {
        (0..PARTIES.len()).all(|speaker| {
            let strength = strength(tone(other, speaker));
            if other == call && speaker != party {
                strength > HEARD
            } else {
                strength < SILENT
            }
        })
    })
}

/// How many lines are right. A busy machine blurs half a second of some: each is looked at again for a while, since what is
/// mixed wrongly stays so.
async fn all_right<L>(lines: &[L], right: impl Fn(&L) -> bool) -> usize {
    let mut wrong: Vec<&L> = lines.iter().collect();
    for _ in 0..LOOKS {
        wrong.retain(|line| !right(line));
        if wrong.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    lines.len() - wrong.len()
}

/// The engine as a program of its own: whoever calls talks with the police and the third desk.
pub(crate) async fn engine() {
    leashed();
    let (ears, mut heard) = Ears::new();
    let control: Arc<dyn Control> = ears;
    let trunks = NAMES
        .iter()
        .zip(PARTIES)
        .map(|(name, at)| trunk(name, at))
        .collect();
    let voice = Voice::start(settings(ENGINE, sip(ENGINE, trunks), None), control)
        .await
        .unwrap();
    println!("ready");
    while let Some(input) = heard.recv().await {
        voice.carry_out(follow(input));
    }
}

fn follow(input: Input) -> Vec<Order> {
    match input {
        Input::Arrived(arrival) => {
            let leg = |no| LegId {
                call: arrival.call,
                no,
            };
            let place = |no: u16| {
                Order::Place(Box::new(Placing {
                    leg: leg(no),
                    to: Target::Trunk {
                        trunk: NAMES[usize::from(no)].into(),
                        number: arrival.called.clone(),
                        policy: PolicyName::from("platform"),
                    },
                    origin: Origin {
                        number: Some("10012345678".to_owned()),
                        session: arrival.call.session(),
                        ..Origin::default()
                    },
                    ring_ms: 20_000,
                }))
            };
            let mut orders = vec![
                Order::Ring(leg(0)),
                Order::Answer(leg(0)),
                place(1),
                place(2),
            ];
            for (from, to) in [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)] {
                orders.push(Order::Hear {
                    from: leg(from),
                    to: leg(to),
                    gain: Gain::FULL,
                });
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
    let (share, right) = ours().await;
    let (share_peer, right_peer) = janus().await;
    json!({
        "calls": CALLS, "lines": CALLS * PARTIES.len(),
        "mix": share, "right": right, "mix_peer": share_peer, "right_peer": right_peer,
    })
}

async fn ours() -> (f64, usize) {
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
    tokio::time::sleep(BEFORE).await;
    let share = server.share(WATCHED).await;
    let lines: Vec<_> = lines.into_iter().collect();
    let mixes = all_right(&lines, |((call, party), no)| {
        right(*call, *party, |hertz| fars[*party].hears(*no, hertz))
    })
    .await;
    for far in &fars {
        far.stop(PATIENCE).await;
    }
    (share, mixes)
}

/// What a line heard last.
#[derive(Clone, Default)]
struct Ear(Arc<Mutex<Vec<i16>>>);

impl Tap for Ear {
    fn step(&mut self, _: u64, sound: &Frame, _: bool) {
        let mut kept = self.0.lock().unwrap();
        kept.extend(sound);
        let over = kept.len().saturating_sub(2 * HALF);
        kept.drain(..over);
    }
}

async fn janus() -> (f64, usize) {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::of(vec![start_janus(folder.path())]);
    let mut api = Api::open(folder.path());
    let board = Switchboard::start(
        switchboard::Settings {
            address: IpAddr::V4(at(LINES)),
            ports: 20_000..=21_998,
            browsers: None,
            chance: crate::ground::chance(),
        },
        |_| {},
    )
    .unwrap();
    let session = api.ask(json!({ "janus": "create" }))["data"]["id"].clone();
    let mut ears = Vec::new();
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
                "rtp": { "ip": at(LINES).to_string(), "port": opened.port, "payload_type": 8 },
            }));
            let port = joined["rtp"]["port"]
                .as_u64()
                .unwrap_or_else(|| panic!("{joined}"));
            let ear = Ear::default();
            board.tap(opened.line, Some(Box::new(ear.clone())));
            board.play(opened.line, says(call, party), true);
            board.point(
                opened.line,
                Terms {
                    target: Some(SocketAddr::from((at(JANUS), u16::try_from(port).unwrap()))),
                    control: None,
                    law: Law::A,
                    event: None,
                    sends: true,
                    receives: false,
                },
            );
            ears.push((call, party, ear));
        }
    }
    tokio::time::sleep(BEFORE).await;
    let share = server.share(WATCHED).await;
    let mixes = all_right(&ears, |(call, party, ear)| {
        let heard = ear.0.lock().unwrap().clone();
        let last = &heard[heard.len().saturating_sub(HALF)..];
        right(*call, *party, |hertz| strength(last, hertz))
    })
    .await;
    (share, mixes)
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
        format!(
            "general: {{ rtp_port_range = \"40000-49998\"\n local_ip = \"{}\" }}\n",
            at(JANUS)
        ),
    );
    let here = folder.display().to_string();
    run("janus", folder, &["-F".to_owned(), here])
}

/// Its interface: one datagram a question, one or two an answer.
struct Api {
    socket: UnixDatagram,
    path: PathBuf,
    asked: u64,
}

impl Api {
    fn open(folder: &Path) -> Self {
        let socket = UnixDatagram::bind(folder.join("ours")).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        let path = folder.join("api");
        let end = Instant::now() + PATIENCE;
        while !path.exists() {
            assert!(Instant::now() < end, "Janus does not come up");
            std::thread::sleep(Duration::from_millis(20));
        }
        Self {
            socket,
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
        let mut buffer = vec![0; 65_536];
        loop {
            let length = self.socket.recv(&mut buffer).unwrap();
            let answer: Value = serde_json::from_slice(&buffer[..length]).unwrap();
            assert_ne!(answer["janus"], "error", "{answer}");
            // What others of the room are told comes, too; an "ack" says that the answer follows.
            if answer["transaction"] == json!(transaction) && answer["janus"] != "ack" {
                return answer;
            }
        }
    }
}
