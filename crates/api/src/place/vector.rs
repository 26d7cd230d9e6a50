//! GET /api/map/vector

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::SignedIn;
use axum::extract::State;
use axum::http::{HeaderName, header};

/// The site's vector map, as GeoJSON.
#[utoipa::path(
    get,
    path = "/api/map/vector",
    operation_id = "show_vector_map",
    tag = "desk",
    responses(
        (status = 200, body = Object, content_type = "application/geo+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn vector(
    State(edge): State<Edge>,
    who: SignedIn,
) -> Result<([(HeaderName, &'static str); 1], String), Problem> {
    let text = edge.app().vector_map(who.actor())?;
    Ok((
        [(header::CONTENT_TYPE, "application/geo+json")],
        text.to_string(),
    ))
}
