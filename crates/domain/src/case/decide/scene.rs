//! The scene: what the desk tells a crew, and what it decides where units do not agree.

use super::{open, text};
use crate::case::command::Command;
use crate::case::event::{Event, Instructed};
use crate::case::refusal::Refusal;
use crate::case::scene::{Dispute, Settlement};
use crate::case::state::Case;
use crate::id::LegId;

/// So many disputes one case may have.
const DISPUTES_MOST: usize = 20;

pub(super) fn decide(case: &Case, command: &Command) -> Result<Vec<Event>, Refusal> {
    open(case)?;
    let event = match command {
        Command::Instruct { leg, text: said } => {
            at_work(case, leg)?;
            Event::Instructed(Instructed {
                leg: leg.clone(),
                text: text("text", said)?,
            })
        }
        Command::Dispute {
            leg,
            about,
            against,
            text: said,
        } => {
            at_work(case, leg)?;
            let number = case.disputes.len() + 1;
            if number > DISPUTES_MOST {
                return Err(Refusal::Range { field: "about" });
            }
            Event::Disputed(Dispute {
                dispute: u8::try_from(number).unwrap_or(u8::MAX),
                leg: leg.clone(),
                about: *about,
                against: against.clone(),
                text: text("text", said)?,
            })
        }
        Command::SettleDispute {
            dispute,
            unit,
            basis,
            reason,
        } => {
            let waits = case
                .disputes
                .iter()
                .any(|known| known.dispute.dispute == *dispute && known.settled.is_none());
            if !waits {
                return Err(Refusal::NoDispute(*dispute));
            }
            Event::DisputeSettled(Settlement {
                dispute: *dispute,
                unit: unit.clone(),
                basis: text("basis", basis)?,
                reason: text("reason", reason)?,
            })
        }
        _ => return Ok(Vec::new()),
    };
    Ok(vec![event])
}

fn at_work(case: &Case, leg: &LegId) -> Result<(), Refusal> {
    let found = super::assignment::find(case, leg)?;
    if found.state.is_open() {
        Ok(())
    } else {
        Err(Refusal::LegState {
            leg: leg.clone(),
            state: found.state.as_str(),
        })
    }
}
