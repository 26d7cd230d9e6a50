//! GET /api/matters

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::SignedIn;
use app::view::MatterView;
use axum::Json;
use axum::extract::State;

/// The responsibility list 权责清单, as it is in force.
#[utoipa::path(
    get,
    path = "/api/matters",
    operation_id = "list_matters",
    tag = "desk",
    responses(
        (status = 200, body = Vec<MatterView>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn matters(
    State(edge): State<Edge>,
    who: SignedIn,
) -> Result<Json<Vec<MatterView>>, Problem> {
    Ok(Json(edge.app().matters(who.actor())?))
}
