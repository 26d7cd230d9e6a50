//! GET /roster/feed/{unit}/{key}

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Address;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use std::time::Instant;

/// A unit's duty calendar (iCalendar), by an address that is its own key.
#[utoipa::path(
    get,
    path = "/roster/feed/{unit}/{key}",
    operation_id = "duty_feed",
    tag = "public",
    params(
        ("unit" = String, Path, description = "code of the unit"),
        ("key" = String, Path, description = "what proves that the address was given out"),
    ),
    responses(
        (status = 200, body = String, content_type = "text/calendar"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn duty_feed(
    State(edge): State<Edge>,
    Address(address): Address,
    path: Result<Path<(String, String)>, axum::extract::rejection::PathRejection>,
) -> Result<Response, Problem> {
    let throttle = &edge.throttles().public_follow;
    throttle
        .take(address, Instant::now())
        .map_err(Problem::rate_limited)?;
    let Path((unit, key)) = path.map_err(|_| Problem::not_found())?;
    let calendar = edge.app().duty_feed(&unit, &key).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CACHE_CONTROL, "private, max-age=300"),
    ];
    Ok((headers, calendar).into_response())
}
