//! A call that no seat here takes is offered elsewhere: to the duty roster's phones, and to the overflow partner.

use super::fact::What;
use super::input::Destination;
use super::name::{CallId, Moment};
use super::order::Target;
use super::state::{LegState, Party};
use super::switchboard::Switchboard;

impl Switchboard {
    /// Rings the next phone of the duty roster, one after another, then from the beginning.
    pub(crate) fn ring_duty(&mut self, now: Moment, id: CallId) {
        let Some((trunk, policy)) = self.plan.outward.clone() else {
            return;
        };
        if self.duty.is_empty() || self.down.contains(&trunk) {
            return;
        }
        let short = self.plan.short_number.clone();
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        if call
            .legs
            .values()
            .any(|leg| matches!(leg.party, Party::Duty(_)) && leg.is_alive())
        {
            return;
        }
        let at = call.duty_rung.checked_rem(self.duty.len()).unwrap_or(0);
        let Some(phone) = self.duty.get(at).cloned() else {
            return;
        };
        call.duty_rung = call.duty_rung.saturating_add(1);
        let leg = call.add(Party::Duty(phone.who.clone()), LegState::Dialling, now);
        let origin = call.origin(&short);
        self.place(
            leg,
            Target::Trunk {
                trunk,
                number: phone.number,
                policy,
            },
            origin,
        );
        self.fact(now, id, What::DutyRung { who: phone.who });
    }

    /// Tries the overflow partner, once for each stay in the queue.
    pub(crate) fn overflow(&mut self, now: Moment, id: CallId) {
        let Some(name) = self.plan.overflow.clone() else {
            return;
        };
        let Some(partner) = self.plan.partners.get(&name).cloned() else {
            return;
        };
        let short = self.plan.short_number.clone();
        let down = self.down.contains(&partner.trunk);
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        if call.overflowed || down {
            return;
        }
        call.overflowed = true;
        let leg = call.add(
            Party::Far(Destination::Partner(name.clone())),
            LegState::Dialling,
            now,
        );
        let origin = call.origin(&short);
        let target = Target::Trunk {
            trunk: partner.trunk,
            number: partner.number,
            policy: partner.policy,
        };
        self.place(leg, target, origin);
        self.fact(now, id, What::Overflowed { partner: name });
    }
}
