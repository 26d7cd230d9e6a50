//! What can go wrong with a use case, with a stable key each; the wording belongs to the console.

use domain::case::Refusal;
use store::{AppendError, StoreError};

/// A field that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Which, as a path in the request.
    pub field: String,
    /// Stable key.
    pub key: &'static str,
    /// A sentence.
    pub detail: String,
}

impl FieldError {
    /// One refused field.
    #[must_use]
    pub fn new(field: impl Into<String>, key: &'static str, detail: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            key,
            detail: detail.into(),
        }
    }
}

/// Why a use case did not happen. Nothing was changed, unless the text says otherwise.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AppError {
    /// Nobody is signed in.
    #[error("nobody is signed in")]
    Unauthenticated,
    /// Name or password is wrong, or the account is closed; which is not told.
    #[error("name or password is wrong")]
    BadCredentials,
    /// Too many wrong passwords.
    #[error("the account is locked until {until}")]
    Locked {
        /// Until when.
        until: i64,
    },
    /// The password was given by somebody else; its owner has to choose another before anything else.
    #[error("another password has to be chosen first")]
    PasswordDue,
    /// The separation of duties forbids it: the stable key says what of it.
    #[error("the separation of duties forbids it: {0}")]
    Duties(&'static str),
    /// The role table does not grant it.
    #[error("this is not among your rights")]
    Forbidden,
    /// There is no such thing, or none this reader may know of.
    #[error("there is no such thing")]
    NotFound,
    /// Somebody else was faster.
    #[error("the case is at version {actual}")]
    Conflict {
        /// The version it has.
        actual: i64,
    },
    /// The command id was used for something else.
    #[error("this command id was used for another request")]
    KeyReused,
    /// Fields were refused.
    #[error("{} field(s) were refused", .0.len())]
    Invalid(Vec<FieldError>),
    /// The rules of the trade refuse it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// More than is taken at once.
    #[error("this is more than is taken at once")]
    TooLarge,
    /// Too many requests.
    #[error("too many requests")]
    RateLimited,
    /// No space left on the disk.
    #[error("the disk is full")]
    Full,
    /// The store does not answer; the outcome of a command may be unknown: send it again with
    /// the same id.
    #[error("the store does not answer: {0}")]
    Unavailable(String),
    /// This process keeps no search index, or not yet; the desk works on without it.
    #[error("there is no search index here")]
    NoIndex,
    /// No font to print with; the sentence says how to get one. Everything else works.
    #[error("{0}")]
    NoFont(String),
    /// A defect.
    #[error("internal: {0}")]
    Internal(String),
}

impl AppError {
    /// One refused field.
    #[must_use]
    pub fn field(field: &str, key: &'static str, detail: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, key, detail)])
    }

    /// The stable key.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Unauthenticated => "unauthenticated".to_owned(),
            Self::BadCredentials => "bad_credentials".to_owned(),
            Self::Locked { .. } => "locked".to_owned(),
            Self::PasswordDue => "password_due".to_owned(),
            Self::Duties(why) => format!("duties/{why}"),
            Self::Forbidden => "forbidden".to_owned(),
            Self::NotFound => "not_found".to_owned(),
            Self::Conflict { .. } => "conflict".to_owned(),
            Self::KeyReused => "key_reused".to_owned(),
            Self::Invalid(_) => "invalid".to_owned(),
            Self::Refused(refusal) => format!("refused/{}", refusal.key()),
            Self::TooLarge => "too_large".to_owned(),
            Self::RateLimited => "rate_limited".to_owned(),
            Self::Full => "store_full".to_owned(),
            Self::Unavailable(_) => "unavailable".to_owned(),
            Self::NoIndex => "no_index".to_owned(),
            Self::NoFont(_) => "no_font".to_owned(),
            Self::Internal(_) => "internal".to_owned(),
        }
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => Self::Full,
            StoreError::Unavailable(_) | StoreError::Deadline | StoreError::Closed => {
                Self::Unavailable(error.to_string())
            }
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<AppendError> for AppError {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::Conflict { actual, .. } => Self::Conflict { actual },
            AppendError::KeyReused => Self::KeyReused,
            AppendError::Store(error) => error.into(),
            other => Self::Internal(other.to_string()),
        }
    }
}
