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
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account")
            .field("user", &self.user)
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
