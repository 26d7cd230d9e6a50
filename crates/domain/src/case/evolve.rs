//! The fold: what is, after what happened. Total: an event that makes no sense changes nothing
//! but the count, so that a log can always be read.

use super::event::{Classification, Event};
use super::holder::Holder;
use super::leg::{Ask, HandOver, HandOverMode, HandOverState, Leg, LegRole, LegState};
use super::outcome::{Decision, Outcome};
use super::state::{Case, Danger, GivenResult, Relation, Twin};
use crate::clock::{Deadline, DeadlineState, Millis, Stage};
use crate::desk::{Desk, Urgency};
use crate::id::{CaseId, DeadlineId, LegId};

/// The case its first event begins; `None` if a log does not begin with a reception.
#[must_use]
pub fn begin(id: CaseId, event: &Event, at: Millis) -> Option<Case> {
    let Event::Received {
        no,
        channel,
        desk,
        first_receiver,
        desk_unit,
        confidential,
        district,
        backflow_of,
        danger_of,
        held_by,
        ..
    } = event
    else {
        return None;
    };
    let holder = held_by.as_ref().map_or_else(
        || Holder::Own {
            unit: desk_unit.clone(),
        },
        |link| Holder::Peer { link: link.clone() },
    );
    let mut links = Vec::new();
    links.extend(backflow_of.iter().map(|c| (c.clone(), Relation::Backflow)));
    links.extend(danger_of.iter().map(|c| (c.clone(), Relation::Danger)));
    Some(Case {
        id,
        version: 1,
        no: no.clone(),
        desk: *desk,
        first_receiver: first_receiver.clone(),
        desk_unit: desk_unit.clone(),
        holder,
        held_since: at,
        epoch: 0,
        channel: *channel,
        confidential: *confidential,
        district: district.clone(),
        opened_at: at,
        updated_at: at,
        first: None,
        classification: Classification {
            desk: None,
            matter: None,
            matter_name: String::new(),
            urgency: Urgency::Normal,
        },
        danger: Vec::new(),
        police_case: None,
        outcome: None,
        legs: Vec::new(),
        hand_overs: Vec::new(),
        twin: None,
        first_here: held_by.is_none(),
        deadlines: Vec::new(),
        returns: 0,
        crossings_back: 0,
        arbitration: false,
        bound: false,
        result: None,
        peer_result: None,
        reviewed: false,
        follow_ups: 0,
        urged: 0,
        links,
        parent: None,
        open_children: Vec::new(),
        closed_children: Vec::new(),
        closed_at: None,
    })
}

/// Folds a whole log. `None` for an empty one or one that does not begin with a reception.
pub fn replay<'a>(id: &CaseId, log: impl IntoIterator<Item = (&'a Event, Millis)>) -> Option<Case> {
    let mut log = log.into_iter();
    let (first, at) = log.next()?;
    let mut case = begin(id.clone(), first, at)?;
    for (event, at) in log {
        case = evolve(case, event, at);
    }
    Some(case)
}

/// The case after one more event.
#[must_use]
pub fn evolve(mut case: Case, event: &Event, at: Millis) -> Case {
    case.version += 1;
    // Order follows the log, not the clock: a clock set back does not move a case into the past.
    case.updated_at = case.updated_at.max(at);
    match event {
        Event::Received { .. }
        | Event::DetailAdded { .. }
        | Event::Departed { .. }
        | Event::Arrived { .. }
        | Event::Redacted { .. } => {}
        Event::Triaged(triaged) => {
            if case.first.is_none() {
                case.first = Some(triaged.classification.clone());
            }
            case.classification = triaged.classification.clone();
        }
        Event::Classified { to, .. } => case.classification = to.clone(),
        Event::DangerRaised { signs, .. } => {
            for sign in signs {
                if !case.live_danger().any(|known| known.rule == sign.rule) {
                    case.danger.push(Danger {
                        sign: sign.clone(),
                        dismissed: None,
                    });
                }
            }
            case.classification.urgency = case.classification.urgency.max(Urgency::Urgent);
        }
        Event::DangerDismissed { rule, reason } => {
            for danger in case.danger.iter_mut().filter(|d| &d.sign.rule == rule) {
                danger.dismissed.get_or_insert_with(|| reason.clone());
            }
        }
        Event::PoliceOrdered { case: police } => {
            case.police_case = Some(police.clone());
            case.links.push((police.clone(), Relation::Danger));
        }
        Event::Answered { .. } => conclude(&mut case, Outcome::Answered),
        Event::Informed { .. } => conclude(&mut case, Outcome::Informed),
        Event::NotAccepted { .. } => conclude(&mut case, Outcome::NotAccepted),
        Event::ToldToDial { .. } => conclude(&mut case, Outcome::ToldToDial),
        Event::NuisanceMarked { .. } => conclude(&mut case, Outcome::Nuisance),
        Event::Cancelled { .. } => conclude(&mut case, Outcome::Cancelled),
        Event::MergedInto { into } => {
            conclude(&mut case, Outcome::Merged);
            case.links.push((into.clone(), Relation::Merged));
        }
        Event::Merged { from } => case.links.push((from.clone(), Relation::Merged)),
        Event::ChildMade { child } => case.open_children.push(child.clone()),
        Event::ParentSet { parent } => case.parent = Some(parent.clone()),
        Event::ChildClosed { child } => {
            case.open_children.retain(|c| c != child);
            case.closed_children.push(child.clone());
        }
        Event::ChildReopened { child } => {
            case.closed_children.retain(|c| c != child);
            case.open_children.push(child.clone());
        }
        Event::Linked { other, relation } => case.links.push((other.clone(), *relation)),
        Event::Urged { .. } => case.urged = case.urged.saturating_add(1),
        Event::Closed { .. } => {
            case.closed_at = Some(at);
            for leg in case.legs.iter_mut().filter(|leg| leg.state.is_open()) {
                leg.state = LegState::Withdrawn;
                leg.ask = None;
            }
            meet(&mut case.deadlines, at, |d| d.stage == Stage::Close);
            void(&mut case.deadlines, |_| true);
        }
        Event::Reopened { .. } => {
            case.closed_at = None;
            case.reviewed = false;
            // What the peer holds stays handed over: only its holder can decide anew.
            if matches!(case.holder, Holder::Own { .. }) {
                case.outcome = None;
            }
        }
        Event::ReviewPassed { .. } => case.reviewed = true,
        Event::FollowedUp { .. } => case.follow_ups = case.follow_ups.saturating_add(1),
        Event::DeadlineNeared { deadline } => {
            set_deadline(&mut case.deadlines, deadline, DeadlineState::Amber);
        }
        Event::DeadlineMissed { deadline } => {
            set_deadline(&mut case.deadlines, deadline, DeadlineState::Missed);
            let missed_answer = case
                .deadlines
                .iter()
                .find(|d| &d.id == deadline && d.stage == Stage::Answer)
                .and_then(|d| d.leg.clone());
            if let Some(offer) = missed_answer {
                set_hand_over(&mut case, &offer, None, |h| {
                    if h.state == HandOverState::Offered {
                        h.state = HandOverState::TimedOut;
                    }
                });
            }
        }
        _ if on_leg(&mut case, event, at) => {}
        _ => on_crossing(&mut case, event, at),
    }
    case
}

/// What happened to an assignment. Says whether the event was of that kind.
fn on_leg(case: &mut Case, event: &Event, at: Millis) -> bool {
    match event {
        Event::Dispatched {
            legs,
            ended,
            deadlines,
            ..
        } => {
            end_legs(case, ended);
            case.legs.extend(legs.iter().cloned());
            case.deadlines.extend(deadlines.iter().cloned());
            conclude(case, Outcome::Dispatched);
            case.reviewed = false;
        }
        Event::Assigned {
            leg,
            ended,
            deadlines,
            ..
        } => {
            end_legs(case, ended);
            hold(
                case,
                Holder::Own {
                    unit: leg.unit.clone(),
                },
                at,
            );
            case.legs.push(leg.clone());
            case.deadlines.extend(deadlines.iter().cloned());
            conclude(case, Outcome::Dispatched);
            case.reviewed = false;
        }
        Event::AssignmentWithdrawn { leg, .. } => end_legs(case, std::slice::from_ref(leg)),
        Event::Signed { leg } => {
            meet(&mut case.deadlines, at, |d| {
                d.stage == Stage::Sign && d.leg.as_ref() == Some(leg)
            });
            let mut lead = None;
            set_leg(case, leg, |l| {
                l.state = LegState::Signed;
                l.signed_at = Some(at);
                if l.role == LegRole::Lead {
                    lead = Some(l.unit.clone());
                }
            });
            if let (Some(unit), Holder::Own { .. }) = (lead, &case.holder) {
                hold(case, Holder::Own { unit }, at);
            }
        }
        Event::CallerContacted { leg, reached, .. } => {
            if *reached {
                set_leg(case, leg, |l| l.contacted_at = Some(at));
                first_feedback(case, leg, at);
            }
        }
        Event::Reported { leg, .. } => first_feedback(case, leg, at),
        Event::Suspended { leg, .. } => {
            set_leg(case, leg, |l| l.state = LegState::Suspended);
            for d in case
                .deadlines
                .iter_mut()
                .filter(|d| d.leg.as_ref() == Some(leg))
            {
                match d.state {
                    DeadlineState::Running | DeadlineState::Amber => {
                        d.state = DeadlineState::Paused {
                            left: d.due - at,
                            missed: false,
                        };
                    }
                    DeadlineState::Missed => {
                        d.state = DeadlineState::Paused {
                            left: d.due - at,
                            missed: true,
                        };
                    }
                    _ => {}
                }
            }
        }
        Event::Resumed { leg } => {
            set_leg(case, leg, |l| l.state = LegState::Signed);
            for d in case
                .deadlines
                .iter_mut()
                .filter(|d| d.leg.as_ref() == Some(leg))
            {
                if let DeadlineState::Paused { left, missed } = d.state {
                    let shift = at + left - d.due;
                    d.due += shift;
                    d.amber += shift;
                    d.state = if missed {
                        DeadlineState::Missed
                    } else if d.amber <= at {
                        DeadlineState::Amber
                    } else {
                        DeadlineState::Running
                    };
                }
            }
        }
        Event::ExtensionAsked { leg, by, reason } => set_leg(case, leg, |l| {
            l.ask = Some(Ask::Extension {
                by: *by,
                reason: reason.clone(),
                at,
            });
        }),
        Event::ExtensionGranted { leg, deadlines, .. } => {
            set_leg(case, leg, |l| {
                l.ask = None;
                l.extensions = l.extensions.saturating_add(1);
            });
            for moved in deadlines {
                if let Some(d) = case.deadlines.iter_mut().find(|d| d.id == moved.id) {
                    *d = moved.clone();
                }
            }
        }
        Event::ExtensionDenied { leg, .. } | Event::ReturnDenied { leg, .. } => {
            set_leg(case, leg, |l| l.ask = None);
        }
        Event::ReturnAsked { leg, reason } => set_leg(case, leg, |l| {
            l.ask = Some(Ask::Return {
                reason: reason.clone(),
                at,
            });
        }),
        Event::ReturnAccepted { leg, .. } => {
            let mut unit = None;
            set_leg(case, leg, |l| {
                l.state = LegState::Returned;
                l.ask = None;
                unit = Some(l.unit.clone());
            });
            void(&mut case.deadlines, |d| d.leg.as_ref() == Some(leg));
            case.returns = case.returns.saturating_add(1);
            if unit.is_some() && case.holder.own_unit() == unit.as_ref() {
                let desk = case.desk_unit.clone();
                hold(case, Holder::Own { unit: desk }, at);
            }
        }
        Event::ResultGiven {
            leg,
            public_reply,
            solved,
            ..
        } => {
            first_feedback(case, leg, at);
            meet(&mut case.deadlines, at, |d| {
                d.stage == Stage::Result && d.leg.as_ref() == Some(leg)
            });
            let mut lead_unit = None;
            set_leg(case, leg, |l| {
                l.state = LegState::Done;
                l.ask = None;
                l.solved = Some(*solved);
                if l.role != LegRole::Assist {
                    lead_unit = Some(l.unit.clone());
                }
            });
            if let Some(unit) = lead_unit {
                case.result = Some(GivenResult {
                    unit: unit.into_string(),
                    at,
                    public_reply: public_reply.clone(),
                    solved: *solved,
                });
                case.reviewed = false;
            }
        }
        Event::RedoOrdered { leg, deadlines, .. } => {
            set_leg(case, leg, |l| l.state = LegState::Signed);
            case.deadlines.extend(deadlines.iter().cloned());
            case.reviewed = false;
        }
        _ => return false,
    }
    true
}

/// What happened between the platforms.
fn on_crossing(case: &mut Case, event: &Event, at: Millis) {
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
        Event::ArbitrationAsked { .. } => case.arbitration = true,
        Event::Arbitrated { to, epoch, .. } => {
            for h in case.hand_overs.iter_mut().filter(|h| h.state.in_the_air()) {
                h.state = HandOverState::Withdrawn;
                h.answered_at = Some(at);
            }
            void(&mut case.deadlines, |d| d.stage == Stage::Answer);
            case.arbitration = false;
            case.bound = true;
            if *to == case.desk {
                take(case, *epoch, false, at);
                case.closed_at = None;
            } else {
                give(case, *epoch, at);
                conclude(case, Outcome::HandedOverPush);
            }
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
        conclude(case, Outcome::HandedOverConsult);
    }
    if both && sent {
        conclude(case, Outcome::HandedOverParallel);
    }
    if !ours && !sent && here {
        send_back(case, at);
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

fn hold(case: &mut Case, holder: Holder, at: Millis) {
    if case.holder != holder {
        case.holder = holder;
        case.held_since = at;
    }
}

/// The first outcome stands until the question is opened again (law 1).
fn conclude(case: &mut Case, outcome: Outcome) {
    case.outcome.get_or_insert(outcome);
}

fn set_leg(case: &mut Case, id: &LegId, change: impl FnOnce(&mut Leg)) {
    if let Some(leg) = case.legs.iter_mut().find(|leg| &leg.id == id) {
        change(leg);
    }
}

fn set_hand_over(
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

fn end_legs(case: &mut Case, ended: &[LegId]) {
    for id in ended {
        set_leg(case, id, |l| {
            l.state = LegState::Withdrawn;
            l.ask = None;
        });
        void(&mut case.deadlines, |d| d.leg.as_ref() == Some(id));
    }
}

fn first_feedback(case: &mut Case, leg: &LegId, at: Millis) {
    meet(&mut case.deadlines, at, |d| {
        d.stage == Stage::Feedback && d.leg.as_ref() == Some(leg)
    });
}

fn meet(deadlines: &mut [Deadline], at: Millis, which: impl Fn(&Deadline) -> bool) {
    for d in deadlines.iter_mut().filter(|d| d.is_open() && which(d)) {
        let late = matches!(
            d.state,
            DeadlineState::Missed | DeadlineState::Paused { missed: true, .. }
        ) || (at > d.due && !matches!(d.state, DeadlineState::Paused { .. }));
        d.state = DeadlineState::Met { at, late };
    }
}

fn void(deadlines: &mut [Deadline], which: impl Fn(&Deadline) -> bool) {
    for d in deadlines.iter_mut().filter(|d| d.is_open() && which(d)) {
        d.state = DeadlineState::Void;
    }
}

fn set_deadline(deadlines: &mut [Deadline], id: &DeadlineId, state: DeadlineState) {
    if let Some(d) = deadlines.iter_mut().find(|d| &d.id == id && d.is_open()) {
        d.state = state;
    }
}
