//! POST /exchange/v1/batches

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{bytes, media_type};
use axum::extract::{Request, State};
use axum::http::{HeaderName, StatusCode, header};
use exchange::ReceiveError;
use exchange::carrier::MEDIA_TYPE;

/// Most bytes of a batch.
pub(crate) const MOST: usize = 4 * 1024 * 1024;

/// Takes a signed batch of a peer and answers with a signed receipt. The signature is the only
/// credential; no cookie is looked at.
#[utoipa::path(
    post,
    path = "/exchange/v1/batches",
    operation_id = "receive_batch",
    tag = "link",
    request_body(
        content = Object,
        content_type = "application/vnd.liandong.batch+json",
        description = "a signed batch, as docs/exchange.md defines it"
    ),
    responses(
        (status = 200, body = Object, description = "a signed receipt: all up to a number"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn receive(
    State(edge): State<Edge>,
    request: Request,
) -> Result<([(HeaderName, &'static str); 1], Vec<u8>), Problem> {
    media_type(request.headers(), MEDIA_TYPE)?;
    let batch = bytes(request, &edge).await?;
    let receipt = edge
        .app()
        .receive_batch(&batch)
        .await
        .map_err(|error| refused(&error))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], receipt))
}

fn refused(error: &ReceiveError) -> Problem {
    let (status, title) = if error.is_passing() {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            "send the same batch again later",
        )
    } else if error.is_unauthenticated() {
        (StatusCode::UNAUTHORIZED, "the sender is not recognised")
    } else if matches!(error, ReceiveError::Oversize { .. }) {
        (StatusCode::PAYLOAD_TOO_LARGE, "the batch is too large")
    } else {
        (StatusCode::UNPROCESSABLE_ENTITY, "the batch is refused")
    };
    let problem = Problem::new(status, error.key(), title);
    match error {
        // What the store said stays in the log.
        ReceiveError::Unavailable { .. } => {
            tracing::warn!(%error, "a batch could not be taken");
            problem
        }
        _ => problem.detail(error.to_string()),
    }
}
