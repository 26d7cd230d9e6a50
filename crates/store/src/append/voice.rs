//! Writing calls.

use crate::append::plan::Step;
use crate::row::{CallHoldRow, CallRecordRow, CallRecordingRow, CallSnapshotRow, CallStepRow};
use crate::value::{Field as _, IntoRow as _, statements};

statements! {
    pub(crate) VOICE_WRITES:
    CALL_INSERT = "call_record.insert",
        "INSERT INTO call_record (id, inbound, trunk, session, number, caller_key, caller, called, class, \
         call_back, case_id, seat, began, offered, answered, held, held_ms, transferred, transfer, ended, \
         ended_by, cause, outcome, legs) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, \
         $21, $22, $23, $24)";
    CALL_SEAT = "call_record.seat",
        "UPDATE call_record SET seat = $2, answered = $3 WHERE id = $1 AND seat = ''";
    CALL_CASE = "call_record.bind", "UPDATE call_record SET case_id = $2 WHERE id = $1 AND case_id = ''";
    CALL_OVER = "call_record.over",
        "UPDATE call_record SET trunk = $2, class = $3, offered = $4, answered = $5, held = $6, held_ms = $7, \
         transferred = $8, transfer = $9, ended = $10, ended_by = $11, cause = $12, outcome = $13, legs = $14 \
         WHERE id = $1 AND ended IS NULL";
    STEP_INSERT = "call_step.insert",
        "INSERT INTO call_step (call_id, n, at, kind, body) VALUES ($1, $2, $3, $4, $5)";
    RECORDING_INSERT = "call_recording.insert",
        "INSERT INTO call_recording (id, call_id, leg, who, at, seconds, gaps, head, removed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    RECORDING_REMOVED = "call_recording.removed",
        "UPDATE call_recording SET removed_at = $2 WHERE id = $1 AND removed_at IS NULL";
    HOLD_INSERT = "call_hold.insert",
        "INSERT INTO call_hold (call_id, at, account, name, reason) VALUES ($1, $2, $3, $4, $5)";
    HOLD_DELETE = "call_hold.delete", "DELETE FROM call_hold WHERE call_id = $1";
    // A row that is there stays where it is: a call's is written some four times.
    SNAPSHOT_AGAIN = "call_snapshot.again",
        "UPDATE call_snapshot SET at = $5, state = $6 WHERE home = $1 AND call_id = $2 AND kind = $3 AND id = $4";
    SNAPSHOT_FIRST = "call_snapshot.first",
        "INSERT INTO call_snapshot (home, call_id, kind, id, at, state) \
         SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS BIGINT), \
         CAST($6 AS TEXT) WHERE NOT EXISTS (SELECT 1 FROM call_snapshot \
         WHERE home = $1 AND call_id = $2 AND kind = $3 AND id = $4)";
    SNAPSHOT_DELETE = "call_snapshot.delete",
        "DELETE FROM call_snapshot WHERE home = $1 AND call_id = $2 AND kind = $3 AND id = $4";
    SNAPSHOT_OVER = "call_snapshot.over",
        "DELETE FROM call_snapshot WHERE home = $1 AND call_id = $2";
}

/// One write about calls.
#[derive(Debug, Clone)]
pub enum VoiceRecord {
    /// A call came in, or is being made.
    Begun(Box<CallRecordRow>),
    /// Somebody answered first; later ones change nothing.
    Taken {
        /// Call.
        id: String,
        /// Account.
        seat: String,
        /// When.
        at: i64,
    },
    /// It belongs to a case; one that belongs to another already refuses the change.
    Bound {
        /// Call.
        id: String,
        /// Case.
        case_id: String,
    },
    /// It is over; a record that is complete refuses the change.
    Over(Box<CallRecordRow>),
    /// Something happened in it.
    Step(CallStepRow),
    /// A recording of it was sealed.
    Recording(CallRecordingRow),
    /// A recording was removed when its time was over.
    Removed {
        /// Recording.
        id: String,
        /// When.
        at: i64,
    },
    /// The recordings of a call are sealed as evidence; a call that is sealed already refuses the change.
    Held(CallHoldRow),
    /// That is lifted; a call that is not sealed refuses the change.
    Lifted {
        /// Call.
        call: String,
    },
    /// What is kept of something, in the place of what was.
    Kept(Box<CallSnapshotRow>),
    /// The same of something whose row is known to be there; where it is not, nothing is written.
    KeptAgain(Box<CallSnapshotRow>),
    /// Nothing is kept of it any more.
    Forgotten {
        /// Process.
        home: String,
        /// The call it goes with; empty for what goes with none.
        call_id: String,
        /// Kind.
        kind: String,
        /// Name.
        id: String,
    },
    /// Nothing is kept of a call any more, nor of its legs.
    Ended {
        /// Process.
        home: String,
        /// Call.
        call_id: String,
    },
}

impl VoiceRecord {
    pub(super) fn plan(self, steps: &mut Vec<Step>) {
        let step = match self {
            Self::Kept(row) => {
                let values = row.into_values();
                steps.push(Step::any(&SNAPSHOT_AGAIN, values.clone()));
                Step::any(&SNAPSHOT_FIRST, values)
            }
            Self::KeptAgain(row) => Step::any(&SNAPSHOT_AGAIN, row.into_values()),
            Self::Forgotten {
                home,
                call_id,
                kind,
                id,
            } => Step::any(
                &SNAPSHOT_DELETE,
                vec![
                    home.into_value(),
                    call_id.into_value(),
                    kind.into_value(),
                    id.into_value(),
                ],
            ),
            Self::Ended { home, call_id } => Step::any(
                &SNAPSHOT_OVER,
                vec![home.into_value(), call_id.into_value()],
            ),
            Self::Begun(row) => Step::any(&CALL_INSERT, row.into_values()),
            Self::Taken { id, seat, at } => Step::any(
                &CALL_SEAT,
                vec![id.into_value(), seat.into_value(), Some(at).into_value()],
            ),
            Self::Bound { id, case_id } => {
                Step::must_hit(&CALL_CASE, vec![id.into_value(), case_id.into_value()])
            }
            Self::Over(row) => Step::must_hit(
                &CALL_OVER,
                vec![
                    row.id.into_value(),
                    row.trunk.into_value(),
                    row.class.into_value(),
                    row.offered.into_value(),
                    row.answered.into_value(),
                    row.held.into_value(),
                    row.held_ms.into_value(),
                    row.transferred.into_value(),
                    row.transfer.into_value(),
                    row.ended.into_value(),
                    row.ended_by.into_value(),
                    row.cause.into_value(),
                    row.outcome.into_value(),
                    row.legs.into_value(),
                ],
            ),
            Self::Step(row) => Step::any(&STEP_INSERT, row.into_values()),
            Self::Recording(row) => Step::any(&RECORDING_INSERT, row.into_values()),
            Self::Removed { id, at } => {
                Step::any(&RECORDING_REMOVED, vec![id.into_value(), at.into_value()])
            }
            Self::Held(row) => Step::any(&HOLD_INSERT, row.into_values()),
            Self::Lifted { call } => Step::must_hit(&HOLD_DELETE, vec![call.into_value()]),
        };
        steps.push(step);
    }
}
