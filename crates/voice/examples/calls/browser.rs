//! Browsers' phones: how soon a page hears something, and what 200 of them cost. The pages are played by str0m as a client of
//! ours does; a real browser's own loading and microphone are not in it.

use crate::ground::{Ears, Server, at, part, settings, sip};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::io::{BufRead as _, Write as _};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use voice::call::{
    CallId, Control, Engine as _, Gain, Input, LegId, Order, Origin, PhoneState, Placing, SeatName,
    Target,
};
use voice::engine::Voice;
use voice::lab::Page;
use voice::media::switchboard::BrowserPort;

const SINGLE: usize = 50;
const PAGES: usize = 200;
const ENGINE: u8 = 70;
const OWN: u8 = 71;
const BEFORE: Duration = Duration::from_secs(3);
const WATCHED: Duration = Duration::from_secs(10);
const HEARD: f64 = 3_000.0;
const SILENT: f64 = 400.0;

/// Two neighbours talk with each other.
const fn other(no: usize) -> usize {
    no ^ 1
}

fn tone(no: usize) -> f64 {
    350.0 + 10.0 * f64::from(u32::try_from(no).unwrap())
}

/// The engine as a program of its own. A line is `SEAT OFFER`, and is answered with the answer. Seats `single-…` hear a tone
/// as soon as they are there, of seats `pair-…` each two talk.
pub(crate) async fn engine() {
    let (ears, mut heard) = Ears::new();
    let control: Arc<dyn Control> = ears;
    let port = SocketAddr::from((at(ENGINE), 40_000));
    let browsers = BrowserPort {
        bind: port,
        external: port,
    };
    let voice = Voice::start(
        settings(ENGINE, sip(ENGINE, Vec::new()), Some(browsers)),
        control,
    )
    .await
    .unwrap();
    println!("ready");
    let voice = Arc::new(voice);
    let answers = Arc::clone(&voice);
    let runtime = tokio::runtime::Handle::current();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            let (seat, offer) = line.split_once(' ').unwrap();
            let answer = answers.open_browser(SeatName::from(seat), offer.to_owned());
            println!("{}", runtime.block_on(answer).unwrap());
        }
        std::process::exit(0);
    });
    let mut there = HashSet::new();
    while let Some(input) = heard.recv().await {
        if let Input::Phone(seat, PhoneState::There) = input {
            let (kind, no) = seat.as_str().split_once('-').unwrap();
            let no: usize = no.parse().unwrap();
            let call = |no: usize| CallId(u128::try_from(no).unwrap() + 1);
            if kind == "single" {
                let leg = LegId::arrived(call(10_000 + no));
                let mut orders = ring(leg, seat);
                orders.push(Order::Play {
                    leg,
                    prompt: "busy".into(),
                    repeat: true,
                });
                voice.carry_out(orders);
            } else if there.insert(no) && there.contains(&other(no)) {
                let leg = |of: usize| LegId {
                    call: call(no / 2),
                    no: u16::from(of % 2 == 1),
                };
                let seat = |of: usize| SeatName::new(format!("pair-{of}"));
                let mut orders = ring(leg(no), seat(no));
                orders.extend(ring(leg(other(no)), seat(other(no))));
                for (from, to) in [(no, other(no)), (other(no), no)] {
                    orders.push(Order::Hear {
                        from: leg(from),
                        to: leg(to),
                        gain: Gain::FULL,
                    });
                }
                voice.carry_out(orders);
            }
        }
    }
}

/// A seat is rung and takes the call.
fn ring(leg: LegId, seat: SeatName) -> Vec<Order> {
    let placing = Placing {
        leg,
        to: Target::Seat(seat),
        origin: Origin {
            session: leg.call.session(),
            ..Origin::default()
        },
        ring_ms: 20_000,
    };
    vec![Order::Place(Box::new(placing)), Order::PickUp(leg)]
}

/// Opens a page and has its offer answered.
fn open(server: &mut Server, seat: &str, hertz: f64) -> Page {
    let (mut page, offer) = Page::open(at(OWN), hertz).unwrap();
    let (input, output) = server.line.as_mut().unwrap();
    writeln!(input, "{seat} {offer}").unwrap();
    let mut answer = String::new();
    output.read_line(&mut answer).unwrap();
    page.accept(&answer).unwrap();
    page
}

/// All pages live until something is so, at most so long.
fn live(pages: &mut [Page], most: Duration, so: impl Fn(&[Page]) -> bool) -> bool {
    let end = Instant::now() + most;
    loop {
        for page in pages.iter_mut() {
            page.turn(Instant::now()).unwrap();
        }
        if so(pages) {
            return true;
        }
        if Instant::now() >= end {
            return false;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

pub(crate) fn measure() -> Value {
    let mut server = Server::engine(&["browser"]);
    let mut times = Vec::new();
    for no in 0..SINGLE {
        let began = Instant::now();
        let mut page = [open(&mut server, &format!("single-{no}"), 350.0)];
        let heard = live(&mut page, crate::ground::PATIENCE, |page| {
            page[0].first_heard().is_some()
        });
        assert!(heard, "a page hears nothing");
        times.push(page[0].first_heard().unwrap() - began);
    }
    times.sort_unstable();
    drop(server);

    let mut server = Server::engine(&["browser"]);
    let mut pages: Vec<Page> = Vec::new();
    for no in 0..PAGES {
        pages.push(open(&mut server, &format!("pair-{no}"), tone(no)));
        // Those that are there go on meanwhile.
        live(&mut pages, Duration::from_millis(5), |_| false);
    }
    let all = |pages: &[Page]| pages.iter().all(Page::connected);
    assert!(
        live(&mut pages, crate::ground::PATIENCE, all),
        "not all pages come up"
    );
    live(&mut pages, BEFORE, |_| false);
    let (before, began) = (server.cpu(), Instant::now());
    live(&mut pages, WATCHED, |_| false);
    let share = (server.cpu() - before) / began.elapsed().as_secs_f64() * 100.0;
    let right = pages
        .iter()
        .enumerate()
        .filter(|(no, page)| {
            (0..PAGES).all(|of| {
                let strength = page.hears(tone(of));
                if of == other(*no) {
                    strength > HEARD
                } else {
                    strength < SILENT
                }
            })
        })
        .count();
    let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
    json!({
        "single": SINGLE, "pages": PAGES, "share": share, "right": right,
        "first_p50_ms": ms(part(&times, 50)), "first_p99_ms": ms(part(&times, 99)),
        "first_most_ms": ms(part(&times, 100)),
    })
}
