//! GET /api/map/cases

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::SignedIn;
use app::view::CasePoints;
use axum::Json;
use axum::extract::State;

/// Open cases as points: every one in danger and those that changed last. Confidential callers are not among them; who may not see places gets the middle of the kilometre.
#[utoipa::path(
    get,
    path = "/api/map/cases",
    operation_id = "list_case_points",
    tag = "desk",
    responses(
        (status = 200, body = CasePoints),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn points(
    State(edge): State<Edge>,
    who: SignedIn,
) -> Result<Json<CasePoints>, Problem> {
    Ok(Json(edge.app().case_points(who.actor()).await?))
}
