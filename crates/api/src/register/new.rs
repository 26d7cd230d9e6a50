//! POST /api/registers/{register}

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Keyed, Named};
use crate::session::SignedIn;
use app::view::{NewEntry, RegisterEntry};
use axum::Json;
use axum::extract::State;

/// Writes a new entry. Every value is checked; everything that is wrong is told at once.
#[utoipa::path(
    post,
    path = "/api/registers/{register}",
    operation_id = "new_entry",
    tag = "register",
    params(
        ("register" = String, Path, description = "key of the register"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = NewEntry, example = json!({
        "title": "夜间施工噪声专题协调会", "day": "2026-11-26",
        "values": {"chair": "岳峥", "present": "程望\n何衡", "agenda": "牵头单位"},
        "tasks": [{"text": "修订清单并报备", "due": "2026-12-05"}]
    })),
    responses(
        (status = 200, body = RegisterEntry),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn new_entry(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(register): Named,
    Keyed { key, body }: Keyed<NewEntry>,
) -> Result<Json<RegisterEntry>, Problem> {
    let entry = edge
        .app()
        .new_entry(who.actor(), &register, &body, &key)
        .await?;
    Ok(Json(entry))
}
