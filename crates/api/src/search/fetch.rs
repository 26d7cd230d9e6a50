//! GET /api/exports/{id}/file

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Named, header_name};
use crate::session::SignedIn;
use app::ExportFile;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures_util::stream::{self, StreamExt as _};

/// The table of a finished export.
#[utoipa::path(
    get,
    path = "/api/exports/{id}/file",
    operation_id = "fetch_export",
    tag = "search",
    params(("id" = String, Path, description = "id of the export")),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn fetch(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(id): Named,
) -> Result<Response, Problem> {
    Ok(answer(edge.app().export_file(who.actor(), &id)?))
}

fn answer(file: ExportFile) -> Response {
    let headers = [
        (header::CONTENT_TYPE, file.media.to_owned()),
        (header::CONTENT_LENGTH, file.size.to_string()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename*=UTF-8''{}", header_name(&file.name)),
        ),
    ];
    let parts = stream::unfold((file, 0_u64), |(file, from)| async move {
        let part = file.part(from).await.map_err(std::io::Error::other);
        let count = part.as_ref().map_or(0, Vec::len);
        if matches!(&part, Ok(bytes) if bytes.is_empty()) || from == u64::MAX {
            return None;
        }
        // Behind a failure the stream ends: the length tells the client that it is not whole.
        let next = u64::try_from(count).ok().filter(|count| *count > 0);
        let next = next.map_or(u64::MAX, |count| from + count);
        Some((part.map(Bytes::from), (file, next)))
    });
    // Whoever compresses asks once more behind the end.
    let mut response = Body::from_stream(parts.fuse()).into_response();
    for (header, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(header, value);
        }
    }
    response
}
