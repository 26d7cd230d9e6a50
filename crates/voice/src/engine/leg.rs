//! One leg as the engine keeps it.

use crate::call::{PromptName, SeatName};
use crate::media::line::{LineNo, Terms};
use crate::sip::sdp::{Audio, Description, Direction, Own};
use crate::sip::word::DialogNo;

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It arrived and is not answered.
    Arrived {
        /// It was sent SDP with 183: sound goes before the answer.
        early: bool,
    },
    /// It was answered by us, and the ACK is on its way.
    Answering,
    /// It was placed and is not answered.
    Placed,
    /// Both sides talk.
    Up,
}

/// How it is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Way {
    /// By SIP.
    Sip(DialogNo),
    /// By the browser at a seat, whose line outlives the leg.
    Browser {
        /// Whose.
        seat: SeatName,
        /// The operator took the call on the screen.
        picked: bool,
    },
}

/// What is known of a leg that was ordered to be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Recorded {
    /// Its sound is being written.
    Written,
    /// It cannot be, or is not to be here.
    Nowhere,
}

pub(super) struct Leg {
    pub(super) way: Way,
    pub(super) line: LineNo,
    pub(super) state: State,
    pub(super) own: Own,
    /// The offer an arrived call came with; `None`: it waits for ours.
    pub(super) offer: Option<(Description, Audio)>,
    /// What the other side said last.
    pub(super) audio: Option<Audio>,
    /// The other side holds us.
    pub(super) held: bool,
    pub(super) playing: Option<PromptName>,
    pub(super) recorded: Option<Recorded>,
    /// It was up in a former program: its recording is gone on with.
    pub(super) resumed: bool,
    /// Something is kept of it.
    pub(super) kept: bool,
}

impl Leg {
    /// Its dialog, if it is reached by SIP.
    pub(super) const fn dialog(&self) -> Option<DialogNo> {
        match &self.way {
            Way::Sip(dialog) => Some(*dialog),
            Way::Browser { .. } => None,
        }
    }

    /// What the line is to do, by what both sides said last.
    pub(super) fn terms(&self) -> Option<Terms> {
        let audio = self.audio.as_ref()?;
        Some(Terms {
            target: audio.target,
            control: audio.control,
            law: audio.law,
            event: audio.event,
            sends: audio.direction.hears(),
            receives: self.state == State::Up && audio.direction.speaks() && audio.target.is_some(),
        })
    }

    /// Takes up the other side's stream, and how we answer to its direction.
    pub(super) fn take(&mut self, audio: Audio) {
        self.own.direction = audio.direction.mirrored();
        self.audio = Some(audio);
    }

    /// Whether the other side holds us now: it wants to hear nothing, or speaks from nowhere.
    pub(super) fn is_held(&self) -> bool {
        self.audio.as_ref().is_some_and(|audio| {
            matches!(audio.direction, Direction::SendOnly | Direction::Inactive)
        })
    }
}
