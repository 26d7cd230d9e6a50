//! Writes to the tables of scores.

use crate::append::plan::Step;
use crate::append::write;
use crate::row::{CaseFactRow, ScoreClaimRow, ScorePublicationRow, ScoreRuleRow};
use crate::value::{Field, IntoRow, Value};

/// One write to the tables of scores.
#[derive(Debug, Clone)]
pub enum ScoreRecord {
    /// Puts the facts of a case.
    Fact(CaseFactRow),
    /// Throws all facts away.
    FactsGone,
    /// Takes a text of metrics and schemes; a number that is there already refuses the change.
    Rule(ScoreRuleRow),
    /// Asks something of a score.
    Claim(ScoreClaimRow),
    /// Decides on it; what was decided before refuses the change.
    ClaimDecided {
        /// Which.
        id: String,
        /// `upheld` or `dismissed`.
        state: &'static str,
        /// When.
        at: i64,
        /// By which account.
        by: String,
        /// By whom.
        name: String,
        /// Why.
        decision: String,
    },
    /// Publishes a period. It is never changed.
    Publication(ScorePublicationRow),
}

impl ScoreRecord {
    /// Turns the record into writes, on the caller's thread.
    pub(crate) fn plan(self, steps: &mut Vec<Step>) {
        match self {
            Self::Fact(row) => {
                let key = vec![Value::Text(row.case_id.clone())];
                steps.push(Step::any(&write::CASE_FACT_DELETE, key));
                steps.push(Step::any(&write::CASE_FACT_INSERT, row.into_values()));
            }
            Self::FactsGone => steps.push(Step::any(&write::CASE_FACTS_CLEAR, Vec::new())),
            Self::Rule(row) => {
                steps.push(Step::any(&write::SCORE_RULE_INSERT, row.into_values()));
            }
            Self::Claim(row) => {
                steps.push(Step::any(&write::SCORE_CLAIM_INSERT, row.into_values()));
            }
            Self::ClaimDecided {
                id,
                state,
                at,
                by,
                name,
                decision,
            } => steps.push(Step::must_hit(
                &write::SCORE_CLAIM_DECIDE,
                vec![
                    id.into_value(),
                    Value::Text(state.to_owned()),
                    at.into_value(),
                    by.into_value(),
                    name.into_value(),
                    decision.into_value(),
                ],
            )),
            Self::Publication(row) => steps.push(Step::any(
                &write::SCORE_PUBLICATION_INSERT,
                row.into_values(),
            )),
        }
    }
}
