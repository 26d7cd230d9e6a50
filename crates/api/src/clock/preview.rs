//! POST /api/clocks/preview

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Sent;
use crate::session::SignedIn;
use app::view::{ClockAsk, ClockPreview};
use axum::Json;
use axum::extract::State;

/// Which clocks would run for a matter, an urgency, a channel and a unit from a moment on: amber,
/// red and due, the rule, who would be told, and day by day why. Nothing is kept.
#[utoipa::path(
    post,
    path = "/api/clocks/preview",
    operation_id = "preview_clocks",
    tag = "office",
    request_body(content = ClockAsk, example = json!({"matter": "H1-1", "urgency": "normal", "channel": "phone", "tier": 2, "at": "2026-02-13 16:50"})),
    responses(
        (status = 200, body = ClockPreview),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn preview_clocks(
    State(edge): State<Edge>,
    who: SignedIn,
    Sent(body): Sent<ClockAsk>,
) -> Result<Json<ClockPreview>, Problem> {
    Ok(Json(edge.app().preview_clocks(who.actor(), &body).await?))
}
