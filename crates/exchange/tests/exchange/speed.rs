//! How long a batch of 256 takes to sign, encode, read and verify. No gate on absolute time: machines
//! differ. The gate is a ratio inside one run, against hashing and signing alone.

use std::time::{Duration, Instant};

use exchange::{Digest, parse_batch};

use crate::platform::{book, envelope, hotline, police, sign};

fn best(mut work: impl FnMut()) -> Duration {
    (0..20)
        .map(|_| {
            let begin = Instant::now();
            work();
            begin.elapsed()
        })
        .min()
        .unwrap()
}

#[test]
fn one_signature_covers_a_batch() {
    let envelopes: Vec<_> = (1..=256)
        .map(|seq| {
            let mut one = envelope(seq, "plain");
            one.body = format!("\"{}\"", "投诉内容".repeat(60));
            one.sealed()
        })
        .collect();
    let terms = book(&hotline(), &police());
    let whole = |count: usize| {
        best(|| {
            let envelopes = envelopes[..count]
                .iter()
                .cloned()
                .map(exchange::Envelope::sealed);
            let bytes = sign(1, envelopes.collect()).encode().unwrap();
            let back = parse_batch(&bytes).unwrap();
            terms.verify_batch(&back.batch, &back.sig).unwrap();
            back.check_content().unwrap();
        })
    };
    let (one, all) = (whole(1), whole(256));
    let hashing = best(|| {
        for envelope in &envelopes {
            std::hint::black_box(Digest::of(&envelope.canonical_bytes()));
        }
    });
    println!("1: {one:?}, 256: {all:?}, hashing 256 once: {hashing:?}");
    // Signing each message would cost at least 256 signatures and checks.
    assert!(
        all < one * 128,
        "a batch of 256 costs {all:?}, one of 1 costs {one:?}"
    );
}
