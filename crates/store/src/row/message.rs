//! Rows of short messages.

use crate::value::row;

row! {
    /// A short message that came or was written.
    MessageRow {
        /// Its name, a UUID version 7.
        id: String,
        /// It came; else it was written here.
        inbound: bool,
        /// Its case.
        case_id: String,
        /// The case's printed number.
        case_no: String,
        /// Our number: what was written to, or from where it goes.
        own: String,
        /// The citizen's number; empty once it was removed.
        number: String,
        /// Blind index over the number.
        caller_key: String,
        /// The words; empty once they were removed.
        text: String,
        /// How many messages it is as carriers count.
        parts: i64,
        /// When it came or was written.
        at: i64,
        /// Who wrote or set it aside; empty for nobody here.
        account_id: String,
        /// Their name.
        name: String,
        /// Of one that came `waiting`, `late`, `answered`, `aside`, `closed`; of one that was written `waiting`, `sending`,
        /// `sent`, `arrived`, `failed`.
        state: String,
        /// When something is due: of one that came the limit of its answer, of one that was written the next try.
        due_at: Option<i64>,
        /// When it was answered, or was given to the carrier, or what became of it was known.
        done_at: Option<i64>,
        /// Tries to send.
        tries: i64,
        /// The gateway's number for it; of several the last.
        gateway: String,
        /// Why it was set aside, or what came of sending.
        outcome: String,
    }
}

row! {
    /// A piece of a long message.
    MessagePieceRow {
        /// Its name, so that one that comes again is the same.
        id: String,
        /// Which long message: way, numbers, reference, total.
        whole: String,
        /// Our number.
        own: String,
        /// The citizen's.
        number: String,
        /// Reference as its sender chose.
        reference: i64,
        /// How many pieces there are.
        total: i64,
        /// Which it is, from 1.
        n: i64,
        /// Its words.
        text: String,
        /// When it came.
        at: i64,
        /// When what is there is taken as it is, or forgotten.
        due_at: i64,
        /// The message was taken.
        taken: bool,
    }
}
