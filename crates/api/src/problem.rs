//! What went wrong, as RFC 9457 problem+json: a stable key, never a wording for people (rule 13).

use app::{AppError, FieldError};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa::ToSchema;

/// The media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// A field that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldProblem {
    /// Where in the request: a path in the body, a query name or a header.
    pub field: String,
    /// Stable key.
    pub key: String,
    /// What is wrong, for whoever writes a client.
    pub detail: String,
}

/// Why a request was not answered with what it asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "type": "conflict",
    "title": "the case has moved on",
    "status": 409,
    "detail": "the case is at version 7",
    "actual": 7
}))]
pub struct Problem {
    /// Stable key: the console finds its sentence by it.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    pub kind: Box<str>,
    /// The key in a few words.
    #[schema(value_type = String)]
    pub title: Box<str>,
    /// HTTP status.
    pub status: u16,
    /// This occurrence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub detail: Option<Box<str>>,
    /// The fields that were refused, with `invalid`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
    /// The version the case has, with `conflict`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual: Option<i64>,
    /// When the lock ends, milliseconds UTC, with `locked`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
    /// Seconds after which asking again may help.
    #[serde(skip)]
    pub retry_after: Option<u32>,
}

impl Problem {
    /// A problem with a key and a title and nothing else.
    #[must_use]
    pub fn new(status: StatusCode, kind: &str, title: &str) -> Self {
        Self {
            kind: kind.into(),
            title: title.into(),
            status: status.as_u16(),
            detail: None,
            errors: Vec::new(),
            actual: None,
            until: None,
            retry_after: None,
        }
    }

    /// Says what happened this time.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<Box<str>>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// One refused field.
    #[must_use]
    pub fn field(field: impl Into<String>, key: &str, detail: impl Into<String>) -> Self {
        let mut problem = Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid",
            "fields were refused",
        );
        problem.errors.push(FieldProblem {
            field: field.into(),
            key: key.to_owned(),
            detail: detail.into(),
        });
        problem
    }

    /// Nobody is signed in.
    #[must_use]
    pub fn unauthenticated() -> Self {
        AppError::Unauthenticated.into()
    }

    /// The rights do not reach this far.
    #[must_use]
    pub fn forbidden() -> Self {
        AppError::Forbidden.into()
    }

    /// No such thing, or none the asker may know of.
    #[must_use]
    pub fn not_found() -> Self {
        AppError::NotFound.into()
    }

    /// Too many requests; another try after the wait may be taken.
    #[must_use]
    pub fn rate_limited(wait: Duration) -> Self {
        let mut problem = Self::from(AppError::RateLimited);
        let seconds = wait.as_secs().saturating_add(1);
        problem.retry_after = Some(u32::try_from(seconds).unwrap_or(u32::MAX));
        problem
    }

    /// A defect; what it was is in the log, not in the answer.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "a defect of the server; nothing is known to have changed",
        )
    }
}

impl From<FieldError> for FieldProblem {
    fn from(error: FieldError) -> Self {
        Self {
            field: error.field,
            key: error.key.to_owned(),
            detail: error.detail,
        }
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        let (status, title) = meaning(&error);
        let mut problem = Self::new(status, &error.key(), title);
        // Logged once, here, where the answer is made (rule 22).
        match &error {
            AppError::Internal(_) => tracing::error!(%error, "a request failed by a defect"),
            AppError::Unavailable(_) | AppError::Full => {
                tracing::warn!(%error, "a request failed for want of the store");
            }
            _ => {}
        }
        match error {
            AppError::Conflict { actual } => {
                problem.actual = Some(actual);
                problem.detail = Some(format!("the case is at version {actual}").into());
            }
            AppError::Locked { until } => problem.until = Some(until),
            AppError::Invalid(fields) => {
                problem.errors = fields.into_iter().map(Into::into).collect();
            }
            AppError::Refused(refusal) => problem.detail = Some(refusal.to_string().into()),
            // How to get a font, for whoever looks after the machine; no path of the site is in it.
            AppError::NoFont(detail) => problem.detail = Some(detail.into()),
            AppError::RateLimited => problem.retry_after = Some(60),
            AppError::Unavailable(_) => problem.retry_after = Some(2),
            // What a store or a defect says may hold paths or data: it stays in the log.
            _ => {}
        }
        problem
    }
}

/// The status and the title of a use case's error.
const fn meaning(error: &AppError) -> (StatusCode, &'static str) {
    match error {
        AppError::Unauthenticated => (StatusCode::UNAUTHORIZED, "nobody is signed in"),
        AppError::BadCredentials => (StatusCode::UNAUTHORIZED, "name or password is wrong"),
        AppError::Locked { .. } => (StatusCode::TOO_MANY_REQUESTS, "the account is locked"),
        AppError::PasswordDue => (
            StatusCode::FORBIDDEN,
            "another password has to be chosen first",
        ),
        AppError::Duties(_) => (
            StatusCode::CONFLICT,
            "the separation of duties forbids it; nothing changed",
        ),
        AppError::Forbidden => (StatusCode::FORBIDDEN, "not among your rights"),
        AppError::NotFound => (StatusCode::NOT_FOUND, "there is no such thing"),
        AppError::Conflict { .. } => (StatusCode::CONFLICT, "the case has moved on"),
        AppError::KeyReused => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "this idempotency key was used for another request",
        ),
        AppError::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, "fields were refused"),
        AppError::Refused(_) => (StatusCode::CONFLICT, "the rules refuse it; nothing changed"),
        AppError::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "more than is taken at once"),
        AppError::RateLimited => (StatusCode::TOO_MANY_REQUESTS, "too many requests"),
        AppError::Full => (StatusCode::INSUFFICIENT_STORAGE, "the disk is full"),
        AppError::Unavailable(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the store does not answer; send the same again with the same key",
        ),
        AppError::NoIndex => (
            StatusCode::SERVICE_UNAVAILABLE,
            "there is no search index here; everything else works",
        ),
        AppError::NoFont(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "there is no font to print with; everything else works",
        ),
        AppError::Internal(_) => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "a defect of the server; nothing is known to have changed",
        ),
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry: Option<(HeaderName, HeaderValue)> = self
            .retry_after
            .map(|seconds| (header::RETRY_AFTER, HeaderValue::from(seconds)));
        // A struct of text and numbers always serialises.
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, MEDIA_TYPE)], body).into_response();
        if let Some((name, value)) = retry {
            response.headers_mut().insert(name, value);
        }
        response
    }
}
