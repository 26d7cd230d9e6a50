//! What an event teaches: pure, so that the same log teaches the same.

use domain::case::{Classification, Event, LegRole};
use domain::id::LegId;
use std::collections::HashMap;

/// What is to be learnt or unlearnt of a case.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Lesson {
    /// Somebody who answers for it took it as this, or a person corrected it to this.
    Is(Classification),
    /// The unit gave it back, rightly: it was no example.
    Isnt,
}

/// Cases as far as lessons need to know them.
#[derive(Debug, Default)]
pub(super) struct Lessons {
    cases: HashMap<String, Track>,
}

#[derive(Debug, Default)]
struct Track {
    now: Option<Classification>,
    leads: Vec<LegId>,
    taught: bool,
}

/// Kinds of the events that [`Lessons::hear`] makes anything of.
pub(super) const HEARD: [&str; 9] = [
    "triaged",
    "classified",
    "dispatched",
    "assigned",
    "signed",
    "offer_accepted",
    "peer_accepted",
    "return_accepted",
    "closed",
];

impl Lessons {
    /// Hears one event of a case.
    pub(super) fn hear(&mut self, case: &str, event: &Event) -> Option<Lesson> {
        let begins = matches!(
            event,
            Event::Triaged(_)
                | Event::Classified { .. }
                | Event::Dispatched { .. }
                | Event::Assigned { .. }
        );
        if begins && !self.cases.contains_key(case) {
            self.cases.insert(case.to_owned(), Track::default());
        }
        // What comes after the end, a rating or a call back, teaches nothing and is not kept.
        let track = self.cases.get_mut(case)?;
        match event {
            Event::Triaged(said) => {
                track.now = Some(said.classification.clone());
                None
            }
            Event::Classified { to, .. } => {
                track.now = Some(to.clone());
                track.teach()
            }
            Event::Dispatched { legs, .. } => {
                let leads = legs.iter().filter(|leg| leg.role == LegRole::Lead);
                track.leads.extend(leads.map(|leg| leg.id.clone()));
                None
            }
            // A binding decision is the last word on whose it is.
            Event::Assigned { leg, .. } => {
                track.leads.push(leg.id.clone());
                track.teach()
            }
            Event::Signed { leg } if track.leads.contains(leg) => track.teach_once(),
            Event::OfferAccepted { .. } | Event::PeerAccepted { .. } => track.teach_once(),
            Event::ReturnAccepted { leg, .. } if track.leads.contains(leg) && track.taught => {
                track.taught = false;
                Some(Lesson::Isnt)
            }
            Event::Closed { .. } => {
                let lesson = track.teach_once();
                self.cases.remove(case);
                lesson
            }
            _ => None,
        }
    }
}

impl Track {
    fn teach(&mut self) -> Option<Lesson> {
        let now = self.now.clone().filter(|c| c.matter.is_some())?;
        self.taught = true;
        Some(Lesson::Is(now))
    }

    fn teach_once(&mut self) -> Option<Lesson> {
        if self.taught { None } else { self.teach() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::case::Triaged;
    use domain::desk::{Desk, Urgency};
    use domain::id::MatterCode;

    fn as_row(row: &str) -> Classification {
        Classification {
            desk: Some(Desk::Hotline),
            matter: Some(MatterCode::from(row)),
            matter_name: String::new(),
            urgency: Urgency::Normal,
        }
    }

    fn triaged(row: &str) -> Event {
        Event::Triaged(Triaged {
            classification: as_row(row),
            danger: Vec::new(),
            because: Vec::new(),
            list_version: String::new(),
            danger_version: String::new(),
            located: None,
        })
    }

    #[test]
    fn what_triage_said_teaches_nothing_until_somebody_answers_for_it() {
        let mut lessons = Lessons::default();
        assert_eq!(lessons.hear("a", &triaged("H1-1")), None);
        let closed = Event::Closed {
            note: String::new(),
        };
        assert_eq!(lessons.hear("a", &closed), Some(Lesson::Is(as_row("H1-1"))));
        assert_eq!(lessons.hear("b", &closed), None, "nobody knows what it was");
    }

    #[test]
    fn a_correction_teaches_at_once_and_again() {
        let mut lessons = Lessons::default();
        lessons.hear("a", &triaged("H1-1"));
        for row in ["H1-2", "H1-3"] {
            let corrected = Event::Classified {
                to: as_row(row),
                reason: "x".to_owned(),
            };
            assert_eq!(lessons.hear("a", &corrected), Some(Lesson::Is(as_row(row))));
        }
    }

    #[test]
    fn an_event_that_is_passed_over_would_change_nothing() {
        for event in crate::golden::events() {
            let mut lessons = Lessons::default();
            lessons.hear("a", &triaged("H1-1"));
            let before = format!("{lessons:?}");
            let lesson = lessons.hear("a", &event);
            if !HEARD.contains(&event.kind()) {
                assert_eq!(lesson, None, "{}", event.kind());
                assert_eq!(format!("{lessons:?}"), before, "{}", event.kind());
                assert!(!super::super::teaches(&event), "{}", event.kind());
            }
        }
        for kind in HEARD {
            assert!(Event::KINDS.contains(&kind), "{kind}");
        }
    }
}
