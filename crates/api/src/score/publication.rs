//! GET /api/scores/publications/{publication}

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Named;
use crate::session::SignedIn;
use app::view::PublicationView;
use axum::Json;
use axum::extract::State;

/// A publication, whole, as it was published.
#[utoipa::path(
    get,
    path = "/api/scores/publications/{publication}",
    operation_id = "score_publication",
    tag = "score",
    params(
        ("publication" = String, Path, description = "id of the publication"),
    ),
    responses(
        (status = 200, body = PublicationView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn score_publication(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(publication): Named,
) -> Result<Json<PublicationView>, Problem> {
    let done = edge
        .app()
        .score_publication(who.actor(), &publication)
        .await?;
    Ok(Json(done))
}
