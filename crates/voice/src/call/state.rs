//! A call as the switchboard knows it, and what its legs are in.

use super::fact::{CallRecord, DropReason, Failure, LegRecord, Outcome, Supervision, Who};
use super::input::{CallerHeaders, Cause, Correlation, Destination, Ender, Quality, Sealed};
use super::name::{CallId, LegId, Moment, PromptName, SeatName, TrunkName};
use super::order::{Gain, Origin, Recording};
use crate::queue::{Class, Needs, Pick};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How far a leg is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum LegState {
    /// It arrived and is not answered.
    Arrived,
    /// It is being dialled.
    Dialling,
    /// It rings, perhaps with sound before its answer.
    Ringing { early: bool },
    /// Sound both ways.
    Up,
    /// Its end was ordered and is not heard of yet.
    Ending,
    /// It is over.
    Over,
}

/// Who is on a leg.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Party {
    Caller,
    Seat(SeatName),
    Supervisor(SeatName, Supervision),
    Far(Destination),
    Duty(String),
}

// What says nothing is left out of what is kept: a row of a few hundred bytes needs no page of its own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Leg {
    pub(crate) id: LegId,
    pub(crate) party: Party,
    #[serde(serialize_with = "kept_state")]
    pub(crate) state: LegState,
    /// Its answer was ordered.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) accepted: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) muted: bool,
    /// The other end asked to hold: silence from it is not a dead line.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) quiet: bool,
    pub(crate) began: Moment,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) answered: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ended: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ended_by: Option<Ender>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cause: Option<Cause>,
    /// What was last ordered of its recording and prompt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) recording: Option<Recording>,
    #[serde(skip)]
    pub(crate) prompt: Option<(PromptName, bool)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) sealed: Vec<Sealed>,
    /// Recordings begun and not yet sealed.
    pub(crate) unsealed: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) quality: Option<Quality>,
}

/// That it rings and not only is dialled is worth no write: neither outlives the program.
fn kept_state<S: serde::Serializer>(state: &LegState, serializer: S) -> Result<S::Ok, S::Error> {
    match state {
        LegState::Ringing { .. } => LegState::Dialling.serialize(serializer),
        other => other.serialize(serializer),
    }
}

impl Leg {
    pub(crate) fn new(id: LegId, party: Party, state: LegState, now: Moment) -> Leg {
        Leg {
            id,
            party,
            state,
            accepted: false,
            muted: false,
            quiet: false,
            began: now,
            answered: None,
            ended: None,
            ended_by: None,
            cause: None,
            recording: None,
            prompt: None,
            sealed: Vec::new(),
            unsealed: 0,
            quality: None,
        }
    }

    pub(crate) fn is_up(&self) -> bool {
        self.state == LegState::Up
    }

    /// Neither over nor on its way there.
    pub(crate) fn is_alive(&self) -> bool {
        !matches!(self.state, LegState::Ending | LegState::Over)
    }

    /// Can be brought into a talk: not somebody who supervises.
    pub(crate) fn talks(&self) -> bool {
        !matches!(self.party, Party::Supervisor(..))
    }

    fn record(&self) -> LegRecord {
        LegRecord {
            leg: self.id,
            who: match &self.party {
                Party::Caller => Who::Caller,
                Party::Seat(seat) => Who::Seat(seat.clone()),
                Party::Supervisor(seat, _) => Who::Supervisor(seat.clone()),
                Party::Far(to) => Who::Far(to.clone()),
                Party::Duty(who) => Who::Duty(who.clone()),
            },
            began: self.began,
            answered: self.answered,
            ended: self.ended,
            ended_by: self.ended_by,
            cause: self.cause.clone(),
            recordings: self.sealed.clone(),
            quality: self.quality,
        }
    }
}

/// What a call is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Stage {
    /// In the queue, perhaps ringing somewhere.
    Waiting,
    /// The operator is there, the called one is being dialled.
    Calling,
    /// Everybody who is up talks with everybody, unless the caller is on hold.
    Talking,
    /// The caller is on the way to the leg; the operator, if still there, waits to get the caller back.
    Transferring(Crossing),
    /// The caller waits, the operator and the leg talk.
    Consulting(Crossing),
    /// Caller, operator and the leg.
    Conference(Crossing),
    /// A call-back was promised; the caller hears so and then the line ends.
    Promising,
    /// A number is rung, or hears an announcement; there is no other leg.
    Announcing,
    /// No leg will be added any more.
    Closing,
}

/// How far an announcement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Telling {
    /// Nobody has answered.
    Ringing,
    /// It is being said.
    Saying,
    /// It was said; a key may come.
    Listening,
    /// Key 1 was pressed.
    Thanking,
}

/// What an announcing call says, and what came of it so far.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Announcing {
    pub(crate) sentences: Vec<PromptName>,
    pub(crate) thanks: Vec<PromptName>,
    pub(crate) asks: bool,
    pub(crate) telling: Telling,
    /// Times it was heard to its end.
    pub(crate) heard: u8,
    /// Times it is still to be said.
    pub(crate) left: u8,
    /// Times it was asked for again, and keys pressed at all.
    pub(crate) again: u8,
    pub(crate) keys: u8,
    /// The row that is played; an old one's end and timer are ignored.
    pub(crate) round: u32,
    /// What came of it has been said.
    pub(crate) over: bool,
}

/// Somebody being brought into a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Crossing {
    /// Their leg.
    pub(crate) leg: LegId,
    /// Who.
    pub(crate) to: Destination,
    /// Whether the other platform, so that there is a decision to be made.
    pub(crate) platform: bool,
    /// When it began.
    pub(crate) began: Moment,
    /// A hard phone asked for it by REFER and is told how it goes.
    pub(crate) refer: Option<LegId>,
    /// The caller heard the sentence to its end.
    pub(crate) told: bool,
}

/// A call.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Call {
    pub(crate) id: CallId,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) inbound: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) trunk: Option<TrunkName>,
    pub(crate) caller: CallerHeaders,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) number: Option<String>,
    pub(crate) called: String,
    pub(crate) correlation: Correlation,
    pub(crate) class: Class,
    pub(crate) needs: Needs,
    pub(crate) base: i32,
    /// Case and token, as the application bound them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) case: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) token: Option<Vec<u8>>,
    /// Whom a call made here is to reach.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) to: Option<Destination>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) call_back: Option<CallId>,
    pub(crate) stage: Stage,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) held: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) held_since: Option<Moment>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) paused: bool,
    /// The citizen's leg.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) principal: Option<LegId>,
    /// The operator's leg.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) operator: Option<LegId>,
    pub(crate) legs: BTreeMap<u16, Leg>,
    /// What each leg hears of each, as last ordered. After a restart it is ordered anew.
    #[serde(skip)]
    pub(crate) mix: BTreeMap<(LegId, LegId), Gain>,
    pub(crate) began: Moment,
    /// When it last entered the queue.
    pub(crate) queued: Moment,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) offered: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) answered: Option<Moment>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) answered_elsewhere: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) first_held: Option<Moment>,
    pub(crate) held_ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) transferred: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) transfer: Option<(Destination, Option<Failure>)>,
    /// A consult with the other platform was answered, and no decision is recorded yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) undecided: bool,
    /// Duty phones and the overflow partner that were rung since it entered the queue.
    pub(crate) duty_rung: usize,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) overflowed: bool,
    /// Why it rings where it does, or rang last; kept in the call's steps.
    #[serde(skip)]
    pub(crate) pick: Option<Arc<Pick>>,
    /// The round of ringing; an old round's timer is ignored.
    pub(crate) round: u32,
    /// What it says, if it was made to announce something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) announcing: Option<Announcing>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) outcome: Option<Outcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) dropped: Option<DropReason>,
}

impl Call {
    pub(crate) fn leg(&self, leg: LegId) -> Option<&Leg> {
        (leg.call == self.id)
            .then(|| self.legs.get(&leg.no))
            .flatten()
    }

    pub(crate) fn leg_mut(&mut self, leg: LegId) -> Option<&mut Leg> {
        if leg.call != self.id {
            return None;
        }
        self.legs.get_mut(&leg.no)
    }

    pub(crate) fn add(&mut self, party: Party, state: LegState, now: Moment) -> LegId {
        let no = self
            .legs
            .keys()
            .next_back()
            .map_or(0, |last| last.saturating_add(1));
        let id = LegId { call: self.id, no };
        self.legs.insert(no, Leg::new(id, party, state, now));
        id
    }

    pub(crate) fn principal(&self) -> Option<&Leg> {
        self.principal.and_then(|leg| self.leg(leg))
    }

    pub(crate) fn operator(&self) -> Option<&Leg> {
        self.operator.and_then(|leg| self.leg(leg))
    }

    /// The seat that answers for the call now.
    pub(crate) fn operator_seat(&self) -> Option<&SeatName> {
        match self.operator().map(|leg| &leg.party) {
            Some(Party::Seat(seat)) => Some(seat),
            _ => None,
        }
    }

    pub(crate) fn crossing(&self) -> Option<&Crossing> {
        match &self.stage {
            Stage::Transferring(c) | Stage::Consulting(c) | Stage::Conference(c) => Some(c),
            _ => None,
        }
    }

    pub(crate) fn alive(&self, leg: Option<LegId>) -> bool {
        leg.and_then(|leg| self.leg(leg)).is_some_and(Leg::is_alive)
    }

    pub(crate) fn up(&self, leg: Option<LegId>) -> bool {
        leg.and_then(|leg| self.leg(leg)).is_some_and(Leg::is_up)
    }

    pub(crate) fn session(&self) -> String {
        self.correlation
            .session
            .clone()
            .unwrap_or_else(|| self.id.session())
    }

    /// Where a leg placed in this call comes from (R89).
    pub(crate) fn origin(&self, short_number: &str) -> Origin {
        Origin {
            number: if self.inbound {
                self.number.clone()
            } else {
                Some(short_number.to_owned())
            },
            display: None,
            called: self.inbound.then(|| {
                if self.called.is_empty() {
                    short_number.to_owned()
                } else {
                    self.called.clone()
                }
            }),
            diversion: self.caller.diversion.clone(),
            history: self.caller.history.clone(),
            privacy: self.caller.privacy.clone(),
            session: self.session(),
            token: self.token.clone(),
            case: self.case.clone(),
            call: Some(self.id),
        }
    }

    pub(crate) fn hold(&mut self, held: bool, now: Moment) {
        if held == self.held {
            return;
        }
        self.held = held;
        if held {
            self.held_since = Some(now);
            self.first_held.get_or_insert(now);
        } else if let Some(since) = self.held_since.take() {
            self.held_ms = self.held_ms.saturating_add(now.since(since));
        }
    }

    pub(crate) fn record(&self, now: Moment) -> CallRecord {
        let principal = self.principal();
        CallRecord {
            call: self.id,
            inbound: self.inbound,
            trunk: self.trunk.clone(),
            session: self.session(),
            caller: self.caller.clone(),
            number: self.number.clone(),
            called: self.called.clone(),
            class: self.class,
            call_back: self.call_back,
            began: self.began,
            offered: self.offered,
            answered: self.answered,
            held: self.first_held,
            held_ms: self.held_ms,
            transferred: self.transferred,
            transfer: self.transfer.clone(),
            ended: self
                .legs
                .values()
                .filter_map(|leg| leg.ended)
                .max()
                .unwrap_or(now),
            ended_by: principal.and_then(|leg| leg.ended_by),
            cause: principal.and_then(|leg| leg.cause.clone()),
            outcome: self.outcome.unwrap_or(if self.inbound {
                Outcome::LostWithoutNumber
            } else {
                Outcome::NotReached
            }),
            legs: self.legs.values().map(Leg::record).collect(),
        }
    }
}
