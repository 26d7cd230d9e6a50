//! GET /api/map/tiles/{tile}

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Named;
use crate::session::SignedIn;
use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::response::IntoResponse;

/// A tile of the site's own archive, named `z-x-y`.
#[utoipa::path(
    get,
    path = "/api/map/tiles/{tile}",
    operation_id = "show_map_tile",
    tag = "desk",
    params(("tile" = String, Path, description = "zoom, column and row, as `11-1693-871`")),
    responses(
        (status = 200, body = Vec<u8>, content_type = "image/png"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn tile(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(tile): Named,
) -> Result<impl IntoResponse, Problem> {
    let (media, bytes) = edge.app().map_tile(who.actor(), &tile).await?;
    let head: [(HeaderName, &'static str); 2] = [
        (header::CONTENT_TYPE, media),
        (header::CACHE_CONTROL, "private, max-age=86400"),
    ];
    Ok((head, bytes))
}
