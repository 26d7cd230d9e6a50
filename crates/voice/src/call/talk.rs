//! What people at seats ask for, but for bringing others in (`crossing.rs`).

use super::fact::{Failure, Supervision, What};
use super::input::{Asked, Cause, Destination};
use super::name::{CallId, LegId, Moment, SeatName};
use super::order::{Order, Target};
use super::state::{Call, LegState, Party, Stage};
use super::switchboard::{Denied, Due, Switchboard};
use crate::queue::{Class, SeatState};

impl Switchboard {
    pub(crate) fn asked(
        &mut self,
        now: Moment,
        seat: &SeatName,
        asked: Asked,
    ) -> Result<(), Denied> {
        if !self.seats.contains_key(seat) {
            return Err(Denied::NoSuchSeat);
        }
        match asked {
            Asked::Ready => self.seat_asked(now, seat, SeatState::Ready),
            Asked::Break(reason) => self.seat_asked(now, seat, SeatState::Break(reason)),
            Asked::Offline => self.seat_asked(now, seat, SeatState::Offline),
            Asked::WrappedUp => self.wrapped_up(now, seat)?,
            Asked::KeepWrapUp => self.keep_wrap_up(now, seat)?,
            Asked::Answer(call) => self.pick_up(seat, call)?,
            Asked::Decline(call) => self.decline(now, seat, call)?,
            Asked::HangUp(call) => self.hang_up(now, seat, call)?,
            Asked::Hold(call) => self.hold(now, seat, call, true)?,
            Asked::Retrieve(call) => self.retrieve(now, seat, call)?,
            Asked::Mute(call, muted) => {
                let leg = self.own_leg(seat, call)?;
                self.update(leg, |leg| leg.muted = muted);
                self.touch(call);
            }
            Asked::Digit(call, digit) => self.send_digit(seat, call, digit)?,
            Asked::Transfer(call, to) => self.transfer(now, seat, call, to, None)?,
            Asked::Consult(call, to) => self.consult(now, seat, call, to)?,
            Asked::Join(call) => self.join(now, seat, call)?,
            Asked::HandOver(call) | Asked::Leave(call) => self.hand_over(now, seat, call)?,
            Asked::DropConsult(call) => self.drop_consult(now, seat, call)?,
            Asked::Decide(call, agreed) => self.decide(now, seat, call, agreed)?,
            Asked::Listen(call) => self.supervise(now, seat, call, Supervision::Listen)?,
            Asked::Whisper(call) => self.supervise(now, seat, call, Supervision::Whisper)?,
            Asked::Barge(call) => self.supervise(now, seat, call, Supervision::Barge)?,
            Asked::Unsupervise(call) => self.unsupervise(now, seat, call)?,
            Asked::PauseRecording(call, paused) => self.pause(now, seat, call, paused)?,
            Asked::Dial {
                call,
                to,
                call_back,
            } => self.dial(now, seat, call, to, call_back)?,
        }
        Ok(())
    }

    fn seat_asked(&mut self, now: Moment, name: &SeatName, wanted: SeatState) {
        let Some(seat) = self.seats.get_mut(name) else {
            return;
        };
        // Whoever is in a call finishes it first.
        if seat.state.call().is_some() {
            let next = (wanted != SeatState::Ready).then_some(wanted);
            if seat.next != next {
                seat.next = next;
                self.out.seats.insert(name.clone());
            }
            return;
        }
        seat.next = None;
        self.turn(now, name, wanted);
    }

    fn wrapped_up(&mut self, now: Moment, seat: &SeatName) -> Result<(), Denied> {
        match self.seats.get(seat).map(|seat| seat.state) {
            Some(SeatState::WrapUp(..)) => {
                self.after_wrap_up(now, seat);
                Ok(())
            }
            _ => Err(Denied::NotNow),
        }
    }

    fn keep_wrap_up(&mut self, now: Moment, seat: &SeatName) -> Result<(), Denied> {
        match self.seats.get(seat).map(|seat| seat.state) {
            Some(SeatState::WrapUp(call, _)) => {
                self.turn(now, seat, SeatState::WrapUp(call, None));
                Ok(())
            }
            _ => Err(Denied::NotNow),
        }
    }

    pub(crate) fn after_wrap_up(&mut self, now: Moment, name: &SeatName) {
        let next = self.seats.get_mut(name).and_then(|seat| seat.next.take());
        self.turn(now, name, next.unwrap_or(SeatState::Ready));
    }

    /// A seat has no part in the call any more.
    pub(crate) fn seat_done(&mut self, now: Moment, name: &SeatName, id: CallId) {
        let Some(seat) = self.seats.get_mut(name) else {
            return;
        };
        match seat.state {
            SeatState::Talking(call) if call == id => {
                let until = now.after(self.plan.wrap_up_ms);
                self.turn(now, name, SeatState::WrapUp(id, Some(until)));
                self.start_timer(Due::WrapUp(name.clone(), id), self.plan.wrap_up_ms);
            }
            SeatState::Ringing(call) | SeatState::Supervising(call) if call == id => {
                let next = seat.next.take();
                self.turn(now, name, next.unwrap_or(SeatState::Ready));
            }
            _ => {}
        }
    }

    fn call_of(&self, call: CallId) -> Result<&Call, Denied> {
        self.calls
            .get(&call)
            .filter(|call| call.stage != Stage::Closing)
            .ok_or(Denied::NoSuchCall)
    }

    /// The living leg of a seat in a call.
    pub(crate) fn own_leg(&self, seat: &SeatName, call: CallId) -> Result<LegId, Denied> {
        let call = self.call_of(call)?;
        call.legs
            .values()
            .find(|leg| leg.is_alive() && matches!(&leg.party, Party::Seat(name) if name == seat))
            .map(|leg| leg.id)
            .ok_or(Denied::NotYourCall)
    }

    /// The seat's leg, if it is the operator of the call and its line is up.
    pub(crate) fn operators_leg(&self, seat: &SeatName, call: CallId) -> Result<LegId, Denied> {
        let leg = self.own_leg(seat, call)?;
        let known = self.call_of(call)?;
        if known.operator != Some(leg) {
            return Err(Denied::NotYourCall);
        }
        if !known.up(Some(leg)) {
            return Err(Denied::NotNow);
        }
        Ok(leg)
    }

    fn pick_up(&mut self, seat: &SeatName, call: CallId) -> Result<(), Denied> {
        let leg = self.own_leg(seat, call).map_err(|denied| match denied {
            Denied::NotYourCall => Denied::NotRinging,
            other => other,
        })?;
        if self.call_of(call)?.up(Some(leg)) {
            return Err(Denied::NotRinging);
        }
        self.order(Order::PickUp(leg));
        Ok(())
    }

    fn decline(&mut self, now: Moment, seat: &SeatName, id: CallId) -> Result<(), Denied> {
        let leg = self.own_leg(seat, id)?;
        let call = self.call_of(id)?;
        if call.up(Some(leg)) {
            return Err(Denied::NotRinging);
        }
        if call.crossing().is_some_and(|crossing| crossing.leg == leg) {
            self.end(leg, Cause::sip(603));
            self.crossing_over(now, id, Failure::Declined, Some(603));
            return Ok(());
        }
        if call.stage == Stage::Calling {
            return self.hang_up(now, seat, id);
        }
        self.end(leg, Cause::sip(603));
        self.seat_done(now, seat, id);
        self.pass(now, id, seat);
        self.fact(now, id, What::Declined { seat: seat.clone() });
        self.round_failed(id);
        Ok(())
    }

    fn hang_up(&mut self, now: Moment, seat: &SeatName, id: CallId) -> Result<(), Denied> {
        let leg = self.own_leg(seat, id)?;
        let call = self.call_of(id)?;
        if call.operator == Some(leg) {
            self.given_over(now, seat, id);
            self.end(leg, Cause::sip(200));
            self.operator_leaves(now, id);
            return Ok(());
        }
        if call.crossing().is_some_and(|crossing| crossing.leg == leg) {
            let failure = if call.up(Some(leg)) {
                Failure::TakenBack
            } else {
                Failure::Declined
            };
            self.end(leg, Cause::sip(200));
            self.crossing_over(now, id, failure, None);
            return Ok(());
        }
        if call.stage == Stage::Waiting {
            return self.decline(now, seat, id);
        }
        self.end(leg, Cause::sip(200));
        self.seat_done(now, seat, id);
        self.settle(now, id);
        Ok(())
    }

    fn hold(&mut self, now: Moment, seat: &SeatName, id: CallId, held: bool) -> Result<(), Denied> {
        self.operators_leg(seat, id)?;
        let call = self.calls.get_mut(&id).ok_or(Denied::NoSuchCall)?;
        if call.stage != Stage::Talking || call.held == held {
            return Err(Denied::NotNow);
        }
        if !call.up(call.principal) {
            return Err(Denied::NoCaller);
        }
        call.hold(held, now);
        self.touch(id);
        let seat = seat.clone();
        self.fact(
            now,
            id,
            if held {
                What::Held { seat }
            } else {
                What::Retrieved { seat }
            },
        );
        Ok(())
    }

    fn retrieve(&mut self, now: Moment, seat: &SeatName, id: CallId) -> Result<(), Denied> {
        self.operators_leg(seat, id)?;
        if let Stage::Transferring(crossing) = &self.call_of(id)?.stage {
            let leg = crossing.leg;
            self.end(leg, Cause::sip(487));
            self.crossing_over(now, id, Failure::TakenBack, None);
            return Ok(());
        }
        self.hold(now, seat, id, false)
    }

    /// A hard phone's hold key does what the screen's does; of another line it only says that silence is meant.
    pub(crate) fn remote_hold(&mut self, now: Moment, leg: LegId, held: bool) {
        self.update(leg, |leg| leg.quiet = held);
        let seat = self
            .calls
            .get(&leg.call)
            .filter(|call| call.operator == Some(leg));
        if let Some(seat) = seat.and_then(|call| call.operator_seat().cloned()) {
            // If it does not fit what the call is doing, the phone is silent and nothing else.
            let _ = self.hold(now, &seat, leg.call, held);
        }
    }

    fn send_digit(&mut self, seat: &SeatName, id: CallId, digit: char) -> Result<(), Denied> {
        let own = self.operators_leg(seat, id)?;
        if !matches!(digit, '0'..='9' | '*' | '#' | 'A'..='D') {
            return Err(Denied::NotNow);
        }
        let call = self.call_of(id)?;
        let heard: Vec<LegId> = call
            .mix
            .keys()
            .filter(|(f, _)| *f == own)
            .map(|(_, to)| *to)
            .collect();
        let to: Vec<LegId> = heard
            .into_iter()
            .filter(|to| call.leg(*to).is_some_and(|leg| leg.talks()))
            .collect();
        if to.is_empty() {
            return Err(Denied::NotNow);
        }
        for leg in to {
            self.order(Order::SendDigit { leg, digit });
        }
        Ok(())
    }

    fn pause(
        &mut self,
        now: Moment,
        seat: &SeatName,
        id: CallId,
        paused: bool,
    ) -> Result<(), Denied> {
        self.operators_leg(seat, id)?;
        let call = self.calls.get_mut(&id).ok_or(Denied::NoSuchCall)?;
        if call.paused == paused {
            return Err(Denied::NotNow);
        }
        call.paused = paused;
        self.touch(id);
        self.fact(
            now,
            id,
            What::RecordingPaused {
                by: seat.clone(),
                paused,
            },
        );
        Ok(())
    }

    fn supervise(
        &mut self,
        now: Moment,
        by: &SeatName,
        id: CallId,
        mode: Supervision,
    ) -> Result<(), Denied> {
        let call = self.call_of(id)?;
        let own = call
            .legs
            .values()
            .find(|leg| {
                leg.is_alive() && matches!(&leg.party, Party::Supervisor(name, _) if name == by)
            })
            .map(|leg| (leg.id, leg.is_up()));
        if let Some((leg, up)) = own {
            self.update(leg, |leg| leg.party = Party::Supervisor(by.clone(), mode));
            self.touch(id);
            if up {
                self.fact(
                    now,
                    id,
                    What::Supervised {
                        by: by.clone(),
                        mode,
                    },
                );
            }
            return Ok(());
        }
        if call.operator.is_none() || call.stage == Stage::Waiting {
            return Err(Denied::NotNow);
        }
        let origin = call.origin(&self.plan.short_number);
        let may_call = self.may_call(by);
        let seat = self.seats.get_mut(by).ok_or(Denied::NoSuchSeat)?;
        if seat.state.call().is_some() || !may_call {
            return Err(Denied::SeatBusy);
        }
        // Afterwards the seat is what it was before; a wrap-up goes on as if it were done.
        let before = match seat.state {
            SeatState::WrapUp(..) => SeatState::Ready,
            other => other,
        };
        seat.next = Some(before);
        self.turn(now, by, SeatState::Supervising(id));
        let call = self.calls.get_mut(&id).ok_or(Denied::NoSuchCall)?;
        let leg = call.add(Party::Supervisor(by.clone(), mode), LegState::Dialling, now);
        self.place(leg, Target::Seat(by.clone()), origin);
        self.order(Order::PickUp(leg));
        Ok(())
    }

    fn unsupervise(&mut self, now: Moment, by: &SeatName, id: CallId) -> Result<(), Denied> {
        let call = self.call_of(id)?;
        let (leg, up) = call
            .legs
            .values()
            .find(|leg| {
                leg.is_alive() && matches!(&leg.party, Party::Supervisor(name, _) if name == by)
            })
            .map(|leg| (leg.id, leg.is_up()))
            .ok_or(Denied::NotYourCall)?;
        self.end(leg, Cause::sip(200));
        self.seat_done(now, by, id);
        if up {
            self.fact(now, id, What::Unsupervised { by: by.clone() });
        }
        Ok(())
    }

    fn dial(
        &mut self,
        now: Moment,
        seat: &SeatName,
        id: CallId,
        to: Destination,
        call_back: Option<CallId>,
    ) -> Result<(), Denied> {
        if self.calls.contains_key(&id) {
            return Err(Denied::NotNow);
        }
        let known = self.seats.get(seat).ok_or(Denied::NoSuchSeat)?;
        let off = known.state == SeatState::Offline || !self.may_call(seat);
        if known.state.call().is_some() || off {
            return Err(Denied::SeatBusy);
        }
        // Desk to desk is a consult call; without a caller it belongs to no case.
        let (Target::Trunk { number, .. }, _) = self.resolve(&to)? else {
            return Err(Denied::NoSuchDestination);
        };
        if let Some(of) = call_back {
            let back = self.call_backs.get_mut(of).ok_or(Denied::NoSuchCall)?;
            if back.by.is_some() {
                return Err(Denied::NotNow);
            }
            back.by = Some(id);
        }
        let mut call = super::inbound::blank(id, now, Class::Normal);
        call.stage = Stage::Calling;
        call.number = Some(number);
        call.to = Some(to.clone());
        call.call_back = call_back;
        self.calls.insert(id, call);
        let leg = self.ring_seat(now, id, seat).ok_or(Denied::NoSuchCall)?;
        if let Some(call) = self.calls.get_mut(&id) {
            call.operator = Some(leg);
        }
        self.order(Order::PickUp(leg));
        self.start_timer(Due::FarRing(leg), self.plan.ring_ms);
        self.fact(
            now,
            id,
            What::Dialled {
                seat: seat.clone(),
                to,
                call_back,
            },
        );
        Ok(())
    }
}
