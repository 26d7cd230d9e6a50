//! Writing who is where now: seats and who is on a case. None of it is in the log.

use crate::append::plan::Step;
use crate::row::{PresenceRow, SeatRow};
use crate::value::{Field as _, IntoRow as _, statements};

statements! {
    pub(crate) SEAT_WRITES:
    SEAT_INSERT = "seat.insert",
        "INSERT INTO seat (line, process, account_id, opened_at, seen_at, drafts, away) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)";
    SEAT_DELETE = "seat.delete", "DELETE FROM seat WHERE line = $1";
    SEAT_SEEN = "seat.seen", "UPDATE seat SET seen_at = $2 WHERE line = $1";
    SEAT_SAID = "seat.said", "UPDATE seat SET drafts = $2, away = $3 WHERE account_id = $1";
    SEATS_STALE = "seat.stale", "DELETE FROM seat WHERE seen_at < $1";
    PRESENCE_INSERT = "presence.insert",
        "INSERT INTO presence (case_id, account_id, name, unit, doing, seen_at) \
         VALUES ($1, $2, $3, $4, $5, $6)";
    PRESENCE_DELETE = "presence.delete",
        "DELETE FROM presence WHERE case_id = $1 AND account_id = $2";
    PRESENCE_STALE = "presence.stale", "DELETE FROM presence WHERE seen_at < $1";
}

/// One write about who is where.
#[derive(Debug, Clone)]
pub enum SeatRecord {
    /// Somebody's live line is open.
    Opened(SeatRow),
    /// It is still open.
    Seen {
        /// Line.
        line: String,
        /// Time.
        at: i64,
    },
    /// What the console of an account says of itself, on all its lines.
    Said {
        /// Account.
        account_id: String,
        /// Contacts begun and not sent.
        drafts: i64,
        /// Nobody there.
        away: bool,
    },
    /// A line was closed.
    Left {
        /// Line.
        line: String,
    },
    /// Somebody is on a case.
    Present(PresenceRow),
    /// Somebody left a case.
    Gone {
        /// Case.
        case_id: String,
        /// Account.
        account_id: String,
    },
    /// Removes what nobody has vouched for since.
    Stale {
        /// Last seen before.
        before: i64,
    },
}

impl SeatRecord {
    pub(super) fn plan(self, steps: &mut Vec<Step>) {
        match self {
            Self::Opened(row) => {
                let line = row.line.clone();
                steps.push(Step::any(&SEAT_DELETE, vec![line.into_value()]));
                steps.push(Step::any(&SEAT_INSERT, row.into_values()));
            }
            Self::Seen { line, at } => steps.push(Step::any(
                &SEAT_SEEN,
                vec![line.into_value(), at.into_value()],
            )),
            Self::Said {
                account_id,
                drafts,
                away,
            } => steps.push(Step::any(
                &SEAT_SAID,
                vec![
                    account_id.into_value(),
                    drafts.into_value(),
                    away.into_value(),
                ],
            )),
            Self::Left { line } => steps.push(Step::any(&SEAT_DELETE, vec![line.into_value()])),
            Self::Present(row) => {
                let key = vec![
                    row.case_id.clone().into_value(),
                    row.account_id.clone().into_value(),
                ];
                steps.push(Step::any(&PRESENCE_DELETE, key));
                steps.push(Step::any(&PRESENCE_INSERT, row.into_values()));
            }
            Self::Gone {
                case_id,
                account_id,
            } => steps.push(Step::any(
                &PRESENCE_DELETE,
                vec![case_id.into_value(), account_id.into_value()],
            )),
            Self::Stale { before } => {
                steps.push(Step::any(&SEATS_STALE, vec![before.into_value()]));
                steps.push(Step::any(&PRESENCE_STALE, vec![before.into_value()]));
            }
        }
    }
}
