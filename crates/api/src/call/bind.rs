//! PUT /api/calls/{call}/case

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Named, Sent};
use crate::session::SignedIn;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which case a call is about.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"case": "0192a000-0000-7000-8000-000000000001"}))]
pub(crate) struct CallCase {
    /// Id or printed number.
    case: String,
}

/// Binds a call to a case: what happened in it so far and what will happen stands on the case. Once for each call.
#[utoipa::path(
    put,
    path = "/api/calls/{call}/case",
    operation_id = "bind_call",
    tag = "call",
    params(("call" = String, Path, description = "name of the call")),
    request_body = CallCase,
    responses(
        (status = 204, description = "bound, or bound to it already"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn bind_call(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(call): Named,
    Sent(of): Sent<CallCase>,
) -> Result<StatusCode, Problem> {
    edge.app().bind_call(who.actor(), &call, &of.case).await?;
    Ok(StatusCode::NO_CONTENT)
}
