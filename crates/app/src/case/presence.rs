//! Who is on a case now, so that two people are told of each other before they collide. It is in no
//! log; the store holds it only so that people at different processes hear of each other.

use crate::App;
use crate::error::AppError;
use domain::right::Actor;
use serde::{Deserialize, Serialize};
use store::{PresenceRow, SeatRecord};
use utoipa::ToSchema;

/// How long somebody counts as there who says nothing more, milliseconds.
const STAYS: i64 = 40_000;
/// What the store calls it. The one sorts behind the other.
const LOOKING: &str = "looking";
const WRITING: &str = "writing";

/// What somebody does on a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Doing {
    /// Reads it.
    Looking,
    /// Has a form of it open.
    Writing,
    /// Goes away.
    Leaving,
}

/// Somebody else on the same case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PresentView {
    /// Who.
    pub name: String,
    /// Of which unit.
    pub unit_name: String,
    /// What they do.
    pub doing: Doing,
}

/// Who else is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PresenceView {
    /// Those who write first.
    pub others: Vec<PresentView>,
}

impl App {
    /// Says that this actor is on a case, and hears who else is, on whatever process.
    ///
    /// # Errors
    /// [`AppError::NotFound`], the store's.
    pub async fn present(
        &self,
        actor: &Actor,
        case: &str,
        doing: Doing,
    ) -> Result<PresenceView, AppError> {
        let draft = self.load(case).await?;
        self.readable(actor, &draft.after)?;
        let case_id = draft.after.id.to_string();
        let account_id = actor.account.to_string();
        let now = self.now();
        let said = match doing {
            Doing::Leaving => SeatRecord::Gone {
                case_id: case_id.clone(),
                account_id: account_id.clone(),
            },
            doing => SeatRecord::Present(PresenceRow {
                case_id: case_id.clone(),
                account_id: account_id.clone(),
                name: actor.name.clone(),
                unit: actor.unit.to_string(),
                doing: if doing == Doing::Writing {
                    WRITING
                } else {
                    LOOKING
                }
                .to_owned(),
                seen_at: now,
            }),
        };
        self.note_seat(said).await;
        let there = self.inner.store.presence(&case_id, now - STAYS).await?;
        let others = there
            .into_iter()
            .filter(|row| row.account_id != account_id)
            .map(|row| PresentView {
                name: row.name,
                unit_name: self.unit_name(&row.unit),
                doing: if row.doing == WRITING {
                    Doing::Writing
                } else {
                    Doing::Looking
                },
            })
            .collect();
        Ok(PresenceView { others })
    }
}
