//! What the call machine hears: the engine's words about legs, and what people at seats ask for.

use super::name::{CallId, LegId, PromptName, SeatName, TimerId, TrunkName};
use serde::{Deserialize, Serialize};

/// One thing heard. The moment it was heard is handed in beside it.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// A call came in on a trunk. The engine sends nothing to the caller but what it is then ordered to
    /// ([`super::Order::Ring`] comes when the call is written down: no call without a record).
    Arrived(Box<Arrival>),
    /// The engine about a leg that arrived or that it was ordered to place.
    Leg(LegId, Heard),
    /// A person at a seat.
    Seat(SeatName, Asked),
    /// A trunk began or ceased to work (its OPTIONS probe).
    Trunk(TrunkName, TrunkState),
    /// A seat's phone (browser session or registration) is there or gone.
    Phone(SeatName, PhoneState),
    /// A number is to be rung and to hear an announcement (R15).
    Announce(Box<Announcement>),
    /// An announcement is needless: whoever is rung need not hear it any more.
    Withdraw(CallId),
    /// A timer started by [`super::Order::StartTimer`] ran out.
    TimerDue(TimerId),
}

/// Sentences that somebody is to hear on the telephone 语音通知 (R15): it is played, repeated once, and answered by a
/// key: 1 says that the person answers for it, 2 asks for it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// The new call's name, made outside. One that is known already is not made again.
    pub call: CallId,
    /// Whose number, dialled over the trunk for numbers.
    pub number: String,
    /// What is said, one sentence behind the other.
    pub sentences: Vec<PromptName>,
    /// What is said to key 1; nothing without.
    pub thanks: Vec<PromptName>,
    /// Somebody has to answer for it: key 1 means something, and it is waited for.
    pub asks: bool,
}

/// A call that came in.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    /// Its name, made by the engine's owner. Its leg is [`LegId::arrived`].
    pub call: CallId,
    /// The trunk it came on.
    pub trunk: TrunkName,
    /// Who calls, as the headers said it.
    pub caller: CallerHeaders,
    /// The number that was called: user part of the request URI, as received.
    pub called: String,
    /// What links it to a call and a case of another platform, if it is one's transfer (R74, R89).
    pub correlation: Correlation,
}

/// The caller's identity, header values exactly as received and in their order (R89). Kept in the call record.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CallerHeaders {
    /// `From`, one.
    pub from: String,
    /// `P-Asserted-Identity` (RFC 3325), each value of each line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asserted: Vec<String>,
    /// `Diversion` (RFC 5806), each value, the latest first as on the wire.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub diversion: Vec<String>,
    /// `History-Info` (RFC 7044), each value in order of its index.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<String>,
    /// `Privacy` (RFC 3323), if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privacy: Option<String>,
}

/// What links two platforms' calls.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Correlation {
    /// `Session-ID` (RFC 7989): the local UUID, 32 hex digits in lower case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// `User-to-User` (RFC 7433), decoded from hex, at most 128 bytes; what is in it is the application's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<Vec<u8>>,
}

/// What the engine says of one leg.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// A placed leg rings at the other end (180).
    Ringing,
    /// A placed leg has sound before its answer (183 with SDP).
    EarlyMedia,
    /// A placed leg, or one that arrived and was ordered to be answered, is up with sound both ways.
    Answered,
    /// A placed leg came to nothing: a final answer of 300 to 699, or none in time (408). The leg is over.
    Failed(Cause),
    /// A leg is over: said once, for whatever reason, also in answer to [`super::Order::End`]
    /// and [`super::Order::Refuse`], and for a CANCEL before the answer.
    Ended {
        /// Who ended it.
        by: Ender,
        /// With what.
        cause: Cause,
    },
    /// A key was pressed on that line (RFC 4733 or INFO): `0`–`9`, `*`, `#`, `A`–`D`. Never logged while
    /// recording is paused.
    Digit(char),
    /// No sound has come for so many milliseconds though it should; said again as it grows (at 2, 4, 8, … s).
    AudioLost(u64),
    /// Sound comes again after [`Heard::AudioLost`].
    AudioBack,
    /// A prompt that was to be played once has been.
    PromptEnded(PromptName),
    /// The line's other end asks to hold (re-INVITE sendonly or inactive) or to go on: a hard phone's hold key.
    RemoteHold(bool),
    /// The line's other end asks to be transferred (REFER): a hard phone's transfer key. The engine has
    /// said 202 and reports progress from [`super::Order::ReferProgress`].
    ReferAsked {
        /// User part of Refer-To.
        to: String,
        /// The leg named by Replaces, when the transfer is an attended one and both legs are ours.
        replaces: Option<LegId>,
    },
    /// A recording of this leg was sealed (at hang-up or at [`super::Order::Record`] off).
    Recorded(Sealed),
    /// There is no recording of this leg though one was ordered: nothing is recorded here, or its file could not be made or
    /// sealed. Said in the place of [`Heard::Recorded`], so that nobody waits for it.
    NotRecorded,
    /// How the line was, once, with its end (RTCP and own counts).
    Measured(Quality),
}

/// Who ended a leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ender {
    /// The other end of the line.
    Remote,
    /// We, as ordered.
    Local,
    /// Nobody: a network failure, a session timer that ran out, a lost process.
    Network,
}

/// Why a leg failed or ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// SIP status (RFC 3261), 200 for a plain BYE, 487 for a CANCEL.
    pub sip: u16,
    /// Q.850 cause of a `Reason` header, if there was one.
    pub q850: Option<u8>,
    /// The words the other side gave, if any, as received, at most 128 characters.
    pub text: Option<String>,
}

impl Cause {
    /// A status alone.
    #[must_use]
    pub fn sip(sip: u16) -> Cause {
        Cause {
            sip,
            q850: None,
            text: None,
        }
    }
}

/// A sealed recording of one leg.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// Its name: the file's stem.
    pub recording: String,
    /// Seconds of sound, begun ones counted.
    pub seconds: u32,
    /// Seconds marked as missing or paused.
    pub gaps: u32,
    /// Head of its chain, SHA-256.
    pub head: [u8; 32],
}

/// How a line was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Quality {
    /// Packets received.
    pub received: u64,
    /// Packets lost on the way to us.
    pub lost: u64,
    /// Mean jitter in microseconds.
    pub jitter_us: u32,
    /// Mean opinion score times 100 by the E-model (ITU-T G.107), if it could be estimated.
    pub mos_x100: Option<u16>,
}

/// A trunk works or does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrunkState {
    /// Calls may be placed.
    Up,
    /// They may not.
    Down,
}

/// A seat's phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneState {
    /// A browser's session is being opened. Nothing rings there yet, but who sits at it may ask for a call: sound follows.
    Coming,
    /// It can be rung.
    There,
    /// It cannot. A talk that is up goes on until its leg ends.
    Gone,
}

/// Where a person wants a call to go, or whom to bring into it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Destination {
    /// Another platform (110, 12345) or an external desk (119, 120, 122, water, power: R94) by the name of its
    /// partner entry in the configuration: trunk, number and header policy stand there.
    Partner(String),
    /// A colleague's seat.
    Seat(SeatName),
    /// A number, over the trunk that the configuration names for numbers.
    Number(String),
}

/// What the two platforms agreed on in a consult call (R54, R90).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreed {
    /// The police take it.
    Police,
    /// The hotline takes it.
    Hotline,
    /// Both, each its part.
    Both,
    /// They could not agree: whoever received it first takes it.
    Undecided,
}

/// Why a seat takes no calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BreakReason {
    /// A rest 小休.
    Rest,
    /// A meal 用餐.
    Meal,
    /// A meeting or training 会议培训.
    Meeting,
    /// Paper work on cases 案件处理.
    Paperwork,
    /// It rang and nobody answered 未应答; set by the machine, ended by the person.
    NotAnswering,
}

/// What a person at a seat asks for. Rights were asked before it gets here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Takes calls from now on.
    Ready,
    /// Takes none for a while.
    Break(BreakReason),
    /// Goes off; a call that is up is kept until it ends.
    Offline,
    /// Wrap-up is done before its time.
    WrappedUp,
    /// Wants more time after the call: wrap-up until [`Asked::WrappedUp`].
    KeepWrapUp,
    /// Takes the call that rings here.
    Answer(CallId),
    /// Lets the call that rings here go to the next seat.
    Decline(CallId),
    /// Ends the own part in the call; the last operator's hanging up ends the caller's leg too.
    HangUp(CallId),
    /// The caller (or consulted party) hears the hold prompt.
    Hold(CallId),
    /// Back to the caller.
    Retrieve(CallId),
    /// The own microphone is off, or on again.
    Mute(CallId, bool),
    /// Sends a key into the call, to everybody but the own seat.
    Digit(CallId, char),
    /// Transfers without consulting: the sentence is played, the operator stays until the other end answers (R74).
    Transfer(CallId, Destination),
    /// Puts the caller on hold and calls somebody.
    Consult(CallId, Destination),
    /// Three on the line: caller, consulted party, operator (R54).
    Join(CallId),
    /// Hands the caller to the consulted party and leaves.
    HandOver(CallId),
    /// Drops the consulted party and goes back to the caller.
    DropConsult(CallId),
    /// Records what the consult call decided (R90).
    Decide(CallId, Agreed),
    /// Leaves a three-way talk; the others go on.
    Leave(CallId),
    /// Hears a call and is heard by nobody.
    Listen(CallId),
    /// Hears a call and is heard by its operator alone.
    Whisper(CallId),
    /// Hears a call and is heard by all.
    Barge(CallId),
    /// Ends listening, whispering or barging.
    Unsupervise(CallId),
    /// Recording pauses while a secret is said (true), or goes on (false).
    PauseRecording(CallId, bool),
    /// Calls a number: a call-back (its name), or a call on a case.
    Dial {
        /// The new call's name, made outside.
        call: CallId,
        /// Whom.
        to: Destination,
        /// The call-back it carries out, if it is one.
        call_back: Option<CallId>,
    },
}
