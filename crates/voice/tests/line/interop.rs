//! The same against a program that is not ours: SIPp.

use crate::room::{Plan, Room};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Output};
use voice::call::{Heard, Input, LegId, Order};

const MISSING: &str =
    "sipp is missing; install with: apt-get install -y --no-install-recommends sip-tester";

/// Runs SIPp as the network; the room's own network stays, on another port.
pub(crate) async fn sipp(room: &Room, scenario: &[&str], port: u16) -> Output {
    run(room.engine, "127.0.0.2", "12345", scenario, port).await
}

/// Runs SIPp from an address against another, calling a number.
pub(crate) async fn run(
    to: SocketAddr,
    from: &str,
    number: &str,
    scenario: &[&str],
    port: u16,
) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new("sipp");
    command
        .current_dir(folder.path())
        .arg(to.to_string())
        .args([
            "-i",
            from,
            "-s",
            number,
            "-nostdin",
            "-timeout",
            "40s",
            "-timeout_error",
        ])
        .args(["-p", &port.to_string(), "-mp", &(port + 100).to_string()])
        .args(scenario);
    tokio::task::spawn_blocking(move || {
        let output = command.output().expect(MISSING);
        drop(folder);
        output
    })
    .await
    .expect("no panic")
}

pub(crate) fn file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/line/sipp")
        .join(name);
    path.to_str().expect("text").to_owned()
}

/// Answers every call while SIPp runs.
async fn answering(room: &Room, scenario: &[&str], port: u16) -> Output {
    let run = sipp(room, scenario, port);
    tokio::pin!(run);
    let mut answered = 0;
    loop {
        let arrivals = room.arrivals();
        for arrival in arrivals.iter().skip(answered) {
            let leg = LegId::arrived(arrival.call);
            room.order([Order::Ring(leg), Order::Answer(leg)]);
        }
        answered = arrivals.len();
        tokio::select! {
            output = &mut run => return output,
            () = tokio::time::sleep(std::time::Duration::from_millis(5)) => {}
        }
    }
}

pub(crate) fn succeeded(output: &Output) {
    let text = String::from_utf8_lossy(&output.stdout);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{}\n{error}",
        &text[text.len().saturating_sub(3000)..]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_calls_none_fails_and_nothing_is_left() {
    let room = Room::ready(Plan::default()).await;
    let plain = ["-sn", "uac", "-m", "200", "-r", "50", "-d", "200"];
    succeeded(&answering(&room, &plain, 25_060).await);
    assert_eq!(room.arrivals().len(), 200);
    room.empty().await;
    let ends = room
        .everything()
        .iter()
        .filter(|i| matches!(i, Input::Leg(_, Heard::Ended { .. })))
        .count();
    assert_eq!(ends, 200, "every leg ends once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_without_an_offer_is_offered_one() {
    let room = Room::ready(Plan::default()).await;
    let scenario = file("late_offer.xml");
    succeeded(&answering(&room, &["-sf", &scenario, "-m", "5", "-r", "5"], 25_260).await);
    room.empty().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_insisted_on_in_vain_is_refused_by_the_book() {
    let room = Room::ready(Plan::default()).await;
    for (name, port) in [("insists.xml", 25_460), ("brief.xml", 25_660)] {
        succeeded(&sipp(&room, &["-sf", &file(name), "-m", "2", "-r", "2"], port).await);
    }
    assert!(room.arrivals().is_empty());
    room.empty().await;
}
