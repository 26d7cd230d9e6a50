//! Figures 考核: case facts go in; metrics, scores and ranks come out, each with the cases it was
//! counted from.
//!
//! Pure: no I/O, no clock, no floating point. A metric is a named, versioned formula with a declared
//! denominator (law 9); a scheme says in formulas, too, what the metrics are worth (R35, R42). The
//! same facts give the same digits, whoever asks and whenever.

pub mod book;
pub mod fact;
pub mod formula;
pub mod metric;
pub mod number;
pub mod period;
pub mod reckon;
pub mod scheme;
pub mod sheet;

pub use book::{Book, BookFault, RuleText};
pub use fact::{CaseFacts, Entry, LegFacts};
pub use metric::{Exclusion, Exclusions, Grain, Judged, Metric, Verdict};
pub use period::{Period, PeriodKind, Zone};
pub use reckon::{Inputs, Reckoner, Tally};
pub use scheme::{Part, Scheme};
pub use sheet::{Change, Figure, Line, PartScore, Sheet, Subject, compare, figures, sheet};
