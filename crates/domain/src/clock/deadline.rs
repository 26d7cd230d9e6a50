//! A deadline 时限: a row that says what must have happened by when, and what became of it.

use super::Millis;
use crate::id::{DeadlineId, LegId};
use serde::{Deserialize, Serialize};

/// What must have happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The other platform has answered an offer 受理答复.
    Answer,
    /// The unit has signed 签收.
    Sign,
    /// The unit has said something of substance for the first time 首次反馈.
    Feedback,
    /// The unit has given its result 办结.
    Result,
    /// The whole case is closed 结案.
    Close,
}

impl Stage {
    /// The word used on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Sign => "sign",
            Self::Feedback => "feedback",
            Self::Result => "result",
            Self::Close => "close",
        }
    }
}

/// Where a deadline stands. Each step is taken once and is an event of the case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum DeadlineState {
    /// Running, more time left than the amber share.
    Running,
    /// Running, and amber 预警.
    Amber,
    /// Past due and still not done 逾期 (red).
    Missed,
    /// Stopped while the case is suspended 挂起; the rest runs on from the resumption.
    Paused {
        /// What was left when it stopped.
        left: Millis,
        /// Whether it had been missed before it stopped.
        missed: bool,
    },
    /// Done.
    Met {
        /// When.
        at: Millis,
        /// Whether that was after it was due.
        late: bool,
    },
    /// No longer asked for, as its leg ended another way.
    Void,
}

/// One deadline of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// Its id, unique within the case.
    pub id: DeadlineId,
    /// The leg it is about; none for the whole case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leg: Option<LegId>,
    /// What must have happened.
    pub stage: Stage,
    /// The rule as it can be quoted: list, version, row, limit (law 11).
    pub rule: String,
    /// The moment it counts from: dispatch (law 6).
    pub from: Millis,
    /// When it turns amber.
    pub amber: Millis,
    /// When it is missed.
    pub due: Millis,
    /// Where it stands.
    #[serde(flatten)]
    pub state: DeadlineState,
}

/// The next step time itself takes on a deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeadlineStep {
    /// It turns amber.
    Amber,
    /// It is missed.
    Missed,
}

impl Deadline {
    /// Whether something is still asked for.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(
            self.state,
            DeadlineState::Running
                | DeadlineState::Amber
                | DeadlineState::Missed
                | DeadlineState::Paused { .. }
        )
    }

    /// The next moment at which time alone changes it, and the step it takes then.
    #[must_use]
    pub const fn next(&self) -> Option<(Millis, DeadlineStep)> {
        match self.state {
            DeadlineState::Running => Some((self.amber, DeadlineStep::Amber)),
            DeadlineState::Amber => Some((self.due, DeadlineStep::Missed)),
            _ => None,
        }
    }

    /// The step that is due at `now`; a deadline that slept through amber is simply missed.
    #[must_use]
    pub const fn step_at(&self, now: Millis) -> Option<DeadlineStep> {
        match self.state {
            DeadlineState::Running | DeadlineState::Amber if self.due <= now => {
                Some(DeadlineStep::Missed)
            }
            DeadlineState::Running if self.amber <= now => Some(DeadlineStep::Amber),
            _ => None,
        }
    }
}
