//! What the engine is to do. Orders of one answer are carried out in their order; none of them waits.

use super::input::Cause;
use super::name::{CallId, LegId, PolicyName, PromptName, SeatName, TimerId, TrunkName};
use serde::{Deserialize, Serialize};

/// One thing to do. The engine never refuses: what cannot be done is heard as
/// [`super::Heard::Failed`] or [`super::Heard::Ended`] of the leg; an order about a leg that is over does nothing.
#[derive(Debug, Clone, PartialEq)]
pub enum Order {
    /// Dial a new leg. Heard of it: `Ringing`/`EarlyMedia` any number of times, then `Answered` or `Failed`, and
    /// after `Answered` one `Ended`. Nothing is audible to it until [`Order::Hear`] or [`Order::Play`] says so.
    Place(Box<Placing>),
    /// Say 180 to a leg that arrived. It is the first order about it; before it nothing but 100 has left.
    Ring(LegId),
    /// Answer a leg that arrived (200). Heard then: `Answered` (its ACK), or `Ended`.
    Answer(LegId),
    /// The operator took the ringing call on the screen: connect the seat's own phone (the browser opens its sound, a
    /// hard phone is told to talk). Heard then: `Answered` of that leg.
    PickUp(LegId),
    /// Turn away a leg that arrived and is not answered.
    Refuse {
        /// Which.
        leg: LegId,
        /// With which status, 400 to 699.
        cause: Cause,
        /// Retry-After in seconds (RFC 3261, 20.33), for 480, 486, 503 and 600.
        retry_after: Option<u32>,
    },
    /// End a leg in whatever state it is: BYE, CANCEL, or the browser's session. Heard then: `Ended` by us (or
    /// `Failed`, if its own end came first).
    End {
        /// Which.
        leg: LegId,
        /// What the `Reason` header says.
        cause: Cause,
    },
    /// One cell of the mixing matrix: what `to` hears of `from`. Cells begin at silence; a leg's cells go with it. Both
    /// legs are of one call, or `to`/`from` is a supervisor's leg. Takes effect at the next 20 ms tick, without a click.
    Hear {
        /// Who speaks.
        from: LegId,
        /// Who hears.
        to: LegId,
        /// How loud.
        gain: Gain,
    },
    /// Play a prompt to one leg (before its answer as early media). It is mixed over what the leg hears; another
    /// [`Order::Play`] replaces it.
    Play {
        /// Who hears it.
        leg: LegId,
        /// Which.
        prompt: PromptName,
        /// Until [`Order::StopPrompt`], or once, with [`super::Heard::PromptEnded`].
        repeat: bool,
    },
    /// Play prompts to one leg that is up, one behind the other, once. Heard at the end of the last: one
    /// [`super::Heard::PromptEnded`] with the name of the row.
    PlayRow {
        /// Who hears them.
        leg: LegId,
        /// What the row is called; no two of a leg have one name.
        name: PromptName,
        /// Which.
        prompts: Vec<PromptName>,
    },
    /// Stop the prompt this leg hears, if any.
    StopPrompt(LegId),
    /// Send a key into a leg (RFC 4733): `0`–`9`, `*`, `#`, `A`–`D`.
    SendDigit {
        /// To whom.
        leg: LegId,
        /// Which.
        digit: char,
    },
    /// Record what comes from this leg. Heard at its end or at `Off`: `Recorded`.
    Record {
        /// Whose sound.
        leg: LegId,
        /// Begin, pause, go on, stop.
        state: Recording,
    },
    /// Tell a phone that asked for a transfer by REFER how it goes (NOTIFY, message/sipfrag).
    ReferProgress {
        /// The leg that asked.
        leg: LegId,
        /// 100 to 699; a final one ends the subscription.
        status: u16,
    },
    /// Say [`super::Input::TimerDue`] after so many milliseconds. A timer is never stopped; a stale one is ignored.
    StartTimer {
        /// Which.
        timer: TimerId,
        /// When, from now.
        after_ms: u64,
    },
}

/// A leg to dial.
#[derive(Debug, Clone, PartialEq)]
pub struct Placing {
    /// The new leg.
    pub leg: LegId,
    /// Whom.
    pub to: Target,
    /// Who is said to call, and how the call got here.
    pub origin: Origin,
    /// How long it may ring, in milliseconds; then it fails with 408 by the machine's own timer and [`Order::End`].
    pub ring_ms: u64,
}

/// Whom to dial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The phone of a seat: browser if its session is open, else its registered hard phone. A seat with neither fails at once
    /// with 480.
    Seat(SeatName),
    /// A number on a trunk, with that trunk's header policy.
    Trunk {
        /// Which trunk. A trunk that is down fails at once with 503.
        trunk: TrunkName,
        /// User part of the request URI.
        number: String,
        /// Which headers say who calls.
        policy: PolicyName,
    },
}

/// Where a leg comes from; the policy decides which headers say it (R89).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// The original caller's number: From, P-Asserted-Identity. `None`: withheld or not known.
    pub number: Option<String>,
    /// A display name for a seat's phone, as the number may be unknown.
    pub display: Option<String>,
    /// The number that was first called, for Diversion and History-Info index 1 (our short number).
    pub called: Option<String>,
    /// `Diversion` values as received, to be passed on after our own.
    pub diversion: Vec<String>,
    /// `History-Info` values as received, to be passed on before our own.
    pub history: Vec<String>,
    /// `Privacy` as received.
    pub privacy: Option<String>,
    /// Session-ID (RFC 7989), 32 hex digits; the same on all legs of one matter.
    pub session: String,
    /// User-to-User (RFC 7433), at most 128 bytes, sent as hex. `None` where there is nothing to link.
    pub token: Option<Vec<u8>>,
    /// A plain `X-Case-Id`, for switches that drop User-to-User; sent only if the policy allows it.
    pub case: Option<String>,
    /// The call it belongs to, for the engine's own log.
    pub call: Option<CallId>,
}

/// How loud one leg is to another: thousandths of full, 0 (silent) to 1000 (as it is).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gain(pub u16);

impl Gain {
    /// Not at all.
    pub const SILENT: Gain = Gain(0);
    /// As it is.
    pub const FULL: Gain = Gain(1000);
}

/// Recording of a leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Recording {
    /// Begin, or go on after a pause.
    On,
    /// Mark a gap of silence until `On`: a secret is being said.
    Paused,
    /// Seal it.
    Off,
}
