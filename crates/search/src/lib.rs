//! Words in, ids of cases out: a full-text index that can always be made anew.
//!
//! The index never holds the truth. It follows the store's log and remembers the position it has
//! reached ([`Mark`]); whoever deletes it loses nothing but the minutes it takes to make it again.
//! It knows neither spelling nor cases: texts come in their normal spelling, ids and words of
//! columns are opaque.
//!
//! What a mask hides lies in fields of its own, which are read only when the asker has the right
//! ([`Question::unmasked`]): nobody finds by what they may not read (law 10).

mod count;
mod directory;
mod engine;
mod entry;
mod initials;
mod question;
mod schema;
mod shelf;
mod terms;

pub use count::Facets;
pub use directory::ask_rebuild;
pub use engine::{Index, stand_back};
pub use entry::{Entry, Mark};
pub use initials::initials;
pub use question::{Found, Question, Sorting};
pub use shelf::{Leaflet, Shelf, Taken};
pub use terms::{Pieces, terms};

/// What the application needs of a full-text engine.
pub trait FullText: Send + Sync + std::fmt::Debug {
    /// Answers a question from what has been put so far.
    ///
    /// # Errors
    /// When the index cannot be read.
    fn find(&self, question: &Question) -> Result<Found, SearchError>;

    /// How far along the log the index is; none for one that has just been made.
    fn mark(&self) -> Option<Mark>;

    /// Puts entries in the place of those with the same ids, and remembers how far they reach.
    /// Both are durable, and found, when it returns. With `purge` nothing of what was replaced is
    /// left on the disk.
    ///
    /// # Errors
    /// When it cannot be written; nothing has changed then.
    fn put(&self, entries: Vec<Entry>, mark: Mark, purge: bool) -> Result<(), SearchError>;

    /// Forgets everything.
    ///
    /// # Errors
    /// When it cannot be written.
    fn clear(&self) -> Result<(), SearchError>;

    /// Whether somebody asked, from outside, for the index to be made anew. Asking takes the
    /// wish back.
    fn wanted_anew(&self) -> bool;
}

/// Why the index does not answer.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SearchError {
    /// Another process keeps it.
    #[error("the index is kept by another process")]
    InUse,
    /// It cannot be read or written.
    #[error("the index does not work: {0}")]
    Broken(String),
}

impl From<tantivy::TantivyError> for SearchError {
    fn from(error: tantivy::TantivyError) -> Self {
        Self::Broken(error.to_string())
    }
}

impl From<std::io::Error> for SearchError {
    fn from(error: std::io::Error) -> Self {
        Self::Broken(error.to_string())
    }
}
