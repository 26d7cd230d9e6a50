//! What has become true about calls: the application writes it down. Past tense, with the reason in the name.

use super::input::{Agreed, CallerHeaders, Cause, Destination, Ender, Quality, Sealed};
use super::name::{CallId, LegId, Moment, SeatName, TrunkName};
use crate::queue::{Class, Pick};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One fact about one call.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// The call.
    pub call: CallId,
    /// When.
    pub at: Moment,
    /// What.
    pub what: What,
}

/// Why somebody who was called did not come into the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Failure {
    /// Busy (486, 600).
    Busy,
    /// It rang and nobody answered (408, 480, or our own time).
    NoAnswer,
    /// Declined (403, 603).
    Declined,
    /// There is no such number (404, 410, 484, 604).
    NoSuchNumber,
    /// The trunk or the other side does not work (5xx, 6xx, the rest).
    Unreachable,
    /// The operator took it back.
    TakenBack,
    /// The caller was gone before.
    CallerGone,
}

impl Failure {
    /// What a SIP status means to people.
    #[must_use]
    pub fn of(cause: &Cause) -> Failure {
        match cause.sip {
            486 | 600 => Failure::Busy,
            408 | 480 | 487 => Failure::NoAnswer,
            403 | 603 => Failure::Declined,
            404 | 410 | 484 | 604 => Failure::NoSuchNumber,
            _ => Failure::Unreachable,
        }
    }
}

/// What came of an announcement (R15).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Announced {
    /// Key 1 was pressed: the person answers for it.
    Acknowledged,
    /// It was heard to its end at least once, and nobody pressed 1.
    Heard,
    /// Somebody answered and hung up before its end.
    HungUp,
    /// Nobody was reached.
    Failed(Failure),
}

/// How somebody supervises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Supervision {
    /// Hears, and is heard by nobody.
    Listen,
    /// Is heard by the operator alone.
    Whisper,
    /// Is heard by all.
    Barge,
}

/// How a call that came in, or was made, came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// A person here answered.
    Answered,
    /// A duty phone or another platform answered for this desk.
    AnsweredElsewhere,
    /// Nobody had answered when it ended; a call-back is due.
    CallBack,
    /// Nobody had answered, and the number is not known: it stays to be looked at.
    LostWithoutNumber,
    /// Refused: too many waited.
    RefusedFull,
    /// A call that was made reached nobody.
    NotReached,
    /// A call that was made reached whom it was to reach.
    Reached,
}

/// Why a call-back is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DropReason {
    /// The caller hung up before anybody answered.
    Abandoned,
    /// The caller's line went within seconds of the answer.
    SoonAfterAnswer,
    /// The line was dead, or the network took it.
    LineDead,
    /// Waited so long that a call-back was promised.
    GaveUp,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A call came in and waits.
    Arrived {
        /// On which trunk.
        trunk: TrunkName,
        /// Who calls, as received.
        caller: Box<CallerHeaders>,
        /// Session-ID of its legs.
        session: String,
        /// The original caller's number, as far as the headers say it.
        number: Option<String>,
        /// What was called.
        called: String,
        /// In which class it waits.
        class: Class,
        /// The call-back it makes needless: the same number is here again.
        again: Option<CallId>,
    },
    /// It was turned away because too many waited.
    Refused {
        /// What the caller was told.
        cause: Cause,
    },
    /// It rings at seats.
    Offered(Arc<Pick>),
    /// It rang there and nobody took it.
    NotAnswered {
        /// Where.
        seat: SeatName,
    },
    /// The person there let it pass.
    Declined {
        /// Where.
        seat: SeatName,
    },
    /// It rings on a duty phone.
    DutyRung {
        /// Whose.
        who: String,
    },
    /// It goes to another platform, as nobody here answers.
    Overflowed {
        /// Which partner.
        partner: String,
    },
    /// A duty phone or the overflow partner did not take it.
    OverflowFailed {
        /// Who.
        to: String,
        /// Why.
        failure: Failure,
    },
    /// A person answered.
    Answered {
        /// Where; `None` for a duty phone or another platform.
        seat: Option<SeatName>,
        /// Who, if it is not a seat.
        elsewhere: Option<String>,
        /// How long the caller had waited, in milliseconds.
        waited_ms: u64,
    },
    /// The caller was put on hold.
    Held {
        /// By whom.
        seat: SeatName,
    },
    /// The caller is back from hold.
    Retrieved {
        /// By whom.
        seat: SeatName,
    },
    /// A transfer began: the caller hears the sentence (R74).
    TransferBegan {
        /// By whom.
        seat: SeatName,
        /// Where to.
        to: Destination,
    },
    /// The sentence was heard to its end (R74).
    SentenceHeard,
    /// The other end answered and has the caller.
    TransferAnswered {
        /// Where to.
        to: Destination,
        /// After how many milliseconds.
        after_ms: u64,
    },
    /// It did not, and the operator (or the queue) has the caller again.
    TransferFailed {
        /// Where to.
        to: Destination,
        /// Why.
        failure: Failure,
        /// Status of the other end, if there was one.
        sip: Option<u16>,
    },
    /// The operator calls somebody about it, the caller waiting.
    ConsultBegan {
        /// By whom.
        seat: SeatName,
        /// Whom.
        to: Destination,
    },
    /// They answered.
    ConsultAnswered {
        /// Who.
        to: Destination,
        /// After how many milliseconds.
        after_ms: u64,
    },
    /// They did not, or left, or were dropped.
    ConsultEnded {
        /// Who.
        to: Destination,
        /// Why, if they never were there.
        failure: Option<Failure>,
    },
    /// Three on the line (R54).
    Joined {
        /// By whom.
        seat: SeatName,
        /// Who is the third.
        to: Destination,
    },
    /// The operator left, the others go on.
    HandedOver {
        /// By whom.
        seat: SeatName,
        /// To whom.
        to: Destination,
    },
    /// What the consult call decided (R90).
    Agreed {
        /// The decision.
        agreed: Agreed,
        /// Who recorded it; `None`: nobody did, so that the first receiver takes it.
        by: Option<SeatName>,
    },
    /// Somebody listens, whispers or barges in, or changes between these.
    Supervised {
        /// Who.
        by: SeatName,
        /// How.
        mode: Supervision,
    },
    /// They stopped.
    Unsupervised {
        /// Who.
        by: SeatName,
    },
    /// Recording paused for a secret, or goes on.
    RecordingPaused {
        /// By whom.
        by: SeatName,
        /// Paused, or on again.
        paused: bool,
    },
    /// The operator's line went; the caller is in the queue again, in front.
    OperatorLost {
        /// Whose.
        seat: SeatName,
    },
    /// The call ended so that a call-back is due.
    CallBackMade {
        /// Why.
        reason: DropReason,
        /// The number.
        number: String,
        /// When it is due.
        due: Moment,
    },
    /// A call-back's time has come: this call waits for a seat to make it.
    CallBackWaits {
        /// The call it makes up for.
        of: CallId,
        /// The number.
        number: String,
        /// In which class it waits.
        class: Class,
    },
    /// A try begins, as the call named.
    CallBackTried {
        /// Which call it is made by.
        by: CallId,
        /// Which try, from 1.
        attempt: u8,
    },
    /// A try reached nobody.
    CallBackFailed {
        /// Which try, from 1.
        attempt: u8,
        /// Why.
        failure: Failure,
        /// When the next one is due; `None`: it was the last.
        again: Option<Moment>,
    },
    /// The caller was reached.
    CallBackReached {
        /// By which call.
        by: CallId,
    },
    /// The same number called again.
    CallBackNeedless {
        /// By which call.
        by: CallId,
    },
    /// A call is being made.
    Dialled {
        /// By whom.
        seat: SeatName,
        /// Whom.
        to: Destination,
        /// The call-back it carries out.
        call_back: Option<CallId>,
    },
    /// The called one answered.
    DialAnswered {
        /// After how many milliseconds.
        after_ms: u64,
    },
    /// A number is rung so that it hears an announcement.
    AnnouncementBegan {
        /// The number.
        number: String,
    },
    /// It rings there.
    AnnouncementRang,
    /// Somebody answered.
    AnnouncementAnswered {
        /// After how many milliseconds.
        after_ms: u64,
    },
    /// It was heard to its end.
    AnnouncementHeard {
        /// For the how manieth time, from 1.
        time: u8,
    },
    /// A key was pressed during an announcement.
    AnnouncementKey {
        /// Which.
        key: char,
    },
    /// What came of an announcement. Said once for each, with key 1 before the call is over.
    Announced {
        /// What.
        announced: Announced,
    },
    /// The program was killed and started again while the call was up or waited; what follows in it is said after this.
    Resumed {
        /// Legs whose line did not outlive it.
        lost: u16,
    },
    /// The call is over. Said once for each call.
    Over(Box<CallRecord>),
}

/// What a call was, for its record (CDR). Moments are `None` where it did not come to that.
#[derive(Debug, Clone, PartialEq)]
pub struct CallRecord {
    /// Its name.
    pub call: CallId,
    /// It came in; else it was made here.
    pub inbound: bool,
    /// The trunk it came on or was made over.
    pub trunk: Option<TrunkName>,
    /// Session-ID of all its legs.
    pub session: String,
    /// The caller as received; empty for calls made here.
    pub caller: CallerHeaders,
    /// The other end's number.
    pub number: Option<String>,
    /// What was called.
    pub called: String,
    /// Its class.
    pub class: Class,
    /// The call-back it carried out.
    pub call_back: Option<CallId>,
    /// When it came in or was made.
    pub began: Moment,
    /// When it first rang at a seat.
    pub offered: Option<Moment>,
    /// When a person first answered.
    pub answered: Option<Moment>,
    /// When it was first held.
    pub held: Option<Moment>,
    /// How long it was held in all, in milliseconds.
    pub held_ms: u64,
    /// When a transfer or hand-over succeeded.
    pub transferred: Option<Moment>,
    /// Where to, and what became of the last try.
    pub transfer: Option<(Destination, Option<Failure>)>,
    /// When the last leg ended.
    pub ended: Moment,
    /// Who ended the caller's leg.
    pub ended_by: Option<Ender>,
    /// With what.
    pub cause: Option<Cause>,
    /// How it came out.
    pub outcome: Outcome,
    /// Its legs in their order.
    pub legs: Vec<LegRecord>,
}

/// One leg of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct LegRecord {
    /// Which.
    pub leg: LegId,
    /// Who.
    pub who: Who,
    /// When it arrived or was dialled.
    pub began: Moment,
    /// When it was answered.
    pub answered: Option<Moment>,
    /// When it was over.
    pub ended: Option<Moment>,
    /// Who ended it.
    pub ended_by: Option<Ender>,
    /// With what.
    pub cause: Option<Cause>,
    /// Its recordings.
    pub recordings: Vec<Sealed>,
    /// How the line was.
    pub quality: Option<Quality>,
}

/// Who is on a leg.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// The citizen who called, or who was called.
    Caller,
    /// An operator.
    Seat(SeatName),
    /// Somebody who supervised.
    Supervisor(SeatName),
    /// A partner, or a number.
    Far(Destination),
    /// Somebody on duty.
    Duty(String),
}
