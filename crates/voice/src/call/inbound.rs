//! A call comes in, waits, rings at seats, at duty phones and at the overflow partner, and is answered.

use super::fact::{DropReason, Failure, Outcome, What};
use super::identity;
use super::input::{Arrival, BreakReason, CallerHeaders, Cause, Destination};
use super::name::{CallId, LegId, Moment, SeatName};
use super::order::{Order, Placing, Target};
use super::state::{Call, LegState, Party, Stage};
use super::switchboard::{Due, Known, Switchboard};
use crate::queue::{Class, Needs, Pick, SeatState, Waiting, pick};
use std::collections::BTreeMap;
use std::sync::Arc;

impl Switchboard {
    pub(crate) fn arrived(&mut self, now: Moment, arrival: Arrival, known: &Known) {
        let leg = LegId::arrived(arrival.call);
        if self.calls.contains_key(&arrival.call) {
            return;
        }
        let trunk = self.plan.trunks.get(&arrival.trunk).cloned();
        let (mut class, mut needs, mut base) = trunk
            .map_or((Class::Normal, Needs::default(), 0), |t| {
                (t.class, t.needs, t.base)
            });
        if let Some(number) = self.plan.numbers.get(&arrival.called) {
            class = class.max(number.class);
            needs = needs.with(number.needs);
            base += number.base;
        }
        let number = identity::number(&arrival.caller);
        let mut class = self.waiting_class(number.as_deref(), class, now);
        if known.emergency {
            class = Class::Emergency;
        }
        // The same number again: its call-back is needless, and it waits on where it was.
        let back = number
            .as_deref()
            .and_then(|number| self.call_backs.of_number(number))
            .map(|back| (back.of, back.class, back.since, back.operator.clone()));
        let mut since = now;
        let mut last_operator = known.last_operator.clone();
        if let Some((_, of_class, of_since, operator)) = &back {
            class = class.max(*of_class).max(Class::CalledAgain);
            since = *of_since;
            last_operator = last_operator.or_else(|| operator.clone());
        }
        let needs = needs.with(known.needs);
        let id = arrival.call;
        let mut call = blank(id, now, class);
        call.inbound = true;
        call.needs = needs;
        call.base = base;
        call.trunk = Some(arrival.trunk.clone());
        call.caller = arrival.caller;
        call.number.clone_from(&number);
        call.called = arrival.called.clone();
        call.correlation = arrival.correlation;
        let (caller, session) = (Box::new(call.caller.clone()), call.session());
        call.principal = Some(call.add(Party::Caller, LegState::Arrived, now));
        if let Some(number) = &number {
            self.remember(now, number.clone());
        }
        let full = class < Class::Emergency && self.waiting.len() >= self.plan.most_waiting;
        if full {
            call.stage = Stage::Closing;
            call.outcome = Some(Outcome::RefusedFull);
        }
        self.calls.insert(id, call);
        self.touch(id);
        if let Some((of, ..)) = &back
            && !full
        {
            self.call_back_needless(now, *of, id);
        }
        self.fact(
            now,
            id,
            What::Arrived {
                trunk: arrival.trunk,
                caller,
                session,
                number,
                called: arrival.called,
                class,
                again: back.as_ref().map(|(of, ..)| *of),
            },
        );
        if full {
            let cause = Cause::sip(503);
            self.fact(
                now,
                id,
                What::Refused {
                    cause: cause.clone(),
                },
            );
            self.update(leg, |leg| leg.state = LegState::Ending);
            self.order(Order::Refuse {
                leg,
                cause,
                retry_after: Some(self.plan.retry_after_s),
            });
            return;
        }
        self.order(Order::Ring(leg));
        self.enqueue(
            now,
            Waiting {
                call: id,
                class,
                base,
                since,
                entered: now,
                needs,
                last_operator,
                passed: Vec::new(),
                ringing: false,
            },
        );
    }

    /// A call enters the queue, at first or again.
    pub(crate) fn enqueue(&mut self, now: Moment, waiting: Waiting) {
        let id = waiting.call;
        if let Some(call) = self.calls.get_mut(&id) {
            call.queued = now;
            call.duty_rung = 0;
            call.overflowed = false;
            call.stage = Stage::Waiting;
            call.hold(false, now);
        }
        self.waiting.insert(id, waiting);
        self.touch(id);
        self.look_next(now, id, now);
    }

    /// Has a call that has waited since `queued` looked at when something changes for it by its waiting. Mostly it is answered
    /// before, so that there is one timer at a time.
    pub(crate) fn look_next(&mut self, now: Moment, id: CallId, queued: Moment) {
        let waited = now.since(queued);
        let left = |after: u64| after.checked_sub(waited).filter(|left| *left > 0);
        if let Some(left) = self.looks().into_iter().filter_map(left).min() {
            self.start_timer(Due::Waited(id, queued), left);
        }
    }

    /// A call has waited until its next look, if it is in the queue still and was not out of it since.
    pub(crate) fn waited(&mut self, now: Moment, id: CallId, queued: Moment) {
        let waits = |call: &Call| call.stage == Stage::Waiting && call.queued == queued;
        if self.calls.get(&id).is_some_and(waits) {
            self.look(now, id);
            self.look_next(now, id, queued);
        }
    }

    /// After how long in the queue something changes for a call.
    fn looks(&self) -> [u64; 8] {
        let plan = &self.plan;
        [
            plan.rules.last_operator_ms,
            plan.rules.widen_ms,
            plan.rules.backup_ms,
            plan.wait_prompt_ms,
            plan.hold_line_ms,
            plan.duty_ms,
            plan.overflow_ms,
            plan.give_up_ms,
        ]
    }

    /// Time has passed for a waiting call: what follows from that besides being picked.
    pub(crate) fn look(&mut self, now: Moment, id: CallId) {
        let Some(call) = self.calls.get(&id) else {
            return;
        };
        if call.stage != Stage::Waiting {
            return;
        }
        let waited = now.since(call.queued);
        let principal = call.principal();
        let unanswered = principal
            .filter(|leg| leg.state == LegState::Arrived)
            .map(|leg| leg.id);
        let inbound = call.inbound;
        let urgent = call.class == Class::Emergency;
        self.touch(id);
        if let Some(leg) = unanswered
            && waited >= self.plan.hold_line_ms
        {
            self.accept(leg);
        }
        if inbound && !urgent && waited >= self.plan.give_up_ms && self.promise(id) {
            return;
        }
        if inbound && waited >= self.plan.duty_ms {
            self.ring_duty(now, id);
        }
        if inbound && waited >= self.plan.overflow_ms {
            self.overflow(now, id);
        }
    }

    /// Answers the caller's leg, once.
    fn accept(&mut self, leg: LegId) {
        let ordered = self
            .calls
            .get(&leg.call)
            .and_then(|c| c.leg(leg))
            .is_none_or(|l| l.accepted);
        if !ordered {
            self.update(leg, |leg| leg.accepted = true);
            self.order(Order::Answer(leg));
        }
    }

    /// Promises a call-back, after which the line ends, if there is a number to call. While somebody is still being rung
    /// it is put off, and nobody else is rung.
    fn promise(&mut self, id: CallId) -> bool {
        let Some(call) = self.calls.get(&id) else {
            return false;
        };
        if call.number.is_none() || !call.up(call.principal) {
            return false;
        }
        if call
            .legs
            .values()
            .any(|leg| leg.id.no != 0 && leg.talks() && leg.is_alive())
        {
            self.start_timer(Due::Look(id), self.plan.ring_ms);
            return true;
        }
        self.waiting.remove(&id);
        if let Some(call) = self.calls.get_mut(&id) {
            call.stage = Stage::Promising;
            call.dropped = Some(DropReason::GaveUp);
        }
        self.start_timer(Due::Promised(id), self.plan.far_ring_ms);
        true
    }

    /// Gives every call that can be served now to a seat.
    pub(crate) fn dispatch(&mut self, now: Moment) {
        // Mostly nobody waits who does not ring already: the seats need not be looked through.
        while self.waiting.values().any(|call| !call.ringing) {
            let seats: Vec<_> = self.seats.values().collect();
            let Some(found) = pick(now, &self.plan.rules, self.waiting.values(), &seats) else {
                return;
            };
            self.offer(now, found);
        }
    }

    fn offer(&mut self, now: Moment, found: Pick) {
        let id = found.call;
        if let Some(waiting) = self.waiting.get_mut(&id) {
            waiting.ringing = true;
        }
        let Some(call) = self.calls.get_mut(&id) else {
            self.waiting.remove(&id);
            return;
        };
        call.round = call.round.saturating_add(1);
        call.offered.get_or_insert(now);
        let round = call.round;
        let found = Arc::new(found);
        call.pick = Some(Arc::clone(&found));
        for seat in &found.seats {
            self.ring_seat(now, id, seat);
        }
        self.fact(now, id, What::Offered(found));
        self.start_timer(Due::Round(id, round), self.plan.ring_ms);
    }

    /// Rings a seat for a call.
    pub(crate) fn ring_seat(&mut self, now: Moment, id: CallId, seat: &SeatName) -> Option<LegId> {
        let ring_ms = self.plan.ring_ms;
        let short = self.plan.short_number.clone();
        let call = self.calls.get_mut(&id)?;
        let leg = call.add(Party::Seat(seat.clone()), LegState::Dialling, now);
        let mut origin = call.origin(&short);
        // The operator sees whom it is about, also where the desk makes the call.
        origin.number.clone_from(&call.number);
        self.turn(now, seat, SeatState::Ringing(id));
        self.order(Order::Place(Box::new(Placing {
            leg,
            to: Target::Seat(seat.clone()),
            origin,
            ring_ms,
        })));
        self.touch(id);
        Some(leg)
    }

    /// A round of ringing is over: those that still ring are marked, and the call goes on to the next.
    pub(crate) fn round_over(&mut self, now: Moment, id: CallId, round: u32) {
        let Some(call) = self.calls.get(&id) else {
            return;
        };
        if call.round != round || call.stage != Stage::Waiting {
            return;
        }
        for (leg, seat) in ringing_seats(call) {
            self.end(leg, Cause::sip(408));
            self.turn(now, &seat, SeatState::Break(BreakReason::NotAnswering));
            self.fact(now, id, What::NotAnswered { seat: seat.clone() });
        }
        self.round_failed(id);
    }

    /// Nobody of the round is ringing any more: the call is to be picked again.
    pub(crate) fn round_failed(&mut self, id: CallId) {
        let still = self
            .calls
            .get(&id)
            .is_some_and(|call| !ringing_seats(call).is_empty());
        if !still && let Some(waiting) = self.waiting.get_mut(&id) {
            waiting.ringing = false;
        }
    }

    /// Marks that the seat let the call pass: it is not rung for it for a while.
    pub(crate) fn pass(&mut self, now: Moment, id: CallId, seat: &SeatName) {
        let until = now.after(self.plan.pass_ms);
        if let Some(waiting) = self.waiting.get_mut(&id) {
            waiting
                .passed
                .retain(|(name, old)| name != seat && now < *old);
            waiting.passed.push((seat.clone(), until));
        }
        self.start_timer(Due::Look(id), self.plan.pass_ms);
    }

    /// Orders the end of a leg, if it is not at its end already.
    pub(crate) fn end(&mut self, leg: LegId, cause: Cause) {
        let alive = self
            .calls
            .get(&leg.call)
            .and_then(|c| c.leg(leg))
            .is_some_and(|l| l.is_alive());
        if alive {
            self.update(leg, |leg| leg.state = LegState::Ending);
            self.order(Order::End { leg, cause });
            self.touch(leg.call);
        }
    }

    /// The first that answered has the call; the others stop ringing.
    pub(crate) fn taken(&mut self, now: Moment, leg: LegId) {
        let id = leg.call;
        self.waiting.remove(&id);
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        let winner = call.leg(leg).map(|l| l.party.clone());
        let others: Vec<(LegId, Party)> = call
            .legs
            .values()
            .filter(|l| l.id != leg && l.talks() && l.is_alive() && Some(l.id) != call.principal)
            .map(|l| (l.id, l.party.clone()))
            .collect();
        call.stage = if call.principal.is_some() {
            Stage::Talking
        } else {
            Stage::Calling
        };
        call.operator = matches!(winner, Some(Party::Seat(_))).then_some(leg);
        let waited_ms = now.since(call.queued);
        let caller_waits = call.principal.is_some();
        let first = call.inbound && call.answered.is_none();
        if call.inbound {
            call.answered.get_or_insert(now);
            let elsewhere = !matches!(winner, Some(Party::Seat(_)));
            call.answered_elsewhere |= elsewhere;
            let outcome = if elsewhere {
                Outcome::AnsweredElsewhere
            } else {
                Outcome::Answered
            };
            if first {
                call.outcome = Some(outcome);
            }
        }
        let arrived = call
            .principal()
            .filter(|l| l.state == LegState::Arrived)
            .map(|l| l.id);
        for (other, party) in others {
            let mut cause = Cause::sip(200);
            cause.text = Some("Call completed elsewhere".to_owned());
            self.end(other, cause);
            if let Party::Seat(seat) = party {
                self.turn(now, &seat, SeatState::Ready);
            }
        }
        if let Some(caller) = arrived {
            self.accept(caller);
        }
        match winner {
            Some(Party::Seat(seat)) => {
                self.turn(now, &seat, SeatState::Talking(id));
                if caller_waits {
                    self.fact(
                        now,
                        id,
                        What::Answered {
                            seat: Some(seat),
                            elsewhere: None,
                            waited_ms,
                        },
                    );
                }
            }
            Some(Party::Duty(who)) => self.fact(
                now,
                id,
                What::Answered {
                    seat: None,
                    elsewhere: Some(who),
                    waited_ms,
                },
            ),
            Some(Party::Far(Destination::Partner(partner))) => self.fact(
                now,
                id,
                What::Answered {
                    seat: None,
                    elsewhere: Some(partner),
                    waited_ms,
                },
            ),
            _ => {}
        }
        self.touch(id);
    }

    /// Dials a far leg and limits its ringing.
    pub(crate) fn place(&mut self, leg: LegId, to: Target, origin: super::order::Origin) {
        let ring_ms = self.plan.far_ring_ms;
        self.order(Order::Place(Box::new(Placing {
            leg,
            to,
            origin,
            ring_ms,
        })));
        self.start_timer(Due::FarRing(leg), ring_ms);
        self.touch(leg.call);
    }

    /// A far leg has rung long enough.
    pub(crate) fn far_rang(&mut self, now: Moment, leg: LegId) {
        let Some(call) = self.calls.get(&leg.call) else {
            return;
        };
        let ringing = call
            .leg(leg)
            .is_some_and(|leg| matches!(leg.state, LegState::Dialling | LegState::Ringing { .. }));
        if !ringing {
            return;
        }
        let crossing = call.crossing().is_some_and(|crossing| crossing.leg == leg);
        self.end(leg, Cause::sip(408));
        if crossing {
            // The operator has the caller back now, not when the other side has confirmed its end.
            self.crossing_over(now, leg.call, Failure::NoAnswer, Some(408));
        }
        self.announcement_unanswered(now, leg.call);
    }

    /// A leg of the waiting call came to nothing.
    pub(crate) fn waiting_leg_over(
        &mut self,
        now: Moment,
        leg: LegId,
        party: &Party,
        failure: Failure,
    ) {
        let id = leg.call;
        match party {
            Party::Seat(seat) => {
                if self
                    .seats
                    .get(seat)
                    .is_some_and(|s| s.state == SeatState::Ringing(id))
                {
                    // Its phone refused or could not be rung; the person did not press anything.
                    let state = if failure == Failure::Declined || failure == Failure::Busy {
                        SeatState::Ready
                    } else {
                        SeatState::Break(BreakReason::NotAnswering)
                    };
                    self.turn(now, seat, state);
                    self.pass(now, id, seat);
                    let seat = seat.clone();
                    let what = if failure == Failure::Declined {
                        What::Declined { seat }
                    } else {
                        What::NotAnswered { seat }
                    };
                    self.fact(now, id, what);
                }
                self.round_failed(id);
            }
            Party::Duty(who) => {
                self.fact(
                    now,
                    id,
                    What::OverflowFailed {
                        to: who.clone(),
                        failure,
                    },
                );
                self.start_timer(Due::Look(id), self.plan.pass_ms);
            }
            Party::Far(Destination::Partner(name)) => {
                self.fact(
                    now,
                    id,
                    What::OverflowFailed {
                        to: name.clone(),
                        failure,
                    },
                );
            }
            _ => {}
        }
    }
}

/// The legs of a call that ring at seats.
pub(crate) fn ringing_seats(call: &Call) -> Vec<(LegId, SeatName)> {
    call.legs
        .values()
        .filter(|leg| matches!(leg.state, LegState::Dialling | LegState::Ringing { .. }))
        .filter_map(|leg| match &leg.party {
            Party::Seat(seat) => Some((leg.id, seat.clone())),
            _ => None,
        })
        .collect()
}

/// A call of which nothing is known yet.
pub(crate) fn blank(id: CallId, now: Moment, class: Class) -> Call {
    Call {
        id,
        inbound: false,
        trunk: None,
        caller: CallerHeaders::default(),
        number: None,
        called: String::new(),
        correlation: super::input::Correlation::default(),
        class,
        needs: Needs::default(),
        base: 0,
        case: None,
        token: None,
        to: None,
        call_back: None,
        stage: Stage::Waiting,
        held: false,
        held_since: None,
        paused: false,
        principal: None,
        operator: None,
        legs: BTreeMap::new(),
        mix: BTreeMap::new(),
        began: now,
        queued: now,
        offered: None,
        answered: None,
        answered_elsewhere: false,
        first_held: None,
        held_ms: 0,
        transferred: None,
        transfer: None,
        undecided: false,
        duty_rung: 0,
        overflowed: false,
        pick: None,
        round: 0,
        announcing: None,
        outcome: None,
        dropped: None,
    }
}
