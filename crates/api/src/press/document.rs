//! GET /api/bulletins/{bulletin}/document

use super::handed;
use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Asked, Named};
use crate::session::SignedIn;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

/// As what.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct As {
    /// `pdf` or `xlsx`.
    format: String,
}

/// A bulletin as a file: a draft as it would be, a published one as it was frozen.
#[utoipa::path(
    get,
    path = "/api/bulletins/{bulletin}/document",
    operation_id = "bulletin_document",
    tag = "press",
    params(("bulletin" = String, Path, description = "id of the bulletin"), As),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/pdf"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn bulletin_document(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(id): Named,
    Asked(wanted): Asked<As>,
) -> Result<Response, Problem> {
    let paper = edge
        .app()
        .bulletin_paper(who.actor(), &id, &wanted.format)
        .await?;
    Ok(handed(paper))
}
