//! Hand-over 转办 between this platform and its peer, asked for on this side.

use super::clock::Start;
use super::{Context, held_here, nothing_in_the_air, open, remark, text};
use crate::case::command::Command;
use crate::case::event::{Event, OfferBody};
use crate::case::holder::Holder;
use crate::case::leg::{HandOver, HandOverMode, HandOverState};
use crate::case::outcome::Decision;
use crate::case::refusal::Refusal;
use crate::case::state::Case;
use crate::clock::{Pace, Stage};
use crate::id::{LegId, LinkId};

pub(super) fn decide(
    case: &Case,
    command: &Command,
    ctx: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    let event = match command {
        Command::HandOver { link, mode, note } => hand_over(case, link, *mode, note, ctx)?,
        Command::WithdrawOffer { reason } => {
            let sent = case.sent_in_the_air().ok_or(Refusal::NoOffer)?;
            if sent.state == HandOverState::Withdrawing {
                return Err(Refusal::OfferInTheAir(sent.id.clone()));
            }
            Event::WithdrawalAsked {
                offer: sent.id.clone(),
                reason: text("reason", reason)?,
            }
        }
        Command::AcceptOffer { note } => {
            let offer = incoming(case)?;
            if offer.mode == HandOverMode::Consult {
                return Err(Refusal::Consultation);
            }
            nothing_in_the_air(case)?;
            Event::OfferAccepted {
                offer: offer.id.clone(),
                epoch: case.epoch + 1,
                rule: String::new(),
                note: remark("note", note)?,
            }
        }
        Command::RefuseOffer { reason } => {
            let offer = incoming(case)?;
            if offer.mode == HandOverMode::Consult {
                return Err(Refusal::Consultation);
            }
            if case.bound {
                return Err(Refusal::Bound);
            }
            Event::OfferRefused {
                offer: offer.id.clone(),
                reason: text("reason", reason)?,
            }
        }
        Command::Decide { decision, note } => {
            let offer = incoming(case)?;
            if offer.mode != HandOverMode::Consult {
                return Err(Refusal::NotConsultation);
            }
            nothing_in_the_air(case)?;
            consult(case, offer, *decision, remark("note", note)?)
        }
        Command::ReturnToPeer { reason } => return_to_peer(case, reason, ctx)?,
        Command::AskArbitration { reason } => {
            case.twin.as_ref().ok_or(Refusal::NoTwin)?;
            if case.arbitration {
                return Err(Refusal::ArbitrationPending);
            }
            if case.bound {
                return Err(Refusal::Bound);
            }
            Event::ArbitrationAsked {
                here: true,
                reason: text("reason", reason)?,
            }
        }
        Command::Arbitrate { to, basis, reason } => {
            let twin = case.twin.as_ref().ok_or(Refusal::NoTwin)?;
            let link = ctx.link(&twin.link)?;
            if !link.arbiter {
                return Err(Refusal::NotArbiter);
            }
            if !case.arbitration {
                return Err(Refusal::NoArbitration);
            }
            if !to.fits(case.desk, link.peer_desk) {
                return Err(Refusal::NamesNobody);
            }
            Event::Arbitrated {
                to: *to,
                epoch: case.epoch + 1,
                here: true,
                basis: text("basis", basis)?,
                reason: text("reason", reason)?,
            }
        }
        _ => return Ok(Vec::new()),
    };
    Ok(vec![event])
}

fn incoming(case: &Case) -> Result<&HandOver, Refusal> {
    if case.arbitration {
        return Err(Refusal::ArbitrationPending);
    }
    case.incoming().ok_or(Refusal::NoOffer)
}

/// Where each side has a part, both may offer theirs at once. If both then took the other's,
/// two would hold it at the same count; so one has to take its own offer back first.
fn nothing_crosses(case: &Case) -> Result<(), Refusal> {
    nothing_in_the_air(case)?;
    case.incoming()
        .map_or(Ok(()), |h| Err(Refusal::OfferInTheAir(h.id.clone())))
}

fn hand_over(
    case: &Case,
    link: &LinkId,
    mode: HandOverMode,
    note: &str,
    ctx: &Context<'_>,
) -> Result<Event, Refusal> {
    open(case)?;
    held_here(case)?;
    nothing_crosses(case)?;
    let rule = ctx.link(link)?;
    if let Some(twin) = case.twin.as_ref().filter(|twin| twin.link != *link) {
        return Err(Refusal::TwinElsewhere(twin.link.clone()));
    }
    if mode == HandOverMode::Consult && rule.peer_desk == case.desk {
        return Err(Refusal::SameDesk);
    }
    let note = remark("note", note)?;
    if case.bound {
        return Err(Refusal::Bound);
    }
    if case.arbitration {
        return Err(Refusal::ArbitrationPending);
    }
    match mode {
        HandOverMode::Return => return Err(Refusal::NoOffer),
        // Both sides have their parts already; more is said on the timeline.
        HandOverMode::Parallel if case.twin.as_ref().is_some_and(|t| t.parallel && !t.closed) => {
            return Err(Refusal::Decided);
        }
        // Danger is never handed away whole by the police (law 5).
        HandOverMode::Direct | HandOverMode::Push | HandOverMode::Consult
            if case.desk == crate::desk::Desk::Police && case.is_dangerous() =>
        {
            return Err(Refusal::Danger);
        }
        HandOverMode::Parallel => {}
        _ => {
            if let Some(leg) = case
                .legs
                .iter()
                .find(|leg| leg.state.is_open() && leg.signed_at.is_some())
            {
                return Err(Refusal::LegOpen(leg.id.clone()));
            }
            if let Some(child) = case.open_children.first() {
                return Err(Refusal::ChildOpen(child.clone()));
            }
        }
    }
    Ok(offer(case, link, mode, note, ctx))
}

fn offer(case: &Case, link: &LinkId, mode: HandOverMode, note: String, ctx: &Context<'_>) -> Event {
    // The sender's desk is part of the id: both sides number offers of one case. Two desks of one
    // kind are told apart by the arbiter, who sits on one side of a link.
    let side = match ctx.rules.links.iter().find(|rule| rule.link == *link) {
        Some(rule) if rule.peer_desk == case.desk && rule.arbiter => "a",
        Some(rule) if rule.peer_desk == case.desk => "b",
        _ => "",
    };
    let id = LegId::new(format!(
        "h{}{side}{}",
        case.desk.number(),
        case.hand_overs.len() + 1
    ));
    let start = Start {
        leg: Some(&id),
        ..Start::whole(case, case.deadlines.len(), Stage::Answer)
    };
    // An offer is always answered within a time: where a catalogue has no such clock, the site's.
    let deadline = ctx
        .start(start)
        .unwrap_or_else(|| ctx.begin(start, Pace::plain(ctx.rules.answer), None));
    Event::Offered {
        body: Box::new(OfferBody {
            offer: id,
            mode,
            case: case.id.clone(),
            no: case.no.clone(),
            desk: case.desk,
            first: case.first_here,
            classification: case.classification.clone(),
            danger: case.live_danger().cloned().collect(),
            channel: case.channel,
            received_at: case.opened_at,
            confidential: case.confidential,
            district: case.district.clone(),
            epoch: case.epoch,
            answer_due: deadline.due,
            note,
            history: Vec::new(),
        }),
        link: link.clone(),
        deadline,
    }
}

/// The parallel offer that danger itself makes (law 5).
pub(super) fn offer_for_danger(case: &Case, link: &LinkId, ctx: &Context<'_>) -> Event {
    let words: Vec<&str> = case.live_danger().map(|sign| sign.words.as_str()).collect();
    offer(case, link, HandOverMode::Parallel, words.join("、"), ctx)
}

/// The rule by which the police take an offer nobody has answered (law 5).
pub(super) const DANGER_IS_POLICE: &str = "law 5: danger is answered by the police";

/// The acceptance a rule makes, of the offer that waits; not while an offer of ours crosses it.
pub(super) fn accept_by_rule(case: &Case, rule: &str) -> Option<Event> {
    nothing_in_the_air(case).ok()?;
    case.incoming().map(|offer| Event::OfferAccepted {
        offer: offer.id.clone(),
        epoch: case.epoch + 1,
        rule: rule.to_owned(),
        note: String::new(),
    })
}

fn consult(case: &Case, offer: &HandOver, decision: Decision, note: String) -> Event {
    Event::ConsultDecided {
        offer: offer.id.clone(),
        decision,
        epoch: case.epoch + 1,
        here: true,
        no: String::new(),
        case: None,
        note,
    }
}

fn return_to_peer(case: &Case, reason: &str, ctx: &Context<'_>) -> Result<Event, Refusal> {
    open(case)?;
    held_here(case)?;
    nothing_crosses(case)?;
    let reason = text("reason", reason)?;
    let twin = case.twin.as_ref().ok_or(Refusal::NoTwin)?;
    if case.bound {
        return Err(Refusal::Bound);
    }
    if case.arbitration {
        return Err(Refusal::ArbitrationPending);
    }
    let taken = case
        .hand_overs
        .iter()
        .rev()
        .find(|h| h.state == HandOverState::Accepted && !h.sent && h.mode != HandOverMode::Parallel)
        .ok_or(Refusal::NoOffer)?;
    if case.crossings_back >= ctx.rules.crossings_back {
        return Err(Refusal::ReturnsExhausted(case.crossings_back));
    }
    let accepted_at = taken.answered_at.unwrap_or(taken.offered_at);
    let (latest, _) = ctx.calendar.due(
        accepted_at,
        crate::clock::Limit::of(ctx.rules.return_within),
    );
    if ctx.now > latest {
        return Err(Refusal::ReturnTooLate);
    }
    if let Some(leg) = case
        .legs
        .iter()
        .find(|leg| leg.state.is_open() && leg.signed_at.is_some())
    {
        return Err(Refusal::LegOpen(leg.id.clone()));
    }
    debug_assert!(matches!(case.holder, Holder::Own { .. }));
    Ok(offer(case, &twin.link, HandOverMode::Return, reason, ctx))
}
