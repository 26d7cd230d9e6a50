//! GET /api/calls/{call}/file

use crate::edge::Edge;
use crate::press::handed;
use crate::problem::Problem;
use crate::request::{Asked, Named};
use crate::session::SignedIn;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

/// Why it is taken.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Why {
    /// The reason, as it stands in the audit.
    #[param(example = "法院调取")]
    reason: String,
}

/// The same sound as a file that leaves the house, with a reason.
#[utoipa::path(
    get,
    path = "/api/calls/{call}/file",
    operation_id = "call_file",
    tag = "call",
    params(("call" = String, Path, description = "name of the call"), Why),
    responses(
        (status = 200, body = Vec<u8>, content_type = "audio/wav"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn call_file(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(call): Named,
    Asked(why): Asked<Why>,
) -> Result<Response, Problem> {
    let paper = edge
        .app()
        .call_sound(who.actor(), &call, Some(&why.reason))
        .await?;
    Ok(handed(paper))
}
