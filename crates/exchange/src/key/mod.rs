//! Keys: the one this platform signs with, and those of its peers.

mod file;
mod folder;
mod public;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _};
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

use crate::envelope::{Digest, Signature, to_hex};
use crate::refusal::ReceiveError;

pub use file::{KeyFileError, read_key_file, write_key_file};
pub use folder::KeyFolder;
pub use public::{PublicKey, PublicKeyError, key_text, read_public_key, spoken_fingerprint};

/// How batches are signed. The name travels with each signature, so that SM2 with SM3 can be added
/// beside Ed25519 without another wire format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Algorithm {
    /// Ed25519 (RFC 8032) over SHA-256 digests, strictly verified.
    #[default]
    Ed25519,
}

impl Algorithm {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ed25519 => "Ed25519",
        }
    }
}

/// What a key of the peer may still do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    /// In use.
    Active,
    /// Replaced: its signatures still verify, so that a rotation refuses no message.
    Retained,
    /// Withdrawn: nothing it signed is taken any more, whenever it was signed.
    Revoked,
}

/// Why a key is not usable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not a PEM PKCS#8 Ed25519 private key.
    #[error("not an Ed25519 private key in PEM PKCS#8 form")]
    NotAPrivateKey,
    /// Not a public key.
    #[error("public key {key_id} is not 32 bytes in base64, or is a weak key")]
    NotAPublicKey {
        /// Which.
        key_id: String,
    },
    /// Two keys with one name.
    #[error("key {key_id} is named twice")]
    NamedTwice {
        /// Which.
        key_id: String,
    },
}

/// The key this platform signs with.
pub struct OwnKey {
    key_id: String,
    signing: SigningKey,
}

impl fmt::Debug for OwnKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The private part must never reach a log.
        f.debug_struct("OwnKey")
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

impl OwnKey {
    /// Reads a PEM PKCS#8 text. The key is named by `key_id`, or by its fingerprint when `None`.
    ///
    /// # Errors
    /// When the text is not an Ed25519 private key.
    pub fn from_pem(pem: &str, key_id: Option<&str>) -> Result<Self, KeyError> {
        let signing = SigningKey::from_pkcs8_pem(pem).map_err(|_| KeyError::NotAPrivateKey)?;
        Ok(Self::named(signing, key_id))
    }

    /// Makes a key from 32 random bytes of the caller.
    #[must_use]
    pub fn from_random(random: &[u8; 32], key_id: Option<&str>) -> Self {
        Self::named(SigningKey::from_bytes(random), key_id)
    }

    fn named(signing: SigningKey, key_id: Option<&str>) -> Self {
        let key_id =
            key_id.map_or_else(|| fingerprint(&signing.verifying_key()), ToOwned::to_owned);
        Self { key_id, signing }
    }

    /// Name of the key, as the peer has it in its list.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The public half in base64, for the peer's configuration.
    #[must_use]
    pub fn public_base64(&self) -> String {
        STANDARD.encode(self.signing.verifying_key().as_bytes())
    }

    /// How it signs.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        Algorithm::Ed25519
    }

    pub(crate) fn sign(&self, bytes: &[u8]) -> Signature {
        Signature(self.signing.sign(bytes).to_bytes())
    }
}

/// First 16 hexadecimal characters of the SHA-256 of a public key: the name of a key nobody named.
fn fingerprint(key: &VerifyingKey) -> String {
    to_hex(Digest::of(key.as_bytes()).as_bytes())
        .chars()
        .take(16)
        .collect()
}

/// A new key, ready to be written and published.
#[derive(Clone)]
pub struct GeneratedKey {
    /// Name: the fingerprint of the public key.
    pub key_id: String,
    /// Private half, PEM PKCS#8. Write it with [`write_key_file`].
    pub private_pem: String,
    /// Public half in base64, for the peer's configuration.
    pub public: String,
}

impl fmt::Debug for GeneratedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GeneratedKey")
            .field("key_id", &self.key_id)
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}

/// Makes a key pair from 32 bytes of the system's random source, which the caller reads.
///
/// # Errors
/// When the key cannot be written as PEM.
pub fn generate_key(random: &[u8; 32]) -> Result<GeneratedKey, KeyError> {
    let own = OwnKey::from_random(random, None);
    let private_pem = own
        .signing
        .to_pkcs8_pem(LineEnding::LF)
        .map_err(|_| KeyError::NotAPrivateKey)?
        .to_string();
    Ok(GeneratedKey {
        public: own.public_base64(),
        key_id: own.key_id,
        private_pem,
    })
}

/// A public key of the peer, as it stands in the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeerKey {
    /// Name the peer gives it.
    pub key_id: String,
    /// 32 bytes in base64.
    pub public: String,
    /// What it may still do.
    pub state: KeyState,
}

/// The keys of one peer.
#[derive(Debug, Clone, Default)]
pub struct KeyRing {
    keys: Vec<(String, KeyState, VerifyingKey)>,
}

impl KeyRing {
    /// Reads the configured list.
    ///
    /// # Errors
    /// When a key is no public key, is weak, or a name stands twice.
    pub fn new(keys: &[PeerKey]) -> Result<Self, KeyError> {
        let mut ring = Self::default();
        for key in keys {
            if ring.keys.iter().any(|(id, ..)| *id == key.key_id) {
                return Err(KeyError::NamedTwice {
                    key_id: key.key_id.clone(),
                });
            }
            let bad = || KeyError::NotAPublicKey {
                key_id: key.key_id.clone(),
            };
            let bytes = STANDARD.decode(&key.public).map_err(|_| bad())?;
            let bytes: [u8; 32] = bytes.try_into().map_err(|_| bad())?;
            let public = VerifyingKey::from_bytes(&bytes).map_err(|_| bad())?;
            // A weak key verifies signatures nobody made.
            if public.is_weak() {
                return Err(bad());
            }
            ring.keys.push((key.key_id.clone(), key.state, public));
        }
        Ok(ring)
    }

    /// The keys as a person may see them: name, public half in base64, state.
    pub fn shown(&self) -> impl Iterator<Item = PeerKey> + '_ {
        self.keys.iter().map(|(key_id, state, public)| PeerKey {
            key_id: key_id.clone(),
            public: STANDARD.encode(public.as_bytes()),
            state: *state,
        })
    }

    /// Checks a signature by the named key.
    ///
    /// # Errors
    /// Unknown key, revoked key, or a signature that does not fit.
    pub fn verify(&self, key_id: &str, bytes: &[u8], sig: &Signature) -> Result<(), ReceiveError> {
        let Some((_, state, public)) = self.keys.iter().find(|(id, ..)| id == key_id) else {
            return Err(ReceiveError::UnknownKey {
                key_id: key_id.to_owned(),
            });
        };
        if *state == KeyState::Revoked {
            return Err(ReceiveError::RevokedKey {
                key_id: key_id.to_owned(),
            });
        }
        let sig = ed25519_dalek::Signature::from_bytes(&sig.0);
        public
            .verify_strict(bytes, &sig)
            .map_err(|_| ReceiveError::BadSignature {
                key_id: key_id.to_owned(),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(own: &OwnKey, state: KeyState) -> KeyRing {
        let key = PeerKey {
            key_id: own.key_id().into(),
            public: own.public_base64(),
            state,
        };
        KeyRing::new(&[key]).unwrap()
    }

    #[test]
    fn the_state_of_a_key_decides_what_its_signature_is_worth() {
        let own = OwnKey::from_random(&[7; 32], None);
        let sig = own.sign(b"batch");
        let verify = |state, bytes: &[u8]| ring(&own, state).verify(own.key_id(), bytes, &sig);
        assert_eq!(verify(KeyState::Active, b"batch"), Ok(()));
        assert_eq!(verify(KeyState::Retained, b"batch"), Ok(()));
        let key_id = own.key_id().to_owned();
        assert_eq!(
            verify(KeyState::Revoked, b"batch"),
            Err(ReceiveError::RevokedKey {
                key_id: key_id.clone()
            })
        );
        assert_eq!(
            verify(KeyState::Active, b"other"),
            Err(ReceiveError::BadSignature { key_id })
        );
        assert_eq!(
            ring(&own, KeyState::Active).verify("k9", b"batch", &sig),
            Err(ReceiveError::UnknownKey {
                key_id: "k9".into()
            })
        );
    }

    #[test]
    fn a_generated_key_reads_back_and_hides_its_private_half() {
        let made = generate_key(&[9; 32]).unwrap();
        let own = OwnKey::from_pem(&made.private_pem, None).unwrap();
        assert_eq!(own.public_base64(), made.public);
        assert_eq!(own.key_id(), made.key_id);
        assert!(!format!("{made:?}").contains("PRIVATE"));
        assert_eq!(
            format!("{own:?}"),
            format!("OwnKey {{ key_id: {:?}, .. }}", made.key_id)
        );
        assert_eq!(
            OwnKey::from_pem("x", None).err(),
            Some(KeyError::NotAPrivateKey)
        );
    }

    #[test]
    fn weak_wrong_and_doubled_keys_are_not_taken() {
        let key = |public: &str| PeerKey {
            key_id: "k".into(),
            public: public.into(),
            state: KeyState::Active,
        };
        let bad = Err(KeyError::NotAPublicKey { key_id: "k".into() });
        assert_eq!(KeyRing::new(&[key("AAAA")]).map(drop), bad);
        assert_eq!(KeyRing::new(&[key("!")]).map(drop), bad);
        // The neutral element of the curve: every signature of a certain shape fits it.
        let mut neutral = [0_u8; 32];
        neutral[0] = 1;
        assert_eq!(
            KeyRing::new(&[key(&STANDARD.encode(neutral))]).map(drop),
            bad
        );
        let good = OwnKey::from_random(&[1; 32], None).public_base64();
        assert_eq!(
            KeyRing::new(&[key(&good), key(&good)]).map(drop),
            Err(KeyError::NamedTwice { key_id: "k".into() })
        );
    }
}
