//! Public keys as people hand them on: a text to give, a text to read, a fingerprint for the telephone.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::VerifyingKey;
use ed25519_dalek::pkcs8::spki::SubjectPublicKeyInfoRef;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{ALGORITHM_OID, EncodePublicKey as _};

use super::{Algorithm, KeyError, fingerprint};
use crate::envelope::{Digest, LinkId, PlatformId};

/// Longest text that is read as a public key, bytes.
const TEXT_MOST: usize = 8 << 10;
/// Longest name of a key, characters.
const NAME_MOST: usize = 64;
const BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
const END: &str = "-----END PUBLIC KEY-----";

/// A public key that somebody gave us and that may be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// The name its owner gives it, or the first digits of its digest when none was given.
    pub key_id: String,
    /// 32 bytes in base64, as the configuration has them.
    pub public: String,
    /// Thirty digits to be compared over the telephone.
    pub fingerprint: String,
}

/// Why a text is not taken as the public key of a peer. It is refused whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PublicKeyError {
    /// A private key was pasted: it is known to others now and has to be replaced by its owner.
    #[error(
        "this is a private key; its owner must withdraw it and make another, and send the public part only"
    )]
    Private,
    /// Neither of the forms that are read.
    #[error("not a public key: {0}")]
    Malformed(&'static str),
    /// A key of another kind than the link signs with.
    #[error("a key of another algorithm ({found}); this link signs with {wanted}")]
    Algorithm {
        /// The algorithm, by name where it is named, else by its object identifier.
        found: String,
        /// What the link signs with.
        wanted: &'static str,
    },
    /// A key that verifies signatures nobody made.
    #[error("a weak key, which nobody may sign with")]
    Weak,
    /// The text says it is for another link or from another platform.
    #[error("the text says {name} {found}, which is not this peer's")]
    Elsewhere {
        /// `link` or `platform`.
        name: &'static str,
        /// What it says.
        found: String,
    },
    /// The name of the key is no name.
    #[error(
        "the name of a key has 1 to {NAME_MOST} letters, digits, points, hyphens or underscores"
    )]
    Name,
}

impl PublicKeyError {
    /// A stable key, for whoever puts it in words.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Private => "private_key",
            Self::Malformed(_) => "key_malformed",
            Self::Algorithm { .. } => "key_algorithm",
            Self::Weak => "key_weak",
            Self::Elsewhere { .. } => "key_elsewhere",
            Self::Name => "key_name",
        }
    }
}

/// What the lines before the key say about it.
#[derive(Debug, Default)]
struct Said<'a> {
    name: Option<&'a str>,
    link: Option<&'a str>,
    platform: Option<&'a str>,
    algorithm: Option<&'a str>,
}

/// Reads the public key a peer gave for a link: the text [`key_text`] makes (RFC 7468 with lines before
/// it), a bare PEM block, the line `liandong link new-key` prints, or 32 bytes in base64.
///
/// # Errors
/// Why the whole text is refused.
pub fn read_public_key(
    text: &str,
    link: &LinkId,
    peer: &PlatformId,
    algorithm: Algorithm,
) -> Result<PublicKey, PublicKeyError> {
    if text.len() > TEXT_MOST {
        return Err(PublicKeyError::Malformed("it is far too long for one key"));
    }
    let text = text.trim_start_matches('\u{feff}').trim();
    // Before anything else, so that no part of it is repeated in another refusal.
    if text.contains("PRIVATE KEY-----") {
        return Err(PublicKeyError::Private);
    }
    let (said, key) = if text.contains("-----BEGIN") {
        let (before, body) = split(text)?;
        (read_lines(before)?, read_block(body, algorithm)?)
    } else if text.contains("key_id") && text.contains("public") {
        let said = Said {
            name: Some(quoted(text, "key_id")?),
            ..Said::default()
        };
        (said, read_bytes(quoted(text, "public")?)?)
    } else {
        (Said::default(), read_bytes(text)?)
    };
    if let Some(found) = said.algorithm.filter(|found| *found != algorithm.name()) {
        return Err(PublicKeyError::Algorithm {
            found: found.to_owned(),
            wanted: algorithm.name(),
        });
    }
    for (name, found, wanted) in [
        ("link", said.link, link.as_str()),
        ("platform", said.platform, peer.as_str()),
    ] {
        if let Some(found) = found.filter(|found| *found != wanted) {
            let found = found.to_owned();
            return Err(PublicKeyError::Elsewhere { name, found });
        }
    }
    if key.is_weak() {
        return Err(PublicKeyError::Weak);
    }
    let key_id = said.name.map_or_else(|| fingerprint(&key), str::to_owned);
    if !is_name(&key_id) {
        return Err(PublicKeyError::Name);
    }
    Ok(PublicKey {
        key_id,
        public: STANDARD.encode(key.as_bytes()),
        fingerprint: spoken(key.as_bytes()),
    })
}

/// The text that hands a public key on: what it is for, then the key itself in PEM.
///
/// # Errors
/// When `public` is no public key.
pub fn key_text(
    key_id: &str,
    public: &str,
    link: &LinkId,
    own: &PlatformId,
) -> Result<String, KeyError> {
    let bad = || KeyError::NotAPublicKey {
        key_id: key_id.to_owned(),
    };
    let key = read_bytes(public).map_err(|_| bad())?;
    let pem = key.to_public_key_pem(LineEnding::LF).map_err(|_| bad())?;
    Ok(format!(
        "Platform: {own}\nLink: {link}\nKey: {key_id}\nAlgorithm: {}\nFingerprint: {}\n{pem}",
        Algorithm::Ed25519.name(),
        spoken(key.as_bytes()),
    ))
}

/// The fingerprint of a public key in base64, or none if it is no public key.
#[must_use]
pub fn spoken_fingerprint(public: &str) -> Option<String> {
    let key = read_bytes(public).ok()?;
    Some(spoken(key.as_bytes()))
}

/// Six groups of five digits: digits are heard best, whatever is spoken at the other end. Each group is
/// five bytes of the SHA-256 of the key as a big-endian number, modulo 100,000: 99 bits in all.
fn spoken(key: &[u8; 32]) -> String {
    let digest = Digest::of(key);
    let groups = digest.as_bytes().chunks_exact(5).take(6).map(|bytes| {
        let number = bytes
            .iter()
            .fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
        format!("{:05}", number % 100_000)
    });
    groups.collect::<Vec<_>>().join(" ")
}

/// Whether a text may name a key.
fn is_name(name: &str) -> bool {
    (1..=NAME_MOST).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}

/// What stands before the one block, and its body.
fn split(text: &str) -> Result<(&str, &str), PublicKeyError> {
    let Some((before, rest)) = text.split_once(BEGIN) else {
        return Err(PublicKeyError::Malformed(
            "a PEM block of another kind, not PUBLIC KEY",
        ));
    };
    let Some((body, after)) = rest.split_once(END) else {
        return Err(PublicKeyError::Malformed("the block has no end"));
    };
    if !after.trim().is_empty() || before.contains("-----BEGIN") {
        return Err(PublicKeyError::Malformed("more than one key"));
    }
    Ok((before, body))
}

fn read_lines(before: &str) -> Result<Said<'_>, PublicKeyError> {
    let mut said = Said::default();
    for line in before.lines().filter(|line| !line.trim().is_empty()) {
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        let place = match name.trim().to_ascii_lowercase().as_str() {
            "key" => &mut said.name,
            "link" => &mut said.link,
            "platform" => &mut said.platform,
            "algorithm" => &mut said.algorithm,
            // The fingerprint is made anew: what the text itself says proves nothing.
            _ => continue,
        };
        if place.replace(value.trim()).is_some() {
            return Err(PublicKeyError::Malformed("a line stands twice"));
        }
    }
    Ok(said)
}

fn read_block(body: &str, algorithm: Algorithm) -> Result<VerifyingKey, PublicKeyError> {
    let unreadable = || PublicKeyError::Malformed("the block cannot be read");
    let body: String = body.split_whitespace().collect();
    let der = STANDARD.decode(body).map_err(|_| unreadable())?;
    let info = SubjectPublicKeyInfoRef::try_from(der.as_slice()).map_err(|_| unreadable())?;
    if info.algorithm.oid != ALGORITHM_OID {
        return Err(PublicKeyError::Algorithm {
            found: info.algorithm.oid.to_string(),
            wanted: algorithm.name(),
        });
    }
    VerifyingKey::try_from(info).map_err(|_| unreadable())
}

fn read_bytes(text: &str) -> Result<VerifyingKey, PublicKeyError> {
    let bytes = STANDARD
        .decode(text.trim())
        .map_err(|_| PublicKeyError::Malformed("neither PEM nor base64"))?;
    let bytes: [u8; 32] = bytes
        .try_into()
        .map_err(|_| PublicKeyError::Malformed("not 32 bytes"))?;
    VerifyingKey::from_bytes(&bytes).map_err(|_| PublicKeyError::Malformed("no point of the curve"))
}

/// The text in quotes after a name, in TOML and in JSON alike.
fn quoted<'a>(text: &'a str, name: &str) -> Result<&'a str, PublicKeyError> {
    let rest = text.split_once(name).map_or("", |(_, rest)| rest);
    let rest = rest.trim_start_matches('"').trim_start();
    let rest = rest.strip_prefix(['=', ':']).map(str::trim_start);
    rest.and_then(|rest| rest.strip_prefix('"'))
        .and_then(|rest| rest.split_once('"'))
        .map(|(value, _)| value)
        .ok_or(PublicKeyError::Malformed("a line without name and key"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::OwnKey;

    fn link() -> LinkId {
        LinkId::new("wanglan")
    }

    fn peer() -> PlatformId {
        PlatformId::new("wanglan-12345")
    }

    fn read(text: &str) -> Result<PublicKey, PublicKeyError> {
        read_public_key(text, &link(), &peer(), Algorithm::Ed25519)
    }

    fn key() -> OwnKey {
        OwnKey::from_random(&[9; 32], Some("hotline-2027"))
    }

    #[test]
    fn every_form_is_read_as_the_same_key() {
        let key = key();
        let text = key_text(key.key_id(), &key.public_base64(), &link(), &peer()).unwrap();
        let read_back = read(&text).unwrap();
        assert_eq!(read_back.key_id, "hotline-2027");
        assert_eq!(read_back.public, key.public_base64());
        assert!(text.contains(&read_back.fingerprint), "{text}");
        let (_, body) = text.split_once(BEGIN).unwrap();
        let block = format!("{BEGIN}{body}");
        let unnamed = OwnKey::from_random(&[9; 32], None);
        let public = key.public_base64();
        let toml =
            format!("{{ key_id = \"hotline-2027\", public = \"{public}\", state = \"active\" }}");
        let json = format!("{{\"key_id\":\"hotline-2027\",\"public\":\"{public}\"}}");
        for (text, name) in [
            (text.replace('\n', "\r\n"), "hotline-2027"),
            (format!("\u{feff}\n{text}\n\n"), "hotline-2027"),
            (block, unnamed.key_id()),
            (public.clone(), unnamed.key_id()),
            (toml, "hotline-2027"),
            (json, "hotline-2027"),
        ] {
            let found = read(&text).unwrap();
            assert_eq!(
                (found.public.as_str(), found.key_id.as_str()),
                (public.as_str(), name)
            );
            assert_eq!(found.fingerprint, read_back.fingerprint);
        }
    }

    #[test]
    fn what_is_no_public_key_of_this_peer_is_refused_whole_with_its_reason() {
        let key = key();
        let good = key_text("k2", &key.public_base64(), &link(), &peer()).unwrap();
        // An EC key of P-256: the same form, another algorithm.
        let other = "-----BEGIN PUBLIC KEY-----\n\
            MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt\n\
            6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==\n\
            -----END PUBLIC KEY-----\n";
        let private = super::super::generate_key(&[4; 32]).unwrap().private_pem;
        let mut neutral = [0_u8; 32];
        neutral[0] = 1;
        for (text, why) in [
            (String::new(), "key_malformed"),
            ("hello".to_owned(), "key_malformed"),
            ("AAAA".to_owned(), "key_malformed"),
            (
                good.replace("-----END PUBLIC KEY-----", ""),
                "key_malformed",
            ),
            (format!("{good}{good}"), "key_malformed"),
            (good.replace("MCow", "MC"), "key_malformed"),
            (good.replace("PUBLIC KEY", "CERTIFICATE"), "key_malformed"),
            (format!("Key: k3\n{good}"), "key_malformed"),
            ("{ key_id = k2, public = x }".to_owned(), "key_malformed"),
            ("x".repeat(TEXT_MOST + 1), "key_malformed"),
            (other.to_owned(), "key_algorithm"),
            (
                good.replace("Algorithm: Ed25519", "Algorithm: SM2"),
                "key_algorithm",
            ),
            (STANDARD.encode(neutral), "key_weak"),
            (
                good.replace("Link: wanglan", "Link: other"),
                "key_elsewhere",
            ),
            (
                good.replace("Platform: wanglan-12345", "Platform: x"),
                "key_elsewhere",
            ),
            (good.replace("Key: k2", "Key: k 2"), "key_name"),
            (good.replace("Key: k2", "Key:"), "key_name"),
            (format!("{good}{private}"), "private_key"),
            (private, "private_key"),
        ] {
            let error = read(&text).unwrap_err();
            assert_eq!(error.key(), why, "{text:?}: {error}");
        }
    }

    #[test]
    fn a_fingerprint_is_thirty_digits_and_differs_with_the_key() {
        let one = spoken_fingerprint(&key().public_base64()).unwrap();
        let groups: Vec<&str> = one.split(' ').collect();
        assert_eq!(groups.len(), 6);
        assert!(
            groups
                .iter()
                .all(|g| g.len() == 5 && g.bytes().all(|b| b.is_ascii_digit()))
        );
        let other = OwnKey::from_random(&[8; 32], None).public_base64();
        assert_ne!(spoken_fingerprint(&other).unwrap(), one);
        assert_eq!(spoken_fingerprint("AAAA"), None);
    }
}
