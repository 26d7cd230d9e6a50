//! Pairs of UDP ports for lines: an even one for sound, the odd one above it for reports.

use socket2::{Domain, Protocol, Socket, Type};
use std::collections::BTreeSet;
use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::ops::RangeInclusive;
use std::sync::{Mutex, PoisonError};

/// What a socket may hold until it is read. A line's packets are small; this is half a second of a
/// stopped process.
const BUFFER: usize = 256 * 1024;

/// Which ports are free. The one that was given back longest ago is given first, so that late
/// packets of a former call do not come to the next.
#[derive(Debug)]
pub struct Ports {
    address: IpAddr,
    range: RangeInclusive<u16>,
    taken: Mutex<(BTreeSet<u16>, u16)>,
}

/// Two sockets.
#[derive(Debug)]
pub(super) struct Pair {
    pub(super) number: u16,
    pub(super) sound: UdpSocket,
    pub(super) reports: UdpSocket,
}

impl Ports {
    /// Ports on this address.
    #[must_use]
    pub const fn new(address: IpAddr, range: RangeInclusive<u16>) -> Self {
        let first = *range.start();
        Self {
            address,
            range,
            taken: Mutex::new((BTreeSet::new(), first)),
        }
    }

    /// Binds the next free pair.
    ///
    /// # Errors
    /// `AddrInUse` when the whole range is taken; else what the system says.
    pub(super) fn take(&self) -> io::Result<Pair> {
        let mut guard = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let (taken, next) = &mut *guard;
        let (first, last) = (*self.range.start(), *self.range.end());
        let pairs = usize::from(last.saturating_sub(first) / 2) + 1;
        for _ in 0..pairs {
            let even = next.saturating_add(*next % 2);
            let even = if even < first || even >= last {
                first + first % 2
            } else {
                even
            };
            *next = even.saturating_add(2);
            if taken.contains(&even) {
                continue;
            }
            // Somebody else on this machine may sit on it.
            let Ok(pair) = self.bind(even) else {
                continue;
            };
            taken.insert(even);
            return Ok(pair);
        }
        Err(io::Error::new(
            io::ErrorKind::AddrInUse,
            "every port for sound is taken",
        ))
    }

    /// Binds this very pair, which a former process had: the other side sends to it still.
    ///
    /// # Errors
    /// `AddrInUse` when it is taken, `AddrNotAvailable` when it is none of the range, else what the system says.
    pub(super) fn take_this(&self, number: u16) -> io::Result<Pair> {
        let (first, last) = (*self.range.start(), *self.range.end());
        if !number.is_multiple_of(2) || number < first || number >= last {
            return Err(io::ErrorKind::AddrNotAvailable.into());
        }
        let mut guard = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if guard.0.contains(&number) {
            return Err(io::ErrorKind::AddrInUse.into());
        }
        let pair = self.bind(number)?;
        guard.0.insert(number);
        Ok(pair)
    }

    fn bind(&self, number: u16) -> io::Result<Pair> {
        Ok(Pair {
            number,
            sound: udp(SocketAddr::new(self.address, number), BUFFER)?,
            reports: udp(SocketAddr::new(self.address, number.saturating_add(1)), 0)?,
        })
    }

    /// The pair is closed.
    pub(super) fn give_back(&self, number: u16) {
        self.taken
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .0
            .remove(&number);
    }

    /// Pairs in use.
    #[must_use]
    pub fn in_use(&self) -> usize {
        self.taken
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .0
            .len()
    }

    /// Whether a port is one of ours.
    #[must_use]
    pub fn covers(&self, port: u16) -> bool {
        self.range.contains(&port)
    }
}

/// A UDP socket that does not block, with a receive buffer of at least so many bytes, if the system
/// lets us.
///
/// # Errors
/// What the system says of the address.
pub fn udp(address: SocketAddr, buffer: usize) -> io::Result<UdpSocket> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::DGRAM.nonblocking(),
        Some(Protocol::UDP),
    )?;
    if buffer > 0 {
        // Cut to net.core.rmem_max by the system; what it drops is counted.
        socket.set_recv_buffer_size(buffer)?;
    }
    socket.bind(&address.into())?;
    Ok(socket.into())
}

/// Datagrams the kernel dropped on our ports because nobody read them in time, from its own table.
/// 0 where there is no such table.
#[must_use]
pub fn dropped(ours: impl Fn(u16) -> bool) -> u64 {
    ["/proc/self/net/udp", "/proc/self/net/udp6"]
        .iter()
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .map(|table| dropped_in(&table, &ours))
        .sum()
}

fn dropped_in(table: &str, ours: impl Fn(u16) -> bool) -> u64 {
    table
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            let (_, port) = words.nth(1)?.rsplit_once(':')?;
            let port = u16::from_str_radix(port, 16).ok()?;
            let drops: u64 = words.last()?.parse().ok()?;
            ours(port).then_some(drops)
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    #[test]
    fn pairs_are_even_and_given_once() {
        let ports = Ports::new(Ipv4Addr::LOCALHOST.into(), 39_001..=39_010);
        let pairs: Vec<Pair> = std::iter::from_fn(|| ports.take().ok()).collect();
        let mut numbers: Vec<u16> = pairs.iter().map(|p| p.number).collect();
        assert!(
            numbers
                .iter()
                .all(|n| n % 2 == 0 && (39_001..39_010).contains(n)),
            "{numbers:?}"
        );
        numbers.dedup();
        assert_eq!(numbers.len(), pairs.len());
        assert!(!pairs.is_empty());
        assert!(ports.take().is_err());
        let number = numbers[0];
        drop(pairs);
        ports.give_back(number);
        assert_eq!(ports.take().map(|p| p.number).ok(), Some(number));
    }

    #[test]
    fn a_pair_is_taken_by_its_number_and_by_no_second() {
        let ports = Ports::new(Ipv4Addr::LOCALHOST.into(), 39_021..=39_030);
        let pair = ports.take_this(39_024).unwrap();
        assert_eq!(
            (pair.number, ports.in_use()),
            (39_024, 1),
            "it is the one that was asked for"
        );
        for wrong in [39_024, 39_025, 39_020, 39_030] {
            assert!(ports.take_this(wrong).is_err(), "{wrong}");
        }
        // The others go round it.
        let others: Vec<u16> = std::iter::from_fn(|| ports.take().ok())
            .map(|pair| pair.number)
            .collect();
        assert!(!others.is_empty() && !others.contains(&39_024));
        drop(pair);
        ports.give_back(39_024);
        assert!(ports.take_this(39_024).is_ok());
    }

    #[test]
    fn the_kernels_table_is_read() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   \
            uid  timeout inode ref pointer drops\n \
            100: 0100007F:9C40 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        \
            0 1234 2 0000000000000000 17\n \
            101: 0100007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        \
            0 1235 2 0000000000000000 5\n";
        assert_eq!(dropped_in(table, |port| port == 40_000), 17);
        assert_eq!(dropped_in(table, |_| true), 22);
        assert_eq!(dropped_in("", |_| true), 0);
    }
}
