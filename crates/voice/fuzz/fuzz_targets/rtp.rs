//! Any packets and reports on a line: it goes on, and what leaves is sound.
#![no_main]

#[expect(dead_code, reason = "each target calls one of them")]
#[path = "../entry.rs"]
mod entry;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entry::rtp(bytes));
