//! The fold of what crosses between the platforms: who answers for it, and what each side knows.

use super::assignment::end_legs;
use super::deadline::{meet, void};
use super::{conclude, hold};
use crate::case::event::Event;
use crate::case::holder::Holder;
use crate::case::leg::{HandOver, HandOverMode, HandOverState, LegRole, LegState};
use crate::case::outcome::{Decision, Outcome};
use crate::case::state::{Case, Twin};
use crate::clock::{Millis, Stage};
use crate::desk::Desk;
use crate::id::{CaseId, LegId};

/// What happened between the platforms.
pub(super) fn on_crossing(case: &mut Case, event: &Event, at: Millis) {
    match event {
        Event::Offered {
            body,
            link,
            deadline,
        } => {
            let parallel = body.mode == HandOverMode::Parallel;
            case.twin.get_or_insert_with(|| Twin {
                link: link.clone(),
                case: None,
                no: String::new(),
                closed: false,
                parallel: false,
            });
            case.hand_overs.push(HandOver {
                id: body.offer.clone(),
                link: link.clone(),
                sent: true,
                mode: body.mode,
                state: HandOverState::Offered,
                offered_at: at,
                answered_at: None,
                note: body.note.clone(),
            });
            case.deadlines.push(deadline.clone());
            if parallel {
                conclude(case, Outcome::HandedOverParallel);
            }
        }
        Event::OfferReceived { body, link } => {
            case.twin = Some(Twin {
                link: link.clone(),
                case: Some(body.case.clone()),
                no: body.no.clone(),
                closed: false,
                parallel: case.twin.as_ref().is_some_and(|t| t.parallel),
            });
            case.hand_overs.push(HandOver {
                id: body.offer.clone(),
                link: link.clone(),
                sent: false,
                mode: body.mode,
                state: HandOverState::Offered,
                offered_at: at,
                answered_at: None,
                note: body.note.clone(),
            });
            case.epoch = case.epoch.max(body.epoch);
            case.closed_at = None;
        }
        Event::WithdrawalAsked { offer, .. } => {
            set_hand_over(case, offer, None, |h| h.state = HandOverState::Withdrawing);
        }
        Event::OfferWithdrawn { offer, .. } => {
            let sent = case.hand_over(offer).is_some_and(|h| h.sent);
            set_hand_over(case, offer, Some(at), |h| {
                h.state = HandOverState::Withdrawn;
            });
            void(&mut case.deadlines, |d| d.leg.as_ref() == Some(offer));
            if !sent {
                send_back(case, at);
            }
        }
        Event::OfferAccepted { offer, epoch, .. } => {
            let parallel = is_parallel(case, offer);
            let back = case
                .hand_over(offer)
                .is_some_and(|h| h.mode == HandOverMode::Return);
            set_hand_over(case, offer, Some(at), |h| h.state = HandOverState::Accepted);
            take(case, *epoch, parallel, at);
            if back {
                case.crossings_back = case.crossings_back.saturating_add(1);
            }
        }
        Event::OfferRefused { offer, .. } => {
            set_hand_over(case, offer, Some(at), |h| h.state = HandOverState::Refused);
            send_back(case, at);
        }
        Event::PeerAccepted {
            offer,
            epoch,
            no,
            case: twin,
        } => {
            let mode = case.hand_over(offer).map(|h| h.mode);
            set_hand_over(case, offer, Some(at), |h| h.state = HandOverState::Accepted);
            meet(&mut case.deadlines, at, |d| d.leg.as_ref() == Some(offer));
            know_twin(case, no, twin);
            match mode {
                None => {}
                Some(HandOverMode::Parallel) => in_parts(case, true),
                Some(mode) => {
                    give(case, *epoch, at);
                    if mode == HandOverMode::Return {
                        case.crossings_back = case.crossings_back.saturating_add(1);
                        case.outcome = Some(Outcome::SentBack);
                    } else {
                        conclude(case, mode.outcome());
                    }
                }
            }
        }
        Event::PeerRefused {
            offer,
            no,
            case: twin,
            ..
        } => {
            let parallel = is_parallel(case, offer);
            set_hand_over(case, offer, Some(at), |h| h.state = HandOverState::Refused);
            meet(&mut case.deadlines, at, |d| d.leg.as_ref() == Some(offer));
            know_twin(case, no, twin);
            if parallel && case.outcome == Some(Outcome::HandedOverParallel) {
                let sent = case.legs.iter().any(|leg| leg.state != LegState::Withdrawn);
                case.outcome = sent.then_some(Outcome::Dispatched);
            }
        }
        Event::ConsultDecided {
            offer,
            decision,
            epoch,
            here,
            no,
            case: twin,
            ..
        } => {
            consult(case, offer, *decision, *epoch, *here, at);
            if let Some(twin) = twin {
                know_twin(case, no, twin);
            }
        }
        Event::ArbitrationAsked { .. } => {
            case.arbitration = true;
            // Refusing it closed this side's part; what is disputed waits here again (law 1).
            let refused = |h: &HandOver| !h.sent && h.state == HandOverState::Refused;
            if case.hand_overs.last().is_some_and(refused) {
                case.closed_at = None;
            }
        }
        Event::Arbitrated {
            to, epoch, here, ..
        } => {
            for h in case.hand_overs.iter_mut().filter(|h| h.state.in_the_air()) {
                h.state = HandOverState::Withdrawn;
                h.answered_at = Some(at);
            }
            void(&mut case.deadlines, |d| d.stage == Stage::Answer);
            case.arbitration = false;
            case.bound = true;
            if to.takes(case.desk, *here) {
                take(case, *epoch, false, at);
                case.closed_at = None;
            } else if *here {
                // The bound side has yet to hear of it: nobody would hold it meanwhile (law 2).
                case.epoch = case.epoch.max(*epoch);
                case.awaits_bound = true;
            } else {
                give(case, *epoch, at);
                conclude(case, Outcome::HandedOverPush);
            }
        }
        Event::PeerBound {
            epoch,
            no,
            case: twin,
        } => {
            case.awaits_bound = false;
            know_twin(case, no, twin);
            give(case, *epoch, at);
            conclude(case, Outcome::HandedOverPush);
        }
        Event::PeerNoted { result, closed, .. } => {
            if let Some(result) = result {
                case.peer_result = Some(result.clone());
            }
            if let (Some(closed), Some(twin)) = (closed, case.twin.as_mut()) {
                twin.closed = *closed;
            }
        }
        _ => {}
    }
}

fn consult(case: &mut Case, offer: &LegId, decision: Decision, epoch: u32, here: bool, at: Millis) {
    let sent = case.hand_over(offer).is_some_and(|h| h.sent);
    let other: Desk = case.desk.other();
    let ours = decision.takes(case.desk, case.first_here);
    let theirs = decision.takes(other, !case.first_here);
    let crossed = if sent { theirs } else { ours };
    set_hand_over(case, offer, Some(at), |h| {
        h.state = if crossed {
            HandOverState::Accepted
        } else {
            HandOverState::Refused
        };
    });
    meet(&mut case.deadlines, at, |d| d.leg.as_ref() == Some(offer));
    let both = decision == Decision::Both;
    if ours {
        take(case, epoch, both, at);
    } else {
        give(case, epoch, at);
        if !sent && here {
            // An order that never became this side's goes back as it came.
            send_back(case, at);
        }
        conclude(case, Outcome::HandedOverConsult);
    }
    if both && sent {
        conclude(case, Outcome::HandedOverParallel);
    }
}

/// This side answers for it from now on.
fn take(case: &mut Case, epoch: u32, parallel: bool, at: Millis) {
    if matches!(case.holder, Holder::Peer { .. }) {
        let desk = case.desk_unit.clone();
        hold(case, Holder::Own { unit: desk }, at);
        // Handed over or sent back before, it is here now: what becomes of it is open again.
        case.outcome = None;
    }
    in_parts(case, parallel);
    if !parallel {
        case.epoch = case.epoch.max(epoch);
    }
}

/// Whether each side has a part from now on. Who was just given one is at work on it.
fn in_parts(case: &mut Case, parallel: bool) {
    if let Some(twin) = case.twin.as_mut() {
        twin.parallel = parallel;
        twin.closed &= !parallel;
    }
}

/// The peer answers for it from now on.
fn give(case: &mut Case, epoch: u32, at: Millis) {
    case.epoch = case.epoch.max(epoch);
    in_parts(case, false);
    if let Some(twin) = case.twin.as_mut() {
        twin.closed = false;
    }
    if let Some(link) = case.twin.as_ref().map(|t| t.link.clone()) {
        let peer = Holder::Peer { link };
        if case.holder != peer {
            hold(case, peer, at);
        }
        // Police sent for a danger that stands are not called back (law 5).
        if case.desk == Desk::Police && case.is_dangerous() {
            return;
        }
        // What was not yet signed here is no longer asked for; a unit at work goes on as help.
        let unsigned: Vec<LegId> = case
            .legs
            .iter()
            .filter(|leg| leg.state == LegState::Dispatched && leg.role == LegRole::Lead)
            .map(|leg| leg.id.clone())
            .collect();
        end_legs(case, &unsigned);
    }
}

/// An order from the peer that went back to it: the contact ends here. What this side had handed
/// over itself and would not take back goes on as it was.
fn send_back(case: &mut Case, at: Millis) {
    let ours = !matches!(case.outcome, None | Some(Outcome::SentBack));
    if matches!(case.holder, Holder::Peer { .. }) && !ours {
        case.outcome.get_or_insert(Outcome::SentBack);
        case.closed_at = Some(at);
    }
}

fn know_twin(case: &mut Case, no: &str, id: &CaseId) {
    if let Some(twin) = case.twin.as_mut() {
        twin.case = Some(id.clone());
        no.clone_into(&mut twin.no);
    }
}

fn is_parallel(case: &Case, offer: &LegId) -> bool {
    case.hand_over(offer)
        .is_some_and(|h| h.mode == HandOverMode::Parallel)
}

pub(super) fn set_hand_over(
    case: &mut Case,
    id: &LegId,
    answered: Option<Millis>,
    change: impl FnOnce(&mut HandOver),
) {
    if let Some(h) = case.hand_overs.iter_mut().find(|h| &h.id == id) {
        change(h);
        if answered.is_some() {
            h.answered_at = answered;
        }
    }
}
