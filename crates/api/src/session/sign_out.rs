//! DELETE /api/session

use super::cookie;
use crate::edge::Edge;
use crate::problem::Problem;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

/// Signs out. It is answered with 204 whether or not there was a session, so that it can be
/// repeated.
#[utoipa::path(
    delete,
    path = "/api/session",
    operation_id = "sign_out",
    tag = "session",
    responses(
        (status = 204, description = "nobody is signed in with this cookie any more"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn sign_out(
    State(edge): State<Edge>,
    headers: HeaderMap,
) -> Result<(StatusCode, [(HeaderName, HeaderValue); 1]), Problem> {
    if let Some(token) = cookie::token(&headers, &edge) {
        edge.app().sign_out(&token).await?;
    }
    let Some(value) = cookie::take_back(&edge) else {
        return Err(Problem::internal());
    };
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, value)]))
}
