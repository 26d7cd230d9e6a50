//! Writes of the duty roster and of notices.

use crate::append::plan::Step;
use crate::row::{
    AttemptRow, DeliveryRow, DutyDayRow, DutyPatternRow, DutyPersonRow, DutySwapRow, DutyTestRow,
    DutyWayRow, NoticeRow,
};
use crate::value::{Field, IntoRow, Stmt, Value, statements};

statements! {
    pub(crate) REACH_WRITES:
    PERSON_DELETE = "duty_person.delete", "DELETE FROM duty_person WHERE id = $1";
    PERSON_INSERT = "duty_person.insert",
        "INSERT INTO duty_person (id, unit, name, account_id, mobile, email, role, gone, changed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    PATTERN_DELETE = "duty_pattern.delete", "DELETE FROM duty_pattern WHERE id = $1";
    PATTERN_INSERT = "duty_pattern.insert",
        "INSERT INTO duty_pattern (id, unit, rank, from_minute, to_minute, days, people, step, \
         starts, ends, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    DAY_DELETE = "duty_day.delete", "DELETE FROM duty_day WHERE id = $1";
    DAY_INSERT = "duty_day.insert",
        "INSERT INTO duty_day (id, unit, rank, from_at, to_at, person, kind, reason, at, actor) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    SWAP_INSERT = "duty_swap.insert",
        "INSERT INTO duty_swap (id, unit, rank, from_at, to_at, giver, taker, reason, state, \
         asked_at, asked_by, decided_at, decided_by) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    SWAP_DECIDE = "duty_swap.decide",
        "UPDATE duty_swap SET state = $2, decided_at = $3, decided_by = $4 \
         WHERE id = $1 AND state = 'asked'";
    WAY_DELETE = "duty_way.delete", "DELETE FROM duty_way WHERE unit = $1";
    WAY_INSERT = "duty_way.insert",
        "INSERT INTO duty_way (unit, sheet, email, webhook, feed, changed_at) \
         VALUES ($1, $2, $3, $4, $5, $6)";
    TEST_INSERT = "duty_test.insert",
        "INSERT INTO duty_test (id, at, until, actor, units) VALUES ($1, $2, $3, $4, $5)";
    MARK_INSERT = "reach_mark.insert", "INSERT INTO reach_mark (id, pos) VALUES (1, $1)";
    MARK_MOVE = "reach_mark.move", "UPDATE reach_mark SET pos = $2 WHERE id = 1 AND pos = $1";
    NOTICE_INSERT = "notice.insert",
        "INSERT INTO notice (id, pos, case_id, case_no, leg, unit, kind, rule, text, urgent, state, \
         ladder, step, next_at, created_at, closed_at, closed_by, closed_how, test, tries) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, \
         $19, $20)";
    NOTICE_MOVE = "notice.move",
        "UPDATE notice SET step = $3, next_at = $4, state = $5 \
         WHERE id = $1 AND step = $2 AND closed_at IS NULL";
    NOTICE_CLOSE = "notice.close",
        "UPDATE notice SET state = $2, next_at = NULL, closed_at = $3, closed_by = $4, \
         closed_how = $5 WHERE id = $1 AND closed_at IS NULL";
    NOTICE_CLAIM = "notice.claim",
        "UPDATE notice SET closed_by = $2 WHERE id = $1 AND closed_at IS NULL";
    NOTICE_TRIED = "notice.tried", "UPDATE notice SET tries = tries + 1 WHERE id = $1";
    DELIVERY_INSERT = "notice_delivery.insert",
        "INSERT INTO notice_delivery (id, notice_id, step, person, account_id, name, channel, \
         address, rest, state, tries, most, next_at, made_at, done_at, seen_at, gateway, outcome, \
         proof) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
         $18, $19)";
    DELIVERY_BEGIN = "notice_delivery.begin",
        "UPDATE notice_delivery SET state = 'sending', tries = tries + 1, next_at = $3 \
         WHERE id = $1 AND tries = $2 AND state IN ('waiting', 'sending')";
    DELIVERY_END = "notice_delivery.finish",
        "UPDATE notice_delivery SET state = $3, next_at = $4, done_at = $5, gateway = $6, \
         outcome = $7, proof = $8 WHERE id = $1 AND tries = $2 AND state = 'sending'";
    DELIVERY_SEEN = "notice_delivery.seen",
        "UPDATE notice_delivery SET seen_at = $2, state = 'delivered', outcome = 'seen' \
         WHERE id = $1 AND seen_at IS NULL";
    DELIVERY_REPORT = "notice_delivery.report",
        "UPDATE notice_delivery SET state = $2, done_at = $3, outcome = $4, proof = $5 \
         WHERE id = $1 AND state IN ('waiting', 'sent', 'sending', 'delivered')";
    DELIVERY_CALLED = "notice_delivery.called",
        "UPDATE notice_delivery SET state = $2, done_at = $3, outcome = $4, proof = $5 \
         WHERE id = $1 AND gateway = $6 AND state = 'sent'";
    DELIVERY_AGAIN = "notice_delivery.again",
        "UPDATE notice_delivery SET state = 'waiting', next_at = $2, most = tries + $3, \
         done_at = NULL, outcome = '' WHERE id = $1 AND state = 'dead' AND channel <> 'none'";
    DELIVERIES_DROP = "notice_delivery.drop",
        "UPDATE notice_delivery SET state = 'void', next_at = NULL, done_at = $2, \
         outcome = 'answered_before' WHERE notice_id = $1 AND state = 'waiting'";
    ATTEMPT_INSERT = "notice_attempt.insert",
        "INSERT INTO notice_attempt (delivery_id, n, at, channel, shown, done_at, outcome, detail) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    ATTEMPT_END = "notice_attempt.finish",
        "UPDATE notice_attempt SET done_at = $3, outcome = $4, detail = $5 \
         WHERE delivery_id = $1 AND n = $2";
}

/// A write to the duty roster or to notices. "Put" means: replaces the row with the same key.
#[derive(Debug, Clone)]
pub enum ReachRecord {
    /// Puts somebody a unit names.
    Person(DutyPersonRow),
    /// Puts a shift that comes again.
    Pattern(DutyPatternRow),
    /// Removes one.
    PatternGone {
        /// Its id.
        id: String,
    },
    /// Puts a single shift.
    Day(DutyDayRow),
    /// Removes one.
    DayGone {
        /// Its id.
        id: String,
    },
    /// Asks for a swap.
    Swap(DutySwapRow),
    /// Decides on one; one that was decided refuses the change.
    SwapDecided {
        /// Its id.
        id: String,
        /// `accepted`, `refused` or `withdrawn`.
        state: &'static str,
        /// When.
        at: i64,
        /// By whom.
        by: String,
    },
    /// Puts how a unit is reached.
    Way(DutyWayRow),
    /// Begins a test call.
    Test(DutyTestRow),
    /// Says from where on the log makes notices; one that is there already refuses the change.
    MarkBegun {
        /// Position.
        pos: i64,
    },
    /// Moves the mark; one that stands elsewhere refuses the change, so notices are made once.
    MarkMoved {
        /// From.
        from: i64,
        /// To.
        to: i64,
    },
    /// Adds a notice.
    Notice(NoticeRow),
    /// Takes a step of the ladder; one that was taken or a notice that ended refuses the change.
    NoticeMoved {
        /// Id.
        id: String,
        /// The step it was decided on.
        from: i64,
        /// The step that comes next.
        step: i64,
        /// When.
        next_at: Option<i64>,
        /// State after it.
        state: &'static str,
    },
    /// Ends a notice; one that ended stays as it is.
    NoticeClosed {
        /// Id.
        id: String,
        /// State after it.
        state: &'static str,
        /// When.
        at: i64,
        /// By whom.
        by: String,
        /// How.
        how: &'static str,
    },
    /// Writes down who is about to close it by its link; whoever closes it then knows the name.
    NoticeClaimed {
        /// Id.
        id: String,
        /// By whom.
        by: String,
    },
    /// Counts a code that was tried at its link.
    NoticeTried {
        /// Id.
        id: String,
    },
    /// Adds a delivery.
    Delivery(DeliveryRow),
    /// Begins a try; one that somebody else began refuses the change.
    DeliveryBegun {
        /// Id.
        id: String,
        /// Tries so far.
        tries: i64,
        /// When it is taken up again if nobody sees its end.
        again_at: i64,
    },
    /// Ends a try; one that was taken up anew meanwhile is left alone.
    DeliveryEnded {
        /// Id.
        id: String,
        /// Which try.
        tries: i64,
        /// State after it.
        state: &'static str,
        /// When it is tried next.
        next_at: Option<i64>,
        /// When it ended.
        done_at: Option<i64>,
        /// The gateway's own number.
        gateway: String,
        /// What came of it.
        outcome: String,
        /// Proof, JSON.
        proof: String,
    },
    /// Somebody saw it at the console.
    DeliverySeen {
        /// Id.
        id: String,
        /// When.
        at: i64,
    },
    /// The gateway says what became of what it took.
    DeliveryReported {
        /// Id.
        id: String,
        /// `delivered` or `dead`.
        state: &'static str,
        /// When.
        at: i64,
        /// What.
        outcome: String,
        /// Proof, JSON.
        proof: String,
    },
    /// What came of the call by which somebody was told; one that waits for no such word refuses the change.
    DeliveryCalled {
        /// Id.
        id: String,
        /// The call.
        call: String,
        /// `delivered`, `dead` or `void`.
        state: &'static str,
        /// When.
        at: i64,
        /// What.
        outcome: String,
        /// Proof, JSON.
        proof: String,
    },
    /// A dead one is tried again; one that is not dead refuses the change.
    DeliveryAgain {
        /// Id.
        id: String,
        /// When.
        at: i64,
        /// Tries more.
        more: i64,
    },
    /// What waits of a notice that ended is not sent any more.
    DeliveriesDropped {
        /// The notice.
        notice: String,
        /// When.
        at: i64,
    },
    /// Adds a try.
    Attempt(AttemptRow),
    /// Ends a try.
    AttemptEnded {
        /// Delivery.
        delivery: String,
        /// Which try.
        n: i64,
        /// When.
        at: i64,
        /// What came of it.
        outcome: String,
        /// What the other side said.
        detail: String,
    },
}

fn put(
    steps: &mut Vec<Step>,
    delete: &'static Stmt,
    key: String,
    insert: &'static Stmt,
    row: impl IntoRow,
) {
    steps.push(Step::any(delete, vec![Value::Text(key)]));
    steps.push(Step::any(insert, row.into_values()));
}

fn word(word: &str) -> Value {
    Value::Text(word.to_owned())
}

impl ReachRecord {
    /// Turns the record into writes.
    pub(crate) fn plan(self, steps: &mut Vec<Step>) {
        match self {
            Self::Person(row) => {
                let key = row.id.clone();
                put(steps, &PERSON_DELETE, key, &PERSON_INSERT, row);
            }
            Self::Pattern(row) => {
                let key = row.id.clone();
                put(steps, &PATTERN_DELETE, key, &PATTERN_INSERT, row);
            }
            Self::PatternGone { id } => {
                steps.push(Step::must_hit(&PATTERN_DELETE, vec![id.into_value()]));
            }
            Self::Day(row) => put(steps, &DAY_DELETE, row.id.clone(), &DAY_INSERT, row),
            Self::DayGone { id } => {
                steps.push(Step::must_hit(&DAY_DELETE, vec![id.into_value()]));
            }
            Self::Swap(row) => steps.push(Step::any(&SWAP_INSERT, row.into_values())),
            Self::SwapDecided { id, state, at, by } => steps.push(Step::must_hit(
                &SWAP_DECIDE,
                vec![
                    id.into_value(),
                    word(state),
                    at.into_value(),
                    by.into_value(),
                ],
            )),
            Self::Way(row) => put(steps, &WAY_DELETE, row.unit.clone(), &WAY_INSERT, row),
            Self::Test(row) => steps.push(Step::any(&TEST_INSERT, row.into_values())),
            Self::MarkBegun { pos } => {
                steps.push(Step::any(&MARK_INSERT, vec![pos.into_value()]));
            }
            Self::MarkMoved { from, to } => steps.push(Step::must_hit(
                &MARK_MOVE,
                vec![from.into_value(), to.into_value()],
            )),
            Self::Notice(row) => steps.push(Step::any(&NOTICE_INSERT, row.into_values())),
            Self::NoticeMoved {
                id,
                from,
                step,
                next_at,
                state,
            } => steps.push(Step::must_hit(
                &NOTICE_MOVE,
                vec![
                    id.into_value(),
                    from.into_value(),
                    step.into_value(),
                    next_at.into_value(),
                    word(state),
                ],
            )),
            Self::NoticeClosed {
                id,
                state,
                at,
                by,
                how,
            } => steps.push(Step::any(
                &NOTICE_CLOSE,
                vec![
                    id.into_value(),
                    word(state),
                    at.into_value(),
                    by.into_value(),
                    word(how),
                ],
            )),
            Self::NoticeClaimed { id, by } => {
                steps.push(Step::any(
                    &NOTICE_CLAIM,
                    vec![id.into_value(), by.into_value()],
                ));
            }
            Self::NoticeTried { id } => {
                steps.push(Step::any(&NOTICE_TRIED, vec![id.into_value()]));
            }
            other => other.plan_sending(steps),
        }
    }

    fn plan_sending(self, steps: &mut Vec<Step>) {
        let step = match self {
            Self::Delivery(row) => Step::any(&DELIVERY_INSERT, row.into_values()),
            Self::DeliveryBegun {
                id,
                tries,
                again_at,
            } => Step::must_hit(
                &DELIVERY_BEGIN,
                vec![id.into_value(), tries.into_value(), again_at.into_value()],
            ),
            Self::DeliveryEnded {
                id,
                tries,
                state,
                next_at,
                done_at,
                gateway,
                outcome,
                proof,
            } => Step::any(
                &DELIVERY_END,
                vec![
                    id.into_value(),
                    tries.into_value(),
                    word(state),
                    next_at.into_value(),
                    done_at.into_value(),
                    gateway.into_value(),
                    outcome.into_value(),
                    proof.into_value(),
                ],
            ),
            Self::DeliverySeen { id, at } => {
                Step::any(&DELIVERY_SEEN, vec![id.into_value(), at.into_value()])
            }
            Self::DeliveryReported {
                id,
                state,
                at,
                outcome,
                proof,
            } => Step::any(
                &DELIVERY_REPORT,
                vec![
                    id.into_value(),
                    word(state),
                    at.into_value(),
                    outcome.into_value(),
                    proof.into_value(),
                ],
            ),
            Self::DeliveryCalled {
                id,
                call,
                state,
                at,
                outcome,
                proof,
            } => Step::must_hit(
                &DELIVERY_CALLED,
                vec![
                    id.into_value(),
                    word(state),
                    at.into_value(),
                    outcome.into_value(),
                    proof.into_value(),
                    call.into_value(),
                ],
            ),
            Self::DeliveryAgain { id, at, more } => Step::must_hit(
                &DELIVERY_AGAIN,
                vec![id.into_value(), at.into_value(), more.into_value()],
            ),
            Self::DeliveriesDropped { notice, at } => {
                Step::any(&DELIVERIES_DROP, vec![notice.into_value(), at.into_value()])
            }
            Self::Attempt(row) => Step::any(&ATTEMPT_INSERT, row.into_values()),
            Self::AttemptEnded {
                delivery,
                n,
                at,
                outcome,
                detail,
            } => Step::any(
                &ATTEMPT_END,
                vec![
                    delivery.into_value(),
                    n.into_value(),
                    at.into_value(),
                    outcome.into_value(),
                    detail.into_value(),
                ],
            ),
            // The roster's and the notices' own writes are planned above.
            _ => return,
        };
        steps.push(step);
    }
}
