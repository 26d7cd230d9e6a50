//! Cases, events and measures as the text a store keeps. The reading and writing is made out of each type's whole shape, and is
//! asked for with every command: here it is compiled once, with this crate's optimisation, instead of in whoever asks.

use crate::case::{Case, Event};
use crate::supervision::Measure;
pub use serde_json::Error;

/// Reads a case.
///
/// # Errors
/// When the text is none.
pub fn read_case(text: &str) -> Result<Case, Error> {
    serde_json::from_str(text)
}

/// Writes a case.
///
/// # Errors
/// None for a case; JSON has no way to say so.
pub fn write_case(case: &Case) -> Result<String, Error> {
    serde_json::to_string(case)
}

/// Reads an event.
///
/// # Errors
/// When the text is none.
pub fn read_event(text: &str) -> Result<Event, Error> {
    serde_json::from_str(text)
}

/// Writes an event.
///
/// # Errors
/// None for an event; JSON has no way to say so.
pub fn write_event(event: &Event) -> Result<String, Error> {
    serde_json::to_string(event)
}

/// Reads a measure.
///
/// # Errors
/// When the text is none.
pub fn read_measure(text: &str) -> Result<Measure, Error> {
    serde_json::from_str(text)
}

/// Writes a measure.
///
/// # Errors
/// None for a measure; JSON has no way to say so.
pub fn write_measure(measure: &Measure) -> Result<String, Error> {
    serde_json::to_string(measure)
}
