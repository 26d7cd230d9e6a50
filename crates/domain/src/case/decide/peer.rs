//! What the peer says about the twin. A word that does not fit is refused and kept as refused;
//! it never changes who answers for the case.

use super::{Context, crossing};
use crate::case::command::PeerFact;
use crate::case::event::{DangerSign, Event};
use crate::case::leg::HandOverState;
use crate::case::refusal::Refusal;
use crate::case::state::Case;
use crate::desk::Desk;
use crate::id::{LegId, LinkId};

pub(super) fn decide(
    case: &Case,
    link: &LinkId,
    fact: &PeerFact,
    ctx: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    ctx.link(link)?;
    if case.twin.as_ref().is_some_and(|t| &t.link != link) {
        return Err(Refusal::PeerMismatch("the twin lies behind another link"));
    }
    if case.twin.is_none() && !matches!(fact, PeerFact::Offered(_)) {
        return Err(Refusal::PeerMismatch("this case has no twin"));
    }
    match fact {
        PeerFact::Offered(body) => {
            if case.hand_over(&body.offer).is_some() {
                return Err(Refusal::PeerMismatch("this offer is known"));
            }
            // It left before the decision arrived there, and that decision ends it there.
            if case.bound {
                return Err(Refusal::PeerMismatch("a binding decision stands"));
            }
            if case.incoming().is_some() {
                return Err(Refusal::PeerMismatch("another offer waits for an answer"));
            }
            let mut events = Vec::new();
            let fresh = unknown(case, &body.danger);
            events.push(Event::OfferReceived {
                body: body.clone(),
                link: link.clone(),
            });
            if !fresh.is_empty() {
                events.push(Event::DangerRaised {
                    signs: fresh,
                    version: String::new(),
                    heard_from: Some(link.clone()),
                });
            }
            if case.desk == Desk::Police && !body.danger.is_empty() {
                let after = events.iter().fold(case.clone(), |c, e| {
                    crate::case::evolve::evolve(c, e, ctx.now)
                });
                events.extend(crossing::accept_by_rule(&after, crossing::DANGER_IS_POLICE));
            }
            Ok(events)
        }
        PeerFact::Accepted {
            offer,
            epoch,
            no,
            case: twin,
        } => {
            in_the_air(case, offer)?;
            if *epoch <= case.epoch {
                return Err(Refusal::PeerMismatch("a later holder is known"));
            }
            Ok(vec![Event::PeerAccepted {
                offer: offer.clone(),
                epoch: *epoch,
                no: no.clone(),
                case: twin.clone(),
            }])
        }
        PeerFact::Refused {
            offer,
            reason,
            no,
            case: twin,
        } => {
            in_the_air(case, offer)?;
            Ok(vec![Event::PeerRefused {
                offer: offer.clone(),
                reason: reason.clone(),
                no: no.clone(),
                case: twin.clone(),
            }])
        }
        PeerFact::Withdrawn { offer, reason } => {
            let known = case
                .hand_over(offer)
                .filter(|h| !h.sent)
                .ok_or(Refusal::PeerMismatch("no such offer"))?;
            // An acceptance that came first wins: the sender hears of it and gives way.
            if known.state != HandOverState::Offered {
                return Err(Refusal::PeerMismatch("the offer was answered before"));
            }
            Ok(vec![Event::OfferWithdrawn {
                offer: offer.clone(),
                reason: reason.clone(),
            }])
        }
        PeerFact::WithdrawalConfirmed { offer } => {
            in_the_air(case, offer)?;
            Ok(vec![Event::OfferWithdrawn {
                offer: offer.clone(),
                reason: String::new(),
            }])
        }
        PeerFact::Decided {
            offer,
            decision,
            epoch,
            no,
            case: twin,
        } => {
            in_the_air(case, offer)?;
            if *epoch <= case.epoch {
                return Err(Refusal::PeerMismatch("a later holder is known"));
            }
            Ok(vec![Event::ConsultDecided {
                offer: offer.clone(),
                decision: *decision,
                epoch: *epoch,
                here: false,
                no: no.clone(),
                case: Some(twin.clone()),
                note: String::new(),
            }])
        }
        PeerFact::ArbitrationAsked { reason } => {
            if case.arbitration || case.bound {
                return Err(Refusal::PeerMismatch("arbitration was asked or given"));
            }
            Ok(vec![Event::ArbitrationAsked {
                here: false,
                reason: reason.clone(),
            }])
        }
        PeerFact::Arbitrated { to, epoch, reason } => {
            if ctx.link(link)?.arbiter {
                return Err(Refusal::PeerMismatch(
                    "the arbiter of this link is this side",
                ));
            }
            // Binding: it stands above an acceptance of the same count.
            if *epoch < case.epoch || case.bound {
                return Err(Refusal::PeerMismatch("a later holder is known"));
            }
            Ok(vec![Event::Arbitrated {
                to: *to,
                epoch: *epoch,
                here: false,
                basis: String::new(),
                reason: reason.clone(),
            }])
        }
        PeerFact::Bound {
            epoch,
            no,
            case: twin,
        } => {
            if !case.awaits_bound {
                return Err(Refusal::PeerMismatch("no binding decision waits for it"));
            }
            // Nothing crosses after a binding decision, so the count has stood still since.
            if *epoch != case.epoch {
                return Err(Refusal::PeerMismatch("another decision is known"));
            }
            Ok(vec![Event::PeerBound {
                epoch: *epoch,
                no: no.clone(),
                case: twin.clone(),
            }])
        }
        PeerFact::Noted {
            entry,
            result,
            closed,
            danger,
        } => {
            let mut events = vec![Event::PeerNoted {
                entry: entry.clone(),
                result: result.clone(),
                closed: *closed,
            }];
            let fresh = unknown(case, danger);
            if !fresh.is_empty() {
                if case.closed_at.is_some() {
                    events.push(Event::Reopened {
                        reason: "danger".to_owned(),
                    });
                }
                events.push(Event::DangerRaised {
                    signs: fresh,
                    version: String::new(),
                    heard_from: Some(link.clone()),
                });
            }
            Ok(events)
        }
    }
}

fn in_the_air(case: &Case, offer: &LegId) -> Result<(), Refusal> {
    match case.hand_over(offer) {
        Some(h) if h.sent && h.state.in_the_air() => Ok(()),
        Some(_) => Err(Refusal::PeerMismatch("the offer was settled before")),
        None => Err(Refusal::PeerMismatch("no such offer")),
    }
}

fn unknown(case: &Case, danger: &[DangerSign]) -> Vec<DangerSign> {
    danger
        .iter()
        .filter(|sign| !case.live_danger().any(|known| known.rule == sign.rule))
        .cloned()
        .collect()
}
