//! Why a whole batch is not taken. Nothing of it was applied unless the sentence says so.

use crate::envelope::LinkId;

/// Why a batch was refused as a whole, with a stable key for programs and a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiveError {
    /// Not a batch at all.
    #[error("the bytes are not a batch: line {line}, column {column}")]
    Malformed {
        /// Line of the text, from 1.
        line: usize,
        /// Column of the text.
        column: usize,
    },
    /// Too many envelopes or too many bytes.
    #[error("the batch has {found} {what}, {allowed} are allowed")]
    Oversize {
        /// What is counted.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many may be.
        allowed: usize,
    },
    /// A batch version this program does not read.
    #[error("batch version {found} is not known here, version 1 is")]
    UnknownVersion {
        /// The version named.
        found: u16,
    },
    /// No such link is configured here.
    #[error("link {link} is not configured here")]
    UnknownLink {
        /// The link named.
        link: LinkId,
    },
    /// The link is known, but not between these two platforms in this direction.
    #[error("the batch goes from {from} to {to}, which is not this link")]
    WrongPlatform {
        /// Sender named.
        from: String,
        /// Receiver named.
        to: String,
    },
    /// Another algorithm than the link asks for: a downgrade, or one this program does not have.
    #[error("algorithm {found} is not accepted on this link, {wanted} is")]
    Algorithm {
        /// The algorithm named.
        found: String,
        /// The algorithm the link asks for.
        wanted: &'static str,
    },
    /// No such key of the peer is configured.
    #[error("key {key_id} of the peer is not known here")]
    UnknownKey {
        /// The key named.
        key_id: String,
    },
    /// The key was withdrawn.
    #[error("key {key_id} of the peer is revoked")]
    RevokedKey {
        /// The key named.
        key_id: String,
    },
    /// The signature does not fit the batch.
    #[error("the signature by key {key_id} does not fit the batch")]
    BadSignature {
        /// The key named.
        key_id: String,
    },
    /// The root does not fit the envelopes.
    #[error("the root does not fit the envelopes")]
    RootMismatch,
    /// A digest does not fit its envelope.
    #[error("the digest of envelope {seq} does not fit its content")]
    DigestMismatch {
        /// Its number.
        seq: u64,
    },
    /// An envelope of another link.
    #[error("envelope {seq} belongs to another link")]
    ForeignEnvelope {
        /// Its number.
        seq: u64,
    },
    /// The numbers inside the batch do not follow each other.
    #[error("number {found} stands where {expected} should")]
    BrokenSequence {
        /// The number that should stand there.
        expected: u64,
        /// The number that does.
        found: u64,
    },
    /// The batch begins absurdly far ahead of what was received.
    #[error("the batch begins at {first_seq}, more than a million after {watermark}")]
    FarAhead {
        /// First number of the batch.
        first_seq: u64,
        /// Last number received.
        watermark: u64,
    },
    /// Another envelope with this number was received before: one side was restored from a backup.
    /// What stands before it may have been applied.
    #[error("number {seq} was received before with another content; the streams have forked")]
    Forked {
        /// The number.
        seq: u64,
    },
    /// Another batch of the same link is being applied.
    #[error("another batch of this link is being applied; send again later")]
    Busy,
    /// The inbox could not be read, so nothing can be said. What was applied stays applied.
    #[error("the inbox is not available: {reason}; send again later")]
    Unavailable {
        /// What the store said.
        reason: String,
    },
}

impl ReceiveError {
    /// Stable key for programs; never changes once published.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Malformed { .. } => "exchange.malformed",
            Self::Oversize { .. } => "exchange.oversize",
            Self::UnknownVersion { .. } => "exchange.unknown_version",
            Self::UnknownLink { .. } => "exchange.unknown_link",
            Self::WrongPlatform { .. } => "exchange.wrong_platform",
            Self::Algorithm { .. } => "exchange.algorithm",
            Self::UnknownKey { .. } => "exchange.unknown_key",
            Self::RevokedKey { .. } => "exchange.revoked_key",
            Self::BadSignature { .. } => "exchange.bad_signature",
            Self::RootMismatch => "exchange.root_mismatch",
            Self::DigestMismatch { .. } => "exchange.digest_mismatch",
            Self::ForeignEnvelope { .. } => "exchange.foreign_envelope",
            Self::BrokenSequence { .. } => "exchange.broken_sequence",
            Self::FarAhead { .. } => "exchange.far_ahead",
            Self::Forked { .. } => "exchange.forked",
            Self::Busy => "exchange.busy",
            Self::Unavailable { .. } => "exchange.unavailable",
        }
    }

    /// Whether sending the same bytes again later may succeed (HTTP: 503 rather than 422).
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Busy | Self::Unavailable { .. })
    }

    /// Whether the sender could not be recognised (HTTP: 401). Such a refusal must not raise a link
    /// alarm by itself: anybody can send rubbish in a link's name.
    #[must_use]
    pub const fn is_unauthenticated(&self) -> bool {
        matches!(
            self,
            Self::UnknownKey { .. }
                | Self::RevokedKey { .. }
                | Self::BadSignature { .. }
                | Self::Algorithm { .. }
        )
    }
}
