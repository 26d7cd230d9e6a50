//! The 400 held narratives, which nothing was tuned by: figures alone, and floors under them, so
//! that the engine cannot get worse unseen.
#![expect(
    clippy::unwrap_used,
    clippy::as_conversions,
    reason = "helpers of a test, which Clippy does not take for tests"
)]

mod measured;

use measured::{Floors, measure};

#[test]
fn law_5_danger_desk_and_matter_on_what_nothing_was_tuned_by() {
    measure(
        "held",
        &Floors {
            ruled: 0.475,
            raised: 0.92,
            shown: 0.88,
            precision: 0.7,
            asked: 0.965,
            asked_precision: 0.615,
            desk: 0.825,
            surest: 0.86,
            matter: 0.485,
            offered: 0.74,
            urgency: 0.715,
        },
    );
}
