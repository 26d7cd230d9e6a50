//! A seat and what it is doing.

use super::Skills;
use crate::call::{BreakReason, CallId, Moment, SeatName};
use serde::{Deserialize, Serialize};

/// What a seat is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SeatState {
    /// Nobody signed on.
    Offline,
    /// Takes calls.
    Ready,
    /// Takes none, and why.
    Break(BreakReason),
    /// A call rings here.
    Ringing(CallId),
    /// In a call.
    Talking(CallId),
    /// After a call: writing. `None`: until the person says that it is done.
    WrapUp(CallId, Option<Moment>),
    /// Listening, whispering or barging.
    Supervising(CallId),
}

impl SeatState {
    /// The call it is in or rings for.
    #[must_use]
    pub fn call(self) -> Option<CallId> {
        match self {
            SeatState::Ringing(call) | SeatState::Talking(call) | SeatState::Supervising(call) => {
                Some(call)
            }
            _ => None,
        }
    }

    /// Whether the person is at work: signed on, in whatever state but away.
    #[must_use]
    pub fn on_duty(self) -> bool {
        !matches!(self, SeatState::Offline | SeatState::Break(_))
    }
}

/// One seat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Seat {
    /// Its name.
    pub name: SeatName,
    /// What it is doing.
    pub state: SeatState,
    /// Since when.
    pub since: Moment,
    /// Since when it has had no call; kept while calls ring here in vain because others were faster.
    pub idle_since: Moment,
    /// What it can.
    pub skills: Skills,
    /// It belongs to the group that helps out when the others are busy.
    pub backup: bool,
    /// Its phone can be rung.
    pub phone: bool,
    /// What it turns to when the present call is done, if the person asked so meanwhile.
    pub next: Option<SeatState>,
}

impl Seat {
    /// A seat where nobody is signed on.
    #[must_use]
    pub fn new(name: SeatName, skills: Skills, backup: bool, now: Moment) -> Seat {
        Seat {
            name,
            state: SeatState::Offline,
            since: now,
            idle_since: now,
            skills,
            backup,
            phone: false,
            next: None,
        }
    }

    /// Whether a call may ring here now.
    #[must_use]
    pub fn free(&self) -> bool {
        self.phone && self.state == SeatState::Ready
    }

    /// Turns to another state; being ready again after a call or a break begins a new idleness.
    pub fn turn(&mut self, state: SeatState, now: Moment) {
        if self.state == state {
            return;
        }
        if state == SeatState::Ready && !matches!(self.state, SeatState::Ringing(_)) {
            self.idle_since = now;
        }
        self.state = state;
        self.since = now;
    }
}
