//! GET /api/supervision/rules

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::SignedIn;
use app::view::SupervisionRules;
use axum::Json;
use axum::extract::State;

/// The book of rules in force, as it can be quoted.
#[utoipa::path(
    get,
    path = "/api/supervision/rules",
    operation_id = "supervision_rules",
    tag = "supervision",
    responses(
        (status = 200, body = SupervisionRules),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn supervision_rules(
    State(edge): State<Edge>,
    who: SignedIn,
) -> Result<Json<SupervisionRules>, Problem> {
    Ok(Json(edge.app().supervision_rules(who.actor())?))
}
