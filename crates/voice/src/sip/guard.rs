//! Who may speak to us at all, and how often: asked before a message is read.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Addresses that share a prefix: `192.0.2.0/24`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Net {
    address: IpAddr,
    prefix: u8,
}

/// The text is no network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no address and no network like 192.0.2.0/24")]
pub struct NoNet(String);

impl Net {
    /// Whether an address lies in it.
    #[must_use]
    pub fn contains(self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(net), IpAddr::V4(address)) => {
                let shift = 32_u32.saturating_sub(u32::from(self.prefix));
                (u32::from(net) ^ u32::from(address))
                    .checked_shr(shift)
                    .unwrap_or(0)
                    == 0
            }
            (IpAddr::V6(net), IpAddr::V6(address)) => {
                let shift = 128_u32.saturating_sub(u32::from(self.prefix));
                (u128::from(net) ^ u128::from(address))
                    .checked_shr(shift)
                    .unwrap_or(0)
                    == 0
            }
            _ => false,
        }
    }
}

impl FromStr for Net {
    type Err = NoNet;

    fn from_str(text: &str) -> Result<Self, NoNet> {
        let (address, prefix) = text
            .split_once('/')
            .map_or((text, None), |(a, p)| (a, Some(p)));
        let refused = || NoNet(text.to_owned());
        let address: IpAddr = address.parse().map_err(|_| refused())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            None => most,
            Some(prefix) => prefix
                .parse()
                .ok()
                .filter(|p| *p <= most)
                .ok_or_else(refused)?,
        };
        Ok(Self { address, prefix })
    }
}

impl TryFrom<String> for Net {
    type Error = NoNet;

    fn try_from(text: String) -> Result<Self, NoNet> {
        text.parse()
    }
}

impl From<Net> for String {
    fn from(net: Net) -> Self {
        net.to_string()
    }
}

impl fmt::Display for Net {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

/// A group of sources and what each address of it may send.
#[derive(Debug, Clone)]
pub struct Group {
    /// Where they are.
    pub nets: Vec<Net>,
    /// Messages a second, for each address.
    pub rate: u32,
}

/// What was turned away.
#[derive(Debug, Default)]
pub struct Refused {
    /// From addresses in no group.
    pub unknown: AtomicU64,
    /// More often than allowed.
    pub too_many: AtomicU64,
    /// Not the beginning of a SIP message.
    pub rubbish: AtomicU64,
}

/// Asks before anything is read.
#[derive(Debug)]
pub struct Guard {
    groups: Vec<Group>,
    buckets: Mutex<HashMap<IpAddr, Bucket>>,
    refused: Refused,
}

/// Buckets are thrown away above so many; only addresses in a group have one.
const MOST_BUCKETS: usize = 10_000;

#[derive(Debug, Clone, Copy)]
struct Bucket {
    /// Messages that may come now, in thousandths.
    left: u64,
    filled: Instant,
}

impl Guard {
    /// A guard for these groups; an address counts to the first it lies in.
    #[must_use]
    pub fn new(groups: Vec<Group>) -> Self {
        Self {
            groups,
            buckets: Mutex::new(HashMap::new()),
            refused: Refused::default(),
        }
    }

    /// What was turned away.
    #[must_use]
    pub const fn refused(&self) -> &Refused {
        &self.refused
    }

    /// Whether an address lies in a group at all.
    #[must_use]
    pub fn knows(&self, address: IpAddr) -> bool {
        let known = self.group(address).is_some();
        if !known {
            self.refused.unknown.fetch_add(1, Ordering::Relaxed);
        }
        known
    }

    fn group(&self, address: IpAddr) -> Option<&Group> {
        self.groups
            .iter()
            .find(|g| g.nets.iter().any(|net| net.contains(address)))
    }

    /// Whether a message of this address is read now.
    pub fn admits(&self, address: IpAddr, now: Instant) -> bool {
        let Some(group) = self.group(address) else {
            self.refused.unknown.fetch_add(1, Ordering::Relaxed);
            return false;
        };
        // Two seconds' worth may come at once.
        let rate = u64::from(group.rate);
        let most = rate.saturating_mul(2000);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST_BUCKETS && !buckets.contains_key(&address) {
            buckets.retain(|_, b| now.saturating_duration_since(b.filled).as_secs() < 2);
        }
        let bucket = buckets.entry(address).or_insert(Bucket {
            left: most,
            filled: now,
        });
        let passed = now.saturating_duration_since(bucket.filled).as_millis();
        let passed = u64::try_from(passed).unwrap_or(u64::MAX);
        if passed > 0 {
            bucket.left = bucket
                .left
                .saturating_add(passed.saturating_mul(rate))
                .min(most);
            bucket.filled = now;
        }
        let admitted = bucket.left >= 1000;
        if admitted {
            bucket.left -= 1000;
        } else {
            self.refused.too_many.fetch_add(1, Ordering::Relaxed);
        }
        admitted
    }

    /// Whether a datagram can be the beginning of a SIP message (or a keep-alive).
    pub fn looks_like_sip(&self, bytes: &[u8]) -> bool {
        let head = bytes.split(|b| *b == b'\n').next().unwrap_or(&[]);
        let blank = bytes.iter().all(u8::is_ascii_whitespace);
        let looks = blank
            || (bytes
                .first()
                .is_some_and(|b| b.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(b))
                && head.len() < 2048
                && head
                    .windows(8)
                    .any(|w| w == b"SIP/2.0\r" || w == b"SIP/2.0 " || w == b" SIP/2.0"));
        if !looks {
            self.refused.rubbish.fetch_add(1, Ordering::Relaxed);
        }
        looks
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn networks_are_read_and_contain_what_they_say() {
        let net: Net = "192.0.2.128/25".parse().expect("a net");
        assert!(net.contains(address("192.0.2.129")) && !net.contains(address("192.0.2.1")));
        assert!(net.contains(address("::ffff:192.0.2.200")));
        let all: Net = "0.0.0.0/0".parse().expect("a net");
        assert!(all.contains(address("8.8.8.8")) && !all.contains(address("::1")));
        let six: Net = "2001:db8::/32".parse().expect("a net");
        assert!(six.contains(address("2001:db8:1::1")) && !six.contains(address("2001:db9::1")));
        let one: Net = "192.0.2.1".parse().expect("a net");
        assert_eq!(one.to_string(), "192.0.2.1/32");
        for wrong in ["192.0.2.0/33", "192.0.2.0/x", "host.invalid", ""] {
            assert!(wrong.parse::<Net>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_flood_of_one_address_costs_nobody_else_a_message() {
        let nets = vec!["192.0.2.0/24".parse().expect("a net")];
        let guard = Guard::new(vec![Group { nets, rate: 10 }]);
        let start = Instant::now();
        let mut passed = 0;
        // Ten seconds, a thousand a second from one, five a second from another.
        for ms in 0..10_000_u64 {
            let now = start + Duration::from_millis(ms);
            passed += u32::from(guard.admits(address("192.0.2.66"), now));
            if ms % 200 == 0 {
                assert!(guard.admits(address("192.0.2.7"), now), "at {ms} ms");
            }
        }
        assert!((118..=121).contains(&passed), "{passed}");
        assert!(!guard.admits(address("198.51.100.1"), start));
        assert_eq!(guard.refused().unknown.load(Ordering::Relaxed), 1);
        assert_eq!(
            guard.refused().too_many.load(Ordering::Relaxed),
            u64::from(10_000 - passed)
        );
    }

    #[test]
    fn what_cannot_be_sip_is_not_read() {
        let guard = Guard::new(Vec::new());
        for yes in [
            "INVITE sip:a@b SIP/2.0\r\nVia: x",
            "SIP/2.0 200 OK\r\n",
            "!odd sip:a@b SIP/2.0\r\n",
            "\r\n\r\n",
        ] {
            assert!(guard.looks_like_sip(yes.as_bytes()), "{yes}");
        }
        for no in [
            "GET / HTTP/1.1\r\n",
            "<a SIP/2.0\r\n",
            "\u{80}\u{8}abc",
            "INVITE sip:a@b\r\nSIP/2.0 ",
        ] {
            assert!(!guard.looks_like_sip(no.as_bytes()), "{no}");
        }
    }
}
