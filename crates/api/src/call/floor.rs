//! GET /api/calls/floor

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::SignedIn;
use app::view::CallFloorView;
use axum::Json;
use axum::extract::State;

/// All seats, all calls, and how many were answered within 15 s in the last hour against what Erlang C gives for the seats on
/// duty.
#[utoipa::path(
    get,
    path = "/api/calls/floor",
    operation_id = "call_floor",
    tag = "call",
    responses(
        (status = 200, body = CallFloorView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn call_floor(
    State(edge): State<Edge>,
    who: SignedIn,
) -> Result<Json<CallFloorView>, Problem> {
    Ok(Json(edge.app().call_floor(who.actor()).await?))
}
