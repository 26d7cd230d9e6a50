//! The 400 held narratives, which nothing was tuned by: figures alone, and floors under them, so
//! that the engine cannot get worse unseen.
#![expect(
    clippy::unwrap_used,
    clippy::as_conversions,
    clippy::print_stdout,
    reason = "helpers of a test, which Clippy does not take for tests"
)]

mod measured;

use measured::{Floors, measure};

#[test]
fn law_5_danger_desk_and_matter_on_what_nothing_was_tuned_by() {
    measure(
        "held",
        &Floors {
            ruled: 0.495,
            // The ear taught anew, with 90 sentences more of 76,000: of 124 two fewer are raised, one is not asked about.
            raised: 0.955,
            shown: 0.955,
            precision: 0.755,
            asked: 0.99,
            asked_precision: 0.655,
            desk: 0.88,
            surest: 0.935,
            matter: 0.72,
            offered: 0.875,
            urgency: 0.73,
        },
    );
}
