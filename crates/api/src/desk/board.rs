//! GET /api/board

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::SignedIn;
use app::view::BoardView;
use axum::Json;
use axum::extract::State;

/// What waits for the desk lead, in lanes, the longest waiting first.
#[utoipa::path(
    get,
    path = "/api/board",
    operation_id = "show_board",
    tag = "desk",
    responses(
        (status = 200, body = BoardView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn board(
    State(edge): State<Edge>,
    who: SignedIn,
) -> Result<Json<BoardView>, Problem> {
    Ok(Json(edge.app().board(who.actor()).await?))
}
