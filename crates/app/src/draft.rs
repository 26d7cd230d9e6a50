//! A case on its way through a command, and how it becomes one change of the store.

use crate::chance::digest_of;
use crate::error::AppError;
use domain::case::{Case, Entry, Event, Holder, PeerFact, evolve, mirror};
use domain::clock::{Deadline, DeadlineState};
use domain::text;
use serde::{Deserialize, Serialize};
use store::{
    AttachmentRow, CaseChange, CaseRow, DeadlineRow, LegRow, NewEnvelope, NewEvent, PersonRow,
};

/// Who does it, when, and by which command.
#[derive(Debug, Clone)]
pub(crate) struct Meta {
    pub(crate) now: i64,
    pub(crate) actor: String,
    pub(crate) unit: String,
    pub(crate) unit_name: String,
    pub(crate) cause: String,
}

/// The caller's data as it crosses with an offer (law 7: the caller's own number travels).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct WirePerson {
    pub(crate) caller_name: String,
    pub(crate) caller_number: String,
    pub(crate) contact_number: String,
    pub(crate) address: String,
    pub(crate) narrative: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) lon: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) lat: Option<f64>,
}

/// What an envelope between platforms says about a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Message {
    pub(crate) fact: PeerFact,
    /// The twin's id there, once known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) peer_case: Option<String>,
    /// With an offer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) person: Option<WirePerson>,
    /// With a supplement: the words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) words: Option<String>,
    /// Names of the files it speaks of; none where who called is kept from the units.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) files: Vec<WireFile>,
}

/// The name of a file, beside the fact that there is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WireFile {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// A case before and after a command.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    /// The row and state it was loaded with; none for a new case.
    pub(crate) before: Option<(CaseRow, Case)>,
    pub(crate) after: Case,
    pub(crate) events: Vec<Event>,
    /// The personal data, if loaded or new.
    pub(crate) person: Option<PersonRow>,
    pub(crate) person_changed: bool,
    /// Columns that do not come from the fold.
    pub(crate) place: String,
    pub(crate) summary: String,
    pub(crate) caller_key: String,
    pub(crate) place_key: String,
    pub(crate) lon: Option<f64>,
    pub(crate) lat: Option<f64>,
    /// Words of a supplement, to cross with it.
    pub(crate) words: Option<String>,
    /// The log so far, where a first offer tells it to the peer.
    pub(crate) earlier: Vec<Entry>,
    /// Names of the files the log so far speaks of.
    pub(crate) earlier_files: Vec<WireFile>,
    /// Files that become part of the case with it.
    pub(crate) files: Vec<AttachmentRow>,
    /// Where the asking about it stood, if it was closed before.
    pub(crate) asked_before: Option<store::FollowUpRow>,
    /// Rows of short messages that are written with it.
    pub(crate) messages: Vec<store::MessageRecord>,
}

impl Draft {
    /// A case as it was loaded.
    pub(crate) fn of_row(row: CaseRow) -> Result<Self, AppError> {
        let case = text::read_case(&row.state).map_err(|error| {
            AppError::Internal(format!(
                "the state of case {} cannot be read: {error}",
                row.id
            ))
        })?;
        Ok(Self {
            after: case.clone(),
            events: Vec::new(),
            person: None,
            person_changed: false,
            place: row.place.clone(),
            summary: row.summary.clone(),
            caller_key: row.caller_key.clone(),
            place_key: row.place_key.clone(),
            lon: row.lon,
            lat: row.lat,
            words: None,
            earlier: Vec::new(),
            earlier_files: Vec::new(),
            files: Vec::new(),
            asked_before: None,
            messages: Vec::new(),
            before: Some((row, case)),
        })
    }

    /// Folds more events in.
    pub(crate) fn happened(&mut self, events: Vec<Event>, now: i64) {
        for event in events {
            self.after = evolve(self.after.clone(), &event, now);
            self.events.push(event);
        }
    }

    /// The change of the store this makes, with the envelopes that tell the peer.
    pub(crate) fn change(
        self,
        meta: &Meta,
        arbiter_here: bool,
    ) -> Result<(CaseChange, Vec<NewEnvelope>), AppError> {
        let first_seq = self.before.as_ref().map_or(0, |(row, _)| row.version) + 1;
        let mut events = Vec::with_capacity(self.events.len());
        let mut envelopes = Vec::new();
        let twin = self.after.twin.clone();
        // Until an offer has crossed there is nobody to tell; what came before goes with it.
        let mut known = self.had_twin();
        for (seq, event) in (first_seq..).zip(&self.events) {
            let body = text::write_event(event).map_err(unwritten)?;
            known |= matches!(event, Event::Offered { .. } | Event::OfferReceived { .. });
            if let Some(twin) = &twin
                && known
                && let Some(message) = self.message(event, seq, meta, &body)
            {
                envelopes.push(NewEnvelope {
                    link: twin.link.to_string(),
                    case_id: self.after.id.to_string(),
                    kind: event.kind().to_owned(),
                    body: to_json(&message)?,
                    at: meta.now,
                });
            }
            events.push(NewEvent::new(
                self.after.id.to_string(),
                event.kind(),
                Event::VERSION,
                meta.now,
                meta.actor.clone(),
                meta.unit.clone(),
                meta.cause.clone(),
                body,
            ));
        }
        let row = self.row(arbiter_here)?;
        let before = self.before.as_ref();
        let stands_only = before.is_some_and(|(before, _)| row.stands_only(before));
        let (legs, deadlines) = self.parts();
        let change = CaseChange {
            id: self.after.id.to_string(),
            expected_version: first_seq - 1,
            events,
            row,
            stands_only,
            person: self.person.filter(|_| self.person_changed),
            legs,
            deadlines,
        };
        Ok((change, envelopes))
    }

    fn message(&self, event: &Event, seq: i64, meta: &Meta, body: &str) -> Option<Message> {
        let peer_case = self
            .after
            .twin
            .as_ref()
            .and_then(|t| t.case.as_ref())
            .map(ToString::to_string);
        if matches!(event, Event::DetailAdded { .. }) {
            // The fact of a supplement is private to each log; its words cross beside it.
            return self.words.as_ref().map(|words| Message {
                fact: PeerFact::Noted {
                    entry: Entry {
                        kind: event.kind().to_owned(),
                        at: meta.now,
                        unit: meta.unit_name.clone(),
                        seq,
                        body: body.to_owned(),
                    },
                    result: None,
                    closed: None,
                    danger: Vec::new(),
                },
                peer_case: peer_case.clone(),
                person: None,
                words: Some(words.clone()),
                files: Vec::new(),
            });
        }
        let mut fact = mirror(
            &self.after,
            event,
            meta.now,
            seq,
            &meta.unit_name,
            body.to_owned(),
        )?;
        let mut person = None;
        let mut files = Vec::new();
        if matches!(event, Event::Attached(_)) && !self.after.confidential {
            let named = self.files.iter().map(|row| WireFile {
                id: row.id.clone(),
                name: row.name.clone(),
            });
            files.extend(named);
        }
        if let PeerFact::Offered(offer) = &mut fact {
            files.clone_from(&self.earlier_files);
            offer.history = self.history(event, meta);
            person = self.person.as_ref().map(|p| WirePerson {
                caller_name: p.caller_name.clone(),
                caller_number: p.caller_number.clone(),
                contact_number: p.contact_number.clone(),
                address: p.address.clone(),
                narrative: p.narrative.clone(),
                lon: self.lon,
                lat: self.lat,
            });
        }
        Some(Message {
            fact,
            peer_case,
            person,
            words: None,
            files,
        })
    }

    fn had_twin(&self) -> bool {
        self.before
            .as_ref()
            .is_some_and(|(_, case)| case.twin.is_some())
    }

    /// What had happened before the first offer: from then on the peer hears of each event.
    fn history(&self, offer: &Event, meta: &Meta) -> Vec<Entry> {
        if self.had_twin() {
            return Vec::new();
        }
        let first_seq = self.before.as_ref().map_or(0, |(row, _)| row.version) + 1;
        let now = (first_seq..)
            .zip(&self.events)
            .take_while(|(_, event)| *event != offer);
        let now = now.filter_map(|(seq, event)| {
            Some(Entry {
                kind: event.kind().to_owned(),
                at: meta.now,
                unit: meta.unit_name.clone(),
                seq,
                body: text::write_event(event).ok()?,
            })
        });
        self.earlier.iter().cloned().chain(now).collect()
    }

    fn row(&self, arbiter_here: bool) -> Result<CaseRow, AppError> {
        let case = &self.after;
        let (side, unit) = match &case.holder {
            Holder::Own { unit } => ("own", unit.to_string()),
            Holder::Peer { link } => ("peer", link.to_string()),
        };
        let due = next_due(case);
        Ok(CaseRow {
            id: case.id.to_string(),
            no: case.no.clone(),
            version: case.version,
            status: case.status().as_str().to_owned(),
            first_receiver: case.first_receiver.to_string(),
            accountable_side: side.to_owned(),
            accountable_unit: unit,
            desk: case
                .classification
                .desk
                .map_or("", domain::desk::Desk::as_str)
                .to_owned(),
            matter: case
                .classification
                .matter
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            matter_first: case
                .first
                .as_ref()
                .and_then(|c| c.matter.as_ref())
                .map(ToString::to_string)
                .unwrap_or_default(),
            urgency: case.classification.urgency.rank(),
            danger: case.is_dangerous(),
            unowned: case.is_unowned(),
            task: case
                .task(arbiter_here)
                .map_or("", domain::case::Task::as_str)
                .to_owned(),
            channel: case.channel.as_str().to_owned(),
            outcome: case
                .outcome
                .map_or("", domain::case::Outcome::as_str)
                .to_owned(),
            district: case.district.clone(),
            place: self.place.clone(),
            summary: self.summary.clone(),
            caller_key: self.caller_key.clone(),
            place_key: self.place_key.clone(),
            twin_link: case
                .twin
                .as_ref()
                .map(|t| t.link.to_string())
                .unwrap_or_default(),
            twin_case: case
                .twin
                .as_ref()
                .and_then(|t| t.case.as_ref())
                .map(ToString::to_string)
                .unwrap_or_default(),
            parent_case: case
                .parent
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            opened_at: case.opened_at,
            updated_at: case.updated_at,
            closed_at: case.closed_at,
            next_due_at: due.map(|d| d.due),
            next_due_kind: due.map_or("", |d| d.stage.as_str()).to_owned(),
            lon: self.lon,
            lat: self.lat,
            archived: false,
            matter_name: case.classification.matter_name.clone(),
            held_since: case.held_since,
            twin_no: case.twin.as_ref().map(|t| t.no.clone()).unwrap_or_default(),
            state: text::write_case(case).map_err(unwritten)?,
        })
    }

    /// The legs and deadlines that are new or changed.
    fn parts(&self) -> (Vec<LegRow>, Vec<DeadlineRow>) {
        let old = self.before.as_ref().map(|(_, case)| case);
        let id = self.after.id.as_str();
        let legs = self
            .after
            .legs
            .iter()
            .filter_map(|leg| {
                let known = old.and_then(|case| case.leg(&leg.id));
                let due_now = leg_due(&self.after, leg.id.as_str());
                let due_then = old.and_then(|case| leg_due(case, leg.id.as_str()));
                (known != Some(leg) || due_now != due_then).then(|| LegRow {
                    case_id: id.to_owned(),
                    leg_id: leg.id.to_string(),
                    unit: leg.unit.to_string(),
                    role: leg.role.as_str().to_owned(),
                    state: leg.state.as_str().to_owned(),
                    dispatched_at: leg.dispatched_at,
                    signed_at: leg.signed_at,
                    due_at: due_now,
                    new: known.is_none(),
                })
            })
            .collect();
        let deadlines = self
            .after
            .deadlines
            .iter()
            .filter_map(|d| {
                let known = old.and_then(|case| case.deadlines.iter().find(|o| o.id == d.id));
                (known != Some(d)).then(|| DeadlineRow {
                    case_id: id.to_owned(),
                    deadline_id: d.id.to_string(),
                    kind: d.stage.as_str().to_owned(),
                    unit: deadline_unit(&self.after, d),
                    rule: d.rule.clone(),
                    due_at: d.due,
                    warn_at: Some(d.amber),
                    next_at: d.next().map(|(at, _)| at),
                    state: deadline_state(d).to_owned(),
                    new: known.is_none(),
                })
            })
            .collect();
        (legs, deadlines)
    }
}

/// The nearest deadline that still asks for something.
pub(crate) fn next_due(case: &Case) -> Option<&Deadline> {
    case.deadlines
        .iter()
        .filter(|d| {
            matches!(
                d.state,
                DeadlineState::Running | DeadlineState::Amber | DeadlineState::Missed
            )
        })
        .min_by_key(|d| d.due)
}

fn leg_due(case: &Case, leg: &str) -> Option<i64> {
    case.deadlines
        .iter()
        .filter(|d| d.leg.as_ref().is_some_and(|l| l.as_str() == leg) && d.is_open())
        .map(|d| d.due)
        .min()
}

fn deadline_unit(case: &Case, deadline: &Deadline) -> String {
    deadline
        .leg
        .as_ref()
        .and_then(|leg| case.leg(leg))
        .map_or_else(|| case.desk_unit.to_string(), |leg| leg.unit.to_string())
}

/// The word for a deadline's state.
pub(crate) const fn deadline_state(deadline: &Deadline) -> &'static str {
    match deadline.state {
        DeadlineState::Running => "running",
        DeadlineState::Amber => "amber",
        DeadlineState::Missed => "missed",
        DeadlineState::Paused { .. } => "paused",
        DeadlineState::Met { .. } => "met",
        DeadlineState::Void => "void",
    }
}

/// The salted digest of a caller's data that events carry in place of it.
pub(crate) fn person_digest(person: &PersonRow) -> String {
    crate::chance::hex(&digest_of(&[
        &person.salt,
        &person.caller_name,
        &person.caller_number,
        &person.contact_number,
        &person.address,
        &person.narrative,
    ]))
}

pub(crate) fn to_json<T: Serialize>(value: &T) -> Result<String, AppError> {
    serde_json::to_string(value).map_err(unwritten)
}

fn unwritten(error: impl std::fmt::Display) -> AppError {
    AppError::Internal(error.to_string())
}
