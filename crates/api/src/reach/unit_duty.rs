//! GET /api/roster/{unit}

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Named;
use crate::session::SignedIn;
use app::view::UnitDuty;
use axum::Json;
use axum::extract::State;

/// A unit's roster as it is kept: people, patterns, single shifts, ways.
#[utoipa::path(
    get,
    path = "/api/roster/{unit}",
    operation_id = "unit_duty",
    tag = "reach",
    params(("unit" = String, Path, description = "code of the unit")),
    responses(
        (status = 200, body = UnitDuty),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn unit_duty(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(unit): Named,
) -> Result<Json<UnitDuty>, Problem> {
    Ok(Json(edge.app().unit_duty(who.actor(), &unit).await?))
}
