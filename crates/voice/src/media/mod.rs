//! Sound: G.711 over RTP, buffered, mixed and numbered (RFC 3550, RFC 3551, RFC 4733).
//!
//! Open first [`board`]: it is the whole of it without sockets and clocks. [`switchboard`] runs
//! boards on threads of their own with real ports.

pub mod board;
pub mod conceal;
pub mod dtmf;
pub mod g711;
pub mod jitter;
pub mod latch;
pub mod line;
pub mod mixer;
pub mod port;
pub mod rtcp;
pub mod rtp;
pub mod switchboard;
pub mod tone;
