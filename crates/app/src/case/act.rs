//! A command to a case: load, authorise, decide, append. What it brings about in other cases
//! (merge, split, a police case for danger) is one change with it.

use super::order::{Order, reference};
use crate::App;
use crate::draft::{Draft, Meta};
use crate::error::AppError;
use crate::view::CaseView;
use domain::case::{Case, Command, DangerUnit, Entry, Event, Relation, decide, needs_police_case};
use domain::id::CaseId;
use domain::right::Actor;
use serde::{Deserialize, Serialize};
use store::{AppendError, Appended, Change, Record};

/// How a client names one command, so that a repeat gets its first answer (law 3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandKey {
    /// The id it chose.
    pub id: String,
    /// Digest of the request, so that an id used twice is noticed.
    pub digest: String,
}

/// What a command came to: kept with it, so that a repeat gets the same answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Done {
    /// The case's id.
    pub id: String,
    /// Its printed number.
    pub no: String,
    /// Its version after the command.
    pub version: i64,
}

/// How often a command is decided anew when somebody else was faster.
const TRIES: usize = 16;

impl App {
    /// Carries out a command on a case.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Forbidden`], [`AppError::Conflict`] if the case moved
    /// on from `version`, the refusal, or the store's. Nothing happened then.
    pub async fn act(
        &self,
        actor: &Actor,
        case: &str,
        command: serde_json::Value,
        version: Option<i64>,
        key: &CommandKey,
    ) -> Result<CaseView, AppError> {
        let done = self.act_briefly(actor, case, command, version, key).await?;
        self.case(actor, &done.id).await
    }

    /// As [`App::act`], answered with the number alone: for machines that send many.
    ///
    /// # Errors
    /// As [`App::act`].
    pub async fn act_briefly(
        &self,
        actor: &Actor,
        case: &str,
        command: serde_json::Value,
        version: Option<i64>,
        key: &CommandKey,
    ) -> Result<Done, AppError> {
        let order = Order::parse(&command)?;
        self.act_as(actor, case, &order, version, key).await
    }

    pub(crate) async fn act_as(
        &self,
        actor: &Actor,
        case: &str,
        order: &Order,
        version: Option<i64>,
        key: &CommandKey,
    ) -> Result<Done, AppError> {
        if let Some((digest, answer)) = self.inner.store.command_answer(&key.id).await? {
            // Rights are asked anew before an old answer is shown.
            let done = read_answer(&answer)?;
            let draft = self.load(&done.id).await?;
            self.authorise(actor, order, Some(&draft.after))?;
            return if digest == key.digest {
                Ok(done)
            } else {
                Err(AppError::KeyReused)
            };
        }
        let _turn = self.inner.turns.at(case).await;
        for _ in 0..TRIES {
            let draft = self.load(case).await?;
            self.authorise(actor, order, Some(&draft.after))?;
            self.may_ask(actor, order, &draft.after).await?;
            if let Some(expected) = version
                && expected != draft.after.version
            {
                return Err(AppError::Conflict {
                    actual: draft.after.version,
                });
            }
            if let Some(other) = reference(order) {
                let other = self.load(other.as_str()).await?;
                self.readable(actor, &other.after)?;
            }
            let meta = self.meta(actor, key);
            let mut drafts = vec![draft];
            self.carry_out(&meta, &mut drafts, order).await?;
            self.follow(&meta, &mut drafts).await?;
            match self.append(&meta, drafts, Some(key), None).await {
                Err(AppendError::Conflict { .. }) => {}
                // A part or a police case was begun under a number that was given out before.
                Err(AppendError::Duplicate { what }) if what.contains("no") => {
                    self.skip_number(meta.now).await?;
                }
                other => return self.settle(other),
            }
        }
        Err(AppError::Unavailable("the case is too busy".to_owned()))
    }

    /// Decides an order on the first draft; what it means for other cases is added behind it.
    async fn carry_out(
        &self,
        meta: &Meta,
        drafts: &mut Vec<Draft>,
        order: &Order,
    ) -> Result<(), AppError> {
        let Some(draft) = drafts.first_mut() else {
            return Err(AppError::Internal("no case to act on".to_owned()));
        };
        if let Order::Split(parts) = order {
            return self.split(meta, drafts, parts).await;
        }
        let mut command = self.command_of(order, &draft.after.classification)?;
        if let Command::HandOver { link, .. } = &command
            && draft
                .after
                .twin
                .as_ref()
                .is_some_and(|twin| twin.link != *link)
        {
            return self.pass_on(meta, drafts, &command).await;
        }
        // People name a case by its number; the log keeps its id.
        if let Command::MergeInto { into: other } | Command::Link { other, .. } = &mut command {
            *other = self.load(other.as_str()).await?.after.id;
        }
        self.apply(meta, draft, &command)?;
        if let Order::AddDetail(text) = order {
            self.supplement(meta, draft, text).await?;
        }
        let (id, no) = (draft.after.id.clone(), draft.after.no.clone());
        match &command {
            Command::MergeInto { into } => {
                let mut other = self.load(into.as_str()).await?;
                self.apply(meta, &mut other, &Command::TakeMerged { from: id })?;
                drafts.push(other);
            }
            Command::Link {
                other,
                relation: Relation::Related,
            } => {
                let mut other = self.load(other.as_str()).await?;
                let back = Command::Link {
                    other: id,
                    relation: Relation::Related,
                };
                self.apply(meta, &mut other, &back)?;
                drafts.push(other);
            }
            Command::Link { .. } => {
                return Err(AppError::field(
                    "relation",
                    "unknown",
                    format!("{no}: related only"),
                ));
            }
            _ => {}
        }
        Ok(())
    }

    /// Decides one command on one draft.
    pub(crate) fn apply(
        &self,
        meta: &Meta,
        draft: &mut Draft,
        command: &Command,
    ) -> Result<(), AppError> {
        let calendar = self.inner.calendar.load();
        let danger_unit = || self.danger_unit(&draft.place, &draft.after.district, "");
        let clocks = self.clockwork();
        let ctx = self.context(meta.now, &calendar, Some(DangerUnit(&danger_unit)), &clocks);
        let events = decide(&draft.after, command, &ctx)?;
        draft.happened(events, meta.now);
        Ok(())
    }

    /// What follows from what happened, in the same change: the parent hears of its part, danger
    /// in a case that the peer holds makes a police case (law 5), and an offer takes the words
    /// and numbers along.
    pub(crate) async fn follow(
        &self,
        meta: &Meta,
        drafts: &mut Vec<Draft>,
    ) -> Result<(), AppError> {
        let mut parents: Vec<Draft> = Vec::new();
        for draft in drafts.iter() {
            let Some(parent) = &draft.after.parent else {
                continue;
            };
            let child = draft.after.id.clone();
            let was_closed = draft
                .before
                .as_ref()
                .is_some_and(|(_, case)| case.closed_at.is_some());
            let is_closed = draft.after.closed_at.is_some();
            if was_closed == is_closed || drafts.iter().any(|d| &d.after.id == parent) {
                continue;
            }
            let mut parent = self.load(parent.as_str()).await?;
            let command = if is_closed {
                Command::ChildClosed { child }
            } else {
                Command::ChildReopened { child }
            };
            self.apply(meta, &mut parent, &command)?;
            if !parent.events.is_empty() {
                parents.push(parent);
            }
        }
        drafts.extend(parents);
        let mut police: Vec<Draft> = Vec::new();
        for draft in drafts.iter_mut() {
            if needs_police_case(&draft.after, &self.inner.config.rules) {
                let part = self.police_case(meta, draft).await?;
                let command = Command::Link {
                    other: part.after.id.clone(),
                    relation: Relation::Danger,
                };
                self.apply(meta, draft, &command)?;
                police.push(part);
            }
        }
        drafts.extend(police);
        for draft in drafts.iter_mut() {
            if !draft
                .events
                .iter()
                .any(|e| matches!(e, Event::Offered { .. }))
            {
                continue;
            }
            self.ensure_person(draft).await?;
            if let Some((row, before)) = &draft.before
                && before.twin.is_none()
            {
                draft.earlier = self.earlier(&row.id).await?;
                draft.earlier_files = self.wire_files(&draft.after).await?;
            }
        }
        Ok(())
    }

    /// Adds words to what was said, and keeps them to cross with the event.
    pub(crate) async fn supplement(
        &self,
        meta: &Meta,
        draft: &mut Draft,
        text: &str,
    ) -> Result<(), AppError> {
        self.ensure_person(draft).await?;
        self.append_words(meta, draft, text);
        Ok(())
    }

    /// Likewise, where the person was loaded.
    pub(crate) fn append_words(&self, meta: &Meta, draft: &mut Draft, text: &str) {
        if let Some(person) = draft.person.as_mut() {
            let calendar = self.inner.calendar.load();
            let stamp = calendar.stamp(meta.now);
            person
                .narrative
                .push_str(&format!("\n【补充 {stamp}】{text}"));
            draft.person_changed = true;
        }
        draft.words = Some(text.to_owned());
    }

    pub(crate) async fn ensure_person(&self, draft: &mut Draft) -> Result<(), AppError> {
        if draft.person.is_none() {
            draft.person = self.inner.store.person(draft.after.id.as_str()).await?;
        }
        Ok(())
    }

    async fn earlier(&self, id: &str) -> Result<Vec<Entry>, AppError> {
        let rows = self.inner.store.events(id, 0, 200).await?;
        Ok(rows
            .into_iter()
            .map(|row| Entry {
                kind: row.kind,
                at: row.at,
                unit: self.unit_name(&row.unit),
                seq: row.case_seq,
                body: row.body,
            })
            .collect())
    }

    /// Loads a case by id or printed number.
    pub(crate) async fn load(&self, case: &str) -> Result<Draft, AppError> {
        if case.contains('\0') {
            return Err(AppError::NotFound);
        }
        let row = if crate::chance::is_id(case) {
            self.inner.store.case(case).await?
        } else {
            self.inner.store.case_by_no(case).await?
        };
        Draft::of_row(row.ok_or(AppError::NotFound)?)
    }

    pub(crate) fn meta(&self, actor: &Actor, key: &CommandKey) -> Meta {
        Meta {
            now: self.now(),
            actor: actor.account.to_string(),
            unit: actor.unit.to_string(),
            unit_name: self.unit_name(actor.unit.as_str()),
            cause: key.id.clone(),
        }
    }

    /// Puts drafts into one change of the store and appends it.
    pub(crate) async fn append(
        &self,
        meta: &Meta,
        drafts: Vec<Draft>,
        key: Option<&CommandKey>,
        inbox: Option<store::InboxRow>,
    ) -> Result<(Done, Appended), AppendError> {
        let (change, done) = self.compose(meta, drafts, key, inbox).await?;
        let links: Vec<String> = change.outbox.iter().map(|e| e.link.clone()).collect();
        let appended = self.inner.store.append(change).await?;
        for link in links {
            self.wake(&link);
        }
        Ok((done, appended))
    }

    /// Puts drafts into one change of the store; whoever appends it wakes the links of its envelopes.
    pub(crate) async fn compose(
        &self,
        meta: &Meta,
        mut drafts: Vec<Draft>,
        key: Option<&CommandKey>,
        inbox: Option<store::InboxRow>,
    ) -> Result<(Change, Done), AppendError> {
        self.look_at_asking(&mut drafts)
            .await
            .map_err(AppendError::Store)?;
        self.change(meta, drafts, key, inbox)
            .map_err(|error| AppendError::Store(store::StoreError::Broken(error.to_string())))
    }

    pub(crate) fn change(
        &self,
        meta: &Meta,
        drafts: Vec<Draft>,
        key: Option<&CommandKey>,
        inbox: Option<store::InboxRow>,
    ) -> Result<(Change, Done), AppError> {
        let mut change = Change {
            inbox,
            ..Change::default()
        };
        let mut done = None;
        for draft in drafts {
            if draft.events.is_empty() {
                done.get_or_insert_with(|| done_of(&draft.after));
                continue;
            }
            let arbiter = draft.after.twin.as_ref().is_some_and(|twin| {
                self.rules()
                    .links
                    .iter()
                    .any(|l| l.link == twin.link && l.arbiter)
            });
            done.get_or_insert_with(|| done_of(&draft.after));
            let files = draft.files.iter().map(|row| {
                if row.origin.is_empty() {
                    Record::Attached(row.clone())
                } else {
                    Record::AttachmentHeard(row.clone())
                }
            });
            change.records.extend(files);
            change.records.extend(self.follow_up_records(meta, &draft));
            let messages = draft.messages.iter().cloned();
            let settled = crate::message::message_records(&draft, meta.now);
            let messages = messages.chain(settled).map(Record::Message);
            change.records.extend(messages);
            change
                .records
                .extend(self.supervision_records(&draft, meta)?);
            let (case, envelopes) = draft.change(meta, arbiter)?;
            change.cases.push(case);
            change.outbox.extend(envelopes);
        }
        let done = done.ok_or_else(|| AppError::Internal("an empty change".to_owned()))?;
        if let Some(key) = key {
            change.command = Some(store::CommandKey {
                id: key.id.clone(),
                digest: key.digest.clone(),
                answer: crate::draft::to_json(&done)?,
            });
        }
        Ok((change, done))
    }

    /// The answer to a command: the one kept with it if it is a repeat.
    pub(crate) fn settle(
        &self,
        appended: Result<(Done, Appended), AppendError>,
    ) -> Result<Done, AppError> {
        match appended {
            Ok((done, _)) => Ok(done),
            Err(AppendError::Repeated { answer }) => read_answer(&answer),
            Err(error) => Err(error.into()),
        }
    }
}

fn done_of(case: &Case) -> Done {
    Done {
        id: case.id.to_string(),
        no: case.no.clone(),
        version: case.version,
    }
}

pub(crate) fn read_answer(answer: &str) -> Result<Done, AppError> {
    serde_json::from_str(answer).map_err(|error| AppError::Internal(error.to_string()))
}

/// The contact a case came from, to begin another case with.
/// Case ids as text, for those who keep them.
pub(crate) fn ids(cases: &[CaseId]) -> Vec<String> {
    cases.iter().map(ToString::to_string).collect()
}
