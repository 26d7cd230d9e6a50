//! PUT /api/follow-up/cases/{no}/claim

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Named;
use crate::session::SignedIn;
use app::view::FollowSheet;
use axum::Json;
use axum::extract::State;

/// Takes a case to one's own list, or holds it longer; nobody else can call about it then.
#[utoipa::path(
    put,
    path = "/api/follow-up/cases/{no}/claim",
    operation_id = "claim_follow_up",
    tag = "follow-up",
    params(("no" = String, Path, description = "id or printed number of the case")),
    responses(
        (status = 200, body = FollowSheet),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn claim_follow_up(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(no): Named,
) -> Result<Json<FollowSheet>, Problem> {
    Ok(Json(edge.app().claim_follow_up(who.actor(), &no).await?))
}
