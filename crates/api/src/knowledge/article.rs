//! GET /api/knowledge/{article}

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Named;
use crate::session::SignedIn;
use app::view::KnowledgeArticle;
use axum::Json;
use axum::extract::State;

/// An article whole: its revisions, how often each was used, what was said to be wrong.
#[utoipa::path(
    get,
    path = "/api/knowledge/{article}",
    operation_id = "show_knowledge",
    tag = "knowledge",
    params(("article" = String, Path, description = "id of the article")),
    responses(
        (status = 200, body = KnowledgeArticle),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show_knowledge(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(article): Named,
) -> Result<Json<KnowledgeArticle>, Problem> {
    let article = edge.app().knowledge_article(who.actor(), &article).await?;
    Ok(Json(article))
}
