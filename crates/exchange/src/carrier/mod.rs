//! Ways to the peer. Each only moves bytes; order, repetition and proof are the protocol's.

mod https;

pub use https::{HttpsPush, HttpsPushConfig, HttpsPushError, MEDIA_TYPE, PATH};
