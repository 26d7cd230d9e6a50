//! The 400 development narratives, by which thresholds are chosen and nothing is taught: the same
//! figures as for the held ones, a little too good by what was chosen.
#![expect(
    clippy::unwrap_used,
    clippy::as_conversions,
    reason = "helpers of a test, which Clippy does not take for tests"
)]

mod measured;

use measured::{Floors, measure};

#[test]
fn law_5_danger_desk_and_matter_on_what_thresholds_were_chosen_by() {
    measure(
        "dev",
        &Floors {
            ruled: 0.0,
            raised: 0.0,
            shown: 0.0,
            precision: 0.0,
            asked: 0.0,
            asked_precision: 0.0,
            desk: 0.0,
            surest: 0.0,
            matter: 0.0,
            offered: 0.0,
            urgency: 0.0,
        },
    );
}
