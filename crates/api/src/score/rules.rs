//! GET /api/scores/rules

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::SignedIn;
use app::view::RuleTextView;
use axum::Json;
use axum::extract::State;

/// The texts of metrics and schemes: what is shipped, then the site's own.
#[utoipa::path(
    get,
    path = "/api/scores/rules",
    operation_id = "score_rules",
    tag = "score",
    responses(
        (status = 200, body = Vec<RuleTextView>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn score_rules(
    State(edge): State<Edge>,
    who: SignedIn,
) -> Result<Json<Vec<RuleTextView>>, Problem> {
    let done = edge.app().score_rules(who.actor()).await?;
    Ok(Json(done))
}
