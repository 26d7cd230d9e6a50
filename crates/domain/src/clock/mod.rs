//! Clocks of duty 时限: what a limit is, how it is counted, and the deadlines it makes.
//!
//! Law 6: clocks start at dispatch, time is an argument, and no code here reads a system clock.

mod calendar;
mod catalogue;
mod deadline;
mod duty;
mod hours;
mod ladder;
mod limit;
mod recount;
mod start;

pub use calendar::Calendar;
pub use catalogue::{
    Asked, Catalogue, Choice, ClockRule, ExtensionRule, Measure, PauseGround, Target, When,
};
pub use deadline::{Deadline, DeadlineState, DeadlineStep, Stage};
pub use duty::{Clockwork, Duty, MatterDuty, Tier};
pub use hours::Hours;
pub use ladder::{Anchor, LadderStep, StepDue, Then, Told, Way};
pub use limit::{Limit, LimitError, Limits, Span};
pub use start::Pace;

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type Millis = i64;
