//! Short messages 短信: how words become messages of 140 bytes and back, and the lines to a carrier's gateway.
//!
//! Open first `text.rs` (codings), `split.rs` and `join.rs` (long messages), then `line/mod.rs` (one line: log in, send, hear,
//! stay alive, come back) over the two codecs `cmpp/` and `smpp/`. Knows neither cases nor tables: what was heard is handed
//! over and answered to the carrier only once whoever took it says that it is durable (law 3).

pub mod cmpp;
pub mod join;
pub mod line;
pub mod smpp;
pub mod split;
pub mod text;
mod wire;

pub use wire::{Fault, MOST};
