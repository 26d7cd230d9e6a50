//! GET /api/registers/{register}/{entry}/document

use crate::edge::Edge;
use crate::press::handed;
use crate::problem::Problem;
use crate::request::Names;
use crate::session::SignedIn;
use axum::extract::State;
use axum::response::Response;

/// The minutes of a meeting, PDF.
#[utoipa::path(
    get,
    path = "/api/registers/{register}/{entry}/document",
    operation_id = "entry_paper",
    tag = "register",
    params(
        ("register" = String, Path, description = "key of the register"),
        ("entry" = String, Path, description = "id of the entry"),
    ),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/pdf"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn entry_paper(
    State(edge): State<Edge>,
    who: SignedIn,
    names: Names<2>,
) -> Result<Response, Problem> {
    let Names([register, entry]) = names;
    let paper = edge
        .app()
        .entry_paper(who.actor(), &register, &entry)
        .await?;
    Ok(handed(paper))
}
