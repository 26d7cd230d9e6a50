//! GET /api/triage/learning

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::SignedIn;
use app::view::LearningView;
use axum::Json;
use axum::extract::State;

/// How the learnt layer of triage stands, whether it drifts, and which models it could go back to.
#[utoipa::path(
    get,
    path = "/api/triage/learning",
    operation_id = "show_learning",
    tag = "desk",
    responses(
        (status = 200, body = LearningView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn learning(
    State(edge): State<Edge>,
    who: SignedIn,
) -> Result<Json<LearningView>, Problem> {
    Ok(Json(edge.app().learning(who.actor())?))
}
