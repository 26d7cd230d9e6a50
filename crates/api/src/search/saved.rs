//! GET /api/searches

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::SignedIn;
use app::view::SavedSearches;
use axum::Json;
use axum::extract::State;

/// The questions the asker has saved, and those shared with the desk.
#[utoipa::path(
    get,
    path = "/api/searches",
    operation_id = "list_searches",
    tag = "search",
    responses(
        (status = 200, body = SavedSearches),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn saved(
    State(edge): State<Edge>,
    who: SignedIn,
) -> Result<Json<SavedSearches>, Problem> {
    Ok(Json(edge.app().saved_searches(who.actor()).await?))
}
