//! DELETE /api/follow-up/cases/{no}/claim

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Named;
use crate::session::SignedIn;
use axum::extract::State;
use axum::http::StatusCode;

/// Gives a case back, so that somebody else can call.
#[utoipa::path(
    delete,
    path = "/api/follow-up/cases/{no}/claim",
    operation_id = "leave_follow_up",
    tag = "follow-up",
    params(("no" = String, Path, description = "id or printed number of the case")),
    responses(
        (status = 204),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn leave_follow_up(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(no): Named,
) -> Result<StatusCode, Problem> {
    edge.app().leave_follow_up(who.actor(), &no).await?;
    Ok(StatusCode::NO_CONTENT)
}
