//! How a contact ends, and the last steps of a case: review, follow-up, closing, reopening.

use super::clock::{self, Start};
use super::{Context, held_here, nothing_in_the_air, open, remark, text};
use crate::case::command::Command;
use crate::case::event::Event;
use crate::case::holder::Holder;
use crate::case::leg::LegState;
use crate::case::refusal::Refusal;
use crate::case::state::{Case, Relation, Status};
use crate::clock::Stage;

pub(super) fn decide(
    case: &Case,
    command: &Command,
    ctx: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::Classify { to, reason } => {
            open(case)?;
            Ok(vec![Event::Classified {
                to: to.clone(),
                reason: text("reason", reason)?,
            }])
        }
        Command::AddDetail {
            digest,
            danger,
            danger_version,
        } => {
            let mut events = vec![Event::DetailAdded {
                digest: digest.clone(),
            }];
            let mut fresh = danger.clone();
            // A sign that was called false once is no excuse the second time.
            fresh.retain(|sign| !case.live_danger().any(|known| known.rule == sign.rule));
            if !fresh.is_empty() {
                if case.closed_at.is_some() {
                    events.push(Event::Reopened {
                        reason: "danger".to_owned(),
                    });
                }
                events.push(Event::DangerRaised {
                    signs: fresh,
                    version: danger_version.clone(),
                    heard_from: None,
                });
            }
            Ok(events)
        }
        Command::DismissDanger { rule, reason } => {
            if !case.live_danger().any(|sign| &sign.rule == rule) {
                return Err(Refusal::NoSign(rule.clone()));
            }
            Ok(vec![Event::DangerDismissed {
                rule: rule.clone(),
                reason: text("reason", reason)?,
            }])
        }
        Command::Answer { text: said } => spoken(
            case,
            Event::Answered {
                text: text("text", said)?,
            },
        ),
        Command::Inform { text: said } => spoken(
            case,
            Event::Informed {
                text: text("text", said)?,
            },
        ),
        Command::NotAccept {
            reason,
            basis,
            guidance,
        } => spoken(
            case,
            Event::NotAccepted {
                reason: text("reason", reason)?,
                basis: text("basis", basis)?,
                guidance: text("guidance", guidance)?,
            },
        ),
        Command::TellToDial { number } => spoken(
            case,
            Event::ToldToDial {
                number: text("number", number)?,
            },
        ),
        Command::MarkNuisance { reason } => spoken(
            case,
            Event::NuisanceMarked {
                reason: text("reason", reason)?,
            },
        ),
        Command::Cancel { reason } => cancel(case, reason),
        Command::MergeInto { into } => {
            open(case)?;
            held_here(case)?;
            nothing_in_the_air(case)?;
            if into == &case.id {
                return Err(Refusal::Itself);
            }
            undecided(case)?;
            Ok(vec![
                Event::MergedInto { into: into.clone() },
                Event::Closed {
                    note: String::new(),
                },
            ])
        }
        Command::TakeMerged { from } => {
            open(case)?;
            Ok(vec![Event::Merged { from: from.clone() }])
        }
        Command::Review { passed, reason } => review(case, *passed, reason, ctx),
        Command::Attach { file, most } => {
            if case.attachments >= *most {
                return Err(Refusal::FilesExhausted(*most));
            }
            if let Some(leg) = file.leg.as_ref().filter(|leg| case.leg(leg).is_none()) {
                return Err(Refusal::NoLeg(leg.clone()));
            }
            Ok(vec![Event::Attached(file.clone())])
        }
        // Also of a closed case: the line may be up when the case is done.
        Command::NoteCall { noted } => Ok(vec![Event::CallNoted((**noted).clone())]),
        // Likewise: a report may come when the case is done.
        Command::NoteMessage { noted } => Ok(vec![Event::MessageNoted((**noted).clone())]),
        Command::Close { note } => close(case, note),
        Command::Reopen { reason } => {
            if case.closed_at.is_none() {
                return Err(Refusal::NotClosed);
            }
            Ok(vec![Event::Reopened {
                reason: text("reason", reason)?,
            }])
        }
        Command::Urge { note } => {
            open(case)?;
            Ok(vec![Event::Urged {
                note: text("note", note)?,
            }])
        }
        Command::TakeChild { child } => {
            open(case)?;
            held_here(case)?;
            Ok(vec![Event::ChildMade {
                child: child.clone(),
            }])
        }
        Command::TakeParent { parent } => {
            if parent == &case.id {
                return Err(Refusal::Itself);
            }
            Ok(vec![Event::ParentSet {
                parent: parent.clone(),
            }])
        }
        Command::ChildClosed { child } => {
            if !case.open_children.contains(child) {
                return Ok(Vec::new());
            }
            Ok(vec![Event::ChildClosed {
                child: child.clone(),
            }])
        }
        Command::ChildReopened { child } => {
            let mut events = vec![Event::ChildReopened {
                child: child.clone(),
            }];
            if case.closed_at.is_some() {
                events.insert(
                    0,
                    Event::Reopened {
                        reason: format!("part {child}"),
                    },
                );
            }
            Ok(events)
        }
        Command::Link { other, relation } => link(case, other, *relation),
        Command::DeadlineReached { deadline } => clock::reached(case, deadline, ctx),
        Command::Recount { reason } => Ok(clock::recount(case, text("reason", reason)?, ctx)),
        Command::Redact { reason } => {
            // Who is at work needs to know where to go and whom to call.
            if case.closed_at.is_none() {
                return Err(Refusal::NotClosed);
            }
            Ok(vec![Event::Redacted {
                reason: text("reason", reason)?,
            }])
        }
        _ => Ok(Vec::new()),
    }
}

/// An outcome that is spoken and done: the desk that holds it decides, and it closes at once.
fn spoken(case: &Case, said: Event) -> Result<Vec<Event>, Refusal> {
    open(case)?;
    held_here(case)?;
    nothing_in_the_air(case)?;
    if case.is_dangerous() {
        return Err(Refusal::Danger);
    }
    undecided(case)?;
    Ok(vec![
        said,
        Event::Closed {
            note: String::new(),
        },
    ])
}

/// Whether an outcome may be given that closes the case: no unit and no part is at work on it.
fn undecided(case: &Case) -> Result<(), Refusal> {
    if let Some(child) = case.open_children.first() {
        return Err(Refusal::ChildOpen(child.clone()));
    }
    if case.outcome.is_some() || case.legs.iter().any(|leg| leg.state.is_open()) {
        return Err(Refusal::Decided);
    }
    Ok(())
}

/// The caller may take it back while it is held here, even with units under way; not in danger.
fn cancel(case: &Case, reason: &str) -> Result<Vec<Event>, Refusal> {
    open(case)?;
    held_here(case)?;
    nothing_in_the_air(case)?;
    if case.is_dangerous() {
        return Err(Refusal::Danger);
    }
    if let Some(child) = case.open_children.first() {
        return Err(Refusal::ChildOpen(child.clone()));
    }
    Ok(vec![
        Event::Cancelled {
            reason: text("reason", reason)?,
        },
        Event::Closed {
            note: String::new(),
        },
    ])
}

fn link(case: &Case, other: &crate::id::CaseId, relation: Relation) -> Result<Vec<Event>, Refusal> {
    if other == &case.id {
        return Err(Refusal::Itself);
    }
    if case
        .links
        .iter()
        .any(|(known, how)| known == other && *how == relation)
    {
        return Err(Refusal::LinkedAlready);
    }
    let event = if relation == Relation::Danger && case.danger.iter().any(|d| d.dismissed.is_none())
    {
        Event::PoliceOrdered {
            case: other.clone(),
        }
    } else {
        Event::Linked {
            other: other.clone(),
            relation,
        }
    };
    Ok(vec![event])
}

fn review(
    case: &Case,
    passed: bool,
    reason: &str,
    ctx: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    open(case)?;
    held_here(case)?;
    if case.result.is_none() {
        return Err(Refusal::NoResult);
    }
    if passed {
        if let Some(leg) = case.legs.iter().find(|leg| leg.state.is_open()) {
            return Err(Refusal::LegOpen(leg.id.clone()));
        }
        let mut events = vec![Event::ReviewPassed {
            reason: remark("reason", reason)?,
        }];
        // Whoever called is asked what became of it from now on.
        events.extend(ctx.start_by_rule(case, Stage::FollowUp));
        return Ok(events);
    }
    Ok(vec![redo(case, reason, ctx)?])
}

/// 重办: who gave the last result does it again, its clock anew.
pub(super) fn redo(case: &Case, reason: &str, ctx: &Context<'_>) -> Result<Event, Refusal> {
    let reason = text("reason", reason)?;
    let leg = case
        .legs
        .iter()
        .rev()
        .find(|leg| leg.state == LegState::Done)
        .ok_or(Refusal::NoResult)?;
    let start = Start {
        leg: Some(&leg.id),
        unit: Some((&leg.unit, leg.role)),
        basis: "redo",
        redo: true,
        ..Start::whole(case, case.deadlines.len(), Stage::Result)
    };
    let given = leg.limits.result.filter(|_| !ctx.rules_redo(start));
    let deadlines = ctx.start(Start { given, ..start }).into_iter().collect();
    Ok(Event::RedoOrdered {
        leg: leg.id.clone(),
        reason,
        deadlines,
    })
}

fn close(case: &Case, note: &str) -> Result<Vec<Event>, Refusal> {
    open(case)?;
    nothing_in_the_air(case)?;
    if case.incoming().is_some() {
        return Err(Refusal::HeldByPeer);
    }
    if let Some(child) = case.open_children.first() {
        return Err(Refusal::ChildOpen(child.clone()));
    }
    if case.outcome.is_none() {
        return Err(Refusal::NoOutcome);
    }
    if let Some(leg) = case.legs.iter().find(|leg| leg.state.is_open()) {
        return Err(Refusal::LegOpen(leg.id.clone()));
    }
    match case.holder {
        Holder::Own { .. } => {
            if case.status() == Status::Resulted && !case.reviewed {
                return Err(Refusal::NotReviewed);
            }
        }
        // What the peer holds is closed here once its answer is here (R100: 事事有回音).
        Holder::Peer { .. } => {
            if case.peer_result.is_none() && !case.twin.as_ref().is_some_and(|t| t.closed) {
                return Err(Refusal::NoResult);
            }
        }
    }
    Ok(vec![Event::Closed {
        note: remark("note", note)?,
    }])
}
