//! Whole calls over real sockets on loopback: a network with callers, a room of phones and another
//! platform around one engine. Who hears whom is asked of the tones that arrive.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "what every test here leans on: one that cannot go on says why and stops"
)]

mod any;
mod book;
mod calls;
mod challenge;
mod chromium;
mod edge;
mod hostile;
mod interop;
mod older;
mod phones;
mod resumed;
mod room;
mod running;
mod timers;
mod torture;
mod trunks;
