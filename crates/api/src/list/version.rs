//! GET /api/list/versions/{number}

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Named;
use crate::session::SignedIn;
use app::view::ListVersionWhole;
use axum::Json;
use axum::extract::State;

/// A version whole, with the two lists for the public.
#[utoipa::path(
    get,
    path = "/api/list/versions/{number}",
    operation_id = "list_version",
    tag = "list",
    params(
        ("number" = String, Path, description = "number of the version"),
    ),
    responses(
        (status = 200, body = ListVersionWhole),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_version(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(number): Named,
) -> Result<Json<ListVersionWhole>, Problem> {
    // What is no number names no version.
    let number = number.parse().unwrap_or(0);
    Ok(Json(edge.app().list_whole(who.actor(), number).await?))
}
