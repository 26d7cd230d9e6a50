//! Calls that ended before they were heard, and the calls that make up for it.

use crate::call::{CallId, DropReason, Moment, SeatName};
use crate::queue::{Class, Needs};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// A call-back that is due or being made. It is named after the call it makes up for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CallBack {
    /// The call that was dropped.
    pub of: CallId,
    /// The number to call.
    pub number: String,
    /// Why.
    pub reason: DropReason,
    /// The class of the dropped call.
    pub class: Class,
    /// What it needs of a seat.
    pub needs: Needs,
    /// From when its waiting counts.
    pub since: Moment,
    /// When the next try is due.
    pub due: Moment,
    /// Tries begun.
    pub attempts: u8,
    /// Who had it, if anybody.
    pub operator: Option<SeatName>,
    /// The case and the token the dropped call was bound to.
    pub case: Option<String>,
    /// Token for the other platform, as the application bound it.
    pub token: Option<Vec<u8>>,
    /// The call that tries it now.
    pub by: Option<CallId>,
}

/// All open call-backs. At most one a number: the earliest is kept, since its caller has waited longest.
#[derive(Debug, Default)]
pub struct CallBacks {
    open: BTreeMap<CallId, CallBack>,
    by_number: HashMap<String, CallId>,
}

impl CallBacks {
    /// Those that are open, by the name of the dropped call.
    pub fn open(&self) -> impl Iterator<Item = &CallBack> {
        self.open.values()
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, of: CallId) -> Option<&CallBack> {
        self.open.get(&of)
    }

    pub(crate) fn get_mut(&mut self, of: CallId) -> Option<&mut CallBack> {
        self.open.get_mut(&of)
    }

    /// The open one of a number.
    #[must_use]
    pub fn of_number(&self, number: &str) -> Option<&CallBack> {
        self.by_number.get(number).and_then(|of| self.open.get(of))
    }

    pub(crate) fn add(&mut self, back: CallBack) {
        self.by_number.insert(back.number.clone(), back.of);
        self.open.insert(back.of, back);
    }

    pub(crate) fn close(&mut self, of: CallId) -> Option<CallBack> {
        let back = self.open.remove(&of)?;
        self.by_number.remove(&back.number);
        Some(back)
    }
}
