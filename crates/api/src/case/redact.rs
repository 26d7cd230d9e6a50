//! POST /api/cases/{id}/redact

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Keyed, Named};
use crate::session::SignedIn;
use app::view::{Done, RedactOrder};
use axum::Json;
use axum::extract::State;

/// Removes the caller's personal data of a closed case. Who may do it sees none of it: the answer is
/// id, number and version.
#[utoipa::path(
    post,
    path = "/api/cases/{id}/redact",
    operation_id = "redact",
    tag = "case",
    params(
        ("id" = String, Path, description = "id or printed number"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = RedactOrder, example = json!({"reason": "来电人依法申请删除"})),
    responses(
        (status = 200, body = Done),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn redact(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(id): Named,
    Keyed { key, body }: Keyed<RedactOrder>,
) -> Result<Json<Done>, Problem> {
    let done = edge
        .app()
        .redact(who.actor(), &id, &body.reason, &key)
        .await?;
    Ok(Json(done))
}
