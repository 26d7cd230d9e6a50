//! Ground for tests of the whole program below HTTP: platforms on either store, a hand-set clock,
//! a link that loses, doubles, delays and reorders, people of every role, invented contacts, and
//! the check of what must hold whatever happened.
//!
//! Nothing here waits for time: the clock is set by hand, and the link is driven step by step.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "the ground of tests: what fails here fails the test that stands on it"
)]

pub mod chance;
pub mod contact;
pub mod ground;
pub mod invariant;
pub mod link;
pub mod net;
pub mod people;
pub mod platform;
pub mod tile;

pub use chance::Dice;
pub use contact::Caller;
pub use ground::{Ground, StoreKind};
pub use invariant::{check_net, check_pair, check_platform, check_sight};
pub use link::{Pair, Side, Weather};
pub use net::Net;
pub use platform::{Platform, Settings, at};

/// The name of the link between the two platforms of a pair.
pub const LINK: &str = "wanglan";
/// A Monday morning in the fictional county, from which tests count.
pub const MONDAY: &str = "2026-11-23T09:00:00+08:00";
/// One minute in milliseconds.
pub const MINUTE: i64 = 60_000;
/// One hour in milliseconds.
pub const HOUR: i64 = 60 * MINUTE;
/// One day in milliseconds.
pub const DAY: i64 = 24 * HOUR;
