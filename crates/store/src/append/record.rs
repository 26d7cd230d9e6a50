//! Rows of ordinary tables that are written through the appender.

use crate::append::follow_up::FollowUpRecord;
use crate::append::import::ImportRecord;
use crate::append::message::MessageRecord;
use crate::append::press::PressRecord;
use crate::append::reach::ReachRecord;
use crate::append::score::ScoreRecord;
use crate::append::seat::SeatRecord;
use crate::append::supervision::SupervisionRecord;
use crate::append::voice::VoiceRecord;
use crate::append::{KnowledgeRecord, audit_digest, plan::Step, write};
use crate::row::{
    AccountRow, AttachmentRow, AuditRow, CalendarChangeRow, CalendarRow, ClockVersionRow,
    LinkKeyRow, LinkStateRow, ListDraftRow, ListRunRow, ListVersionRow, PlaceNameRow,
    SavedSearchRow, SessionRow, SettingRow, UnitRow,
};
use crate::value::{Field, IntoRow, Stmt, Value};

/// One write to an ordinary table. "Put" means: replaces the row with the same key.
#[derive(Debug, Clone)]
pub enum Record {
    /// Puts an account; a login that another account has is refused as a duplicate.
    Account(AccountRow),
    /// Allows or forbids an account to log in.
    AccountDisabled {
        /// Account.
        id: String,
        /// Forbidden.
        disabled: bool,
    },
    /// Keeps the count of wrong passwords. Nothing else of the account is touched, so that a try to
    /// sign in takes nothing back that an administrator changes at the same moment.
    AccountTried {
        /// Account.
        id: String,
        /// Wrong passwords in a row.
        failed: i64,
        /// Locked until.
        locked_until: Option<i64>,
    },
    /// Gives an account other roles.
    AccountRoles {
        /// Account.
        id: String,
        /// Roles as a JSON array.
        roles: String,
    },
    /// Gives an account another name and unit.
    AccountPlace {
        /// Account.
        id: String,
        /// Name shown.
        name: String,
        /// Unit.
        unit: String,
    },
    /// Sets a password and takes a lock away.
    AccountPassword {
        /// Account.
        id: String,
        /// Password hash in PHC form.
        password: String,
        /// Its owner has to choose another first.
        must_change: bool,
    },
    /// Adds a session.
    Session(SessionRow),
    /// Moves a session's last use; a session that has ended is left alone.
    SessionSeen {
        /// Hash of the token.
        token: String,
        /// Time of use.
        at: i64,
        /// New end.
        expires_at: i64,
    },
    /// Ends a session.
    SessionEnd {
        /// Hash of the token.
        token: String,
    },
    /// Ends every session of an account.
    SessionsEnd {
        /// Account.
        account_id: String,
    },
    /// Ends every session of an account but one.
    SessionsEndOthers {
        /// Account.
        account_id: String,
        /// Hash of the token that stays.
        token: String,
    },
    /// Removes sessions whose end has passed.
    SessionsExpired {
        /// Now.
        now: i64,
    },
    /// Who is where now.
    Seat(SeatRecord),
    /// Puts a saved question.
    SavedSearch(SavedSearchRow),
    /// Removes a saved question.
    SavedSearchRemoved {
        /// Its id.
        id: String,
    },
    /// Puts a unit.
    Unit(UnitRow),
    /// Puts a day.
    Calendar(CalendarRow),
    /// Removes a day.
    CalendarRemoved {
        /// Day as `2026-10-01`.
        day: String,
    },
    /// Keeps what a day was before it is changed.
    CalendarChanged(CalendarChangeRow),
    /// Puts a place by its name.
    PlaceName(PlaceNameRow),
    /// Removes a place by its name.
    PlaceNameRemoved {
        /// Its id.
        id: String,
    },
    /// Puts a setting.
    Setting(SettingRow),
    /// Adds a line to the audit trail; the appender gives position and hash (law 10).
    Audit(AuditRow),
    /// Publishes a version of the list; a version that is there already refuses the change.
    ListVersion(ListVersionRow),
    /// Publishes a version of the clock catalogue; a number that is taken refuses the change.
    ClockVersion(ClockVersionRow),
    /// Withdraws a version that does not hold yet; one that was withdrawn is a defect.
    ListWithdrawn {
        /// Version.
        version: i64,
        /// When.
        at: i64,
        /// By whom.
        by: String,
    },
    /// Begins the draft of the next version; where there is one the change is refused.
    ListDraftBegun(ListDraftRow),
    /// Saves the draft over a revision; another revision refuses the change.
    ListDraftSaved {
        /// The revision it was made from.
        over: i64,
        /// The draft as it is now.
        row: ListDraftRow,
    },
    /// Removes the draft; another revision refuses the change.
    ListDraftGone {
        /// The revision that was published or thrown away.
        revision: i64,
    },
    /// Begins a run of the draft over past cases.
    ListRun(ListRunRow),
    /// Says how far a run is; one that ended stays as it is.
    ListRunMoved {
        /// Id of the run.
        id: String,
        /// Cases looked at.
        done: i64,
        /// When.
        at: i64,
    },
    /// Ends a run; one that ended stays as it is.
    ListRunEnded {
        /// Id of the run.
        id: String,
        /// `done`, `cancelled` or `failed`.
        state: &'static str,
        /// When.
        at: i64,
        /// What came out, JSON.
        result: String,
    },
    /// Writes to the tables of scores.
    Score(ScoreRecord),
    /// Writes to the tables of imports.
    Import(ImportRecord),
    /// The peer has all envelopes up to a number. One that was not given out yet marks nothing.
    OutboxAcked {
        /// Link.
        link: String,
        /// Last number the peer has.
        up_to: i64,
    },
    /// The peer refused an envelope for good.
    OutboxDead {
        /// Link.
        link: String,
        /// Number.
        seq: i64,
        /// Why.
        reason: String,
    },
    /// A dead envelope is sent anew, under a number of its own; one that is not dead is a defect.
    OutboxResend {
        /// Link.
        link: String,
        /// Number.
        seq: i64,
    },
    /// Puts the state of a link.
    LinkState(LinkStateRow),
    /// Takes a step with a key of a link; a number that is taken refuses the change.
    LinkKey(LinkKeyRow),
    /// An upload begins: bytes that follow belong to nothing yet.
    UploadBegun {
        /// Id the file will have.
        id: String,
        /// When.
        at: i64,
    },
    /// Adds a part of an upload's bytes.
    UploadPart {
        /// Id of the upload.
        id: String,
        /// Which part, from 0.
        n: i64,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// Forgets an upload nobody finished, with its bytes; one that was finished is left alone.
    UploadDropped {
        /// Id of the upload.
        id: String,
    },
    /// Makes an upload a file of a case. An upload that was dropped meanwhile refuses the change.
    Attached(AttachmentRow),
    /// Puts a file whose bytes are on the peer's platform.
    AttachmentHeard(AttachmentRow),
    /// Something of the duty roster or of notices.
    Reach(ReachRecord),
    /// Removes a file's bytes, its name and the salt of the name's digest. Its row stays, and so
    /// does what the log says of it.
    AttachmentEmptied {
        /// Id of the file.
        id: String,
    },
    /// A row of the follow-up.
    FollowUp(FollowUpRecord),
    /// A row of supervision.
    Supervision(SupervisionRecord),
    /// Bulletins and registers.
    Press(PressRecord),
    /// The knowledge base.
    Knowledge(KnowledgeRecord),
    /// Calls.
    Voice(VoiceRecord),
    /// Short messages.
    Message(MessageRecord),
}

fn put(
    steps: &mut Vec<Step>,
    delete: &'static Stmt,
    key: &str,
    insert: &'static Stmt,
    row: impl IntoRow,
) {
    steps.push(Step::any(delete, vec![Value::Text(key.to_owned())]));
    steps.push(Step::any(insert, row.into_values()));
}

impl Record {
    /// Turns the record into writes, on the caller's thread.
    pub(crate) fn plan(self, steps: &mut Vec<Step>) {
        match self {
            Self::Supervision(record) => record.plan(steps),
            Self::Account(row) => {
                let key = row.id.clone();
                put(
                    steps,
                    &write::ACCOUNT_DELETE,
                    &key,
                    &write::ACCOUNT_INSERT,
                    row,
                );
            }
            Self::AccountDisabled { id, disabled } => steps.push(Step::must_hit(
                &write::ACCOUNT_DISABLE,
                vec![id.into_value(), disabled.into_value()],
            )),
            Self::AccountTried {
                id,
                failed,
                locked_until,
            } => steps.push(Step::any(
                &write::ACCOUNT_TRIED,
                vec![
                    id.into_value(),
                    failed.into_value(),
                    locked_until.into_value(),
                ],
            )),
            Self::AccountRoles { id, roles } => steps.push(Step::must_hit(
                &write::ACCOUNT_ROLES,
                vec![id.into_value(), roles.into_value()],
            )),
            Self::AccountPlace { id, name, unit } => steps.push(Step::must_hit(
                &write::ACCOUNT_PLACE,
                vec![id.into_value(), name.into_value(), unit.into_value()],
            )),
            Self::AccountPassword {
                id,
                password,
                must_change,
            } => steps.push(Step::must_hit(
                &write::ACCOUNT_PASSWORD,
                vec![
                    id.into_value(),
                    password.into_value(),
                    must_change.into_value(),
                ],
            )),
            Self::Session(row) => {
                steps.push(Step::any(&write::SESSION_INSERT, row.into_values()));
            }
            Self::SessionSeen {
                token,
                at,
                expires_at,
            } => steps.push(Step::any(
                &write::SESSION_SEEN,
                vec![token.into_value(), at.into_value(), expires_at.into_value()],
            )),
            Self::SessionEnd { token } => {
                steps.push(Step::any(&write::SESSION_END, vec![token.into_value()]));
            }
            Self::SessionsEnd { account_id } => {
                steps.push(Step::any(
                    &write::SESSIONS_END,
                    vec![account_id.into_value()],
                ));
            }
            Self::SessionsEndOthers { account_id, token } => steps.push(Step::any(
                &write::SESSIONS_END_OTHERS,
                vec![account_id.into_value(), token.into_value()],
            )),
            Self::SessionsExpired { now } => {
                steps.push(Step::any(&write::SESSIONS_EXPIRED, vec![now.into_value()]));
            }
            Self::Seat(record) => record.plan(steps),
            Self::SavedSearch(row) => {
                let key = row.id.clone();
                put(
                    steps,
                    &write::SAVED_SEARCH_DELETE,
                    &key,
                    &write::SAVED_SEARCH_INSERT,
                    row,
                );
            }
            Self::SavedSearchRemoved { id } => {
                let values = vec![id.into_value()];
                steps.push(Step::any(&write::SAVED_SEARCH_DELETE, values));
            }
            Self::Press(record) => record.plan(steps),
            Self::Knowledge(record) => record.plan(steps),
            Self::Voice(record) => record.plan(steps),
            Self::Message(record) => record.plan(steps),
            Self::PlaceName(row) => {
                let key = row.id.clone();
                put(
                    steps,
                    &write::PLACE_NAME_DELETE,
                    &key,
                    &write::PLACE_NAME_INSERT,
                    row,
                );
            }
            Self::PlaceNameRemoved { id } => {
                let values = vec![id.into_value()];
                steps.push(Step::any(&write::PLACE_NAME_DELETE, values));
            }
            Self::Unit(row) => {
                let key = row.code.clone();
                put(steps, &write::UNIT_DELETE, &key, &write::UNIT_INSERT, row);
            }
            Self::Calendar(row) => {
                let key = row.day.clone();
                put(
                    steps,
                    &write::CALENDAR_DELETE,
                    &key,
                    &write::CALENDAR_INSERT,
                    row,
                );
            }
            Self::CalendarRemoved { day } => {
                steps.push(Step::any(&write::CALENDAR_DELETE, vec![day.into_value()]));
            }
            Self::CalendarChanged(row) => {
                let key = vec![row.day.clone().into_value(), row.at.into_value()];
                steps.push(Step::any(&write::CALENDAR_CHANGE_DELETE, key));
                steps.push(Step::any(&write::CALENDAR_CHANGE_INSERT, row.into_values()));
            }
            Self::Setting(row) => {
                let key = row.key.clone();
                put(
                    steps,
                    &write::SETTING_DELETE,
                    &key,
                    &write::SETTING_INSERT,
                    row,
                );
            }
            Self::Audit(row) => {
                let digest = audit_digest(&row);
                steps.push(Step::Audit {
                    values: row.into_values(),
                    digest,
                });
            }
            Self::ListVersion(row) => {
                steps.push(Step::any(&write::LIST_VERSION_INSERT, row.into_values()));
            }
            Self::ClockVersion(row) => {
                steps.push(Step::any(&write::CLOCK_VERSION_INSERT, row.into_values()));
            }
            Self::ListWithdrawn { version, at, by } => steps.push(Step::must_hit(
                &write::LIST_WITHDRAW,
                vec![version.into_value(), at.into_value(), by.into_value()],
            )),
            Self::ListDraftBegun(row) => {
                steps.push(Step::any(&write::LIST_DRAFT_INSERT, row.into_values()));
            }
            Self::ListDraftSaved { over, row } => steps.push(Step::must_hit(
                &write::LIST_DRAFT_SAVE,
                vec![
                    over.into_value(),
                    row.revision.into_value(),
                    row.label.into_value(),
                    row.text.into_value(),
                    row.changed_at.into_value(),
                    row.changed_by.into_value(),
                ],
            )),
            Self::ListDraftGone { revision } => steps.push(Step::must_hit(
                &write::LIST_DRAFT_DELETE,
                vec![revision.into_value()],
            )),
            Self::ListRun(row) => {
                steps.push(Step::any(&write::LIST_RUN_INSERT, row.into_values()));
            }
            Self::ListRunMoved { id, done, at } => steps.push(Step::any(
                &write::LIST_RUN_MOVE,
                vec![id.into_value(), done.into_value(), at.into_value()],
            )),
            Self::ListRunEnded {
                id,
                state,
                at,
                result,
            } => steps.push(Step::any(
                &write::LIST_RUN_END,
                vec![
                    id.into_value(),
                    Value::Text(state.to_owned()),
                    at.into_value(),
                    result.into_value(),
                ],
            )),
            Self::Score(record) => record.plan(steps),
            Self::Import(record) => record.plan(steps),
            Self::OutboxAcked { link, up_to } => steps.push(Step::any(
                &write::OUTBOX_ACK,
                vec![link.into_value(), up_to.into_value()],
            )),
            Self::OutboxDead { link, seq, reason } => steps.push(Step::must_hit(
                &write::OUTBOX_DEAD,
                vec![link.into_value(), seq.into_value(), reason.into_value()],
            )),
            Self::OutboxResend { link, seq } => steps.push(Step::must_hit(
                &write::OUTBOX_RESEND,
                vec![link.into_value(), seq.into_value()],
            )),
            Self::LinkState(row) => {
                let key = row.link.clone();
                put(
                    steps,
                    &write::LINK_STATE_DELETE,
                    &key,
                    &write::LINK_STATE_INSERT,
                    row,
                );
            }
            Self::LinkKey(row) => {
                steps.push(Step::any(&write::LINK_KEY_INSERT, row.into_values()));
            }
            Self::UploadBegun { id, at } => steps.push(Step::any(
                &write::ATTACHMENT_UPLOAD_INSERT,
                vec![id.into_value(), at.into_value()],
            )),
            Self::UploadPart { id, n, bytes } => steps.push(Step::any(
                &write::ATTACHMENT_PART_INSERT,
                vec![id.into_value(), n.into_value(), bytes.into_value()],
            )),
            Self::UploadDropped { id } => {
                // The bytes first: that nobody finished them is what the upload's row says.
                steps.push(Step::any(
                    &write::ATTACHMENT_PARTS_DROP,
                    vec![id.clone().into_value()],
                ));
                steps.push(Step::any(
                    &write::ATTACHMENT_UPLOAD_DELETE,
                    vec![id.into_value()],
                ));
            }
            Self::Attached(row) => {
                steps.push(Step::must_hit(
                    &write::ATTACHMENT_UPLOAD_DELETE,
                    vec![row.id.clone().into_value()],
                ));
                steps.push(Step::any(&write::ATTACHMENT_INSERT, row.into_values()));
            }
            Self::AttachmentEmptied { id } => {
                steps.push(Step::must_hit(
                    &write::ATTACHMENT_EMPTY,
                    vec![id.clone().into_value()],
                ));
                steps.push(Step::any(
                    &write::ATTACHMENT_PARTS_DELETE,
                    vec![id.into_value()],
                ));
            }
            Self::FollowUp(record) => record.plan(steps),
            Self::Reach(record) => record.plan(steps),
            Self::AttachmentHeard(row) => {
                let key = row.id.clone();
                put(
                    steps,
                    &write::ATTACHMENT_DELETE,
                    &key,
                    &write::ATTACHMENT_INSERT,
                    row,
                );
            }
        }
    }
}
