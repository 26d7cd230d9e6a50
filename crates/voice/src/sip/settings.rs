//! What SIP needs to know: where to listen, the trunks, the phones.

use super::guard::Net;
use super::policy::Policy;
use crate::call::{SeatName, TrunkName};
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, SocketAddr};

/// How messages travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    /// Datagrams.
    #[default]
    Udp,
    /// A stream.
    Tcp,
    /// A stream within TLS.
    Tls,
}

impl Transport {
    /// Ours of the stack's; `None` for one that we do not use.
    pub(super) fn of(transport: rsipstack::sip::Transport) -> Option<Self> {
        [Self::Udp, Self::Tcp, Self::Tls]
            .into_iter()
            .find(|own| rsipstack::sip::Transport::from(*own) == transport)
    }
}

impl From<Transport> for rsipstack::sip::Transport {
    fn from(transport: Transport) -> Self {
        match transport {
            Transport::Udp => Self::Udp,
            Transport::Tcp => Self::Tcp,
            Transport::Tls => Self::Tls,
        }
    }
}

/// A name and a password, for digest (RFC 8760).
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// User name.
    pub user: String,
    /// Password.
    pub password: String,
    /// Whether MD5 may stand in for SHA-256. Of a trunk: its challenge is answered though it offers MD5 alone. Of a phone: it is
    /// offered MD5, too.
    pub md5: bool,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account")
            .field("user", &self.user)
            .field("md5", &self.md5)
            .finish_non_exhaustive()
    }
}

/// A trunk 中继 to a network or another platform.
#[derive(Debug, Clone)]
pub struct Trunk {
    /// Its name.
    pub name: TrunkName,
    /// The other side's domain or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How messages travel to it.
    pub transport: Transport,
    /// Where its calls come from.
    pub sources: Vec<Net>,
    /// Messages a second that each of its addresses may send.
    pub rate: u32,
    /// Our number on it.
    pub number: Option<String>,
    /// We answer its challenges with this, and register with it if `registers`.
    pub account: Option<Account>,
    /// It wants us to register, and sends calls to where we registered from.
    pub registers: bool,
    /// Which headers it is told.
    pub policy: Policy,
    /// Whether OPTIONS asks it every ten seconds if it works.
    pub probed: bool,
}

/// A hard phone on a seat's desk.
#[derive(Debug, Clone)]
pub struct Phone {
    /// Whose seat it is.
    pub seat: SeatName,
    /// What it registers with.
    pub account: Account,
}

/// TLS of our own listener.
#[derive(Clone)]
pub struct Tls {
    /// Where.
    pub address: SocketAddr,
    /// Certificate chain, PEM.
    pub certificate: Vec<u8>,
    /// Its key, PEM (PKCS #8).
    pub key: Vec<u8>,
    /// Roots that other sides' certificates are checked against, PEM; the system's if none.
    pub roots: Option<Vec<u8>>,
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// All of it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where datagrams are read.
    pub udp: Option<SocketAddr>,
    /// Where streams are taken.
    pub tcp: Option<SocketAddr>,
    /// Where streams within TLS are taken.
    pub tls: Option<Tls>,
    /// The address others reach us by, if it is not the one we listen on.
    pub external: Option<IpAddr>,
    /// Our domain, in From and in digests.
    pub domain: String,
    /// The trunks.
    pub trunks: Vec<Trunk>,
    /// The hard phones.
    pub phones: Vec<Phone>,
    /// Where hard phones are.
    pub phone_nets: Vec<Net>,
    /// Messages a second that each of their addresses may send.
    pub phone_rate: u32,
    /// Calls that may be up or ringing from trunks at once; one more is answered 503 (RFC 3261, 21.5.4).
    pub most_calls: usize,
    /// Seconds after which a session that nobody refreshed is over (RFC 4028).
    pub session_seconds: u32,
}

impl Settings {
    /// The trunk whose call comes from there. A proxy in front has one address for several trunks and a port for each:
    /// among trunks of one address the one with this port is meant, else the first.
    #[must_use]
    pub fn trunk_of(&self, from: SocketAddr) -> Option<&Trunk> {
        let of_address = || {
            self.trunks
                .iter()
                .filter(|t| t.sources.iter().any(|net| net.contains(from.ip())))
        };
        of_address()
            .find(|t| t.port == from.port())
            .or_else(|| of_address().next())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trunk(name: &str, source: &str, port: u16) -> Trunk {
        Trunk {
            name: name.into(),
            host: "10.0.0.10".to_owned(),
            port,
            transport: Transport::Udp,
            sources: vec![source.parse().expect("a net")],
            rate: 100,
            number: None,
            account: None,
            registers: false,
            policy: Policy::default(),
            probed: true,
        }
    }

    #[test]
    fn trunks_behind_one_proxy_are_told_apart_by_its_port() {
        let settings = Settings {
            udp: None,
            tcp: None,
            tls: None,
            external: None,
            domain: "desk.invalid".to_owned(),
            trunks: vec![
                trunk("carrier", "192.0.2.1", 5060),
                trunk("network", "10.0.0.10", 5071),
                trunk("police", "10.0.0.0/24", 5072),
            ],
            phones: Vec::new(),
            phone_nets: Vec::new(),
            phone_rate: 1,
            most_calls: 1,
            session_seconds: 1800,
        };
        let of = |from: &str| {
            let from = from.parse().expect("an address");
            settings.trunk_of(from).map(|t| t.name.as_str())
        };
        assert_eq!(of("10.0.0.10:5071"), Some("network"));
        assert_eq!(of("10.0.0.10:5072"), Some("police"));
        // A stream comes from any port.
        assert_eq!(of("10.0.0.10:49152"), Some("network"));
        assert_eq!(of("10.0.0.11:5060"), Some("police"));
        assert_eq!(of("192.0.2.1:5071"), Some("carrier"));
        assert_eq!(of("192.0.2.2:5060"), None);
    }
}
