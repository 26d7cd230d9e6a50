//! POST /api/knowledge

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Keyed;
use crate::session::SignedIn;
use app::view::{KnowledgeArticle, KnowledgeText};
use axum::Json;
use axum::extract::State;

/// Begins an article. It is a draft that nobody at the desk sees, until somebody else approves it
/// and it is published.
#[utoipa::path(
    post,
    path = "/api/knowledge",
    operation_id = "new_knowledge",
    tag = "knowledge",
    params(
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = KnowledgeText, example = json!({
        "title": "停水多久恢复", "body": "抢修停水一般在八小时内恢复，可拨打水务热线查询。",
        "keywords": ["没水", "停水"], "sources": "望澜县供水服务承诺第三条", "until": "2027-12-31"
    })),
    responses(
        (status = 200, body = KnowledgeArticle),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn new_knowledge(
    State(edge): State<Edge>,
    who: SignedIn,
    Keyed { key, body }: Keyed<KnowledgeText>,
) -> Result<Json<KnowledgeArticle>, Problem> {
    let article = edge.app().new_knowledge(who.actor(), &body, &key).await?;
    Ok(Json(article))
}
