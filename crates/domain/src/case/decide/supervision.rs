//! The ladder of supervision as far as it is about one case, and the watch flags.

use super::{open, text};
use crate::case::command::Command;
use crate::case::event::{Event, Supervised, Watched};
use crate::case::holder::Holder;
use crate::case::refusal::Refusal;
use crate::case::state::Case;
use crate::id::{MeasureId, UnitId};
use crate::supervision::{LadderStep, MeasureState, Rung, WatchFlag};

pub(super) fn decide(case: &Case, command: &Command) -> Result<Vec<Event>, Refusal> {
    if let Command::NoteSupervision { measure, step } = command {
        return Ok(noted(case, measure, step));
    }
    // Who went on living where the danger was is watched after the matter is closed, too (R31).
    let outlives = matches!(
        command,
        Command::Flag {
            flag: WatchFlag::AtRisk,
            ..
        } | Command::Unflag {
            flag: WatchFlag::AtRisk,
            ..
        }
    );
    if !outlives {
        open(case)?;
    }
    match command {
        Command::Supervise {
            measure,
            no,
            rung,
            unit,
            rule,
            reason,
            skipped,
            due,
        } => {
            may_climb(case, *rung, unit, skipped)?;
            Ok(vec![Event::Supervised(Supervised {
                measure: measure.clone(),
                no: no.clone(),
                rung: *rung,
                unit: unit.clone(),
                rule: rule.clone(),
                reason: text("reason", reason)?,
                due: *due,
            })])
        }
        Command::Flag { flag, reason } => {
            if case.flags.contains(flag) {
                return Err(Refusal::FlagState);
            }
            Ok(vec![Event::Flagged(Watched {
                flag: *flag,
                reason: text("reason", reason)?,
            })])
        }
        Command::Unflag { flag, reason } => {
            if !case.flags.contains(flag) {
                return Err(Refusal::FlagState);
            }
            Ok(vec![Event::Unflagged(Watched {
                flag: *flag,
                reason: text("reason", reason)?,
            })])
        }
        _ => Ok(Vec::new()),
    }
}

/// Only a unit that has to do with the case is called to account for it, each rung once at a time,
/// and none is left out without a written reason.
fn may_climb(case: &Case, rung: Rung, unit: &UnitId, skipped: &str) -> Result<(), Refusal> {
    if !rung.about_cases() {
        return Err(Refusal::Range { field: "rung" });
    }
    let holds = matches!(&case.holder, Holder::Own { unit: holder } if holder == unit);
    if !holds && !case.legs.iter().any(|leg| &leg.unit == unit) {
        return Err(Refusal::NotInvolved(unit.to_string()));
    }
    let running = case
        .supervision
        .iter()
        .find(|known| known.rung == rung && &known.unit == unit && !known.state.is_over());
    if let Some(running) = running {
        return Err(Refusal::SupervisedAlready(running.no.clone()));
    }
    let Some(below) = rung.before() else {
        return Ok(());
    };
    // Anybody's urging is the first rung; what was taken back was not climbed.
    let climbed = (below == Rung::Urge && case.urged > 0)
        || case
            .supervision
            .iter()
            .any(|known| known.rung == below && known.state != MeasureState::Withdrawn);
    if climbed || !skipped.trim().is_empty() {
        Ok(())
    } else {
        Err(Refusal::RungSkipped(below.as_str()))
    }
}

/// What a measure came to is noted of a closed case, too; one that never was about it says nothing.
fn noted(case: &Case, measure: &MeasureId, step: &LadderStep) -> Vec<Event> {
    let Some(known) = case.supervision.iter().find(|s| &s.measure == measure) else {
        return Vec::new();
    };
    let (measure, no) = (measure.clone(), known.no.clone());
    vec![match step {
        LadderStep::Answered { text } => Event::SupervisionAnswered {
            measure,
            no,
            text: text.clone(),
        },
        LadderStep::Missed => Event::SupervisionMissed { measure, no },
        LadderStep::Decided { accepted, reason } => Event::SupervisionDecided {
            measure,
            no,
            accepted: *accepted,
            reason: reason.clone(),
        },
        LadderStep::Ended { withdrawn, note } => Event::SupervisionEnded {
            measure,
            no,
            withdrawn: *withdrawn,
            note: note.clone(),
        },
    }]
}
