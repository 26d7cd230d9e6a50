//! POST /api/cases/{id}/messages

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Keyed, Named};
use crate::session::SignedIn;
use app::view::MessageView;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is written to the citizen.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MessageText {
    /// 1 to 500 characters.
    text: String,
}

/// Writes to the citizen of a case by short message. Whatever of theirs waits on it is answered by it. The messages of the case after it.
#[utoipa::path(
    post,
    path = "/api/cases/{id}/messages",
    operation_id = "write_message",
    tag = "message",
    params(
        ("id" = String, Path, description = "id or printed number"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = MessageText, example = json!({"text": "您反映的路灯已派单，预计今天修复。"})),
    responses(
        (status = 200, body = Vec<MessageView>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn write_message(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(id): Named,
    Keyed { key, body }: Keyed<MessageText>,
) -> Result<Json<Vec<MessageView>>, Problem> {
    let app = edge.app();
    let messages = app.write_message(who.actor(), &id, &body.text, &key);
    Ok(Json(messages.await?))
}
