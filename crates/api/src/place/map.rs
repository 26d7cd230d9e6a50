//! GET /api/map

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::SignedIn;
use app::view::MapView;
use axum::Json;
use axum::extract::State;

/// What the console draws the site's map from: a tile service, a vector map, both or neither.
#[utoipa::path(
    get,
    path = "/api/map",
    operation_id = "show_map",
    tag = "desk",
    responses(
        (status = 200, body = MapView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn map(State(edge): State<Edge>, who: SignedIn) -> Result<Json<MapView>, Problem> {
    Ok(Json(edge.app().map(who.actor())?))
}
