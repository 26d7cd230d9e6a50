//! The fold: what is, after what happened. Total: an event that makes no sense changes nothing
//! but the count, so that a log can always be read.

mod assignment;
mod crossing;
mod deadline;
mod scene;
mod supervision;

use super::event::{Classification, Event};
use super::holder::Holder;
use super::leg::{HandOverState, LegState};
use super::outcome::Outcome;
use super::state::{Case, Danger, Relation};
use crate::clock::{DeadlineState, Millis, Stage};
use crate::desk::Urgency;
use crate::followup::{Asking, Link};
use crate::id::CaseId;
use deadline::{meet, set_deadline, void};

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
        located: None,
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
        awaits_bound: false,
        result: None,
        peer_result: None,
        reviewed: false,
        follow_ups: 0,
        urged: 0,
        attachments: 0,
        rating: None,
        rating_checked: None,
        asking: Asking::default(),
        links,
        parent: None,
        open_children: Vec::new(),
        closed_children: Vec::new(),
        closed_at: None,
        supervision: Vec::new(),
        flags: Vec::new(),
        awaiting: None,
        instructions: Vec::new(),
        disputes: Vec::new(),
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
    scene::at_the_scene(&mut case, event, at);
    match event {
        Event::Received { .. }
        | Event::DetailAdded { .. }
        | Event::Departed { .. }
        | Event::Instructed(_)
        | Event::Disputed(_)
        | Event::DisputeSettled(_)
        | Event::Redacted { .. } => {}
        Event::Triaged(triaged) => {
            if case.first.is_none() {
                case.first = Some(triaged.classification.clone());
            }
            case.classification = triaged.classification.clone();
            case.located = triaged.located.or(case.located);
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
            // Whoever called is asked after the case is closed, too.
            void(&mut case.deadlines, |d| d.stage != Stage::FollowUp);
        }
        Event::Reopened { .. } => {
            void(&mut case.deadlines, |d| d.stage == Stage::FollowUp);
            case.closed_at = None;
            case.reviewed = false;
            case.asking = Asking::default();
            // What the peer holds stays handed over: only its holder can decide anew.
            if matches!(case.holder, Holder::Own { .. }) {
                case.outcome = None;
            }
        }
        Event::ReviewPassed { .. } => case.reviewed = true,
        Event::FollowedUp {
            reached,
            next_at,
            booked,
            ..
        } => {
            case.follow_ups = case.follow_ups.saturating_add(1);
            let next = next_at.map(|at| (at, *booked));
            case.asking.call(*reached, event.is_bad_call(), next, at);
            meet(&mut case.deadlines, at, |d| {
                *reached && d.stage == Stage::FollowUp
            });
        }
        Event::RatingAsked(asked) => {
            case.asking.link = Some(Link {
                digest: asked.digest.clone(),
                at,
                until: asked.until,
            });
        }
        Event::RatingChecked(checked) => {
            case.rating_checked = Some(checked.counted);
            case.asking.flagged = false;
        }
        // A call or a message moves nothing: who answers for the case is decided by people and offers.
        Event::CallNoted(_) | Event::MessageNoted(_) => {}
        Event::Attached(_) => case.attachments = case.attachments.saturating_add(1),
        Event::Rated(rated) => {
            case.asking.rated_at = Some(at);
            case.asking.bad_rating |= rated.is_bad();
            case.asking.flagged = !rated.flags.is_empty();
            case.rating = Some(rated.clone());
            case.rating_checked = None;
        }
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
                crossing::set_hand_over(&mut case, &offer, None, |h| {
                    if h.state == HandOverState::Offered {
                        h.state = HandOverState::TimedOut;
                    }
                });
            }
        }
        _ if supervision::on_ladder(&mut case, event, at) => {}
        Event::ClockStarted { deadline } => case.deadlines.push(deadline.clone()),
        Event::Escalated(step) => deadline::climb(&mut case.deadlines, &step.deadline, step.step),
        Event::Recounted { deadlines, .. } => deadline::replace(&mut case.deadlines, deadlines),
        _ if assignment::on_leg(&mut case, event, at) => {}
        _ => crossing::on_crossing(&mut case, event, at),
    }
    if case.outcome.is_some() || !case.hand_overs.is_empty() {
        // The desk has decided what becomes of the contact.
        meet(&mut case.deadlines, at, |d| d.stage == Stage::Dispatch);
    }
    case
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
