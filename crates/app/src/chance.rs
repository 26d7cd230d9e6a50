//! The one place that asks for randomness, and the ids and digests made from it.

use sha2::{Digest, Sha256};
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;

/// Where chance comes from.
pub trait Chance: Send + Sync {
    /// Fills the buffer.
    fn fill(&self, buffer: &mut [u8]);
}

/// The operating system's chance.
#[derive(Debug, Default)]
pub struct SystemChance;

impl Chance for SystemChance {
    fn fill(&self, buffer: &mut [u8]) {
        // A machine without randomness must not hand out guessable sessions: stop here.
        if let Err(error) = getrandom::fill(buffer) {
            tracing::error!(%error, "the system gives no randomness");
            std::process::abort();
        }
    }
}

/// A chance that repeats itself from a seed, for the demonstration and for tests.
#[derive(Debug)]
pub struct SeededChance {
    state: Mutex<u64>,
}

impl SeededChance {
    /// From a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self {
            state: Mutex::new(seed),
        }
    }

    /// The next number (SplitMix64).
    pub fn next(&self) -> u64 {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = *state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

impl SeededChance {
    /// Happens once in so many times.
    pub fn one_in(&self, many: u64) -> bool {
        self.next().is_multiple_of(many)
    }
}

impl Chance for SeededChance {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            let bytes = self.next().to_le_bytes();
            for (slot, byte) in chunk.iter_mut().zip(bytes) {
                *slot = byte;
            }
        }
    }
}

/// A new id that sorts by time (UUID version 7).
#[must_use]
pub fn new_id(now: i64, chance: &dyn Chance) -> String {
    let mut random = [0_u8; 10];
    chance.fill(&mut random);
    let millis = u64::try_from(now).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random)
        .into_uuid()
        .to_string()
}

/// The id a peer's case has on this platform. Both sides can know it without asking, so that no
/// message has to wait for an answer to be addressed. It begins with the time the peer's id begins
/// with, so that new twins lie side by side in the store, as new cases do.
#[must_use]
pub fn twin_id(own_platform: &str, link: &str, peer_case: &str) -> String {
    let digest = digest_of(&["twin", own_platform, link, peer_case]);
    let mut bytes = [0_u8; 16];
    for (slot, byte) in bytes.iter_mut().zip(digest) {
        *slot = byte;
    }
    if let Ok(peer) = Uuid::try_parse(peer_case) {
        for (slot, byte) in bytes.iter_mut().zip(peer.as_bytes()).take(6) {
            *slot = *byte;
        }
    }
    uuid::Builder::from_custom_bytes(bytes)
        .into_uuid()
        .to_string()
}

/// An id that whoever knows the parts can compute: made twice it is the same thing.
#[must_use]
pub fn named_id(parts: &[&str]) -> String {
    let mut bytes = [0_u8; 16];
    for (slot, byte) in bytes.iter_mut().zip(digest_of(parts)) {
        *slot = byte;
    }
    uuid::Builder::from_custom_bytes(bytes)
        .into_uuid()
        .to_string()
}

/// The id of an envelope: the same whenever it is read from the outbox.
#[must_use]
pub fn envelope_id(platform: &str, link: &str, seq: i64, body: &str) -> String {
    let digest = digest_of(&["envelope", platform, link, &seq.to_string(), body]);
    let mut bytes = [0_u8; 16];
    for (slot, byte) in bytes.iter_mut().zip(digest) {
        *slot = byte;
    }
    uuid::Builder::from_custom_bytes(bytes)
        .into_uuid()
        .to_string()
}

/// SHA-256 over length-prefixed parts, so that no two lists of parts read alike.
#[must_use]
pub fn digest_of(parts: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().into()
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    let digit = |n: u8| DIGITS.get(usize::from(n)).copied().unwrap_or('0');
    bytes
        .iter()
        .flat_map(|b| [digit(b >> 4), digit(b & 15)])
        .collect()
}

/// A random secret as text: 256 bits.
#[must_use]
pub fn secret(chance: &dyn Chance) -> String {
    let mut bytes = [0_u8; 32];
    chance.fill(&mut bytes);
    hex(&bytes)
}

/// Whether a text is a UUID, and so might be a case's id rather than its printed number.
#[must_use]
pub fn is_id(text: &str) -> bool {
    Uuid::try_parse(text).is_ok()
}
