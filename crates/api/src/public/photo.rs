//! POST /api/public/reports/{no}/attachments

use crate::case::{receive, sent_name};
use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Address, Named, digest, key};
use app::CommandKey;
use app::view::{AttachmentView, PublicProof};
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use std::time::Instant;

/// The header with the key that was given with the number of the report.
const KEY: &str = "x-report-key";

/// Adds a picture to a report. The body is the picture itself; what it is is seen from its bytes.
#[utoipa::path(
    post,
    path = "/api/public/reports/{no}/attachments",
    operation_id = "add_picture",
    tag = "public",
    params(
        ("no" = String, Path, description = "the number of the report"),
        ("X-Report-Key" = String, Header, description = "the key that was given with the number"),
        ("X-File-Name" = String, Header, description = "name of the file, percent-encoded UTF-8"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and bytes gives the first answer"),
    ),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses(
        (status = 201, body = AttachmentView),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn photo(
    State(edge): State<Edge>,
    Address(address): Address,
    Named(no): Named,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<AttachmentView>), Problem> {
    edge.throttles()
        .public_report
        .take(address, Instant::now())
        .map_err(Problem::rate_limited)?;
    let id = key(&headers)?;
    let name = sent_name(&headers)?;
    let proof = PublicProof {
        key: headers
            .get(KEY)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned(),
        number: String::new(),
    };
    let upload = edge.app().public_upload(&no, &proof, &name, &id).await?;
    let view = receive(upload, body, move |bytes| CommandKey {
        digest: digest(&[b"picture", no.as_bytes(), name.as_bytes(), bytes.as_bytes()]),
        id,
    })
    .await?;
    Ok((StatusCode::CREATED, Json(view)))
}
