//! A program that was killed is started again: calls whose lines are still there go on, the others end as the network's loss
//! does, so that nobody is forgotten (law 1) and every record is complete.

use super::fact::What;
use super::input::{Cause, Ender, Heard};
use super::kept::{KeptCall, LeftBehind};
use super::name::{CallId, LegId, Moment};
use super::order::{Order, Recording};
use super::state::{Leg, LegState, Party, Stage, Telling};
use super::switchboard::{Due, Step, Switchboard};
use crate::queue::SeatState;
use std::collections::BTreeSet;

impl Switchboard {
    /// Takes up what a former program left. `lines` are the legs that the engine has again; of all others the line is gone.
    /// Called once, before anything is heard, on a switchboard without calls.
    pub fn resume(&mut self, now: Moment, left: LeftBehind, lines: &BTreeSet<LegId>) -> Step {
        for back in left.call_backs {
            self.call_backs.add(back);
        }
        for mut seat in left.seats {
            seat.phone = self.has_phone(&seat.name);
            self.out.seats.insert(seat.name.clone());
            self.seats.insert(seat.name.clone(), seat);
        }
        let mut ids = Vec::new();
        for kept in left.calls.into_values() {
            ids.push(kept.call.id);
            self.take_up(now, kept);
        }
        for lost in left.lost {
            let call = lost.call();
            ids.push(call.id);
            self.calls.insert(call.id, call);
        }
        let mut gone = BTreeSet::new();
        for id in &ids {
            self.legs_after(now, *id, lines, &mut gone);
        }
        // A line that no call knows any more: its end was written, and its order did not get out.
        for leg in lines {
            let known = self.calls.get(&leg.call).and_then(|call| call.leg(*leg));
            if known.is_none_or(|leg| leg.state == LegState::Over) {
                self.order(Order::End {
                    leg: *leg,
                    cause: Cause::sip(200),
                });
            }
        }
        for id in ids {
            self.go_on(now, id);
        }
        self.seats_after(now);
        self.call_backs_after(now);
        let mut step = self.finish(now);
        // The engine knows nothing of these; only their recordings are still to be sealed.
        step.orders.retain(|order| {
            matches!(order, Order::Record { .. })
                || leg_of(order).is_none_or(|leg| !gone.contains(&leg))
        });
        step
    }

    fn take_up(&mut self, now: Moment, kept: KeptCall) {
        let KeptCall { call, waiting } = kept;
        let id = call.id;
        if let Some(number) = &call.number
            && call.inbound
            && now.since(call.began) <= self.plan.called_again_ms
        {
            self.remember(call.began, number.clone());
        }
        if let Some(mut waiting) = waiting {
            // Whatever rang for it rings no more.
            waiting.ringing = false;
            self.waiting.insert(id, waiting);
        }
        self.calls.insert(id, call);
        self.touch(id);
    }

    /// What is true of each leg now: on, answered meanwhile, at its end, or gone.
    fn legs_after(
        &mut self,
        now: Moment,
        id: CallId,
        lines: &BTreeSet<LegId>,
        gone: &mut BTreeSet<LegId>,
    ) {
        let Some(call) = self.calls.get(&id) else {
            return;
        };
        let is_gone = |leg: &Leg| leg.state != LegState::Over && !lines.contains(&leg.id);
        let lost = call.legs.values().filter(|leg| is_gone(leg)).count();
        gone.extend(
            call.legs
                .values()
                .map(|leg| leg.id)
                .filter(|leg| !lines.contains(leg)),
        );
        let here: Vec<(LegId, LegState)> = call
            .legs
            .values()
            .filter(|leg| lines.contains(&leg.id))
            .map(|leg| (leg.id, leg.state))
            .collect();
        // First of all, so that a leg that ends now ends with its recording.
        let recorded: Vec<Order> = call
            .legs
            .values()
            .filter(|leg| lines.contains(&leg.id) && leg.unsealed > 0)
            .filter_map(|leg| {
                let (leg, state) = (leg.id, leg.recording?);
                Some(Order::Record { leg, state })
            })
            .collect();
        if call.stage != Stage::Closing {
            let lost = u16::try_from(lost).unwrap_or(u16::MAX);
            self.fact(now, id, What::Resumed { lost });
        }
        self.out.orders.extend(recorded);
        // Nobody at these seats let anything pass.
        let rang: Vec<_> = self
            .seats
            .values()
            .filter(|seat| seat.state == SeatState::Ringing(id))
            .map(|seat| seat.name.clone())
            .collect();
        for seat in &rang {
            let answered = here.iter().any(|(leg, _)| self.is_at(*leg, seat));
            if !answered {
                self.seat_done(now, seat, id);
            }
        }
        for (leg, state) in here {
            match state {
                LegState::Up | LegState::Over => {}
                LegState::Ending => self.order(Order::End {
                    leg,
                    cause: Cause::sip(200),
                }),
                // The engine kept that it was answered, and the killed program came no further.
                LegState::Arrived | LegState::Dialling | LegState::Ringing { .. } => {
                    self.heard(now, leg, Heard::Answered);
                }
            }
        }
        // One after another, as each may end others.
        while let Some((leg, state)) = self.calls.get(&id).and_then(|call| {
            let leg = call.legs.values().find(|leg| is_gone(leg))?;
            Some((leg.id, leg.state))
        }) {
            let by = if state == LegState::Ending {
                Ender::Local
            } else {
                Ender::Network
            };
            let cause = Cause {
                text: Some("program restarted".to_owned()),
                ..Cause::sip(408)
            };
            self.leg_over(now, leg, Some(by), cause);
            self.touch(id);
        }
    }

    fn is_at(&self, leg: LegId, seat: &super::name::SeatName) -> bool {
        self.calls
            .get(&leg.call)
            .and_then(|call| call.leg(leg))
            .is_some_and(|leg| matches!(&leg.party, Party::Seat(name) if name == seat))
    }

    /// What was under way in a call goes on: its recordings, and what waits for a moment.
    fn go_on(&mut self, now: Moment, id: CallId) {
        let Some(call) = self.calls.get(&id) else {
            return;
        };
        // Files of lines that are no more have no end.
        let files: Vec<LegId> = call
            .legs
            .values()
            .filter(|leg| leg.state == LegState::Over && leg.unsealed > 0)
            .map(|leg| leg.id)
            .collect();
        let (stage, queued, answered) = (call.stage.clone(), call.queued, call.answered);
        let principal = call.principal;
        let telling = call.announcing.as_ref().map(|telling| telling.telling);
        for leg in files {
            self.order(Order::Record {
                leg,
                state: Recording::Off,
            });
        }
        let left = |due: Moment| due.since(now);
        match stage {
            Stage::Waiting => {
                self.look_next(now, id, queued);
                self.look(now, id);
            }
            Stage::Promising => self.start_timer(Due::Promised(id), self.plan.far_ring_ms),
            Stage::Announcing => {
                let most = answered.unwrap_or(now).after(self.plan.announce_most_ms);
                self.start_timer(Due::AnnounceMost(id), left(most));
                match (telling, principal) {
                    (Some(Telling::Thanking), Some(leg)) => self.end(leg, Cause::sip(200)),
                    // How much of it was heard nobody knows: it is said again.
                    _ => self.say(id),
                }
            }
            Stage::Closing => self.start_timer(Due::Settle(id), self.plan.settle_ms),
            Stage::Calling
            | Stage::Talking
            | Stage::Transferring(_)
            | Stage::Consulting(_)
            | Stage::Conference(_) => {}
        }
    }

    fn seats_after(&mut self, now: Moment) {
        let seats: Vec<_> = self
            .seats
            .values()
            .map(|seat| (seat.name.clone(), seat.state))
            .collect();
        for (name, state) in seats {
            if let SeatState::WrapUp(call, Some(until)) = state {
                self.start_timer(Due::WrapUp(name, call), until.since(now));
            } else if let Some(call) = state.call() {
                let there = self.calls.get(&call).is_some_and(|call| {
                    call.legs.values().any(|leg| {
                        leg.is_alive()
                            && matches!(&leg.party,
                                Party::Seat(at) | Party::Supervisor(at, _) if *at == name)
                    })
                });
                if !there {
                    self.seat_done(now, &name, call);
                }
            }
        }
    }

    fn call_backs_after(&mut self, now: Moment) {
        let open: Vec<CallId> = self.call_backs.open().map(|back| back.of).collect();
        for of in open {
            let Some(back) = self.call_backs.get_mut(of) else {
                continue;
            };
            if back.by.is_some_and(|by| !self.calls.contains_key(&by)) {
                back.by = None;
            }
            if back.by.is_none() {
                let wait = back.due.since(now);
                self.start_timer(Due::CallBack(of), wait);
            }
        }
    }
}

/// Whose an order is.
fn leg_of(order: &Order) -> Option<LegId> {
    match order {
        Order::Place(placing) => Some(placing.leg),
        Order::Ring(leg) | Order::Answer(leg) | Order::PickUp(leg) | Order::StopPrompt(leg) => {
            Some(*leg)
        }
        Order::Refuse { leg, .. }
        | Order::End { leg, .. }
        | Order::Play { leg, .. }
        | Order::PlayRow { leg, .. }
        | Order::SendDigit { leg, .. }
        | Order::Record { leg, .. }
        | Order::ReferProgress { leg, .. } => Some(*leg),
        Order::Hear { .. } | Order::StartTimer { .. } => None,
    }
}
