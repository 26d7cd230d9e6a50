//! GET /api/scores

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::SignedIn;
use app::view::ScoreOffice;
use axum::Json;
use axum::extract::State;

/// What scores are chosen from: schemes, metrics with their formulas, publications.
#[utoipa::path(
    get,
    path = "/api/scores",
    operation_id = "score_office",
    tag = "score",
    responses(
        (status = 200, body = ScoreOffice),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn score_office(
    State(edge): State<Edge>,
    who: SignedIn,
) -> Result<Json<ScoreOffice>, Problem> {
    let done = edge.app().score_office(who.actor()).await?;
    Ok(Json(done))
}
