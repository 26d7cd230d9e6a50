//! The bytes that are hashed and signed, independent of how the JSON around them is written.
//!
//! Everything is length-prefixed, so two different values can never give the same bytes:
//!
//! - `text`: length in bytes as `u64`, then the UTF-8 bytes;
//! - `u16`, `u64`, `i64`: big-endian, fixed width (`i64` in two's complement);
//! - `optional x`: the byte 0, or the byte 1 and then `x`;
//! - `hash`: 32 bytes as they are;
//! - `list`: the number of items as `u64`, then the items.
//!
//! Each thing starts with its own label as `text`, so that a signature over one kind never fits another.
//!
//! | thing | fields in order |
//! |---|---|
//! | envelope | `"liandong.envelope.1"`, u16 v, text id, text link, u64 seq, text kind, u16 schema, text case, optional text peer_case, text cause, i64 at, text body |
//! | root | `"liandong.root.1"`, list of hash (the envelope digests in order) |
//! | batch | `"liandong.batch.1"`, u16 v, text link, text from, text to, u64 first_seq, u64 last_seq, text key_id, text alg, hash root, optional (u64 position, hash) head, optional (i64 at, i64 waiting, optional i64 waiting_since, i64 open, i64 unowned, i64 danger, i64 overdue, i64 taken_today) figures |
//! | receipt | `"liandong.receipt.1"`, u16 v, text link, text from, text to, u64 first_seq, u64 last_seq, hash root, u64 up_to, list of (u64 seq, text reason) refused, optional u64 gap, optional (u64 position, hash) head, text key_id, text alg |
//! | block of a reconciliation | `"liandong.block.1"`, list of (u64 seq, hash digest) |

use super::{ChainHead, Digest};
use crate::figures::Figures;

/// Collects canonical bytes.
#[derive(Debug)]
pub(crate) struct Canonical(Vec<u8>);

impl Canonical {
    /// Starts with the label of the thing, with room for about `size` bytes.
    pub(crate) fn labelled(label: &str, size: usize) -> Self {
        Self(Vec::with_capacity(size + label.len() + 8)).text(label)
    }

    pub(crate) fn u16(mut self, value: u16) -> Self {
        self.0.extend_from_slice(&value.to_be_bytes());
        self
    }

    pub(crate) fn u64(mut self, value: u64) -> Self {
        self.0.extend_from_slice(&value.to_be_bytes());
        self
    }

    pub(crate) fn i64(mut self, value: i64) -> Self {
        self.0.extend_from_slice(&value.to_be_bytes());
        self
    }

    /// A number of items or bytes. No platform has more than `u64::MAX` of them.
    pub(crate) fn count(self, count: usize) -> Self {
        self.u64(u64::try_from(count).unwrap_or(u64::MAX))
    }

    pub(crate) fn text(self, text: &str) -> Self {
        let mut next = self.count(text.len());
        next.0.extend_from_slice(text.as_bytes());
        next
    }

    pub(crate) fn hash(mut self, digest: &Digest) -> Self {
        self.0.extend_from_slice(digest.as_bytes());
        self
    }

    pub(crate) fn optional<T>(mut self, value: Option<T>, write: impl Fn(Self, T) -> Self) -> Self {
        match value {
            None => {
                self.0.push(0);
                self
            }
            Some(value) => {
                self.0.push(1);
                write(self, value)
            }
        }
    }

    pub(crate) fn head(self, head: Option<&ChainHead>) -> Self {
        self.optional(head, |out, head| out.u64(head.position).hash(&head.hash))
    }

    pub(crate) fn figures(self, figures: Option<&Figures>) -> Self {
        self.optional(figures, |out, of| {
            out.i64(of.at)
                .i64(of.waiting)
                .optional(of.waiting_since, Self::i64)
                .i64(of.open)
                .i64(of.unowned)
                .i64(of.danger)
                .i64(of.overdue)
                .i64(of.taken_today)
        })
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    pub(crate) fn digest(&self) -> Digest {
        Digest::of(&self.0)
    }
}
