//! Clocks of duty 时限: what a limit is, how it is counted, and the deadlines it makes.
//!
//! Law 6: clocks start at dispatch, time is an argument, and no code here reads a system clock.

mod calendar;
mod deadline;
mod limit;
mod recount;

pub use calendar::Calendar;
pub use deadline::{Deadline, DeadlineState, DeadlineStep, Stage};
pub use limit::{Limit, LimitError, Limits, Span};

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type Millis = i64;
