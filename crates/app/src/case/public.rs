//! The citizen's own form: report without signing in, follow by number and key.

use super::act::CommandKey;
use crate::App;
use crate::chance::{digest_of, hex};
use crate::error::AppError;
use crate::view::NewContact;
use domain::case::Status;
use domain::desk::Channel;
use domain::id::{AccountId, UnitId};
use domain::right::Actor;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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

    /// How a reported case stands. A wrong key and a wrong number look alike.
    ///
    /// # Errors
    /// [`AppError::NotFound`], the store's.
    pub async fn public_follow(&self, no: &str, key: &str) -> Result<PublicStatus, AppError> {
        let expected = self.follow_key(no);
        let same: bool =
            subtle::ConstantTimeEq::ct_eq(expected.as_bytes(), key.trim().as_bytes()).into();
        if !same {
            return Err(AppError::NotFound);
        }
        let draft = self.load(no).await?;
        let case = &draft.after;
        let result = case
            .result
            .as_ref()
            .filter(|_| case.reviewed || case.closed_at.is_some());
        let reply = result
            .or(case.peer_result.as_ref())
            .map(|r| r.public_reply.clone());
        let status = match case.status() {
            Status::Taken | Status::Incoming => "received",
            Status::Offered | Status::Elsewhere => "elsewhere",
            Status::Closed => "closed",
            _ => "handling",
        };
        Ok(PublicStatus {
            no: case.no.clone(),
            status: status.to_owned(),
            since: case.held_since,
            reply,
        })
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
