//! Times a batch of 256 envelopes: sealing, signing, encoding, reading, verifying. The goal is 2 ms in a
//! release build; it is printed, not tested, because a busy machine makes any absolute time wrong.
//!
//! `cargo run --release -p exchange --example batch_speed`

use std::error::Error;
use std::io::Write as _;
use std::time::{Duration, Instant};

use exchange::batch::Draft;
use exchange::key::{Algorithm, KeyRing};
use exchange::{
    Digest, Envelope, KeyState, LinkBook, LinkId, LinkTerms, OwnKey, PeerKey, PlatformId,
    SignedBatch, parse_batch,
};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let (link, from, to) = (LinkId::new("l"), PlatformId::new("a"), PlatformId::new("b"));
    let key = OwnKey::from_random(&[1; 32], None);
    let peer = PeerKey {
        key_id: key.key_id().to_owned(),
        public: key.public_base64(),
        state: KeyState::Active,
    };
    let terms = LinkTerms {
        link: link.clone(),
        peer: from.clone(),
        algorithm: Algorithm::Ed25519,
        keys: KeyRing::new(&[peer])?,
        sign_with: exchange::SignWith::Platform,
    };
    let book = LinkBook::new(to.clone(), OwnKey::from_random(&[2; 32], None), vec![terms]);
    for (count, body) in [(1, 1_000), (256, 100), (256, 1_000), (256, 4_000)] {
        let envelopes: Vec<Envelope> = (1..=count).map(|seq| envelope(&link, seq, body)).collect();
        let time = best(|| {
            let draft = Draft {
                link: link.clone(),
                from: from.clone(),
                to: to.clone(),
                first_seq: 1,
                envelopes: envelopes.iter().cloned().map(Envelope::sealed).collect(),
                head: None,
                figures: None,
            };
            let bytes = SignedBatch::sign(draft, &key).encode()?;
            let back = parse_batch(&bytes)?;
            book.verify_batch(&back.batch, &back.sig)?;
            back.check_content()?;
            Ok(())
        })?;
        writeln!(
            std::io::stdout(),
            "{count:>4} envelopes with {body:>4} bytes each: {time:?}"
        )?;
    }
    Ok(())
}

fn best(mut work: impl FnMut() -> Outcome<()>) -> Outcome<Duration> {
    let mut best = Duration::MAX;
    for _ in 0..100 {
        let begin = Instant::now();
        work()?;
        best = best.min(begin.elapsed());
    }
    Ok(best)
}

fn envelope(link: &LinkId, seq: u64, body: usize) -> Envelope {
    Envelope {
        v: 1,
        id: format!("0199aaaa-0000-7000-8000-{seq:012}"),
        link: link.clone(),
        seq,
        kind: "handover.offered".into(),
        schema: 1,
        case: format!("J20261122{seq:06}"),
        peer_case: None,
        cause: format!("e{seq}"),
        at: 1_795_320_000_000,
        body: format!("\"{}\"", "x".repeat(body)),
        digest: Digest::from_bytes([0; 32]),
    }
}
