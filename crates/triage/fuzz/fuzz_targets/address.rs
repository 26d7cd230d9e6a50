//! Any bytes as an address: its parts tile it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use triage::Addresses;

fuzz_target!(|bytes: &[u8]| {
    let words = String::from_utf8_lossy(bytes);
    let pieces = Addresses::shipped().parse(&words);
    let joined: String = pieces.iter().map(|p| p.words.as_str()).collect();
    assert_eq!(joined, words);
    let mut at = 0;
    for piece in &pieces {
        assert!(piece.start == at && piece.end > piece.start);
        at = piece.end;
    }
});
