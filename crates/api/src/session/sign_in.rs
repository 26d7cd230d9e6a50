//! POST /api/session

use super::cookie;
use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Address, Sent};
use app::view::Me;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use serde::{Deserialize, Serialize};
use std::time::Instant;
use utoipa::ToSchema;

/// Most characters of a login that count for its rate.
const LOGIN_MOST: usize = 64;

/// Name and password.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Credentials {
    /// Login.
    login: String,
    /// Password.
    password: String,
}

/// Signs in. The cookie of an earlier session of the same browser ends with it, so that a planted
/// one is worth nothing.
#[utoipa::path(
    post,
    path = "/api/session",
    operation_id = "sign_in",
    tag = "session",
    request_body(
        content = Credentials,
        example = json!({"login": "invented.operator", "password": "an invented password"})
    ),
    responses(
        (status = 200, body = Me),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn sign_in(
    State(edge): State<Edge>,
    Address(address): Address,
    headers: HeaderMap,
    Sent(credentials): Sent<Credentials>,
) -> Result<([(HeaderName, HeaderValue); 1], Json<Me>), Problem> {
    let now = Instant::now();
    let login: String = credentials.login.chars().take(LOGIN_MOST).collect();
    let throttles = edge.throttles();
    throttles
        .sign_in
        .take(format!("{address} {login}"), now)
        .and_then(|()| throttles.sign_in_address.take(address, now))
        .map_err(Problem::rate_limited)?;
    let (token, me) = edge
        .app()
        .sign_in(&credentials.login, &credentials.password)
        .await?;
    if let Some(old) = cookie::token(&headers, &edge)
        && let Err(error) = edge.app().sign_out(&old).await
    {
        tracing::warn!(%error, "an earlier session of this browser could not be ended");
    }
    let Some(value) = cookie::give(&edge, &token) else {
        tracing::error!("a session token cannot stand in a cookie");
        return Err(Problem::internal());
    };
    Ok(([(header::SET_COOKIE, value)], Json(me)))
}
