//! Member units 成员单位: who they are, when they serve, what they promise.

use domain::desk::Desk;
use domain::id::UnitId;
use serde::{Deserialize, Serialize};

pub use domain::clock::{Hours, Tier};

/// One member unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// Its code, lower-case ASCII with dashes.
    pub code: UnitId,
    /// Its Chinese name.
    pub name: String,
    /// What is asked of it.
    pub tier: Tier,
    /// The desk it stands behind.
    pub desk: Desk,
    /// Its duty when something has happened (R39).
    pub rescue: String,
    /// Its daily duty (R39).
    pub daily: String,
    /// When it serves.
    pub hours: Hours,
    /// Who stands in for it out of hours; `None` where it serves day and night.
    #[serde(default)]
    pub out_of_hours: Option<UnitId>,
    /// Arrival it promises, in minutes; `None` where it promises none.
    #[serde(default)]
    pub promise: Option<u32>,
}
