//! Real sockets on loopback: one switchboard is the subject, another is everybody at the far end.

use super::*;
use crate::media::g711::Frame;
use crate::media::tone::{Tone, strength};
use std::net::Ipv4Addr;
use std::sync::mpsc;

const HERTZ: [f64; 3] = [500.0, 700.0, 1100.0];

struct Ear(Arc<Mutex<Vec<i16>>>);

impl Tap for Ear {
    fn step(&mut self, _: u64, sound: &Frame, _: bool) {
        self.0.lock().expect("no panic").extend(sound);
    }
}

struct Far {
    line: LineNo,
    port: u16,
    heard: Arc<Mutex<Vec<i16>>>,
}

fn board(ports: RangeInclusive<u16>) -> (Switchboard, mpsc::Receiver<Notice>) {
    let (tell, told) = mpsc::channel();
    let seed = AtomicU64::new(7);
    let settings = Settings {
        address: Ipv4Addr::LOCALHOST.into(),
        ports,
        browsers: None,
        chance: Arc::new(move || seed.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed)),
    };
    let board = Switchboard::start(settings, move |notice| {
        let _ = tell.send(notice);
    });
    (board.expect("a switchboard"), told)
}

fn terms(port: u16) -> Terms {
    Terms {
        target: Some(SocketAddr::from((Ipv4Addr::LOCALHOST, port))),
        control: Some(SocketAddr::from((Ipv4Addr::LOCALHOST, port + 1))),
        law: Law::A,
        event: Some(101),
        sends: true,
        receives: true,
    }
}

/// Opens a line here and its far end there, which speaks a tone.
fn pair(here: &Switchboard, there: &Switchboard, hertz: f64) -> (LineNo, Far) {
    let own = here.open().expect("a port");
    let far = there.open().expect("a port");
    here.point(own.line, terms(far.port));
    there.point(far.line, terms(own.port));
    there.play(far.line, Sound::Tone(Tone::steady(hertz, 6000)), true);
    let heard = Arc::new(Mutex::new(Vec::new()));
    there.tap(far.line, Some(Box::new(Ear(Arc::clone(&heard)))));
    (
        own.line,
        Far {
            line: far.line,
            port: far.port,
            heard,
        },
    )
}

fn hears(far: &Far) -> Vec<usize> {
    let heard = far.heard.lock().expect("no panic");
    let Some(start) = heard.len().checked_sub(4000) else {
        return Vec::new();
    };
    let last = &heard[start..];
    (0..3)
        .filter(|n| strength(last, HERTZ[*n]) > 3000.0)
        .collect()
}

/// Waits until something is so; a test that never sees it fails.
fn until(what: &str, so: impl Fn() -> bool) {
    let start = Instant::now();
    while !so() {
        assert!(start.elapsed() < Duration::from_secs(10), "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn three_on_the_line_over_real_ports() {
    let (here, told) = board(41_000..=41_100);
    let (there, _) = board(41_200..=41_300);
    let lines: Vec<(LineNo, Far)> = HERTZ.iter().map(|h| pair(&here, &there, *h)).collect();
    for (from, _) in &lines {
        for (to, _) in &lines {
            here.hear(*from, *to, 1000);
        }
    }
    until("all three hear the other two", || {
        let heard: Vec<_> = lines.iter().map(|(_, far)| hears(far)).collect();
        heard == [vec![1, 2], vec![0, 2], vec![0, 1]]
    });
    here.hear(lines[2].0, lines[0].0, 0);
    until("the third is silent to the first alone", || {
        let heard: Vec<_> = lines.iter().map(|(_, far)| hears(far)).collect();
        heard == [vec![1], vec![0, 2], vec![0, 1]]
    });
    assert!(lines.iter().all(|(_, far)| far.port > 0 && far.line.0 > 0));
    here.close(lines[0].0);
    let notice = told.recv_timeout(Duration::from_secs(5)).expect("told");
    let Notice::Closed(line, measured) = notice else {
        panic!("{notice:?}")
    };
    assert_eq!(line, lines[0].0);
    assert_eq!((measured.lost, measured.strangers), (0, 0));
    assert!(measured.received > 20, "{measured:?}");
    until("its port is free", || here.open_lines() == 2);
}

#[test]
fn a_flood_on_one_port_delays_no_step() {
    let (here, _told) = board(41_400..=41_500);
    let (there, _) = board(41_600..=41_700);
    let (a, far_a) = pair(&here, &there, HERTZ[0]);
    let (b, far_b) = pair(&here, &there, HERTZ[1]);
    here.hear(a, b, 1000);
    here.hear(b, a, 1000);
    until("they talk", || hears(&far_a) == [1] && hears(&far_b) == [0]);
    let victim = here.open().expect("a port");
    here.point(victim.line, terms(9));
    let flood = std::net::UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a socket");
    let start = Instant::now();
    let mut sent = 0_u32;
    while start.elapsed() < Duration::from_secs(1) {
        let to = (Ipv4Addr::LOCALHOST, victim.port);
        sent += u32::from(flood.send_to(&[0x80; 172], to).is_ok());
    }
    assert!(sent > 10_000, "{sent}");
    assert_eq!((hears(&far_a), hears(&far_b)), (vec![1], vec![0]));
    let steps = here.counts().steps.load(Ordering::Relaxed);
    assert!(steps >= 50, "{steps}");
}
