//! GET /api/registers/{register}/{entry}/files/{file}

use crate::edge::Edge;
use crate::press::handed;
use crate::problem::Problem;
use crate::request::Names;
use crate::session::SignedIn;
use axum::extract::State;
use axum::response::Response;

/// A file of an entry, only to be kept.
#[utoipa::path(
    get,
    path = "/api/registers/{register}/{entry}/files/{file}",
    operation_id = "entry_file",
    tag = "register",
    params(
        ("register" = String, Path, description = "key of the register"),
        ("entry" = String, Path, description = "id of the entry"),
        ("file" = String, Path, description = "id of the file"),
    ),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn entry_file(
    State(edge): State<Edge>,
    who: SignedIn,
    names: Names<3>,
) -> Result<Response, Problem> {
    let Names([register, entry, file]) = names;
    let paper = edge
        .app()
        .entry_file(who.actor(), &register, &entry, &file)
        .await?;
    Ok(handed(paper))
}
