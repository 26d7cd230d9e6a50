//! Fake clock, lossy link, both stores, builders.
