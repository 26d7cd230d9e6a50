//! A contact as it begins a case, and a part of one that is split.

use super::event::Triaged;
use crate::clock::Millis;
use crate::desk::Channel;
use crate::id::CaseId;
use serde::{Deserialize, Serialize};

/// A contact that begins a case. Personal data stays outside: the event carries its digest.
#[derive(Debug, Clone, PartialEq)]
pub struct Intake {
    /// The case to begin.
    pub id: CaseId,
    /// Its printed number.
    pub no: String,
    /// How the contact arrived.
    pub channel: Channel,
    /// Whether who called is to be kept from the units (SFBM).
    pub confidential: bool,
    /// Salted digest of the personal data kept beside the log.
    pub person: String,
    /// The district code the place lies in, empty if not known.
    pub district: String,
    /// When it happened, if the caller says so.
    pub happened_at: Option<Millis>,
    /// What triage made of it.
    pub triage: Triaged,
    /// The case of another system or platform it came from, for an import.
    pub source: String,
    /// An earlier closed case it looks like the return of (R38).
    pub backflow_of: Option<CaseId>,
    /// The case whose danger it was made for: the police part of that matter (law 5).
    pub danger_of: Option<CaseId>,
}

/// One part of a case that is split.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// What this part is about.
    pub narrative: String,
}
