//! This platform's own keys: made, tried, used, withdrawn.

use super::standing::{OWN, OwnStanding, own_keys};
use super::{KeyRoom, trace};
use crate::App;
use crate::case::CommandKey;
use crate::error::AppError;
use crate::office::{allow, reason};
use crate::view::{KeyDone, KeyReason, OwnKeyDeed, OwnKeyOrder, OwnKeyState};
use domain::right::{Action, Actor};
use exchange::sender::{Trial, TrialError};
use exchange::{CarrierError, LinkId, OwnKey, PortError};
use std::sync::PoisonError;
use std::time::Duration;

/// How long a person waits for the peer's word on a key.
const PATIENCE: Duration = Duration::from_secs(15);

impl App {
    /// Makes a key for a link. It lies on this server and signs nothing yet.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Invalid`] while another one waits or where
    /// the folder of keys cannot be written, [`AppError::Conflict`] if another process was faster, the store's.
    pub async fn make_key(
        &self,
        actor: &Actor,
        link: &str,
        order: &KeyReason,
        key: &CommandKey,
    ) -> Result<KeyDone, AppError> {
        allow(actor, Action::RotateKeys)?;
        let (room, _) = self.held(link)?;
        let why = reason(&order.reason)?;
        let _turn = room.turn.lock().await;
        if let Some(answer) = self.answered(key).await? {
            return Ok(answer);
        }
        self.follow_keys().await?;
        let known = room.known.lock().await;
        let waits = own_keys(&known.steps, link, room.ground.book.key())
            .into_iter()
            .find(|key| {
                !key.configured && matches!(key.state, OwnKeyState::Made | OwnKeyState::Accepted)
            });
        if let Some(waits) = waits {
            return Err(AppError::field("key", "key_waiting", waits.key_id));
        }
        let mut random = [0_u8; 32];
        room.ground.chance.fill(&mut random);
        let made = exchange::generate_key(&random)
            .map_err(|error| AppError::Internal(error.to_string()))?;
        let (key_id, public) = (made.key_id.clone(), made.public.clone());
        let folder = room.ground.folder.clone();
        // The file first: a row without a key would offer what is not there.
        let written = tokio::task::spawn_blocking(move || folder.write(&made)).await;
        match written {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => {
                tracing::error!(%error, "a key cannot be written");
                let detail = "the folder of keys cannot be written";
                return Err(AppError::field("key", "key_folder", detail));
            }
            Err(error) => return Err(AppError::Internal(error.to_string())),
        }
        let made = OwnKeyState::Made.as_str();
        let step = self.key_step(
            actor,
            known.next(),
            (link, OWN),
            (&key_id, &public),
            (made, &why),
        );
        drop(known);
        let audit =
            self.audit_detailed(actor, "make_key", link, &why, &trace(OWN, &key_id, &public));
        let answer = KeyDone {
            key_id: key_id.clone(),
            done: true,
            error: None,
        };
        let done = self.take_steps(key, answer, vec![step], audit).await;
        let kept = match &done {
            // The same order may have been carried out meanwhile by another server, with a key of its own.
            Ok(done) => done.key_id == key_id,
            Err(error) => matches!(error, AppError::Unavailable(_)),
        };
        if !kept {
            // No row was written, so nobody will ever ask for it.
            destroy(room, &key_id).await;
        }
        done
    }

    /// Tries a key of ours, uses it from now on, or withdraws it.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Invalid`] where the key does not stand so,
    /// [`AppError::Conflict`] if another process was faster, the store's. That the peer does not accept the
    /// key is no error but the answer, and then nothing changed.
    pub async fn change_own_key(
        &self,
        actor: &Actor,
        link: &str,
        key_id: &str,
        order: &OwnKeyOrder,
        key: &CommandKey,
    ) -> Result<KeyDone, AppError> {
        allow(actor, Action::RotateKeys)?;
        let (room, _) = self.held(link)?;
        let why = reason(&order.reason)?;
        let _turn = room.turn.lock().await;
        if let Some(answer) = self.answered(key).await? {
            return Ok(answer);
        }
        self.follow_keys().await?;
        let known = room.known.lock().await;
        let keys = own_keys(&known.steps, link, room.ground.book.key());
        let next = known.next();
        drop(known);
        let meant = keys.iter().find(|each| each.key_id == key_id);
        let meant = meant.ok_or(AppError::NotFound)?;
        if meant.state == OwnKeyState::Revoked {
            return Err(AppError::field("key", "key_revoked", "withdrawn for good"));
        }
        if meant.state == OwnKeyState::Active && order.order != OwnKeyDeed::Try {
            return Err(AppError::field("key", "key_in_use", "it signs now"));
        }
        if order.order == OwnKeyDeed::Withdraw {
            let state = (OwnKeyState::Revoked.as_str(), why.as_str());
            let named = (meant.key_id.as_str(), meant.public.as_str());
            let step = self.key_step(actor, next, (link, OWN), named, state);
            let detail = trace(OWN, key_id, &meant.public);
            let audit = self.audit_detailed(actor, "withdraw_key", link, &why, &detail);
            let done = self
                .take_steps(key, done(key_id), vec![step], audit)
                .await?;
            if !meant.configured {
                destroy(room, key_id).await;
            }
            return Ok(done);
        }
        let Some(private) = room.private(meant).await else {
            return Err(AppError::field("key", "key_away", "not on this server"));
        };
        let said = self.try_key(link, &private).await?;
        let steps = said.as_ref().map_or_else(
            || self.accepted(actor, next, link, (meant, &keys), order, &why),
            |_| Vec::new(),
        );
        let mut detail = trace(OWN, key_id, &meant.public);
        if let Some(fields) = detail.as_object_mut() {
            let answer = said.as_deref().unwrap_or("accepted");
            fields.insert("answer".to_owned(), answer.into());
        }
        let action = match (order.order, &said) {
            (OwnKeyDeed::Use, None) => "use_key",
            _ => "try_key",
        };
        let audit = self.audit_detailed(actor, action, link, &why, &detail);
        let answer = KeyDone {
            done: said.is_none(),
            error: said,
            ..done(key_id)
        };
        let done = self.take_steps(key, answer, steps, audit).await?;
        if done.done
            && let Some(probe) = self.inner.probes.get(link)
        {
            // So that the peer sees at once by which key this side signs now.
            probe.notify_one();
        }
        Ok(done)
    }

    /// The steps that follow from the peer's accepting a key.
    fn accepted(
        &self,
        actor: &Actor,
        next: i64,
        link: &str,
        (meant, keys): (&OwnStanding, &[OwnStanding]),
        order: &OwnKeyOrder,
        why: &str,
    ) -> Vec<store::LinkKeyRow> {
        let step = |no, key: &OwnStanding, state: OwnKeyState| {
            let named = (key.key_id.as_str(), key.public.as_str());
            self.key_step(actor, no, (link, OWN), named, (state.as_str(), why))
        };
        if order.order == OwnKeyDeed::Use {
            let before = keys.iter().filter(|key| key.state == OwnKeyState::Active);
            let mut steps = vec![step(next, meant, OwnKeyState::Active)];
            for (no, key) in (next.saturating_add(1)..).zip(before) {
                steps.push(step(no, key, OwnKeyState::Retained));
            }
            return steps;
        }
        if meant.state == OwnKeyState::Made {
            vec![step(next, meant, OwnKeyState::Accepted)]
        } else {
            Vec::new()
        }
    }

    /// Asks the peer whether it accepts what this key signs: nothing if it does, else why not.
    async fn try_key(&self, link: &str, key: &OwnKey) -> Result<Option<String>, AppError> {
        let way = {
            let ways = self.inner.ways.lock();
            let ways = ways.unwrap_or_else(PoisonError::into_inner);
            ways.get(link).cloned()
        };
        let Some(way) = way else {
            return Ok(Some("not_running".to_owned()));
        };
        let link = LinkId::new(link);
        let trial = Trial {
            link: &link,
            book: &way.book,
            outbox: &way.ports,
            inbox: &way.ports,
            carrier: way.carrier.as_ref(),
        };
        Ok(match tokio::time::timeout(PATIENCE, trial.of(key)).await {
            Err(_) => Some("no_answer_in_time".to_owned()),
            Ok(Ok(())) => None,
            Ok(Err(TrialError::Port(PortError::Unavailable(why)))) => {
                return Err(AppError::Unavailable(why));
            }
            Ok(Err(TrialError::Carrier(CarrierError::Refused { key, .. }))) => Some(key),
            Ok(Err(error)) => Some(error.to_string()),
        })
    }
}

fn done(key_id: &str) -> KeyDone {
    KeyDone {
        key_id: key_id.to_owned(),
        done: true,
        error: None,
    }
}

/// Destroys a private key nobody may sign with any more. What fails is said in the log: the key is
/// withdrawn all the same.
async fn destroy(room: &KeyRoom, key_id: &str) {
    let (folder, name) = (room.ground.folder.clone(), key_id.to_owned());
    let gone = tokio::task::spawn_blocking(move || folder.destroy(&name)).await;
    match gone {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!(key = key_id, %error, "a private key was not destroyed"),
        Err(error) => tracing::error!(key = key_id, %error, "a private key was not destroyed"),
    }
}
