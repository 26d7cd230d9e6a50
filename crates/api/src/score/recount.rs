//! POST /api/scores/publications/{publication}/recount

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Named;
use crate::session::SignedIn;
use app::view::RecountView;
use axum::Json;
use axum::extract::State;

/// Counts a publication again from the log and says whether every digit is the same. Changes nothing.
#[utoipa::path(
    post,
    path = "/api/scores/publications/{publication}/recount",
    operation_id = "recount_scores",
    tag = "score",
    params(
        ("publication" = String, Path, description = "id of the publication"),
    ),
    responses(
        (status = 200, body = RecountView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn recount_scores(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(publication): Named,
) -> Result<Json<RecountView>, Problem> {
    let done = edge
        .app()
        .recount_publication(who.actor(), &publication)
        .await?;
    Ok(Json(done))
}
