//! POST /api/calendar/recount

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Keyed;
use crate::session::SignedIn;
use app::view::{RecountOrder, Recounted};
use axum::Json;
use axum::extract::State;

/// Counts deadlines that run anew by the calendar in force. Each case that moves has an event and
/// keeps when it was due at first; what was missed already stays missed.
#[utoipa::path(
    post,
    path = "/api/calendar/recount",
    operation_id = "recount",
    tag = "office",
    params(
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = RecountOrder, example = json!({"reason": "国庆放假通知公布"})),
    responses(
        (status = 200, body = Recounted),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn recount(
    State(edge): State<Edge>,
    who: SignedIn,
    Keyed { key, body }: Keyed<RecountOrder>,
) -> Result<Json<Recounted>, Problem> {
    let done = edge
        .app()
        .recount_deadlines(who.actor(), &body, &key)
        .await?;
    Ok(Json(done))
}
