//! The call laboratory: callers, phones and another platform's trunk on loopback, made of the same
//! parts as the engine, so that calls ring and talk where no network is (demo, tests, a site's first
//! trunk).

mod far;
pub mod page;
pub mod speech;

pub use far::{Far, Manner, Seen, Settings, Stage};
pub use page::Page;
