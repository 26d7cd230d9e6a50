//! What may happen to a case and who may do it: pure functions over plain data.
//!
//! Nothing here reads a clock, a file or a network, and nothing here is left to chance: time,
//! ids and people are arguments.

pub mod case;
pub mod clock;
pub mod datum;
pub mod desk;
pub mod duty;
pub mod followup;
pub mod id;
pub mod nuisance;
pub mod right;
pub mod supervision;
pub mod text;
