//! Asking the caller: calls, links, ratings, and what is ordered when the answer was bad.

use super::{Context, held_here, remark, text};
use crate::case::command::Command;
use crate::case::event::{Event, Rated, RatingAsked, RatingChecked};
use crate::case::outcome::Solved;
use crate::case::refusal::Refusal;
use crate::case::state::Case;
use crate::clock::Millis;
use crate::followup::AfterCall;

/// How far ahead a call can be booked, milliseconds: a month.
const BOOKED_MOST: Millis = 31 * 86_400_000;

pub(super) fn decide(
    case: &Case,
    command: &Command,
    ctx: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::FollowUp { then, note, .. } => {
            let call = call(case, command, ctx)?;
            let more = match then {
                None => Vec::new(),
                Some(_) if !call.is_bad_call() => return Err(Refusal::NothingBad),
                Some(then) => order(case, *then, note, ctx)?,
            };
            Ok(std::iter::once(call).chain(more).collect())
        }
        Command::AskRating {
            digest,
            until,
            rule,
        } => {
            if case.closed_at.is_none() {
                return Err(Refusal::NotClosed);
            }
            Ok(vec![Event::RatingAsked(RatingAsked {
                digest: digest.clone(),
                until: *until,
                rule: rule.clone(),
            })])
        }
        Command::CheckRating { counted, reason } => {
            if !case.asking.flagged {
                return Err(Refusal::NothingFlagged);
            }
            Ok(vec![Event::RatingChecked(RatingChecked {
                counted: *counted,
                reason: text("reason", reason)?,
            })])
        }
        Command::Rate { .. } => rate(case, command),
        _ => Ok(Vec::new()),
    }
}

/// One call: its four results are kept apart, each with its reason.
fn call(case: &Case, command: &Command, ctx: &Context<'_>) -> Result<Event, Refusal> {
    let Command::FollowUp {
        reached,
        solved,
        satisfaction,
        note,
        satisfied_desk,
        satisfied_unit,
        reasons,
        booked_at,
        next_at,
        ..
    } = command
    else {
        return Err(Refusal::NoOutcome);
    };
    if case.outcome.is_none() && case.peer_result.is_none() {
        return Err(Refusal::NoOutcome);
    }
    for (field, mark) in [
        ("satisfaction", *satisfaction),
        ("satisfied_desk", *satisfied_desk),
        ("satisfied_unit", *satisfied_unit),
    ] {
        if mark.is_some_and(|mark| !(1..=5).contains(&mark)) {
            return Err(Refusal::Range { field });
        }
        // Who was not reached has said nothing.
        if mark.is_some() && !reached {
            return Err(Refusal::Range { field });
        }
    }
    if solved.is_some() && !reached {
        return Err(Refusal::Range { field: "solved" });
    }
    if let Some(field) = reasons.misplaced() {
        return Err(Refusal::Range { field });
    }
    if reasons.reached.is_some() && *reached {
        return Err(Refusal::Range {
            field: "reasons.reached",
        });
    }
    if let Some(at) = *booked_at
        && (*reached || at <= ctx.now || at > ctx.now.saturating_add(BOOKED_MOST))
    {
        return Err(Refusal::Range { field: "booked_at" });
    }
    let next = booked_at.or(*next_at).filter(|_| !reached);
    Ok(Event::FollowedUp {
        reached: *reached,
        solved: *solved,
        // Who reads the one mark of before reads what was said of the unit, or else of the desk.
        satisfaction: satisfaction.or(*satisfied_unit).or(*satisfied_desk),
        note: remark("note", note)?,
        satisfied_desk: *satisfied_desk,
        satisfied_unit: *satisfied_unit,
        cause: reasons.main(),
        reasons: *reasons,
        next_at: next,
        booked: booked_at.is_some(),
    })
}

/// What is ordered straight from a bad call.
fn order(
    case: &Case,
    then: AfterCall,
    note: &str,
    ctx: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    let reason = text("note", note)?;
    let reopened = || Event::Reopened {
        reason: reason.clone(),
    };
    match then {
        AfterCall::Reopen if case.closed_at.is_none() => Err(Refusal::NotClosed),
        AfterCall::Reopen => Ok(vec![reopened()]),
        AfterCall::Redo => {
            held_here(case)?;
            if case.result.is_none() {
                return Err(Refusal::NoResult);
            }
            if let Some(leg) = case.legs.iter().find(|leg| leg.state.is_open()) {
                return Err(Refusal::LegOpen(leg.id.clone()));
            }
            let redo = super::outcome::redo(case, &reason, ctx)?;
            let before = case.closed_at.is_some().then(reopened);
            Ok(before.into_iter().chain([redo]).collect())
        }
    }
}

/// Once for each result the caller was told: who did the work has no part in it.
fn rate(case: &Case, command: &Command) -> Result<Vec<Event>, Refusal> {
    let Command::Rate {
        reached,
        solved,
        desk,
        unit,
        words,
        by_link,
        flags,
    } = command
    else {
        return Ok(Vec::new());
    };
    // What was said on the telephone has no result of a unit: it is told with the closing.
    let said = case.closed_at.filter(|_| *by_link);
    let told = case.told_result().map(|told| told.at).or(said);
    let told = told.ok_or(Refusal::NoResult)?;
    if case.rating.as_ref().is_some_and(|r| r.result_at == told) {
        return Err(Refusal::RatedAlready);
    }
    let nobody = case.told_result().is_none() && *unit == 0;
    for (field, mark, free) in [("desk", *desk, false), ("unit", *unit, nobody)] {
        if !free && !(1..=5).contains(&mark) {
            return Err(Refusal::Range { field });
        }
    }
    Ok(vec![Event::Rated(Rated {
        result_at: told,
        reached: *reached,
        solved: *solved,
        desk: *desk,
        unit: *unit,
        words: words.clone(),
        by_link: *by_link,
        flags: flags.clone(),
    })])
}

impl Event {
    /// Whether it is a call that reached somebody for whom something was not good: not solved, or a
    /// mark of 1 or 2.
    #[must_use]
    pub fn is_bad_call(&self) -> bool {
        let Self::FollowedUp {
            reached: true,
            solved,
            satisfaction,
            satisfied_desk,
            satisfied_unit,
            ..
        } = self
        else {
            return false;
        };
        let low = |mark: &Option<u8>| mark.is_some_and(|mark| mark <= 2);
        matches!(solved, Some(Solved::Unsolved | Solved::NotHandled))
            || low(satisfaction)
            || low(satisfied_desk)
            || low(satisfied_unit)
    }
}
