//! GET /api/session

use super::Entering;
use crate::edge::Edge;
use crate::problem::Problem;
use app::view::Me;
use axum::Json;
use axum::extract::State;

/// Who is signed in, on which platform, and what the role table grants.
#[utoipa::path(
    get,
    path = "/api/session",
    operation_id = "show_session",
    tag = "session",
    responses(
        (status = 200, body = Me),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(State(edge): State<Edge>, Entering(who): Entering) -> Json<Me> {
    Json(edge.app().me(&who.signed))
}
