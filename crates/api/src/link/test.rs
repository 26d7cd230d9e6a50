//! POST /api/links/{link}/test

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Named, Sent};
use crate::session::SignedIn;
use app::view::SignOfLife;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Nothing needs to be said.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

/// Asks the link for a sign of life now and waits up to 15 s for its answer. It changes nothing, so
/// it carries no key; that the peer does not answer is the answer.
#[utoipa::path(
    post,
    path = "/api/links/{link}/test",
    operation_id = "test_link",
    tag = "link",
    params(("link" = String, Path, description = "name of the link")),
    request_body(content = Nothing, example = json!({})),
    responses(
        (status = 200, body = SignOfLife),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn test(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(link): Named,
    Sent(Nothing {}): Sent<Nothing>,
) -> Result<Json<SignOfLife>, Problem> {
    Ok(Json(edge.app().test_link(who.actor(), &link).await?))
}
