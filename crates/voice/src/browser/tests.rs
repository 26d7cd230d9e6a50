//! A browser is played by str0m itself: the same words over real ports.

use super::*;
use crate::lab::Page;
use crate::media::board::Notice;
use crate::media::line::{LineNo, Sound};
use crate::media::switchboard::{BrowserPort, Settings, Switchboard};
use crate::media::tone::Tone;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

fn page(hertz: f64) -> (Page, String) {
    Page::open(Ipv4Addr::LOCALHOST, hertz).expect("a page")
}

/// Lives for so long.
fn run(page: &mut Page, time: Duration) {
    let began = Instant::now();
    while began.elapsed() < time {
        page.turn(Instant::now()).expect("alive");
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn board(port: u16) -> (Switchboard, Receiver<Notice>) {
    let (tell, told) = channel();
    let at = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let settings = Settings {
        address: Ipv4Addr::LOCALHOST.into(),
        ports: 42_000..=42_010,
        browsers: Some(BrowserPort {
            bind: at,
            external: at,
        }),
        chance: Arc::new(|| 0x1234_5678_9abc_def0),
    };
    let board = Switchboard::start(settings, move |notice| {
        let _ = tell.send(notice);
    });
    (board.expect("a switchboard"), told)
}

fn connected(told: &Receiver<Notice>, line: LineNo) -> bool {
    told.try_iter().any(|n| n == Notice::Connected(line))
}

#[test]
fn two_browsers_hear_each_other_and_one_that_comes_again_does_too() {
    let (board, told) = board(42_100);
    let (mut one, offer) = page(500.0);
    let (first, answer) = board.open_browser(&offer).expect("answered");
    assert!(
        answer.contains("ice-lite") && answer.contains("PCMA"),
        "{answer}"
    );
    one.accept(&answer).expect("accepted");
    let (mut two, offer) = page(700.0);
    let (second, answer) = board.open_browser(&offer).expect("answered");
    two.accept(&answer).expect("accepted");
    board.hear(first, second, 1000);
    board.hear(second, first, 1000);
    let other = std::thread::spawn(move || {
        run(&mut two, Duration::from_secs(3));
        two
    });
    run(&mut one, Duration::from_secs(3));
    let two = other.join().expect("no panic");
    assert!(one.connected() && two.connected());
    assert!(connected(&told, first));
    assert!(one.hears(700.0) > 4000.0 && two.hears(500.0) > 4000.0);
    assert!(one.hears(500.0) < 300.0, "it hears itself");
}

#[test]
fn a_prompt_is_heard_and_a_page_that_goes_is_told() {
    let (board, told) = board(42_101);
    let (mut page, offer) = page(500.0);
    let (line, answer) = board.open_browser(&offer).expect("answered");
    page.accept(&answer).expect("accepted");
    board.play(line, Sound::Tone(Tone::steady(1100.0, 6000)), true);
    run(&mut page, Duration::from_secs(2));
    assert!(page.hears(1100.0) > 4000.0);
    drop(page);
    let end = Instant::now() + Duration::from_secs(40);
    let gone = std::iter::from_fn(|| {
        told.recv_timeout(end.saturating_duration_since(Instant::now()))
            .ok()
    })
    .any(|notice| notice == Notice::Gone(line));
    assert!(gone, "nobody noticed");
}

#[test]
fn what_is_no_offer_is_refused() {
    let (board, _told) = board(42_102);
    for offer in [
        "",
        "{}",
        "{\"type\":\"offer\",\"sdp\":\"\"}",
        "{\"type\":\"offer\",\"sdp\":\"v=0\\r\\nx\"}",
    ] {
        assert!(
            matches!(board.open_browser(offer), Err(Refused::Offer(_))),
            "{offer}"
        );
    }
    let (tell, _told) = channel();
    let without = Switchboard::start(
        Settings {
            address: Ipv4Addr::LOCALHOST.into(),
            ports: 42_020..=42_030,
            browsers: None,
            chance: Arc::new(|| 7),
        },
        move |notice| {
            let _ = tell.send(notice);
        },
    )
    .expect("a switchboard");
    assert_eq!(without.open_browser("{}").err(), Some(Refused::NoPort));
}
