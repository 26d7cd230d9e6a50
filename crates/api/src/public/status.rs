//! POST /api/public/reports/{no}/status

use super::slow;
use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Address, Named, Sent};
use app::view::{PublicProof, PublicStatus};
use axum::Json;
use axum::extract::State;

/// What became of a report, by its key or by the telephone number it was made with, which has no
/// place in an address. A wrong proof and a wrong number are answered alike.
#[utoipa::path(
    post,
    path = "/api/public/reports/{no}/status",
    operation_id = "public_status",
    tag = "public",
    params(("no" = String, Path, description = "the number of the report")),
    request_body(content = PublicProof, example = json!({"number": "10000000043"})),
    responses(
        (status = 200, body = PublicStatus),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn status(
    State(edge): State<Edge>,
    Address(address): Address,
    Named(no): Named,
    Sent(proof): Sent<PublicProof>,
) -> Result<Json<PublicStatus>, Problem> {
    slow(&edge, address, &no, &proof)?;
    Ok(Json(edge.app().public_follow(&no, &proof).await?))
}
