//! POST /api/follow-up/next

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::SignedIn;
use app::view::FollowNext;
use axum::Json;
use axum::extract::State;

/// Takes the next case to call about: the one in hand, else the most pressing that nobody has. A
/// repeat gives the same case, since that is the one in hand.
#[utoipa::path(
    post,
    path = "/api/follow-up/next",
    operation_id = "next_follow_up",
    tag = "follow-up",
    responses(
        (status = 200, body = FollowNext),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn next_follow_up(
    State(edge): State<Edge>,
    who: SignedIn,
) -> Result<Json<FollowNext>, Problem> {
    Ok(Json(edge.app().next_follow_up(who.actor()).await?))
}
