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
            ruled: 0.475,
            raised: 0.965,
            shown: 0.93,
            precision: 0.73,
            asked: 0.98,
            asked_precision: 0.635,
            desk: 0.88,
            surest: 0.937,
            matter: 0.675,
            offered: 0.835,
            urgency: 0.72,
        },
    );
}
