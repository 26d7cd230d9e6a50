//! What is agreed about each link, and how a link is doing.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use serde::{Deserialize, Serialize};

use crate::batch::{self, Batch};
use crate::envelope::{LinkId, PlatformId, Signature};
use crate::key::{Algorithm, KeyError, KeyRing, OwnKey, PeerKey};
use crate::receipt::SignedReceipt;
use crate::refusal::ReceiveError;

/// What two platforms agreed about their link.
#[derive(Debug, Clone)]
pub struct LinkTerms {
    /// Name of the link, the same on both sides.
    pub link: LinkId,
    /// The other platform.
    pub peer: PlatformId,
    /// The algorithm both sides sign with; no other is taken.
    pub algorithm: Algorithm,
    /// The peer's public keys.
    pub keys: KeyRing,
    /// Which key of ours signs here.
    pub sign_with: SignWith,
}

/// Which key of this platform signs on a link.
#[derive(Debug, Clone, Default)]
pub enum SignWith {
    /// The platform's own, which the configuration names.
    #[default]
    Platform,
    /// One made for this link, since its peer knows it.
    Made(Arc<OwnKey>),
    /// None: the one in use cannot be read, and the one before it was withdrawn. Nothing is sent or
    /// answered for until it is there; nothing is lost by it.
    None,
}

/// One link as it stands in the configuration file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkConfig {
    /// Name of the link, the same on both sides.
    pub link: LinkId,
    /// Name of the other platform.
    pub peer: PlatformId,
    /// Base address of the other platform, for the HTTPS carrier.
    pub url: String,
    /// Root certificate file (PEM) that the peer's certificate must lead to. Without it the system's
    /// roots are used.
    #[serde(default)]
    pub root_certificate: Option<std::path::PathBuf>,
    /// The algorithm both sides sign with.
    #[serde(default)]
    pub algorithm: Algorithm,
    /// The peer's public keys.
    pub keys: Vec<PeerKey>,
}

impl LinkConfig {
    /// The terms of this link.
    ///
    /// # Errors
    /// When a key of the peer is not usable.
    pub fn terms(&self) -> Result<LinkTerms, KeyError> {
        Ok(LinkTerms {
            link: self.link.clone(),
            peer: self.peer.clone(),
            algorithm: self.algorithm,
            keys: KeyRing::new(&self.keys)?,
            sign_with: SignWith::Platform,
        })
    }
}

/// All links of this platform with its own key. Shared by receiver and senders, and exchanged as a
/// whole while running, so that a revoked key is refused at once (S6 in the reliability goals).
#[derive(Debug)]
pub struct LinkBook {
    own: PlatformId,
    key: Arc<OwnKey>,
    links: RwLock<Links>,
    edition: AtomicU64,
}

type Links = HashMap<LinkId, Arc<LinkTerms>>;

impl LinkBook {
    /// A book for this platform.
    #[must_use]
    pub fn new(own: PlatformId, key: OwnKey, links: Vec<LinkTerms>) -> Self {
        Self {
            own,
            key: Arc::new(key),
            links: RwLock::new(by_name(links)),
            edition: AtomicU64::new(0),
        }
    }

    /// Replaces what is agreed about all links: keys were added, changed over or withdrawn.
    pub fn replace(&self, links: Vec<LinkTerms>) {
        *self.links.write().unwrap_or_else(PoisonError::into_inner) = by_name(links);
        self.edition.fetch_add(1, Ordering::Release);
    }

    /// How often it was replaced: what was judged by an older edition is judged again.
    #[must_use]
    pub fn edition(&self) -> u64 {
        self.edition.load(Ordering::Acquire)
    }

    /// Name of this platform.
    #[must_use]
    pub const fn own(&self) -> &PlatformId {
        &self.own
    }

    /// The platform's own key, which the configuration names.
    #[must_use]
    pub const fn key(&self) -> &Arc<OwnKey> {
        &self.key
    }

    /// The key to sign with on a link now; none for a link that is not configured, or whose key is away.
    #[must_use]
    pub fn signing_key(&self, link: &LinkId) -> Option<Arc<OwnKey>> {
        match &self.terms(link)?.sign_with {
            SignWith::Platform => Some(Arc::clone(&self.key)),
            SignWith::Made(key) => Some(Arc::clone(key)),
            SignWith::None => None,
        }
    }

    /// The terms of a link, if it is configured.
    #[must_use]
    pub fn terms(&self, link: &LinkId) -> Option<Arc<LinkTerms>> {
        self.links
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(link)
            .cloned()
    }

    /// Checks that a batch is meant for us, comes from the link's peer and is signed by it.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn verify_batch(&self, batch: &Batch, sig: &Signature) -> Result<(), ReceiveError> {
        let terms = self
            .terms(&batch.link)
            .ok_or_else(|| ReceiveError::UnknownLink {
                link: batch.link.clone(),
            })?;
        if batch.from != terms.peer || batch.to != self.own {
            return Err(ReceiveError::WrongPlatform {
                from: batch.from.to_string(),
                to: batch.to.to_string(),
            });
        }
        terms.verify(&batch.alg, &batch.key_id, &batch.canonical_bytes(), sig)
    }

    /// Checks that a receipt answers this batch of ours and is signed by the link's peer.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn verify_receipt(
        &self,
        signed: &SignedReceipt,
        batch: &Batch,
    ) -> Result<(), ReceiveError> {
        let receipt = &signed.receipt;
        if receipt.v != batch::VERSION {
            return Err(ReceiveError::UnknownVersion { found: receipt.v });
        }
        let terms = self
            .terms(&batch.link)
            .ok_or_else(|| ReceiveError::UnknownLink {
                link: batch.link.clone(),
            })?;
        if receipt.from != terms.peer || receipt.to != self.own {
            return Err(ReceiveError::WrongPlatform {
                from: receipt.from.to_string(),
                to: receipt.to.to_string(),
            });
        }
        terms.verify(
            &receipt.alg,
            &receipt.key_id,
            &receipt.canonical_bytes(),
            &signed.sig,
        )?;
        if !receipt.answers(batch) {
            return Err(ReceiveError::RootMismatch);
        }
        Ok(())
    }
}

fn by_name(links: Vec<LinkTerms>) -> Links {
    links
        .into_iter()
        .map(|terms| (terms.link.clone(), Arc::new(terms)))
        .collect()
}

impl LinkTerms {
    fn verify(
        &self,
        alg: &str,
        key_id: &str,
        bytes: &[u8],
        sig: &Signature,
    ) -> Result<(), ReceiveError> {
        // Before the key is looked up: what a signature claims must not choose how it is checked.
        if alg != self.algorithm.name() {
            return Err(ReceiveError::Algorithm {
                found: alg.to_owned(),
                wanted: self.algorithm.name(),
            });
        }
        self.keys.verify(key_id, bytes, sig)
    }
}

/// Something about a link that a person must see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Alarm {
    /// The receiver misses numbers: one side was restored from an older state. The sender goes back.
    Gap {
        /// First number missing.
        want_from: u64,
    },
    /// The peer's clock, or ours, is wrong.
    Skew {
        /// How far ahead of our clock the peer's envelope is, milliseconds.
        ahead_ms: i64,
    },
    /// Two envelopes under one number: the streams have forked, a person must decide.
    Forked {
        /// The number.
        seq: u64,
    },
    /// An envelope was quarantined because its handler failed three times.
    Quarantined {
        /// Its number.
        seq: u64,
        /// What the handler said.
        reason: String,
    },
    /// The receiver applies nothing more from this number on, for the time being.
    Stalled {
        /// First number not applied.
        at: u64,
        /// Why, as far as known on this side.
        reason: String,
    },
    /// The peer refuses our batches.
    Refused {
        /// The peer's stable key.
        key: String,
        /// The peer's sentence.
        detail: String,
    },
    /// The peer's receipt is wrong, or not by the peer.
    BadReceipt {
        /// What is wrong.
        reason: String,
    },
    /// The peer has more than we ever numbered: this platform was restored from an older state.
    PeerAhead {
        /// Last number given out here.
        issued: u64,
        /// What the peer says it has.
        peer: u64,
    },
    /// The outbox has no envelope with this number.
    OutboxHole {
        /// The number.
        seq: u64,
    },
    /// The envelope is too large for any batch.
    TooLarge {
        /// Its number.
        seq: u64,
    },
}

impl Alarm {
    /// A stable key, for whoever puts it in words.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Gap { .. } => "gap",
            Self::Skew { .. } => "skew",
            Self::Forked { .. } => "forked",
            Self::Quarantined { .. } => "quarantined",
            Self::Stalled { .. } => "stalled",
            Self::Refused { .. } => "refused",
            Self::BadReceipt { .. } => "bad_receipt",
            Self::PeerAhead { .. } => "peer_ahead",
            Self::OutboxHole { .. } => "outbox_hole",
            Self::TooLarge { .. } => "too_large",
        }
    }

    /// What the key leaves open: which number, what the peer said. No personal data.
    #[must_use]
    pub fn detail(&self) -> String {
        match self {
            Self::Gap { want_from } => want_from.to_string(),
            Self::Skew { ahead_ms } => format!("{ahead_ms} ms"),
            Self::Forked { seq } | Self::OutboxHole { seq } | Self::TooLarge { seq } => {
                seq.to_string()
            }
            Self::Quarantined { seq, reason } | Self::Stalled { at: seq, reason } => {
                format!("{seq}: {reason}")
            }
            Self::Refused { key, detail } => format!("{key}: {detail}"),
            Self::BadReceipt { reason } => reason.clone(),
            Self::PeerAhead { issued, peer } => format!("{peer} > {issued}"),
        }
    }
}

/// How the sending direction of a link is doing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LinkHealth {
    /// Whether the last delivery was answered with a good receipt.
    pub connected: bool,
    /// Envelopes numbered but not acknowledged.
    pub backlog: u64,
    /// When the oldest of them was written, milliseconds since 1970: "not delivered since".
    pub oldest_waiting_at: Option<i64>,
    /// When the last good receipt came, milliseconds since 1970.
    pub last_ok_at: Option<i64>,
    /// The last failure in a sentence; kept after recovery.
    pub last_error: Option<String>,
    /// Time from sending a batch to its receipt, milliseconds, of the last good one.
    pub rtt_ms: Option<u64>,
    /// What a person must see; cleared by the next good receipt.
    pub alarm: Option<Alarm>,
    /// Deliveries since the start that were answered with a good receipt.
    pub answered: u64,
    /// Deliveries since the start that were not, whatever the reason.
    pub unanswered: u64,
}
