//! GET /api/units

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::SignedIn;
use app::view::UnitView;
use axum::Json;
use axum::extract::State;

/// The member units 成员单位.
#[utoipa::path(
    get,
    path = "/api/units",
    operation_id = "list_units",
    tag = "desk",
    responses(
        (status = 200, body = Vec<UnitView>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn units(
    State(edge): State<Edge>,
    who: SignedIn,
) -> Result<Json<Vec<UnitView>>, Problem> {
    Ok(Json(edge.app().units(who.actor())?))
}
