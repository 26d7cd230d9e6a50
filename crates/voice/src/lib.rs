//! Calls: queue, seat, transfer, three on the line, recording; SIP trunks and the browser's phone.
//!
//! What a call is and who speaks with whom is decided by pure machines; the wire and the sound
//! carry out what they order. It knows no cases: what a call belongs to, it reaches through traits
//! that the application implements.

pub mod browser;
pub mod call;
pub mod call_back;
pub mod engine;
pub mod lab;
pub mod media;
pub mod queue;
pub mod recording;
pub mod sip;
