//! A contact becomes a case: from an operator, a citizen's form, an import or a peer.

use super::act::{CommandKey, Done};
use super::order::Order;
use super::suggest::{Heard, triaged};
use super::{digits, place_key, summarise};
use crate::App;
use crate::draft::{Draft, Meta, person_digest};
use crate::error::{AppError, FieldError};
use crate::office::allow;
use crate::view::{CaseView, NewContact, PlaceSource, PlaceView};
use domain::case::{
    Command, DangerUnit, Event, Intake, OfferBody, PlaceLevel, begin, evolve, receive,
};
use domain::desk::Channel;
use domain::id::{CaseId, LinkId};
use domain::right::{Action, Actor};
use store::PersonRow;

/// A case to be begun, with what is already known of it.
pub(crate) struct NewCase<'a> {
    pub(crate) id: String,
    pub(crate) contact: &'a NewContact,
    /// What triage says of it, where it was asked already.
    pub(crate) heard: Option<&'a Heard>,
    pub(crate) offer: Option<(&'a LinkId, &'a OfferBody)>,
    pub(crate) then: Option<&'a Command>,
    pub(crate) backflow_of: Option<CaseId>,
    pub(crate) danger_of: Option<CaseId>,
}

/// Longest narrative, in characters.
pub(crate) const NARRATIVE_MOST: usize = 4_000;

impl App {
    /// Takes a contact, with what was decided about it in the same breath.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::Invalid`] with every refused field, the refusal of
    /// what was decided, or the store's. Nothing is saved then.
    pub async fn take(
        &self,
        actor: &Actor,
        contact: NewContact,
        key: &CommandKey,
    ) -> Result<CaseView, AppError> {
        let done = self.take_briefly(actor, contact, key).await?;
        self.case(actor, &done.id).await
    }

    /// As [`App::take`], answered with the number alone: for machines that bring many.
    ///
    /// # Errors
    /// As [`App::take`].
    pub async fn take_briefly(
        &self,
        actor: &Actor,
        contact: NewContact,
        key: &CommandKey,
    ) -> Result<Done, AppError> {
        allow(actor, Action::Intake)?;
        if let Some(then) = &contact.then {
            let order = Order::parse(then)?;
            self.authorise(actor, &order, None)?;
        }
        self.take_as(actor, &contact, key).await
    }

    /// Takes a contact for somebody whose right was looked at before.
    pub(crate) async fn take_as(
        &self,
        actor: &Actor,
        contact: &NewContact,
        key: &CommandKey,
    ) -> Result<Done, AppError> {
        self.take_marked(actor, contact, key, |_, _| Ok(())).await
    }

    /// Likewise, with what else is to be on the record with the contact.
    pub(crate) async fn take_marked(
        &self,
        actor: &Actor,
        contact: &NewContact,
        key: &CommandKey,
        mark: impl Fn(&Meta, &mut Draft) -> Result<(), AppError> + Send + Sync,
    ) -> Result<Done, AppError> {
        check(contact)?;
        let then = match &contact.then {
            Some(value) => Some(Order::parse(value)?),
            None => None,
        };
        let heard = self.hear(&contact.narrative, &contact.place, &contact.district);
        let backflow_of = self.backflow(contact, &heard.said).await?;
        loop {
            let meta = self.meta(actor, key);
            let new = NewCase {
                id: crate::chance::new_id(meta.now, self.inner.chance.as_ref()),
                contact,
                heard: Some(&heard),
                offer: None,
                then: None,
                backflow_of: backflow_of.clone(),
                danger_of: None,
            };
            let mut drafts = vec![self.begin_case(&meta, &new, then.as_ref())?];
            if let Some(first) = drafts.first_mut() {
                mark(&meta, first)?;
            }
            // The earlier case hears of its return, too (R38).
            if let (Some(earlier), Some(new)) = (&backflow_of, drafts.first()) {
                let back = Command::Link {
                    other: new.after.id.clone(),
                    relation: domain::case::Relation::Backflow,
                };
                let mut earlier = self.load(earlier.as_str()).await?;
                self.apply(&meta, &mut earlier, &back)?;
                drafts.push(earlier);
            }
            self.follow(&meta, &mut drafts).await?;
            match self.append(&meta, drafts, Some(key), None).await {
                Err(store::AppendError::Duplicate { what }) if what.contains("no") => {
                    self.skip_number(meta.now).await?;
                }
                Err(store::AppendError::Conflict { .. }) => {}
                other => return self.settle(other),
            }
        }
    }

    /// Begins a case: triage, decision, personal data beside the log.
    pub(crate) fn begin_case(
        &self,
        meta: &Meta,
        new: &NewCase<'_>,
        then: Option<&Order>,
    ) -> Result<Draft, AppError> {
        let contact = new.contact;
        let asked;
        let Heard { said, place } = match new.heard {
            Some(heard) => heard,
            None => {
                asked = self.hear(&contact.narrative, &contact.place, &contact.district);
                &asked
            }
        };
        let dismissed: Vec<String> = contact.dismissed.iter().map(|d| d.rule.clone()).collect();
        let mut triage = triaged(said, &dismissed);
        triage.located = place_level(contact, place.as_ref());
        let mut salt = [0_u8; 16];
        self.inner.chance.fill(&mut salt);
        let person = PersonRow {
            case_id: new.id.clone(),
            caller_name: contact.caller_name.trim().to_owned(),
            caller_number: contact.caller_number.trim().to_owned(),
            contact_number: contact.contact_number.trim().to_owned(),
            address: contact.place.trim().to_owned(),
            narrative: contact.narrative.clone(),
            confidential: contact.confidential,
            salt: crate::chance::hex(&salt),
        };
        let calendar = self.inner.calendar.load();
        let no = {
            let day = calendar.day_stamp(meta.now);
            let mut numbers = self
                .inner
                .numbers
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            numbers.next(&day)
        };
        let danger_unit = || {
            let district = self.district_of(&contact.district, place.as_ref());
            self.unit_for_danger(&contact.place, &district)
        };
        let clocks = self.clockwork();
        let ctx = self.context(meta.now, &calendar, Some(DangerUnit(&danger_unit)), &clocks);
        let intake = Intake {
            id: CaseId::new(new.id.clone()),
            no,
            channel: contact.channel,
            confidential: contact.confidential,
            person: person_digest(&person),
            district: contact.district.clone(),
            happened_at: contact.happened_at,
            triage,
            source: contact.source.clone(),
            backflow_of: new.backflow_of.clone(),
            danger_of: new.danger_of.clone(),
        };
        let command = match then {
            Some(order) => Some(self.command_of(order, &intake.triage.classification)?),
            None => new.then.cloned(),
        };
        let mut events = receive(&intake, new.offer, command.as_ref(), &ctx)?;
        // What the operator called false before saving is on the record with its reason.
        let signs = super::suggest::signs(said);
        for dismissed in &contact.dismissed {
            if let Some(sign) = signs.iter().find(|s| s.rule == dismissed.rule) {
                let version = said.danger_version.clone();
                let raised = Event::DangerRaised {
                    signs: vec![sign.clone()],
                    version,
                    heard_from: None,
                };
                let reason = dismissed.reason.trim().to_owned();
                events.insert(
                    2,
                    Event::DangerDismissed {
                        rule: sign.rule.clone(),
                        reason,
                    },
                );
                events.insert(2, raised);
            }
        }
        let first = events
            .first()
            .ok_or_else(|| AppError::Internal("no reception".to_owned()))?;
        let mut after = begin(intake.id, first, meta.now)
            .ok_or_else(|| AppError::Internal("no reception".to_owned()))?;
        for event in events.iter().skip(1) {
            after = evolve(after, event, meta.now);
        }
        let point = contact.point.map(crate::place::stored);
        Ok(Draft {
            before: None,
            after,
            events,
            // Lists and searches show a unit what a case may show it: of a confidential caller
            // not even the door.
            place: if contact.confidential {
                domain::right::mask_place(&person.address)
            } else {
                person.address.clone()
            },
            summary: summarise(&contact.narrative),
            caller_key: self.caller_key(&contact.caller_number),
            place_key: place_key(&contact.place),
            lon: point.map(|p| p.lon),
            lat: point.map(|p| p.lat),
            words: None,
            earlier: Vec::new(),
            earlier_files: Vec::new(),
            files: Vec::new(),
            asked_before: None,
            messages: Vec::new(),
            person: Some(person),
            person_changed: true,
        })
    }

    /// The blind index of a caller's number; empty for none.
    pub(crate) fn caller_key(&self, number: &str) -> String {
        let digits = digits(number);
        if digits.len() < 3 {
            return String::new();
        }
        let digest = crate::chance::digest_of(&[&self.inner.site_key, "caller", &digits]);
        crate::chance::hex(digest.get(..16).unwrap_or_default())
    }

    /// R38: the same caller with the same matter, or the same place and matter, that crossed to
    /// the peer within the days a site calls a backflow.
    async fn backflow(
        &self,
        contact: &NewContact,
        said: &triage::Suggestion,
    ) -> Result<Option<CaseId>, AppError> {
        let since = self.now() - self.inner.config.backflow_days * 86_400_000;
        let Some(matter) = &said.matter else {
            return Ok(None);
        };
        let key = self.caller_key(&contact.caller_number);
        let mut place = place_key(&contact.place);
        if place.chars().count() < 6 {
            place.clear();
        }
        let store = &self.inner.store;
        let earlier = store
            .crossed_before(&key, &place, matter.as_str(), since)
            .await?;
        Ok(earlier.map(CaseId::new))
    }

    /// Goes on behind the greatest number of the day: after a clock was set back over midnight
    /// the numbers of that day were given out before.
    pub(crate) async fn skip_number(&self, now: i64) -> Result<(), AppError> {
        let config = &self.inner.config;
        let calendar = self.inner.calendar.load();
        let fresh = super::Numbers::seeded(&self.inner.store, config, &calendar, now).await?;
        let mut numbers = self
            .inner
            .numbers
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        numbers.skip(fresh.last());
        Ok(())
    }
}

/// How surely the place of a contact is known: by its words, by the point somebody set, or by
/// what the caller tells where no place was given.
fn place_level(contact: &NewContact, found: Option<&PlaceView>) -> Option<PlaceLevel> {
    let by_words = found.filter(|found| found.source == PlaceSource::Place);
    let by_point = contact.point.map(|_| PlaceLevel::Point);
    let level = |found: &PlaceView| PlaceLevel::from(found.how);
    by_words
        .map(level)
        .or(by_point)
        .or_else(|| found.map(level))
}

/// Every field that is refused, whole: nothing is cut (R: no field silently cut).
fn check(contact: &NewContact) -> Result<(), AppError> {
    let mut errors = Vec::new();
    let narrative = contact.narrative.chars().count();
    if contact.narrative.trim().is_empty() {
        errors.push(FieldError::new(
            "narrative",
            "required",
            "say what happened",
        ));
    } else if narrative > NARRATIVE_MOST {
        let detail = format!("{narrative} characters; at most {NARRATIVE_MOST}");
        errors.push(FieldError::new("narrative", "too_long", detail));
    }
    let short = [
        ("place", &contact.place, 200),
        ("caller_name", &contact.caller_name, 100),
        ("caller_number", &contact.caller_number, 40),
        ("contact_number", &contact.contact_number, 40),
        ("district", &contact.district, 40),
    ];
    for (field, value, most) in short {
        let length = value.chars().count();
        if length > most {
            let detail = format!("{length} characters; at most {most}");
            errors.push(FieldError::new(field, "too_long", detail));
        }
        if value.chars().any(char::is_control) {
            errors.push(FieldError::new(
                field,
                "control_character",
                "one line of plain text",
            ));
        }
    }
    for (field, number) in [
        ("caller_number", &contact.caller_number),
        ("contact_number", &contact.contact_number),
    ] {
        let plain = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | ' ' | '(' | ')' | '*');
        if !number.is_empty() && !number.chars().all(plain) {
            errors.push(FieldError::new(
                field,
                "not_a_number",
                "digits, +, -, spaces only",
            ));
        }
    }
    if contact.narrative.contains('\0') {
        errors.push(FieldError::new(
            "narrative",
            "control_character",
            "holds a NUL character",
        ));
    }
    if contact.point.is_some_and(|point| !point.is_on_earth()) {
        errors.push(FieldError::new(
            "point",
            "out_of_range",
            "longitude and latitude",
        ));
    }
    for (n, sign) in contact.dismissed.iter().enumerate() {
        let length = sign.reason.trim().chars().count();
        if length == 0 || length > 500 {
            let field = format!("dismissed[{n}].reason");
            errors.push(FieldError::new(
                field,
                "required",
                "say why it is no danger",
            ));
        }
    }
    if matches!(contact.channel, Channel::Peer) {
        errors.push(FieldError::new(
            "channel",
            "not_here",
            "orders of peers come by the link",
        ));
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(AppError::Invalid(errors))
    }
}
