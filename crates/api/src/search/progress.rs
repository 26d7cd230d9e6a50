//! GET /api/exports/{id}

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Named;
use crate::session::SignedIn;
use app::view::ExportView;
use axum::Json;
use axum::extract::State;

/// How far one of the asker's exports is.
#[utoipa::path(
    get,
    path = "/api/exports/{id}",
    operation_id = "show_export",
    tag = "search",
    params(("id" = String, Path, description = "id of the export")),
    responses(
        (status = 200, body = ExportView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn progress(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(id): Named,
) -> Result<Json<ExportView>, Problem> {
    Ok(Json(edge.app().export_state(who.actor(), &id)?))
}
