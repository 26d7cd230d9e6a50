//! POST /api/public/reports

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Address, Keyed};
use app::view::{PublicReceipt, PublicReport};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use std::time::Instant;

/// Takes a citizen's report and gives the number and the key to follow it by.
#[utoipa::path(
    post,
    path = "/api/public/reports",
    operation_id = "report",
    tag = "public",
    params(("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer")),
    request_body(
        content = PublicReport,
        example = json!({
            "narrative": "路灯坏了三天，晚上很黑",
            "place": "望江路18号门口",
            "name": "乙某",
            "number": "10000000043",
            "confidential": false
        })
    ),
    responses(
        (status = 201, body = PublicReceipt),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn report(
    State(edge): State<Edge>,
    Address(address): Address,
    Keyed { key, body: report }: Keyed<PublicReport>,
) -> Result<(StatusCode, Json<PublicReceipt>), Problem> {
    edge.throttles()
        .public_report
        .take(address, Instant::now())
        .map_err(Problem::rate_limited)?;
    let receipt = edge.app().public_report(report, &key).await?;
    Ok((StatusCode::CREATED, Json(receipt)))
}
