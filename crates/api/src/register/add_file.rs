//! POST /api/registers/{register}/{entry}/files

use crate::case::sent_name;
use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Names;
use crate::session::SignedIn;
use app::view::RegisterEntry;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use bytes::Bytes;

/// Adds a file to an entry. The body is the file; the same file sent again is one file.
#[utoipa::path(
    post,
    path = "/api/registers/{register}/{entry}/files",
    operation_id = "add_entry_file",
    tag = "register",
    params(
        ("register" = String, Path, description = "key of the register"),
        ("entry" = String, Path, description = "id of the entry"),
        ("X-File-Name" = String, Header, description = "the file's name, percent-encoded UTF-8"),
    ),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses(
        (status = 200, body = RegisterEntry),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn add_entry_file(
    State(edge): State<Edge>,
    who: SignedIn,
    names: Names<2>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<RegisterEntry>, Problem> {
    let Names([register, entry]) = names;
    let name = sent_name(&headers)?;
    let entry = edge
        .app()
        .add_entry_file(who.actor(), &register, &entry, &name, &body)
        .await?;
    Ok(Json(entry))
}
