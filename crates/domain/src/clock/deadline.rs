//! A deadline 时限: a row that says what must have happened by when, and what became of it.

use super::{Hours, Millis, StepDue};
use crate::id::{DeadlineId, LegId};
use serde::{Deserialize, Serialize};

/// What must have happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The other platform has answered an offer 受理答复.
    Answer,
    /// The desk has decided what becomes of the contact: answered, dispatched or handed over 派单.
    Dispatch,
    /// The unit has signed 签收.
    Sign,
    /// The unit has reached the caller for the first time 首次联系.
    Contact,
    /// The unit is on the scene 到达 (R95, R126).
    Arrival,
    /// The unit has said something of substance for the first time 首次反馈.
    Feedback,
    /// The unit has given its result 办结.
    Result,
    /// The whole case is closed 结案.
    Close,
    /// The caller was asked what became of it 回访.
    FollowUp,
}

impl Stage {
    /// All of them, in the order a case meets them.
    pub const ALL: [Self; 9] = [
        Self::Dispatch,
        Self::Answer,
        Self::Sign,
        Self::Contact,
        Self::Arrival,
        Self::Feedback,
        Self::Result,
        Self::Close,
        Self::FollowUp,
    ];

    /// The stage of that word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == word)
    }

    /// The word used on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Dispatch => "dispatch",
            Self::Sign => "sign",
            Self::Contact => "contact",
            Self::Arrival => "arrival",
            Self::Feedback => "feedback",
            Self::Result => "result",
            Self::Close => "close",
            Self::FollowUp => "follow_up",
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
    /// When it turns red, where the rule says so before it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub red: Option<Millis>,
    /// When it is missed.
    pub due: Millis,
    /// The service hours it runs in, where it runs in no others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// Who is told when, the earliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ladder: Vec<StepDue>,
    /// How many steps of the ladder were taken.
    #[serde(default, skip_serializing_if = "none_yet")]
    pub climbed: u8,
    /// When it was counted anew after the calendar had changed; `from` where it never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recounted_at: Option<Millis>,
    /// When it was due at first, where the calendar moved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_first: Option<Millis>,
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
    /// Somebody is told: the next step of its ladder.
    Escalated,
}

/// Serde asks with a reference.
const fn none_yet(count: &u8) -> bool {
    *count == 0
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
    pub fn next(&self) -> Option<(Millis, DeadlineStep)> {
        let state = match self.state {
            DeadlineState::Running => Some((self.amber, DeadlineStep::Amber)),
            DeadlineState::Amber => Some((self.due, DeadlineStep::Missed)),
            _ => None,
        };
        let rung = self.next_rung().map(|r| (r.at, DeadlineStep::Escalated));
        match (state, rung) {
            (Some(state), Some(rung)) if rung.0 < state.0 => Some(rung),
            (Some(state), _) => Some(state),
            (None, rung) => rung,
        }
    }

    /// The step of the ladder that is taken next; none while it is paused, and none when it is over.
    #[must_use]
    pub fn next_rung(&self) -> Option<&StepDue> {
        self.rungs_left().next()
    }

    /// The steps of the ladder whose time has come at `now`, with their numbers from 1.
    pub fn rungs_at(&self, now: Millis) -> impl Iterator<Item = (u8, &StepDue)> {
        let first = self.climbed.saturating_add(1);
        (first..=u8::MAX)
            .zip(self.rungs_left())
            .take_while(move |(_, rung)| rung.at <= now)
    }

    fn rungs_left(&self) -> impl Iterator<Item = &StepDue> {
        let stands = matches!(
            self.state,
            DeadlineState::Running | DeadlineState::Amber | DeadlineState::Missed
        );
        let left = if stands { self.ladder.as_slice() } else { &[] };
        left.iter().skip(usize::from(self.climbed))
    }

    /// Moves every moment that is still to come by so much: what a pause does to it.
    pub(crate) fn shift(&mut self, by: Millis) {
        self.due = self.due.saturating_add(by);
        self.amber = self.amber.saturating_add(by);
        self.red = self.red.map(|red| red.saturating_add(by));
        for rung in self.ladder.iter_mut().skip(usize::from(self.climbed)) {
            rung.at = rung.at.saturating_add(by);
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
