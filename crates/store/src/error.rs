//! What can go wrong, in words the caller can act on.

/// A failure of the store itself. Refusals of a change are [`AppendError`].
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// No space is left. Nothing of the change was written; reads go on; it recovers by itself.
    #[error("the disk is full")]
    Full,
    /// The engine cannot be reached. Nothing of the change was written; it may be tried again.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// The deadline passed before the outcome was known. The change may or may not have been
    /// written: repeat it with the same command key.
    #[error("the database did not answer in time")]
    Deadline,
    /// The disk or the operating system refused an operation.
    #[error("input or output failed: {0}")]
    Io(String),
    /// The tables were made by another version of the program.
    #[error("the database does not fit this program: {0}")]
    Schema(SchemaProblem),
    /// Stored data or a caller's change contradicts itself; this is a defect, not a refusal.
    #[error("stored data is inconsistent: {0}")]
    Broken(String),
    /// The engine has no such function; the text says what to use.
    #[error("not available on this engine: {0}")]
    NotHere(&'static str),
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
}

/// Why a database is refused at opening.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaProblem {
    /// Numbered migrations are missing: run `migrate`.
    #[error("migration {0} has not been applied; run migrate")]
    Missing(String),
    /// A newer program has migrated this database.
    #[error("migration {0} is not known to this program; it is older than the database")]
    Newer(String),
    /// A migration that was applied has another text now.
    #[error("migration {0} was changed after it had been applied")]
    Changed(String),
}

/// Why a change was not written. Nothing of it is in the database, with one exception:
/// [`StoreError::Deadline`].
#[derive(Debug, Clone, thiserror::Error)]
pub enum AppendError {
    /// The case has moved on since it was read.
    #[error("case {case_id} is at version {actual}")]
    Conflict {
        /// The case.
        case_id: String,
        /// Its version now, 0 if it does not exist.
        actual: i64,
    },
    /// The command was carried out before; this is the answer it got (law 3).
    #[error("the command was carried out before")]
    Repeated {
        /// The answer kept with the first execution.
        answer: String,
    },
    /// The command id was used for another request.
    #[error("the command id was used for another request")]
    KeyReused,
    /// The envelope was received before (law 4: once).
    #[error("the envelope was received before")]
    Received {
        /// The result kept with the first receipt.
        result: String,
    },
    /// A unique key is taken.
    #[error("already there: {what}")]
    Duplicate {
        /// The key as the engine names it, e.g. `case_row.no`.
        what: String,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The first position at which a chain does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{chain} is broken at position {pos}: {why}")]
pub struct FirstBad {
    /// `log` or `audit`.
    pub chain: &'static str,
    /// The position.
    pub pos: i64,
    /// What does not fit.
    pub why: String,
}

/// Why a verification did not end well.
#[derive(Debug, Clone, thiserror::Error)]
pub enum VerifyError {
    /// The chain does not hold.
    #[error(transparent)]
    Bad(#[from] FirstBad),
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}
