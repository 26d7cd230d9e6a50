//! A change turned into writes on the caller's thread, so that the writer only numbers and binds.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::append::chain::{Digest, Head, Heads};
use crate::append::change::{Appended, CaseChange, Change};
use crate::append::{event_digest, write};
use crate::error::StoreError;
use crate::row::NewEnvelope;
use crate::value::{Field, IntoRow, Stmt, Value};

/// Row of `chain_head` that ends the log.
pub(crate) const LOG_HEAD: i64 = 1;
/// Row of `chain_head` that ends the audit trail.
pub(crate) const AUDIT_HEAD: i64 = 2;

/// When in a batch a write is made. A batch holds many inserts into the same few tables; those that
/// no other write of the batch can precede or follow may be made together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// At the beginning: a new row, which nothing before it in the batch can have touched.
    Early,
    /// Where it stands.
    InOrder,
    /// At the end: a new envelope, which no receipt in the same batch can mean.
    Late,
}

/// One statement with its values: the plan's own, between those that only the writer knows.
#[derive(Debug)]
pub(crate) struct Write<'p> {
    pub(crate) stmt: &'static Stmt,
    before: Option<Value>,
    values: Cow<'p, [Value]>,
    after: Vec<Value>,
    pub(crate) turn: Turn,
    /// Hitting no row is a defect.
    pub(crate) must_hit: bool,
}

impl<'p> Write<'p> {
    pub(crate) fn whole(
        stmt: &'static Stmt,
        values: impl Into<Cow<'p, [Value]>>,
        must_hit: bool,
    ) -> Self {
        Self {
            stmt,
            before: None,
            values: values.into(),
            after: Vec::new(),
            turn: Turn::InOrder,
            must_hit,
        }
    }

    fn at(mut self, turn: Turn) -> Self {
        self.turn = turn;
        self
    }

    /// The parameters in order.
    pub(crate) fn values(&self) -> impl Iterator<Item = &Value> {
        self.before
            .iter()
            .chain(self.values.iter())
            .chain(&self.after)
    }
}

/// A write whose numbers may still be missing.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Ready {
        stmt: &'static Stmt,
        values: Vec<Value>,
        turn: Turn,
        must_hit: bool,
    },
    Event {
        values: Vec<Value>,
        digest: Digest,
    },
    Audit {
        values: Vec<Value>,
        digest: Digest,
    },
    Envelope(NewEnvelope),
}

impl Step {
    /// A write that may or may not hit a row.
    pub(crate) fn any(stmt: &'static Stmt, values: Vec<Value>) -> Self {
        Self::Ready {
            stmt,
            values,
            turn: Turn::InOrder,
            must_hit: false,
        }
    }
    /// A write for which hitting no row is a defect.
    pub(crate) fn must_hit(stmt: &'static Stmt, values: Vec<Value>) -> Self {
        Self::Ready {
            stmt,
            values,
            turn: Turn::InOrder,
            must_hit: true,
        }
    }
    /// The insert of a row whose key no earlier write of the batch can have touched.
    pub(crate) fn new_row(stmt: &'static Stmt, values: Vec<Value>) -> Self {
        Self::Ready {
            stmt,
            values,
            turn: Turn::Early,
            must_hit: false,
        }
    }
}

/// A case's expectation.
#[derive(Debug, Clone)]
pub(crate) struct Expectation {
    pub(crate) case_id: String,
    pub(crate) expected: i64,
    pub(crate) after: i64,
}

/// A change ready for the writer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plan {
    /// Id, digest, answer.
    pub(crate) command: Option<(String, String, String)>,
    pub(crate) cases: Vec<Expectation>,
    /// Link, number, result.
    pub(crate) inbox: Option<(String, i64, String)>,
    pub(crate) steps: Vec<Step>,
}

impl Plan {
    /// The store's own housekeeping.
    pub(crate) fn of_steps(steps: Vec<Step>) -> Self {
        Self {
            steps,
            ..Self::default()
        }
    }

    /// Checks the change against itself and computes its digests.
    pub(crate) fn new(change: Change) -> Result<Self, StoreError> {
        let mut plan = Self::default();
        let mut seen = HashSet::new();
        let at = time_of(&change);
        for case in change.cases {
            if !seen.insert(case.id.clone()) {
                return Err(StoreError::Broken(format!(
                    "case {} twice in one change",
                    case.id
                )));
            }
            plan.case(case)?;
        }
        plan.steps
            .extend(change.outbox.into_iter().map(Step::Envelope));
        if let Some(row) = change.inbox {
            plan.inbox = Some((row.link.clone(), row.seq, row.result.clone()));
            plan.steps
                .push(Step::new_row(&write::INBOX_INSERT, row.into_values()));
        }
        for record in change.records {
            record.plan(&mut plan.steps);
        }
        if let Some(key) = change.command {
            plan.command = Some((key.id.clone(), key.digest.clone(), key.answer.clone()));
            plan.steps.push(Step::new_row(
                &write::COMMAND_INSERT,
                vec![
                    key.id.into_value(),
                    key.digest.into_value(),
                    key.answer.into_value(),
                    at.into_value(),
                ],
            ));
        }
        Ok(plan)
    }

    fn case(&mut self, case: CaseChange) -> Result<(), StoreError> {
        let CaseChange {
            id,
            expected_version,
            events,
            row,
            stands_only,
            person,
            legs,
            deadlines,
        } = case;
        let count = i64::try_from(events.len()).unwrap_or(i64::MAX);
        let after = expected_version.saturating_add(count);
        if row.id != id || row.version != after {
            return Err(StoreError::Broken(format!(
                "row of case {id} has id {} and version {}, not version {after}",
                row.id, row.version
            )));
        }
        if expected_version < 0 || (expected_version == 0 && count == 0) {
            return Err(StoreError::Broken(format!(
                "case {id} would begin without an event"
            )));
        }
        for (event, case_seq) in events.into_iter().zip(expected_version.saturating_add(1)..) {
            if event.case_id != id {
                return Err(StoreError::Broken(format!(
                    "an event of another case in {id}"
                )));
            }
            let digest = event_digest(&event, case_seq);
            self.steps.push(Step::Event {
                values: vec![
                    event.case_id.into_value(),
                    case_seq.into_value(),
                    event.kind.to_owned().into_value(),
                    event.v.into_value(),
                    event.at.into_value(),
                    event.actor.into_value(),
                    event.unit.into_value(),
                    event.cause.into_value(),
                    event.body.into_value(),
                ],
                digest,
            });
        }
        let new = expected_version == 0;
        let (touched, open) = (row.updated_at, row.closed_at.is_none());
        if new {
            self.steps
                .push(Step::new_row(&write::CASE_INSERT, row.into_values()));
        } else {
            self.steps.push(if stands_only {
                Step::must_hit(&write::CASE_STAND, row.standing())
            } else {
                let mut values = row.into_values();
                // `no` and `opened_at` are written once; the update statement does not take them.
                values.remove(OPENED_AT_COLUMN);
                values.remove(NO_COLUMN);
                Step::must_hit(&write::CASE_UPDATE, values)
            });
            self.steps.push(Step::any(
                &write::LEG_TOUCH,
                vec![
                    id.clone().into_value(),
                    touched.into_value(),
                    open.into_value(),
                ],
            ));
        }
        if let Some(person) = person {
            if person.case_id != id {
                return Err(StoreError::Broken(format!(
                    "person of another case in {id}"
                )));
            }
            let values = person.into_values();
            if new {
                self.steps
                    .push(Step::new_row(&write::PERSON_INSERT, values));
            } else {
                // The new row stands behind the removal of the old one.
                let key = vec![id.clone().into_value()];
                self.steps.push(Step::any(&write::PERSON_DELETE, key));
                self.steps.push(Step::any(&write::PERSON_INSERT, values));
            }
        }
        for leg in legs {
            if leg.case_id != id {
                return Err(StoreError::Broken(format!("leg of another case in {id}")));
            }
            let insert = leg.new;
            let mut values = leg.into_values();
            values.extend([touched.into_value(), open.into_value()]);
            self.steps.push(if insert {
                // Touching all legs again, as later changes of the case do, gives the same row.
                Step::new_row(&write::LEG_INSERT, values)
            } else {
                Step::must_hit(&write::LEG_UPDATE, values)
            });
        }
        for deadline in deadlines {
            if deadline.case_id != id {
                return Err(StoreError::Broken(format!(
                    "deadline of another case in {id}"
                )));
            }
            self.steps.push(if deadline.new {
                Step::new_row(&write::DEADLINE_INSERT, deadline.into_values())
            } else {
                Step::must_hit(&write::DEADLINE_UPDATE, deadline.into_values())
            });
        }
        self.cases.push(Expectation {
            case_id: id,
            expected: expected_version,
            after,
        });
        Ok(())
    }
}

/// Place of `no` and `opened_at` among the columns of a case; a test holds them to the struct.
const NO_COLUMN: usize = 1;
const OPENED_AT_COLUMN: usize = 24;

/// The change's own time, for purging old command keys: of its first case, envelope or receipt.
fn time_of(change: &Change) -> i64 {
    let case = change.cases.first().map(|case| case.row.updated_at);
    let envelope = change.outbox.first().map(|envelope| envelope.at);
    let inbox = change.inbox.as_ref().map(|row| row.at);
    let record = change.records.iter().find_map(|record| match record {
        crate::Record::Audit(row) => Some(row.at),
        _ => None,
    });
    case.or(envelope).or(inbox).or(record).unwrap_or(0)
}

/// Gives a plan its numbers and hashes: the writer's part. Moves `heads` on.
pub(crate) fn sequence<'p>(plan: &'p Plan, heads: &mut Heads) -> (Vec<Write<'p>>, Appended) {
    let before = heads.log.pos;
    let mut appended = Appended {
        versions: plan.cases.iter().map(|case| case.after).collect(),
        ..Appended::default()
    };
    let writes = plan
        .steps
        .iter()
        .map(|step| match step {
            Step::Ready {
                stmt,
                values,
                turn,
                must_hit,
            } => Write::whole(stmt, values, *must_hit).at(*turn),
            Step::Event { values, digest } => {
                chained(&write::LOG_INSERT, values, digest, &mut heads.log)
            }
            Step::Audit { values, digest } => {
                chained(&write::AUDIT_INSERT, values, digest, &mut heads.audit)
            }
            Step::Envelope(envelope) => {
                let seq = heads.number(&envelope.link);
                appended.outbox.push((envelope.link.clone(), seq));
                let values = vec![
                    envelope.link.clone().into_value(),
                    seq.into_value(),
                    envelope.case_id.clone().into_value(),
                    envelope.kind.clone().into_value(),
                    envelope.body.clone().into_value(),
                    envelope.at.into_value(),
                    "issued".to_owned().into_value(),
                    String::new().into_value(),
                ];
                Write::whole(&write::OUTBOX_INSERT, values, false).at(Turn::Late)
            }
        })
        .collect();
    appended.last = heads.log.pos;
    appended.first = if heads.log.pos > before {
        before + 1
    } else {
        before
    };
    (writes, appended)
}

fn chained<'p>(
    stmt: &'static Stmt,
    values: &'p [Value],
    digest: &Digest,
    head: &mut Head,
) -> Write<'p> {
    let (pos, hash) = head.push(digest);
    Write {
        stmt,
        before: Some(Value::I64(pos)),
        values: Cow::Borrowed(values),
        after: vec![Value::Bytes(digest.to_vec()), Value::Bytes(hash.to_vec())],
        turn: Turn::Early,
        must_hit: false,
    }
}

/// The writes that end a batch: the heads that moved.
pub(crate) fn settle(before: &Heads, after: &Heads) -> Vec<Write<'static>> {
    let mut writes = Vec::new();
    for (id, old, new) in [
        (LOG_HEAD, &before.log, &after.log),
        (AUDIT_HEAD, &before.audit, &after.audit),
    ] {
        if old != new {
            let values = vec![
                Value::I64(id),
                Value::I64(new.pos),
                Value::Bytes(new.hash.to_vec()),
            ];
            writes.push(Write::whole(&write::HEAD_UPDATE, values, true));
        }
    }
    for head in &after.outbox {
        let old = before.outbox.iter().find(|old| old.link == head.link);
        if old == Some(head) {
            continue;
        }
        let stmt = if old.is_some() {
            &write::OUTBOX_HEAD_UPDATE
        } else {
            &write::OUTBOX_HEAD_INSERT
        };
        let values = vec![Value::Text(head.link.clone()), Value::I64(head.next)];
        writes.push(Write::whole(stmt, values, true));
    }
    writes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::CaseRow;

    #[test]
    fn columns_written_once_are_where_the_plan_removes_them() {
        let row = CaseRow {
            no: "N".into(),
            opened_at: 77,
            ..CaseRow::default()
        };
        let values = row.into_values();
        assert_eq!(values[NO_COLUMN], Value::Text("N".into()));
        assert_eq!(values[OPENED_AT_COLUMN], Value::I64(77));
        assert_eq!(
            values
                .iter()
                .filter(|value| **value == Value::I64(77))
                .count(),
            1
        );
    }
}
