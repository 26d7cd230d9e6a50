//! The wire: what goes in comes out, and nothing that was touched is taken (S3).

use exchange::{ChainHead, Digest, Envelope, LinkId, ReceiveError, SignedBatch, parse_batch};
use proptest::prelude::*;

use crate::platform::{batch, book, hotline, link, police, sign};

fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(any::<char>(), 0..20)
        .prop_map(|chars| chars.into_iter().collect::<String>())
}

prop_compose! {
    fn any_envelope()(
        v in any::<u16>(), id in text(), kind in text(), schema in any::<u16>(), case in text(),
        peer_case in proptest::option::of(text()), cause in text(), at in any::<i64>(),
        body in text(), seq in any::<u64>(),
    ) -> Envelope {
        let digest = Digest::from_bytes([0; 32]);
        Envelope { v, id, link: link(), seq, kind, schema, case, peer_case, cause, at, body, digest }
            .sealed()
    }
}

/// Reads canonical bytes by the published rules, independently of the code that writes them.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let (head, rest) = self.0.split_at(N);
        self.0 = rest;
        head.try_into().unwrap()
    }

    fn u64(&mut self) -> u64 {
        u64::from_be_bytes(self.bytes())
    }

    fn u16(&mut self) -> u16 {
        u16::from_be_bytes(self.bytes())
    }

    fn text(&mut self) -> String {
        let len = usize::try_from(self.u64()).unwrap();
        let (head, rest) = self.0.split_at(len);
        self.0 = rest;
        String::from_utf8(head.to_vec()).unwrap()
    }

    fn optional<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        match self.bytes() {
            [0] => None,
            [1] => Some(read(self)),
            other => panic!("{other:?} is neither 0 nor 1"),
        }
    }

    fn envelope(mut self) -> Envelope {
        assert_eq!(self.text(), "liandong.envelope.1");
        let envelope = Envelope {
            v: self.u16(),
            id: self.text(),
            link: LinkId::new(self.text()),
            seq: self.u64(),
            kind: self.text(),
            schema: self.u16(),
            case: self.text(),
            peer_case: self.optional(Self::text),
            cause: self.text(),
            at: i64::from_be_bytes(self.bytes()),
            body: self.text(),
            digest: Digest::from_bytes([0; 32]),
        };
        assert!(self.0.is_empty());
        envelope.sealed()
    }
}

fn verify(bytes: &[u8]) -> Result<SignedBatch, ReceiveError> {
    let signed = parse_batch(bytes)?;
    book(&hotline(), &police()).verify_batch(&signed.batch, &signed.sig)?;
    signed.check_content()?;
    Ok(signed)
}

proptest! {
    #[test]
    fn canonical_bytes_hold_the_whole_envelope_and_nothing_else(envelope in any_envelope()) {
        let bytes = envelope.canonical_bytes();
        prop_assert_eq!(&Reader(&bytes).envelope(), &envelope);
        prop_assert_eq!(Digest::of(&bytes), envelope.digest);
    }

    #[test]
    fn a_batch_survives_the_way_whatever_its_texts_are(
        mut envelopes in proptest::collection::vec(any_envelope(), 0..6),
        first in 1..u64::MAX - 10,
        position in any::<u64>(),
    ) {
        for (seq, envelope) in (first..).zip(&mut envelopes) {
            envelope.seq = seq;
            *envelope = envelope.clone().sealed();
        }
        let mut signed = sign(first, envelopes);
        let bytes = signed.encode().unwrap();
        prop_assert_eq!(&verify(&bytes).unwrap(), &signed);
        // Re-formatted JSON is the same batch: the signature does not hang on white space.
        let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let pretty = serde_json::to_vec_pretty(&value).unwrap();
        prop_assert_eq!(&verify(&pretty).unwrap(), &signed);
        signed.batch.head = Some(ChainHead { position, hash: Digest::of(b"other") });
        prop_assert!(verify(&signed.encode().unwrap()).is_err());
    }

    #[test]
    fn arbitrary_bytes_are_refused_without_a_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
    ) {
        prop_assert!(parse_batch(&bytes).is_err());
    }

    #[test]
    fn torn_and_spliced_batches_are_refused_without_a_panic(
        cut in any::<prop::sample::Index>(),
        insert in proptest::collection::vec(any::<u8>(), 0..40),
        skip in 0_usize..40,
    ) {
        let good = batch(1, 3).encode().unwrap();
        let at = cut.index(good.len());
        let mut bytes = good[..at].to_vec();
        bytes.extend_from_slice(&insert);
        bytes.extend_from_slice(good.get(at + skip..).unwrap_or_default());
        if let Ok(signed) = verify(&bytes) {
            prop_assert_eq!(signed, batch(1, 3));
        }
    }
}

#[test]
fn no_single_changed_byte_is_taken() {
    let original = batch(1, 2);
    let good = original.encode().unwrap();
    let mut tried = 0_u32;
    for at in 0..good.len() {
        for flip in [0x01, 0x02, 0x04, 0x10, 0x20, 0x80, 0xff] {
            let mut bytes = good.clone();
            bytes[at] ^= flip;
            tried += 1;
            assert!(
                verify(&bytes).is_err(),
                "byte {at} {:?} -> {:?} was taken",
                char::from(good[at]),
                char::from(bytes[at])
            );
        }
        let mut shorter = good.clone();
        shorter.remove(at);
        assert!(verify(&shorter).is_err(), "without byte {at} it was taken");
    }
    assert!(tried > 5_000);
}
