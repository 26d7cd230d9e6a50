//! The peer's keys: read, entered, retained, revoked.

use super::standing::{PEER, peer_keys, peer_word};
use super::trace;
use crate::App;
use crate::case::CommandKey;
use crate::error::AppError;
use crate::office::{allow, reason};
use crate::view::{KeyDone, KeyText, NewPeerKey, PeerKeyOrder, ReadKey};
use domain::right::{Action, Actor};
use exchange::KeyState;
use exchange::key::{PublicKey, read_public_key};

impl App {
    /// Reads the text a peer gave, and says whose fingerprint has to be compared. Nothing is entered.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Invalid`] with the reason, the store's.
    pub async fn read_peer_key(
        &self,
        actor: &Actor,
        link: &str,
        text: &KeyText,
    ) -> Result<ReadKey, AppError> {
        allow(actor, Action::RotateKeys)?;
        let (read, _) = self.new_to_us(link, &text.text).await?;
        Ok(ReadKey {
            key_id: read.key_id,
            fingerprint: read.fingerprint,
        })
    }

    /// Enters a key of the peer: what it signs is believed from here on.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Invalid`] with the reason,
    /// [`AppError::Conflict`] if another process was faster, the store's.
    pub async fn enter_peer_key(
        &self,
        actor: &Actor,
        link: &str,
        order: &NewPeerKey,
        key: &CommandKey,
    ) -> Result<KeyDone, AppError> {
        allow(actor, Action::RotateKeys)?;
        let (room, _) = self.held(link)?;
        let why = reason(&order.reason)?;
        let _turn = room.turn.lock().await;
        if let Some(answer) = self.answered(key).await? {
            return Ok(answer);
        }
        let (read, next) = self.new_to_us(link, &order.text).await?;
        if digits(&order.fingerprint) != digits(&read.fingerprint) {
            let detail = "not the fingerprint of this key";
            return Err(AppError::field(
                "fingerprint",
                "fingerprint_differs",
                detail,
            ));
        }
        let named = (read.key_id.as_str(), read.public.as_str());
        let state = (peer_word(KeyState::Active), why.as_str());
        let step = self.key_step(actor, next, (link, PEER), named, state);
        let detail = trace(PEER, &read.key_id, &read.public);
        let audit = self.audit_detailed(actor, "enter_key", link, &why, &detail);
        let answer = KeyDone {
            key_id: read.key_id,
            done: true,
            error: None,
        };
        self.take_steps(key, answer, vec![step], audit).await
    }

    /// Sets a key of the peer to another state. One active key stays at least, so that the link stands.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Invalid`] where it would be the last active
    /// one, was revoked or stands so already, [`AppError::Conflict`] if another process was faster, the store's.
    pub async fn change_peer_key(
        &self,
        actor: &Actor,
        link: &str,
        key_id: &str,
        order: &PeerKeyOrder,
        key: &CommandKey,
    ) -> Result<KeyDone, AppError> {
        allow(actor, Action::RotateKeys)?;
        let (room, config) = self.held(link)?;
        let why = reason(&order.reason)?;
        let _turn = room.turn.lock().await;
        if let Some(answer) = self.answered(key).await? {
            return Ok(answer);
        }
        self.follow_keys().await?;
        let known = room.known.lock().await;
        let keys = peer_keys(&known.steps, config);
        let meant = keys.iter().find(|each| each.key.key_id == key_id);
        let meant = &meant.ok_or(AppError::NotFound)?.key;
        if meant.state == KeyState::Revoked {
            return Err(AppError::field("key", "key_revoked", "withdrawn for good"));
        }
        if meant.state == order.state {
            return Err(AppError::field(
                "state",
                "key_stands_so",
                "it stands so already",
            ));
        }
        let other = keys
            .iter()
            .any(|each| each.key.key_id != key_id && each.key.state == KeyState::Active);
        if order.state != KeyState::Active && !other {
            let detail = "no other key of the peer is active";
            return Err(AppError::field("state", "last_active_key", detail));
        }
        let named = (key_id, meant.public.as_str());
        let state = (peer_word(order.state), why.as_str());
        let step = self.key_step(actor, known.next(), (link, PEER), named, state);
        drop(known);
        let detail = trace(PEER, key_id, &meant.public);
        let action = match order.state {
            KeyState::Active => "reinstate_key",
            KeyState::Retained => "retain_key",
            KeyState::Revoked => "revoke_key",
        };
        let audit = self.audit_detailed(actor, action, link, &why, &detail);
        let answer = KeyDone {
            key_id: key_id.to_owned(),
            done: true,
            error: None,
        };
        self.take_steps(key, answer, vec![step], audit).await
    }

    /// Reads a text as a key of the peer that is not known yet, under whatever name; with the number of the
    /// step that may enter it.
    async fn new_to_us(&self, link: &str, text: &str) -> Result<(PublicKey, i64), AppError> {
        let (room, config) = self.held(link)?;
        let read = read_public_key(text, &config.link, &config.peer, config.algorithm)
            .map_err(|error| AppError::field("text", error.key(), error.to_string()))?;
        self.follow_keys().await?;
        let known = room.known.lock().await;
        let refuse = |key, named: &str| Err(AppError::field("text", key, named));
        // A text that went round: our own key would let us sign in the peer's name, and it in ours.
        if room.ground.book.key().public_base64() == read.public
            || known
                .steps
                .iter()
                .any(|step| step.side == super::OWN && step.public == read.public)
        {
            return refuse("key_own", "a key of this platform");
        }
        let keys = peer_keys(&known.steps, config);
        if let Some(same) = keys.iter().find(|each| each.key.public == read.public) {
            return refuse("key_known", &same.key.key_id);
        }
        if keys.iter().any(|each| each.key.key_id == read.key_id) {
            return refuse("key_id_taken", &read.key_id);
        }
        Ok((read, known.next()))
    }
}

/// What counts of a fingerprint, however it was spaced.
fn digits(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
