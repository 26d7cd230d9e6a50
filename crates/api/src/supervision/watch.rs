//! GET /api/supervision/watch

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::SignedIn;
use app::view::WatchList;
use axum::Json;
use axum::extract::State;

/// The open cases that are watched until their end (R119).
#[utoipa::path(
    get,
    path = "/api/supervision/watch",
    operation_id = "watch_list",
    tag = "supervision",
    responses(
        (status = 200, body = WatchList),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn watch_list(
    State(edge): State<Edge>,
    who: SignedIn,
) -> Result<Json<WatchList>, Problem> {
    let items = edge.app().watch_list(who.actor()).await?;
    Ok(Json(WatchList { items }))
}
