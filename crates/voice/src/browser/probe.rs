//! Any text as a browser's offer and any datagrams behind it: for those who try whether any can do harm.

use super::Desk;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use str0m::net::{Protocol, Receive};
use str0m::{Input, Output};

/// Where browsers would send to.
const HERE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 40_000);

static DESK: LazyLock<Option<Desk>> = LazyLock::new(|| Desk::new(HERE).ok());

/// Answers the offer and reads the datagrams as they came, a step of sound apart; the answer, if there is one.
#[must_use]
pub fn read(offer: &str, datagrams: &[&[u8]], began: Instant) -> Option<String> {
    let (mut rtc, answer) = DESK.as_ref()?.answer(offer, began).ok()?;
    let from = SocketAddr::from((Ipv4Addr::LOCALHOST, 40_001));
    let mut now = began;
    for bytes in datagrams {
        now += Duration::from_millis(20);
        if let Ok(receive) = Receive::new(Protocol::Udp, from, HERE, bytes) {
            let input = Input::Receive(now, receive);
            if rtc.accepts(&input) && rtc.handle_input(input).is_err() {
                break;
            }
        }
        if rtc.handle_input(Input::Timeout(now)).is_err() {
            break;
        }
        while let Ok(Output::Transmit(_) | Output::Event(_)) = rtc.poll_output() {}
    }
    Some(answer)
}
