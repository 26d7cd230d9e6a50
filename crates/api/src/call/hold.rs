//! PUT /api/calls/{call}/hold

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Named, Sent};
use crate::session::SignedIn;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whether the recordings of a call are evidence.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"held": true, "reason": "公安机关调取证据"}))]
pub(crate) struct CallHold {
    /// Sealed from now on, or no longer.
    held: bool,
    /// Why, as it stands in the audit.
    reason: String,
}

/// Seals the recordings of a call as evidence 依法封存, so that they are kept beyond their time, or lifts that.
#[utoipa::path(
    put,
    path = "/api/calls/{call}/hold",
    operation_id = "hold_call",
    tag = "call",
    params(("call" = String, Path, description = "name of the call")),
    request_body = CallHold,
    responses(
        (status = 204, description = "it is so, or was so already"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn hold_call(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(call): Named,
    Sent(hold): Sent<CallHold>,
) -> Result<StatusCode, Problem> {
    edge.app()
        .hold_call(who.actor(), &call, hold.held, &hold.reason)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
