//! Assignment to units of this platform: dispatch, sign, work, extension, return, result.

use super::clock::{self, Start};
use super::{Context, DangerUnit, held_here, open, remark, text};
use crate::case::command::Command;
use crate::case::event::Event;
use crate::case::holder::Holder;
use crate::case::leg::{Ask, Leg, LegRole, LegState};
use crate::case::refusal::Refusal;
use crate::case::state::Case;
use crate::clock::{Deadline, DeadlineState, Hours, Limit, Limits, Span, Stage};
use crate::id::{LegId, UnitId};

pub(super) fn decide(
    case: &Case,
    command: &Command,
    ctx: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    open(case)?;
    let event = match command {
        Command::Dispatch {
            lead,
            assist,
            first_response,
            limits,
            basis,
            note,
        } => {
            let note = remark("note", note)?;
            return dispatch(
                case,
                lead.as_ref(),
                assist,
                first_response,
                *limits,
                basis,
                note,
                ctx,
            );
        }
        Command::Assign {
            unit,
            basis,
            reason,
            limits,
        } => {
            return assign(case, unit, basis, reason, *limits, ctx);
        }
        Command::Withdraw { leg, reason } => {
            in_state(case, leg, &[LegState::Dispatched])?;
            Event::AssignmentWithdrawn {
                leg: leg.clone(),
                reason: text("reason", reason)?,
            }
        }
        Command::Sign { leg } => {
            in_state(case, leg, &[LegState::Dispatched])?;
            Event::Signed { leg: leg.clone() }
        }
        Command::Contact { leg, reached, note } => {
            working(case, leg)?;
            let note = text("note", note)?;
            Event::CallerContacted {
                leg: leg.clone(),
                reached: *reached,
                note,
            }
        }
        Command::Depart { leg, note } => {
            in_state(case, leg, &[LegState::Signed])?;
            Event::Departed {
                leg: leg.clone(),
                note: remark("note", note)?,
            }
        }
        Command::Arrive { leg, note } => {
            in_state(case, leg, &[LegState::Signed])?;
            Event::Arrived {
                leg: leg.clone(),
                note: remark("note", note)?,
            }
        }
        Command::Report {
            leg,
            text: said,
            scene,
        } => {
            working(case, leg)?;
            Event::Reported {
                leg: leg.clone(),
                text: text("text", said)?,
                scene: scene.clone(),
            }
        }
        Command::Suspend {
            leg,
            reason,
            ground,
        } => {
            in_state(case, leg, &[LegState::Signed])?;
            Event::Suspended {
                leg: leg.clone(),
                reason: text("reason", reason)?,
                ground: ctx.ground(ground)?,
            }
        }
        Command::Resume { leg } => {
            in_state(case, leg, &[LegState::Suspended])?;
            return Ok(clock::resume(case, leg, ctx));
        }
        Command::AskExtension { leg, by, reason } => ask_extension(case, leg, *by, reason, ctx)?,
        Command::DecideExtension {
            leg,
            granted,
            reason,
        } => decide_extension(case, leg, *granted, reason, ctx)?,
        Command::AskReturn { leg, reason } => ask_return(case, leg, reason, ctx)?,
        Command::DecideReturn {
            leg,
            accepted,
            reason,
        } => {
            let asked = find(case, leg)?;
            if !matches!(asked.ask, Some(Ask::Return { .. })) {
                return Err(Refusal::NothingAsked(leg.clone()));
            }
            let leg = leg.clone();
            if *accepted {
                Event::ReturnAccepted {
                    leg,
                    reason: remark("reason", reason)?,
                }
            } else {
                Event::ReturnDenied {
                    leg,
                    reason: text("reason", reason)?,
                }
            }
        }
        Command::GiveResult {
            leg,
            text: said,
            public_reply,
            solved,
        } => {
            let done = working(case, leg)?;
            if done.ask.is_some() {
                return Err(Refusal::AskPending(leg.clone()));
            }
            if done.role == LegRole::Lead
                && let Some(child) = case.open_children.first()
            {
                return Err(Refusal::ChildOpen(child.clone()));
            }
            Event::ResultGiven {
                leg: leg.clone(),
                text: text("text", said)?,
                public_reply: text("public_reply", public_reply)?,
                solved: *solved,
            }
        }
        _ => return Ok(Vec::new()),
    };
    Ok(vec![event])
}

pub(super) fn find<'a>(case: &'a Case, id: &LegId) -> Result<&'a Leg, Refusal> {
    case.leg(id).ok_or_else(|| Refusal::NoLeg(id.clone()))
}

fn in_state<'a>(case: &'a Case, id: &LegId, states: &[LegState]) -> Result<&'a Leg, Refusal> {
    let leg = find(case, id)?;
    if states.contains(&leg.state) {
        Ok(leg)
    } else {
        Err(Refusal::LegState {
            leg: id.clone(),
            state: leg.state.as_str(),
        })
    }
}

fn working<'a>(case: &'a Case, id: &LegId) -> Result<&'a Leg, Refusal> {
    in_state(case, id, &[LegState::Signed, LegState::Suspended])
}

#[expect(
    clippy::too_many_arguments,
    reason = "the parts of one dispatch, each its own field"
)]
fn dispatch(
    case: &Case,
    lead: Option<&UnitId>,
    assist: &[UnitId],
    first_response: &[UnitId],
    limits: Limits,
    basis: &str,
    note: String,
    ctx: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    if case.incoming().is_some() {
        return Err(Refusal::HeldByPeer);
    }
    let standing = case.lead().filter(|leg| leg.state.is_open());
    let mut ended = Vec::new();
    if let Some(lead) = lead {
        held_here(case)?;
        // A parallel offer leaves this side its own part to dispatch.
        if let Some(h) = case
            .sent_in_the_air()
            .filter(|h| h.mode != crate::case::HandOverMode::Parallel)
        {
            return Err(Refusal::OfferInTheAir(h.id.clone()));
        }
        match standing {
            Some(leg) if leg.state == LegState::Dispatched && &leg.unit != lead => {
                if leg.binding {
                    return Err(Refusal::Bound);
                }
                ended.push(leg.id.clone());
            }
            Some(leg) => return Err(Refusal::AlreadyAssigned(leg.unit.to_string())),
            None => {}
        }
    } else if (standing.is_none() && !assist.is_empty())
        || (assist.is_empty() && first_response.is_empty())
    {
        return Err(Refusal::NoLead);
    }
    let mut wanted: Vec<(&UnitId, LegRole)> = Vec::new();
    wanted.extend(lead.map(|unit| (unit, LegRole::Lead)));
    wanted.extend(assist.iter().map(|unit| (unit, LegRole::Assist)));
    wanted.extend(
        first_response
            .iter()
            .map(|unit| (unit, LegRole::FirstResponse)),
    );
    for (n, (unit, _)) in wanted.iter().enumerate() {
        let there = case
            .legs
            .iter()
            .any(|leg| &leg.unit == *unit && leg.state.is_open() && !ended.contains(&leg.id));
        let twice = wanted.iter().take(n).any(|(earlier, _)| earlier == unit);
        if there || twice {
            return Err(Refusal::AlreadyAssigned(unit.to_string()));
        }
    }
    let (legs, deadlines) = make(case, &wanted, limits, basis, false, ctx);
    Ok(vec![Event::Dispatched {
        legs,
        ended,
        deadlines,
        basis: basis.to_owned(),
        note,
    }])
}

/// Makes the assignments and starts their clocks: all count from now, which is dispatch (law 6).
pub(super) fn make(
    case: &Case,
    wanted: &[(&UnitId, LegRole)],
    limits: Limits,
    basis: &str,
    binding: bool,
    ctx: &Context<'_>,
) -> (Vec<Leg>, Vec<Deadline>) {
    let mut legs = Vec::new();
    let mut deadlines: Vec<Deadline> = Vec::new();
    for (n, (unit, role)) in wanted.iter().enumerate() {
        let id = LegId::new(format!("a{}", case.legs.len() + n + 1));
        let stages: &[Stage] = match role {
            LegRole::Lead => &[
                Stage::Sign,
                Stage::Contact,
                Stage::Arrival,
                Stage::Feedback,
                Stage::Result,
            ],
            LegRole::FirstResponse => &[Stage::Sign, Stage::Arrival, Stage::Feedback],
            LegRole::Assist => &[Stage::Sign, Stage::Result],
        };
        for stage in stages {
            deadlines.extend(ctx.start(Start {
                leg: Some(&id),
                unit: Some((unit, *role)),
                given: limits.of(*stage),
                basis,
                ..Start::whole(case, case.deadlines.len() + deadlines.len(), *stage)
            }));
        }
        legs.push(Leg {
            id,
            unit: (*unit).clone(),
            role: *role,
            state: LegState::Dispatched,
            dispatched_at: ctx.now,
            signed_at: None,
            contacted_at: None,
            ask: None,
            extensions: 0,
            binding,
            limits,
            solved: None,
        });
    }
    let closing = case
        .deadlines
        .iter()
        .any(|d| d.stage == Stage::Close && d.is_open());
    if !closing {
        let at = case.deadlines.len() + deadlines.len();
        deadlines.extend(ctx.start(Start {
            given: limits.close,
            basis,
            ..Start::whole(case, at, Stage::Close)
        }));
    }
    (legs, deadlines)
}

/// What danger itself brings about (law 5): the unit for danger is sent, ahead of a lead that
/// waits if there is one; if that unit is here and waits, it goes on.
pub(super) fn send_for_danger(case: &Case, ctx: &Context<'_>) -> Vec<Event> {
    let asked = ctx.danger_unit.map(|DangerUnit(ask)| ask());
    let unit = asked.as_ref().unwrap_or(&ctx.rules.danger_unit);
    if let Some(leg) = clock::suspended(case, unit) {
        return clock::resume(case, leg, ctx);
    }
    let role = if case.lead().is_some_and(|leg| leg.state.is_open()) {
        LegRole::FirstResponse
    } else {
        LegRole::Lead
    };
    let rules: Vec<&str> = case.live_danger().map(|sign| sign.rule.as_str()).collect();
    let basis = format!("law 5 · {}", rules.join(", "));
    let limits = Limits {
        sign: Some(Limit::of(Span::Minutes(1))),
        feedback: Some(Limit::of(Span::Minutes(30))),
        ..Limits::default()
    };
    let (legs, deadlines) = make(case, &[(unit, role)], limits, &basis, false, ctx);
    vec![Event::Dispatched {
        legs,
        ended: Vec::new(),
        deadlines,
        basis,
        note: String::new(),
    }]
}

fn ask_extension(
    case: &Case,
    leg: &LegId,
    by: Span,
    reason: &str,
    ctx: &Context<'_>,
) -> Result<Event, Refusal> {
    let asking = working(case, leg)?;
    if asking.ask.is_some() {
        return Err(Refusal::AskPending(leg.clone()));
    }
    if asking.extensions >= ctx.extensions() {
        return Err(Refusal::ExtensionsExhausted(asking.extensions));
    }
    let running = case.deadlines.iter().any(|d| {
        d.leg.as_ref() == Some(leg)
            && d.stage == Stage::Result
            && match d.state {
                DeadlineState::Running | DeadlineState::Amber => ctx.now < d.due,
                DeadlineState::Paused { missed, .. } => !missed,
                _ => false,
            }
    });
    if !running {
        return Err(Refusal::ExtensionTooLate);
    }
    if let Some(longest) = ctx.longest_extension() {
        let after = |span| ctx.calendar.due(ctx.now, Limit::of(span)).0;
        if after(by) > after(longest) {
            return Err(Refusal::ExtensionTooLong(longest));
        }
    }
    Ok(Event::ExtensionAsked {
        leg: leg.clone(),
        by,
        reason: text("reason", reason)?,
    })
}

fn decide_extension(
    case: &Case,
    leg: &LegId,
    granted: bool,
    reason: &str,
    ctx: &Context<'_>,
) -> Result<Event, Refusal> {
    let asked = find(case, leg)?;
    let Some(Ask::Extension { by, .. }) = &asked.ask else {
        return Err(Refusal::NothingAsked(leg.clone()));
    };
    if !granted {
        return Ok(Event::ExtensionDenied {
            leg: leg.clone(),
            reason: text("reason", reason)?,
        });
    }
    let moved = case
        .deadlines
        .iter()
        .filter(|d| {
            d.is_open()
                && (d.stage == Stage::Close
                    || (d.stage == Stage::Result && d.leg.as_ref() == Some(leg)))
        })
        .map(|d| {
            let hours = d.hours.unwrap_or(Hours::Always);
            let due = ctx.calendar.due_in(d.due, *by, hours);
            let amber = ctx.calendar.share_in(d.due, due, Limit::of(*by), hours);
            let state = match d.state {
                DeadlineState::Paused { left, missed } => DeadlineState::Paused {
                    left: left + (due - d.due),
                    missed,
                },
                // What nobody was told of yet is told of when its time is looked at, and not passed over.
                DeadlineState::Running => DeadlineState::Running,
                DeadlineState::Missed if due <= ctx.now => DeadlineState::Missed,
                _ if amber <= ctx.now => DeadlineState::Amber,
                _ => DeadlineState::Running,
            };
            let rule = format!("{} + {by}", d.rule);
            let moved = ctx.calendar.moved(d, amber, d.red.map(|_| due), due);
            Deadline {
                state,
                rule,
                ..moved
            }
        })
        .collect();
    Ok(Event::ExtensionGranted {
        leg: leg.clone(),
        deadlines: moved,
        reason: remark("reason", reason)?,
    })
}

fn ask_return(case: &Case, leg: &LegId, reason: &str, ctx: &Context<'_>) -> Result<Event, Refusal> {
    let asking = in_state(case, leg, &[LegState::Dispatched, LegState::Signed])?;
    if asking.binding {
        return Err(Refusal::Bound);
    }
    if asking.ask.is_some() {
        return Err(Refusal::AskPending(leg.clone()));
    }
    if case.returns >= ctx.rules.returns {
        return Err(Refusal::ReturnsExhausted(case.returns));
    }
    let (latest, _) = ctx
        .calendar
        .due(asking.dispatched_at, Limit::of(ctx.rules.return_within));
    if ctx.now > latest {
        return Err(Refusal::ReturnTooLate);
    }
    Ok(Event::ReturnAsked {
        leg: leg.clone(),
        reason: text("reason", reason)?,
    })
}

fn assign(
    case: &Case,
    unit: &UnitId,
    basis: &str,
    reason: &str,
    limits: Limits,
    ctx: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    held_here(case)?;
    super::nothing_in_the_air(case)?;
    let basis = text("basis", basis)?;
    let reason = text("reason", reason)?;
    let ended: Vec<LegId> = case
        .legs
        .iter()
        .filter(|leg| leg.state.is_open() && (leg.role == LegRole::Lead || &leg.unit == unit))
        .map(|leg| leg.id.clone())
        .collect();
    let (mut legs, deadlines) = make(case, &[(unit, LegRole::Lead)], limits, &basis, true, ctx);
    let leg = legs.pop().ok_or(Refusal::NoLead)?;
    debug_assert!(matches!(case.holder, Holder::Own { .. }));
    Ok(vec![Event::Assigned {
        leg,
        ended,
        deadlines,
        basis,
        reason,
    }])
}
