//! The citizen's own door: report without signing in, follow by number and key or by number and
//! telephone, and say what the answer was worth.

use super::act::CommandKey;
use super::order::Order;
use crate::App;
use crate::attachment::Upload;
use crate::chance::{digest_of, hex};
use crate::draft::Draft;
use crate::error::AppError;
use crate::view::NewContact;
use domain::case::{Command, Solved, Status};
use domain::desk::Channel;
use domain::followup::RatingFlag;
use domain::id::{AccountId, UnitId};
use domain::right::Actor;
use serde::{Deserialize, Serialize};
use store::AppendError;
use utoipa::ToSchema;

/// Most characters of the words beside a rating.
pub(crate) const WORDS_MOST: usize = 1_000;
/// How often a rating is decided anew when somebody else was faster.
pub(crate) const TRIES: usize = 16;

/// A citizen's report.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublicReport {
    /// What happened; 1 to 4,000 characters.
    pub narrative: String,
    /// Where.
    #[serde(default)]
    pub place: String,
    /// Who.
    #[serde(default)]
    pub name: String,
    /// Number to call back.
    pub number: String,
    /// Keep my name from the units.
    #[serde(default)]
    pub confidential: bool,
}

/// What the citizen keeps.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PublicReceipt {
    /// The number of the case.
    pub no: String,
    /// The key to follow it with.
    pub key: String,
}

/// What proves that a report is the asker's: the key, or the telephone number it was made with.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublicProof {
    /// The key that was given with the number.
    #[serde(default)]
    pub key: String,
    /// The telephone number.
    #[serde(default)]
    pub number: String,
}

/// How it stands, in what a citizen may see.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PublicStatus {
    /// The number.
    pub no: String,
    /// `received`, `handling`, `elsewhere` or `closed`.
    pub status: String,
    /// Since when.
    pub since: i64,
    /// The public reply, once there is one.
    pub reply: Option<String>,
    /// When it was given.
    pub replied_at: Option<i64>,
    /// Whether there is an answer that was not rated yet.
    pub may_rate: bool,
    /// What was said of this answer.
    #[schema(value_type = Option<Object>)]
    pub rating: Option<domain::case::Rated>,
    /// How many pictures and other files it has.
    pub attachments: u16,
}

/// What a citizen says of the answer.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublicRating {
    /// What proves that the report is theirs.
    pub proof: PublicProof,
    /// Whether the unit got in touch.
    pub reached: bool,
    /// Solved or not.
    #[schema(value_type = String)]
    pub solved: Solved,
    /// The desk, 1 very dissatisfied … 5 very satisfied.
    pub desk_mark: u8,
    /// The unit, likewise.
    pub unit_mark: u8,
    /// A word with it.
    #[serde(default)]
    pub words: String,
}

/// From where somebody without a session asks; kept only as a keyed digest.
#[derive(Debug, Clone, Default)]
pub struct Visitor {
    /// The address.
    pub address: String,
    /// What the browser says it is.
    pub agent: String,
}

/// Whether what is being written speaks of danger.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PublicDanger {
    /// The signs; none where there is no danger.
    pub signs: Vec<PublicSign>,
}

/// A sign of danger.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PublicSign {
    /// The words that fired it. What the rule tells the desk to ask is not for the caller.
    pub words: String,
}

impl App {
    /// Takes a citizen's report: the same command as an operator's.
    ///
    /// # Errors
    /// [`AppError::Invalid`], the store's.
    pub async fn public_report(
        &self,
        report: PublicReport,
        key: &CommandKey,
    ) -> Result<PublicReceipt, AppError> {
        if super::digits(&report.number).len() < 5 {
            return Err(AppError::field(
                "number",
                "required",
                "a number to call back",
            ));
        }
        let contact = NewContact {
            channel: Channel::Web,
            narrative: report.narrative,
            place: report.place,
            district: String::new(),
            point: None,
            caller_number: report.number.clone(),
            contact_number: report.number,
            caller_name: report.name,
            confidential: report.confidential,
            happened_at: None,
            dismissed: Vec::new(),
            then: None,
            source: String::new(),
        };
        let done = self.take_as(&self.machine(), &contact, key).await?;
        let key = self.follow_key(&done.no);
        Ok(PublicReceipt { no: done.no, key })
    }

    /// Whether these words speak of danger, by the same rules as at the desk.
    #[must_use]
    pub fn public_danger(&self, narrative: &str) -> PublicDanger {
        let short: String = narrative
            .chars()
            .take(super::take::NARRATIVE_MOST)
            .collect();
        let said = self.triage(&short, "", "");
        PublicDanger {
            signs: said
                .danger
                .iter()
                .map(|sign| PublicSign {
                    words: sign.words.clone(),
                })
                .collect(),
        }
    }

    /// How a reported case stands. A wrong proof and a wrong number look alike.
    ///
    /// # Errors
    /// [`AppError::NotFound`], the store's.
    pub async fn public_follow(
        &self,
        no: &str,
        proof: &PublicProof,
    ) -> Result<PublicStatus, AppError> {
        let draft = self.proved(no, proof).await?;
        Ok(public_status(&draft))
    }

    /// Takes what the citizen says of the answer, once for each. Their words are kept as a
    /// supplement, and looked at for danger like any other (law 5).
    ///
    /// # Errors
    /// [`AppError::NotFound`], the refusal, the store's.
    pub async fn public_rate(
        &self,
        no: &str,
        rating: &PublicRating,
        from: &Visitor,
        key: &CommandKey,
    ) -> Result<PublicStatus, AppError> {
        let words = rating.words.trim();
        if words.chars().count() > WORDS_MOST || words.contains('\0') {
            let detail = "at most 1,000 characters";
            return Err(AppError::field("words", "text_length", detail));
        }
        let draft = self.proved(no, &rating.proof).await?;
        if let Some((digest, _)) = self.inner.store.command_answer(&key.id).await? {
            return if digest == key.digest {
                Ok(public_status(&draft))
            } else {
                Err(AppError::KeyReused)
            };
        }
        let id = draft.after.id.to_string();
        let _turn = self.inner.turns.at(&id).await;
        for _ in 0..TRIES {
            let mut drafts = vec![self.load(&id).await?];
            let meta = self.meta(&self.machine(), key);
            let proof = [rating.proof.number.clone()];
            let doubt = self.doubt(&drafts, from, &proof).await?;
            self.rate(&meta, &mut drafts, rating, words, None, doubt.flags.clone())
                .await?;
            self.follow(&meta, &mut drafts).await?;
            match self
                .append_rated(&meta, drafts, key, doubt.seen, None)
                .await
            {
                Err(AppendError::Conflict { .. }) => {}
                // A police case for a danger in the words was begun under a number given before.
                Err(AppendError::Duplicate { what }) if what.contains("no") => {
                    self.skip_number(meta.now).await?;
                }
                other => {
                    let done = self.settle(other)?;
                    return Ok(public_status(&self.load(&done.id).await?));
                }
            }
        }
        Err(AppError::Unavailable("the case is too busy".to_owned()))
    }

    pub(crate) async fn rate(
        &self,
        meta: &crate::draft::Meta,
        drafts: &mut [Draft],
        rating: &PublicRating,
        words: &str,
        link: Option<&str>,
        flags: Vec<RatingFlag>,
    ) -> Result<(), AppError> {
        let Some(draft) = drafts.first_mut() else {
            return Ok(());
        };
        let more = if words.is_empty() {
            None
        } else {
            let said = Order::AddDetail(words.to_owned());
            Some(self.command_of(&said, &draft.after.classification)?)
        };
        let digest = match &more {
            Some(Command::AddDetail { digest, .. }) => digest.clone(),
            _ => String::new(),
        };
        let command = Command::Rate {
            reached: rating.reached,
            solved: rating.solved,
            desk: rating.desk_mark,
            unit: rating.unit_mark,
            words: digest,
            by_link: link.is_some(),
            flags,
        };
        self.apply(meta, draft, &command)?;
        if let Some(more) = more {
            self.apply(meta, draft, &more)?;
            self.supplement(meta, draft, words).await?;
        }
        Ok(())
    }

    /// Begins a picture that a citizen adds to the report.
    ///
    /// # Errors
    /// [`AppError::NotFound`], a name that is none, the store's.
    pub async fn public_upload(
        &self,
        no: &str,
        proof: &PublicProof,
        name: &str,
        command: &str,
    ) -> Result<Upload, AppError> {
        let draft = self.proved(no, proof).await?;
        let upload = self
            .begin_upload(&self.machine(), &draft, None, name, command)
            .await?;
        Ok(upload.pictures_only())
    }

    /// The case of that number, if the proof is its own. What is wrong is not told.
    async fn proved(&self, no: &str, proof: &PublicProof) -> Result<Draft, AppError> {
        let no = no.trim();
        // By its number alone: an id is no secret and nothing a citizen was given.
        if crate::chance::is_id(no) {
            return Err(AppError::NotFound);
        }
        let same = |known: &str, given: &str| -> bool {
            subtle::ConstantTimeEq::ct_eq(known.as_bytes(), given.as_bytes()).into()
        };
        if same(&self.follow_key(no), proof.key.trim()) {
            return self.load(no).await;
        }
        let given = super::digits(&proof.number);
        if given.len() < 5 {
            return Err(AppError::NotFound);
        }
        let mut draft = self.load(no).await?;
        self.ensure_person(&mut draft).await?;
        let person = draft.person.as_ref().ok_or(AppError::NotFound)?;
        let numbers = [&person.caller_number, &person.contact_number];
        if numbers
            .iter()
            .any(|known| same(&super::digits(known), &given))
        {
            draft.person = None;
            Ok(draft)
        } else {
            Err(AppError::NotFound)
        }
    }

    fn follow_key(&self, no: &str) -> String {
        let digest = digest_of(&[&self.inner.site_key, "follow", no.trim()]);
        hex(digest.get(..8).unwrap_or_default())
    }

    /// The machine as an actor: forms, imports, peers and clocks act through it.
    pub(crate) fn machine(&self) -> Actor {
        Actor {
            account: AccountId::new(""),
            name: self.inner.config.platform.name.clone(),
            roles: Vec::new(),
            unit: UnitId::new(self.rules().desk_unit.as_str()),
        }
    }
}

fn public_status(draft: &Draft) -> PublicStatus {
    let case = &draft.after;
    let told = case.told_result();
    let status = match case.status() {
        Status::Taken | Status::Incoming => "received",
        Status::Offered | Status::Elsewhere => "elsewhere",
        Status::Closed => "closed",
        _ => "handling",
    };
    let rating = case
        .rating
        .clone()
        .filter(|rating| told.is_some_and(|result| result.at == rating.result_at))
        // Whether it is looked at is no business of who gave it.
        .map(|rating| domain::case::Rated {
            flags: Vec::new(),
            ..rating
        });
    PublicStatus {
        no: case.no.clone(),
        status: status.to_owned(),
        since: case.held_since,
        reply: told.map(|result| result.public_reply.clone()),
        replied_at: told.map(|result| result.at),
        may_rate: told.is_some() && rating.is_none(),
        rating,
        attachments: case.attachments,
    }
}
