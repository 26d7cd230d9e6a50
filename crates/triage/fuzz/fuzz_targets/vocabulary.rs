//! Any bytes are a vocabulary or refused, and any text has tokens.
#![no_main]

use libfuzzer_sys::fuzz_target;
use triage::Vocabulary;

fuzz_target!(|input: (Vec<u8>, String)| {
    let (bytes, text) = input;
    if let Ok(vocabulary) = Vocabulary::read(&bytes) {
        let chars: Vec<char> = text.chars().collect();
        let tokens = vocabulary.tokens(&chars, 126);
        assert!((2..=128).contains(&tokens.len()));
    }
});
