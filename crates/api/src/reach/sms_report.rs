//! POST /reach/v1/sms/{token}

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Address, Named};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use bytes::Bytes;
use serde_json::Value;
use std::time::Instant;

/// Most bytes of a report.
const MOST: usize = 16 * 1024;

/// What the SMS gateway says became of a message: JSON or a form, as the configuration says where what stands.
#[utoipa::path(
    post,
    path = "/reach/v1/sms/{token}",
    operation_id = "sms_report",
    tag = "public",
    params(("token" = String, Path, description = "the secret the gateway was given")),
    request_body(content = Value, example = json!({"id": "M1", "state": "DELIVRD"})),
    responses(
        (status = 204, description = "taken, also where the message is not known"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn sms_report(
    State(edge): State<Edge>,
    Address(address): Address,
    Named(token): Named,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let throttle = &edge.throttles().reports;
    throttle
        .take(address, Instant::now())
        .map_err(Problem::rate_limited)?;
    if body.len() > MOST {
        return Err(app::AppError::TooLarge.into());
    }
    let media = headers.get(header::CONTENT_TYPE);
    let form = media.is_some_and(|media| media.as_bytes().starts_with(b"application/x-www-form"));
    let fields: Value = if form {
        form_urlencoded::parse(&body)
            .map(|(name, value)| (name.into_owned(), Value::from(value.into_owned())))
            .collect::<serde_json::Map<String, Value>>()
            .into()
    } else {
        serde_json::from_slice(&body).unwrap_or(Value::Null)
    };
    edge.app().sms_report(&token, &fields).await?;
    Ok(StatusCode::NO_CONTENT)
}
