//! What the scene told, as a case remembers it.

use crate::case::event::Event;
use crate::case::scene::{Awaiting, Disputed, Instruction};
use crate::case::state::Case;
use crate::clock::Millis;

/// Folds what was reported, told and decided; the report itself is the clocks' matter too.
pub(super) fn at_the_scene(case: &mut Case, event: &Event, at: Millis) {
    match event {
        Event::Reported {
            leg,
            scene: Some(scene),
            ..
        } => {
            let grounds = scene.grounds();
            if !grounds.is_empty() {
                // The first word of it is what has waited longest.
                let since = case.awaiting.as_ref().map_or(at, |waits| waits.at);
                case.awaiting = Some(Awaiting {
                    leg: leg.clone(),
                    at: since,
                    grounds,
                });
            }
        }
        Event::Instructed(told) => {
            case.awaiting = None;
            case.instructions.retain(|known| known.leg != told.leg);
            case.instructions.push(Instruction {
                leg: told.leg.clone(),
                at,
                text: told.text.clone(),
            });
        }
        // More units sent is an answer, too.
        Event::Dispatched { .. } | Event::Assigned { .. } | Event::Closed { .. } => {
            case.awaiting = None;
        }
        // It is done, or another's.
        Event::ResultGiven { leg, .. } | Event::ReturnAccepted { leg, .. } => {
            case.awaiting.take_if(|waits| &waits.leg == leg);
        }
        Event::Disputed(dispute) => case.disputes.push(Disputed {
            dispute: dispute.clone(),
            at,
            settled: None,
        }),
        Event::DisputeSettled(settlement) => {
            let known = case
                .disputes
                .iter_mut()
                .find(|known| known.dispute.dispute == settlement.dispute);
            if let Some(known) = known {
                known.settled = Some((settlement.clone(), at));
            }
        }
        _ => {}
    }
}
