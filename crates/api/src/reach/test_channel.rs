//! POST /api/channels/{channel}/test

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Keyed, Named};
use crate::session::SignedIn;
use app::view::{ChannelTest, ChannelTested};
use axum::Json;
use axum::extract::State;

/// Sends a test message and says what came of it.
#[utoipa::path(
    post,
    path = "/api/channels/{channel}/test",
    operation_id = "test_channel",
    tag = "reach",
    params(
        ("channel" = String, Path, description = "the channel, as `email`"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = ChannelTest, example = json!({"to": "10000000042"})),
    responses(
        (status = 200, body = ChannelTested),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn test_channel(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(channel): Named,
    Keyed { key, body }: Keyed<ChannelTest>,
) -> Result<Json<ChannelTested>, Problem> {
    Ok(Json(
        edge.app()
            .test_channel(who.actor(), &channel, &body, &key)
            .await?,
    ))
}
