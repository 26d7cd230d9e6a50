//! POST /api/knowledge/{article}

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Keyed, Named};
use crate::session::SignedIn;
use app::view::{KnowledgeArticle, KnowledgeOrder};
use axum::Json;
use axum::extract::State;

/// Writes the draft of an article, approves it, gives it back, publishes it in the place of what was
/// published before, withdraws what is published, or throws a draft away.
#[utoipa::path(
    post,
    path = "/api/knowledge/{article}",
    operation_id = "change_knowledge",
    tag = "knowledge",
    params(
        ("article" = String, Path, description = "id of the article"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = KnowledgeOrder, examples(
        ("write" = (value = json!({"change": "write", "revision": 1, "version": 1, "text": {"title": "停水多久恢复", "body": "抢修停水一般在六小时内恢复。", "sources": "望澜县供水服务承诺第三条"}}))),
        ("approve" = (value = json!({"change": "approve", "revision": 1, "version": 1}))),
        ("return" = (value = json!({"change": "return", "revision": 1, "version": 1, "reason": "缺少依据的条款"}))),
        ("publish" = (value = json!({"change": "publish", "revision": 1, "version": 2}))),
        ("withdraw" = (value = json!({"change": "withdraw", "revision": 1, "version": 3, "reason": "承诺已经修订"}))),
        ("drop" = (value = json!({"change": "drop", "revision": 1, "version": 1}))),
    )),
    responses(
        (status = 200, body = KnowledgeArticle),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn change_knowledge(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(article): Named,
    Keyed { key, body }: Keyed<KnowledgeOrder>,
) -> Result<Json<KnowledgeArticle>, Problem> {
    let article = edge
        .app()
        .change_knowledge(who.actor(), &article, &body, &key)
        .await?;
    Ok(Json(article))
}
