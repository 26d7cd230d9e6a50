//! GET /api/calls/{call}/sound

use crate::edge::Edge;
use crate::press::handed;
use crate::problem::Problem;
use crate::request::Named;
use crate::session::SignedIn;
use axum::extract::State;
use axum::response::Response;

/// The sound of a call, all its legs mixed, to be heard here. Every time is in the audit. Each block is verified on its way: of
/// a recording that was changed nothing is given out.
#[utoipa::path(
    get,
    path = "/api/calls/{call}/sound",
    operation_id = "call_sound",
    tag = "call",
    params(("call" = String, Path, description = "name of the call")),
    responses(
        (status = 200, body = Vec<u8>, content_type = "audio/wav"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn call_sound(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(call): Named,
) -> Result<Response, Problem> {
    let paper = edge.app().call_sound(who.actor(), &call, None).await?;
    Ok(handed(paper))
}
