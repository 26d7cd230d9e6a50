//! Calls, seats, recordings.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a call is to go, or whom to bring into it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(
    rename_all = "snake_case",
    tag = "to",
    content = "name",
    deny_unknown_fields
)]
pub enum CallTo {
    /// Another platform or an external desk, by its name.
    Partner(String),
    /// A colleague, by account.
    Seat(String),
    /// A number.
    Number(String),
}

/// Why a seat takes no calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SeatBreak {
    /// 小休
    Rest,
    /// 用餐
    Meal,
    /// 会议培训
    Meeting,
    /// 案件处理
    Paperwork,
    /// 未应答: set by the machine.
    NotAnswering,
}

/// What the consult call decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SeatAgreed {
    /// 110
    Police,
    /// 12345
    Hotline,
    /// 双方各办一部分
    Both,
    /// 未能商定
    Undecided,
}

/// What a person at a seat asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "ask", deny_unknown_fields)]
pub enum SeatAsk {
    /// Takes calls from now on.
    Ready,
    /// Takes none for a while.
    Break {
        /// Why.
        reason: SeatBreak,
    },
    /// Goes off.
    Offline,
    /// Writing is done.
    WrappedUp,
    /// Writing takes longer.
    KeepWrapUp,
    /// Takes the call that rings here.
    Answer {
        /// Call.
        call: String,
    },
    /// Lets it go to the next seat.
    Decline {
        /// Call.
        call: String,
    },
    /// Ends the own part; the last operator's ends the call.
    HangUp {
        /// Call.
        call: String,
    },
    /// The caller waits.
    Hold {
        /// Call.
        call: String,
    },
    /// Back to the caller; also takes a transfer back that is not answered.
    Retrieve {
        /// Call.
        call: String,
    },
    /// The own microphone is off, or on.
    Mute {
        /// Call.
        call: String,
        /// Off.
        on: bool,
    },
    /// Sends a key into the call.
    Digit {
        /// Call.
        call: String,
        /// `0` to `9`, `*`, `#`.
        digit: String,
    },
    /// One key: the caller hears the sentence and is put through (R74).
    Transfer {
        /// Call.
        call: String,
        /// Where to.
        to: CallTo,
    },
    /// Calls somebody about it, the caller waiting.
    Consult {
        /// Call.
        call: String,
        /// Whom.
        to: CallTo,
    },
    /// Three on the line (R54).
    Join {
        /// Call.
        call: String,
    },
    /// Leaves the caller with whom was consulted.
    HandOver {
        /// Call.
        call: String,
    },
    /// Drops whom was consulted.
    DropConsult {
        /// Call.
        call: String,
    },
    /// Records what was agreed (R90).
    Decide {
        /// Call.
        call: String,
        /// What.
        agreed: SeatAgreed,
    },
    /// Hears a call.
    Listen {
        /// Call.
        call: String,
    },
    /// Is heard by its operator.
    Whisper {
        /// Call.
        call: String,
    },
    /// Is heard by all.
    Barge {
        /// Call.
        call: String,
    },
    /// Ends listening, whispering or barging.
    Unsupervise {
        /// Call.
        call: String,
    },
    /// Recording pauses while a secret is said, or goes on.
    PauseRecording {
        /// Call.
        call: String,
        /// Pause.
        on: bool,
    },
    /// Calls somebody.
    Dial {
        /// Whom.
        to: CallTo,
        /// The call-back it carries out, by the dropped call.
        #[serde(default)]
        call_back: Option<String>,
    },
}

/// A seat as it is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CallSeatView {
    /// Account.
    pub account: String,
    /// Its person's name.
    pub name: String,
    /// `offline`, `ready`, `break`, `ringing`, `talking`, `wrap_up`, `supervising`.
    pub state: String,
    /// Why, for a break.
    pub reason: Option<SeatBreak>,
    /// Since when.
    pub since: i64,
    /// Until when, for a wrap-up that ends by itself.
    pub until: Option<i64>,
    /// What it turns to when the call is done, if asked so.
    pub next: Option<String>,
    /// Its phone can be rung.
    pub phone: bool,
    /// What it can.
    pub skills: Vec<String>,
    /// It belongs to the group that helps out.
    pub backup: bool,
    /// The call it is in.
    pub call: Option<String>,
}

/// A call that is up.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CallNowView {
    /// Call.
    pub call: String,
    /// It came in.
    pub inbound: bool,
    /// The other end's number; empty if withheld.
    pub number: String,
    /// What was called.
    pub called: String,
    /// `emergency`, `called_again`, `call_back_due`, `normal`.
    pub class: String,
    /// The dropped call it makes up for.
    pub call_back: Option<String>,
    /// `waiting`, `ringing`, `calling`, `talking`, `held`, `transferring`, `consulting`, `conference`, `ending`.
    pub doing: String,
    /// Who is being brought in.
    pub with: Option<CallTo>,
    /// They have answered.
    pub with_up: bool,
    /// When it came in.
    pub began: i64,
    /// When somebody answered.
    pub answered: Option<i64>,
    /// Account of the operator.
    pub operator: Option<String>,
    /// Accounts where it rings.
    pub ringing: Vec<String>,
    /// Accounts that supervise it.
    pub supervisors: Vec<String>,
    /// The operator's microphone is off.
    pub muted: bool,
    /// Recording is paused.
    pub paused: bool,
    /// A decision of the two platforms is still to be recorded.
    pub undecided: bool,
    /// The case it belongs to.
    pub case: Option<String>,
    /// Its printed number.
    pub case_no: Option<String>,
    /// The name the number's last caller gave, masked; empty if none is known. At the own seat only.
    pub caller: String,
    /// Why it rings where it does, or rang last; none for a call that was made here.
    pub pick: Option<CallPickView>,
}

/// Why a call rings where it does.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CallPickView {
    /// `last_operator`, `only_one`, `best_skill`, `longest_idle`, `together`.
    pub because: String,
    /// How long it had waited, milliseconds.
    pub waited_ms: u64,
    /// How many calls waited then, this one included.
    pub waiting: usize,
    /// The free seats, the picked ones first.
    pub candidates: Vec<CallCandidateView>,
    /// How many more free seats there were.
    pub others: usize,
}

/// A free seat as the pick saw it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CallCandidateView {
    /// Its person's name.
    pub name: String,
    /// `picked`, or why it was not: `lacks_required`, `lacks_preferred`, `backup_only`, `let_it_pass`, `less_skill`,
    /// `idle_shorter`, `not_last_operator`.
    pub why: String,
    /// How long it had been without a call, milliseconds.
    pub idle_ms: u64,
}

/// A page offers its sound.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PhoneOffer {
    /// The session description (RFC 8866) of one audio stream with A-law.
    pub sdp: String,
    /// The name this page was given when it opened the phone before; absent to take the phone over from wherever it is.
    #[serde(default)]
    pub former: Option<String>,
}

/// The platform's answer to it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PhoneAnswer {
    /// The session description.
    pub sdp: String,
    /// The name of this page's phone: to open it again, and to close it.
    pub page: String,
}

/// A seat a call can be brought to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CallColleagueView {
    /// Account.
    pub account: String,
    /// Its person's name.
    pub name: String,
    /// It can take a call now.
    pub free: bool,
}

/// Where a key leads.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CallPartnerView {
    /// Name in the configuration.
    pub name: String,
    /// What is dialled.
    pub number: String,
    /// It is the other platform.
    pub platform: bool,
    /// Its trunk works.
    pub up: bool,
}

/// The own seat and what it is about.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CallDeskView {
    /// There is a desk; everything else is empty where there is none.
    pub on: bool,
    /// The own seat; none until it signed on.
    pub seat: Option<CallSeatView>,
    /// The own call.
    pub call: Option<CallNowView>,
    /// How many wait.
    pub waiting: usize,
    /// Where keys lead, the other platform first.
    pub partners: Vec<CallPartnerView>,
    /// Open call-backs.
    pub call_backs: Vec<CallBackView>,
    /// The own seat's phone can be rung.
    pub phone: bool,
    /// A page can be a seat's phone here.
    pub browser_phone: bool,
    /// Numbers can be called from here.
    pub outward: bool,
}

/// A call-back that is open.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CallBackView {
    /// The dropped call.
    pub call: String,
    /// The number.
    pub number: String,
    /// `abandoned`, `soon_after_answer`, `line_dead`, `gave_up`.
    pub reason: String,
    /// Class of the dropped call.
    pub class: String,
    /// When it called.
    pub since: i64,
    /// When the next try is due.
    pub due: i64,
    /// Tries so far.
    pub attempts: u8,
    /// It is being made.
    pub trying: bool,
}

/// How the seats on duty do against what chance would let them.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StaffingView {
    /// Calls of the last hour that came in.
    pub offered: usize,
    /// Of these, answered by a person.
    pub answered: usize,
    /// Of these, answered within 15 s.
    pub in_time: usize,
    /// Seats on duty now.
    pub seats: u32,
    /// Mean seconds a call takes, writing included; 0 without calls.
    pub holding_s: f64,
    /// Load of the last hour in erlangs.
    pub load: f64,
    /// The share in 15 s that Erlang C gives for these seats, 0 to 1; none without calls.
    pub expected: Option<f64>,
    /// The seats with which 95 in 100 are answered in 15 s (GB/T 33358).
    pub needed: Option<u32>,
}

/// What the desk lead sees.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CallFloorView {
    /// There is a desk.
    pub on: bool,
    /// All seats that signed on.
    pub seats: Vec<CallSeatView>,
    /// All calls that are up, those that wait first, the longest first.
    pub calls: Vec<CallNowView>,
    /// Staffing.
    pub staffing: Option<StaffingView>,
    /// How long people talked in the last thirty days, by whose matter it was (R9); the most talk first.
    pub talk: Vec<TalkView>,
}

/// Talk about matters of one kind.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TalkView {
    /// Whose matters: `police`, `hotline`; none for calls without a case, and for matters nobody owns.
    pub desk: Option<String>,
    /// Calls that came in and were answered by a person.
    pub calls: i64,
    /// Mean seconds from the answer to the end.
    pub mean_s: i64,
    /// Share of all the talk, 0 to 1.
    pub share: f64,
}

/// What happened in a call.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CallStepView {
    /// When.
    pub at: i64,
    /// What.
    pub kind: String,
    /// Its fields.
    #[schema(value_type = Object)]
    pub body: serde_json::Value,
}

/// A recording.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CallRecordingView {
    /// Its name.
    pub id: String,
    /// Who was on the leg: `caller`, `seat`, `far`, `duty`, `supervisor`.
    pub who: String,
    /// When the leg was answered.
    pub at: i64,
    /// Seconds.
    pub seconds: i64,
    /// Seconds in which something is missing or paused.
    pub gaps: i64,
    /// Head of its chain.
    pub head: String,
    /// When its time was over and it was removed.
    pub removed_at: Option<i64>,
}

/// Why the recordings of a call are kept beyond their time.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CallHoldView {
    /// Since when.
    pub at: i64,
    /// Who sealed them.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// The record of a call.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CallRecordView {
    /// Call.
    pub call: String,
    /// It came in.
    pub inbound: bool,
    /// Trunk.
    pub trunk: String,
    /// Session-ID.
    pub session: String,
    /// The other end's number, masked unless the reader has the caller on the line by right.
    pub number: String,
    /// What was called.
    pub called: String,
    /// Class.
    pub class: String,
    /// The dropped call it makes up for; empty without.
    pub call_back: String,
    /// Account of the first operator.
    pub seat: String,
    /// That person's name; empty without.
    pub seat_name: String,
    /// When it came in.
    pub began: i64,
    /// When it first rang at a seat.
    pub offered: Option<i64>,
    /// When a person answered.
    pub answered: Option<i64>,
    /// How long it was held, milliseconds.
    pub held_ms: i64,
    /// When a transfer or hand-over succeeded.
    pub transferred: Option<i64>,
    /// When it ended.
    pub ended: Option<i64>,
    /// `remote`, `local`, `network`.
    pub ended_by: String,
    /// SIP status.
    pub cause: i64,
    /// How it came out; empty while it is up.
    pub outcome: String,
    /// Its steps.
    pub steps: Vec<CallStepView>,
    /// Its recordings.
    pub recordings: Vec<CallRecordingView>,
    /// The reader may hear them.
    pub may_play: bool,
    /// The reader may take them out of the house.
    pub may_export: bool,
    /// They are sealed as evidence 依法封存.
    pub hold: Option<CallHoldView>,
    /// Until when they are kept where they are not sealed and the case is closed; none is for ever.
    pub kept_until: Option<i64>,
    /// The reader may seal them and lift that.
    pub may_hold: bool,
}
