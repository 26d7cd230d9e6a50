//! A call as it is now, for whoever looks at it: operators at their own, the desk lead at all.

use super::input::Destination;
use super::name::{CallId, Moment, SeatName};
use super::state::{Call, LegState, Party, Stage};
use super::switchboard::Switchboard;
use crate::queue::{Class, Pick};
use std::sync::Arc;

/// What a call is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doing {
    /// In the queue.
    Waiting,
    /// In the queue, and it rings somewhere.
    Ringing,
    /// The called one is being dialled.
    Calling,
    /// Talking.
    Talking,
    /// The caller is on hold.
    Held,
    /// On the way to somebody.
    Transferring(Destination),
    /// Somebody is asked, the caller waits; whether they have answered.
    Consulting(Destination, bool),
    /// Three on the line.
    Conference(Destination),
    /// A number is rung, or hears an announcement.
    Announcing,
    /// On its way to its end.
    Ending,
}

/// A call as it is now.
#[derive(Debug, Clone, PartialEq)]
pub struct Now {
    /// Which.
    pub call: CallId,
    /// It came in.
    pub inbound: bool,
    /// The other end's number.
    pub number: Option<String>,
    /// What was called.
    pub called: String,
    /// Its class.
    pub class: Class,
    /// The call it makes up for.
    pub call_back: Option<CallId>,
    /// What it is doing.
    pub doing: Doing,
    /// When it came in.
    pub began: Moment,
    /// When a person answered.
    pub answered: Option<Moment>,
    /// The seat that answers for it.
    pub operator: Option<SeatName>,
    /// The seats that ring for it.
    pub ringing: Vec<SeatName>,
    /// Who supervises it.
    pub supervisors: Vec<SeatName>,
    /// The operator's microphone is off.
    pub muted: bool,
    /// Recording is paused.
    pub paused: bool,
    /// The consult is with the other platform, and no decision is recorded.
    pub undecided: bool,
    /// Why it rings where it does, or rang last; none for a call that was made here.
    pub pick: Option<Arc<Pick>>,
}

fn seen(call: &Call) -> Now {
    let ringing: Vec<SeatName> = super::inbound::ringing_seats(call)
        .into_iter()
        .map(|(_, seat)| seat)
        .collect();
    let supervisors = call
        .legs
        .values()
        .filter(|leg| leg.state != LegState::Over)
        .filter_map(|leg| match &leg.party {
            Party::Supervisor(seat, _) => Some(seat.clone()),
            _ => None,
        })
        .collect();
    let doing = match &call.stage {
        Stage::Waiting if ringing.is_empty() => Doing::Waiting,
        Stage::Waiting => Doing::Ringing,
        Stage::Calling => Doing::Calling,
        Stage::Talking if call.held => Doing::Held,
        Stage::Talking => Doing::Talking,
        Stage::Transferring(crossing) => Doing::Transferring(crossing.to.clone()),
        Stage::Consulting(crossing) => {
            Doing::Consulting(crossing.to.clone(), call.up(Some(crossing.leg)))
        }
        Stage::Conference(crossing) => Doing::Conference(crossing.to.clone()),
        Stage::Announcing => Doing::Announcing,
        Stage::Promising | Stage::Closing => Doing::Ending,
    };
    Now {
        call: call.id,
        inbound: call.inbound,
        number: call.number.clone(),
        called: call.called.clone(),
        class: call.class,
        call_back: call.call_back,
        doing,
        began: call.began,
        answered: call.answered,
        operator: call.operator_seat().cloned(),
        ringing,
        supervisors,
        muted: call.operator().is_some_and(|leg| leg.muted),
        paused: call.paused,
        undecided: call.undecided,
        pick: call.pick.clone(),
    }
}

impl Switchboard {
    /// The call as it is now; `None` when it is over.
    #[must_use]
    pub fn now(&self, call: CallId) -> Option<Now> {
        self.calls
            .get(&call)
            .filter(|call| call.stage != Stage::Closing)
            .map(seen)
    }

    /// Whether the call is between two, or has three on the line: what a line does then, somebody hears.
    #[must_use]
    pub fn is_crossing(&self, call: CallId) -> bool {
        self.calls.get(&call).is_some_and(|call| {
            matches!(
                call.stage,
                Stage::Transferring(_) | Stage::Consulting(_) | Stage::Conference(_)
            )
        })
    }

    /// All calls that are not over.
    pub fn all_now(&self) -> impl Iterator<Item = Now> {
        self.calls
            .values()
            .filter(|call| call.stage != Stage::Closing)
            .map(seen)
    }
}
