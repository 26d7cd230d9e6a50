//! Calls that were not heard are called back: noted, waited for, tried, and needless when the caller is here again.

use super::fact::{DropReason, Failure, Outcome, What};
use super::input::Destination;
use super::name::{CallId, Moment};
use super::switchboard::{Due, Switchboard};
use crate::call_back::CallBack;
use crate::queue::{Class, Waiting};

impl Switchboard {
    pub(crate) fn make_call_back(&mut self, now: Moment, id: CallId, reason: DropReason) {
        let due = now.after(self.plan.call_back_ms);
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        let unanswered = call.answered.is_none();
        let Some(number) = call.number.clone() else {
            if unanswered {
                call.outcome = Some(Outcome::LostWithoutNumber);
            }
            return;
        };
        if unanswered {
            call.outcome = Some(Outcome::CallBack);
        }
        let back = CallBack {
            of: id,
            number: number.clone(),
            reason,
            class: call.class,
            needs: call.needs,
            since: call.began,
            due,
            attempts: 0,
            operator: call.operator_seat().cloned(),
            case: call.case.clone(),
            token: call.token.clone(),
            by: None,
        };
        // Two calls of one number at once: one call-back, for the earlier one.
        if let Some(other) = self.call_backs.of_number(&number).map(|back| back.of) {
            let what = What::CallBackNeedless { by: other };
            self.fact(
                now,
                id,
                What::CallBackMade {
                    reason,
                    number,
                    due,
                },
            );
            self.fact(now, id, what);
            return;
        }
        self.call_backs.add(back);
        self.fact(
            now,
            id,
            What::CallBackMade {
                reason,
                number,
                due,
            },
        );
        self.start_timer(Due::CallBack(id), self.plan.call_back_ms);
    }

    /// A call-back's time has come: it waits for a seat like a call.
    pub(crate) fn call_back_due(&mut self, now: Moment, of: CallId) {
        if self.plan.outward.is_none() {
            return;
        }
        let Some(back) = self.call_backs.get(of).cloned() else {
            return;
        };
        if back.by.is_some() || now < back.due {
            return;
        }
        let id = (self.names)();
        if self.calls.contains_key(&id) {
            return;
        }
        let mut call = super::inbound::blank(id, now, back.class.max(Class::CallBackDue));
        call.number = Some(back.number.clone());
        call.to = Some(Destination::Number(back.number.clone()));
        call.call_back = Some(of);
        call.case = back.case;
        call.token = back.token;
        call.needs = back.needs;
        let class = call.class;
        let number = back.number.clone();
        self.calls.insert(id, call);
        self.fact(now, id, What::CallBackWaits { of, number, class });
        if let Some(back) = self.call_backs.get_mut(of) {
            back.by = Some(id);
        }
        self.enqueue(
            now,
            Waiting {
                call: id,
                class,
                base: 0,
                since: back.since,
                entered: now,
                needs: back.needs,
                last_operator: back.operator,
                passed: Vec::new(),
                ringing: false,
            },
        );
    }

    pub(crate) fn call_back_failed(&mut self, now: Moment, by: CallId, failure: Failure) {
        let Some(of) = self.calls.get(&by).and_then(|call| call.call_back) else {
            return;
        };
        let attempts = self.plan.call_back_attempts;
        let next = now.after(self.plan.call_back_again_ms);
        let Some(back) = self.call_backs.get_mut(of) else {
            return;
        };
        if back.by != Some(by) {
            return;
        }
        back.by = None;
        let attempt = back.attempts;
        let again = (attempt < attempts).then_some(next);
        match again {
            Some(due) => {
                back.due = due;
                self.start_timer(Due::CallBack(of), self.plan.call_back_again_ms);
            }
            None => {
                self.call_backs.close(of);
            }
        }
        self.fact(
            now,
            of,
            What::CallBackFailed {
                attempt,
                failure,
                again,
            },
        );
    }

    /// The same number is here again.
    pub(crate) fn call_back_needless(&mut self, now: Moment, of: CallId, by: CallId) {
        let Some(back) = self.call_backs.close(of) else {
            return;
        };
        self.fact(now, of, What::CallBackNeedless { by });
        if let Some(trying) = back.by {
            self.wind_down(now, trying);
        }
    }
}
