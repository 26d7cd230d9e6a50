//! Supervision 督办: the ladder, its rungs as objects, the rules that open them, and what looks
//! through the record for units that only seem to work (R34, R37, R63, R81 to R83, R119).
//!
//! Steps about a case are events of the case; steps about a unit are ordinary records. Here is
//! only what may happen and why.

pub mod detect;
mod flag;
mod measure;
mod rule;
mod rung;

pub use flag::WatchFlag;
pub use measure::{
    Basis, Held, LadderStep, Measure, MeasureOrder, MeasureState, MeasureStep, MeetingTask, NewTask,
};
pub use rule::{
    After, Daily, Example, Gathering, Rule, RuleBook, RuleFault, SentBack, Trigger, When,
};
pub use rung::Rung;
