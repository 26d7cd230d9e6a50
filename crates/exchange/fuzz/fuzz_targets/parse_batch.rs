//! Feeds arbitrary bytes to the batch reader: it may refuse them, it may not panic, and what it takes
//! it must be able to write and read again as the same batch.
//!
//! `cargo +nightly fuzz run parse_batch` in `crates/exchange`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(batch) = exchange::parse_batch(bytes) {
        let _ = batch.check_content();
        let again = batch.encode().expect("a batch can be written");
        // Compact writing may be longer than what was read only by escapes; the limit still holds.
        if let Ok(back) = exchange::parse_batch(&again) {
            assert_eq!(back, batch);
        }
    }
});
