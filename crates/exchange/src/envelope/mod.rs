//! One message between two platforms: a numbered envelope with its digest.

pub mod canonical;
mod digest;

use std::fmt;

use serde::{Deserialize, Serialize};

use canonical::Canonical;
pub(crate) use digest::to_hex;
pub use digest::{Digest, Signature};

/// Longest body of one envelope in bytes. Twice this still fits a batch of [`crate::batch::MAX_BYTES`],
/// which is what quoting JSON inside JSON may cost.
pub const MAX_BODY: usize = 1 << 20;

/// Longest of the short text fields (id, kind, case numbers, cause) in bytes.
pub const MAX_FIELD: usize = 256;

/// Name of a link between two platforms, the same on both sides.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LinkId(String);

/// Name of one installation.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlatformId(String);

macro_rules! text_id {
    ($name:ident) => {
        impl $name {
            /// Takes the name as it is configured.
            pub fn new(name: impl Into<String>) -> Self {
                Self(name.into())
            }

            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}
text_id!(LinkId);
text_id!(PlatformId);

/// Head of a platform's own log: the last position and its chained hash. It is sent to the other side,
/// so that neither can rewrite its log alone (law 10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChainHead {
    /// Last position of the log.
    pub position: u64,
    /// Chained hash at that position.
    pub hash: Digest,
}

/// One message: what is said about one case, with its place in the stream of its link (R19).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// Version of the envelope's content rules. An application that does not know it refuses this
    /// envelope alone.
    pub v: u16,
    /// UUID as text, unique per link; two envelopes with one number and different ids are a fork.
    pub id: String,
    /// Link whose stream this belongs to.
    pub link: LinkId,
    /// Number in the stream, per link and direction, from 1, without gaps.
    pub seq: u64,
    /// What it says, for instance a hand-over or its acceptance; the application owns the list.
    pub kind: String,
    /// Version of the body of this kind.
    pub schema: u16,
    /// Case number on the sending platform.
    pub case: String,
    /// Case number on the receiving platform, once known (R78).
    pub peer_case: Option<String>,
    /// What made the sender write it: id of the event or command.
    pub cause: String,
    /// When it was written by the sender's clock, milliseconds since 1970 UTC.
    pub at: i64,
    /// JSON text. It travels as a string, so that a gateway which re-formats JSON cannot change it.
    pub body: String,
    /// SHA-256 of the canonical bytes of all fields above.
    pub digest: Digest,
}

/// Why an envelope cannot be made. Raised where it is written, so that none that cannot travel is ever
/// numbered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// The body is longer than [`MAX_BODY`].
    #[error("the body has {bytes} bytes, {MAX_BODY} are allowed")]
    BodyTooLong {
        /// Its length.
        bytes: usize,
    },
    /// The body is not JSON.
    #[error("the body is not JSON: {reason}")]
    NotJson {
        /// What the JSON reader said.
        reason: String,
    },
    /// A short field is longer than [`MAX_FIELD`].
    #[error("{field} has {bytes} bytes, {MAX_FIELD} are allowed")]
    FieldTooLong {
        /// Which field.
        field: &'static str,
        /// Its length.
        bytes: usize,
    },
    /// Numbers start at 1.
    #[error("the number 0 is not given to an envelope")]
    NumberZero,
}

impl Envelope {
    /// Sets the digest from the other fields. Use it when rebuilding an envelope from an outbox row: the
    /// same fields always give the same digest.
    #[must_use]
    pub fn sealed(mut self) -> Self {
        self.digest = self.computed_digest();
        self
    }

    /// Checks what a sender must check before it numbers an envelope.
    ///
    /// # Errors
    /// When a field is too long, the number is 0, or the body is not JSON.
    pub fn check(&self) -> Result<(), EnvelopeError> {
        if self.seq == 0 {
            return Err(EnvelopeError::NumberZero);
        }
        let fields = [
            ("id", self.id.as_str()),
            ("link", self.link.as_str()),
            ("kind", self.kind.as_str()),
            ("case", self.case.as_str()),
            ("peer_case", self.peer_case.as_deref().unwrap_or_default()),
            ("cause", self.cause.as_str()),
        ];
        for (field, text) in fields {
            if text.len() > MAX_FIELD {
                return Err(EnvelopeError::FieldTooLong {
                    field,
                    bytes: text.len(),
                });
            }
        }
        if self.body.len() > MAX_BODY {
            return Err(EnvelopeError::BodyTooLong {
                bytes: self.body.len(),
            });
        }
        serde_json::from_str::<serde::de::IgnoredAny>(&self.body).map_err(|error| {
            EnvelopeError::NotJson {
                reason: error.to_string(),
            }
        })?;
        Ok(())
    }

    /// The bytes the digest is taken over; see [`canonical`].
    #[must_use]
    pub fn canonical_bytes(&self) -> Vec<u8> {
        self.canonical().into_bytes()
    }

    /// The digest these fields should have, whatever `digest` says.
    #[must_use]
    pub fn computed_digest(&self) -> Digest {
        self.canonical().digest()
    }

    fn canonical(&self) -> Canonical {
        let size = self.body.len() + self.id.len() + self.kind.len() + self.cause.len() + 256;
        Canonical::labelled("liandong.envelope.1", size)
            .u16(self.v)
            .text(&self.id)
            .text(self.link.as_str())
            .u64(self.seq)
            .text(&self.kind)
            .u16(self.schema)
            .text(&self.case)
            .optional(self.peer_case.as_deref(), Canonical::text)
            .text(&self.cause)
            .i64(self.at)
            .text(&self.body)
    }

    /// Bytes this envelope takes in an encoded batch, at most.
    pub(crate) fn encoded_size(&self) -> usize {
        /// Field names, quotes, numbers and the digest, rounded up.
        const FRAME: usize = 384;
        let texts = [
            self.id.as_str(),
            self.link.as_str(),
            &self.kind,
            &self.case,
            self.peer_case.as_deref().unwrap_or_default(),
            &self.cause,
            &self.body,
        ];
        FRAME + texts.into_iter().map(quoted_size).sum::<usize>()
    }
}

/// Bytes of a text once it is quoted as a JSON string.
fn quoted_size(text: &str) -> usize {
    text.bytes()
        .map(|byte| match byte {
            b'"' | b'\\' | b'\n' | b'\r' | b'\t' => 2,
            0x00..=0x1f => 6,
            _ => 1,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn envelope() -> Envelope {
        Envelope {
            v: 1,
            id: "0199aaaa-0000-7000-8000-000000000001".into(),
            link: LinkId::new("wanglan-110-12345"),
            seq: 1,
            kind: "handover.offered".into(),
            schema: 1,
            case: "J20261122000001".into(),
            peer_case: None,
            cause: "e1".into(),
            at: 1_700_000_000_000,
            body: "{\"matter\":\"噪声\"}".into(),
            digest: Digest::from_bytes([0; 32]),
        }
        .sealed()
    }

    #[test]
    fn the_digest_covers_every_field() {
        let one = envelope();
        let mut others = vec![one.clone(); 12];
        others[0].v = 2;
        others[1].id.push('x');
        others[2].link = LinkId::new("other");
        others[3].seq = 2;
        others[4].kind.push('x');
        others[5].schema = 2;
        others[6].case.push('x');
        others[7].peer_case = Some(String::new());
        others[8].cause.push('x');
        others[9].at = -1;
        others[10].body.push(' ');
        // Moving a byte from one field to the next must show as well.
        others[11].kind = "handover.offere".into();
        others[11].case = "dJ20261122000001".into();
        for other in others {
            assert_ne!(other.computed_digest(), one.digest, "{other:?}");
        }
        assert_eq!(one.computed_digest(), one.digest);
    }

    #[test]
    fn the_canonical_bytes_are_the_published_ones() {
        // Frozen: a peer written from docs/exchange.md must find the same value.
        assert_eq!(
            envelope().digest.to_string(),
            "4fe0e601f671263860120cd8853095f50463954a4118f6dd70655080e61b23d4"
        );
    }

    #[test]
    fn what_cannot_travel_is_refused_where_it_is_written() {
        let check = |change: fn(&mut Envelope)| {
            let mut envelope = envelope();
            change(&mut envelope);
            envelope.check()
        };
        assert_eq!(check(|_| ()), Ok(()));
        assert_eq!(check(|e| e.seq = 0), Err(EnvelopeError::NumberZero));
        assert!(matches!(
            check(|e| e.body = "{".into()),
            Err(EnvelopeError::NotJson { .. })
        ));
        assert_eq!(
            check(|e| e.body = format!("\"{}\"", "a".repeat(MAX_BODY))),
            Err(EnvelopeError::BodyTooLong {
                bytes: MAX_BODY + 2
            })
        );
        assert_eq!(
            check(|e| e.kind = "k".repeat(257)),
            Err(EnvelopeError::FieldTooLong {
                field: "kind",
                bytes: 257
            })
        );
    }

    #[test]
    fn the_size_estimate_is_never_too_small() {
        for body in ["{}", "\"\\\"\\n\u{1}\t\r\n 望澜县\"", "[\"\\\\\\\\\"]"] {
            let mut envelope = envelope();
            envelope.body = body.into();
            envelope.peer_case = Some("W1".into());
            envelope.seq = u64::MAX;
            envelope.at = i64::MIN;
            let real = serde_json::to_string(&envelope).unwrap().len();
            assert!(
                real <= envelope.encoded_size(),
                "{real} > {}",
                envelope.encoded_size()
            );
        }
    }
}
