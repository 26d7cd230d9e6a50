//! GET /api/roster

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Asked;
use crate::session::SignedIn;
use app::view::{RosterQuery, RosterView};
use axum::Json;
use axum::extract::State;

/// A week of the duty roster of every unit, who is on now, and where nobody will be.
#[utoipa::path(
    get,
    path = "/api/roster",
    operation_id = "roster",
    tag = "reach",
    params(RosterQuery),
    responses(
        (status = 200, body = RosterView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn roster(
    State(edge): State<Edge>,
    who: SignedIn,
    Asked(query): Asked<RosterQuery>,
) -> Result<Json<RosterView>, Problem> {
    Ok(Json(edge.app().roster(who.actor(), &query).await?))
}
