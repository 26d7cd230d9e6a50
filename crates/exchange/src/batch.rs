//! Envelopes travel in signed batches: one signature covers up to 512 of them.

use serde::{Deserialize, Serialize};

use crate::envelope::canonical::Canonical;
use crate::envelope::{ChainHead, Digest, Envelope, LinkId, PlatformId, Signature};
use crate::figures::Figures;
use crate::key::OwnKey;
use crate::refusal::ReceiveError;

/// The only version of the batch this program reads and writes.
pub const VERSION: u16 = 1;
/// Most envelopes in one batch.
pub const MAX_ENVELOPES: usize = 512;
/// Most bytes of one encoded batch.
pub const MAX_BYTES: usize = 4 << 20;

/// What is signed: which part of which stream this is, and the root over its envelopes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// Version of the batch format.
    pub v: u16,
    /// Link whose stream this is a part of.
    pub link: LinkId,
    /// Platform that sends.
    pub from: PlatformId,
    /// Platform that shall receive.
    pub to: PlatformId,
    /// Number of the first envelope. An empty batch, which is a sign of life and a published log head,
    /// has `first_seq` = the next number to send.
    pub first_seq: u64,
    /// Number of the last envelope; `first_seq - 1` when the batch is empty.
    pub last_seq: u64,
    /// Which of the sender's keys signed.
    pub key_id: String,
    /// How it is signed; covered by the signature, so it cannot be talked down.
    pub alg: String,
    /// SHA-256 over the digests of the envelopes in order.
    pub root: Digest,
    /// Head of the sender's own log when it sent.
    pub head: Option<ChainHead>,
    /// How busy the sender's desk is, now and then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figures: Option<Figures>,
}

/// A batch with its envelopes and its signature, as it travels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedBatch {
    /// What is signed.
    pub batch: Batch,
    /// The envelopes, numbered `first_seq..=last_seq`.
    pub envelopes: Vec<Envelope>,
    /// Signature over the canonical bytes of `batch`.
    pub sig: Signature,
}

/// What a batch is made from.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Link whose stream this is a part of.
    pub link: LinkId,
    /// Platform that sends.
    pub from: PlatformId,
    /// Platform that shall receive.
    pub to: PlatformId,
    /// Number of the first envelope, or of the next one when there are none.
    pub first_seq: u64,
    /// The envelopes, numbered from `first_seq` without gaps; the caller sees to that.
    pub envelopes: Vec<Envelope>,
    /// Head of the sender's own log.
    pub head: Option<ChainHead>,
    /// How busy the sender's desk is.
    pub figures: Option<Figures>,
}

impl Batch {
    /// The bytes that are signed; see [`crate::envelope::canonical`].
    #[must_use]
    pub fn canonical_bytes(&self) -> Vec<u8> {
        Canonical::labelled("liandong.batch.1", 256)
            .u16(self.v)
            .text(self.link.as_str())
            .text(self.from.as_str())
            .text(self.to.as_str())
            .u64(self.first_seq)
            .u64(self.last_seq)
            .text(&self.key_id)
            .text(&self.alg)
            .hash(&self.root)
            .head(self.head.as_ref())
            .figures(self.figures.as_ref())
            .into_bytes()
    }
}

/// SHA-256 over the digests the envelopes carry, in order.
#[must_use]
pub fn root_of(envelopes: &[Envelope]) -> Digest {
    let mut out =
        Canonical::labelled("liandong.root.1", envelopes.len() * 32 + 8).count(envelopes.len());
    for envelope in envelopes {
        out = out.hash(&envelope.digest);
    }
    out.digest()
}

/// How many of these envelopes, from the first, fit one batch. 0 means the first alone is too large.
#[must_use]
pub fn fitting(envelopes: &[Envelope], limit: usize) -> usize {
    /// Room for the signed part, which has no long fields.
    const HEADER: usize = 16 << 10;
    let mut room = MAX_BYTES - HEADER;
    envelopes
        .iter()
        .take(limit.min(MAX_ENVELOPES))
        .take_while(|envelope| {
            let size = envelope.encoded_size();
            let fits = size <= room;
            room = room.saturating_sub(size);
            fits
        })
        .count()
}

impl SignedBatch {
    /// Numbers, roots and signs a batch.
    #[must_use]
    pub fn sign(draft: Draft, key: &OwnKey) -> Self {
        let count = u64::try_from(draft.envelopes.len()).unwrap_or(u64::MAX);
        let batch = Batch {
            v: VERSION,
            link: draft.link,
            from: draft.from,
            to: draft.to,
            first_seq: draft.first_seq,
            last_seq: draft.first_seq.saturating_add(count).saturating_sub(1),
            key_id: key.key_id().to_owned(),
            alg: key.algorithm().name().to_owned(),
            root: root_of(&draft.envelopes),
            head: draft.head,
            figures: draft.figures,
        };
        let sig = key.sign(&batch.canonical_bytes());
        Self {
            batch,
            envelopes: draft.envelopes,
            sig,
        }
    }

    /// The bytes a carrier carries: compact JSON.
    ///
    /// # Errors
    /// Only when memory for the text cannot be had.
    pub fn encode(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }

    /// Checks everything that can be seen without keys and without the inbox: numbers without gaps,
    /// one link, every digest, the root.
    ///
    /// # Errors
    /// The first thing that is wrong, and where.
    pub fn check_content(&self) -> Result<(), ReceiveError> {
        let batch = &self.batch;
        let mut next = batch.first_seq;
        if next == 0 {
            return Err(ReceiveError::BrokenSequence {
                expected: 1,
                found: 0,
            });
        }
        for envelope in &self.envelopes {
            if envelope.seq != next {
                return Err(ReceiveError::BrokenSequence {
                    expected: next,
                    found: envelope.seq,
                });
            }
            if envelope.link != batch.link {
                return Err(ReceiveError::ForeignEnvelope { seq: next });
            }
            if envelope.computed_digest() != envelope.digest {
                return Err(ReceiveError::DigestMismatch { seq: next });
            }
            next = next.checked_add(1).ok_or(ReceiveError::BrokenSequence {
                expected: u64::MAX,
                found: u64::MAX,
            })?;
        }
        if batch.last_seq != next - 1 {
            return Err(ReceiveError::BrokenSequence {
                expected: next - 1,
                found: batch.last_seq,
            });
        }
        if root_of(&self.envelopes) != batch.root {
            return Err(ReceiveError::RootMismatch);
        }
        Ok(())
    }
}

/// Reads the bytes of a batch and checks its limits and its version, nothing else. Never panics,
/// whatever the bytes are; this is what the fuzzer drives.
///
/// # Errors
/// `Oversize`, `UnknownVersion` or `Malformed`.
pub fn parse_batch(bytes: &[u8]) -> Result<SignedBatch, ReceiveError> {
    if bytes.len() > MAX_BYTES {
        return Err(ReceiveError::Oversize {
            what: "bytes",
            found: bytes.len(),
            allowed: MAX_BYTES,
        });
    }
    let parsed: SignedBatch = match serde_json::from_slice(bytes) {
        Ok(parsed) => parsed,
        Err(error) => return Err(version_or_malformed(bytes, &error)),
    };
    if parsed.batch.v != VERSION {
        return Err(ReceiveError::UnknownVersion {
            found: parsed.batch.v,
        });
    }
    if parsed.envelopes.len() > MAX_ENVELOPES {
        return Err(ReceiveError::Oversize {
            what: "envelopes",
            found: parsed.envelopes.len(),
            allowed: MAX_ENVELOPES,
        });
    }
    Ok(parsed)
}

/// A later version may have another shape: say "unknown version" then, not "malformed".
fn version_or_malformed(bytes: &[u8], error: &serde_json::Error) -> ReceiveError {
    #[derive(Deserialize)]
    struct Outer {
        batch: Inner,
    }
    #[derive(Deserialize)]
    struct Inner {
        v: u16,
    }
    match serde_json::from_slice::<Outer>(bytes) {
        Ok(outer) if outer.batch.v != VERSION => ReceiveError::UnknownVersion {
            found: outer.batch.v,
        },
        _ => ReceiveError::Malformed {
            line: error.line(),
            column: error.column(),
        },
    }
}
