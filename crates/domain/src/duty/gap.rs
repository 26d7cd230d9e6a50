//! When somebody has to be on and nobody is.

use super::Shift;
use crate::clock::Millis;
use serde::{Deserialize, Serialize};

/// A time from a moment to another, the second not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Window {
    /// From.
    pub from: Millis,
    /// To.
    pub to: Millis,
}

/// The parts of the windows in which none of the shifts is, in order. Shifts are one unit's; their
/// rank does not matter, as whoever is there is told.
#[must_use]
pub fn gaps<'a>(windows: &[Window], shifts: impl Iterator<Item = &'a Shift>) -> Vec<Window> {
    let mut on: Vec<Window> = shifts
        .map(|shift| Window {
            from: shift.from,
            to: shift.to,
        })
        .collect();
    on.sort_unstable();
    let mut found: Vec<Window> = Vec::new();
    for window in windows {
        let mut at = window.from;
        for shift in &on {
            if shift.from >= window.to {
                break;
            }
            if shift.to <= at {
                continue;
            }
            if shift.from > at {
                push(&mut found, at, shift.from);
            }
            at = shift.to;
        }
        if at < window.to {
            push(&mut found, at, window.to);
        }
    }
    found
}

/// Gaps that touch are one.
fn push(found: &mut Vec<Window>, from: Millis, to: Millis) {
    match found.last_mut() {
        Some(last) if last.to == from => last.to = to,
        _ => found.push(Window { from, to }),
    }
}
