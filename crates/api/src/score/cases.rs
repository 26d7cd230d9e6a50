//! GET /api/scores/cases

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Asked;
use crate::session::SignedIn;
use app::view::{CountedPage, FigureQuery};
use axum::Json;
use axum::extract::State;

/// The cases a figure was counted from: counted, fulfilling, left out and by which record.
/// Clerks see those of their own unit.
#[utoipa::path(
    get,
    path = "/api/scores/cases",
    operation_id = "score_cases",
    tag = "score",
    params(FigureQuery),
    responses(
        (status = 200, body = CountedPage),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn score_cases(
    State(edge): State<Edge>,
    who: SignedIn,
    Asked(asked): Asked<FigureQuery>,
) -> Result<Json<CountedPage>, Problem> {
    let done = edge.app().score_cases(who.actor(), &asked).await?;
    Ok(Json(done))
}
