//! Any bytes as a SIP message: nothing that follows from it breaks a header of ours.
#![no_main]

#[expect(dead_code, reason = "each target calls one of them")]
#[path = "../entry.rs"]
mod entry;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entry::sip_message(bytes));
