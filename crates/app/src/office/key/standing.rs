//! How the keys of a link stand: what the configuration says, and over it what was decided since.

use crate::view::OwnKeyState;
use exchange::key::KeyRing;
use exchange::link::LinkConfig;
use exchange::{KeyState, OwnKey, PeerKey};
use store::LinkKeyRow;

pub(super) const OWN: &str = "own";
pub(super) const PEER: &str = "peer";

/// A key of ours on a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OwnStanding {
    pub(super) key_id: String,
    pub(super) public: String,
    pub(super) state: OwnKeyState,
    pub(super) since: Option<i64>,
    pub(super) configured: bool,
}

/// A key of the peer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PeerStanding {
    pub(super) key: PeerKey,
    pub(super) since: Option<i64>,
    pub(super) configured: bool,
}

/// The last step of each key of one side, in the order of their first.
fn last_steps<'a>(steps: &'a [LinkKeyRow], link: &str, side: &str) -> Vec<&'a LinkKeyRow> {
    let mut last: Vec<&LinkKeyRow> = Vec::new();
    for step in steps {
        if step.link != link || step.side != side {
            continue;
        }
        let known = last.iter_mut().find(|known| known.key_id == step.key_id);
        match known {
            Some(known) => *known = step,
            None => last.push(step),
        }
    }
    last
}

fn own_state(word: &str) -> OwnKeyState {
    match word {
        "made" => OwnKeyState::Made,
        "accepted" => OwnKeyState::Accepted,
        "active" => OwnKeyState::Active,
        "retained" => OwnKeyState::Retained,
        // A word this program does not know must not sign.
        _ => OwnKeyState::Revoked,
    }
}

/// The word kept for a state of a peer's key.
pub(super) const fn peer_word(state: KeyState) -> &'static str {
    match state {
        KeyState::Active => "active",
        KeyState::Retained => "retained",
        KeyState::Revoked => "revoked",
    }
}

fn peer_state(word: &str) -> KeyState {
    match word {
        "active" => KeyState::Active,
        "retained" => KeyState::Retained,
        // A word this program does not know must not open the door.
        _ => KeyState::Revoked,
    }
}

/// Our keys on a link; exactly one is active, unless the configured one was withdrawn here and nothing
/// took its place.
pub(super) fn own_keys(steps: &[LinkKeyRow], link: &str, configured: &OwnKey) -> Vec<OwnStanding> {
    let public = configured.public_base64();
    let mut keys: Vec<OwnStanding> = last_steps(steps, link, OWN)
        .into_iter()
        .map(|step| OwnStanding {
            key_id: step.key_id.clone(),
            public: step.public.clone(),
            state: own_state(&step.state),
            since: Some(step.at),
            // By what it is and not by its name: a file may have been changed under one name.
            configured: step.public == public,
        })
        .collect();
    if !keys.iter().any(|key| key.configured) {
        let other = keys.iter().any(|key| key.state == OwnKeyState::Active);
        let state = if other {
            OwnKeyState::Made
        } else {
            OwnKeyState::Active
        };
        let key = OwnStanding {
            key_id: configured.key_id().to_owned(),
            public,
            state,
            since: None,
            configured: true,
        };
        keys.insert(0, key);
    }
    keys
}

/// The peer's keys on a link. What was decided counts before what the configuration says, but for one
/// thing: revoked in either is revoked, under whatever name.
pub(super) fn peer_keys(steps: &[LinkKeyRow], config: &LinkConfig) -> Vec<PeerStanding> {
    let steps = last_steps(steps, config.link.as_str(), PEER);
    let mut keys: Vec<PeerStanding> = config
        .keys
        .iter()
        .map(|key| PeerStanding {
            key: key.clone(),
            since: None,
            configured: true,
        })
        .collect();
    for step in &steps {
        let key = PeerKey {
            key_id: step.key_id.clone(),
            public: step.public.clone(),
            state: peer_state(&step.state),
        };
        if let Err(error) = KeyRing::new(std::slice::from_ref(&key)) {
            tracing::error!(link = step.link, %error, "a kept key is no key and opens nothing");
            continue;
        }
        match keys
            .iter_mut()
            .find(|known| known.key.key_id == step.key_id)
        {
            None => keys.push(PeerStanding {
                key,
                since: Some(step.at),
                configured: false,
            }),
            Some(known) if known.key.public != step.public => {
                tracing::error!(
                    link = step.link,
                    key = step.key_id,
                    "the configuration has another key under this name; what was decided here holds"
                );
                *known = PeerStanding {
                    key,
                    since: Some(step.at),
                    configured: false,
                };
            }
            Some(known) if known.key.state == KeyState::Revoked => {}
            Some(known) => {
                known.key.state = key.state;
                known.since = Some(step.at);
            }
        }
    }
    let revoked: Vec<String> = keys
        .iter()
        .filter(|known| known.key.state == KeyState::Revoked)
        .map(|known| known.key.public.clone())
        .collect();
    for known in &mut keys {
        if revoked.contains(&known.key.public) {
            known.key.state = KeyState::Revoked;
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use exchange::{LinkId, PlatformId};

    fn own(seed: u8, name: &str) -> OwnKey {
        OwnKey::from_random(&[seed; 32], Some(name))
    }

    fn step(no: i64, side: &str, key: &OwnKey, state: &str) -> LinkKeyRow {
        LinkKeyRow {
            no,
            at: no * 10,
            link: "l".to_owned(),
            side: side.to_owned(),
            key_id: key.key_id().to_owned(),
            public: key.public_base64(),
            state: state.to_owned(),
            ..LinkKeyRow::default()
        }
    }

    fn config(keys: &[(&OwnKey, KeyState)]) -> LinkConfig {
        LinkConfig {
            link: LinkId::new("l"),
            peer: PlatformId::new("p"),
            url: String::new(),
            root_certificate: None,
            algorithm: exchange::key::Algorithm::Ed25519,
            keys: keys
                .iter()
                .map(|(key, state)| PeerKey {
                    key_id: key.key_id().to_owned(),
                    public: key.public_base64(),
                    state: *state,
                })
                .collect(),
        }
    }

    fn own_words(keys: &[OwnStanding]) -> Vec<(&str, &str, Option<i64>)> {
        keys.iter()
            .map(|key| (key.key_id.as_str(), key.state.as_str(), key.since))
            .collect()
    }

    fn peer_words(keys: &[PeerStanding]) -> Vec<(&str, &str)> {
        keys.iter()
            .map(|known| (known.key.key_id.as_str(), peer_word(known.key.state)))
            .collect()
    }

    #[test]
    fn the_configured_key_signs_until_another_does() {
        let (base, new) = (own(1, "k1"), own(2, "k2"));
        assert_eq!(
            own_words(&own_keys(&[], "l", &base)),
            [("k1", "active", None)]
        );
        let mut steps = vec![step(1, OWN, &new, "made"), step(2, OWN, &new, "accepted")];
        let found = own_keys(&steps, "l", &base);
        assert_eq!(
            own_words(&found),
            [("k1", "active", None), ("k2", "accepted", Some(20))]
        );
        assert_eq!(
            own_words(&own_keys(&steps, "other", &base)),
            [("k1", "active", None)]
        );
        steps.push(step(3, OWN, &new, "active"));
        steps.push(step(4, OWN, &base, "retained"));
        let found = own_keys(&steps, "l", &base);
        assert_eq!(
            own_words(&found),
            [("k2", "active", Some(30)), ("k1", "retained", Some(40))]
        );
        // The file was changed since: it waits, and does not take over by itself.
        let found = own_keys(&steps, "l", &own(3, "k1"));
        assert_eq!(found[0].state, OwnKeyState::Made);
        assert!(found[0].configured && !found[2].configured);
        // Who wrote the store with another program gets nothing signed.
        steps.push(step(5, OWN, &new, "blessed"));
        assert_eq!(own_keys(&steps, "l", &base)[0].state, OwnKeyState::Revoked);
    }

    #[test]
    fn what_was_decided_counts_before_the_file_and_revoked_in_either_is_revoked() {
        let (k1, k2, k3) = (own(1, "k1"), own(2, "k2"), own(3, "k3"));
        let file = config(&[(&k1, KeyState::Active), (&k3, KeyState::Revoked)]);
        assert_eq!(
            peer_words(&peer_keys(&[], &file)),
            [("k1", "active"), ("k3", "revoked")]
        );
        let mut steps = vec![
            step(1, PEER, &k2, "active"),
            step(2, PEER, &k1, "retained"),
            step(3, PEER, &k3, "active"),
        ];
        let found = peer_keys(&steps, &file);
        assert_eq!(
            peer_words(&found),
            [("k1", "retained"), ("k3", "revoked"), ("k2", "active")]
        );
        assert!(found[0].configured && !found[2].configured);
        steps.push(step(4, PEER, &k2, "revoked"));
        // The same key under another name, entered in the file by somebody who does not know.
        let again = own(2, "k9");
        let file = config(&[(&again, KeyState::Active), (&k1, KeyState::Active)]);
        let found = peer_keys(&steps, &file);
        assert_eq!(peer_words(&found)[0], ("k9", "revoked"));
        // Another key under a known name does not slip in by the file.
        let file = config(&[(&own(7, "k1"), KeyState::Active)]);
        let found = peer_keys(&steps, &file);
        assert_eq!(found[0].key.public, k1.public_base64());
        // A kept row that is no key opens nothing and hides nothing.
        let mut broken = step(5, PEER, &own(8, "k8"), "active");
        broken.public = "AAAA".to_owned();
        let found = peer_keys(&[broken], &config(&[(&k1, KeyState::Active)]));
        assert_eq!(peer_words(&found), [("k1", "active")]);
    }
}
