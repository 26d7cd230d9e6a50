//! GET /api/live

use super::stream::live_body;
use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Asked;
use crate::session::SignedIn;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::right::{Action, Grant, grant};
use serde::Deserialize;
use std::time::Duration;
use utoipa::IntoParams;

/// From where.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct From {
    /// Position in the platform's log to go on after; `Last-Event-ID` outranks it. Left out, it
    /// begins now.
    #[param(example = 0)]
    after: Option<i64>,
}

/// What happens to the cases the session may see: `hello` with the position it begins at, then
/// one `case` event a change, with its position as id; `reset` when the position asked for is too
/// old and everything has to be read again. A comment every 15 seconds keeps the line open.
#[utoipa::path(
    get,
    path = "/api/live",
    operation_id = "follow_live",
    tag = "live",
    params(From, ("Last-Event-ID" = Option<i64>, Header, description = "the last position seen; browsers send it by themselves")),
    responses(
        (status = 200, body = String, content_type = "text/event-stream"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn follow(
    State(edge): State<Edge>,
    who: SignedIn,
    Asked(from): Asked<From>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    // Who may read no case at all has nothing to follow.
    let reads = who
        .actor()
        .roles
        .iter()
        .any(|role| grant(*role, Action::ReadCase) != Grant::No);
    if !reads {
        return Err(Problem::forbidden());
    }
    let after = last_event_id(&headers)?.or(from.after);
    if after.is_some_and(|pos| pos < 0) {
        return Err(Problem::field(
            "after",
            "malformed",
            "a position is not negative",
        ));
    }
    let seat = edge
        .seats()
        .take(&who.signed.account.id, edge.options().live_per_account)
        .ok_or_else(|| Problem::rate_limited(Duration::from_secs(10)))?;
    let stream = edge.app().live(who.actor(), after);
    let sitting = edge.app().sit(who.actor());
    let mut response = live_body(&edge, who.token, stream, seat, sitting).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/event-stream"),
    );
    // A proxy that collects the answer before passing it on would hold events back.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

fn last_event_id(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(value) = headers.get("last-event-id") else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or("?").trim();
    if text.is_empty() {
        return Ok(None);
    }
    text.parse()
        .map(Some)
        .map_err(|_| Problem::field("Last-Event-ID", "malformed", "a position is a whole number"))
}
