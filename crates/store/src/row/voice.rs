//! Rows of calls.

use crate::value::row;

row! {
    /// The record of a call (CDR): begun when it comes in, completed when it is over.
    CallRecordRow {
        /// Name of the call, a UUID version 7.
        id: String,
        /// It came in; else it was made here.
        inbound: bool,
        /// Trunk; empty before a call made here has one.
        trunk: String,
        /// Session-ID of all its legs.
        session: String,
        /// The other end's number; empty if it is not known.
        number: String,
        /// Blind index over the number.
        caller_key: String,
        /// The caller's headers as received, JSON.
        caller: String,
        /// What was called.
        called: String,
        /// Class in the queue.
        class: String,
        /// The call it makes up for; empty without.
        call_back: String,
        /// Case; empty until it is bound to one.
        case_id: String,
        /// Account of the first operator; empty until somebody answers.
        seat: String,
        /// When it came in or was made.
        began: i64,
        /// When it first rang at a seat.
        offered: Option<i64>,
        /// When a person first answered.
        answered: Option<i64>,
        /// When it was first held.
        held: Option<i64>,
        /// How long it was held in all, milliseconds.
        held_ms: i64,
        /// When a transfer or hand-over succeeded.
        transferred: Option<i64>,
        /// Where to and what became of the last try, JSON; empty without.
        transfer: String,
        /// When the last leg ended; none while it is up.
        ended: Option<i64>,
        /// `remote`, `local`, `network`; empty while it is up.
        ended_by: String,
        /// SIP status it ended with; 0 while it is up.
        cause: i64,
        /// How it came out; empty while it is up.
        outcome: String,
        /// Its legs, JSON; empty while it is up.
        legs: String,
    }
}

row! {
    /// Talk of many calls.
    TalkRow {
        /// Whose matter it was: the code of a desk; empty for calls without a case, and for matters nobody owns.
        desk: String,
        /// Calls that a person answered.
        calls: i64,
        /// From the answer to the end, of all of them together, milliseconds.
        talk_ms: i64,
    }
}

row! {
    /// Calls of a span that came in and are over, counted.
    CallTallyRow {
        /// All of them, those that were turned away among them.
        offered: i64,
        /// Given up unanswered within the declared time.
        short: i64,
        /// Answered by a person.
        answered: i64,
        /// Answered within the declared time.
        soon: i64,
        /// How long those answered had waited together, milliseconds.
        wait_ms: i64,
        /// From the answer to the end, of all of them together, milliseconds.
        talk_ms: i64,
    }
}

row! {
    /// Something that happened in a call.
    CallStepRow {
        /// Call.
        call_id: String,
        /// Number within the call, from 1.
        n: i64,
        /// When.
        at: i64,
        /// What.
        kind: String,
        /// Its fields, JSON.
        body: String,
    }
}

row! {
    /// A sealed recording.
    CallRecordingRow {
        /// Its name.
        id: String,
        /// Call.
        call_id: String,
        /// Number of the leg.
        leg: i64,
        /// Who was on it: `caller`, `seat`, `far`, `duty`, `supervisor`.
        who: String,
        /// When the leg began.
        at: i64,
        /// Seconds.
        seconds: i64,
        /// Seconds in which something is missing or paused.
        gaps: i64,
        /// Head of its chain, hexadecimal.
        head: String,
        /// When its time was over and it was removed.
        removed_at: Option<i64>,
    }
}

row! {
    /// A call whose recordings are sealed as evidence 依法封存: kept until that is lifted.
    CallHoldRow {
        /// Call.
        call_id: String,
        /// Since when.
        at: i64,
        /// Account that sealed it.
        account: String,
        /// Its holder's name.
        name: String,
        /// Why.
        reason: String,
    }
}

row! {
    /// What is kept of something of the desk so that it outlives the program.
    CallSnapshotRow {
        /// The process that can take it up again, by its ports.
        home: String,
        /// The call it goes with; empty for what goes with none.
        call_id: String,
        /// `call`, `leg`, `call_back`, `seat`, `phone`.
        kind: String,
        /// Its name.
        id: String,
        /// When it was kept.
        at: i64,
        /// Text that the desk alone reads.
        state: String,
    }
}
