//! Any text as a browser's offer, and any datagrams behind it.
#![no_main]

#[expect(dead_code, reason = "each target calls one of them")]
#[path = "../entry.rs"]
mod entry;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entry::browser(bytes));
