//! The fold of what units do with their assignments.

use super::deadline::{meet, replace, void};
use super::{conclude, hold};
use crate::case::event::Event;
use crate::case::holder::Holder;
use crate::case::leg::{Ask, Leg, LegRole, LegState};
use crate::case::outcome::Outcome;
use crate::case::state::{Case, GivenResult};
use crate::clock::{DeadlineState, Millis, Stage};
use crate::id::LegId;

/// What happened to an assignment. Says whether the event was of that kind.
pub(super) fn on_leg(case: &mut Case, event: &Event, at: Millis) -> bool {
    match event {
        Event::Dispatched {
            legs,
            ended,
            deadlines,
            ..
        } => {
            end_legs(case, ended);
            case.legs.extend(legs.iter().cloned());
            case.deadlines.extend(deadlines.iter().cloned());
            conclude(case, Outcome::Dispatched);
            case.reviewed = false;
        }
        Event::Assigned {
            leg,
            ended,
            deadlines,
            ..
        } => {
            end_legs(case, ended);
            hold(
                case,
                Holder::Own {
                    unit: leg.unit.clone(),
                },
                at,
            );
            case.legs.push(leg.clone());
            case.deadlines.extend(deadlines.iter().cloned());
            conclude(case, Outcome::Dispatched);
            case.reviewed = false;
        }
        Event::AssignmentWithdrawn { leg, .. } => end_legs(case, std::slice::from_ref(leg)),
        Event::Signed { leg } => {
            meet(&mut case.deadlines, at, |d| {
                d.stage == Stage::Sign && d.leg.as_ref() == Some(leg)
            });
            let mut lead = None;
            set_leg(case, leg, |l| {
                l.state = LegState::Signed;
                l.signed_at = Some(at);
                if l.role == LegRole::Lead {
                    lead = Some(l.unit.clone());
                }
            });
            if let (Some(unit), Holder::Own { .. }) = (lead, &case.holder) {
                hold(case, Holder::Own { unit }, at);
            }
        }
        Event::CallerContacted { leg, reached, .. } => {
            if *reached {
                set_leg(case, leg, |l| l.contacted_at = Some(at));
                meet_leg(case, leg, Stage::Contact, at);
                first_feedback(case, leg, at);
            }
        }
        Event::Arrived { leg, .. } => meet_leg(case, leg, Stage::Arrival, at),
        Event::Reported { leg, .. } => first_feedback(case, leg, at),
        Event::Suspended { leg, .. } => {
            set_leg(case, leg, |l| l.state = LegState::Suspended);
            for d in case
                .deadlines
                .iter_mut()
                .filter(|d| d.leg.as_ref() == Some(leg))
            {
                match d.state {
                    DeadlineState::Running | DeadlineState::Amber => {
                        d.state = DeadlineState::Paused {
                            left: d.due - at,
                            missed: false,
                        };
                    }
                    DeadlineState::Missed => {
                        d.state = DeadlineState::Paused {
                            left: d.due - at,
                            missed: true,
                        };
                    }
                    _ => {}
                }
            }
        }
        Event::Resumed { leg } => {
            set_leg(case, leg, |l| l.state = LegState::Signed);
            for d in case
                .deadlines
                .iter_mut()
                .filter(|d| d.leg.as_ref() == Some(leg))
            {
                if let DeadlineState::Paused { left, missed } = d.state {
                    d.shift(at + left - d.due);
                    d.state = if missed {
                        DeadlineState::Missed
                    } else if d.amber <= at {
                        DeadlineState::Amber
                    } else {
                        DeadlineState::Running
                    };
                }
            }
        }
        Event::ExtensionAsked { leg, by, reason } => set_leg(case, leg, |l| {
            l.ask = Some(Ask::Extension {
                by: *by,
                reason: reason.clone(),
                at,
            });
        }),
        Event::ExtensionGranted { leg, deadlines, .. } => {
            set_leg(case, leg, |l| {
                l.ask = None;
                l.extensions = l.extensions.saturating_add(1);
            });
            replace(&mut case.deadlines, deadlines);
        }
        Event::ExtensionDenied { leg, .. } | Event::ReturnDenied { leg, .. } => {
            set_leg(case, leg, |l| l.ask = None);
        }
        Event::ReturnAsked { leg, reason } => set_leg(case, leg, |l| {
            l.ask = Some(Ask::Return {
                reason: reason.clone(),
                at,
            });
        }),
        Event::ReturnAccepted { leg, .. } => {
            let mut unit = None;
            set_leg(case, leg, |l| {
                l.state = LegState::Returned;
                l.ask = None;
                unit = Some(l.unit.clone());
            });
            void(&mut case.deadlines, |d| d.leg.as_ref() == Some(leg));
            case.returns = case.returns.saturating_add(1);
            if unit.is_some() && case.holder.own_unit() == unit.as_ref() {
                let desk = case.desk_unit.clone();
                hold(case, Holder::Own { unit: desk }, at);
            }
        }
        Event::ResultGiven {
            leg,
            public_reply,
            solved,
            ..
        } => {
            first_feedback(case, leg, at);
            // Who has a result was there and has spoken; later than asked, if it was not said.
            for stage in [Stage::Contact, Stage::Arrival, Stage::Result] {
                meet_leg(case, leg, stage, at);
            }
            let mut lead_unit = None;
            set_leg(case, leg, |l| {
                l.state = LegState::Done;
                l.ask = None;
                l.solved = Some(*solved);
                if l.role != LegRole::Assist {
                    lead_unit = Some(l.unit.clone());
                }
            });
            if let Some(unit) = lead_unit {
                case.result = Some(GivenResult {
                    unit: unit.into_string(),
                    at,
                    public_reply: public_reply.clone(),
                    solved: *solved,
                });
                case.reviewed = false;
            }
        }
        Event::RedoOrdered { leg, deadlines, .. } => {
            set_leg(case, leg, |l| l.state = LegState::Signed);
            void(&mut case.deadlines, |d| d.stage == Stage::FollowUp);
            case.deadlines.extend(deadlines.iter().cloned());
            case.reviewed = false;
            case.asking = crate::followup::Asking::default();
            // A case that was reopened for it is with the unit again.
            conclude(case, Outcome::Dispatched);
        }
        _ => return false,
    }
    true
}

fn set_leg(case: &mut Case, id: &LegId, change: impl FnOnce(&mut Leg)) {
    if let Some(leg) = case.legs.iter_mut().find(|leg| &leg.id == id) {
        change(leg);
    }
}

pub(super) fn end_legs(case: &mut Case, ended: &[LegId]) {
    for id in ended {
        set_leg(case, id, |l| {
            l.state = LegState::Withdrawn;
            l.ask = None;
        });
        void(&mut case.deadlines, |d| d.leg.as_ref() == Some(id));
    }
}

fn first_feedback(case: &mut Case, leg: &LegId, at: Millis) {
    meet_leg(case, leg, Stage::Feedback, at);
}

fn meet_leg(case: &mut Case, leg: &LegId, stage: Stage, at: Millis) {
    meet(&mut case.deadlines, at, |d| {
        d.stage == stage && d.leg.as_ref() == Some(leg)
    });
}
