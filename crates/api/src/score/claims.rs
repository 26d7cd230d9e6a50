//! GET /api/scores/claims

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::SignedIn;
use app::view::ClaimView;
use axum::Json;
use axum::extract::State;

/// Exclusions, appeals and recorded figures that were asked for, the newest first, with what was decided.
#[utoipa::path(
    get,
    path = "/api/scores/claims",
    operation_id = "score_claims",
    tag = "score",
    responses(
        (status = 200, body = Vec<ClaimView>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn score_claims(
    State(edge): State<Edge>,
    who: SignedIn,
) -> Result<Json<Vec<ClaimView>>, Problem> {
    let done = edge.app().score_claims(who.actor()).await?;
    Ok(Json(done))
}
