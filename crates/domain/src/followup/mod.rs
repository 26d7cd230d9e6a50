//! 回访: asking the citizen what came of it, so that nobody's work is judged by who did it (R62, R70, R86).

mod asking;
mod cause;
mod rating;
mod sampling;

pub use asking::{Asking, CallKind, Link, Next, Terms, next};
pub use cause::{AfterCall, Cause, Part, Reasons};
pub use rating::{Guard, RatingFlag, in_network};
pub use sampling::{
    Attempts, Choice, Line, NotAsked, Only, Rule, Sampling, SamplingFault, Script, Way,
};
