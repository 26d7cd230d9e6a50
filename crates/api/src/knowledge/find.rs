//! POST /api/knowledge/answers

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Sent;
use crate::session::SignedIn;
use app::view::KnowledgeHits;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

/// What is asked. It comes as a body, since a caller's words belong into no address.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct KnowledgeAsk {
    /// Words, fragments, or first letters; without any the answers that were given most in 30 days.
    #[serde(default)]
    q: String,
    /// The words are what a caller says: only what clearly speaks of it is shown.
    #[serde(default)]
    beside: bool,
}

/// Answers that were approved, published and hold now.
#[utoipa::path(
    post,
    path = "/api/knowledge/answers",
    operation_id = "find_knowledge",
    tag = "knowledge",
    request_body(content = KnowledgeAsk, example = json!({"q": "家里没水了", "beside": true})),
    responses(
        (status = 200, body = KnowledgeHits),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn find_knowledge(
    State(edge): State<Edge>,
    who: SignedIn,
    Sent(ask): Sent<KnowledgeAsk>,
) -> Result<Json<KnowledgeHits>, Problem> {
    let hits = edge
        .app()
        .find_knowledge(who.actor(), &ask.q, ask.beside)
        .await?;
    Ok(Json(hits))
}
