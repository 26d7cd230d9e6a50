//! The engine: carries out orders on the wire and in sound, and tells what is heard.
//!
//! One task does everything in the order it was asked and heard, so that no two words about a leg
//! overtake each other; what takes time (an answer from the network, a file) goes on elsewhere. Task and SIP have a thread of
//! their own: a message passes from hand to hand without waking anybody, and no other work of the program delays it.

mod actor;
mod browser;
mod cell;
mod leg;
mod prompt;
mod recorder;
mod resume;
mod sentence;
mod timers;
mod word;

pub use prompt::{BadSentence, Prompts};
pub use recorder::{Kept, NoRecorder, Recorder, Writing};
pub use resume::Remembered;

use crate::browser::{Answering, Phones, Refused};
use crate::call::{Control, Engine, LegId, Order, SeatName, TrunkName};
use crate::media::board::Notice;
use crate::media::line::LineNo;
use crate::media::switchboard::{self, BrowserPort, Switchboard};
use crate::sip::word::Said;
use crate::sip::{self, Stack, policy::Policy};
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::sync::Arc;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

/// Gives numbers nobody can guess.
pub type Chance = Arc<dyn Fn() -> u64 + Send + Sync>;

/// What the engine needs to know.
pub struct Settings {
    /// Listeners, trunks and phones.
    pub sip: sip::Settings,
    /// The address sound is received on.
    pub sound_address: IpAddr,
    /// The address others send sound to, if it is another.
    pub sound_external: Option<IpAddr>,
    /// Its ports.
    pub sound_ports: RangeInclusive<u16>,
    /// The one port of all browsers, if seats may have their phone in the browser.
    pub browsers: Option<BrowserPort>,
    /// Header policies by name; a trunk's own stands with the trunk.
    pub policies: Vec<Policy>,
    /// Recorded sentences.
    pub prompts: Prompts,
    /// Where sound is recorded.
    pub recorder: Arc<dyn Recorder>,
    /// Numbers nobody can guess.
    pub chance: Chance,
    /// What a former program with the same ports kept: its legs are there again before the first message is read.
    pub remembered: Vec<Remembered>,
}

/// Why the engine cannot start.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// SIP cannot.
    #[error(transparent)]
    Sip(#[from] sip::Failure),
    /// Sound cannot, or there are no more threads.
    #[error("sound cannot be started")]
    Sound(#[from] std::io::Error),
    /// The thread ended before it had begun.
    #[error("the engine ended before it had begun")]
    Ended,
}

/// Something the task does, in its turn.
enum Event {
    Orders(Vec<Order>),
    Said(Said),
    Notice(Notice),
    /// A browser at a seat offers its sound (JSON).
    Browse(
        SeatName,
        String,
        tokio::sync::oneshot::Sender<Result<String, Refused>>,
    ),
    /// It goes.
    Unbrowse(SeatName),
    /// A browser that was gone has not come again in time.
    Missed(SeatName, LineNo),
    /// What others want to know.
    Ask(Box<dyn FnOnce(&actor::Actor) + Send>),
}

/// The engine's handle.
pub struct Voice {
    events: UnboundedSender<Event>,
    resumed: BTreeSet<LegId>,
}

/// How much is going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Load {
    /// Legs that ring or talk.
    pub legs: usize,
    /// SIP dialogs held.
    pub dialogs: usize,
    /// Lines of sound open.
    pub lines: usize,
    /// Messages of addresses that have no business here.
    pub strangers: u64,
    /// Messages above a source's rate.
    pub too_many: u64,
    /// Datagrams that are no SIP.
    pub rubbish: u64,
    /// Steps of sound that began more than 10 ms late.
    pub late_steps: u64,
}

impl Voice {
    /// Starts everything. `control` hears from now on.
    ///
    /// # Errors
    /// [`Failure`], when an address is taken or a certificate cannot be used.
    pub async fn start(settings: Settings, control: Arc<dyn Control>) -> Result<Self, Failure> {
        let (events, turns) = unbounded_channel();
        // Whoever holds the handle holds the engine: what sound and SIP say does not keep it alive.
        let notices = events.downgrade();
        let board = Switchboard::start(
            switchboard::Settings {
                address: settings.sound_address,
                ports: settings.sound_ports,
                browsers: settings.browsers,
                chance: Arc::clone(&settings.chance),
            },
            move |notice| {
                if let Some(notices) = notices.upgrade() {
                    // Without a task there is nobody to tell.
                    let _ = notices.send(Event::Notice(notice));
                }
            },
        )?;
        let (said, mut words) = unbounded_channel();
        let secret: Vec<u8> = (0..4)
            .flat_map(|_| (settings.chance)().to_be_bytes())
            .collect();
        let (former, legs) = resume::read(settings.remembered);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (begun, began) = tokio::sync::oneshot::channel();
        let hearing = events.downgrade();
        let ours = events.downgrade();
        std::thread::Builder::new()
            .name("sip".to_owned())
            .spawn(move || {
                runtime.block_on(async move {
                    let (stack, dialogs) =
                        match Stack::resume(settings.sip, &secret, said, former).await {
                            Ok(stack) => stack,
                            // Whoever started us may have gone.
                            Err(error) => return drop(begun.send(Err(error))),
                        };
                    tokio::spawn(async move {
                        while let Some(word) = words.recv().await {
                            let Some(hearing) = hearing.upgrade() else {
                                return;
                            };
                            if hearing.send(Event::Said(word)).is_err() {
                                return;
                            }
                        }
                    });
                    let mut actor = actor::Actor::new(actor::Parts {
                        stack,
                        board,
                        control,
                        policies: settings.policies,
                        prompts: settings.prompts,
                        recorder: settings.recorder,
                        chance: settings.chance,
                        external: settings.sound_external,
                        events: ours,
                    });
                    let resumed = actor.resume(legs.with(dialogs));
                    if begun.send(Ok(resumed)).is_ok() {
                        actor.run(turns).await;
                    }
                });
            })?;
        let resumed = began.await.map_err(|_| Failure::Ended)??;
        Ok(Self { events, resumed })
    }

    /// The legs of a former program that are there again: what they hear and whether they are recorded is to be ordered.
    #[must_use]
    pub const fn resumed(&self) -> &BTreeSet<LegId> {
        &self.resumed
    }

    /// How much is going on; `None` when the engine has ended.
    pub async fn load(&self) -> Option<Load> {
        self.ask(actor::Actor::load).await
    }

    /// Whether a seat's phone can be rung.
    pub async fn has_phone(&self, seat: SeatName) -> bool {
        self.ask(move |actor| actor.has_phone(&seat))
            .await
            .unwrap_or(false)
    }

    /// Trunks that work.
    pub async fn trunks_up(&self) -> Vec<TrunkName> {
        self.ask(actor::Actor::trunks_up).await.unwrap_or_default()
    }

    /// A browser at a seat offers its sound: `{"type": "offer", "sdp": …}`; the answer for it, of the same shape. It takes the
    /// place of the seat's former session, and of its part in a call that is up.
    ///
    /// # Errors
    /// [`Refused`], when the offer is none, or browsers have no port here.
    pub async fn open_browser(&self, seat: SeatName, offer: String) -> Result<String, Refused> {
        Phones::open(self, seat, offer).await
    }

    /// The browser at a seat says that it goes.
    pub fn close_browser(&self, seat: SeatName) {
        Phones::close(self, seat);
    }

    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&actor::Actor) -> T + Send + 'static,
    ) -> Option<T> {
        let (answer, answered) = tokio::sync::oneshot::channel();
        let ask = Event::Ask(Box::new(move |actor| {
            // Whoever asked may have gone.
            let _ = answer.send(question(actor));
        }));
        self.events.send(ask).ok()?;
        answered.await.ok()
    }
}

impl Engine for Voice {
    fn carry_out(&self, orders: Vec<Order>) {
        if !orders.is_empty() {
            // An engine that has ended does nothing any more.
            let _ = self.events.send(Event::Orders(orders));
        }
    }
}

impl Phones for Voice {
    fn open(&self, seat: SeatName, offer: String) -> Answering {
        let (answer, answered) = tokio::sync::oneshot::channel();
        let sent = self.events.send(Event::Browse(seat, offer, answer));
        Box::pin(async move {
            sent.map_err(|_| Refused::Ended)?;
            answered.await.map_err(|_| Refused::Ended)?
        })
    }

    fn close(&self, seat: SeatName) {
        // An engine that has ended has closed it already.
        let _ = self.events.send(Event::Unbrowse(seat));
    }
}
