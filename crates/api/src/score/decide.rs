//! POST /api/scores/claims/{claim}/decision

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Keyed, Named};
use crate::session::SignedIn;
use app::view::{ClaimDecision, ClaimView};
use axum::Json;
use axum::extract::State;

/// Decides on what somebody else asked.
#[utoipa::path(
    post,
    path = "/api/scores/claims/{claim}/decision",
    operation_id = "decide_score",
    tag = "score",
    params(
        ("claim" = String, Path, description = "id of the claim"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = ClaimDecision, examples(
        ("uphold" = (value = json!({"uphold": true, "reason": "证据属实"}))),
    )),
    responses(
        (status = 200, body = ClaimView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn decide_score(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(claim): Named,
    Keyed { key, body }: Keyed<ClaimDecision>,
) -> Result<Json<ClaimView>, Problem> {
    let done = edge
        .app()
        .decide_claim(who.actor(), &claim, &body, &key)
        .await?;
    Ok(Json(done))
}
