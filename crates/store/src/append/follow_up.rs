//! Writing the follow-up's rows.

use crate::append::plan::Step;
use crate::row::{
    FollowUpClaimRow, FollowUpResultRow, FollowUpRow, FollowUpRulesRow, InspectionRow,
    RatingLinkRow,
};
use crate::value::{Field, IntoRow, statements};

statements! {
    pub(crate) FOLLOW_UP_WRITES:
    ROW_DELETE = "follow_up.delete", "DELETE FROM follow_up WHERE case_id = $1";
    ROW_INSERT = "follow_up.insert",
        "INSERT INTO follow_up (case_id, no, matter, matter_name, channel, unit, closed_at, way, rule, reason, \
         state, kind, tries, from_at, booked, due_at, link_at, asked, flagged, not_by, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)";
    CLAIM_LAPSE = "follow_up_claim.lapse",
        "DELETE FROM follow_up_claim WHERE case_id = $1 AND (until <= $2 OR account_id = $3)";
    CLAIM_INSERT = "follow_up_claim.insert",
        "INSERT INTO follow_up_claim (case_id, account_id, until) VALUES ($1, $2, $3)";
    CLAIM_LEAVE = "follow_up_claim.leave",
        "DELETE FROM follow_up_claim WHERE case_id = $1 AND account_id = $2";
    CLAIM_END = "follow_up_claim.end", "DELETE FROM follow_up_claim WHERE case_id = $1";
    RESULT_INSERT = "follow_up_result.insert",
        "INSERT INTO follow_up_result (case_id, seq, at, way, kind, account_id, unit, reached, solved, desk_mark, \
         unit_mark, cause, counted) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    RESULT_COUNT = "follow_up_result.count",
        "UPDATE follow_up_result SET counted = $2 WHERE case_id = $1 AND way = 'rating'";
    RULES_INSERT = "follow_up_rules.insert",
        "INSERT INTO follow_up_rules (version, label, text, valid_at, made_at, made_by, reason) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)";
    LINK_INSERT = "rating_link.insert",
        "INSERT INTO rating_link (digest, case_id, made_at, until, used_at) VALUES ($1, $2, $3, $4, $5)";
    LINK_USE = "rating_link.use",
        "UPDATE rating_link SET used_at = $2 WHERE digest = $1 AND used_at IS NULL";
    SEEN_INSERT = "rating_seen.insert",
        "INSERT INTO rating_seen (case_id, at, device) VALUES ($1, $2, $3)";
    INSPECTION_INSERT = "inspection.insert",
        "INSERT INTO inspection (id, kind, way, unit, subject, planned_at, state, result, finding, case_no, made_at, \
         made_by, done_at, done_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    INSPECTION_DELETE = "inspection.delete", "DELETE FROM inspection WHERE id = $1";
}

/// One write of the follow-up.
#[derive(Debug, Clone)]
pub enum FollowUpRecord {
    /// Puts where the asking about a case stands.
    Stands(FollowUpRow),
    /// Nobody asks about the case for now: it is open again.
    Gone {
        /// Case.
        case_id: String,
    },
    /// Takes a case to one's own list, or holds it longer; another's claim that has not lapsed
    /// refuses the change as a duplicate.
    Claim {
        /// Whose, and until when.
        row: FollowUpClaimRow,
        /// Now.
        now: i64,
    },
    /// Gives a case back.
    Leave {
        /// Case.
        case_id: String,
        /// Account.
        account_id: String,
    },
    /// The call was made.
    Called {
        /// Case.
        case_id: String,
    },
    /// Adds what was said.
    Result(FollowUpResultRow),
    /// Says whether the rating of a case counts.
    Counted {
        /// Case.
        case_id: String,
        /// Whether.
        counted: bool,
    },
    /// Adds a version of the rules; one that is there refuses the change.
    Rules(FollowUpRulesRow),
    /// Adds a link.
    Link(RatingLinkRow),
    /// A link was used.
    LinkUsed {
        /// Digest of its token.
        digest: String,
        /// When.
        at: i64,
    },
    /// A device rated a case.
    Seen {
        /// Case.
        case_id: String,
        /// When.
        at: i64,
        /// Keyed digest of the device.
        device: String,
    },
    /// Puts an inspection.
    Inspection(InspectionRow),
}

impl FollowUpRecord {
    pub(crate) fn plan(self, steps: &mut Vec<Step>) {
        match self {
            Self::Stands(row) => {
                let key = vec![row.case_id.clone().into_value()];
                steps.push(Step::any(&ROW_DELETE, key));
                steps.push(Step::any(&ROW_INSERT, row.into_values()));
            }
            Self::Gone { case_id } => {
                steps.push(Step::any(&CLAIM_END, vec![case_id.clone().into_value()]));
                steps.push(Step::any(&ROW_DELETE, vec![case_id.into_value()]));
            }
            Self::Claim { row, now } => {
                let key = vec![
                    row.case_id.clone().into_value(),
                    now.into_value(),
                    row.account_id.clone().into_value(),
                ];
                steps.push(Step::any(&CLAIM_LAPSE, key));
                steps.push(Step::any(&CLAIM_INSERT, row.into_values()));
            }
            Self::Leave {
                case_id,
                account_id,
            } => {
                let values = vec![case_id.into_value(), account_id.into_value()];
                steps.push(Step::any(&CLAIM_LEAVE, values));
            }
            Self::Called { case_id } => {
                steps.push(Step::any(&CLAIM_END, vec![case_id.into_value()]));
            }
            Self::Result(row) => steps.push(Step::any(&RESULT_INSERT, row.into_values())),
            Self::Counted { case_id, counted } => {
                let values = vec![case_id.into_value(), counted.into_value()];
                steps.push(Step::any(&RESULT_COUNT, values));
            }
            Self::Rules(row) => steps.push(Step::any(&RULES_INSERT, row.into_values())),
            Self::Link(row) => steps.push(Step::any(&LINK_INSERT, row.into_values())),
            Self::LinkUsed { digest, at } => {
                let values = vec![digest.into_value(), at.into_value()];
                steps.push(Step::any(&LINK_USE, values));
            }
            Self::Seen {
                case_id,
                at,
                device,
            } => {
                let values = vec![case_id.into_value(), at.into_value(), device.into_value()];
                steps.push(Step::any(&SEEN_INSERT, values));
            }
            Self::Inspection(row) => {
                let key = vec![row.id.clone().into_value()];
                steps.push(Step::any(&INSPECTION_DELETE, key));
                steps.push(Step::any(&INSPECTION_INSERT, row.into_values()));
            }
        }
    }
}
