//! A bulletin leaves the house: published, handed out, noted as sent, and begun by the schedule.

use super::bulletin::{Changed, checked, read_sections};
use super::compose::digest;
use super::{PDF, Paper, XLSX};
use crate::App;
use crate::case::CommandKey;
use crate::error::AppError;
use crate::office::allow;
use ::press::Document;
use ::press::form::Bulletin;
use domain::id::AccountId;
use domain::right::{Action, Actor};
use store::{BulletinRow, BulletinSentRow, PressRecord, ReachRecord, Record};

/// Receivers noted at once.
const RECEIVERS_MOST: usize = 200;
/// Bytes of a part of a published file.
const PART: usize = 256 * 1024;
/// Ways a bulletin is sent.
const WAYS: [&str; 4] = ["console", "mail", "paper", "other"];

impl App {
    /// Numbers, prints and freezes a bulletin.
    pub(super) async fn published(
        &self,
        actor: &Actor,
        row: &mut BulletinRow,
    ) -> Result<Vec<Record>, AppError> {
        let now = self.now();
        row.published_at = Some(now);
        row.published_by = actor.account.to_string();
        row.year = i64::from(self.paper_day(now).year);
        row.number = self.store().bulletin_number(row.year).await? + 1;
        "published".clone_into(&mut row.state);
        let document = self.bulletin_document(row)?;
        let sheet = sheet_of(&document)?;
        let printed = self.print(document).await?;
        row.digest = digest(&printed.bytes);
        row.sheet_digest = digest(&sheet);
        let files = [("pdf", printed.bytes), ("xlsx", sheet)];
        let mut records: Vec<Record> = files
            .into_iter()
            .map(|(end, bytes)| {
                Record::Press(PressRecord::Bytes {
                    id: format!("{}.{end}", row.id),
                    parts: bytes.chunks(PART).map(<[u8]>::to_vec).collect(),
                })
            })
            .collect();
        records.extend(self.told_of(actor, row, now));
        Ok(records)
    }

    /// Sends it to every member unit: each is told, and noted as a receiver. Where the site's rules say
    /// nothing of bulletins nobody is told, and the sending is noted by hand.
    fn told_of(&self, actor: &Actor, row: &BulletinRow, now: i64) -> Vec<Record> {
        let wording = &self.config().press.wording;
        let number = wording.numbered(&row.year.to_string(), &row.number.to_string());
        let mut records = Vec::new();
        for unit in self.roster_units().into_iter().skip(1) {
            let Some(notice) = self.bulletin_notice(&unit, &number, &row.title) else {
                continue;
            };
            records.push(Record::Reach(ReachRecord::Notice(notice)));
            records.push(Record::Press(PressRecord::BulletinSent(BulletinSentRow {
                id: self.new_id(),
                bulletin: row.id.clone(),
                receiver: self.unit_name(unit.as_str()),
                way: "console".to_owned(),
                at: now,
                sent_by: actor.account.to_string(),
            })));
        }
        records
    }

    fn bulletin_document(&self, row: &BulletinRow) -> Result<Document, AppError> {
        let day = self.paper_day(row.published_at.unwrap_or_else(|| self.now()));
        let bulletin = Bulletin {
            platform: self.config().platform.name.clone(),
            title: row.title.clone(),
            number: u32::try_from(row.number).ok().filter(|n| *n > 0),
            sections: read_sections(row)?,
            day,
        };
        Ok(bulletin.document(&self.config().press.wording))
    }

    pub(super) async fn note_sent(
        &self,
        actor: &Actor,
        row: &BulletinRow,
        receivers: &[String],
        way: &str,
        key: &CommandKey,
    ) -> Result<(), AppError> {
        if !WAYS.contains(&way) {
            return Err(AppError::field("way", "unknown_word", WAYS.join(", ")));
        }
        if receivers.is_empty() || receivers.len() > RECEIVERS_MOST {
            let detail = format!("1 to {RECEIVERS_MOST} receivers");
            return Err(AppError::field("receivers", "too_many", detail));
        }
        let mut records = Vec::with_capacity(receivers.len() + 1);
        for receiver in receivers {
            records.push(Record::Press(PressRecord::BulletinSent(BulletinSentRow {
                id: self.new_id(),
                bulletin: row.id.clone(),
                receiver: checked("receivers", receiver, 1, 60)?,
                way: way.to_owned(),
                at: self.now(),
                sent_by: actor.account.to_string(),
            })));
        }
        records.push(self.bulletin_audit(actor, "send_bulletin", row));
        let answer = Changed { id: row.id.clone() };
        self.record(key, answer, records, Vec::new()).await?;
        Ok(())
    }

    /// A bulletin as a file: `pdf` or `xlsx`. What was published comes as it was frozen; everything
    /// else is made of what it is now.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::NoFont`], the store's.
    pub async fn bulletin_paper(
        &self,
        actor: &Actor,
        id: &str,
        format: &str,
    ) -> Result<Paper, AppError> {
        allow(actor, Action::ReadBulletin)?;
        let media = match format {
            "pdf" => PDF,
            "xlsx" => XLSX,
            _ => return Err(AppError::field("format", "unknown_word", "pdf or xlsx")),
        };
        let row = self.bulletin_row(actor, id).await?;
        let bytes = if row.state == "published" {
            let bytes = self.kept_bytes(&format!("{id}.{format}")).await?;
            let known = if format == "pdf" {
                &row.digest
            } else {
                &row.sheet_digest
            };
            if digest(&bytes) != *known {
                return Err(AppError::Internal(format!(
                    "bulletin {id} is not what was published"
                )));
            }
            bytes
        } else {
            let document = self.bulletin_document(&row)?;
            if format == "pdf" {
                self.print(document).await?.bytes
            } else {
                sheet_of(&document)?
            }
        };
        Ok(Paper {
            name: format!("{}.{format}", row.title),
            media,
            bytes,
        })
    }

    /// Bytes that lie in parts under an id.
    pub(crate) async fn kept_bytes(&self, id: &str) -> Result<Vec<u8>, AppError> {
        let mut bytes = Vec::new();
        for n in 0_i64.. {
            match self.store().attachment_part(id, n).await? {
                Some(part) => bytes.extend(part),
                None => break,
            }
        }
        Ok(bytes)
    }

    /// Begins the bulletins that the schedule wants and that are not there yet. Done twice it does
    /// nothing: the id is made of kind and span.
    ///
    /// # Errors
    /// The store's.
    pub async fn schedule_bulletins(&self) -> Result<usize, AppError> {
        let mut begun = 0;
        for kind in self.config().press.schedule.clone() {
            let spell = self.spell_of(kind, None)?;
            let since = spell.since.to_string();
            let platform = &self.config().platform.id;
            let id = crate::chance::named_id(&["bulletin", platform, kind.as_str(), &since]);
            if self.store().bulletin(&id).await?.is_some() {
                continue;
            }
            let row = self.bulletin_of(id, kind, &spell, "").await?;
            let machine = Actor {
                account: AccountId::new(""),
                ..self.machine()
            };
            let audit = self.bulletin_audit(&machine, "begin_bulletin", &row);
            let records = vec![Record::Press(PressRecord::Bulletin(row)), audit];
            let change = store::Change {
                records,
                ..store::Change::default()
            };
            match self.store().append(change).await {
                Ok(_) => begun += 1,
                // Another process of the platform was faster.
                Err(store::AppendError::Duplicate { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(begun)
    }
}

fn sheet_of(document: &Document) -> Result<Vec<u8>, AppError> {
    ::press::sheet(document).map_err(|error| AppError::Internal(error.to_string()))
}
