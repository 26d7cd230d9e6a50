//! The scene: what the desk tells a crew, and what it decides where units do not agree.

use super::assignment::make;
use super::{Context, held_here, nothing_in_the_air, open, text};
use crate::case::command::Command;
use crate::case::event::{Event, Instructed};
use crate::case::leg::{Leg, LegRole};
use crate::case::refusal::Refusal;
use crate::case::scene::{Dispute, Settlement};
use crate::case::state::Case;
use crate::clock::Limits;
use crate::id::{LegId, UnitId};

/// So many disputes one case may have.
const DISPUTES_MOST: usize = 20;

pub(super) fn decide(
    case: &Case,
    command: &Command,
    ctx: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    open(case)?;
    let mut order = None;
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
            let basis = text("basis", basis)?;
            let reason = text("reason", reason)?;
            order = bearer_order(case, unit, &basis, &reason, ctx);
            Event::DisputeSettled(Settlement {
                dispute: *dispute,
                unit: unit.clone(),
                basis,
                reason,
            })
        }
        _ => return Ok(Vec::new()),
    };
    Ok(std::iter::once(event).chain(order).collect())
}

/// The binding order to whom the decision names: beside the lead that works on, or as the lead where none does.
/// None where that unit is at work already, where the peer has the word, or where a result waits to be reviewed.
fn bearer_order(
    case: &Case,
    unit: &UnitId,
    basis: &str,
    reason: &str,
    ctx: &Context<'_>,
) -> Option<Event> {
    let busy = |leg: &Leg| leg.state.is_open();
    if case.incoming().is_some() || case.legs.iter().any(|leg| &leg.unit == unit && busy(leg)) {
        return None;
    }
    let role = match case.lead() {
        Some(lead) if busy(lead) => LegRole::Assist,
        Some(_) => return None,
        None => {
            held_here(case)
                .and_then(|()| nothing_in_the_air(case))
                .ok()?;
            LegRole::Lead
        }
    };
    let (legs, deadlines) = make(case, &[(unit, role)], Limits::default(), basis, true, ctx);
    Some(Event::Dispatched {
        legs,
        ended: Vec::new(),
        deadlines,
        basis: basis.to_owned(),
        note: reason.to_owned(),
    })
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
