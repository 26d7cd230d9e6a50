//! Feeds arbitrary octets to the readers of both protocols, of headers and of codings: they may refuse, they may not panic.
//!
//! `cargo +nightly fuzz run read_frame` in `crates/sms`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sms::cmpp::{Cmpp, Version};
use sms::line::Speech;
use sms::smpp::Smpp;
use sms::text::{Coding, decode};

fuzz_target!(|octets: &[u8]| {
    let none = String::new;
    for version in [Version::V2, Version::V3] {
        let speech = Speech::Cmpp(Cmpp { version, account: none(), secret: none(), service: none(), number: none(), prove: true });
        let _ = speech.check(octets);
    }
    let speech = Speech::Smpp(Smpp { account: none(), secret: none(), kind: none(), number: none(), number_kind: (0, 0), to_kind: (0, 0) });
    let _ = speech.check(octets);
    let (_, words) = sms::split::header(octets);
    for coding in [Coding::Gsm, Coding::Ascii, Coding::Latin1, Coding::Ucs2, Coding::Gbk] {
        let _ = decode(words, coding);
    }
});
