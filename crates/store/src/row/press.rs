//! Rows of bulletins and registers.

use crate::value::row;

row! {
    /// A bulletin 通报.
    BulletinRow {
        /// Id.
        id: String,
        /// `weekly`, `monthly`, `year` or `benefit`.
        kind: String,
        /// Its figures are of cases received at or after.
        since: i64,
        /// And before.
        until: i64,
        /// Title.
        title: String,
        /// `draft`, `approved`, `published` or `dropped`.
        state: String,
        /// How often it was saved, from 1.
        revision: i64,
        /// Year of its number; 0 until it is published.
        year: i64,
        /// Number within the year; 0 until it is published.
        number: i64,
        /// Sections with their figures, JSON.
        body: String,
        /// When it was begun.
        made_at: i64,
        /// By which account; empty for the machine's own job.
        made_by: String,
        /// When it was last saved.
        changed_at: i64,
        /// By which account.
        changed_by: String,
        /// When it was approved.
        approved_at: Option<i64>,
        /// By which account.
        approved_by: String,
        /// When it was published.
        published_at: Option<i64>,
        /// By which account.
        published_by: String,
        /// SHA-256 of the published PDF, hexadecimal.
        digest: String,
        /// SHA-256 of the published XLSX.
        sheet_digest: String,
    }
}

row! {
    /// A receiver of a published bulletin.
    BulletinSentRow {
        /// Id.
        id: String,
        /// The bulletin.
        bulletin: String,
        /// Who got it.
        receiver: String,
        /// How.
        way: String,
        /// When.
        at: i64,
        /// Which account noted it.
        sent_by: String,
    }
}

row! {
    /// An entry of a register 台账.
    RegisterRow {
        /// Id.
        id: String,
        /// Which register.
        register: String,
        /// What it is.
        title: String,
        /// The unit it is about; empty for none.
        unit: String,
        /// `open` or `closed`.
        state: String,
        /// The day the thing happened or begins to count.
        held_at: i64,
        /// The nearest limit that still runs.
        due_at: Option<i64>,
        /// How often it was written, from 1.
        version: i64,
        /// The kind's own fields and the tasks, JSON.
        body: String,
        /// When it was made.
        made_at: i64,
        /// By which account.
        made_by: String,
        /// When it was last written.
        changed_at: i64,
        /// By which account.
        changed_by: String,
        /// When it was closed.
        closed_at: Option<i64>,
    }
}

row! {
    /// A file of a register's entry.
    RegisterFileRow {
        /// Id.
        id: String,
        /// The entry.
        entry: String,
        /// Its name.
        name: String,
        /// Media type, as its bytes say.
        media: String,
        /// Bytes.
        size: i64,
        /// SHA-256 of the bytes.
        digest: String,
        /// When it was added.
        at: i64,
        /// By which account.
        added_by: String,
    }
}
