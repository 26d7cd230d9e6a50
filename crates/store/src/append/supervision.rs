//! Writing supervision: measures, what rules are to look at, the daily list, flags, findings.

use crate::append::plan::Step;
use crate::row::{
    SupervisionFindingRow, SupervisionFlagRow, SupervisionPendingRow, SupervisionRow,
    SupervisionStepRow, SupervisionTickRow,
};
use crate::value::{Field, IntoRow, statements};

statements! {
    pub(crate) SUPERVISION_WRITES:
    MEASURE_DELETE = "supervision.delete", "DELETE FROM supervision WHERE id = $1";
    MEASURE_INSERT = "supervision.insert",
        "INSERT INTO supervision (id, no, version, rung, unit, state, rule, opened_at, due_at, next_at, ended_at, body) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    STEP_INSERT = "supervision_step.insert",
        "INSERT INTO supervision_step (supervision_id, n, at, actor, unit, kind, body) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)";
    PARTY_DELETE = "supervision_party.delete",
        "DELETE FROM supervision_party WHERE kind = $1 AND what = $2 AND supervision_id = $3";
    PARTY_INSERT = "supervision_party.insert",
        "INSERT INTO supervision_party (kind, what, supervision_id) VALUES ($1, $2, $3)";
    PENDING_DELETE = "supervision_pending.delete", "DELETE FROM supervision_pending WHERE id = $1";
    PENDING_INSERT = "supervision_pending.insert",
        "INSERT INTO supervision_pending (id, at, body) VALUES ($1, $2, $3)";
    HANDED_BEGIN = "supervision_handed.begin",
        "INSERT INTO supervision_handed (case_id, times, last_at) \
         SELECT CAST($1 AS TEXT), 0, 0 \
         WHERE NOT EXISTS (SELECT 1 FROM supervision_handed WHERE case_id = $1)";
    HANDED_ADD = "supervision_handed.add",
        "UPDATE supervision_handed SET times = times + 1, last_at = $2 WHERE case_id = $1";
    TICK_INSERT = "supervision_tick.insert",
        "INSERT INTO supervision_tick (day, case_id, times, carried, sentence, ticked_at, ticked_by) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)";
    TICK = "supervision_tick.tick",
        "UPDATE supervision_tick SET sentence = $3, ticked_at = $4, ticked_by = $5 \
         WHERE day = $1 AND case_id = $2";
    FLAG_DELETE = "supervision_flag.delete",
        "DELETE FROM supervision_flag WHERE case_id = $1 AND flag = $2";
    FLAG_INSERT = "supervision_flag.insert",
        "INSERT INTO supervision_flag (case_id, flag, reason, at, flagged_by) VALUES ($1, $2, $3, $4, $5)";
    FINDING_DELETE = "supervision_finding.delete", "DELETE FROM supervision_finding WHERE id = $1";
    FINDING_INSERT = "supervision_finding.insert",
        "INSERT INTO supervision_finding (id, detector, unit, case_id, state, found_at, decided_at, decided_by, \
         reason, evidence) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
}

/// One write of supervision.
#[derive(Debug, Clone)]
pub enum SupervisionRecord {
    /// Adds a step and puts the measure as it is with it. A step of this number that is there
    /// already refuses the change as a duplicate: somebody else was faster.
    Measure {
        /// The measure.
        row: SupervisionRow,
        /// The step.
        step: SupervisionStepRow,
        /// The cases it is about.
        cases: Vec<String>,
        /// The units it is about.
        units: Vec<String>,
    },
    /// Puts what a rule is to look at.
    Pending(SupervisionPendingRow),
    /// A rule has looked.
    PendingGone {
        /// Its id.
        id: String,
    },
    /// A case was handed out once more.
    HandedOut {
        /// Case.
        case_id: String,
        /// When.
        at: i64,
    },
    /// Adds a line of a day's list; a line that is there already is a duplicate.
    Listed(SupervisionTickRow),
    /// Ticks a line; none is a defect.
    Ticked {
        /// Day.
        day: String,
        /// Case.
        case_id: String,
        /// What was found.
        sentence: String,
        /// When.
        at: i64,
        /// By whom.
        by: String,
    },
    /// Puts a watch flag.
    Flagged(SupervisionFlagRow),
    /// Takes one away.
    Unflagged {
        /// Case.
        case_id: String,
        /// Which.
        flag: String,
    },
    /// Puts a finding.
    Finding(SupervisionFindingRow),
}

impl SupervisionRecord {
    pub(crate) fn plan(self, steps: &mut Vec<Step>) {
        match self {
            Self::Measure {
                row,
                step,
                cases,
                units,
            } => {
                let id = row.id.clone();
                // The step first: it is what a second writer stumbles over.
                steps.push(Step::any(&STEP_INSERT, step.into_values()));
                steps.push(Step::any(&MEASURE_DELETE, vec![id.clone().into_value()]));
                steps.push(Step::any(&MEASURE_INSERT, row.into_values()));
                let cases = cases.into_iter().map(|what| ("case", what));
                let units = units.into_iter().map(|what| ("unit", what));
                for (kind, what) in cases.chain(units) {
                    let values = || {
                        vec![
                            kind.to_owned().into_value(),
                            what.clone().into_value(),
                            id.clone().into_value(),
                        ]
                    };
                    steps.push(Step::any(&PARTY_DELETE, values()));
                    steps.push(Step::any(&PARTY_INSERT, values()));
                }
            }
            Self::Pending(row) => {
                let key = vec![row.id.clone().into_value()];
                steps.push(Step::any(&PENDING_DELETE, key));
                steps.push(Step::any(&PENDING_INSERT, row.into_values()));
            }
            Self::PendingGone { id } => {
                steps.push(Step::any(&PENDING_DELETE, vec![id.into_value()]));
            }
            Self::HandedOut { case_id, at } => {
                let key = vec![case_id.clone().into_value()];
                steps.push(Step::any(&HANDED_BEGIN, key));
                let values = vec![case_id.into_value(), at.into_value()];
                steps.push(Step::any(&HANDED_ADD, values));
            }
            Self::Listed(row) => steps.push(Step::any(&TICK_INSERT, row.into_values())),
            Self::Ticked {
                day,
                case_id,
                sentence,
                at,
                by,
            } => steps.push(Step::must_hit(
                &TICK,
                vec![
                    day.into_value(),
                    case_id.into_value(),
                    sentence.into_value(),
                    at.into_value(),
                    by.into_value(),
                ],
            )),
            Self::Flagged(row) => {
                let key = vec![
                    row.case_id.clone().into_value(),
                    row.flag.clone().into_value(),
                ];
                steps.push(Step::any(&FLAG_DELETE, key));
                steps.push(Step::any(&FLAG_INSERT, row.into_values()));
            }
            Self::Unflagged { case_id, flag } => steps.push(Step::any(
                &FLAG_DELETE,
                vec![case_id.into_value(), flag.into_value()],
            )),
            Self::Finding(row) => {
                let key = vec![row.id.clone().into_value()];
                steps.push(Step::any(&FINDING_DELETE, key));
                steps.push(Step::any(&FINDING_INSERT, row.into_values()));
            }
        }
    }
}
