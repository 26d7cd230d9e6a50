//! GET /api/list/draft

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::SignedIn;
use app::view::ListDraftView;
use axum::Json;
use axum::extract::State;

/// The draft whole, with everything that keeps it from being published.
#[utoipa::path(
    get,
    path = "/api/list/draft",
    operation_id = "list_draft",
    tag = "list",
    responses(
        (status = 200, body = ListDraftView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_draft(
    State(edge): State<Edge>,
    who: SignedIn,
) -> Result<Json<ListDraftView>, Problem> {
    Ok(Json(edge.app().list_draft(who.actor()).await?))
}
