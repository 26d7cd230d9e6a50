//! Rows of the link to other platforms.

use crate::value::row;

row! {
    /// An envelope to send; the appender numbers it.
    NewEnvelope {
        /// Link to send on.
        link: String,
        /// Case it is about; empty if none.
        case_id: String,
        /// Kind of envelope.
        kind: String,
        /// Body as JSON.
        body: String,
        /// Time it was made.
        at: i64,
    }
}

row! {
    /// An envelope to send or sent.
    OutboxRow {
        /// Link.
        link: String,
        /// Number on the link, from 1, without gaps.
        seq: i64,
        /// Case it is about.
        case_id: String,
        /// Kind of envelope.
        kind: String,
        /// Body as JSON.
        body: String,
        /// Time it was made.
        at: i64,
        /// `issued`; `dead` if the peer refused it; `resent` if a dead one was sent anew under
        /// another number.
        state: String,
        /// Why the peer refused it.
        reason: String,
    }
}

row! {
    /// An envelope that was received. Both (link, seq) and (link, msg_id) are unique.
    InboxRow {
        /// Link.
        link: String,
        /// Number on the link.
        seq: i64,
        /// Message id given by the sender.
        msg_id: String,
        /// Time of receipt.
        at: i64,
        /// What came of it, to be given again if it is repeated.
        result: String,
    }
}

row! {
    /// What is known about a link.
    LinkStateRow {
        /// Link.
        link: String,
        /// The peer has all up to this number.
        acked_out: i64,
        /// We have applied all up to this number.
        applied_in: i64,
        /// Alarm in words; empty if none.
        alarm: String,
        /// Time of the alarm.
        alarm_at: Option<i64>,
        /// Chain head the peer last sent.
        peer_head: String,
    }
}

row! {
    /// A step in the life of a key of a link.
    LinkKeyRow {
        /// Number of the step, from 1, over all links.
        no: i64,
        /// When it was taken.
        at: i64,
        /// Whose account took it; empty for whoever sits at the machine.
        account: String,
        /// Link.
        link: String,
        /// `own` or `peer`.
        side: String,
        /// Name of the key.
        key_id: String,
        /// Public half in base64.
        public: String,
        /// What the key is from here on.
        state: String,
        /// Why.
        reason: String,
    }
}
