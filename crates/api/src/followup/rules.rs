//! GET /api/follow-up/rules

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::SignedIn;
use app::view::FollowRules;
use axum::Json;
use axum::extract::State;

/// The sampling rules that hold, and their versions.
#[utoipa::path(
    get,
    path = "/api/follow-up/rules",
    operation_id = "follow_up_rules",
    tag = "follow-up",
    responses(
        (status = 200, body = FollowRules),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn follow_up_rules(
    State(edge): State<Edge>,
    who: SignedIn,
) -> Result<Json<FollowRules>, Problem> {
    Ok(Json(edge.app().follow_up_rules(who.actor()).await?))
}
