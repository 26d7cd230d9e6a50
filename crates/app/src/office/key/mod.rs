//! The keys of links 密钥轮换: made, entered, changed over and withdrawn while all runs (S6).
//!
//! Steps are rows that are only added; how a key stands is its last step, laid over the configuration.
//! Every process reads what is new before it believes a signature of the peer, and once a second, so that
//! a key revoked in one is refused in all. Private keys are files and never rows.

mod own;
mod peer;
mod standing;
mod way;

pub(crate) use way::{InTurn, Way};

use super::allow;
use crate::App;
use crate::case::CommandKey;
use crate::chance::Chance;
use crate::error::AppError;
use crate::view::{KeyDone, LinkKeys, OwnKeyState, OwnKeyView, PeerKeyView};
use domain::right::{Action, Actor};
use exchange::key::{KeyFolder, KeyRing, key_text, spoken_fingerprint};
use exchange::link::LinkConfig;
use exchange::{LinkBook, LinkId, LinkTerms, OwnKey, SignWith};
use standing::{OWN, OwnStanding, own_keys, peer_keys};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use store::{AppendError, Change, LinkKeyRow, Record};
use tokio::sync::watch;

/// How often a process reads what another one decided, beside every signature it looks at.
const LOOK: Duration = Duration::from_secs(1);

/// What the configuration says about the keys of links, and where private ones lie.
pub struct KeyGround {
    /// The book that receiver and senders go by.
    pub book: Arc<LinkBook>,
    /// Where private keys are made and read.
    pub folder: KeyFolder,
    /// The links as they are configured.
    pub links: Vec<LinkConfig>,
    /// What new keys are made of: never a chance that can be repeated.
    pub chance: Arc<dyn Chance>,
}

/// The keys as this process knows them.
pub(crate) struct KeyRoom {
    ground: KeyGround,
    /// The last step that is in force here.
    seen: AtomicI64,
    known: tokio::sync::Mutex<Known>,
    /// One step at a time; a trial may take seconds, and nothing else of the office waits for it.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Known {
    steps: Vec<LinkKeyRow>,
    /// Private keys that were read, by their public half.
    read: HashMap<String, Arc<OwnKey>>,
    /// Links whose key in use cannot be read on this server.
    away: HashSet<String>,
}

impl App {
    /// Takes what the configuration says about keys and lays over it what was decided since; call it once,
    /// before the first batch is taken or sent.
    ///
    /// # Errors
    /// The store's.
    pub async fn hold_keys(&self, ground: KeyGround) -> Result<(), AppError> {
        let room = KeyRoom {
            ground,
            seen: AtomicI64::new(0),
            known: tokio::sync::Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        };
        if self.inner.keys.set(room).is_err() {
            return Err(AppError::Internal("the keys are held already".to_owned()));
        }
        self.follow_keys().await
    }

    /// Reads what was decided about keys since this process last looked, and lets it hold here.
    ///
    /// # Errors
    /// The store's; what is known to this process holds then.
    pub async fn follow_keys(&self) -> Result<(), AppError> {
        let Some(room) = self.inner.keys.get() else {
            return Ok(());
        };
        let seen = room.seen.load(Ordering::Acquire);
        let news = self.inner.store.link_keys_after(seen).await?;
        if news.is_empty() {
            return Ok(());
        }
        let mut known = room.known.lock().await;
        let last = known.steps.last().map_or(0, |step| step.no);
        known
            .steps
            .extend(news.into_iter().filter(|step| step.no > last));
        let last = known.steps.last().map_or(last, |step| step.no);
        room.lay(&mut known).await;
        room.seen.store(last, Ordering::Release);
        Ok(())
    }

    /// Follows what other processes of this platform decide, until `stop` turns true.
    pub(crate) async fn run_keys(&self, mut stop: watch::Receiver<bool>) {
        let mut told = false;
        loop {
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
            match self.follow_keys().await {
                Ok(()) => told = false,
                // Once, not once a second, while the store is away.
                Err(error) if !told => {
                    told = true;
                    tracing::warn!(%error, "what was decided about keys is read again later");
                }
                Err(_) => {}
            }
            if let Some(room) = self.inner.keys.get() {
                let mut known = room.known.lock().await;
                if !known.away.is_empty() {
                    // Somebody may have brought the file by now.
                    room.lay(&mut known).await;
                }
            }
        }
    }

    /// The keys of every link, of both sides.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], or the store's.
    pub async fn link_keys(&self, actor: &Actor) -> Result<Vec<LinkKeys>, AppError> {
        allow(actor, Action::RotateKeys)?;
        self.key_views().await
    }

    /// The same for whoever sits at the machine.
    ///
    /// # Errors
    /// The store's.
    pub async fn key_views(&self) -> Result<Vec<LinkKeys>, AppError> {
        self.follow_keys().await?;
        let Some(room) = self.inner.keys.get() else {
            return Ok(Vec::new());
        };
        let known = room.known.lock().await;
        let mut views = Vec::new();
        for config in &room.ground.links {
            views.push(self.keys_of(room, &known, config).await?);
        }
        Ok(views)
    }

    /// Every key of ours that should be readable on this server and is not, as `link: key`.
    ///
    /// # Errors
    /// The store's.
    pub async fn keys_away(&self) -> Result<Vec<String>, AppError> {
        let views = self.key_views().await?;
        let away = views.iter().flat_map(|link| {
            let keys = link.own.iter().filter(|key| key.away);
            keys.map(move |key| format!("{}: {}", link.link, key.key_id))
        });
        Ok(away.collect())
    }

    async fn keys_of(
        &self,
        room: &KeyRoom,
        known: &Known,
        config: &LinkConfig,
    ) -> Result<LinkKeys, AppError> {
        let unreadable = |what: &str| AppError::Internal(format!("key {what} cannot be shown"));
        let book = &room.ground.book;
        let mut own = Vec::new();
        for key in own_keys(&known.steps, config.link.as_str(), book.key()) {
            let text = key_text(&key.key_id, &key.public, &config.link, book.own());
            let away = key.state != OwnKeyState::Revoked
                && !key.configured
                && room.private(&key).await.is_none();
            own.push(OwnKeyView {
                fingerprint: spoken_fingerprint(&key.public)
                    .ok_or_else(|| unreadable(&key.key_id))?,
                text: text.map_err(|_| unreadable(&key.key_id))?,
                key_id: key.key_id,
                state: key.state,
                since: key.since,
                configured: key.configured,
                away,
            });
        }
        let heard = self.last_signed(&config.link);
        let mut peer = Vec::new();
        for known in peer_keys(&known.steps, config) {
            let signed_at = heard
                .as_ref()
                .filter(|(key_id, _)| *key_id == known.key.key_id)
                .map(|(_, at)| *at);
            peer.push(PeerKeyView {
                fingerprint: spoken_fingerprint(&known.key.public)
                    .ok_or_else(|| unreadable(&known.key.key_id))?,
                key_id: known.key.key_id,
                state: known.key.state,
                since: known.since,
                configured: known.configured,
                signed_at,
            });
        }
        Ok(LinkKeys {
            link: config.link.as_str().to_owned(),
            peer_name: self.inner.config.peer_name(config.link.as_str()),
            peer_platform: config.peer.as_str().to_owned(),
            algorithm: config.algorithm.name().to_owned(),
            own,
            peer,
        })
    }

    /// Which key signed the last batch of the peer that came to this process, and when.
    fn last_signed(&self, link: &LinkId) -> Option<(String, i64)> {
        let receiver = self.inner.receiver.load_full();
        let health = receiver.as_ref().as_ref()?.health(link);
        let health = health.borrow();
        Some((health.key_id.clone()?, health.last_batch_at?))
    }

    /// The keys held here, and the link by its name.
    fn held(&self, link: &str) -> Result<(&KeyRoom, &LinkConfig), AppError> {
        let room = self.inner.keys.get().ok_or(AppError::NotFound)?;
        let mut links = room.ground.links.iter();
        let config = links.find(|config| config.link.as_str() == link);
        Ok((room, config.ok_or(AppError::NotFound)?))
    }

    /// Writes the steps of one deed with its line in the audit trail and its answer, and lets them hold.
    async fn take_steps(
        &self,
        key: &CommandKey,
        answer: KeyDone,
        steps: Vec<LinkKeyRow>,
        audit: Record,
    ) -> Result<KeyDone, AppError> {
        let before = steps.first().map_or(0, |step| step.no);
        let mut records: Vec<Record> = steps.into_iter().map(Record::LinkKey).collect();
        records.push(audit);
        let change = Change {
            command: Some(store::CommandKey {
                id: key.id.clone(),
                digest: key.digest.clone(),
                answer: crate::draft::to_json(&answer)?,
            }),
            records,
            ..Change::default()
        };
        let answer = match self.inner.store.append(change).await {
            Ok(_) => answer,
            Err(AppendError::Repeated { answer }) => super::read(&answer)?,
            // Another process decided first; what was decided here was decided on something older.
            Err(AppendError::Duplicate { .. }) => {
                self.follow_keys().await?;
                return Err(AppError::Conflict { actual: before });
            }
            Err(error) => return Err(error.into()),
        };
        self.follow_keys().await?;
        Ok(answer)
    }

    /// The step of this number. It is the next after what the deed was decided on, so that a step another
    /// process took meanwhile refuses it.
    fn key_step(
        &self,
        actor: &Actor,
        no: i64,
        (link, side): (&str, &str),
        (key_id, public): (&str, &str),
        (state, reason): (&str, &str),
    ) -> LinkKeyRow {
        LinkKeyRow {
            no,
            at: self.now(),
            account: actor.account.to_string(),
            link: link.to_owned(),
            side: side.to_owned(),
            key_id: key_id.to_owned(),
            public: public.to_owned(),
            state: state.to_owned(),
            reason: reason.to_owned(),
        }
    }
}

/// What the audit trail keeps of a key: its name and what people compared.
fn trace(side: &str, key_id: &str, public: &str) -> serde_json::Value {
    serde_json::json!({
        "side": side,
        "key": key_id,
        "fingerprint": spoken_fingerprint(public).unwrap_or_default(),
    })
}

impl Known {
    /// The number of the next step.
    fn next(&self) -> i64 {
        self.steps
            .last()
            .map_or(1, |step| step.no.saturating_add(1))
    }
}

impl KeyRoom {
    /// The private half of a key of ours, if it can be read here and is that of this public half.
    async fn private(&self, key: &OwnStanding) -> Option<Arc<OwnKey>> {
        let base = self.ground.book.key();
        if key.configured {
            return Some(Arc::clone(base));
        }
        let (folder, key_id) = (self.ground.folder.clone(), key.key_id.clone());
        let read = tokio::task::spawn_blocking(move || folder.read(&key_id)).await;
        match read {
            Ok(Ok(read)) if read.public_base64() == key.public => Some(Arc::new(read)),
            Ok(Ok(_)) => {
                tracing::error!(key = key.key_id, "the file of a key holds another key");
                None
            }
            Ok(Err(error)) => {
                tracing::debug!(key = key.key_id, %error, "a key cannot be read here");
                None
            }
            Err(error) => {
                tracing::error!(%error, "a key was not read");
                None
            }
        }
    }

    /// Lays what was decided over the configuration, and lets the whole hold at once.
    async fn lay(&self, known: &mut Known) {
        let mut links = Vec::new();
        for config in &self.ground.links {
            let keys: Vec<_> = peer_keys(&known.steps, config)
                .into_iter()
                .map(|known| known.key)
                .collect();
            let keys = match KeyRing::new(&keys) {
                Ok(keys) => keys,
                Err(error) => {
                    // Each was looked at alone, so this cannot be; if it is, nobody is believed.
                    tracing::error!(link = %config.link, %error, "the keys of the peer are unusable");
                    KeyRing::default()
                }
            };
            links.push(LinkTerms {
                link: config.link.clone(),
                peer: config.peer.clone(),
                algorithm: config.algorithm,
                keys,
                sign_with: self.sign_with(known, config.link.as_str()).await,
            });
        }
        self.ground.book.replace(links);
    }

    async fn sign_with(&self, known: &mut Known, link: &str) -> SignWith {
        let keys = own_keys(&known.steps, link, self.ground.book.key());
        let active = keys.iter().find(|key| key.state == OwnKeyState::Active);
        if let Some(active) = active {
            if active.configured {
                known.away.remove(link);
                return SignWith::Platform;
            }
            let read = match known.read.get(&active.public) {
                Some(read) => Some(Arc::clone(read)),
                None => self.private(active).await,
            };
            if let Some(read) = read {
                known.read.insert(active.public.clone(), Arc::clone(&read));
                known.away.remove(link);
                return SignWith::Made(read);
            }
        }
        // The peer still knows the configured one until it revokes it; one that was withdrawn here signs no more.
        let usable = keys
            .iter()
            .any(|key| key.configured && key.state != OwnKeyState::Revoked);
        if known.away.insert(link.to_owned()) {
            tracing::error!(
                link,
                key = active.map(|key| key.key_id.as_str()),
                usable,
                "the key in use cannot be read on this server: bring its file here, readable by its owner alone"
            );
        }
        if usable {
            SignWith::Platform
        } else {
            SignWith::None
        }
    }
}
