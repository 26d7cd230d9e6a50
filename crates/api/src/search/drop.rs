//! DELETE /api/exports/{id}

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Named;
use crate::session::SignedIn;
use axum::extract::State;
use axum::http::StatusCode;

/// Breaks one of the asker's exports off, or forgets a finished one.
#[utoipa::path(
    delete,
    path = "/api/exports/{id}",
    operation_id = "drop_export",
    tag = "search",
    params(("id" = String, Path, description = "id of the export")),
    responses(
        (status = 204, description = "gone"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn drop_export(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(id): Named,
) -> Result<StatusCode, Problem> {
    edge.app().drop_export(who.actor(), &id)?;
    Ok(StatusCode::NO_CONTENT)
}
