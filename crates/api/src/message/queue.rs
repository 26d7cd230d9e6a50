//! GET /api/messages

use crate::edge::Edge;
use crate::problem::Problem;
use crate::session::SignedIn;
use app::view::MessageQueueView;
use axum::Json;
use axum::extract::State;

/// The short messages that wait for an answer at this desk, the longest first, each with its limit (GB/T 33358: three minutes).
#[utoipa::path(
    get,
    path = "/api/messages",
    operation_id = "message_queue",
    tag = "message",
    responses(
        (status = 200, body = MessageQueueView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn message_queue(
    State(edge): State<Edge>,
    who: SignedIn,
) -> Result<Json<MessageQueueView>, Problem> {
    Ok(Json(edge.app().message_queue(who.actor()).await?))
}
