//! The UDP socket the stack reads from: large buffer, and a guard before every message.

use super::guard::Guard;
use super::spelling;
use rsipstack::platform::net::UdpSocket;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

/// What may wait in the kernel: at a thousand calls a second a stop of half a second.
const BUFFER: usize = 4 * 1024 * 1024;

/// A UDP socket that hands on only what the guard admits.
pub(super) struct Guarded {
    socket: tokio::net::UdpSocket,
    guard: Arc<Guard>,
}

impl Guarded {
    /// Binds it.
    pub(super) fn bind(address: SocketAddr, guard: Arc<Guard>) -> std::io::Result<Self> {
        let socket = crate::media::port::udp(address, BUFFER)?;
        Ok(Self {
            socket: tokio::net::UdpSocket::from_std(socket)?,
            guard,
        })
    }
}

#[async_trait::async_trait]
impl UdpSocket for Guarded {
    async fn recv_from(&self, buf: &mut [u8]) -> rsipstack::Result<(usize, SocketAddr)> {
        loop {
            // An answer that came back as unreachable is an error of the next read, and of nobody.
            let Ok((length, from)) = self.socket.recv_from(buf).await else {
                continue;
            };
            let bytes = buf.get(..length).unwrap_or(&[]);
            if !self.guard.admits(from.ip(), Instant::now()) || !self.guard.looks_like_sip(bytes) {
                continue;
            }
            if let Some(answer) = spelling::unknown(bytes) {
                // Whoever does not get it asks again.
                let _ = self.socket.send_to(&answer, from).await;
                continue;
            }
            if let Some(plain) = spelling::plain(bytes)
                && let Some(room) = buf.get_mut(..plain.len())
            {
                room.copy_from_slice(&plain);
                return Ok((plain.len(), from));
            }
            return Ok((length, from));
        }
    }

    async fn send_to(&self, buf: &[u8], addr: SocketAddr) -> rsipstack::Result<usize> {
        Ok(self.socket.send_to(buf, addr).await?)
    }

    fn local_addr(&self) -> rsipstack::Result<SocketAddr> {
        Ok(self.socket.local_addr()?)
    }
}
