//! Bringing others in: one-key transfer (R74), consult call, three on the line and the decision (R54, R90).

use super::fact::{Failure, What};
use super::input::{Agreed, BreakReason, Cause, Destination};
use super::name::{CallId, LegId, Moment, SeatName};
use super::order::{Order, Target};
use super::plan::DeskKind;
use super::state::{Crossing, LegState, Party, Stage};
use super::switchboard::{Denied, Switchboard};
use crate::queue::{Class, SeatState, Waiting};

impl Switchboard {
    /// Where a destination is, and whether it is the other platform.
    pub(crate) fn resolve(&self, to: &Destination) -> Result<(Target, bool), Denied> {
        let (target, platform) = match to {
            Destination::Partner(name) => {
                let partner = self
                    .plan
                    .partners
                    .get(name)
                    .ok_or(Denied::NoSuchDestination)?;
                let target = Target::Trunk {
                    trunk: partner.trunk.clone(),
                    number: partner.number.clone(),
                    policy: partner.policy.clone(),
                };
                (target, partner.platform)
            }
            Destination::Seat(name) => {
                let seat = self.seats.get(name).ok_or(Denied::NoSuchDestination)?;
                if !seat.free() {
                    return Err(Denied::ColleagueBusy);
                }
                (Target::Seat(name.clone()), false)
            }
            Destination::Number(number) => {
                let (trunk, policy) = self.plan.outward.clone().ok_or(Denied::NoSuchDestination)?;
                let digits = number.strip_prefix('+').unwrap_or(number);
                if digits.is_empty()
                    || !digits
                        .chars()
                        .all(|c| c.is_ascii_digit() || c == '*' || c == '#')
                {
                    return Err(Denied::NoSuchDestination);
                }
                (
                    Target::Trunk {
                        trunk,
                        number: number.clone(),
                        policy,
                    },
                    false,
                )
            }
        };
        if let Target::Trunk { trunk, .. } = &target
            && self.down.contains(trunk)
        {
            return Err(Denied::TrunkDown);
        }
        Ok((target, platform))
    }

    /// Dials somebody for a talk that is up.
    fn bring_in(
        &mut self,
        now: Moment,
        seat: &SeatName,
        id: CallId,
        to: &Destination,
        refer: Option<LegId>,
    ) -> Result<Crossing, Denied> {
        self.operators_leg(seat, id)?;
        let call = self.calls.get(&id).ok_or(Denied::NoSuchCall)?;
        if call.stage != Stage::Talking {
            return Err(Denied::NotNow);
        }
        if !call.up(call.principal) {
            return Err(Denied::NoCaller);
        }
        let (target, platform) = self.resolve(to)?;
        let short = self.plan.short_number.clone();
        let call = self.calls.get_mut(&id).ok_or(Denied::NoSuchCall)?;
        let party = match to {
            Destination::Seat(name) => Party::Seat(name.clone()),
            other => Party::Far(other.clone()),
        };
        let leg = call.add(party, LegState::Dialling, now);
        // The caller's own number travels, also on a call that was made from here (law 7).
        let mut origin = call.origin(&short);
        origin.number.clone_from(&call.number);
        call.hold(false, now);
        if let Destination::Seat(name) = to {
            self.turn(now, name, SeatState::Ringing(id));
        }
        self.place(leg, target, origin);
        Ok(Crossing {
            leg,
            to: to.clone(),
            platform,
            began: now,
            refer,
            told: false,
        })
    }

    pub(crate) fn transfer(
        &mut self,
        now: Moment,
        seat: &SeatName,
        id: CallId,
        to: Destination,
        refer: Option<LegId>,
    ) -> Result<(), Denied> {
        let crossing = self.bring_in(now, seat, id, &to, refer)?;
        if let Some(call) = self.calls.get_mut(&id) {
            call.stage = Stage::Transferring(crossing);
            call.transfer = Some((to.clone(), None));
        }
        self.fact(
            now,
            id,
            What::TransferBegan {
                seat: seat.clone(),
                to,
            },
        );
        Ok(())
    }

    pub(crate) fn consult(
        &mut self,
        now: Moment,
        seat: &SeatName,
        id: CallId,
        to: Destination,
    ) -> Result<(), Denied> {
        let crossing = self.bring_in(now, seat, id, &to, None)?;
        if let Some(call) = self.calls.get_mut(&id) {
            call.stage = Stage::Consulting(crossing);
        }
        self.fact(
            now,
            id,
            What::ConsultBegan {
                seat: seat.clone(),
                to,
            },
        );
        Ok(())
    }

    /// Three on the line.
    pub(crate) fn join(&mut self, now: Moment, seat: &SeatName, id: CallId) -> Result<(), Denied> {
        self.operators_leg(seat, id)?;
        let call = self.calls.get_mut(&id).ok_or(Denied::NoSuchCall)?;
        let Stage::Consulting(crossing) = &call.stage else {
            return Err(Denied::NotNow);
        };
        if !call.up(Some(crossing.leg)) {
            return Err(Denied::NotNow);
        }
        let crossing = crossing.clone();
        let to = crossing.to.clone();
        call.stage = Stage::Conference(crossing);
        self.touch(id);
        self.fact(
            now,
            id,
            What::Joined {
                seat: seat.clone(),
                to,
            },
        );
        Ok(())
    }

    /// The operator leaves the caller with whom was consulted.
    pub(crate) fn hand_over(
        &mut self,
        now: Moment,
        seat: &SeatName,
        id: CallId,
    ) -> Result<(), Denied> {
        let own = self.operators_leg(seat, id)?;
        let call = self.calls.get(&id).ok_or(Denied::NoSuchCall)?;
        let other = match &call.stage {
            Stage::Consulting(crossing) | Stage::Conference(crossing) => crossing.leg,
            _ => return Err(Denied::NotNow),
        };
        if !call.up(Some(other)) {
            return Err(Denied::NotNow);
        }
        self.given_over(now, seat, id);
        self.end(own, Cause::sip(200));
        self.operator_leaves(now, id);
        Ok(())
    }

    /// Who leaves the caller with the other platform has said who takes it, if nobody said it before.
    pub(crate) fn given_over(&mut self, now: Moment, seat: &SeatName, id: CallId) {
        let other = match self.plan.desk {
            DeskKind::Police => Agreed::Hotline,
            DeskKind::Hotline => Agreed::Police,
        };
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        let there = call
            .crossing()
            .is_some_and(|crossing| call.up(Some(crossing.leg)));
        if call.undecided && there {
            call.undecided = false;
            self.fact(
                now,
                id,
                What::Agreed {
                    agreed: other,
                    by: Some(seat.clone()),
                },
            );
        }
    }

    pub(crate) fn drop_consult(
        &mut self,
        now: Moment,
        seat: &SeatName,
        id: CallId,
    ) -> Result<(), Denied> {
        self.operators_leg(seat, id)?;
        let call = self.calls.get(&id).ok_or(Denied::NoSuchCall)?;
        let leg = match &call.stage {
            Stage::Consulting(crossing) | Stage::Conference(crossing) => crossing.leg,
            _ => return Err(Denied::NotNow),
        };
        self.end(leg, Cause::sip(200));
        self.crossing_over(now, id, Failure::TakenBack, None);
        Ok(())
    }

    /// Records what both platforms agreed on. It may be corrected while they still talk.
    pub(crate) fn decide(
        &mut self,
        now: Moment,
        seat: &SeatName,
        id: CallId,
        agreed: Agreed,
    ) -> Result<(), Denied> {
        self.operators_leg(seat, id)?;
        let call = self.calls.get_mut(&id).ok_or(Denied::NoSuchCall)?;
        let there = match &call.stage {
            Stage::Consulting(crossing) | Stage::Conference(crossing) => {
                crossing.platform && call.up(Some(crossing.leg))
            }
            _ => false,
        };
        if !there {
            return Err(Denied::NotNow);
        }
        call.undecided = false;
        self.fact(
            now,
            id,
            What::Agreed {
                agreed,
                by: Some(seat.clone()),
            },
        );
        Ok(())
    }

    /// A hard phone's transfer key: the same as on the screen, and the phone is told how it goes.
    pub(crate) fn refer_asked(
        &mut self,
        now: Moment,
        leg: LegId,
        to: String,
        replaces: Option<LegId>,
    ) {
        let id = leg.call;
        let call = self
            .calls
            .get(&id)
            .filter(|call| call.operator == Some(leg));
        let Some(seat) = call.and_then(|call| call.operator_seat().cloned()) else {
            self.order(Order::ReferProgress { leg, status: 603 });
            return;
        };
        let consulted = self
            .calls
            .get(&id)
            .and_then(|call| call.crossing())
            .map(|crossing| crossing.leg);
        if replaces.is_some() && replaces == consulted {
            let status = if self.hand_over(now, &seat, id).is_ok() {
                200
            } else {
                603
            };
            self.order(Order::ReferProgress { leg, status });
            return;
        }
        let partner = self
            .plan
            .partners
            .iter()
            .find(|(_, p)| p.number == to)
            .map(|(name, _)| name.clone());
        let colleague = SeatName::new(to.as_str());
        let to = match partner {
            Some(name) => Destination::Partner(name),
            None if self.seats.contains_key(&colleague) => Destination::Seat(colleague),
            None => Destination::Number(to),
        };
        let status = match self.transfer(now, &seat, id, to, Some(leg)) {
            Ok(()) => 100,
            Err(Denied::ColleagueBusy) => 486,
            Err(Denied::NoSuchDestination) => 404,
            Err(_) => 503,
        };
        self.order(Order::ReferProgress { leg, status });
    }

    /// Whom was to be brought in has answered.
    pub(crate) fn crossing_up(&mut self, now: Moment, id: CallId) {
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        match call.stage.clone() {
            Stage::Transferring(crossing) => {
                call.stage = Stage::Talking;
                call.transferred = Some(now);
                call.transfer = Some((crossing.to.clone(), None));
                let operator = call.operator.take();
                let seat = operator.and_then(|leg| match call.leg(leg).map(|leg| &leg.party) {
                    Some(Party::Seat(seat)) => Some(seat.clone()),
                    _ => None,
                });
                if let Destination::Seat(colleague) = &crossing.to {
                    call.operator = Some(crossing.leg);
                    let colleague = colleague.clone();
                    self.turn(now, &colleague, SeatState::Talking(id));
                }
                if let Some(refer) = crossing.refer {
                    self.order(Order::ReferProgress {
                        leg: refer,
                        status: 200,
                    });
                }
                if let Some(leg) = operator {
                    self.end(leg, Cause::sip(200));
                }
                if let Some(seat) = seat {
                    self.seat_done(now, &seat, id);
                }
                let after_ms = now.since(crossing.began);
                self.fact(
                    now,
                    id,
                    What::TransferAnswered {
                        to: crossing.to,
                        after_ms,
                    },
                );
            }
            Stage::Consulting(crossing) => {
                call.undecided = crossing.platform;
                if let Destination::Seat(colleague) = &crossing.to {
                    let colleague = colleague.clone();
                    self.turn(now, &colleague, SeatState::Talking(id));
                }
                let after_ms = now.since(crossing.began);
                self.fact(
                    now,
                    id,
                    What::ConsultAnswered {
                        to: crossing.to,
                        after_ms,
                    },
                );
            }
            _ => {}
        }
        self.touch(id);
        self.settle(now, id);
    }

    /// Whom was to be brought in did not come, or has left: the operator has the caller, else the queue has.
    pub(crate) fn crossing_over(
        &mut self,
        now: Moment,
        id: CallId,
        failure: Failure,
        sip: Option<u16>,
    ) {
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        let Some(crossing) = call.crossing().cloned() else {
            return;
        };
        let transferring = matches!(call.stage, Stage::Transferring(_));
        let was_there = call
            .leg(crossing.leg)
            .is_some_and(|leg| leg.answered.is_some());
        call.stage = Stage::Talking;
        if transferring {
            call.transfer = Some((crossing.to.clone(), Some(failure)));
        }
        let to = crossing.to.clone();
        if let Destination::Seat(colleague) = &to {
            let rang = self
                .seats
                .get(colleague)
                .is_some_and(|s| s.state == SeatState::Ringing(id));
            if rang && failure == Failure::NoAnswer {
                self.turn(now, colleague, SeatState::Break(BreakReason::NotAnswering));
            } else {
                self.seat_done(now, colleague, id);
            }
        }
        if let Some(refer) = crossing.refer {
            self.order(Order::ReferProgress {
                leg: refer,
                status: sip.unwrap_or(603).max(300),
            });
        }
        if transferring {
            self.fact(now, id, What::TransferFailed { to, failure, sip });
        } else {
            let failure = (!was_there).then_some(failure);
            self.fact(now, id, What::ConsultEnded { to, failure });
            self.first_receiver(now, id);
        }
        self.touch(id);
        let Some(call) = self.calls.get(&id) else {
            return;
        };
        if call.alive(call.principal) && !call.alive(call.operator) {
            self.back_to_queue(now, id);
        }
    }

    /// A consult call that ended without a recorded decision is undecided: who received it first takes it (R54, R90).
    pub(crate) fn first_receiver(&mut self, now: Moment, id: CallId) {
        if let Some(call) = self.calls.get_mut(&id)
            && call.undecided
        {
            call.undecided = false;
            self.fact(
                now,
                id,
                What::Agreed {
                    agreed: Agreed::Undecided,
                    by: None,
                },
            );
        }
    }

    /// A caller whom nobody has any more waits again, before all others of the class.
    pub(crate) fn back_to_queue(&mut self, now: Moment, id: CallId) {
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        call.operator = None;
        call.class = call.class.max(Class::CalledAgain);
        let waiting = Waiting {
            call: id,
            class: call.class,
            base: call.base,
            since: call.began,
            entered: now,
            needs: call.needs,
            last_operator: None,
            passed: Vec::new(),
            ringing: false,
        };
        self.enqueue(now, waiting);
    }
}
