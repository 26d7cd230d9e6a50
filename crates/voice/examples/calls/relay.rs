//! 300 calls relayed, and calls set up and ended, beside Kamailio with rtpengine as they are shipped in `deploy/`.

use crate::desk::Places;
use crate::ground::{
    CALLED, NO_SIPP, PATIENCE, Server, ask, at, citizen, far, hear, part, place, run, sipp, trunk,
};
use serde_json::{Value, json};
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

const CALLER: &str = include_str!("../../tests/line/sipp/behind_proxy.xml");
/// Milliseconds of CPU for one call without sound, and calls that failed.
fn set_up(server: &Server, ends: Ends, folder: &Path, leads: u8) -> (f64, u64) {
    let mut answering = sipp(folder, CALLED, ends.police, leads)
        .spawn()
        .expect(NO_SIPP);
    let before = server.cpu();
    let statistics = folder.join(format!("figures-{leads}.csv"));
    let caller = CALLER.replace("500\"/>", "2000\"/>");
    let done = sipp(folder, &caller, ends.network, leads)
        .args(["-m", &SET_UP.to_string(), "-r", &RATE.to_string()])
        .args(["-l", "5000", "-timeout", "90s"])
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

pub(crate) async fn measure() -> Value {
    let (relay, heard) = {
        let ends = Ends {
            network: 1,
            police: 2,
        };
        relayed(&ours(ends), ends, ENGINE, ENGINE).await
    };
    let (relay_peer, heard_peer) = {
        let ends = Ends {
            network: 3,
            police: 4,
        };
        let folder = tempfile::tempdir().unwrap();
        relayed(&peer(folder.path(), ends, true), ends, OUTSIDE, INSIDE).await
    };
    let mut figures = set_ups().await;
    figures["calls"] = json!(CALLS);
    figures["relay"] = json!(relay);
    figures["heard"] = json!(heard);
    figures["relay_peer"] = json!(relay_peer);
    figures["heard_peer"] = json!(heard_peer);
    figures
}

/// Both sides in turns, so that what else the machine does falls on both.
pub(crate) async fn set_ups() -> Value {
    let our_ends = Ends {
        network: 5,
        police: 6,
    };
    let peer_ends = Ends {
        network: 7,
        police: 8,
    };
    let (our_folder, peer_folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let our_server = ours(our_ends);
    // The same with queue, seats and call record: the called ones are hard phones.
    let desk_ends = Ends {
        network: 51,
        police: 52,
    };
    let desk_folder = tempfile::tempdir().unwrap();
    let desk_server = Places {
        own: DESK,
        network: desk_ends.network,
        phones: desk_ends.police,
        police: desk_ends.police,
    }
    .start(SEATS, 1_000, None);
    // And with all of it written to the disk before it is acted on.
    let kept_ends = Ends {
        network: 54,
        police: 55,
    };
    let kept_folder = tempfile::tempdir().unwrap();
    let kept_server = Places {
        own: KEPT_DESK,
        network: kept_ends.network,
        phones: kept_ends.police,
        police: kept_ends.police,
    }
    .start(SEATS, 1_000, Some(&kept_folder.path().join("book")));
    let peer_server = peer(peer_folder.path(), peer_ends, false);
    let before = [&our_server, &desk_server, &kept_server].map(Server::cpu);
    let (mut failed, mut failed_desk, mut failed_kept, mut failed_peer) = (0, 0, 0, 0);
    let mut turns = Vec::new();
    for _ in 0..TURNS {
        let (cost, lost) = set_up(&our_server, our_ends, our_folder.path(), ENGINE);
        failed += lost;
        let (desk, lost) = set_up(&desk_server, desk_ends, desk_folder.path(), DESK);
        failed_desk += lost;
        let (kept, lost) = set_up(&kept_server, kept_ends, kept_folder.path(), KEPT_DESK);
        failed_kept += lost;
        let (cost_peer, lost) = set_up(&peer_server, peer_ends, peer_folder.path(), OUTSIDE);
        failed_peer += lost;
        turns.push([cost, desk, kept, cost_peer]);
    }
    tokio::time::sleep(KEPT).await;
    let settled =
        |server: &Server, before: f64| (server.cpu() - before) * 1000.0 / f64::from(SET_UP * TURNS);
    let sorted = |of: &dyn Fn(&[f64; 4]) -> f64| {
        let mut column: Vec<f64> = turns.iter().map(of).collect();
        column.sort_by(f64::total_cmp);
        column
    };
    let mut figures = json!({
        "set_up_calls": SET_UP * TURNS, "turns": TURNS, "seats": SEATS,
        "set_up_peer": part(&sorted(&|turn| turn[3]), 50), "failed_peer": failed_peer,
        "failed_set_up": failed, "failed_desk": failed_desk, "failed_kept": failed_kept,
    });
    let servers = [&our_server, &desk_server, &kept_server];
    for (no, name) in ["set_up", "desk", "kept"].into_iter().enumerate() {
        let ratios = sorted(&|turn| turn[no] / turn[3]);
        figures[name] = json!(part(&sorted(&|turn| turn[no]), 50));
        figures[format!("{name}_ratio")] = json!(part(&ratios, 50));
        figures[format!("{name}_least")] = json!(ratios[0]);
        figures[format!("{name}_most")] = json!(part(&ratios, 100));
        figures[format!("{name}_settled")] = json!(settled(servers[no], before[no]));
    }
    figures
}
