//! Legs come up and end; calls end, and what was not heard is called back.

use super::fact::{DropReason, Failure, Outcome, What};
use super::input::{Cause, Destination, Ender};
use super::name::{CallId, LegId, Moment, PromptName, SeatName};
use super::order::Order;
use super::state::{LegState, Party, Stage};
use super::switchboard::{Due, Switchboard};
use crate::queue::SeatState;

impl Switchboard {
    pub(crate) fn leg_up(&mut self, now: Moment, leg: LegId) {
        let id = leg.call;
        let Some(call) = self.calls.get(&id) else {
            return;
        };
        let Some(party) = call.leg(leg).map(|leg| leg.party.clone()) else {
            return;
        };
        if call.principal == Some(leg) {
            match call.stage {
                Stage::Calling => self.reached(now, id),
                Stage::Announcing => self.announcement_answered(now, id),
                _ => {}
            }
            return;
        }
        if call.crossing().is_some_and(|crossing| crossing.leg == leg) {
            self.crossing_up(now, id);
            return;
        }
        match (&call.stage, party) {
            (_, Party::Supervisor(by, mode)) => self.fact(now, id, What::Supervised { by, mode }),
            (Stage::Waiting, Party::Seat(_) | Party::Duty(_) | Party::Far(_)) => {
                self.taken(now, leg);
            }
            (Stage::Calling, Party::Seat(seat)) if call.operator == Some(leg) => {
                self.turn(now, &seat, SeatState::Talking(id));
            }
            _ => {
                self.end(leg, Cause::sip(200));
                return;
            }
        }
        self.dial_out(now, id);
    }

    /// The operator of a call that is made here is there: now its other end is dialled.
    fn dial_out(&mut self, now: Moment, id: CallId) {
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        if call.stage != Stage::Calling || call.principal.is_some() || !call.up(call.operator) {
            return;
        }
        let Some(to) = call.to.clone() else {
            return;
        };
        let back = call.call_back;
        match self.resolve(&to) {
            Ok((target, _)) => {
                let short = self.plan.short_number.clone();
                let Some(call) = self.calls.get_mut(&id) else {
                    return;
                };
                if let super::order::Target::Trunk { trunk, .. } = &target {
                    call.trunk = Some(trunk.clone());
                }
                let leg = call.add(Party::Caller, LegState::Dialling, now);
                call.principal = Some(leg);
                let origin = call.origin(&short);
                self.place(leg, target, origin);
                if let Some(of) = back
                    && let Some(back) = self.call_backs.get_mut(of)
                {
                    back.attempts = back.attempts.saturating_add(1);
                    let attempt = back.attempts;
                    self.fact(now, of, What::CallBackTried { by: id, attempt });
                }
            }
            Err(_) => {
                self.call_back_failed(now, id, Failure::Unreachable);
                self.wind_down(now, id);
            }
        }
    }

    /// The called one answered.
    fn reached(&mut self, now: Moment, id: CallId) {
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        call.stage = Stage::Talking;
        call.answered = Some(now);
        call.outcome = Some(Outcome::Reached);
        let began = call.principal().map_or(now, |leg| leg.began);
        let back = call.call_back;
        if let Some(Destination::Seat(colleague)) = call.to.clone() {
            self.turn(now, &colleague, SeatState::Talking(id));
        }
        self.fact(
            now,
            id,
            What::DialAnswered {
                after_ms: now.since(began),
            },
        );
        if let Some(of) = back
            && self.call_backs.close(of).is_some()
        {
            self.fact(now, of, What::CallBackReached { by: id });
        }
    }

    pub(crate) fn prompt_ended(&mut self, now: Moment, leg: LegId, prompt: &PromptName) {
        let id = leg.call;
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        if call.principal != Some(leg) {
            return;
        }
        match &mut call.stage {
            Stage::Transferring(crossing) if prompt.as_str() == "transfer" && !crossing.told => {
                crossing.told = true;
                self.fact(now, id, What::SentenceHeard);
            }
            Stage::Promising if prompt.as_str() == "call_back" => self.end(leg, Cause::sip(200)),
            Stage::Announcing => self.announcement_ended(now, id, prompt),
            _ => {}
        }
    }

    /// The promise has had its time, whether or not its end was heard.
    pub(crate) fn promised(&mut self, id: CallId) {
        let leg = self
            .calls
            .get(&id)
            .filter(|call| call.stage == Stage::Promising);
        if let Some(leg) = leg.and_then(|call| call.principal) {
            self.end(leg, Cause::sip(200));
        }
    }

    pub(crate) fn audio_lost(&mut self, now: Moment, leg: LegId, millis: u64) {
        let id = leg.call;
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        // Who listens to an announcement need not say anything; it has a longest time of its own.
        let dead = call.stage != Stage::Announcing
            && call.leg(leg).is_some_and(|leg| leg.is_up() && !leg.quiet);
        if !dead || millis < self.plan.dead_line_ms {
            return;
        }
        if call.principal == Some(leg) {
            call.dropped = Some(DropReason::LineDead);
            self.end(leg, Cause::sip(408));
            self.principal_over(now, id, Some(Ender::Local), Failure::Unreachable);
        } else if call.operator == Some(leg) {
            self.end(leg, Cause::sip(408));
            self.operator_lost(now, id);
        } else {
            let alone = call.stage == Stage::Talking && call.operator.is_none();
            self.end(leg, Cause::sip(408));
            if alone
                && self
                    .calls
                    .get(&id)
                    .is_some_and(|call| call.alive(call.principal))
            {
                self.back_to_queue(now, id);
            }
        }
        self.settle(now, id);
    }

    pub(crate) fn leg_over(&mut self, now: Moment, leg: LegId, by: Option<Ender>, cause: Cause) {
        let id = leg.call;
        let failure = Failure::of(&cause);
        let sip = cause.sip;
        self.update(leg, |leg| {
            leg.state = LegState::Over;
            leg.ended = Some(now);
            leg.ended_by = by;
            leg.cause = Some(cause);
            leg.prompt = None;
        });
        let unsettled = self
            .calls
            .get(&id)
            .is_some_and(|call| call.legs.values().any(|leg| leg.unsealed > 0));
        if unsettled {
            self.start_timer(Due::Settle(id), self.plan.settle_ms);
        }
        let Some(call) = self.calls.get(&id) else {
            return;
        };
        let Some(party) = call.leg(leg).map(|leg| leg.party.clone()) else {
            return;
        };
        let was_up = call.leg(leg).is_some_and(|leg| leg.answered.is_some());
        if call.stage == Stage::Closing {
            if let Party::Supervisor(seat, _) | Party::Seat(seat) = &party {
                self.seat_done(now, seat, id);
            }
            return;
        }
        if call.principal == Some(leg) {
            self.principal_over(now, id, by, failure);
        } else if call.crossing().is_some_and(|crossing| crossing.leg == leg) {
            self.crossing_over(now, id, failure, Some(sip));
        } else if call.operator == Some(leg) {
            if by == Some(Ender::Remote) || !was_up {
                self.operator_leaves(now, id);
            } else {
                self.operator_lost(now, id);
            }
        } else if let Party::Supervisor(seat, _) = &party {
            let seat = seat.clone();
            let supervising = self
                .seats
                .get(&seat)
                .is_some_and(|s| s.state == SeatState::Supervising(id));
            if supervising && was_up {
                self.fact(now, id, What::Unsupervised { by: seat.clone() });
            }
            self.seat_done(now, &seat, id);
        } else if call.stage == Stage::Waiting {
            self.waiting_leg_over(now, leg, &party, failure);
        } else if let Party::Seat(seat) = &party {
            self.seat_done(now, seat, id);
        } else if call.stage == Stage::Talking
            && by == Some(Ender::Network)
            && call.operator.is_none()
            && call.alive(call.principal)
        {
            // Whoever had the caller is gone without wanting it: back to this desk, which received the call.
            self.back_to_queue(now, id);
        }
        self.settle(now, id);
    }

    /// The operator's part is over by the operator's own will.
    pub(crate) fn operator_leaves(&mut self, now: Moment, id: CallId) {
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        let seat = call.operator_seat().cloned();
        call.operator = None;
        match call.stage.clone() {
            Stage::Consulting(crossing) | Stage::Conference(crossing) => {
                if call.up(Some(crossing.leg)) {
                    call.stage = Stage::Talking;
                    call.transferred = Some(now);
                    call.transfer = Some((crossing.to.clone(), None));
                    if let Destination::Seat(_) = &crossing.to {
                        call.operator = Some(crossing.leg);
                    }
                    self.first_receiver(now, id);
                    if let Some(seat) = &seat {
                        let what = What::HandedOver {
                            seat: seat.clone(),
                            to: crossing.to,
                        };
                        self.fact(now, id, what);
                    }
                } else {
                    // Who leaves while it still rings has transferred.
                    let to = crossing.to.clone();
                    call.transfer = Some((to.clone(), None));
                    call.stage = Stage::Transferring(crossing);
                    if let Some(seat) = &seat {
                        self.fact(
                            now,
                            id,
                            What::TransferBegan {
                                seat: seat.clone(),
                                to,
                            },
                        );
                    }
                }
            }
            Stage::Calling => {
                self.call_back_failed(now, id, Failure::TakenBack);
                if let Some(seat) = &seat {
                    self.seat_done(now, seat, id);
                }
                self.wind_down(now, id);
                return;
            }
            _ => {}
        }
        if let Some(seat) = &seat {
            self.seat_done(now, seat, id);
        }
        self.touch(id);
        self.settle(now, id);
    }

    /// The operator's line is gone without anybody wanting it: the caller must not be left alone (law 2).
    pub(crate) fn operator_lost(&mut self, now: Moment, id: CallId) {
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        let seat = call.operator_seat().cloned();
        if let Some(seat) = &seat {
            self.fact(now, id, What::OperatorLost { seat: seat.clone() });
        }
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        if call.stage == Stage::Talking && call.alive(call.principal) && call.answered.is_some() {
            if let Some(seat) = &seat {
                self.seat_done(now, seat, id);
            }
            self.back_to_queue(now, id);
        } else {
            self.operator_leaves(now, id);
        }
    }

    fn principal_over(&mut self, now: Moment, id: CallId, by: Option<Ender>, failure: Failure) {
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        let lost = by == Some(Ender::Network);
        let unheard = matches!(call.stage, Stage::Waiting | Stage::Promising);
        let soon = by == Some(Ender::Remote)
            && call
                .answered
                .is_some_and(|at| now.since(at) <= self.plan.dropped_ms);
        if call.inbound && call.outcome != Some(Outcome::RefusedFull) {
            let reason = call.dropped.or(if lost {
                Some(DropReason::LineDead)
            } else if unheard {
                Some(DropReason::Abandoned)
            } else if soon {
                Some(DropReason::SoonAfterAnswer)
            } else {
                None
            });
            if let Some(reason) = reason {
                self.make_call_back(now, id, reason);
            }
        }
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        call.hold(false, now);
        match call.stage.clone() {
            Stage::Transferring(crossing) => {
                call.transfer = Some((crossing.to.clone(), Some(Failure::CallerGone)));
                if let Some(refer) = crossing.refer {
                    self.order(Order::ReferProgress {
                        leg: refer,
                        status: 487,
                    });
                }
                let what = What::TransferFailed {
                    to: crossing.to,
                    failure: Failure::CallerGone,
                    sip: None,
                };
                self.fact(now, id, what);
                self.wind_down(now, id);
            }
            Stage::Consulting(crossing) | Stage::Conference(crossing) => {
                self.first_receiver(now, id);
                let what = What::ConsultEnded {
                    to: crossing.to.clone(),
                    failure: None,
                };
                self.fact(now, id, what);
                let Some(call) = self.calls.get_mut(&id) else {
                    return;
                };
                // The two finish their sentence.
                if call.up(Some(crossing.leg)) && call.up(call.operator) {
                    call.stage = Stage::Talking;
                    self.touch(id);
                } else {
                    self.wind_down(now, id);
                }
            }
            Stage::Calling => {
                self.call_back_failed(now, id, failure);
                self.wind_down(now, id);
            }
            Stage::Announcing => {
                self.announcement_left(now, id, failure);
                self.wind_down(now, id);
            }
            _ => self.wind_down(now, id),
        }
    }

    /// Ends a talk in which nobody is left to talk with.
    pub(crate) fn settle(&mut self, now: Moment, id: CallId) {
        let Some(call) = self.calls.get(&id) else {
            return;
        };
        let talkers = call
            .legs
            .values()
            .filter(|leg| leg.talks() && leg.is_alive())
            .count();
        let alone = match &call.stage {
            Stage::Talking => talkers < 2,
            Stage::Calling => !call.alive(call.operator),
            Stage::Waiting => call.inbound && !call.alive(call.principal),
            _ => false,
        };
        if alone {
            self.wind_down(now, id);
        } else if call.operator.is_none() && call.stage != Stage::Closing {
            self.end_supervision(now, id);
        }
    }

    /// Nobody is left whom to supervise.
    fn end_supervision(&mut self, now: Moment, id: CallId) {
        let Some(call) = self.calls.get(&id) else {
            return;
        };
        let listening: Vec<(LegId, SeatName, bool)> = call
            .legs
            .values()
            .filter(|leg| leg.is_alive())
            .filter_map(|leg| match &leg.party {
                Party::Supervisor(seat, _) => Some((leg.id, seat.clone(), leg.is_up())),
                _ => None,
            })
            .collect();
        for (leg, seat, up) in listening {
            self.end(leg, Cause::sip(200));
            self.seat_done(now, &seat, id);
            if up {
                self.fact(now, id, What::Unsupervised { by: seat });
            }
        }
    }

    /// Ends all that is left of a call.
    pub(crate) fn wind_down(&mut self, now: Moment, id: CallId) {
        self.waiting.remove(&id);
        self.first_receiver(now, id);
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        call.stage = Stage::Closing;
        call.hold(false, now);
        call.operator = None;
        let legs: Vec<(LegId, Party)> = call
            .legs
            .values()
            .filter(|leg| leg.is_alive())
            .map(|l| (l.id, l.party.clone()))
            .collect();
        for (leg, party) in legs {
            let up = self.calls.get(&id).is_some_and(|call| call.up(Some(leg)));
            self.end(leg, Cause::sip(if up { 200 } else { 487 }));
            match party {
                Party::Seat(seat) => self.seat_done(now, &seat, id),
                Party::Supervisor(seat, _) => {
                    if up {
                        self.fact(now, id, What::Unsupervised { by: seat.clone() });
                    }
                    self.seat_done(now, &seat, id);
                }
                Party::Caller | Party::Far(_) | Party::Duty(_) => {}
            }
        }
        self.touch(id);
    }
}
