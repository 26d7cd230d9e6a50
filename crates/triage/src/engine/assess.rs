//! The one call behind desk, office, command line and measurement: rules first, then the heads.

use super::{Engine, Query, decide};
use crate::learn::{Model, Opinion, Settled};
use crate::narrative::Narrative;
use crate::suggestion::Suggestion;
use domain::id::MatterCode;
use serde::{Deserialize, Serialize};

/// Everything that is made of one contact (law 11: each part says what it rests on).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// What is suggested; its desk is the settled one.
    #[serde(flatten)]
    pub said: Suggestion,
    /// How sure the screen may look, what else to offer, and what the heads said.
    pub opinion: Opinion,
    /// Desk and row out of rules and heads, each with how likely it is.
    pub settled: Settled,
}

impl Engine {
    /// Asks every layer: danger, the list, the heads of `model` (none while it is not there yet), and
    /// settles the desk. Where rules and heads name different desks, the two desks and the caller decide
    /// together; a row and a danger stay what the rules and the ear said.
    #[must_use]
    pub fn assess(&self, query: &Query<'_>, model: Option<&Model>) -> Assessment {
        let narrative = Narrative::new(query.narrative);
        let mut said = self.suggested(query, &narrative);
        let opinion = model
            .map(|model| model.opinion_of(&narrative, query.narrative, &said))
            .unwrap_or_default();
        let settled = opinion.settle(&said, |row| {
            self.matter(&MatterCode::from(row)).map(|m| m.desk)
        });
        if let Some((desk, _)) = settled.desk.filter(|_| said.danger.is_empty()) {
            if said.desk.is_some_and(|ruled| ruled != desk) {
                decide::consult(self, &mut said);
            }
            said.desk = Some(desk);
        }
        Assessment {
            said,
            opinion,
            settled,
        }
    }
}
