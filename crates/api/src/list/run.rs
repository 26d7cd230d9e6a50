//! GET /api/list/runs/{run}

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Named;
use crate::session::SignedIn;
use app::view::ListRunView;
use axum::Json;
use axum::extract::State;

/// How far a run is, and what came out.
#[utoipa::path(
    get,
    path = "/api/list/runs/{run}",
    operation_id = "list_run",
    tag = "list",
    params(
        ("run" = String, Path, description = "id of the run"),
    ),
    responses(
        (status = 200, body = ListRunView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_run(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(run): Named,
) -> Result<Json<ListRunView>, Problem> {
    Ok(Json(edge.app().list_run(who.actor(), &run).await?))
}
