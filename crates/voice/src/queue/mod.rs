//! Who waits, who is free, and who gets whom: pure. Every pick says why.

pub mod erlang;
mod pick;
mod seat;

pub use pick::{Because, Candidate, PassedOver, Pick, Reach, Rules, pick};
pub use seat::{Seat, SeatState};

use crate::call::{CallId, Moment, SeatName};
use serde::{Deserialize, Serialize};

/// How urgent a waiting call is, before anything else is weighed. Later ones come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Class {
    /// Any other call.
    Normal,
    /// A call-back whose time has come.
    CallBackDue,
    /// The same number called within the last ten minutes.
    CalledAgain,
    /// An emergency: by its trunk, or by what is known of the number's open case (law 5).
    Emergency,
}

/// A set of up to 64 skills; which bit is which skill stands in the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
pub struct Skills(pub u64);

impl Skills {
    /// No skill.
    pub const NONE: Skills = Skills(0);

    /// Those of `self` that `other` lacks.
    #[must_use]
    pub fn missing_in(self, other: Skills) -> Skills {
        Skills(self.0 & !other.0)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many of these `other` has.
    #[must_use]
    pub fn shared(self, other: Skills) -> u32 {
        (self.0 & other.0).count_ones()
    }
}

/// What a call needs of a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Needs {
    /// Without these it is not rung, however long the call waits.
    pub required: Skills,
    /// With these it is rung first; after ten seconds others are, too.
    pub preferred: Skills,
}

impl Needs {
    /// Both together.
    #[must_use]
    pub const fn with(self, other: Needs) -> Needs {
        Needs {
            required: Skills(self.required.0 | other.required.0),
            preferred: Skills(self.preferred.0 | other.preferred.0),
        }
    }
}

/// A call that waits for a seat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Waiting {
    /// Which.
    pub call: CallId,
    /// Its class.
    pub class: Class,
    /// Steps of priority within its class, each worth one ageing span of waiting.
    pub base: i32,
    /// From when its waiting counts: its arrival, or the first of the calls it is the repetition of.
    pub since: Moment,
    /// When it entered this queue; widening counts from here.
    pub entered: Moment,
    /// What it needs.
    pub needs: Needs,
    /// Who spoke last with this number about a case that is still open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_operator: Option<SeatName>,
    /// Seats that let it pass, and until when they are not rung again for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passed: Vec<(SeatName, Moment)>,
    /// Whether it rings somewhere now; such a call is not picked.
    pub ringing: bool,
}

impl Waiting {
    /// How long its waiting counts, in milliseconds.
    #[must_use]
    pub fn waited(&self, now: Moment) -> u64 {
        now.since(self.since)
    }
}
