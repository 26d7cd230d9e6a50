//! POST /api/clocks/versions

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Keyed;
use crate::session::SignedIn;
use app::view::{ClockPublish, ClockVersionView};
use axum::Json;
use axum::extract::State;

/// Publishes a catalogue over the one that was seen. It holds for every clock that starts from now
/// on; a text that is faulty is refused whole, each field named `line n`, and the one before holds.
#[utoipa::path(
    post,
    path = "/api/clocks/versions",
    operation_id = "publish_clocks",
    tag = "office",
    params(
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = ClockPublish, example = json!({"text": "[catalogue]\nname = \"…\"", "over": 0, "reason": "领导小组会议批准"})),
    responses(
        (status = 200, body = ClockVersionView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn publish_clocks(
    State(edge): State<Edge>,
    who: SignedIn,
    Keyed { key, body }: Keyed<ClockPublish>,
) -> Result<Json<ClockVersionView>, Problem> {
    let done = edge.app().publish_clocks(who.actor(), &body, &key).await?;
    Ok(Json(done))
}
