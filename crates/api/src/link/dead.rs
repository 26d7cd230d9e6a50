//! GET /api/links/{link}/dead

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Asked, Named};
use crate::session::SignedIn;
use app::view::DeadLetterPage;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which part of them.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Part {
    /// Letters behind this number: the `next` of the page before.
    #[serde(default)]
    #[param(example = 0)]
    after: i64,
    /// Letters at most, 1 to 200; 50 without.
    limit: Option<i64>,
}

/// What the peer refused for good, with its reason and the case's number, never the content.
#[utoipa::path(
    get,
    path = "/api/links/{link}/dead",
    operation_id = "list_dead_letters",
    tag = "link",
    params(("link" = String, Path, description = "name of the link"), Part),
    responses(
        (status = 200, body = DeadLetterPage),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn dead(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(link): Named,
    Asked(part): Asked<Part>,
) -> Result<Json<DeadLetterPage>, Problem> {
    let page = edge
        .app()
        .dead_letters(who.actor(), &link, part.after, part.limit)
        .await?;
    Ok(Json(page))
}
