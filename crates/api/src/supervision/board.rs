//! GET /api/supervision

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::SignedIn;
use app::view::SupervisionBoard;
use axum::Json;
use axum::extract::State;

/// The measures that run and those that ended within thirty days: all, or those of the asker's unit.
#[utoipa::path(
    get,
    path = "/api/supervision",
    operation_id = "supervision_board",
    tag = "supervision",
    responses(
        (status = 200, body = SupervisionBoard),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn supervision_board(
    State(edge): State<Edge>,
    who: SignedIn,
) -> Result<Json<SupervisionBoard>, Problem> {
    Ok(Json(edge.app().supervision_board(who.actor()).await?))
}
