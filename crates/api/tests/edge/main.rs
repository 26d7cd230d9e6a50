//! The edge, asked as browsers and machines ask it: the real router over the real application on
//! SQLite in a folder of its own.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking, in its helpers too"
)]

mod attachment;
mod call;
mod command;
mod console;
mod document;
mod fixture;
#[cfg(test)]
mod follow_up;
mod import;
mod key;
mod knowledge;
mod list;
mod live;
mod mask;
mod message;
mod office;
mod peer;
mod press;
mod reach;
mod repeat;
mod rights;
mod score;
mod search;
mod shape;
mod supervision;
mod visitor;
