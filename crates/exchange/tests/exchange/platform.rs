//! Platforms in memory: an outbox and an inbox over vectors, which survive the crashes a test makes.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use exchange::batch::Draft;
use exchange::link::LinkTerms;
use exchange::{
    Applied, ChainHead, Digest, Envelope, Figures, Inbox, KeyState, LinkBook, LinkId, Now, Outbox,
    OwnKey, PeerKey, PlatformId, PortError, Receiver, SignedBatch,
};

/// The middle of a day in the fictional county.
pub(crate) const NOON: i64 = 1_795_320_000_000;

pub(crate) fn link() -> LinkId {
    LinkId::new("wanglan-110-12345")
}

pub(crate) fn police() -> PlatformId {
    PlatformId::new("wanglan-110")
}

pub(crate) fn hotline() -> PlatformId {
    PlatformId::new("wanglan-12345")
}

/// The same numbers every run.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// splitmix64.
    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.roll() % limit
    }

    pub(crate) fn index(&mut self, len: usize) -> usize {
        usize::try_from(self.below(u64::try_from(len).unwrap())).unwrap()
    }

    /// True in so many of a hundred cases.
    pub(crate) fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }
}

pub(crate) fn key_of(platform: &PlatformId) -> OwnKey {
    OwnKey::from_random(
        Digest::of(platform.as_str().as_bytes()).as_bytes(),
        Some("k1"),
    )
}

pub(crate) fn terms_with(peer: &PlatformId, key: &OwnKey, state: KeyState) -> LinkTerms {
    let key = PeerKey {
        key_id: key.key_id().into(),
        public: key.public_base64(),
        state,
    };
    LinkTerms {
        link: link(),
        peer: peer.clone(),
        algorithm: exchange::key::Algorithm::Ed25519,
        keys: exchange::key::KeyRing::new(&[key]).unwrap(),
        sign_with: exchange::SignWith::Platform,
    }
}

/// The book of one side of the link.
pub(crate) fn book(own: &PlatformId, peer: &PlatformId) -> Arc<LinkBook> {
    let terms = terms_with(peer, &key_of(peer), KeyState::Active);
    Arc::new(LinkBook::new(own.clone(), key_of(own), vec![terms]))
}

pub(crate) fn envelope(seq: u64, kind: &str) -> Envelope {
    Envelope {
        v: 1,
        id: format!("0199aaaa-0000-7000-8000-{seq:012}"),
        link: link(),
        seq,
        kind: kind.into(),
        schema: 1,
        case: format!("J20261122{seq:06}"),
        peer_case: seq.is_multiple_of(2).then(|| format!("W20261122{seq:06}")),
        cause: format!("e{seq}"),
        at: NOON,
        body: format!("{{\"number\":\"10000000042\",\"matter\":\"噪声 \\\"{seq}\\\"\"}}"),
        digest: Digest::from_bytes([0; 32]),
    }
    .sealed()
}

pub(crate) fn batch(first: u64, last: u64) -> SignedBatch {
    sign(
        first,
        (first..=last).map(|seq| envelope(seq, "plain")).collect(),
    )
}

/// Signed by the 110 for the 12345.
pub(crate) fn sign(first_seq: u64, envelopes: Vec<Envelope>) -> SignedBatch {
    let head = Some(ChainHead {
        position: 9,
        hash: Digest::of(b"head"),
    });
    let draft = Draft {
        link: link(),
        from: police(),
        to: hotline(),
        first_seq,
        envelopes,
        head,
        figures: None,
    };
    SignedBatch::sign(draft, &key_of(&police()))
}

#[derive(Debug, Clone, Default)]
pub(crate) struct OutboxRows {
    pub(crate) envelopes: Vec<Envelope>,
    pub(crate) acknowledged: u64,
    pub(crate) dead: Vec<(u64, String)>,
}

/// An outbox in memory.
#[derive(Debug, Default)]
pub(crate) struct MemoryOutbox {
    pub(crate) rows: Mutex<OutboxRows>,
    pub(crate) away: AtomicBool,
    /// What it publishes; it fails to count without.
    pub(crate) figures: Mutex<Option<Figures>>,
    /// Something is committed right after the next read, before the read that follows it.
    pub(crate) written_between: AtomicBool,
}

impl MemoryOutbox {
    fn after_read(&self) {
        if self.written_between.swap(false, Ordering::Relaxed) {
            self.write("plain");
        }
    }

    pub(crate) fn write(&self, kind: &str) {
        let mut rows = self.rows.lock().unwrap();
        let seq = u64::try_from(rows.envelopes.len()).unwrap() + 1;
        rows.envelopes.push(envelope(seq, kind));
    }

    fn here(&self) -> Result<(), PortError> {
        if self.away.load(Ordering::Relaxed) {
            return Err(PortError::Unavailable("the outbox is away".into()));
        }
        Ok(())
    }
}

#[async_trait]
impl Outbox for MemoryOutbox {
    async fn waiting(
        &self,
        _link: &LinkId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Envelope>, PortError> {
        self.here()?;
        let found = {
            let rows = self.rows.lock().unwrap();
            let waiting = rows.envelopes.iter().filter(|row| row.seq > after);
            waiting.take(limit).cloned().collect()
        };
        self.after_read();
        Ok(found)
    }

    async fn settle(
        &self,
        _link: &LinkId,
        up_to: u64,
        refused: &[(u64, String)],
    ) -> Result<(), PortError> {
        self.here()?;
        let mut rows = self.rows.lock().unwrap();
        rows.acknowledged = rows.acknowledged.max(up_to);
        for (seq, reason) in refused {
            if !rows.dead.iter().any(|(dead, _)| dead == seq) {
                rows.dead.push((*seq, reason.clone()));
            }
        }
        Ok(())
    }

    async fn acknowledged(&self, _link: &LinkId) -> Result<u64, PortError> {
        self.here()?;
        Ok(self.rows.lock().unwrap().acknowledged)
    }

    async fn issued(&self, _link: &LinkId) -> Result<u64, PortError> {
        self.here()?;
        let issued = {
            let rows = self.rows.lock().unwrap();
            rows.envelopes.last().map_or(0, |row| row.seq)
        };
        self.after_read();
        Ok(issued)
    }

    async fn head(&self) -> Result<ChainHead, PortError> {
        self.here()?;
        Ok(ChainHead {
            position: 7,
            hash: Digest::of(b"log"),
        })
    }

    async fn figures(&self) -> Result<Option<Figures>, PortError> {
        let figures = self.figures.lock().unwrap().clone();
        figures
            .map(Some)
            .ok_or(PortError::Unavailable("cannot count".into()))
    }
}

/// Figures with so many waiting.
pub(crate) fn figures(waiting: i64) -> Figures {
    Figures {
        at: NOON,
        waiting,
        waiting_since: Some(NOON - 60_000),
        open: 28,
        unowned: 0,
        danger: 1,
        overdue: 5,
        taken_today: 40,
    }
}

#[derive(Debug, Clone, Default)]
pub(crate) struct InboxRows {
    /// Id and result of each number from 1.
    pub(crate) results: Vec<(String, Applied)>,
    /// Numbers that took effect, in the order in which they did.
    pub(crate) effects: Vec<u64>,
    pub(crate) heads: u64,
}

/// What the handler shall do wrong in the next call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Mishap {
    #[default]
    None,
    /// Commits so many, then the store is away.
    AwayAfter(usize),
    /// Commits so many, then answers only for those.
    ShortAfter(usize),
    /// Commits so many, then the process dies: the call never returns.
    DeadAfter(usize),
}

/// An inbox in memory. Kinds of envelope: `plain` is applied, `refuse` is refused for good, `poison`
/// makes the handler fail each time, `panic` makes it panic each time.
#[derive(Debug, Default)]
pub(crate) struct MemoryInbox {
    pub(crate) rows: Mutex<InboxRows>,
    pub(crate) mishap: Mutex<Mishap>,
    pub(crate) calls: Mutex<u64>,
    heard: Mutex<Vec<Figures>>,
}

impl MemoryInbox {
    pub(crate) fn figures(&self) -> Vec<Figures> {
        self.heard.lock().unwrap().clone()
    }

    pub(crate) fn effects(&self) -> Vec<u64> {
        self.rows.lock().unwrap().effects.clone()
    }

    pub(crate) fn refusals(&self) -> Vec<(u64, String)> {
        (1..)
            .zip(&self.rows.lock().unwrap().results)
            .filter_map(|(seq, (_, result))| match result {
                Applied::Refused { reason } => Some((seq, reason.clone())),
                _ => None,
            })
            .collect()
    }
}

#[async_trait]
impl Inbox for MemoryInbox {
    async fn watermark(&self, _link: &LinkId) -> Result<u64, PortError> {
        Ok(u64::try_from(self.rows.lock().unwrap().results.len()).unwrap())
    }

    async fn apply(
        &self,
        _link: &LinkId,
        envelopes: &[Envelope],
    ) -> Result<Vec<Applied>, PortError> {
        *self.calls.lock().unwrap() += 1;
        let mishap = std::mem::take(&mut *self.mishap.lock().unwrap());
        let mut results = Vec::new();
        for envelope in envelopes {
            match mishap {
                Mishap::AwayAfter(count) if results.len() == count => {
                    return Err(PortError::Unavailable("the inbox is away".into()));
                }
                Mishap::ShortAfter(count) if results.len() == count => return Ok(results),
                Mishap::DeadAfter(count) if results.len() == count => {
                    std::future::pending::<()>().await;
                }
                _ => {}
            }
            let mut rows = self.rows.lock().unwrap();
            let index = usize::try_from(envelope.seq).unwrap() - 1;
            if let Some((id, result)) = rows.results.get(index) {
                if *id != envelope.id {
                    return Err(PortError::Forked { seq: envelope.seq });
                }
                results.push(match result {
                    Applied::Refused { reason } => Applied::Refused {
                        reason: reason.clone(),
                    },
                    _ => Applied::Already,
                });
                continue;
            }
            // The promise the receiver gives to the handler: in order, without gaps.
            assert_eq!(rows.results.len(), index, "applied out of order");
            let result = match envelope.kind.as_str() {
                "refuse" => Applied::Refused {
                    reason: "unknown matter".into(),
                },
                "poison" => {
                    return Err(PortError::Poison {
                        seq: envelope.seq,
                        reason: "cannot be handled".into(),
                    });
                }
                "panic" => {
                    drop(rows);
                    // Unwinds without the hook, which would fill the test's output.
                    std::panic::resume_unwind(Box::new("the handler's own panic"));
                }
                _ => {
                    rows.effects.push(envelope.seq);
                    Applied::Done
                }
            };
            rows.results.push((envelope.id.clone(), result.clone()));
            results.push(result);
        }
        Ok(results)
    }

    async fn quarantine(
        &self,
        _link: &LinkId,
        envelope: &Envelope,
        reason: &str,
    ) -> Result<(), PortError> {
        let mut rows = self.rows.lock().unwrap();
        assert_eq!(u64::try_from(rows.results.len()).unwrap() + 1, envelope.seq);
        rows.results.push((
            envelope.id.clone(),
            Applied::Refused {
                reason: reason.into(),
            },
        ));
        Ok(())
    }

    async fn peer_head(&self, _link: &LinkId, _head: ChainHead) -> Result<(), PortError> {
        self.rows.lock().unwrap().heads += 1;
        Ok(())
    }

    async fn peer_figures(&self, _link: &LinkId, figures: Figures) -> Result<(), PortError> {
        self.heard.lock().unwrap().push(figures);
        Ok(())
    }
}

/// A clock the test sets.
#[derive(Debug, Clone)]
pub(crate) struct SetClock(pub(crate) Arc<AtomicI64>);

impl SetClock {
    pub(crate) fn noon() -> Self {
        Self(Arc::new(AtomicI64::new(NOON)))
    }

    pub(crate) fn now(&self) -> Now {
        let time = Arc::clone(&self.0);
        Arc::new(move || time.load(Ordering::Relaxed))
    }
}

/// The 12345 as a receiver of what the 110 sends.
pub(crate) fn receiver(inbox: &Arc<MemoryInbox>, clock: &SetClock) -> Receiver {
    let inbox: Arc<dyn Inbox> = Arc::<MemoryInbox>::clone(inbox);
    Receiver::new(
        book(&hotline(), &police()),
        inbox,
        Arc::new(MemoryOutbox::default()),
        clock.now(),
    )
}
