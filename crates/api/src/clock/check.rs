//! POST /api/clocks/check

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Sent;
use crate::session::SignedIn;
use app::view::{ClockChecked, ClockText};
use axum::Json;
use axum::extract::State;

/// What is wrong with a catalogue, each fault with its line; its own examples are tried. Nothing is
/// kept.
#[utoipa::path(
    post,
    path = "/api/clocks/check",
    operation_id = "check_clocks",
    tag = "office",
    request_body(content = ClockText, example = json!({"text": "[catalogue]\nname = \"…\""})),
    responses(
        (status = 200, body = ClockChecked),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn check_clocks(
    State(edge): State<Edge>,
    who: SignedIn,
    Sent(body): Sent<ClockText>,
) -> Result<Json<ClockChecked>, Problem> {
    Ok(Json(edge.app().check_clocks(who.actor(), &body.text)?))
}
