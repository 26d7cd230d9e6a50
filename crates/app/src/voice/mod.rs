//! Calls: the switchboard of this platform, what it writes, and who may do what at it.
//!
//! One loop does everything in the order it was heard: `turn.rs` takes what waits, asks the machine, writes what became true
//! (`write.rs`), and only then gives the orders to the engine. `ask.rs` is what people do at a seat, `phone.rs` the browser as its phone,
//! `show.rs` what they see, `sound.rs` recordings, `duty.rs` whose telephones ring when no seat answers, `keep.rs` what outlives a
//! killed program and `resume.rs` how it goes on. Without a trunk there is no desk, and every question is answered with "off".

mod ask;
mod duty;
mod keep;
mod phone;
mod resume;
mod retention;
mod show;
mod sound;
mod step;
mod together;
mod turn;
mod write;

pub use resume::VoiceLeft;
pub use turn::VoiceControl;

use crate::App;
use crate::error::AppError;
use ::voice::browser::Phones;
use ::voice::call::{
    Announcement, Asked, CallId, DutyPhone, Engine, Heard, Input, Keep, Names, Plan, SeatName,
    Switchboard,
};
use ::voice::queue::Skills;
use ::voice::recording::Keeper;
use bytes::Bytes;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tokio::sync::{Notify, broadcast, mpsc, oneshot};

/// How a site's desk is set up.
#[derive(Debug, Clone)]
pub struct VoiceSetup {
    /// Trunks, partners, times.
    pub plan: Plan,
    /// The names of skills; the first is bit 0. At most 64.
    pub skills: Vec<String>,
    /// What an account can, by the names of skills; an account that is not here has none.
    pub seats: HashMap<String, Vec<String>>,
    /// Accounts of the group that helps out.
    pub backup: Vec<String>,
    /// Where recordings lie.
    pub recordings: Keeper,
    /// How long they are kept, milliseconds from the beginning of the leg; none is for ever.
    pub recordings_kept: Option<i64>,
    /// The names of the sentences that were recorded, of which announcements are made (R15).
    pub sentences: HashSet<String>,
    /// Which process this is, by its ports: after a restart the one with the same ports goes on with its calls.
    pub home: String,
}

/// One thing for the loop.
pub(crate) enum Work {
    Heard(Input),
    /// What the engine keeps of its own.
    Keep(Keep, Option<String>),
    Asked(
        SeatName,
        Skills,
        bool,
        Asked,
        /// The row that is on record before anything of it happens (law 10).
        Option<Box<store::Record>>,
        oneshot::Sender<Result<(), AppError>>,
    ),
    Bind(Box<turn::Binding>),
    Duty(Vec<DutyPhone>),
}

/// The desk, once it is set up.
pub(crate) struct VoiceDesk {
    pub(crate) board: Mutex<Switchboard>,
    pub(crate) setup: VoiceSetup,
    work: mpsc::UnboundedSender<Work>,
    /// Told when what was sent cannot wait for the turn of a busy desk.
    hurry: Notify,
    waiting: tokio::sync::Mutex<turn::Turn>,
    engine: OnceLock<Arc<dyn Engine>>,
    pub(crate) phones: OnceLock<Arc<dyn Phones>>,
    pub(crate) pages: phone::Pages,
    live: broadcast::Sender<Bytes>,
    /// Who was said to be on duty last.
    duty: Mutex<Vec<DutyPhone>>,
}

/// Where the desk is, if there is one.
#[derive(Default)]
pub(crate) struct VoiceRoom {
    desk: OnceLock<Arc<VoiceDesk>>,
}

/// Whether somebody waits for it: a person has pressed a key, also a hard phone's for a transfer, or it is of a call that is
/// `crossing`.
fn hurries(work: &Work, crossing: impl Fn(CallId) -> bool) -> bool {
    match work {
        Work::Asked(..) | Work::Heard(Input::Leg(_, Heard::ReferAsked { .. })) => true,
        Work::Heard(Input::Leg(leg, _)) => crossing(leg.call),
        Work::Heard(_) | Work::Keep(..) | Work::Bind(_) | Work::Duty(_) => false,
    }
}

impl VoiceDesk {
    /// Hands something to the loop; `None` once that has ended with the program.
    fn send(&self, work: Work) -> Option<()> {
        let hurried = hurries(&work, |call| self.with(|board| board.is_crossing(call)));
        self.work.send(work).ok()?;
        if hurried {
            self.hurry.notify_one();
        }
        Some(())
    }

    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut Switchboard) -> T) -> T {
        work(&mut self.board.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether orders are carried out.
    pub(crate) fn is_connected(&self) -> bool {
        self.engine.get().is_some()
    }

    fn skills_of(&self, account: &str) -> Skills {
        let known = self.setup.seats.get(account);
        let bits = known.into_iter().flatten().filter_map(|skill| {
            let bit = self.setup.skills.iter().position(|name| name == skill)?;
            u32::try_from(bit)
                .ok()
                .and_then(|bit| 1_u64.checked_shl(bit))
        });
        Skills(bits.fold(0, |all, bit| all | bit))
    }

    /// The names of skills.
    pub(crate) fn names_of(&self, skills: Skills) -> Vec<String> {
        let named = self.setup.skills.iter().take(64).enumerate();
        named
            .filter(|(bit, _)| skills.0 >> bit & 1 == 1)
            .map(|(_, name)| name.clone())
            .collect()
    }
}

impl App {
    /// Sets up the desk. Whoever builds the engine hands it the answer, and then [`App::connect_voice`] the engine.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when the plan contradicts itself or there is a desk already.
    pub fn open_voice(&self, setup: VoiceSetup) -> Result<VoiceControl, AppError> {
        if let Some(fault) = setup.plan.faults().into_iter().next() {
            return Err(AppError::field("voice", "faulty_plan", fault));
        }
        if setup.skills.len() > 64 {
            return Err(AppError::field(
                "voice",
                "too_many_skills",
                "at most 64 skills",
            ));
        }
        let (work, inbox) = mpsc::unbounded_channel();
        let (live, _) = broadcast::channel(256);
        let app = self.clone();
        let names: Names = Box::new(move || app.new_call());
        let desk = VoiceDesk {
            board: Mutex::new(Switchboard::new(setup.plan.clone(), names)),
            setup,
            work,
            hurry: Notify::new(),
            waiting: tokio::sync::Mutex::new(turn::Turn::new(inbox)),
            engine: OnceLock::new(),
            phones: OnceLock::new(),
            pages: phone::Pages::default(),
            live,
            duty: Mutex::default(),
        };
        let desk = Arc::new(desk);
        if self.inner.voice.desk.set(Arc::clone(&desk)).is_err() {
            return Err(AppError::field(
                "voice",
                "open_already",
                "there is a desk already",
            ));
        }
        Ok(VoiceControl {
            app: self.clone(),
            desk,
        })
    }

    /// Gives the desk its engine; until then orders come to nothing.
    pub fn connect_voice(&self, engine: Arc<dyn Engine>) {
        if let Some(desk) = self.inner.voice.desk.get() {
            let _ = desk.engine.set(engine);
        }
    }

    /// Who is on duty now, in the order in which their phones are rung.
    pub fn voice_duty(&self, duty: Vec<DutyPhone>) {
        if let Some(desk) = self.inner.voice.desk.get() {
            let _ = desk.send(Work::Duty(duty));
        }
    }

    /// Has an announcement made; what comes of it stands among the call's steps.
    pub(crate) fn voice_announce(&self, announcement: Announcement) {
        if let Some(desk) = self.inner.voice.desk.get() {
            let input = Input::Announce(Box::new(announcement));
            let _ = desk.send(Work::Heard(input));
        }
    }

    /// Nobody need hear an announcement any more.
    pub(crate) fn voice_withdraw(&self, call: CallId) {
        if let Some(desk) = self.inner.voice.desk.get() {
            let _ = desk.send(Work::Heard(Input::Withdraw(call)));
        }
    }

    pub(crate) fn voice_desk(&self) -> Option<&Arc<VoiceDesk>> {
        self.inner.voice.desk.get()
    }

    /// Words for consoles about calls, as whole server-sent events.
    pub(crate) fn voice_live(&self) -> Option<broadcast::Receiver<Bytes>> {
        self.voice_desk().map(|desk| desk.live.subscribe())
    }

    pub(crate) fn new_call(&self) -> CallId {
        // An id is a UUID, so this is never nothing; if it were, the call would have the name 0 and be refused as a double.
        CallId::parse(&self.new_id()).unwrap_or(CallId(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::voice::call::LegId;

    #[test]
    fn keys_and_calls_on_their_way_are_not_kept_waiting() {
        let leg = |call| LegId {
            call: CallId(call),
            no: 0,
        };
        let heard = |call, heard| Work::Heard(Input::Leg(leg(call), heard));
        let hurries = |work: Work| hurries(&work, |call| call == CallId(2));
        let (answer, _) = oneshot::channel();
        let seat = SeatName::new("a");
        assert!(hurries(Work::Asked(
            seat,
            Skills::NONE,
            false,
            Asked::Ready,
            None,
            answer
        )));
        let refer = || Heard::ReferAsked {
            to: "110".to_owned(),
            replaces: None,
        };
        assert!(hurries(heard(1, refer())));
        assert!(hurries(heard(2, Heard::Answered)));
        assert!(!hurries(heard(1, Heard::Answered)));
        assert!(!hurries(Work::Duty(Vec::new())));
    }
}
