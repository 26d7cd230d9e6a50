//! POST /api/public/reports/{no}/rating

use super::{slow, visitor};
use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Address, Keyed, Named};
use app::view::{PublicRating, PublicStatus};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;

/// What the citizen says of the answer, once for each answer.
#[utoipa::path(
    post,
    path = "/api/public/reports/{no}/rating",
    operation_id = "rate_report",
    tag = "public",
    params(
        ("no" = String, Path, description = "the number of the report"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body changes nothing"),
    ),
    request_body(
        content = PublicRating,
        example = json!({
            "proof": {"key": "0123456789abcdef"},
            "reached": true,
            "solved": "solved",
            "desk_mark": 5,
            "unit_mark": 4,
            "words": "修得很快"
        })
    ),
    responses(
        (status = 200, body = PublicStatus),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn rate(
    State(edge): State<Edge>,
    Address(address): Address,
    Named(no): Named,
    headers: HeaderMap,
    Keyed { key, body: rating }: Keyed<PublicRating>,
) -> Result<Json<PublicStatus>, Problem> {
    let from = visitor(address.clone(), &headers);
    slow(&edge, address, &no, &rating.proof)?;
    let app = edge.app();
    Ok(Json(app.public_rate(&no, &rating, &from, &key).await?))
}
