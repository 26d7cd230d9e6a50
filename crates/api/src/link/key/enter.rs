//! POST /api/link-keys/{link}/peer

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Keyed, Named};
use crate::session::SignedIn;
use app::view::{KeyDone, NewPeerKey};
use axum::Json;
use axum::extract::State;

/// Enters a key of the peer, whose fingerprint was compared with it.
#[utoipa::path(
    post,
    path = "/api/link-keys/{link}/peer",
    operation_id = "enter_peer_link_key",
    tag = "link",
    params(
        ("link" = String, Path, description = "name of the link"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = NewPeerKey, example = json!({"text": "", "fingerprint": "00000 00000 00000 00000 00000 00000", "reason": "对端轮换"})),
    responses(
        (status = 200, body = KeyDone),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn enter_peer_key(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(link): Named,
    Keyed { key, body }: Keyed<NewPeerKey>,
) -> Result<Json<KeyDone>, Problem> {
    let done = edge
        .app()
        .enter_peer_key(who.actor(), &link, &body, &key)
        .await?;
    Ok(Json(done))
}
