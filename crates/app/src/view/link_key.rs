//! The keys of a link as the security administrator turns them over: public parts only.

use exchange::KeyState;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a key of this platform stands on a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OwnKeyState {
    /// It lies on the server; whether the peer knows it is not known.
    Made,
    /// The peer accepted a message signed by it.
    Accepted,
    /// What goes out is signed by it.
    Active,
    /// It was in use before; one can go back to it.
    Retained,
    /// Withdrawn for good.
    Revoked,
}

impl OwnKeyState {
    /// The word kept for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Accepted => "accepted",
            Self::Active => "active",
            Self::Retained => "retained",
            Self::Revoked => "revoked",
        }
    }
}

/// A key of this platform.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct OwnKeyView {
    /// Its name, which travels with what it signs.
    pub key_id: String,
    /// Thirty digits to be read to the peer over the telephone.
    pub fingerprint: String,
    /// How it stands.
    pub state: OwnKeyState,
    /// Since when; none for what the configuration says.
    pub since: Option<i64>,
    /// The key the configuration names.
    pub configured: bool,
    /// Its private part cannot be read on this server, so it cannot sign here.
    pub away: bool,
    /// The text to give to the peer.
    pub text: String,
}

/// A key of the peer.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PeerKeyView {
    /// Its name, which travels with what it signs.
    pub key_id: String,
    /// Thirty digits to be compared with the peer over the telephone.
    pub fingerprint: String,
    /// `active`, `retained` or `revoked`.
    #[schema(value_type = String)]
    pub state: KeyState,
    /// Since when; none for what the configuration says.
    pub since: Option<i64>,
    /// The configuration names it.
    pub configured: bool,
    /// When the last batch came here, if this key signed it.
    pub signed_at: Option<i64>,
}

/// The keys of one link, of both sides.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct LinkKeys {
    /// The link.
    pub link: String,
    /// The peer's name for people.
    pub peer_name: String,
    /// The peer platform's id.
    pub peer_platform: String,
    /// How both sides sign.
    pub algorithm: String,
    /// This platform's keys, in the order they were made.
    pub own: Vec<OwnKeyView>,
    /// The peer's keys, in the order they were entered.
    pub peer: Vec<PeerKeyView>,
}

/// Why somebody takes a step.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyReason {
    /// 4 to 500 characters.
    pub reason: String,
}

/// What shall become of a key of this platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OwnKeyDeed {
    /// Ask the peer whether it accepts it; nothing else changes.
    Try,
    /// Sign with it from now on, if the peer accepts it.
    Use,
    /// Never sign with it again, and destroy its private part.
    Withdraw,
}

/// A step with a key of this platform.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnKeyOrder {
    /// What is asked.
    pub order: OwnKeyDeed,
    /// Why, 4 to 500 characters.
    pub reason: String,
}

/// A step with a key of the peer.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PeerKeyOrder {
    /// `active`, `retained` or `revoked`; nothing leads back from `revoked`.
    #[schema(value_type = String)]
    pub state: KeyState,
    /// Why, 4 to 500 characters.
    pub reason: String,
}

/// What somebody pasted, or read from a file.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyText {
    /// The text the peer gave.
    pub text: String,
}

/// A public key as it was read: nothing is entered yet.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ReadKey {
    /// Its name.
    pub key_id: String,
    /// Thirty digits to be compared with the peer over the telephone.
    pub fingerprint: String,
}

/// A public key of the peer that shall be entered.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPeerKey {
    /// The text the peer gave.
    pub text: String,
    /// The thirty digits that were shown for it and confirmed by the peer.
    pub fingerprint: String,
    /// Why, 4 to 500 characters.
    pub reason: String,
}

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KeyDone {
    /// The key.
    pub key_id: String,
    /// Whether it was done; not where the peer did not accept the key.
    pub done: bool,
    /// Why not: a key of the exchange (`exchange.unknown_key`), `not_running`, `no_answer_in_time`, or the
    /// sentence the peer's answer is worth.
    pub error: Option<String>,
}
