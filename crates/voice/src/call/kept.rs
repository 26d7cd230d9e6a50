//! What of the desk outlives a program that was killed, as text that nothing else reads, and how it is read again.
//!
//! Timers are not kept: each follows from a moment that is. Who hears whom and which prompt is played are not kept either:
//! both follow from what the call is doing (`mix.rs`), and the engine that takes the legs up again knows nothing of them.

use super::input::Destination;
use super::name::{CallId, Moment, SeatName, TrunkName};
use super::state::Call;
use super::switchboard::Switchboard;
use crate::call_back::CallBack;
use crate::queue::{Class, Seat, Waiting};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A call, and its place in the queue if it waits.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct KeptCall {
    pub(crate) call: Call,
    pub(crate) waiting: Option<Waiting>,
}

/// The same as it is written.
#[derive(Serialize)]
struct Keeping<'a> {
    call: &'a Call,
    #[serde(skip_serializing_if = "Option::is_none")]
    waiting: Option<&'a Waiting>,
}

/// Why a text cannot be taken up: it is of another version, or broken.
#[derive(Debug, thiserror::Error)]
#[error("what was kept of the desk cannot be read")]
pub struct Unreadable(#[from] serde_json::Error);

/// A call of which nothing is left but its record: it is ended with what the record says.
#[derive(Debug, Clone)]
pub struct Lost {
    /// Its name.
    pub call: CallId,
    /// It came in; else it was made here.
    pub inbound: bool,
    /// The trunk it came on.
    pub trunk: Option<TrunkName>,
    /// The other end's number.
    pub number: Option<String>,
    /// What was called.
    pub called: String,
    /// When it came in or was made.
    pub began: Moment,
    /// When a person first answered.
    pub answered: Option<Moment>,
}

/// What a former program left of its desk, read.
#[derive(Debug, Default)]
pub struct LeftBehind {
    pub(crate) calls: BTreeMap<CallId, KeptCall>,
    pub(crate) lost: Vec<Lost>,
    pub(crate) seats: Vec<Seat>,
    pub(crate) call_backs: Vec<CallBack>,
}

impl LeftBehind {
    /// Reads a call that [`Switchboard::keep_call`] wrote.
    ///
    /// # Errors
    /// [`Unreadable`]; then [`LeftBehind::lost`] is the honest end of it.
    pub fn call(&mut self, text: &str) -> Result<(), Unreadable> {
        let kept: KeptCall = serde_json::from_str(text)?;
        self.calls.insert(kept.call.id, kept);
        Ok(())
    }

    /// The case a call that was read belongs to, and the token that says so to another platform.
    pub fn bound(&mut self, call: CallId, case: String, token: Option<Vec<u8>>) {
        if let Some(kept) = self.calls.get_mut(&call) {
            kept.call.case = Some(case);
            kept.call.token = token;
        }
    }

    /// A call of which nothing but its record can be read.
    pub fn lost(&mut self, lost: Lost) {
        self.lost.push(lost);
    }

    /// Reads a seat that [`Switchboard::keep_seat`] wrote.
    ///
    /// # Errors
    /// [`Unreadable`]; whoever sits there signs on again.
    pub fn seat(&mut self, text: &str) -> Result<(), Unreadable> {
        self.seats.push(serde_json::from_str(text)?);
        Ok(())
    }

    /// Reads a call-back that [`Switchboard::keep_call_back`] wrote.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn call_back(&mut self, text: &str) -> Result<(), Unreadable> {
        self.call_backs.push(serde_json::from_str(text)?);
        Ok(())
    }

    /// The seats that were read.
    pub fn seats(&self) -> impl Iterator<Item = &SeatName> {
        self.seats.iter().map(|seat| &seat.name)
    }
}

/// How a name becomes a text, and nothing if it cannot: then it is not kept, and said so by whoever asked.
fn text(of: &impl Serialize) -> Option<String> {
    serde_json::to_string(of).ok()
}

impl Switchboard {
    /// What has to be kept of a call so that it can go on after a restart; `None` when it is over.
    #[must_use]
    pub fn keep_call(&self, id: CallId) -> Option<String> {
        text(&Keeping {
            call: self.calls.get(&id)?,
            waiting: self.waiting.get(&id),
        })
    }

    /// What has to be kept of a seat; `None` when there is no such seat.
    #[must_use]
    pub fn keep_seat(&self, name: &SeatName) -> Option<String> {
        text(self.seats.get(name)?)
    }

    /// What has to be kept of an open call-back, by the name of the dropped call; `None` when it is not open.
    #[must_use]
    pub fn keep_call_back(&self, of: CallId) -> Option<String> {
        text(self.call_backs.get(of)?)
    }
}

impl Lost {
    /// The call as far as the record knows it.
    pub(crate) fn call(self) -> Call {
        use super::fact::Outcome;
        use super::state::{LegState, Party, Stage};
        let mut call = super::inbound::blank(self.call, self.began, Class::Normal);
        call.inbound = self.inbound;
        call.trunk = self.trunk;
        call.called = self.called;
        call.answered = self.answered;
        call.stage = Stage::Waiting;
        if self.answered.is_some() {
            call.stage = Stage::Talking;
            call.outcome = Some(if self.inbound {
                Outcome::Answered
            } else {
                Outcome::Reached
            });
        }
        call.to = self.number.clone().map(Destination::Number);
        call.number = self.number;
        let leg = call.add(Party::Caller, LegState::Arrived, self.began);
        if let Some(leg) = call.leg_mut(leg) {
            leg.answered = self.answered;
        }
        call.principal = Some(leg);
        call
    }
}
