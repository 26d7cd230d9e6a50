//! POST /api/search

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Sent;
use crate::session::SignedIn;
use app::view::SearchPage;
use app::{SearchAsk, SearchRange};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A question, and which part of its answer is wanted.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Search {
    /// The question.
    #[serde(default)]
    question: SearchAsk,
    /// How many of the first are left out; with `limit` at most 10,000.
    #[serde(default)]
    skip: usize,
    /// How many are wanted, 1 to 200; 50 when left out.
    #[serde(default = "page")]
    limit: usize,
    /// Whether counts by kind are wanted.
    #[serde(default)]
    facets: bool,
}

const fn page() -> usize {
    50
}

/// Cases found by words, fragments, numbers, places and kinds, among those the asker may see.
/// What is masked for the asker is not searched. A question is sent as a body, since it may hold
/// what a caller is known by, and an address is written down in many places.
#[utoipa::path(
    post,
    path = "/api/search",
    operation_id = "search",
    tag = "search",
    request_body(
        content = Search,
        example = json!({"question": {"q": "烧烤 油烟", "state": ["handling"], "order": "newest"}, "skip": 0, "limit": 50, "facets": true})
    ),
    responses(
        (status = 200, body = SearchPage),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn find(
    State(edge): State<Edge>,
    who: SignedIn,
    Sent(search): Sent<Search>,
) -> Result<Json<SearchPage>, Problem> {
    let Search {
        question,
        skip,
        limit,
        facets,
    } = search;
    let range = SearchRange {
        skip,
        limit,
        facets,
    };
    let page = edge.app().search(who.actor(), &question, range).await?;
    Ok(Json(page))
}
