//! POST /api/searches

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Sent;
use crate::session::SignedIn;
use app::NewSearch;
use app::view::SavedSearchView;
use axum::Json;
use axum::extract::State;

/// Saves a question under a name; the asker's own of the same name is replaced, so a repeat does
/// no harm. Sharing is for those who decide at the desk. A caller's number is refused.
#[utoipa::path(
    post,
    path = "/api/searches",
    operation_id = "save_search",
    tag = "search",
    request_body(
        content = NewSearch,
        example = json!({"name": "夜间噪音", "question": {"q": "噪音", "state": ["handling"]}, "shared": false})
    ),
    responses(
        (status = 200, body = SavedSearchView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn save(
    State(edge): State<Edge>,
    who: SignedIn,
    Sent(new): Sent<NewSearch>,
) -> Result<Json<SavedSearchView>, Problem> {
    Ok(Json(edge.app().save_search(who.actor(), new).await?))
}
