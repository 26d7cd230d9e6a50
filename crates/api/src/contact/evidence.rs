//! POST /api/callers/evidence

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Sent;
use crate::session::SignedIn;
use app::view::EvidencePack;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which number, and what the pack is for. A number goes in a body, never in an address.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EvidenceOrder {
    /// The whole number.
    number: String,
    /// 4 to 500 characters; it stands in the audit trail.
    reason: String,
}

/// What the platform has of a number's last 90 days, unmasked and to be printed, with the nuisance
/// score and what it is the sum of (R29).
#[utoipa::path(
    post,
    path = "/api/callers/evidence",
    operation_id = "caller_evidence",
    tag = "contact",
    request_body(
        content = EvidenceOrder,
        example = json!({"number": "10000000042", "reason": "移送治安部门处理"})
    ),
    responses(
        (status = 200, body = EvidencePack),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn evidence(
    State(edge): State<Edge>,
    who: SignedIn,
    Sent(order): Sent<EvidenceOrder>,
) -> Result<Json<EvidencePack>, Problem> {
    let app = edge.app();
    Ok(Json(
        app.caller_evidence(who.actor(), &order.number, &order.reason)
            .await?,
    ))
}
