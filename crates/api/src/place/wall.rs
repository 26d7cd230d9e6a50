//! GET /api/wall

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::SignedIn;
use app::view::WallView;
use axum::Json;
use axum::extract::State;

/// The hall's wall: figures, each by its definition, and the links.
#[utoipa::path(
    get,
    path = "/api/wall",
    operation_id = "show_wall",
    tag = "desk",
    responses(
        (status = 200, body = WallView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn wall(
    State(edge): State<Edge>,
    who: SignedIn,
) -> Result<Json<WallView>, Problem> {
    Ok(Json(edge.app().wall(who.actor()).await?))
}
