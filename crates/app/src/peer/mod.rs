//! The link, seen from the cases: what the exchange takes out and brings in.

mod inbox;
mod outbox;
mod reconcile;

use crate::App;
use exchange::{ChainHead, PortError};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

/// The application as the exchange knows it.
#[derive(Clone)]
pub struct PeerPorts {
    app: App,
    heads: Arc<Mutex<HashMap<String, Heads>>>,
}

/// What a peer said of its log's head: several batches and receipts cross, so an older word may
/// come later. Only another hash at a known position shows that the log was rewritten.
#[derive(Default)]
struct Heads {
    known: VecDeque<ChainHead>,
    highest: Option<ChainHead>,
    kept_at: i64,
}

/// Heads of a peer that are remembered to compare with.
const HEADS: usize = 1_024;

impl Heads {
    /// Takes a word; says whether it contradicts an earlier one.
    fn hear(&mut self, head: &ChainHead) -> bool {
        let same = self
            .known
            .iter()
            .find(|known| known.position == head.position);
        if let Some(known) = same {
            return known.hash != head.hash;
        }
        if self.known.len() == HEADS {
            self.known.pop_front();
        }
        self.known.push_back(head.clone());
        if self
            .highest
            .as_ref()
            .is_none_or(|highest| highest.position < head.position)
        {
            self.highest = Some(head.clone());
        }
        false
    }
}

/// The ports of an application.
#[must_use]
pub fn ports(app: &App) -> PeerPorts {
    PeerPorts {
        app: app.clone(),
        heads: Arc::default(),
    }
}

fn away(error: impl std::fmt::Display) -> PortError {
    PortError::Unavailable(error.to_string())
}
