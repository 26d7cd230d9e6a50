//! POST /api/public/danger

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Address, Sent};
use app::view::PublicDanger;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use std::time::Instant;
use utoipa::ToSchema;

/// What is being written.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    /// So far.
    narrative: String,
}

/// Whether what a citizen is writing speaks of danger: then the page says to call at once (law 5).
/// It keeps nothing and carries no key.
#[utoipa::path(
    post,
    path = "/api/public/danger",
    operation_id = "public_danger",
    tag = "public",
    request_body(content = Words, example = json!({"narrative": "他拿着刀站在门口"})),
    responses(
        (status = 200, body = PublicDanger),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn danger(
    State(edge): State<Edge>,
    Address(address): Address,
    Sent(words): Sent<Words>,
) -> Result<Json<PublicDanger>, Problem> {
    edge.throttles()
        .public_danger
        .take(address, Instant::now())
        .map_err(Problem::rate_limited)?;
    Ok(Json(edge.app().public_danger(&words.narrative)))
}
