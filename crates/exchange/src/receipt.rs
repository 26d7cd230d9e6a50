//! What the receiver answers: "all up to n", what it refused, and where a gap begins.

use serde::{Deserialize, Serialize};

use crate::batch::{Batch, VERSION};
use crate::envelope::canonical::Canonical;
use crate::envelope::{ChainHead, Digest, LinkId, PlatformId, Signature};
use crate::key::OwnKey;

/// Most bytes of one encoded receipt: 512 refusals with a sentence each stay far below.
pub const MAX_BYTES: usize = 1 << 20;
/// Longest reason of one refusal in bytes; longer ones are cut at a character.
pub const MAX_REASON: usize = 512;

/// The receiver's answer to one batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Version of the receipt format.
    pub v: u16,
    /// Link.
    pub link: LinkId,
    /// Platform that received and signs this.
    pub from: PlatformId,
    /// Platform that had sent the batch.
    pub to: PlatformId,
    /// First number of the batch this answers.
    pub first_seq: u64,
    /// Last number of the batch this answers.
    pub last_seq: u64,
    /// Root of the batch this answers, so that a receipt cannot be shown for another batch.
    pub root: Digest,
    /// Every number up to this one is durably in the inbox, applied or refused.
    pub up_to: u64,
    /// Numbers of this batch that were refused for good, each with the reason. A repeated batch
    /// names them again.
    pub refused: Vec<(u64, String)>,
    /// Set when the batch began too late: nothing was applied, send again from this number.
    pub gap: Option<u64>,
    /// Head of the receiver's own log.
    pub head: Option<ChainHead>,
    /// Which of the receiver's keys signed.
    pub key_id: String,
    /// How it is signed.
    pub alg: String,
}

/// A receipt with its signature, as it travels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedReceipt {
    /// What is signed.
    pub receipt: Receipt,
    /// Signature over the canonical bytes of `receipt`.
    pub sig: Signature,
}

/// What the receiver found out about a batch.
#[derive(Debug, Clone, Default)]
pub(crate) struct Findings {
    pub(crate) up_to: u64,
    pub(crate) refused: Vec<(u64, String)>,
    pub(crate) gap: Option<u64>,
    pub(crate) head: Option<ChainHead>,
}

impl Receipt {
    /// The bytes that are signed; see [`crate::envelope::canonical`].
    #[must_use]
    pub fn canonical_bytes(&self) -> Vec<u8> {
        let mut out = Canonical::labelled("liandong.receipt.1", 256)
            .u16(self.v)
            .text(self.link.as_str())
            .text(self.from.as_str())
            .text(self.to.as_str())
            .u64(self.first_seq)
            .u64(self.last_seq)
            .hash(&self.root)
            .u64(self.up_to)
            .count(self.refused.len());
        for (seq, reason) in &self.refused {
            out = out.u64(*seq).text(reason);
        }
        out.optional(self.gap, Canonical::u64)
            .head(self.head.as_ref())
            .text(&self.key_id)
            .text(&self.alg)
            .into_bytes()
    }

    /// Whether this answers that batch.
    #[must_use]
    pub fn answers(&self, batch: &Batch) -> bool {
        self.v == VERSION
            && self.link == batch.link
            && self.from == batch.to
            && self.to == batch.from
            && self.first_seq == batch.first_seq
            && self.last_seq == batch.last_seq
            && self.root == batch.root
    }
}

impl SignedReceipt {
    pub(crate) fn sign(batch: &Batch, findings: Findings, key: &OwnKey) -> Self {
        let mut refused = findings.refused;
        for (_, reason) in &mut refused {
            shorten(reason);
        }
        let receipt = Receipt {
            v: VERSION,
            link: batch.link.clone(),
            from: batch.to.clone(),
            to: batch.from.clone(),
            first_seq: batch.first_seq,
            last_seq: batch.last_seq,
            root: batch.root,
            up_to: findings.up_to,
            refused,
            gap: findings.gap,
            head: findings.head,
            key_id: key.key_id().to_owned(),
            alg: key.algorithm().name().to_owned(),
        };
        let sig = key.sign(&receipt.canonical_bytes());
        Self { receipt, sig }
    }

    /// The bytes a carrier brings back: compact JSON.
    ///
    /// # Errors
    /// Only when memory for the text cannot be had.
    pub fn encode(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }
}

fn shorten(reason: &mut String) {
    if reason.len() > MAX_REASON {
        let mut end = MAX_REASON;
        while !reason.is_char_boundary(end) {
            end -= 1;
        }
        reason.truncate(end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_reason_is_cut_at_a_character() {
        let mut reason = format!("a{}", "拒".repeat(400));
        shorten(&mut reason);
        assert_eq!(reason.len(), 511);
        assert!(reason.ends_with('拒'));
    }
}
