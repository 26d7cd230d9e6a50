//! The ladder as a case remembers it.

use crate::case::event::Event;
use crate::case::state::{Case, Standing};
use crate::clock::Millis;
use crate::id::MeasureId;
use crate::supervision::{MeasureState, Rung};

/// Folds a step of supervision; says whether the event was one.
pub(super) fn on_ladder(case: &mut Case, event: &Event, at: Millis) -> bool {
    match event {
        Event::Supervised(opened) => {
            if opened.rung == Rung::Urge {
                case.urged = case.urged.saturating_add(1);
            }
            case.supervision.push(Standing {
                measure: opened.measure.clone(),
                no: opened.no.clone(),
                rung: opened.rung,
                unit: opened.unit.clone(),
                at,
                due: opened.due,
                reason: opened.reason.clone(),
                missed: false,
                state: MeasureState::Issued,
            });
        }
        Event::SupervisionAnswered { measure, .. } => set(case, measure, |standing| {
            standing.state = if standing.rung == Rung::Meeting {
                MeasureState::Held
            } else {
                MeasureState::Answered
            };
        }),
        Event::SupervisionMissed { measure, .. } => {
            set(case, measure, |standing| standing.missed = true);
        }
        Event::SupervisionDecided {
            measure, accepted, ..
        } => set(case, measure, |standing| {
            standing.state = match (accepted, standing.rung) {
                (true, _) => MeasureState::Accepted,
                (false, Rung::Meeting) => MeasureState::Held,
                (false, _) => MeasureState::Issued,
            };
        }),
        Event::SupervisionEnded {
            measure, withdrawn, ..
        } => set(case, measure, |standing| {
            standing.state = if *withdrawn {
                MeasureState::Withdrawn
            } else {
                MeasureState::Closed
            };
        }),
        Event::Flagged(watched) => {
            if !case.flags.contains(&watched.flag) {
                case.flags.push(watched.flag);
                case.flags.sort_unstable();
            }
        }
        Event::Unflagged(watched) => case.flags.retain(|known| *known != watched.flag),
        _ => return false,
    }
    true
}

fn set(case: &mut Case, measure: &MeasureId, change: impl FnOnce(&mut Standing)) {
    if let Some(standing) = case.supervision.iter_mut().find(|s| &s.measure == measure) {
        change(standing);
    }
}
