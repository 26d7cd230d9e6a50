//! GET /api/supervision/measures/{id}/document

use crate::edge::Edge;
use crate::press::handed;
use crate::problem::Problem;
use crate::request::Named;
use crate::session::SignedIn;
use axum::extract::State;
use axum::response::Response;

/// A measure as PDF in the layout of official documents: by its rung an urge, a supervision order, a notice of a
/// meeting or its minutes, a summons, a bulletin, a proposal to hold to account.
#[utoipa::path(
    get,
    path = "/api/supervision/measures/{id}/document",
    operation_id = "measure_document",
    tag = "supervision",
    params(("id" = String, Path, description = "id of the measure")),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/pdf"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn measure_document(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(id): Named,
) -> Result<Response, Problem> {
    Ok(handed(edge.app().measure_paper(who.actor(), &id).await?))
}
