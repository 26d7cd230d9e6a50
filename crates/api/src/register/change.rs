//! POST /api/registers/{register}/{entry}

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Keyed, Names};
use crate::session::SignedIn;
use app::view::{RegisterEntry, RegisterOrder};
use axum::Json;
use axum::extract::State;

/// Writes an entry anew, ends a task, closes the entry or opens it again. Where the register asks
/// for evidence nothing closes without.
#[utoipa::path(
    post,
    path = "/api/registers/{register}/{entry}",
    operation_id = "change_entry",
    tag = "register",
    params(
        ("register" = String, Path, description = "key of the register"),
        ("entry" = String, Path, description = "id of the entry"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = RegisterOrder, examples(
        ("done" = (value = json!({"change": "done", "version": 1, "task": 0, "evidence": "清单第3版已报备"}))),
        ("close" = (value = json!({"change": "close", "version": 2, "evidence": "现场复核已整改"}))),
        ("reopen" = (value = json!({"change": "reopen", "version": 3, "reason": "问题反弹"}))),
    )),
    responses(
        (status = 200, body = RegisterEntry),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn change_entry(
    State(edge): State<Edge>,
    who: SignedIn,
    names: Names<2>,
    Keyed { key, body }: Keyed<RegisterOrder>,
) -> Result<Json<RegisterEntry>, Problem> {
    let Names([register, entry]) = names;
    let entry = edge
        .app()
        .change_entry(who.actor(), &register, &entry, &body, &key)
        .await?;
    Ok(Json(entry))
}
