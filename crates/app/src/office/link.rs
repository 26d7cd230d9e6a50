//! The links to the peers 对接: how each is, what the peer refused for good, a sign of life now.

use super::{Way, allow};
use crate::App;
use crate::case::CommandKey;
use crate::error::AppError;
use crate::view::{
    DeadLetterPage, DeadLetterView, KeyView, LinkDetail, LinkView, Resent, SignOfLife,
};
use domain::right::{Action, Actor};
use exchange::{KeyState, LinkHealth};
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use store::{NewEnvelope, OutboxRow, Record};

/// Letters sent again in one transaction.
const BITE: i64 = 200;
/// How long a person waits for a sign of life.
const PATIENCE: Duration = Duration::from_secs(15);

impl App {
    /// How the links are.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], or the store's.
    pub async fn links(&self, actor: &Actor) -> Result<Vec<LinkView>, AppError> {
        allow(actor, Action::ReadDesk)?;
        self.link_views().await
    }

    pub(super) async fn link_views(&self) -> Result<Vec<LinkView>, AppError> {
        let mut views = Vec::new();
        for peer in &self.inner.config.peers {
            views.push(self.link_view(&peer.link).await?);
        }
        Ok(views)
    }

    async fn link_view(&self, link: &str) -> Result<LinkView, AppError> {
        let store = &self.inner.store;
        let (backlog, oldest) = store.outbox_waiting(link).await?;
        let dead = store.dead_count(link).await?;
        let state = store.link_state(link).await?.unwrap_or_default();
        let health = self.health(link);
        // What is kept outlives a good receipt: a person has to look into it.
        let (alarm, detail, alarm_at) = if state.alarm.is_empty() {
            let alarm = health.as_ref().and_then(|h| h.alarm.as_ref());
            let key = alarm.map(|alarm| alarm.key().to_owned());
            (key, alarm.map(exchange::Alarm::detail), None)
        } else {
            let (key, detail) = state
                .alarm
                .split_once(": ")
                .unwrap_or((state.alarm.as_str(), ""));
            let detail = (!detail.is_empty()).then(|| detail.to_owned());
            (Some(key.to_owned()), detail, state.alarm_at)
        };
        Ok(LinkView {
            id: link.to_owned(),
            peer_name: self.inner.config.peer_name(link),
            connected: health.as_ref().is_some_and(|h| h.connected),
            backlog: u64::try_from(backlog).unwrap_or(0),
            oldest_waiting_at: oldest,
            last_ok_at: health.as_ref().and_then(|h| h.last_ok_at),
            rtt_ms: health.as_ref().and_then(|h| h.rtt_ms),
            last_error: health.and_then(|h| h.last_error),
            alarm,
            alarm_detail: detail,
            alarm_at,
            dead: u64::try_from(dead).unwrap_or(0),
        })
    }

    fn health(&self, link: &str) -> Option<LinkHealth> {
        let book = self.inner.health.lock();
        let book = book.unwrap_or_else(PoisonError::into_inner);
        book.get(link).map(|health| health.borrow().clone())
    }

    /// Keeps the way of a link that runs in this process, so that its keys can be shown and tried.
    pub(crate) fn keep_way(&self, link: &str, way: Way) {
        let ways = self.inner.ways.lock();
        let mut ways = ways.unwrap_or_else(PoisonError::into_inner);
        ways.insert(link.to_owned(), way);
    }

    /// Refuses a link that is not configured.
    fn known_link(&self, link: &str) -> Result<&crate::config::Peer, AppError> {
        let mut peers = self.inner.config.peers.iter();
        peers
            .find(|peer| peer.link == link)
            .ok_or(AppError::NotFound)
    }

    /// A link whole: how it is, how far it is, and which keys are in use, their public part.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], or the store's.
    pub async fn link(&self, actor: &Actor, link: &str) -> Result<LinkDetail, AppError> {
        allow(actor, Action::MendLink)?;
        let peer_platform = self.known_link(link)?.platform.clone();
        let (issued, received) = crate::traffic(self, link).await?;
        let book = {
            let ways = self.inner.ways.lock();
            let ways = ways.unwrap_or_else(PoisonError::into_inner);
            ways.get(link).map(|way| Arc::clone(&way.book))
        };
        let name = exchange::LinkId::new(link);
        let terms = book.as_ref().and_then(|book| book.terms(&name));
        let own_key = book.and_then(|book| book.signing_key(&name));
        let shown = |key: exchange::PeerKey| KeyView {
            key_id: key.key_id,
            public: key.public,
            state: key.state,
        };
        Ok(LinkDetail {
            link: self.link_view(link).await?,
            peer_platform,
            issued,
            received,
            algorithm: terms
                .as_ref()
                .map(|terms| terms.algorithm.name().to_owned())
                .unwrap_or_default(),
            own_key: own_key.map(|key| KeyView {
                key_id: key.key_id().to_owned(),
                public: key.public_base64(),
                state: KeyState::Active,
            }),
            peer_keys: terms
                .map(|terms| terms.keys.shown().map(shown).collect())
                .unwrap_or_default(),
        })
    }

    /// What the peer refused for good, a page at a time; never the content.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], or the store's.
    pub async fn dead_letters(
        &self,
        actor: &Actor,
        link: &str,
        after: i64,
        limit: Option<i64>,
    ) -> Result<DeadLetterPage, AppError> {
        allow(actor, Action::MendLink)?;
        self.known_link(link)?;
        let limit = limit.unwrap_or(50).clamp(1, 200);
        let mut letters = self
            .inner
            .store
            .dead_letters(link, after, limit.saturating_add(1))
            .await?;
        let more = i64::try_from(letters.len()).is_ok_and(|count| count > limit);
        if more {
            letters.pop();
        }
        let next = letters.last().filter(|_| more).map(|letter| letter.seq);
        let items = letters
            .into_iter()
            .map(|letter| DeadLetterView {
                seq: letter.seq,
                kind: letter.kind,
                at: letter.at,
                reason: letter.reason,
                no: letter.no,
            })
            .collect();
        Ok(DeadLetterPage { items, next })
    }

    /// Sends a dead letter again, or with no number all of them, each as a new envelope: the peer
    /// keeps its refusal of the old number for ever, and would answer with it. A repeat under the
    /// same key sends nothing twice, and neither do two people at once.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`] if no such letter is dead, the store's. What
    /// was sent again until then is on its way.
    pub async fn resend(
        &self,
        actor: &Actor,
        link: &str,
        seq: Option<i64>,
        key: &CommandKey,
    ) -> Result<Resent, AppError> {
        allow(actor, Action::MendLink)?;
        self.known_link(link)?;
        let _turn = self.inner.office.lock().await;
        if let Some(answer) = self.answered(key).await? {
            return Ok(answer);
        }
        let done = match seq {
            Some(seq) => self.resend_one(actor, link, seq, key).await?,
            None => self.resend_all(actor, link, key).await?,
        };
        self.wake(link);
        Ok(done)
    }

    async fn resend_one(
        &self,
        actor: &Actor,
        link: &str,
        seq: i64,
        key: &CommandKey,
    ) -> Result<Resent, AppError> {
        let found = self
            .inner
            .store
            .outbox_dead_after(link, seq.saturating_sub(1), 1)
            .await?;
        let letter = found.into_iter().find(|row| row.seq == seq);
        let letter = letter.ok_or(AppError::NotFound)?;
        let (records, outbox) = self.again(actor, link, vec![letter]);
        self.record(key, Resent { resent: 1 }, records, outbox)
            .await
    }

    async fn resend_all(
        &self,
        actor: &Actor,
        link: &str,
        key: &CommandKey,
    ) -> Result<Resent, AppError> {
        let mut resent = 0_u64;
        let mut after = 0;
        loop {
            let part = self
                .inner
                .store
                .outbox_dead_after(link, after, BITE)
                .await?;
            let last = i64::try_from(part.len()).is_ok_and(|count| count < BITE);
            after = part.last().map_or(after, |row| row.seq);
            resent = resent.saturating_add(u64::try_from(part.len()).unwrap_or(0));
            let (records, outbox) = self.again(actor, link, part);
            if last {
                // The key goes with the last part: broken off before, a repeat sends the rest.
                return self.record(key, Resent { resent }, records, outbox).await;
            }
            let change = store::Change {
                records,
                outbox,
                ..store::Change::default()
            };
            self.inner.store.append(change).await?;
        }
    }

    fn again(
        &self,
        actor: &Actor,
        link: &str,
        letters: Vec<OutboxRow>,
    ) -> (Vec<Record>, Vec<NewEnvelope>) {
        let mut records = Vec::new();
        let mut outbox = Vec::new();
        for letter in letters {
            records.push(Record::OutboxResend {
                link: link.to_owned(),
                seq: letter.seq,
            });
            let resource = format!("{link}/{}", letter.seq);
            records.push(self.audit_row(actor, "resend", &resource, ""));
            outbox.push(NewEnvelope {
                link: link.to_owned(),
                case_id: letter.case_id,
                kind: letter.kind,
                body: letter.body,
                at: letter.at,
            });
        }
        (records, outbox)
    }

    /// Asks a link for a sign of life now and waits for its answer.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], or the store's. A peer that does not answer
    /// is no error but the answer.
    pub async fn test_link(&self, actor: &Actor, link: &str) -> Result<SignOfLife, AppError> {
        allow(actor, Action::MendLink)?;
        self.known_link(link)?;
        let records = vec![self.audit_row(actor, "test_link", link, "")];
        let change = store::Change {
            records,
            ..store::Change::default()
        };
        self.inner.store.append(change).await?;
        let silent = |error: &str| SignOfLife {
            answered: false,
            at: self.now(),
            rtt_ms: None,
            error: Some(error.to_owned()),
        };
        let watched = {
            let health = self.inner.health.lock();
            let health = health.unwrap_or_else(PoisonError::into_inner);
            health.get(link).cloned()
        };
        let (Some(mut health), Some(probe)) = (watched, self.inner.probes.get(link)) else {
            return Ok(silent("not_running"));
        };
        let (answered, unanswered) = {
            let before = health.borrow_and_update();
            (before.answered, before.unanswered)
        };
        probe.notify_one();
        let heard = health.wait_for(|now| now.answered != answered || now.unanswered != unanswered);
        Ok(match tokio::time::timeout(PATIENCE, heard).await {
            Err(_) => silent("no_answer_in_time"),
            Ok(Err(_)) => silent("not_running"),
            Ok(Ok(now)) if now.answered != answered => SignOfLife {
                answered: true,
                at: self.now(),
                rtt_ms: now.rtt_ms,
                error: None,
            },
            Ok(Ok(now)) => silent(now.last_error.as_deref().unwrap_or("no_answer_in_time")),
        })
    }
}
