//! Whole calls over real sockets on loopback: a network with callers, a room of phones and another
//! platform around one engine. Who hears whom is asked of the tones that arrive.

mod calls;
mod hostile;
mod interop;
mod room;
mod trunks;
