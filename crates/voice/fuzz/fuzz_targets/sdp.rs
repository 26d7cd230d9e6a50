//! Any bytes as a session description: read, written, answered.
#![no_main]

#[expect(dead_code, reason = "each target calls one of them")]
#[path = "../entry.rs"]
mod entry;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entry::sdp(bytes));
