//! Writing bulletins and registers.

use crate::append::plan::Step;
use crate::append::write;
use crate::row::{BulletinRow, BulletinSentRow, RegisterFileRow, RegisterRow};
use crate::value::{Field as _, IntoRow as _, Value, statements};

statements! {
    pub(crate) PRESS_WRITES:
    BULLETIN_INSERT = "bulletin.insert",
        "INSERT INTO bulletin (id, kind, since, until, title, state, revision, year, number, body, made_at, \
         made_by, changed_at, changed_by, approved_at, approved_by, published_at, published_by, digest, \
         sheet_digest) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)";
    BULLETIN_SAVE = "bulletin.save",
        "UPDATE bulletin SET title = $3, state = $4, revision = $5, year = $6, number = $7, body = $8, \
         changed_at = $9, changed_by = $10, approved_at = $11, approved_by = $12, published_at = $13, \
         published_by = $14, digest = $15, sheet_digest = $16 WHERE id = $1 AND revision = $2";
    BULLETIN_SENT_INSERT = "bulletin_sent.insert",
        "INSERT INTO bulletin_sent (id, bulletin, receiver, way, at, sent_by) \
         VALUES ($1, $2, $3, $4, $5, $6)";
    REGISTER_INSERT = "register_entry.insert",
        "INSERT INTO register_entry (id, register, title, unit, state, held_at, due_at, version, body, \
         made_at, made_by, changed_at, changed_by, closed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    REGISTER_SAVE = "register_entry.save",
        "UPDATE register_entry SET title = $3, unit = $4, state = $5, held_at = $6, due_at = $7, \
         version = $8, body = $9, changed_at = $10, changed_by = $11, closed_at = $12 \
         WHERE id = $1 AND version = $2";
    REGISTER_FILE_INSERT = "register_file.insert",
        "INSERT INTO register_file (id, entry, name, media, size, digest, at, added_by) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
}

/// One write to bulletins and registers.
#[derive(Debug, Clone)]
pub enum PressRecord {
    /// A new bulletin.
    Bulletin(BulletinRow),
    /// A bulletin saved over the revision it was made from; hitting none is a failure.
    BulletinSaved {
        /// The revision it was made from.
        over: i64,
        /// What it is now.
        row: BulletinRow,
    },
    /// A receiver of a published bulletin.
    BulletinSent(BulletinSentRow),
    /// A new entry of a register.
    Entry(RegisterRow),
    /// An entry saved over the version it was made from; hitting none is a failure.
    EntrySaved {
        /// The version it was made from.
        over: i64,
        /// What it is now.
        row: RegisterRow,
    },
    /// A file of an entry.
    EntryFile(RegisterFileRow),
    /// Bytes under an id, a part each: written with the row that speaks of them.
    Bytes {
        /// The id the parts lie under.
        id: String,
        /// The bytes in parts.
        parts: Vec<Vec<u8>>,
    },
}

impl PressRecord {
    pub(super) fn plan(self, steps: &mut Vec<Step>) {
        match self {
            Self::Bulletin(row) => steps.push(Step::any(&BULLETIN_INSERT, row.into_values())),
            Self::BulletinSaved { over, row } => steps.push(Step::must_hit(
                &BULLETIN_SAVE,
                vec![
                    row.id.into_value(),
                    over.into_value(),
                    row.title.into_value(),
                    row.state.into_value(),
                    row.revision.into_value(),
                    row.year.into_value(),
                    row.number.into_value(),
                    row.body.into_value(),
                    row.changed_at.into_value(),
                    row.changed_by.into_value(),
                    row.approved_at.into_value(),
                    row.approved_by.into_value(),
                    row.published_at.into_value(),
                    row.published_by.into_value(),
                    row.digest.into_value(),
                    row.sheet_digest.into_value(),
                ],
            )),
            Self::BulletinSent(row) => {
                steps.push(Step::any(&BULLETIN_SENT_INSERT, row.into_values()));
            }
            Self::Entry(row) => steps.push(Step::any(&REGISTER_INSERT, row.into_values())),
            Self::EntrySaved { over, row } => steps.push(Step::must_hit(
                &REGISTER_SAVE,
                vec![
                    row.id.into_value(),
                    over.into_value(),
                    row.title.into_value(),
                    row.unit.into_value(),
                    row.state.into_value(),
                    row.held_at.into_value(),
                    row.due_at.into_value(),
                    row.version.into_value(),
                    row.body.into_value(),
                    row.changed_at.into_value(),
                    row.changed_by.into_value(),
                    row.closed_at.into_value(),
                ],
            )),
            Self::EntryFile(row) => {
                steps.push(Step::any(&REGISTER_FILE_INSERT, row.into_values()));
            }
            Self::Bytes { id, parts } => {
                for (n, bytes) in (0_i64..).zip(parts) {
                    steps.push(Step::any(
                        &write::ATTACHMENT_PART_INSERT,
                        vec![Value::Text(id.clone()), Value::I64(n), bytes.into_value()],
                    ));
                }
            }
        }
    }
}
