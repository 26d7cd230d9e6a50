//! The fold of clocks: met, void, or a step further.

use crate::clock::{Deadline, DeadlineState, Millis};
use crate::id::DeadlineId;

pub(super) fn meet(deadlines: &mut [Deadline], at: Millis, which: impl Fn(&Deadline) -> bool) {
    for d in deadlines.iter_mut().filter(|d| d.is_open() && which(d)) {
        let late = matches!(
            d.state,
            DeadlineState::Missed | DeadlineState::Paused { missed: true, .. }
        ) || (at > d.due && !matches!(d.state, DeadlineState::Paused { .. }));
        d.state = DeadlineState::Met { at, late };
    }
}

pub(super) fn void(deadlines: &mut [Deadline], which: impl Fn(&Deadline) -> bool) {
    for d in deadlines.iter_mut().filter(|d| d.is_open() && which(d)) {
        d.state = DeadlineState::Void;
    }
}

pub(super) fn set_deadline(deadlines: &mut [Deadline], id: &DeadlineId, state: DeadlineState) {
    if let Some(d) = deadlines.iter_mut().find(|d| &d.id == id && d.is_open()) {
        d.state = state;
    }
}

/// Deadlines as an event says they are now.
pub(super) fn replace(deadlines: &mut [Deadline], with: &[Deadline]) {
    for moved in with {
        if let Some(d) = deadlines.iter_mut().find(|d| d.id == moved.id) {
            *d = moved.clone();
        }
    }
}

pub(super) fn climb(deadlines: &mut [Deadline], id: &DeadlineId, step: u8) {
    if let Some(d) = deadlines.iter_mut().find(|d| &d.id == id) {
        d.climbed = d.climbed.max(step);
    }
}
