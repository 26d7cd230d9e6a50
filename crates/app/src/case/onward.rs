//! Cases a case brings forth: the parts it is split into, the police's part of a danger, and what
//! goes on to a third platform (a case has one twin, so a chain of links is a chain of cases).

use super::take::NewCase;
use crate::App;
use crate::draft::{Draft, Meta};
use crate::error::AppError;
use crate::view::{DismissedSign, NewContact};
use domain::case::{Command, Event, HandOverMode, Relation};
use domain::datum::Degrees;
use domain::desk::{Channel, Desk};
use store::PersonRow;

impl App {
    /// The police part of a matter whose department part the peer holds: a case of its own, with
    /// the same caller and words, dispatched by the danger in it.
    pub(super) async fn police_case(
        &self,
        meta: &Meta,
        draft: &mut Draft,
    ) -> Result<Draft, AppError> {
        self.ensure_person(draft).await?;
        let person = draft.person.clone().unwrap_or_default();
        let channel = match draft.after.desk {
            Desk::Police => Channel::Peer,
            Desk::Hotline => draft.after.channel,
        };
        let contact = contact_of(&person, draft, channel);
        let new = NewCase {
            id: crate::chance::new_id(meta.now, self.inner.chance.as_ref()),
            contact: &contact,
            heard: None,
            offer: None,
            then: None,
            backflow_of: None,
            danger_of: Some(draft.after.id.clone()),
        };
        let mut part = self.begin_case(meta, &new, None)?;
        // The words that made the danger may have come by the peer: the sign itself counts.
        if !part.after.is_dangerous() {
            let signs = draft.after.live_danger().cloned().collect();
            let raised = Event::DangerRaised {
                signs,
                version: String::new(),
                heard_from: None,
            };
            part.happened(vec![raised], meta.now);
            let command = match part.after.desk {
                Desk::Police => Command::Dispatch {
                    lead: Some(self.danger_unit(
                        &part.place,
                        &part.after.district,
                        &contact.narrative,
                    )),
                    assist: Vec::new(),
                    first_response: Vec::new(),
                    limits: domain::clock::Limits::default(),
                    basis: "law 5".to_owned(),
                    note: String::new(),
                },
                Desk::Hotline => self.part_for_police()?,
            };
            self.apply(meta, &mut part, &command)?;
        }
        Ok(part)
    }

    /// The offer that brings the police their part of a danger.
    fn part_for_police(&self) -> Result<Command, AppError> {
        let links = &self.inner.config.rules.links;
        let police = links
            .iter()
            .find(|link| link.peer_desk == Desk::Police)
            .ok_or_else(|| AppError::Internal("no link to the police".to_owned()))?;
        Ok(Command::HandOver {
            link: police.link.clone(),
            mode: HandOverMode::Parallel,
            note: "law 5".to_owned(),
        })
    }

    pub(super) async fn split(
        &self,
        meta: &Meta,
        drafts: &mut Vec<Draft>,
        parts: &[domain::case::Part],
    ) -> Result<(), AppError> {
        let Some(parent) = drafts.first_mut() else {
            return Ok(());
        };
        self.ensure_person(parent).await?;
        let person = parent.person.clone().unwrap_or_default();
        let mut children = Vec::new();
        for part in parts {
            let mut contact = contact_of(&person, parent, parent.after.channel);
            contact.narrative = part.narrative.trim().to_owned();
            let new = NewCase {
                id: crate::chance::new_id(meta.now, self.inner.chance.as_ref()),
                contact: &contact,
                heard: None,
                offer: None,
                then: None,
                backflow_of: None,
                danger_of: None,
            };
            children.push(self.child(meta, parent, &new)?);
        }
        drafts.extend(children);
        Ok(())
    }

    /// Hands a case that has its twin on one platform on to another 续转 (R134): as a child with
    /// the same words, which holds this case open until it is closed itself.
    pub(super) async fn pass_on(
        &self,
        meta: &Meta,
        drafts: &mut Vec<Draft>,
        hand_over: &Command,
    ) -> Result<(), AppError> {
        let Some(parent) = drafts.first_mut() else {
            return Ok(());
        };
        self.ensure_person(parent).await?;
        let person = parent.person.clone().unwrap_or_default();
        let mut contact = contact_of(&person, parent, parent.after.channel);
        // What somebody called false stays so.
        contact.dismissed = parent
            .after
            .danger
            .iter()
            .filter_map(|sign| {
                Some(DismissedSign {
                    rule: sign.sign.rule.clone(),
                    reason: sign.dismissed.clone()?,
                })
            })
            .collect();
        let new = NewCase {
            id: crate::chance::new_id(meta.now, self.inner.chance.as_ref()),
            contact: &contact,
            heard: None,
            offer: None,
            then: Some(hand_over),
            backflow_of: None,
            danger_of: None,
        };
        let mut child = self.child(meta, parent, &new)?;
        // The police have heard of the danger by the parent.
        if child.after.is_dangerous() && parent.after.is_dangerous() {
            let command = Command::Link {
                other: parent.after.id.clone(),
                relation: Relation::Danger,
            };
            self.apply(meta, &mut child, &command)?;
        }
        drafts.push(child);
        Ok(())
    }

    /// A case that belongs to another, and the other told of it.
    fn child(&self, meta: &Meta, parent: &mut Draft, new: &NewCase<'_>) -> Result<Draft, AppError> {
        let mut child = self.begin_case(meta, new, None)?;
        let of = Command::TakeParent {
            parent: parent.after.id.clone(),
        };
        self.apply(meta, &mut child, &of)?;
        let child_id = child.after.id.clone();
        self.apply(meta, parent, &Command::TakeChild { child: child_id })?;
        Ok(child)
    }
}

fn contact_of(person: &PersonRow, draft: &Draft, channel: Channel) -> NewContact {
    NewContact {
        channel,
        narrative: person.narrative.clone(),
        place: person.address.clone(),
        district: draft.after.district.clone(),
        point: draft
            .lon
            .zip(draft.lat)
            .map(|(lon, lat)| crate::place::shown(Degrees::new(lon, lat))),
        caller_number: person.caller_number.clone(),
        contact_number: person.contact_number.clone(),
        caller_name: person.caller_name.clone(),
        confidential: person.confidential,
        happened_at: None,
        dismissed: Vec::new(),
        then: None,
        source: String::new(),
    }
}
