//! POST /api/supervision/findings/{id}

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Keyed, Named};
use crate::session::SignedIn;
use app::view::{FindingOrder, FindingView};
use axum::Json;
use axum::extract::State;

/// Confirms a finding, or dismisses it as a false alarm; the reason stays.
#[utoipa::path(
    post,
    path = "/api/supervision/findings/{id}",
    operation_id = "judge_finding",
    tag = "supervision",
    params(
        ("id" = String, Path, description = "id of the finding"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = FindingOrder, example = json!({"confirmed": true, "reason": "与台账核对属实"})),
    responses(
        (status = 200, body = FindingView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn judge_finding(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(id): Named,
    Keyed { key, body }: Keyed<FindingOrder>,
) -> Result<Json<FindingView>, Problem> {
    let done = edge
        .app()
        .judge_finding(who.actor(), &id, body.confirmed, &body.reason, &key)
        .await?;
    Ok(Json(done))
}
