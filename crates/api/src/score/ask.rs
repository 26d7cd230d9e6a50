//! POST /api/scores/claims

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Keyed;
use crate::session::SignedIn;
use app::view::{ClaimOrder, ClaimView};
use axum::Json;
use axum::extract::State;

/// Asks that a case be left out, appeals for the own unit, or records a figure no case shows.
/// Somebody else decides.
#[utoipa::path(
    post,
    path = "/api/scores/claims",
    operation_id = "ask_score",
    tag = "score",
    params(
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = ClaimOrder, examples(
        ("exclusion" = (value = json!({"kind": "exclusion", "case": "99000120261120000001", "ground": "duplicate", "reason": "与前一件重复", "evidence": "同一来电人同一地点，见前一件"}))),
        ("appeal" = (value = json!({"kind": "appeal", "case": "99000120261120000001", "metric": "", "reason": "停水系上游爆管所致", "evidence": "抢修记录已附在事项内"}))),
        ("figure" = (value = json!({"kind": "figure", "metric": "buildup", "period": "2026-10", "unit": "", "figure": "98.5", "reason": "十月建成率", "evidence": "建设进度表第十期"}))),
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
pub(crate) async fn ask_score(
    State(edge): State<Edge>,
    who: SignedIn,
    Keyed { key, body }: Keyed<ClaimOrder>,
) -> Result<Json<ClaimView>, Problem> {
    let done = edge.app().ask_score(who.actor(), &body, &key).await?;
    Ok(Json(done))
}
