//! POST /api/messages/{message}/aside

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Keyed, Named};
use crate::session::SignedIn;
use app::view::MessageView;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Why a message needs no answer by message.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MessageAside {
    /// 4 to 500 characters.
    reason: String,
}

/// Says that a message needs no answer by message: it was answered otherwise, or asks for nothing. The messages of its case after it.
#[utoipa::path(
    post,
    path = "/api/messages/{message}/aside",
    operation_id = "set_message_aside",
    tag = "message",
    params(
        ("message" = String, Path, description = "name of the message"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = MessageAside, example = json!({"reason": "已电话答复"})),
    responses(
        (status = 200, body = Vec<MessageView>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "no such message, or it waits no more"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn set_message_aside(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(message): Named,
    Keyed { key, body }: Keyed<MessageAside>,
) -> Result<Json<Vec<MessageView>>, Problem> {
    let app = edge.app();
    let messages = app.set_message_aside(who.actor(), &message, &body.reason, &key);
    Ok(Json(messages.await?))
}
