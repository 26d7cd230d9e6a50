//! GET /readyz

use crate::edge::Edge;
use crate::problem::Problem;
use axum::extract::State;

/// The platform can take a contact now: its store answers.
#[utoipa::path(
    get,
    path = "/readyz",
    operation_id = "ready",
    tag = "system",
    responses(
        (status = 200, body = String, content_type = "text/plain", description = "`ready`"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn ready(State(edge): State<Edge>) -> Result<&'static str, Problem> {
    edge.app().ready().await?;
    Ok("ready")
}
