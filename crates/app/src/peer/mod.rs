//! The link, seen from the cases: what the exchange takes out and brings in.

mod inbox;
mod outbox;

use crate::App;
use exchange::{ChainHead, PortError};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// The application as the exchange knows it.
#[derive(Clone)]
pub struct PeerPorts {
    app: App,
    heads: Arc<Mutex<HashMap<String, (ChainHead, i64)>>>,
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
