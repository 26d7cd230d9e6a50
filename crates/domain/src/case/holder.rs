//! Who answers for a case (law 2).

use crate::id::{LinkId, UnitId};
use serde::{Deserialize, Serialize};

/// The one unit that is accountable for a case at this moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "side")]
pub enum Holder {
    /// A unit of this platform.
    Own {
        /// The unit.
        unit: UnitId,
    },
    /// The platform behind a link; which of its units is that platform's matter.
    Peer {
        /// The link.
        link: LinkId,
    },
}

impl Holder {
    /// The unit, if it is one of this platform.
    #[must_use]
    pub const fn own_unit(&self) -> Option<&UnitId> {
        match self {
            Self::Own { unit } => Some(unit),
            Self::Peer { .. } => None,
        }
    }
}
