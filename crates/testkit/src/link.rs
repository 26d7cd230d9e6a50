//! Two linked platforms and the weather on the link between them. The exchange's own state machine
//! sends, the application's own receiver takes; only time and loss are played by dice.

use crate::chance::Dice;
use crate::ground::{Ground, StoreKind};
use crate::platform::{Platform, Settings, at};
use crate::{LINK, MONDAY};
use app::clock::HandClock;
use domain::desk::Desk;
use exchange::batch::Draft;
use exchange::sender::{Action, Course, Event};
use exchange::{LinkId, Outbox, SignedBatch, SignedReceipt};
use std::sync::Arc;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// 110.
    Police,
    /// 12345.
    Hotline,
}

/// What may happen to a batch on its way, each in percent.
#[derive(Debug, Clone, Copy, Default)]
pub struct Weather {
    /// The batch is lost.
    pub lost: u64,
    /// The batch is applied, its receipt is lost.
    pub deaf: u64,
    /// The batch arrives twice.
    pub doubled: u64,
    /// The batch arrives later, after others; the sender has given up waiting by then.
    pub late: u64,
    /// Largest batch, in envelopes; 0 for as many as fit.
    pub batch: usize,
}

impl Weather {
    /// A bad night.
    #[must_use]
    pub const fn storm() -> Self {
        Self {
            lost: 15,
            deaf: 15,
            doubled: 15,
            late: 15,
            batch: 7,
        }
    }
}

/// One direction of the link.
#[derive(Debug)]
pub(crate) struct Line {
    link: LinkId,
    course: Course,
    next: Option<Action>,
    begun: bool,
    late: Vec<Vec<u8>>,
}

/// The two platforms of the county and the link between them; the arbiter sits at the hotline.
pub struct Pair {
    /// 110.
    pub police: Platform,
    /// 12345.
    pub hotline: Platform,
    /// The clock both read.
    pub clock: Arc<HandClock>,
    /// What happens to what is under way.
    pub weather: Weather,
    /// Chance.
    pub dice: Dice,
    out: Line,
    back: Line,
}

impl Pair {
    /// Two platforms on empty stores.
    pub async fn open(kind: StoreKind) -> Self {
        Self::open_with(kind, |_| {}, 1).await
    }

    /// Two platforms with other settings.
    pub async fn open_with(kind: StoreKind, change: impl Fn(&mut Settings), seed: u64) -> Self {
        let clock = Arc::new(HandClock::new(at(MONDAY)));
        let mut sides = Vec::new();
        for (desk, n) in [(Desk::Police, 0), (Desk::Hotline, 1)] {
            let mut settings = Settings::of(desk);
            change(&mut settings);
            let ground = Ground::new(kind).await;
            let seed = seed * 2 + n;
            sides.push(Platform::open_with(settings, ground, Arc::clone(&clock), seed).await);
        }
        let (hotline, police) = (sides.pop().unwrap(), sides.pop().unwrap());
        Self {
            police,
            hotline,
            clock,
            weather: Weather::default(),
            dice: Dice::new(seed),
            out: Line::over(LINK),
            back: Line::over(LINK),
        }
    }

    /// One side's program ends and starts again; its sender forgets all it had in memory.
    pub async fn restart(&mut self, side: Side) {
        match side {
            Side::Police => {
                self.police.restart().await;
                self.out.forget();
            }
            Side::Hotline => {
                self.hotline.restart().await;
                self.back.forget();
            }
        }
    }

    /// One step of one direction's sender: what it does next, in the weather there is.
    pub async fn step(&mut self, from: Side) {
        let (weather, dice) = (self.weather, &self.dice);
        match from {
            Side::Police => {
                let line = &mut self.out;
                line.step(&self.police, &self.hotline, weather, dice).await;
            }
            Side::Hotline => {
                let line = &mut self.back;
                line.step(&self.hotline, &self.police, weather, dice).await;
            }
        }
    }

    /// The weather clears and everything under way arrives, late batches too; ends when neither
    /// side has anything left to send.
    pub async fn settle(&mut self) {
        self.weather = Weather::default();
        for _ in 0..100_000 {
            self.step(Side::Police).await;
            self.step(Side::Hotline).await;
            if !(self.out.rests() && self.back.rests()) {
                continue;
            }
            let waiting = backlog(&self.police, LINK).await + backlog(&self.hotline, LINK).await;
            if waiting > 0 {
                self.out.wake();
                self.back.wake();
                continue;
            }
            let late = self.out.late.len() + self.back.late.len();
            for bytes in std::mem::take(&mut self.out.late) {
                arrive(&self.hotline, &bytes).await;
            }
            for bytes in std::mem::take(&mut self.back.late) {
                arrive(&self.police, &bytes).await;
            }
            if late == 0 {
                return;
            }
        }
        panic!(
            "the link does not come to rest: {:?} {:?}",
            self.out, self.back
        );
    }

    /// Whether a platform's sender has something to send.
    pub async fn waiting(&self, side: Side) -> i64 {
        match side {
            Side::Police => backlog(&self.police, LINK).await,
            Side::Hotline => backlog(&self.hotline, LINK).await,
        }
    }

    /// Takes due steps of deadlines on both sides.
    pub async fn sweep(&self) -> u64 {
        self.police.app.sweep().await.unwrap() + self.hotline.app.sweep().await.unwrap()
    }
}

/// What a platform has yet to send over a link.
pub(crate) async fn backlog(platform: &Platform, link: &str) -> i64 {
    platform.app.store().outbox_waiting(link).await.unwrap().0
}

/// A batch reaches a platform; its signed receipt, if it gave one.
pub async fn arrive(to: &Platform, bytes: &[u8]) -> Option<SignedReceipt> {
    match to.app.receive_batch(bytes).await {
        Ok(receipt) => Some(serde_json::from_slice(&receipt).unwrap()),
        Err(error) if error.is_passing() => None,
        Err(error) => panic!("an honest batch was refused: {error}"),
    }
}

/// Signs envelopes as this platform would.
#[must_use]
pub fn sign(from: &Platform, to: &Platform, envelopes: Vec<exchange::Envelope>) -> SignedBatch {
    let first_seq = envelopes.first().map_or(1, |e| e.seq);
    let draft = Draft {
        link: LinkId::new(LINK),
        from: from.book.own().clone(),
        to: to.book.own().clone(),
        first_seq,
        envelopes,
        head: None,
        figures: None,
    };
    let key = from.book.signing_key(&LinkId::new(LINK)).unwrap();
    SignedBatch::sign(draft, &key)
}

impl Line {
    /// A direction of the link of this name.
    pub(crate) fn over(link: &str) -> Self {
        Self {
            link: LinkId::new(link),
            course: Course::default(),
            next: None,
            begun: false,
            late: Vec::new(),
        }
    }

    fn forget(&mut self) {
        self.begun = false;
    }

    pub(crate) const fn rests(&self) -> bool {
        self.begun && matches!(self.next, Some(Action::Idle))
    }

    pub(crate) fn wake(&mut self) {
        if self.rests() {
            self.feed(Event::Woken {
                sign_of_life: false,
            });
        }
    }

    fn feed(&mut self, event: Event) {
        self.next = self.course.step(event);
    }

    /// One step: what the sender does next, in the weather there is.
    pub(crate) async fn step(
        &mut self,
        from: &Platform,
        to: &Platform,
        weather: Weather,
        dice: &Dice,
    ) {
        if !self.begun {
            self.begun = true;
            self.feed(Event::Begin);
        }
        let link = self.link.clone();
        let Some(action) = self.next.take() else {
            panic!("the sender has nothing to do and nothing to wait for");
        };
        let event = match action {
            Action::ReadAcknowledged => {
                Event::Acknowledged(from.ports.acknowledged(&link).await.unwrap())
            }
            Action::Load { after, limit } => {
                let limit = if weather.batch == 0 {
                    limit
                } else {
                    weather.batch
                };
                let envelopes = from.ports.waiting(&link, after, limit).await.unwrap();
                let issued = from.ports.issued(&link).await.unwrap();
                Event::Loaded { envelopes, issued }
            }
            Action::Settle { up_to, refused } => {
                from.ports.settle(&link, up_to, &refused).await.unwrap();
                Event::Settled
            }
            Action::Rest { .. } => Event::Rested,
            // Nothing else moves while this side waits, so the moment passes.
            Action::Linger => Event::Quiet,
            Action::Idle => {
                if backlog(from, self.link.as_str()).await == 0 {
                    self.next = Some(Action::Idle);
                    return;
                }
                Event::Woken {
                    sign_of_life: false,
                }
            }
            Action::Send {
                first_seq,
                envelopes,
            } => {
                let draft = Draft {
                    link,
                    from: from.book.own().clone(),
                    to: to.book.own().clone(),
                    first_seq,
                    envelopes,
                    head: from.ports.head().await.ok(),
                    figures: from.ports.figures().await.ok().flatten(),
                };
                let key = from.book.signing_key(&self.link).unwrap();
                let batch = SignedBatch::sign(draft, &key);
                self.carry(from, to, &batch, weather, dice).await
            }
        };
        self.feed(event);
    }

    async fn carry(
        &mut self,
        from: &Platform,
        to: &Platform,
        batch: &SignedBatch,
        weather: Weather,
        dice: &Dice,
    ) -> Event {
        let bytes = batch.encode().unwrap();
        // What was held up may overtake what is sent now.
        if !self.late.is_empty() && dice.percent(30) {
            let old = self.late.swap_remove(dice.index(self.late.len()));
            arrive(to, &old).await;
        }
        if dice.percent(weather.lost) {
            return Event::Failed;
        }
        if dice.percent(weather.late) {
            self.late.push(bytes);
            return Event::Failed;
        }
        let mut receipt = arrive(to, &bytes).await;
        if dice.percent(weather.doubled) {
            receipt = arrive(to, &bytes).await;
        }
        if dice.percent(weather.deaf) {
            return Event::Failed;
        }
        let Some(receipt) = receipt else {
            return Event::Failed;
        };
        from.book.verify_receipt(&receipt, &batch.batch).unwrap();
        Event::Answered(Box::new(receipt.receipt))
    }
}

/// A carrier that hands each batch straight to the other platform's receiver.
pub struct Straight(app::App);

impl Straight {
    /// To this platform.
    #[must_use]
    pub fn to(app: &app::App) -> Self {
        Self(app.clone())
    }
}

#[async_trait::async_trait]
impl exchange::Carrier for Straight {
    async fn deliver(&self, batch: &SignedBatch) -> Result<SignedReceipt, exchange::CarrierError> {
        let bytes = batch.encode().unwrap();
        match self.0.receive_batch(&bytes).await {
            Ok(receipt) => Ok(serde_json::from_slice(&receipt).unwrap()),
            Err(error) => Err(exchange::CarrierError::NotNow(error.to_string())),
        }
    }
}
