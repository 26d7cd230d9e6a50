//! The switchboard 总机: all calls, seats and call-backs of one desk, as one pure machine. Inputs with their moment go in,
//! orders to the engine and facts to be written come out.

use super::fact::{Fact, What};
use super::input::{Arrival, Heard, Input, PhoneState, TrunkState};
use super::mix;
use super::name::{CallId, LegId, Moment, SeatName, TimerId, TrunkName};
use super::order::Order;
use super::plan::{DutyPhone, Plan};
use super::state::{Call, LegState, Stage};
use crate::call_back::CallBacks;
use crate::queue::{Class, Needs, Seat, SeatState, Skills, Waiting};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Why a person at a seat cannot have what was asked for. Each has a stable key for the edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// There is no such call, or it is over.
    NoSuchCall,
    /// There is no such seat.
    NoSuchSeat,
    /// It is not this seat's call.
    NotYourCall,
    /// It does not ring here.
    NotRinging,
    /// The seat is in a call.
    SeatBusy,
    /// The colleague's seat takes no call now.
    ColleagueBusy,
    /// The configuration knows no such partner, or no trunk for numbers.
    NoSuchDestination,
    /// The trunk that leads there does not work.
    TrunkDown,
    /// It does not fit what the call is doing: nobody to join, already transferring.
    NotNow,
    /// The caller's line is not up.
    NoCaller,
}

impl Denied {
    /// Its stable key.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Denied::NoSuchCall => "no_such_call",
            Denied::NoSuchSeat => "no_such_seat",
            Denied::NotYourCall => "not_your_call",
            Denied::NotRinging => "not_ringing",
            Denied::SeatBusy => "seat_busy",
            Denied::ColleagueBusy => "colleague_busy",
            Denied::NoSuchDestination => "no_such_destination",
            Denied::TrunkDown => "trunk_down",
            Denied::NotNow => "not_now",
            Denied::NoCaller => "no_caller",
        }
    }
}

/// What comes of one input. To be used in this order: facts are written, then orders are given.
#[derive(Debug, Default, PartialEq)]
pub struct Step {
    /// What became true.
    pub facts: Vec<Fact>,
    /// What the engine is to do.
    pub orders: Vec<Order>,
    /// Seats that changed.
    pub seats: BTreeSet<SeatName>,
    /// Calls that changed, or may have: what is kept of them is to be written anew.
    pub calls: BTreeSet<CallId>,
    /// The person asked for what cannot be; nothing was changed.
    pub denied: Option<Denied>,
}

/// What is known of a caller when the call arrives: looked up outside, before the machine is asked.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Known {
    /// An emergency: an open case of this number says so.
    pub emergency: bool,
    /// Who spoke last with this number about a case that is still open.
    pub last_operator: Option<SeatName>,
    /// What the call needs beyond its trunk's needs (a language, police advice: R91).
    pub needs: Needs,
}

/// What a timer was started for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Due {
    /// A round of ringing at seats is over.
    Round(CallId, u32),
    /// A far leg has rung long enough.
    FarRing(LegId),
    /// The call is to be looked at, if it waits.
    Look(CallId),
    /// The call that entered the queue then has waited long enough for its next step.
    Waited(CallId, Moment),
    /// The wrap-up of a seat is over.
    WrapUp(SeatName, CallId),
    /// The promise of a call-back has been made for long enough.
    Promised(CallId),
    /// A call-back is due.
    CallBack(CallId),
    /// The quiet behind a row of an announcement is over.
    Announce(CallId, u32),
    /// An announcement has taken as long as it may.
    AnnounceMost(CallId),
    /// The record of a call has waited long enough for its recordings.
    Settle(CallId),
}

/// When a number called.
#[derive(Debug, Clone)]
struct Recent {
    at: Moment,
}

/// So few numbers that called are kept whenever it was.
const RECENT: usize = 64;

/// A source of names for calls that the machine makes itself (call-backs): it has no randomness.
pub type Names = Box<dyn FnMut() -> CallId + Send>;

/// All calls of one desk.
pub struct Switchboard {
    pub(crate) plan: Plan,
    pub(crate) names: Names,
    pub(crate) seats: BTreeMap<SeatName, Seat>,
    /// Phones that can be rung, whoever sits there.
    phones: BTreeSet<SeatName>,
    /// Phones that are being opened.
    coming: BTreeSet<SeatName>,
    pub(crate) calls: BTreeMap<CallId, Call>,
    pub(crate) waiting: BTreeMap<CallId, Waiting>,
    pub(crate) call_backs: CallBacks,
    pub(crate) duty: Vec<DutyPhone>,
    pub(crate) down: BTreeSet<TrunkName>,
    recent: HashMap<String, Recent>,
    /// With so many of them those that are too long ago are forgotten.
    recent_most: usize,
    timers: HashMap<TimerId, Due>,
    next_timer: u64,
    pub(crate) out: Step,
    touched: BTreeSet<CallId>,
}

impl Switchboard {
    /// An empty desk.
    #[must_use]
    pub fn new(plan: Plan, names: Names) -> Switchboard {
        Switchboard {
            plan,
            names,
            seats: BTreeMap::new(),
            phones: BTreeSet::new(),
            coming: BTreeSet::new(),
            calls: BTreeMap::new(),
            waiting: BTreeMap::new(),
            call_backs: CallBacks::default(),
            duty: Vec::new(),
            down: BTreeSet::new(),
            recent: HashMap::new(),
            recent_most: RECENT,
            timers: HashMap::new(),
            next_timer: 0,
            out: Step::default(),
            touched: BTreeSet::new(),
        }
    }

    /// How the desk is set up.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Knows a seat, or changes what it can. What it does stays.
    pub fn seat_known(&mut self, now: Moment, name: SeatName, skills: Skills, backup: bool) {
        let phone = self.phones.contains(&name);
        let seat = self
            .seats
            .entry(name.clone())
            .or_insert_with(|| Seat::new(name, skills, backup, now));
        seat.skills = skills;
        seat.backup = backup;
        seat.phone = phone;
    }

    /// Who is on duty now, in the order in which their phones are rung.
    pub fn duty_known(&mut self, duty: Vec<DutyPhone>) {
        self.duty = duty;
    }

    /// Binds a call to a case: its printed number, and the token the other platform is to get (R74).
    pub fn bind(&mut self, call: CallId, case: Option<String>, token: Option<Vec<u8>>) {
        if let Some(call) = self.calls.get_mut(&call) {
            call.case = case;
            call.token = token;
        }
    }

    /// The seats.
    pub fn seats(&self) -> impl Iterator<Item = &Seat> {
        self.seats.values()
    }

    /// One seat.
    #[must_use]
    pub fn seat(&self, name: &SeatName) -> Option<&Seat> {
        self.seats.get(name)
    }

    /// Whether the phone of a seat can be rung, whoever sits there.
    #[must_use]
    pub fn has_phone(&self, name: &SeatName) -> bool {
        self.phones.contains(name)
    }

    /// Whether who sits there may ask for a call: the browser knows that its session is open before the platform has heard it.
    pub(crate) fn may_call(&self, name: &SeatName) -> bool {
        self.has_phone(name) || self.coming.contains(name)
    }

    /// The calls that wait.
    pub fn waiting(&self) -> impl Iterator<Item = &Waiting> {
        self.waiting.values()
    }

    /// The open call-backs.
    #[must_use]
    pub fn call_backs(&self) -> &CallBacks {
        &self.call_backs
    }

    /// Whether a trunk is known not to work.
    #[must_use]
    pub fn is_down(&self, trunk: &TrunkName) -> bool {
        self.down.contains(trunk)
    }

    /// How many calls are not yet over.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.calls.len()
    }

    /// Something was heard at this moment.
    pub fn step(&mut self, now: Moment, input: Input) -> Step {
        match input {
            Input::Arrived(arrival) => return self.arrive(now, *arrival, &Known::default()),
            Input::Leg(leg, heard) => self.heard(now, leg, heard),
            Input::Seat(seat, asked) => {
                if let Err(denied) = self.asked(now, &seat, asked) {
                    self.out.denied = Some(denied);
                }
            }
            Input::Trunk(trunk, TrunkState::Up) => {
                self.down.remove(&trunk);
            }
            Input::Trunk(trunk, TrunkState::Down) => {
                self.down.insert(trunk);
            }
            Input::Phone(seat, state) => self.phone(&seat, state),
            Input::Announce(announcement) => self.announce(now, *announcement),
            Input::Withdraw(call) => self.withdraw(now, call),
            Input::TimerDue(timer) => {
                if let Some(due) = self.timers.remove(&timer) {
                    self.due(now, due);
                }
            }
        }
        self.finish(now)
    }

    /// A call came in, of which this is known.
    pub fn arrive(&mut self, now: Moment, arrival: Arrival, known: &Known) -> Step {
        self.arrived(now, arrival, known);
        self.finish(now)
    }

    pub(crate) fn finish(&mut self, now: Moment) -> Step {
        self.dispatch(now);
        for id in std::mem::take(&mut self.touched) {
            if let Some(call) = self.calls.get_mut(&id) {
                mix::reconcile(call, &self.plan, now, &mut self.out.orders);
            }
            self.close_if_over(now, id, false);
            self.out.calls.insert(id);
        }
        std::mem::take(&mut self.out)
    }

    pub(crate) fn touch(&mut self, call: CallId) {
        self.touched.insert(call);
    }

    pub(crate) fn fact(&mut self, now: Moment, call: CallId, what: What) {
        self.out.facts.push(Fact {
            call,
            at: now,
            what,
        });
    }

    pub(crate) fn order(&mut self, order: Order) {
        self.out.orders.push(order);
    }

    pub(crate) fn start_timer(&mut self, due: Due, after_ms: u64) {
        self.next_timer = self.next_timer.saturating_add(1);
        let timer = TimerId(self.next_timer);
        self.timers.insert(timer, due);
        self.order(Order::StartTimer { timer, after_ms });
    }

    /// Turns a seat to a state, unless it is already there.
    pub(crate) fn turn(&mut self, now: Moment, name: &SeatName, state: SeatState) {
        if let Some(seat) = self.seats.get_mut(name)
            && seat.state != state
        {
            seat.turn(state, now);
            self.out.seats.insert(name.clone());
        }
    }

    fn phone(&mut self, name: &SeatName, state: PhoneState) {
        // A phone on a desk is there before anybody sits down at it.
        match state {
            PhoneState::Coming => {
                self.coming.insert(name.clone());
                return;
            }
            PhoneState::There => self.phones.insert(name.clone()),
            PhoneState::Gone => self.phones.remove(name),
        };
        self.coming.remove(name);
        if let Some(seat) = self.seats.get_mut(name) {
            let there = state == PhoneState::There;
            if seat.phone != there {
                seat.phone = there;
                self.out.seats.insert(name.clone());
            }
        }
    }

    pub(crate) fn heard(&mut self, now: Moment, leg: LegId, heard: Heard) {
        let Some(known) = self.calls.get(&leg.call).and_then(|call| call.leg(leg)) else {
            return;
        };
        let state = known.state;
        self.touch(leg.call);
        match heard {
            // They come about the end of a leg, also after it.
            Heard::Recorded(sealed) => self.update(leg, |leg| {
                leg.unsealed = leg.unsealed.saturating_sub(1);
                leg.sealed.push(sealed);
            }),
            Heard::NotRecorded => self.update(leg, |leg| {
                leg.unsealed = leg.unsealed.saturating_sub(1);
            }),
            Heard::Measured(quality) => self.update(leg, |leg| leg.quality = Some(quality)),
            // A leg ends once: whatever is said of it afterwards says nothing.
            _ if state == LegState::Over => {}
            Heard::Failed(cause) => self.leg_over(now, leg, None, cause),
            Heard::Ended { by, cause } => self.leg_over(now, leg, Some(by), cause),
            _ if state == LegState::Ending => {}
            Heard::Ringing => {
                if state == LegState::Dialling {
                    self.update(leg, |leg| leg.state = LegState::Ringing { early: false });
                    self.announcement_rings(now, leg);
                }
            }
            Heard::EarlyMedia => {
                if matches!(state, LegState::Dialling | LegState::Ringing { .. }) {
                    self.update(leg, |leg| leg.state = LegState::Ringing { early: true });
                    if state == LegState::Dialling {
                        self.announcement_rings(now, leg);
                    }
                }
            }
            Heard::Answered => {
                if state != LegState::Up {
                    self.update(leg, |leg| {
                        leg.state = LegState::Up;
                        leg.answered = Some(now);
                    });
                    self.leg_up(now, leg);
                }
            }
            Heard::AudioLost(millis) => self.audio_lost(now, leg, millis),
            Heard::AudioBack => {}
            Heard::Digit(key) => self.announcement_key(now, leg, key),
            Heard::RemoteHold(hold) => self.remote_hold(now, leg, hold),
            Heard::PromptEnded(prompt) => self.prompt_ended(now, leg, &prompt),
            Heard::ReferAsked { to, replaces } => self.refer_asked(now, leg, to, replaces),
        }
    }

    pub(crate) fn update(&mut self, leg: LegId, change: impl FnOnce(&mut super::state::Leg)) {
        if let Some(leg) = self
            .calls
            .get_mut(&leg.call)
            .and_then(|call| call.leg_mut(leg))
        {
            change(leg);
        }
    }

    fn due(&mut self, now: Moment, due: Due) {
        match due {
            Due::Round(call, round) => self.round_over(now, call, round),
            Due::FarRing(leg) => self.far_rang(now, leg),
            Due::Promised(call) => self.promised(call),
            Due::Look(call) => self.look(now, call),
            Due::Waited(call, queued) => self.waited(now, call, queued),
            Due::WrapUp(seat, call) => {
                if let Some(SeatState::WrapUp(of, Some(_))) = self.seats.get(&seat).map(|s| s.state)
                    && of == call
                {
                    self.after_wrap_up(now, &seat);
                }
            }
            Due::CallBack(of) => self.call_back_due(now, of),
            Due::Announce(call, round) => self.announcement_quiet(now, call, round),
            Due::AnnounceMost(call) => self.announcement_long(now, call),
            Due::Settle(call) => self.close_if_over(now, call, true),
        }
    }

    /// Says that a call is over when all its legs are and their recordings are sealed (or will not be).
    fn close_if_over(&mut self, now: Moment, id: CallId, late: bool) {
        let Some(call) = self.calls.get(&id) else {
            return;
        };
        let over = call.stage == Stage::Closing
            && call.legs.values().all(|leg| leg.state == LegState::Over);
        if !over {
            return;
        }
        let settled = call.legs.values().all(|leg| leg.unsealed == 0);
        if !settled && !late {
            return;
        }
        if let Some(call) = self.calls.remove(&id) {
            let record = call.record(now);
            self.fact(now, id, What::Over(Box::new(record)));
        }
    }

    /// A number called. Those that called too long ago are forgotten when there are twice as many as were left the last time.
    pub(crate) fn remember(&mut self, at: Moment, number: String) {
        if self.recent.len() >= self.recent_most {
            let most = self.plan.called_again_ms;
            self.recent.retain(|_, recent| at.since(recent.at) <= most);
            self.recent_most = RECENT.max(self.recent.len().saturating_mul(2));
        }
        self.recent.insert(number, Recent { at });
    }

    pub(crate) fn waiting_class(&self, number: Option<&str>, class: Class, now: Moment) -> Class {
        let again = number
            .and_then(|number| self.recent.get(number))
            .is_some_and(|recent| now.since(recent.at) <= self.plan.called_again_ms);
        if again {
            class.max(Class::CalledAgain)
        } else {
            class
        }
    }
}
