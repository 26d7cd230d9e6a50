//! GET /api/summary

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::SignedIn;
use app::view::Summary;
use axum::Json;
use axum::extract::State;

/// The head figures of the desk.
#[utoipa::path(
    get,
    path = "/api/summary",
    operation_id = "show_summary",
    tag = "desk",
    responses(
        (status = 200, body = Summary),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn summary(
    State(edge): State<Edge>,
    who: SignedIn,
) -> Result<Json<Summary>, Problem> {
    Ok(Json(edge.app().summary(who.actor()).await?))
}
