//! The fold from a case's events to its facts, on top of the trade's own fold.

use super::{CaseFacts, Kept, LegFacts};
use domain::case::{
    Case, Event, HandOverMode, HandOverState, Leg, Relation, Solved, begin, evolve,
};
use domain::clock::{Deadline, DeadlineState, Millis, Stage};
use domain::id::{CaseId, DeadlineId, LegId};
use std::collections::{BTreeSet, HashMap};

/// One event with where and when it stands in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Position in the log.
    pub pos: i64,
    /// When it happened.
    pub at: Millis,
    /// What happened.
    pub event: Event,
}

/// What the case's own state does not remember.
#[derive(Default)]
struct Beside {
    legs: HashMap<LegId, LegFacts>,
    missed: BTreeSet<DeadlineId>,
    decided_at: Option<Millis>,
    resulted_at: Option<Millis>,
    facts: CaseFacts,
}

impl CaseFacts {
    /// The facts of a case whose events these are, in order; none for a log that does not begin
    /// with a reception.
    #[must_use]
    pub fn of(id: &str, entries: impl IntoIterator<Item = Entry>) -> Option<Self> {
        let mut case: Option<Case> = None;
        let mut beside = Beside::default();
        let mut pos = 0;
        for entry in entries {
            pos = entry.pos;
            case = Some(match case.take() {
                None => begin(CaseId::new(id), &entry.event, entry.at)?,
                Some(case) => evolve(case, &entry.event, entry.at),
            });
            beside.hear(&entry.event, entry.at);
        }
        case.map(|case| beside.facts(&case, pos))
    }
}

impl Beside {
    fn leg(&mut self, id: &LegId) -> &mut LegFacts {
        self.legs.entry(id.clone()).or_default()
    }

    fn decided(&mut self, at: Millis) {
        self.decided_at.get_or_insert(at);
    }

    fn hear(&mut self, event: &Event, at: Millis) {
        let count = |count: &mut u32| *count = count.saturating_add(1);
        match event {
            Event::Received {
                backflow_of,
                held_by,
                ..
            } => {
                self.facts.backflow = backflow_of.is_some();
                self.facts.from_peer = held_by.is_some();
            }
            Event::Answered { .. }
            | Event::Informed { .. }
            | Event::NotAccepted { .. }
            | Event::ToldToDial { .. }
            | Event::NuisanceMarked { .. }
            | Event::Cancelled { .. }
            | Event::MergedInto { .. }
            | Event::Dispatched { .. }
            | Event::Offered { .. }
            | Event::OfferAccepted { .. } => self.decided(at),
            Event::Assigned { .. } => {
                self.decided(at);
                count(&mut self.facts.arbitrations);
            }
            Event::CallerContacted { leg, reached, .. } => {
                let leg = self.leg(leg);
                count(&mut leg.contact_tries);
                if *reached {
                    leg.contacted_at.get_or_insert(at);
                }
            }
            Event::Departed { leg, .. } => {
                self.leg(leg).departed_at.get_or_insert(at);
            }
            Event::Arrived { leg, .. } => {
                self.leg(leg).arrived_at.get_or_insert(at);
            }
            Event::Reported { leg, .. } => {
                self.leg(leg).reported_at.get_or_insert(at);
            }
            Event::Suspended { leg, .. } => count(&mut self.leg(leg).suspensions),
            Event::ExtensionAsked { leg, .. } => count(&mut self.leg(leg).extensions_asked),
            Event::ExtensionGranted { leg, .. } => count(&mut self.leg(leg).extensions),
            Event::ReturnAsked { leg, .. } => count(&mut self.leg(leg).returns_asked),
            Event::ReturnDenied { leg, .. } => count(&mut self.leg(leg).returns_denied),
            Event::RedoOrdered { leg, .. } => count(&mut self.leg(leg).redos),
            Event::ResultGiven { leg, .. } => {
                self.resulted_at.get_or_insert(at);
                self.leg(leg).resulted_at.get_or_insert(at);
            }
            Event::FollowedUp {
                reached,
                solved,
                satisfaction,
                satisfied_desk,
                satisfied_unit,
                ..
            } => {
                count(&mut self.facts.follow_ups);
                if *reached {
                    self.facts.reached = true;
                    if let Some(solved) = solved {
                        self.facts.caller_solved = word_of(*solved).to_owned();
                    }
                    if satisfaction.is_some() {
                        self.facts.satisfaction = *satisfaction;
                    }
                    if satisfied_desk.is_some() {
                        self.facts.asked_desk = *satisfied_desk;
                    }
                    if satisfied_unit.is_some() {
                        self.facts.asked_unit = *satisfied_unit;
                    }
                }
            }
            Event::Rated(rated) => {
                self.facts.caller_solved = word_of(rated.solved).to_owned();
                self.facts.desk_rating = Some(rated.desk);
                self.facts.unit_rating = Some(rated.unit);
            }
            Event::Reopened { .. } => count(&mut self.facts.reopened),
            Event::Attached(_) => count(&mut self.facts.files),
            Event::Supervised(_) => self.facts.supervised = true,
            Event::DangerRaised { .. } => self.facts.dangerous = true,
            Event::PoliceOrdered { .. } => self.facts.police_sent = true,
            Event::Linked {
                relation: Relation::Backflow,
                ..
            } => self.facts.came_back = true,
            Event::OfferReceived { body, .. } if body.mode == HandOverMode::Return => {
                self.facts.came_back = true;
            }
            Event::PeerRefused { .. } => count(&mut self.facts.refusals),
            Event::Arbitrated { .. } => count(&mut self.facts.arbitrations),
            Event::DeadlineMissed { deadline } => {
                self.missed.insert(deadline.clone());
            }
            _ => {}
        }
    }

    fn facts(mut self, case: &Case, pos: i64) -> CaseFacts {
        let word = |desk: Option<domain::desk::Desk>| {
            desk.map_or_else(String::new, |desk| desk.as_str().to_owned())
        };
        let first = case.first.as_ref();
        let lead = case.lead().or_else(|| {
            let leads = |leg: &&Leg| leg.role == domain::case::LegRole::Lead;
            case.legs.iter().rev().find(leads)
        });
        let matter = |c: &domain::case::Classification| {
            c.matter
                .as_ref()
                .map_or_else(String::new, ToString::to_string)
        };
        let legs = case
            .legs
            .iter()
            .map(|leg| {
                let heard = self.legs.remove(&leg.id).unwrap_or_default();
                self.leg_facts(case, leg, &heard)
            })
            .collect();
        let close = self.kept(case, None, Stage::Close);
        let sent = |h: &&domain::case::HandOver| h.sent && h.mode != HandOverMode::Return;
        let diverted = case
            .hand_overs
            .iter()
            .filter(sent)
            .any(|h| h.state == HandOverState::Accepted);
        let police = case.desk == domain::desk::Desk::Police && !case.legs.is_empty();
        CaseFacts {
            id: case.id.to_string(),
            no: case.no.clone(),
            opened_at: case.opened_at,
            touched_at: case.updated_at,
            pos,
            desk: case.desk.as_str().to_owned(),
            first_desk: word(first.and_then(|c| c.desk)),
            class_desk: word(case.classification.desk),
            matter: matter(&case.classification),
            matter_name: case.classification.matter_name.clone(),
            first_matter: first.map(matter).unwrap_or_default(),
            urgency: case.classification.urgency.as_str().to_owned(),
            channel: case.channel.as_str().to_owned(),
            district: case.district.clone(),
            outcome: case
                .outcome
                .map_or_else(String::new, |outcome| outcome.as_str().to_owned()),
            unit: lead.map_or(&case.desk_unit, |leg| &leg.unit).to_string(),
            first_receiver: case.first_receiver.to_string(),
            decided_at: self.decided_at,
            resulted_at: self.resulted_at,
            closed_at: case.closed_at,
            close,
            reviewed: case.reviewed,
            told: case.told_result().is_some(),
            confidential: case.confidential,
            diverted,
            police_sent: self.facts.police_sent || police,
            crossings_back: u32::from(case.crossings_back),
            urges: u32::from(case.urged),
            legs,
            ..self.facts
        }
    }

    fn leg_facts(&self, case: &Case, leg: &Leg, heard: &LegFacts) -> LegFacts {
        LegFacts {
            leg: leg.id.to_string(),
            unit: leg.unit.to_string(),
            role: leg.role.as_str().to_owned(),
            state: leg.state.as_str().to_owned(),
            dispatched_at: leg.dispatched_at,
            signed_at: leg.signed_at,
            sign: self.kept(case, Some(&leg.id), Stage::Sign),
            feedback: self.kept(case, Some(&leg.id), Stage::Feedback),
            result: self.kept(case, Some(&leg.id), Stage::Result),
            bound: leg.binding,
            solved: leg.solved.map_or("", word_of).to_owned(),
            ..*heard
        }
    }

    /// A clock that was missed stays missed, even if it was called off or met afterwards.
    fn kept(&self, case: &Case, leg: Option<&LegId>, stage: Stage) -> Kept {
        let late = |d: &Deadline| {
            self.missed.contains(&d.id)
                || matches!(
                    d.state,
                    DeadlineState::Missed
                        | DeadlineState::Met { late: true, .. }
                        | DeadlineState::Paused { missed: true, .. }
                )
        };
        let mut kept = Kept::Open;
        for d in &case.deadlines {
            if d.stage != stage || d.leg.as_ref() != leg {
                continue;
            }
            if late(d) {
                return Kept::Late;
            }
            if matches!(d.state, DeadlineState::Met { .. }) {
                kept = Kept::InTime;
            }
        }
        kept
    }
}

const fn word_of(solved: Solved) -> &'static str {
    match solved {
        Solved::Solved => "solved",
        Solved::Partly => "partly",
        Solved::Unsolved => "unsolved",
        Solved::NotHandled => "not_handled",
    }
}
