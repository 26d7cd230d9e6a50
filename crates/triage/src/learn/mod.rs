//! The learnt layer 统计研判: hashed runs of characters, online linear heads, honest confidence.
//!
//! It adds to the rules and never takes from them: danger and the responsibility list are read
//! first, and what the heads say stands beside them with its own evidence.

mod alarm;
mod bank;
mod calibration;
mod course;
mod example;
mod feature;
mod file;
mod hint;
mod index;
mod measure;
mod model;
mod net;
mod number;
mod opinion;
mod shelf;
mod sign;
mod table;
mod tally;
pub(crate) mod told;
mod train;
mod twins;
mod uneven;

pub use alarm::taught as ear_taught;
pub(crate) use alarm::{ASK, Alarm, Judged};
pub use calibration::{Calibration, Ranked, Verdict, Zone};
pub use course::{Course, Handed, Homework, PROMOTION, Promoted, Promotion, Standing, Trialled};
pub use example::Example;
pub(crate) use feature::body;
pub use file::ModelError;
pub use measure::{Measured, Trial, measure};
pub use model::{Fragment, Model, Reading};
pub(crate) use net::Heard;
pub(crate) use number::{Shuffle, at, wide};
pub use opinion::{Opinion, Settled};
pub use tally::Tally;
pub(crate) use told::Told;
pub use twins::{Sketch, Twins};
