//! GET /api/inspections

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::SignedIn;
use app::view::Inspections;
use axum::Json;
use axum::extract::State;

/// 检查与拨测: the latest first.
#[utoipa::path(
    get,
    path = "/api/inspections",
    operation_id = "inspections",
    tag = "follow-up",
    responses(
        (status = 200, body = Inspections),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn inspections(
    State(edge): State<Edge>,
    who: SignedIn,
) -> Result<Json<Inspections>, Problem> {
    Ok(Json(edge.app().inspections(who.actor()).await?))
}
