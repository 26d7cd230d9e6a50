//! What a desk tells its peer of itself now and then, for the wall of the other hall: counts,
//! never a person or a case.

use serde::{Deserialize, Serialize};

/// How busy the sending desk is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figures {
    /// When they were counted, milliseconds since 1970.
    pub at: i64,
    /// Open cases nobody has decided on.
    pub waiting: i64,
    /// When the oldest of those was received, milliseconds since 1970.
    pub waiting_since: Option<i64>,
    /// Open cases.
    pub open: i64,
    /// Open cases of no row of the responsibility list.
    pub unowned: i64,
    /// Open cases with danger nobody dismissed.
    pub danger: i64,
    /// Open cases past their nearest limit.
    pub overdue: i64,
    /// Contacts the desk itself received today, by its own calendar.
    pub taken_today: i64,
}
