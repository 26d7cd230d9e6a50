//! GET /api/cases/{id}/attachments/{file}

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Asked, header_name};
use crate::session::SignedIn;
use app::OpenFile;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures_util::stream;
use serde::Deserialize;
use utoipa::IntoParams;

/// Nothing in a file may do anything, wherever it is opened.
const POLICY: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// For what.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct For {
    /// To be kept as a file, even if the page could show it.
    #[serde(default)]
    keep: bool,
}

/// The bytes of a file. A picture or sound that is safe to show comes as what it is; everything
/// else only to be kept.
#[utoipa::path(
    get,
    path = "/api/cases/{id}/attachments/{file}",
    operation_id = "fetch_attachment",
    tag = "case",
    params(
        ("id" = String, Path, description = "id or printed number"),
        ("file" = String, Path, description = "id of the file"),
        For,
    ),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn fetch(
    State(edge): State<Edge>,
    who: SignedIn,
    path: Result<Path<(String, String)>, axum::extract::rejection::PathRejection>,
    Asked(purpose): Asked<For>,
) -> Result<Response, Problem> {
    let Ok(Path((case, file))) = path else {
        return Err(Problem::not_found());
    };
    if case.chars().count() > 64 || file.chars().count() > 64 {
        return Err(Problem::not_found());
    }
    let file = edge.app().attachment(who.actor(), &case, &file).await?;
    Ok(answer(file, purpose.keep))
}

fn answer(file: OpenFile, keep: bool) -> Response {
    let view = &file.view;
    let shown = !keep && view.shown != "file";
    let media = if shown {
        view.kind.as_str()
    } else {
        "application/octet-stream"
    };
    let name = view.name.clone().unwrap_or_default();
    let headers = [
        (header::CONTENT_TYPE, media.to_owned()),
        (header::CONTENT_LENGTH, view.size.to_string()),
        (
            header::CONTENT_DISPOSITION,
            format!(
                "{}; filename*=UTF-8''{}",
                if shown { "inline" } else { "attachment" },
                header_name(&name)
            ),
        ),
        (header::CONTENT_SECURITY_POLICY, POLICY.to_owned()),
    ];
    let parts = stream::unfold((file, 0_i64), |(file, n)| async move {
        let part = file.part(n).await.transpose()?;
        let failed = part.is_err();
        // Behind a failure the stream ends: the length tells the client that it is not whole.
        let next = if failed { i64::MAX } else { n + 1 };
        Some((
            part.map(Bytes::from).map_err(std::io::Error::other),
            (file, next),
        ))
    });
    let mut response = Body::from_stream(parts).into_response();
    for (header, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(header, value);
        }
    }
    response
}
