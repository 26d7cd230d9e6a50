//! GET /api/follow-up/cases/{no}

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Named;
use crate::session::SignedIn;
use app::view::FollowSheet;
use axum::Json;
use axum::extract::State;

/// Everything for one call: script, what was answered, what was said before.
#[utoipa::path(
    get,
    path = "/api/follow-up/cases/{no}",
    operation_id = "follow_up_sheet",
    tag = "follow-up",
    params(("no" = String, Path, description = "id or printed number of the case")),
    responses(
        (status = 200, body = FollowSheet),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn follow_up_sheet(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(no): Named,
) -> Result<Json<FollowSheet>, Problem> {
    Ok(Json(edge.app().follow_up_sheet(who.actor(), &no).await?))
}
