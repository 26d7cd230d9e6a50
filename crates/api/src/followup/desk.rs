//! GET /api/follow-up

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::SignedIn;
use app::view::FollowDesk;
use axum::Json;
use axum::extract::State;

/// The lists, the results of the day and the sample, each figure with its denominator.
#[utoipa::path(
    get,
    path = "/api/follow-up",
    operation_id = "follow_up_desk",
    tag = "follow-up",
    responses(
        (status = 200, body = FollowDesk),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn follow_up_desk(
    State(edge): State<Edge>,
    who: SignedIn,
) -> Result<Json<FollowDesk>, Problem> {
    Ok(Json(edge.app().follow_up_desk(who.actor()).await?))
}
