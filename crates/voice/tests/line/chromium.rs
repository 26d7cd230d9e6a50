//! A seat's phone in Chromium, with the browser's own fake microphone; and the page loaded again amid
//! the call.

use crate::room::{CALLER, PATIENCE, Plan, Room, hears};
use serde_json::Value;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use voice::call::{Gain, Heard, Input, LegId, Order, PhoneState, SeatName};

const PAGE: &str = include_str!("page.html");
const MISSING: &str =
    "chromium is missing; install with: apt-get install -y --no-install-recommends chromium";

/// The browser, ended with the test.
struct Browser(Child);

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn browser(url: &str, profile: &Path) -> Browser {
    let program = ["/usr/bin/chromium", "/usr/bin/chromium-browser"]
        .into_iter()
        .find(|path| Path::new(path).exists())
        .expect(MISSING);
    let child = Command::new(program)
        .args([
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            "--autoplay-policy=no-user-gesture-required",
        ])
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(url)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect(MISSING);
    Browser(child)
}

/// One request of the page, answered.
async fn serve(mut stream: TcpStream, room: &Room, reports: &UnboundedSender<Value>) {
    let mut bytes = Vec::new();
    let (head, body) = loop {
        let mut buffer = [0; 16_384];
        let length = stream.read(&mut buffer).await.unwrap_or(0);
        if length == 0 {
            return;
        }
        bytes.extend(&buffer[..length]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let wanted = head
            .lines()
            .find_map(|l| {
                l.to_ascii_lowercase()
                    .strip_prefix("content-length: ")?
                    .parse()
                    .ok()
            })
            .unwrap_or(0);
        if body.len() >= wanted {
            break (head.to_owned(), body.to_owned());
        }
    };
    let (kind, answer) = if head.starts_with("POST /offer") {
        let answer = room
            .voice
            .open_browser(SeatName::from("browser-1"), body)
            .await;
        ("application/json", answer.expect("an answer"))
    } else if head.starts_with("POST /report") {
        let report: Value = serde_json::from_str(&body).expect("a report");
        let _ = reports.send(report);
        ("text/plain", "again".to_owned())
    } else {
        ("text/html; charset=utf-8", PAGE.to_owned())
    };
    let text = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{answer}",
        answer.len()
    );
    let _ = stream.write_all(text.as_bytes()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_seat_in_chromium_talks_and_goes_on_after_its_page_was_loaded_again() {
    let room = Arc::new(Room::ready(Plan::default()).await);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    let (report, mut reports) = unbounded_channel();
    let served = Arc::clone(&room);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            serve(stream, &served, &report).await;
        }
    });
    let (caller, arrival) = room.arrive().await;
    let leg = LegId::arrived(arrival.call);
    let profile = tempfile::tempdir().expect("a folder");
    let _browser = browser(&url, profile.path());
    room.heard(
        "the seat's phone",
        |i| matches!(i, Input::Phone(s, PhoneState::There) if s.as_str() == "browser-1"),
    )
    .await;
    let seat = LegId {
        call: arrival.call,
        no: 1,
    };
    room.ring(seat, SeatName::from("browser-1"));
    room.of(seat, Heard::Ringing).await;
    room.order([Order::PickUp(seat)]);
    room.of(seat, Heard::Answered).await;
    room.stop(leg);
    room.both(leg, seat, Gain::FULL);
    for round in 1..=2 {
        // What is left of the round before is not counted.
        tokio::time::sleep(Duration::from_millis(700)).await;
        let (mut loudest, end) = (0, Instant::now() + PATIENCE * 3);
        let report = loop {
            assert!(Instant::now() < end, "round {round}: no report");
            let soon = tokio::time::timeout(Duration::from_millis(20), reports.recv()).await;
            loudest = loudest.max(room.network.loudness(caller));
            if let Ok(report) = soon {
                break report.expect("a report");
            }
        };
        // The fake microphone beeps.
        assert!(loudest > 500, "round {round}: the caller heard {loudest}");
        let number = |name: &str| report.get(name).and_then(Value::as_f64);
        let hertz = number("hertz").unwrap_or_else(|| panic!("{report}"));
        assert!((hertz - CALLER).abs() < 15.0, "round {round}: {report}");
        assert!(
            number("received") > Some(5.0) && number("lost") == Some(0.0),
            "{report}"
        );
        println!("round {round}: {report}");
        assert!(hears(&room.network, caller).is_empty(), "and not itself");
    }
    room.voice.close_browser(SeatName::from("browser-1"));
    room.heard(
        "its end",
        |i| matches!(i, Input::Leg(l, Heard::Ended { .. }) if *l == seat),
    )
    .await;
    tokio::time::sleep(Duration::from_millis(50)).await;
}
