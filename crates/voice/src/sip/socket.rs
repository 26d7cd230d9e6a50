//! The UDP socket the stack reads from: large buffer, and a guard before every message.

use super::guard::Guard;
use super::{older, spelling};
use rsipstack::platform::net::UdpSocket;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// What may wait in the kernel: at a thousand calls a second a stop of half a second.
const BUFFER: usize = 4 * 1024 * 1024;

/// The longest datagram there is.
const LONGEST: usize = 65_535;

/// A UDP socket that hands on only what the guard admits.
pub(super) struct Guarded {
    socket: tokio::net::UdpSocket,
    guard: Arc<Guard>,
    /// Where a datagram is read. The stack below takes 8 kB: read there, a longer one would only seem to end early.
    datagram: Mutex<Box<[u8]>>,
}

/// What became of a datagram.
enum Read {
    /// The stack takes it: so many bytes.
    Taken(usize, SocketAddr),
    /// It is answered without the stack.
    Answered(Vec<u8>, SocketAddr),
}

impl Guarded {
    /// Binds it.
    pub(super) fn bind(address: SocketAddr, guard: Arc<Guard>) -> std::io::Result<Self> {
        let socket = crate::media::port::udp(address, BUFFER)?;
        Ok(Self {
            socket: tokio::net::UdpSocket::from_std(socket)?,
            guard,
            datagram: Mutex::new(vec![0; LONGEST].into_boxed_slice()),
        })
    }

    /// The next datagram as the stack reads it. Nothing, if there is none or nobody is to see it; an answer that came back as
    /// unreachable is an error of the next read, and of nobody.
    fn read(&self, into: &mut [u8]) -> Option<Read> {
        let mut datagram = self.datagram.lock().unwrap_or_else(PoisonError::into_inner);
        let (length, from) = self.socket.try_recv_from(&mut datagram).ok()?;
        let bytes = datagram.get(..length)?;
        if !self.guard.admits(from.ip(), Instant::now()) || !self.guard.looks_like_sip(bytes) {
            return None;
        }
        if let Some(answer) = spelling::unknown(bytes) {
            return Some(Read::Answered(answer, from));
        }
        let plain = spelling::plain(bytes);
        let bytes = plain.as_deref().unwrap_or(bytes);
        let completed = older::completed(bytes, from);
        let bytes = completed.as_deref().unwrap_or(bytes);
        if let Some(room) = into.get_mut(..bytes.len()) {
            room.copy_from_slice(bytes);
            return Some(Read::Taken(bytes.len(), from));
        }
        tracing::info!(
            length,
            "a datagram is longer than a SIP message may be here"
        );
        spelling::too_long(bytes).map(|answer| Read::Answered(answer, from))
    }
}

#[async_trait::async_trait]
impl UdpSocket for Guarded {
    async fn recv_from(&self, buf: &mut [u8]) -> rsipstack::Result<(usize, SocketAddr)> {
        loop {
            self.socket.readable().await?;
            match self.read(buf) {
                Some(Read::Taken(length, from)) => return Ok((length, from)),
                Some(Read::Answered(answer, from)) => {
                    // Whoever does not get it asks again.
                    let _ = self.socket.send_to(&answer, from).await;
                }
                None => {}
            }
        }
    }

    async fn send_to(&self, buf: &[u8], addr: SocketAddr) -> rsipstack::Result<usize> {
        let said = older::as_said(buf);
        Ok(self
            .socket
            .send_to(said.as_deref().unwrap_or(buf), addr)
            .await?)
    }

    fn local_addr(&self) -> rsipstack::Result<SocketAddr> {
        Ok(self.socket.local_addr()?)
    }
}
