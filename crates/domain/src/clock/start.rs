//! A rule becomes the moments of one deadline: due, amber, red, and the steps of its ladder.

use super::{
    Anchor, Calendar, Deadline, DeadlineState, Hours, LadderStep, Limit, Millis, Stage, StepDue,
};
use crate::id::DeadlineId;

/// How a clock runs, whatever it is about.
#[derive(Debug, Clone, Copy)]
pub struct Pace<'a> {
    /// How long, and the amber share.
    pub limit: Limit,
    /// The red share, percent; 100 where only the end is red.
    pub red: u8,
    /// The unit's service hours.
    pub hours: Hours,
    /// The ladder.
    pub ladder: &'a [LadderStep],
}

impl Pace<'_> {
    /// A clock that only has a limit.
    #[must_use]
    pub const fn plain(limit: Limit) -> Self {
        Self {
            limit,
            red: 100,
            hours: Hours::Always,
            ladder: &[],
        }
    }
}

/// The moments of one deadline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Moments {
    pub(crate) amber: Millis,
    pub(crate) red: Option<Millis>,
    pub(crate) due: Millis,
    pub(crate) hours: Option<Hours>,
    pub(crate) ladder: Vec<StepDue>,
}

impl Calendar {
    /// The moments of a clock that starts at `from`.
    #[must_use]
    pub(crate) fn moments(&self, from: Millis, pace: Pace<'_>) -> Moments {
        let Pace {
            limit,
            red,
            hours,
            ladder,
        } = pace;
        let due = self.due_in(from, limit.span, hours);
        let amber = self.share_in(from, due, limit, hours);
        let share = Limit {
            span: limit.span,
            amber: red,
        };
        let red = (red < 100).then(|| self.share_in(from, due, share, hours));
        let hours = limit.span.in_service().then_some(hours);
        let mut rungs: Vec<StepDue> = ladder
            .iter()
            .map(|step| StepDue {
                at: 0,
                of: step.at,
                after: step.after,
                tell: step.tell,
                by: step.by.clone(),
                then: step.then,
            })
            .collect();
        self.place(&mut rungs, amber, red, due, hours);
        rungs.sort_by_key(|rung| rung.at);
        Moments {
            amber,
            red,
            due,
            hours,
            ladder: rungs,
        }
    }

    /// The deadline a clock would make that starts at `from`, for whoever looks ahead.
    #[must_use]
    pub fn previewed(&self, stage: Stage, from: Millis, pace: Pace<'_>) -> Deadline {
        let moments = self.moments(from, pace);
        Deadline {
            id: DeadlineId::new("preview"),
            leg: None,
            stage,
            rule: String::new(),
            from,
            amber: moments.amber,
            red: moments.red,
            due: moments.due,
            hours: moments.hours,
            ladder: moments.ladder,
            climbed: 0,
            recounted_at: None,
            due_first: None,
            state: DeadlineState::Running,
        }
    }

    /// A deadline that is due at another moment: amber, red and the steps that were not taken move
    /// with it. `amber` and `red` are where those signs come on now.
    #[must_use]
    pub(crate) fn moved(
        &self,
        deadline: &Deadline,
        amber: Millis,
        red: Option<Millis>,
        due: Millis,
    ) -> Deadline {
        let mut moved = Deadline {
            amber,
            red,
            due,
            ..deadline.clone()
        };
        let taken = usize::from(moved.climbed).min(moved.ladder.len());
        let mut left = moved.ladder.split_off(taken);
        self.place(&mut left, amber, red, due, moved.hours);
        left.sort_by_key(|rung| rung.at);
        moved.ladder.append(&mut left);
        moved
    }

    fn place(
        &self,
        rungs: &mut [StepDue],
        amber: Millis,
        red: Option<Millis>,
        due: Millis,
        hours: Option<Hours>,
    ) {
        for rung in rungs {
            let of = match rung.of {
                Anchor::Amber => amber,
                Anchor::Red => red.unwrap_or(due),
                Anchor::Due => due,
            };
            rung.at = rung.after.map_or(of, |after| {
                self.due_in(of, after, hours.unwrap_or(Hours::Always))
            });
        }
    }
}
