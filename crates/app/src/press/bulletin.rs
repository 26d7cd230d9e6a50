//! Bulletins 通报 as records: gathered, edited, approved by somebody else, published as bytes that
//! never change, and noted as sent (R22, R44, R67, R72, R84, R120, R121, R129).

use super::compose::{Spell, sections, spell};
use crate::App;
use crate::case::CommandKey;
use crate::error::AppError;
use crate::office::allow;
use crate::view::{
    BulletinBrief, BulletinOrder, BulletinPage, BulletinReceiver, BulletinSection, BulletinView,
    NewBulletin, SectionWords,
};
use ::press::form::{BulletinKind, Section};
use domain::right::{Action, Actor, Resource, may};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use store::{BulletinRow, PressRecord, Record};

/// Bulletins of a page.
const PAGE: i64 = 50;
/// Characters of a section at most.
const TEXT_MOST: usize = 8_000;

/// What a command of bulletins is answered with, kept under its key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Changed {
    pub(super) id: String,
}

impl App {
    /// Bulletins, the newest first; units see what was published.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::Invalid`], the store's.
    pub async fn bulletins(&self, actor: &Actor, after: &str) -> Result<BulletinPage, AppError> {
        allow(actor, Action::ReadBulletin)?;
        let works = works(actor);
        let mut key = match after.split_once('.') {
            Some((at, id)) if !id.contains('\0') => match at.parse() {
                Ok(at) => (at, id.to_owned()),
                Err(_) => return Err(AppError::field("after", "malformed", "a page's next")),
            },
            None if after.is_empty() => (i64::MAX, String::new()),
            _ => return Err(AppError::field("after", "malformed", "a page's next")),
        };
        let mut rows: Vec<BulletinRow> = Vec::new();
        let mut next = None;
        // What a reader may not see leaves no gap in a page.
        loop {
            let found = self.store().bulletins(&key, PAGE).await?;
            let full = i64::try_from(found.len()).is_ok_and(|count| count == PAGE);
            if let Some(last) = found.last() {
                key = (last.made_at, last.id.clone());
            }
            rows.extend(
                found
                    .into_iter()
                    .filter(|row| works || row.state == "published"),
            );
            if full {
                next = Some(format!("{}.{}", key.0, key.1));
            }
            if !full || i64::try_from(rows.len()).is_ok_and(|count| count >= PAGE) {
                if !full {
                    next = None;
                }
                break;
            }
        }
        let names = self.names(rows.iter().flat_map(people)).await?;
        Ok(BulletinPage {
            items: rows
                .iter()
                .map(|row| self.bulletin_brief(row, &names))
                .collect(),
            next,
            may_draft: may(actor, Action::DraftBulletin, Resource::default()),
        })
    }

    /// A bulletin whole.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], the store's.
    pub async fn bulletin(&self, actor: &Actor, id: &str) -> Result<BulletinView, AppError> {
        allow(actor, Action::ReadBulletin)?;
        let row = self.bulletin_row(actor, id).await?;
        self.bulletin_view(actor, &row).await
    }

    pub(super) async fn bulletin_row(
        &self,
        actor: &Actor,
        id: &str,
    ) -> Result<BulletinRow, AppError> {
        let row = self.store().bulletin(id).await?;
        row.filter(|row| works(actor) || row.state == "published")
            .ok_or(AppError::NotFound)
    }

    async fn bulletin_view(
        &self,
        actor: &Actor,
        row: &BulletinRow,
    ) -> Result<BulletinView, AppError> {
        let sent = self.store().bulletin_sent(&row.id).await?;
        let accounts = sent.iter().map(|one| one.sent_by.clone());
        let names = self.names(people(row).chain(accounts)).await?;
        Ok(BulletinView {
            brief: self.bulletin_brief(row, &names),
            sections: read_sections(row)?
                .iter()
                .map(BulletinSection::from)
                .collect(),
            sent: sent
                .into_iter()
                .map(|one| BulletinReceiver {
                    by: names.get(&one.sent_by).cloned().unwrap_or_default(),
                    receiver: one.receiver,
                    way: one.way,
                    at: one.at,
                })
                .collect(),
            allowed: allowed(actor, row),
        })
    }

    fn bulletin_brief(&self, row: &BulletinRow, names: &HashMap<String, String>) -> BulletinBrief {
        let name = |account: &str| names.get(account).cloned().unwrap_or_default();
        BulletinBrief {
            id: row.id.clone(),
            kind: row.kind.clone(),
            title: row.title.clone(),
            state: row.state.clone(),
            revision: row.revision,
            number: (row.number > 0).then(|| {
                self.config()
                    .press
                    .wording
                    .numbered(&row.year.to_string(), &row.number.to_string())
            }),
            since: row.since,
            until: row.until,
            made_at: row.made_at,
            made_by: name(&row.made_by),
            changed_at: row.changed_at,
            changed_by: name(&row.changed_by),
            approved_at: row.approved_at,
            approved_by: name(&row.approved_by),
            published_at: row.published_at,
            digest: row.digest.clone(),
        }
    }

    /// The names of accounts.
    pub(crate) async fn names(
        &self,
        accounts: impl Iterator<Item = String>,
    ) -> Result<HashMap<String, String>, AppError> {
        let mut names = HashMap::new();
        for account in accounts {
            if !account.is_empty() && !names.contains_key(&account) {
                let found = self.store().account(&account).await?;
                names.insert(account, found.map(|a| a.name).unwrap_or_default());
            }
        }
        Ok(names)
    }

    /// Begins a bulletin: counts its figures and puts them into words.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::Invalid`], the store's.
    pub async fn begin_bulletin(
        &self,
        actor: &Actor,
        new: &NewBulletin,
        key: &CommandKey,
    ) -> Result<BulletinView, AppError> {
        allow(actor, Action::DraftBulletin)?;
        let Some(kind) = BulletinKind::parse(&new.kind) else {
            let detail = "weekly, monthly, year or benefit";
            return Err(AppError::field("kind", "unknown_word", detail));
        };
        let spell = self.spell_of(kind, new.day.as_deref())?;
        let changed = match self.answered::<Changed>(key).await? {
            Some(changed) => changed,
            None => {
                let id = self.new_id();
                let row = self
                    .bulletin_of(id, kind, &spell, actor.account.as_str())
                    .await?;
                let audit = self.bulletin_audit(actor, "begin_bulletin", &row);
                let answer = Changed { id: row.id.clone() };
                let records = vec![Record::Press(PressRecord::Bulletin(row)), audit];
                self.record(key, answer, records, Vec::new()).await?
            }
        };
        self.bulletin(actor, &changed.id).await
    }

    pub(super) fn spell_of(
        &self,
        kind: BulletinKind,
        day: Option<&str>,
    ) -> Result<Spell, AppError> {
        let calendar = self.inner.calendar.load();
        let today = calendar.day_of(self.now());
        let wrong = || AppError::field("day", "unreadable", "a day as 2026-11-22");
        match day {
            Some(day) => {
                let day = day.parse().map_err(|_| wrong())?;
                spell(kind, day, &calendar).ok_or_else(wrong)
            }
            None => {
                let current = spell(kind, today, &calendar).ok_or_else(wrong)?;
                let last = calendar.day_of(current.since.saturating_sub(1));
                spell(kind, last, &calendar).ok_or_else(wrong)
            }
        }
    }

    pub(super) async fn bulletin_of(
        &self,
        id: String,
        kind: BulletinKind,
        spell: &Spell,
        account: &str,
    ) -> Result<BulletinRow, AppError> {
        let now = self.now();
        let material = self.material(kind, spell).await?;
        let (wording, platform) = (&self.config().press.wording, &self.config().platform.name);
        let opening = Section {
            text: kind.opening(wording, platform, &spell.words),
            ..Section::default()
        };
        let all: Vec<Section> = std::iter::once(opening)
            .chain(sections(kind, &material))
            .collect();
        Ok(BulletinRow {
            id,
            kind: kind.as_str().to_owned(),
            since: spell.since,
            until: spell.until,
            title: kind.title(wording, platform, &spell.words),
            state: "draft".to_owned(),
            revision: 1,
            body: crate::draft::to_json(&all)?,
            made_at: now,
            made_by: account.to_owned(),
            changed_at: now,
            changed_by: account.to_owned(),
            ..BulletinRow::default()
        })
    }

    pub(super) fn bulletin_audit(&self, actor: &Actor, action: &str, row: &BulletinRow) -> Record {
        let detail =
            serde_json::json!({"kind": row.kind, "revision": row.revision, "title": row.title});
        let resource = format!("bulletin/{}", row.id);
        self.audit_detailed(actor, action, &resource, "", &detail)
    }

    /// Does something to a bulletin.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Conflict`] with its revision where
    /// somebody else was faster, [`AppError::Duties`] for one's own, [`AppError::Invalid`],
    /// [`AppError::NoFont`] when it is to be published, the store's.
    pub async fn change_bulletin(
        &self,
        actor: &Actor,
        id: &str,
        order: &BulletinOrder,
        key: &CommandKey,
    ) -> Result<BulletinView, AppError> {
        allow(actor, Action::ReadBulletin)?;
        allow(
            actor,
            match order {
                BulletinOrder::Approve { .. } => Action::ApproveBulletin,
                _ => Action::DraftBulletin,
            },
        )?;
        let _turn = self.inner.office.lock().await;
        if self.answered::<Changed>(key).await?.is_none() {
            let row = self.bulletin_row(actor, id).await?;
            self.carry_out_bulletin(actor, row, order, key).await?;
        }
        self.bulletin(actor, id).await
    }

    async fn carry_out_bulletin(
        &self,
        actor: &Actor,
        row: BulletinRow,
        order: &BulletinOrder,
        key: &CommandKey,
    ) -> Result<(), AppError> {
        let (seen, word) = match order {
            BulletinOrder::Save { revision, .. } => (*revision, "save"),
            BulletinOrder::Gather { revision } => (*revision, "gather"),
            BulletinOrder::Approve { revision } => (*revision, "approve"),
            BulletinOrder::Publish { revision } => (*revision, "publish"),
            BulletinOrder::Drop { revision } => (*revision, "drop"),
            BulletinOrder::Send { .. } => (row.revision, "send"),
        };
        if seen != row.revision {
            return Err(AppError::Conflict {
                actual: row.revision,
            });
        }
        if matches!(order, BulletinOrder::Approve { .. }) && wrote(actor, &row) {
            return Err(AppError::Duties("own_bulletin"));
        }
        if !allowed(actor, &row).iter().any(|may| may == word) {
            let detail = format!("a bulletin that is {} cannot be: {word}", row.state);
            return Err(AppError::field("change", "bulletin_state", detail));
        }
        let over = row.revision;
        let mut next = BulletinRow {
            revision: over.saturating_add(1),
            ..row.clone()
        };
        let mut records = Vec::new();
        match order {
            BulletinOrder::Save {
                title, sections, ..
            } => {
                next.title = checked("title", title, 1, 120)?;
                let known = read_sections(&row)?;
                next.body = crate::draft::to_json(&reworded(known, sections)?)?;
                self.written(actor, &mut next);
            }
            BulletinOrder::Gather { .. } => {
                let fresh = self.recounted(&row).await?;
                next.body = crate::draft::to_json(&fresh)?;
                self.written(actor, &mut next);
            }
            BulletinOrder::Approve { .. } => {
                "approved".clone_into(&mut next.state);
                next.approved_at = Some(self.now());
                next.approved_by = actor.account.to_string();
            }
            BulletinOrder::Publish { .. } => records = self.published(actor, &mut next).await?,
            BulletinOrder::Drop { .. } => "dropped".clone_into(&mut next.state),
            BulletinOrder::Send { receivers, way } => {
                return self.note_sent(actor, &row, receivers, way, key).await;
            }
        }
        let audit = self.bulletin_audit(actor, &format!("{word}_bulletin"), &next);
        let answer = Changed { id: row.id.clone() };
        records.push(Record::Press(PressRecord::BulletinSaved {
            over,
            row: next,
        }));
        records.push(audit);
        match self.record(key, answer, records, Vec::new()).await {
            Ok(_) => {
                if matches!(order, BulletinOrder::Publish { .. }) {
                    self.wake_reach();
                }
                Ok(())
            }
            // That another process was faster is what the revision shows.
            Err(error) => match self.store().bulletin(&row.id).await? {
                Some(now) if now.revision != over => Err(AppError::Conflict {
                    actual: now.revision,
                }),
                _ => Err(error),
            },
        }
    }

    /// What was changed has to be approved anew.
    fn written(&self, actor: &Actor, row: &mut BulletinRow) {
        row.changed_at = self.now();
        row.changed_by = actor.account.to_string();
        "draft".clone_into(&mut row.state);
        row.approved_at = None;
        row.approved_by = String::new();
    }

    /// The figures as they are now under the words as they were.
    async fn recounted(&self, row: &BulletinRow) -> Result<Vec<Section>, AppError> {
        let kind = BulletinKind::parse(&row.kind)
            .ok_or_else(|| AppError::Internal(format!("a bulletin of kind {}", row.kind)))?;
        let calendar = self.inner.calendar.load();
        let spell = spell(kind, calendar.day_of(row.since), &calendar)
            .ok_or_else(|| AppError::Internal("a bulletin beyond the calendar".to_owned()))?;
        let fresh = self.bulletin_of(row.id.clone(), kind, &spell, "").await?;
        let mut known = read_sections(row)?;
        let fresh = read_sections(&fresh)?;
        // A section whose words were made of figures gets its new words; what people wrote stays.
        for section in &mut known {
            if let Some(new) = fresh.iter().find(|new| new.heading == section.heading) {
                section.tables.clone_from(&new.tables);
                section.charts.clone_from(&new.charts);
                if !new.text.is_empty() && !new.heading.is_empty() {
                    section.text.clone_from(&new.text);
                }
            }
        }
        Ok(known)
    }
}

/// Who sees drafts: whoever writes, approves or assesses.
fn works(actor: &Actor) -> bool {
    [
        Action::DraftBulletin,
        Action::ApproveBulletin,
        Action::ReadDesk,
    ]
    .into_iter()
    .any(|action| may(actor, action, Resource::default()))
}

/// Whether this person's words or choice of figures are in it.
fn wrote(actor: &Actor, row: &BulletinRow) -> bool {
    let account = actor.account.as_str();
    account == row.changed_by || account == row.made_by
}

/// What may be done to it now, by this person.
fn allowed(actor: &Actor, row: &BulletinRow) -> Vec<String> {
    let may = |action| may(actor, action, Resource::default());
    let (drafts, approves) = (may(Action::DraftBulletin), may(Action::ApproveBulletin));
    let words: &[(&str, bool)] = match row.state.as_str() {
        "draft" => &[
            ("save", drafts),
            ("gather", drafts),
            ("approve", approves && !wrote(actor, row)),
            ("drop", drafts),
        ],
        "approved" => &[
            ("save", drafts),
            ("gather", drafts),
            ("publish", drafts),
            ("drop", drafts),
        ],
        "published" => &[("send", drafts)],
        _ => &[],
    };
    let some = words.iter().filter(|(_, may)| *may);
    some.map(|(word, _)| (*word).to_owned()).collect()
}

fn people(row: &BulletinRow) -> impl Iterator<Item = String> + use<> {
    [&row.made_by, &row.changed_by, &row.approved_by]
        .map(Clone::clone)
        .into_iter()
}

pub(super) fn read_sections(row: &BulletinRow) -> Result<Vec<Section>, AppError> {
    serde_json::from_str(&row.body)
        .map_err(|error| AppError::Internal(format!("a bulletin cannot be read: {error}")))
}

/// The sections with new words and the same figures.
fn reworded(known: Vec<Section>, words: &[SectionWords]) -> Result<Vec<Section>, AppError> {
    if known.len() != words.len() {
        let detail = format!("{} sections", known.len());
        return Err(AppError::field("sections", "wrong_count", detail));
    }
    known
        .into_iter()
        .zip(words)
        .map(|(section, words)| {
            Ok(Section {
                heading: checked("sections.heading", &words.heading, 0, 60)?,
                text: checked("sections.text", &words.text, 0, TEXT_MOST)?,
                ..section
            })
        })
        .collect()
}

pub(super) fn checked(
    field: &str,
    text: &str,
    least: usize,
    most: usize,
) -> Result<String, AppError> {
    let text = text.trim_end();
    if (least..=most).contains(&text.chars().count()) && !text.contains('\0') {
        Ok(text.to_owned())
    } else {
        let detail = format!("{least} to {most} characters");
        Err(AppError::field(field, "text_length", detail))
    }
}
