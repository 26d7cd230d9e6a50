//! A narrative goes in; desk, matter, unit, urgency and danger come out, each with its evidence.
//!
//! The layers, in this order: the narrative is brought into one spelling ([`Narrative`]), danger
//! is looked for (law 5: nothing outvotes it), and the responsibility list 权责清单 is read.
//! Both rule sets are data that carry their own examples; a set whose examples fail is refused.
//! Everything that fires names the rule, its version and the caller's own words (law 11).

mod address;
mod danger;
mod encoder;
mod engine;
mod learn;
mod list;
mod narrative;
mod spread;
mod steps;
mod suggestion;

pub use address::{Addresses, Lesson, Names, Part, Piece, Scored, score};
pub use danger::{DangerRule, Dangers, Speaker};
pub use encoder::{Encoder, EncoderError, EncoderFault, Vocabulary};
pub use engine::{Assessment, Engine, Query, SHIPPED_DANGER, SHIPPED_LIST};
pub use learn::{
    Calibration, Course, Example, Fragment, Handed, Homework, Measured, Model, ModelError, Opinion,
    PROMOTION, Promoted, Promotion, Ranked, Reading, Settled, Sketch, Standing, Tally, Trial,
    Trialled, Twins, Verdict, Zone, ear_taught, measure,
};
pub use list::{
    Direction, Group, Hours, List, ListError, ListHeader, Matter, Outcome, Reply, Scope, Tier,
    Unit, Words,
};
pub use narrative::Narrative;

/// The narratives that come with the program and are no danger: for whoever looks for false alarms.
pub fn quiet_narratives() -> impl Iterator<Item = &'static str> {
    shipped_narratives(false)
}

/// Those that are danger: for whoever makes rules more precise and must not silence any.
pub fn narratives_in_danger() -> impl Iterator<Item = &'static str> {
    shipped_narratives(true)
}

fn shipped_narratives(danger: bool) -> impl Iterator<Item = &'static str> {
    let all = learn::told::lessons().chain(learn::told::narratives());
    all.filter(move |told| told.danger.is_some() == danger)
        .map(|told| told.words)
}
pub use suggestion::{Alternative, Danger, Doubt, Evidence, Mode, Suggestion};
