//! POST /api/knowledge/{article}/uses

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Keyed, Named};
use crate::session::SignedIn;
use app::view::{KnowledgeUse, KnowledgeUsed};
use axum::Json;
use axum::extract::State;

/// Counts an answer that was given, or keeps what is wrong with one.
#[utoipa::path(
    post,
    path = "/api/knowledge/{article}/uses",
    operation_id = "use_knowledge",
    tag = "knowledge",
    params(
        ("article" = String, Path, description = "id of the article"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = KnowledgeUse, examples(
        ("used" = (value = json!({"revision": 1, "kind": "used"}))),
        ("wrong" = (value = json!({"revision": 1, "kind": "wrong", "note": "电话号码已经换了"}))),
    )),
    responses(
        (status = 200, body = KnowledgeUsed),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn use_knowledge(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(article): Named,
    Keyed { key, body }: Keyed<KnowledgeUse>,
) -> Result<Json<KnowledgeUsed>, Problem> {
    let counts = edge
        .app()
        .use_knowledge(who.actor(), &article, &body, &key)
        .await?;
    Ok(Json(counts))
}
