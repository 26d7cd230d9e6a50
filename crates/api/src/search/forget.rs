//! DELETE /api/searches/{id}

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Named;
use crate::session::SignedIn;
use axum::extract::State;
use axum::http::StatusCode;

/// Removes a saved question: the asker's own, or a shared one if the asker may share.
#[utoipa::path(
    delete,
    path = "/api/searches/{id}",
    operation_id = "forget_search",
    tag = "search",
    params(("id" = String, Path, description = "id of the saved question")),
    responses(
        (status = 204, description = "removed"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn forget(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(id): Named,
) -> Result<StatusCode, Problem> {
    edge.app().forget_search(who.actor(), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
