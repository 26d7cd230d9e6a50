//! Writing short messages.

use crate::append::plan::Step;
use crate::row::{MessagePieceRow, MessageRow};
use crate::value::{Field as _, IntoRow as _, Value, statements};

statements! {
    pub(crate) MESSAGE_WRITES:
    INSERT = "message.insert",
        "INSERT INTO message (id, inbound, case_id, case_no, own, number, caller_key, text, parts, at, account_id, \
         name, state, due_at, done_at, tries, gateway, outcome) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";
    LATE = "message.late",
        "UPDATE message SET state = 'late', due_at = NULL WHERE id = $1 AND inbound = 1 AND state = 'waiting'";
    ANSWERED = "message.answered",
        "UPDATE message SET state = 'answered', due_at = NULL, done_at = $2, account_id = $3, name = $4 \
         WHERE case_id = $1 AND inbound = 1 AND state IN ('waiting', 'late')";
    ASIDE = "message.aside",
        "UPDATE message SET state = 'aside', due_at = NULL, done_at = $2, account_id = $3, name = $4, outcome = $5 \
         WHERE id = $1 AND inbound = 1 AND state IN ('waiting', 'late')";
    CLOSED = "message.closed",
        "UPDATE message SET state = 'closed', due_at = NULL, done_at = $2 \
         WHERE case_id = $1 AND inbound = 1 AND state IN ('waiting', 'late')";
    BEGIN = "message.begin",
        "UPDATE message SET state = 'sending', tries = tries + 1, due_at = $3 \
         WHERE id = $1 AND tries = $2 AND inbound = 0 AND state IN ('waiting', 'sending')";
    FINISH = "message.finish",
        "UPDATE message SET state = $3, due_at = $4, done_at = $5, gateway = $6, outcome = $7 \
         WHERE id = $1 AND tries = $2 AND inbound = 0 AND state = 'sending'";
    REPORTED = "message.reported",
        "UPDATE message SET state = $2, done_at = $3, outcome = $4, due_at = NULL \
         WHERE id = $1 AND inbound = 0 AND state IN ('waiting', 'sending', 'sent')";
    EMPTIED = "message.empty",
        "UPDATE message SET own = '', number = '', caller_key = '', text = '' WHERE case_id = $1";
    PIECE_DELETE = "message_piece.delete", "DELETE FROM message_piece WHERE id = $1";
    PIECE_INSERT = "message_piece.insert",
        "INSERT INTO message_piece (id, whole, own, number, reference, total, n, text, at, due_at, taken) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    PIECES_TAKEN = "message_piece.taken",
        "UPDATE message_piece SET taken = 1, due_at = $2 WHERE whole = $1";
    PIECES_DELETE = "message_piece.delete_whole", "DELETE FROM message_piece WHERE whole = $1";
}

/// One write about short messages.
#[derive(Debug, Clone)]
pub enum MessageRecord {
    /// One came, or was written.
    New(Box<MessageRow>),
    /// Its limit passed; one that is answered already refuses the change.
    Late {
        /// Message.
        id: String,
    },
    /// Whatever waits on a case is answered.
    Answered {
        /// Case.
        case_id: String,
        /// When.
        at: i64,
        /// Account.
        account_id: String,
        /// Its name.
        name: String,
    },
    /// One needs no answer; one that waits no more refuses the change.
    Aside {
        /// Message.
        id: String,
        /// When.
        at: i64,
        /// Account.
        account_id: String,
        /// Its name.
        name: String,
        /// Why.
        reason: String,
    },
    /// The case was closed: whatever waits on it waits no more.
    Closed {
        /// Case.
        case_id: String,
        /// When.
        at: i64,
    },
    /// Begins a try; one that somebody else began refuses the change.
    Begun {
        /// Message.
        id: String,
        /// Tries so far.
        tries: i64,
        /// When it is taken up again if nobody sees its end.
        again_at: i64,
    },
    /// Ends a try; one that was taken up anew meanwhile refuses the change.
    Ended {
        /// Message.
        id: String,
        /// Which try.
        tries: i64,
        /// State after it.
        state: &'static str,
        /// When it is tried next.
        next_at: Option<i64>,
        /// When it was given to the carrier or given up.
        done_at: Option<i64>,
        /// The gateway's number.
        gateway: String,
        /// What came of it.
        outcome: String,
    },
    /// The gateway says what became of one; a second word refuses the change.
    Reported {
        /// Message.
        id: String,
        /// `arrived` or `failed`.
        state: &'static str,
        /// When.
        at: i64,
        /// Its own word.
        outcome: String,
    },
    /// Removes numbers and words of a case.
    Emptied {
        /// Case.
        case_id: String,
    },
    /// Puts a piece of a long message.
    Piece(MessagePieceRow),
    /// The long message was taken; its pieces are known for a while.
    PiecesTaken {
        /// Which.
        whole: String,
        /// Until when.
        until: i64,
    },
    /// Its pieces are forgotten.
    PiecesGone {
        /// Which.
        whole: String,
    },
}

impl MessageRecord {
    pub(super) fn plan(self, steps: &mut Vec<Step>) {
        let word = |state: &str| Value::Text(state.to_owned());
        let step = match self {
            Self::New(row) => Step::any(&INSERT, row.into_values()),
            Self::Late { id } => Step::must_hit(&LATE, vec![id.into_value()]),
            Self::Answered {
                case_id,
                at,
                account_id,
                name,
            } => Step::any(
                &ANSWERED,
                vec![
                    case_id.into_value(),
                    at.into_value(),
                    account_id.into_value(),
                    name.into_value(),
                ],
            ),
            Self::Aside {
                id,
                at,
                account_id,
                name,
                reason,
            } => Step::must_hit(
                &ASIDE,
                vec![
                    id.into_value(),
                    at.into_value(),
                    account_id.into_value(),
                    name.into_value(),
                    reason.into_value(),
                ],
            ),
            Self::Closed { case_id, at } => {
                Step::any(&CLOSED, vec![case_id.into_value(), at.into_value()])
            }
            Self::Begun {
                id,
                tries,
                again_at,
            } => Step::must_hit(
                &BEGIN,
                vec![id.into_value(), tries.into_value(), again_at.into_value()],
            ),
            Self::Ended {
                id,
                tries,
                state,
                next_at,
                done_at,
                gateway,
                outcome,
            } => Step::must_hit(
                &FINISH,
                vec![
                    id.into_value(),
                    tries.into_value(),
                    word(state),
                    next_at.into_value(),
                    done_at.into_value(),
                    gateway.into_value(),
                    outcome.into_value(),
                ],
            ),
            Self::Reported {
                id,
                state,
                at,
                outcome,
            } => Step::must_hit(
                &REPORTED,
                vec![
                    id.into_value(),
                    word(state),
                    at.into_value(),
                    outcome.into_value(),
                ],
            ),
            Self::Emptied { case_id } => Step::any(&EMPTIED, vec![case_id.into_value()]),
            Self::Piece(row) => {
                // One that comes again is the same.
                steps.push(Step::any(&PIECE_DELETE, vec![row.id.clone().into_value()]));
                Step::any(&PIECE_INSERT, row.into_values())
            }
            Self::PiecesTaken { whole, until } => {
                Step::any(&PIECES_TAKEN, vec![whole.into_value(), until.into_value()])
            }
            Self::PiecesGone { whole } => Step::any(&PIECES_DELETE, vec![whole.into_value()]),
        };
        steps.push(step);
    }
}
