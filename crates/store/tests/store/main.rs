//! Every test runs on both engines, except where only one has the part.

mod append;
mod build;
mod chain;
mod faults;
mod ground;
mod list;
mod proxy;
mod schema;
