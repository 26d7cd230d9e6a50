//! 300 calls relayed, and calls set up and ended, beside Kamailio with rtpengine as they are shipped in `deploy/`.

use crate::desk::Places;
use crate::ground::{
    CALLED, NO_SIPP, PATIENCE, Server, ask, at, citizen, far, hear, part, place, run, sipp, trunk,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use voice::call::{Heard, Input, LegId, Order};
use voice::lab::{Far, Stage};

/// Calls relayed at once, and how long they are watched.
const CALLS: usize = 300;
const WATCHED: Duration = Duration::from_secs(10);
/// Calls set up in one turn, how many a second, and turns of each side.
const SET_UP: u32 = 2_000;
const RATE: u32 = 200;
const TURNS: u32 = 5;
/// The whole program's seats: they write for a second after each call.
const WHOLE_SEATS: usize = 800;
/// Writing after the call, sealed recordings, search and figures that follow the log.
const AFTER: Duration = Duration::from_secs(3);
/// Threads of an engine that are about sound.
const SOUND: [&str; 2] = ["sound", "recording"];
/// So long finished transactions are kept for late repetitions (RFC 3261), and a little more.
const KEPT: Duration = Duration::from_secs(40);

/// Where callers and called are: in every measurement elsewhere, since a socket is not free at once.
#[derive(Clone, Copy)]
struct Ends {
    network: u8,
    police: u8,
}

const OUTSIDE: u8 = 10;
const INSIDE: u8 = 11;
const ENGINE: u8 = 21;
const DESK: u8 = 50;
const KEPT_DESK: u8 = 53;
const WHOLE_DESK: u8 = 56;
/// Seats that take these calls: 200/s of two seconds each, and some that are just free.
const SEATS: usize = 600;

/// The engine as a program of its own: whoever calls is connected with the police.
pub(crate) async fn engine(network: u8, police: u8) {
    let trunks = vec![trunk("network", network), trunk("police", police)];
    crate::ground::engine(ENGINE, trunks, follow).await;
}

fn follow(input: Input) -> Vec<Order> {
    match input {
        Input::Arrived(arrival) => vec![
            Order::Ring(LegId::arrived(arrival.call)),
            place(&arrival, 1, "police", "110"),
        ],
        Input::Leg(leg, Heard::Answered) if leg.no == 1 => {
            let caller = LegId::arrived(leg.call);
            vec![Order::Answer(caller), hear(caller, leg), hear(leg, caller)]
        }
        Input::Leg(leg, Heard::Failed(cause) | Heard::Ended { cause, .. }) => vec![Order::End {
            leg: LegId {
                call: leg.call,
                no: 1 - leg.no.min(1),
            },
            cause,
        }],
        _ => Vec::new(),
    }
}

fn ours(ends: Ends) -> Server {
    Server::engine(&["relay", &ends.network.to_string(), &ends.police.to_string()])
}

/// Kamailio as it is shipped, with rtpengine or as a proxy of messages alone.
fn peer(folder: &Path, ends: Ends, with_sound: bool) -> Server {
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
        let control = SocketAddr::from((at(12), 2223));
        ask(at(12), control, "1_1 d7:command4:pinge");
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
    let edge = SocketAddr::from((at(OUTSIDE), 5060));
    let question = format!(
        "OPTIONS sip:{edge} SIP/2.0\r\nVia: SIP/2.0/UDP [own];branch=z9hG4bKup\r\n\
         From: <sip:a@b.invalid>;tag=1\r\nTo: <sip:{edge}>\r\nCall-ID: up\r\nCSeq: 1 OPTIONS\r\n\
         Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
    );
    ask(at(ends.network), edge, &question);
    Server::of(children)
}

/// Share of a core in hundredths, and calls in which both heard each other at the end.
async fn relayed(server: &Server, ends: Ends, leads: u8, comes: u8) -> (f64, usize) {
    let network = far(ends.network, trunk("there", leads), 500.0).await;
    let police = far(ends.police, trunk("there", comes), 1100.0).await;
    let mut calls = Vec::new();
    for _ in 0..CALLS {
        calls.push(
            network
                .call(&"there".into(), "12345", citizen(), Vec::new())
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
    let share = server.share(WATCHED).await;
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

/// What the network and the phones play.
#[derive(Clone, Copy)]
struct Plays {
    caller: &'static str,
    called: &'static str,
}

/// The caller hangs up.
const CALLER_ENDS: Plays = Plays {
    caller: include_str!("../../tests/line/sipp/behind_proxy.xml"),
    called: CALLED,
};
/// The phone hangs up: a caller who did it so soon would be called back.
const PHONE_ENDS: Plays = Plays {
    caller: include_str!("caller.xml"),
    called: include_str!("phone.xml"),
};

/// One side of the comparison, and what came of it so far.
struct Side {
    server: Server,
    ends: Ends,
    leads: u8,
    plays: Plays,
    /// It does more when the calls are over, for so long.
    after: Duration,
    folder: tempfile::TempDir,
    before: f64,
}

impl Side {
    fn new(server: Server, ends: Ends, leads: u8) -> Self {
        Self {
            before: server.cpu(),
            server,
            ends,
            leads,
            plays: CALLER_ENDS,
            after: Duration::ZERO,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// A desk of this program.
    fn desk(own: u8, ends: Ends, book: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let places = Places {
            own,
            network: ends.network,
            phones: ends.police,
            police: ends.police,
        };
        let path = book.then(|| folder.path().join("book"));
        let mut side = Self::new(places.start(SEATS, 1_000, path.as_deref()), ends, own);
        side.folder = folder;
        side
    }

    /// The whole program.
    async fn whole(whole: &Whole, ends: Ends) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = std::process::Command::new(&whole.desk);
        command.arg(&whole.program).arg(folder.path());
        command.args([WHOLE_DESK, ends.network, ends.police].map(|last| at(last).to_string()));
        command.args([WHOLE_SEATS.to_string(), (SET_UP * TURNS).to_string()]);
        let server = Server::told(&mut command);
        server.quiet().await;
        let mut side = Self::new(server, ends, WHOLE_DESK);
        side.folder = folder;
        side.plays = PHONE_ENDS;
        side.after = AFTER;
        side
    }

    /// Milliseconds of CPU for one call without sound, those of the threads for sound and its recording among them, and calls
    /// that failed.
    fn set_up(&self, turn: u32) -> (f64, f64, u64) {
        let folder = self.folder.path();
        let mut answering = sipp(folder, self.plays.called, self.ends.police, self.leads)
            .spawn()
            .expect(NO_SIPP);
        let all = || (self.server.cpu(), self.server.cpu_of(&SOUND));
        let before = all();
        let statistics = folder.join(format!("figures-{turn}.csv"));
        // Everybody calls once.
        let caller = self
            .plays
            .caller
            .replace("10012345678", &format!("1007{turn}[call_number]"))
            .replace("500\"/>", "2000\"/>");
        let done = sipp(folder, &caller, self.ends.network, self.leads)
            .args(["-m", &SET_UP.to_string(), "-r", &RATE.to_string()])
            .args(["-l", "5000", "-timeout", "90s"])
            .args(["-trace_stat", "-stf", &statistics.display().to_string()])
            .status()
            .unwrap();
        std::thread::sleep(self.after);
        let now = all();
        let a_call = |seconds: f64| seconds * 1000.0 / f64::from(SET_UP);
        let (cost, sound) = (a_call(now.0 - before.0), a_call(now.1 - before.1));
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
        (cost, sound, failed.parse().unwrap())
    }

    /// What a call cost with all that is kept for late repetitions given back.
    fn settled(&self) -> f64 {
        (self.server.cpu() - self.before) * 1000.0 / f64::from(SET_UP * TURNS)
    }
}

/// The whole program: who starts it, and what.
pub(crate) struct Whole {
    desk: String,
    program: String,
}

pub(crate) fn whole(words: &[&str]) -> Option<Whole> {
    match words {
        [] => None,
        [desk, program] => Some(Whole {
            desk: (*desk).to_owned(),
            program: (*program).to_owned(),
        }),
        other => panic!("there is no {other:?}"),
    }
}

pub(crate) async fn measure(whole: Option<Whole>) -> Value {
    // In turns, so that what else the machine does falls on both.
    let mut turns = Vec::new();
    // Each turn at addresses of its own: who called in the last one may not have hung up yet.
    for first in (FIRST_RELAY..).step_by(4).take(RELAYS) {
        let ends = |network: u8| Ends {
            network,
            police: network + 1,
        };
        let ends = (ends(first), ends(first + 2));
        let (relay, heard) = relayed(&ours(ends.0), ends.0, ENGINE, ENGINE).await;
        let folder = tempfile::tempdir().unwrap();
        let server = peer(folder.path(), ends.1, true);
        let (relay_peer, heard_peer) = relayed(&server, ends.1, OUTSIDE, INSIDE).await;
        eprintln!("relay: {relay:.1} % beside {relay_peer:.1} %, {heard} and {heard_peer} heard");
        turns.push((relay / relay_peer, relay, relay_peer, heard, heard_peer));
    }
    let heard = turns.iter().map(|turn| turn.3).min();
    let heard_peer = turns.iter().map(|turn| turn.4).min();
    turns.sort_by(|a, b| a.0.total_cmp(&b.0));
    // The turn in the middle.
    let (_, relay, relay_peer, ..) = turns[RELAYS / 2];
    let mut figures = set_ups(whole).await;
    figures["calls"] = json!(CALLS);
    figures["relay"] = json!(relay);
    figures["heard"] = json!(heard);
    figures["relay_peer"] = json!(relay_peer);
    figures["heard_peer"] = json!(heard_peer);
    figures
}

/// How often 300 calls are relayed by each side.
const RELAYS: usize = 3;
const FIRST_RELAY: u8 = 70;

/// What was measured under one name, turn by turn.
#[derive(Default)]
struct Column {
    costs: Vec<f64>,
    sounds: Vec<f64>,
    failed: u64,
}

/// All sides in turns, so that what else the machine does falls on all.
pub(crate) async fn set_ups(whole: Option<Whole>) -> Value {
    let ends = |network, police| Ends { network, police };
    let alone = Side::new(ours(ends(5, 6)), ends(5, 6), ENGINE);
    // The same with queue, seats and call record: the called ones are hard phones.
    let desk = Side::desk(DESK, ends(51, 52), false);
    // And with all of it written to the disk before it is acted on.
    let kept = Side::desk(KEPT_DESK, ends(54, 55), true);
    let mut whole = match &whole {
        Some(whole) => Some(Side::whole(whole, ends(57, 58)).await),
        None => None,
    };
    let folder = tempfile::tempdir().unwrap();
    let peer = Side::new(peer(folder.path(), ends(7, 8), false), ends(7, 8), OUTSIDE);
    let mut columns: BTreeMap<&str, Column> = BTreeMap::new();
    let mut take = |name, (cost, sound, failed): (f64, f64, u64)| {
        let column = columns.entry(name).or_default();
        column.costs.push(cost);
        column.sounds.push(sound);
        column.failed += failed;
        eprintln!("{name}: {cost:.2} ms, {sound:.2} for sound, {failed} failed");
    };
    for turn in 0..TURNS {
        take("set_up", alone.set_up(turn));
        take("desk", desk.set_up(turn));
        take("kept", kept.set_up(turn));
        if let Some(whole) = &mut whole {
            whole.server.tell("without");
            take("whole", whole.set_up(turn));
            whole.server.tell("with");
            take("case", whole.set_up(TURNS + turn));
        }
        take("peer", peer.set_up(turn));
    }
    tokio::time::sleep(KEPT).await;
    let mut figures = json!({ "set_up_calls": SET_UP * TURNS, "turns": TURNS, "seats": SEATS });
    let costs = columns["peer"].costs.clone();
    for (name, column) in columns {
        let sorted = |mut of: Vec<f64>| {
            of.sort_by(f64::total_cmp);
            of
        };
        let ratios = column.costs.iter().zip(&costs).map(|(a, b)| a / b);
        let ratios = sorted(ratios.collect());
        let (own, sounds) = (sorted(column.costs), sorted(column.sounds));
        figures[name] = json!(part(&own, 50));
        figures[format!("{name}_sound")] = json!(part(&sounds, 50));
        figures[format!("failed_{name}")] = json!(column.failed);
        figures[format!("{name}_ratio")] = json!(part(&ratios, 50));
        figures[format!("{name}_least")] = json!(ratios[0]);
        figures[format!("{name}_most")] = json!(part(&ratios, 100));
    }
    for (name, side) in [("set_up", &alone), ("desk", &desk), ("kept", &kept)] {
        figures[format!("{name}_settled")] = json!(side.settled());
    }
    if let Some(whole) = &mut whole {
        figures["stored"] = whole.server.ask("end");
    }
    figures
}
