//! Search: the full-text index that follows the log, questions to it, saved questions, exports.
//!
//! The index holds no truth. A desk without it works on: lists and look-ups by key are the
//! store's, and only the search says that it is not there.

mod ask;
mod entry;
mod export;
mod follow;
mod heads;
mod saved;
mod sheet;
mod snippet;

pub use ask::{SearchAsk, SearchRange};
pub use export::{ExportAsk, ExportFile};
pub use follow::{Filling, ask_rebuild};
pub use saved::NewSearch;
pub(crate) use sheet::plain;

use crate::App;
use crate::error::AppError;
use ::search::{FullText, SearchError};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// Questions answered at once: more would take the cores the desk needs.
const AT_ONCE: usize = 2;

/// The index, while this process keeps it, and the exports under way.
#[derive(Debug)]
pub(crate) struct SearchRoom {
    index: Mutex<Option<Arc<dyn FullText>>>,
    filling: Mutex<Option<Filling>>,
    turns: Semaphore,
    /// One step at a time, whoever takes it.
    step: tokio::sync::Mutex<()>,
    pub(crate) exports: export::Exports,
}

impl Default for SearchRoom {
    fn default() -> Self {
        Self {
            index: Mutex::default(),
            filling: Mutex::default(),
            turns: Semaphore::new(AT_ONCE),
            step: tokio::sync::Mutex::default(),
            exports: export::Exports::default(),
        }
    }
}

impl SearchRoom {
    fn index(&self) -> Option<Arc<dyn FullText>> {
        self.index
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn keep(&self, index: Option<Arc<dyn FullText>>) {
        *self.index.lock().unwrap_or_else(PoisonError::into_inner) = index;
    }

    fn filling(&self) -> Option<Filling> {
        *self.filling.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fills(&self, filling: Option<Filling>) {
        *self.filling.lock().unwrap_or_else(PoisonError::into_inner) = filling;
    }
}

impl App {
    /// Asks the index on a thread that may wait, a few at a time.
    async fn find(&self, question: ::search::Question) -> Result<::search::Found, AppError> {
        let room = &self.inner.search;
        let Some(index) = room.index() else {
            return Err(AppError::NoIndex);
        };
        let _turn = room.turns.acquire().await.map_err(gone)?;
        tokio::task::spawn_blocking(move || index.find(&question))
            .await
            .map_err(gone)?
            .map_err(AppError::from)
    }
}

fn gone(error: impl std::fmt::Display) -> AppError {
    AppError::Internal(format!("the search was broken off: {error}"))
}

impl From<SearchError> for AppError {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::InUse => Self::NoIndex,
            SearchError::Broken(_) => Self::Unavailable(error.to_string()),
        }
    }
}
