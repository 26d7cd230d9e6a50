//! GET /api/knowledge

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Asked;
use crate::session::SignedIn;
use app::KnowledgeQuery;
use app::view::KnowledgePage;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which articles.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Of {
    /// Words in the title or the keywords.
    #[serde(default)]
    #[param(example = "停水")]
    q: String,
    /// `draft`, `approved`, `published`, `expired`, `dropped`, `wrong`, or all but the dropped.
    #[serde(default)]
    state: String,
}

/// The articles of the knowledge base, for those who keep it.
#[utoipa::path(
    get,
    path = "/api/knowledge",
    operation_id = "list_knowledge",
    tag = "knowledge",
    params(Of),
    responses(
        (status = 200, body = KnowledgePage),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_knowledge(
    State(edge): State<Edge>,
    who: SignedIn,
    Asked(of): Asked<Of>,
) -> Result<Json<KnowledgePage>, Problem> {
    let query = KnowledgeQuery {
        q: of.q,
        state: of.state,
    };
    Ok(Json(edge.app().knowledge(who.actor(), &query).await?))
}
