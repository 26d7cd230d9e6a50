//! POST /reach/v1/sms/{token}

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Address, Named, fields};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use bytes::Bytes;
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
    let fields = fields(&headers, &body);
    edge.app().sms_report(&token, &fields).await?;
    Ok(StatusCode::NO_CONTENT)
}
