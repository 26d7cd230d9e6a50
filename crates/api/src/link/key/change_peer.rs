//! POST /api/link-keys/{link}/peer/{key}

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Keyed, Names};
use crate::session::SignedIn;
use app::view::{KeyDone, PeerKeyOrder};
use axum::Json;
use axum::extract::State;

/// Sets a key of the peer to active, retained or revoked. One active key stays at least.
#[utoipa::path(
    post,
    path = "/api/link-keys/{link}/peer/{key}",
    operation_id = "change_peer_link_key",
    tag = "link",
    params(
        ("link" = String, Path, description = "name of the link"),
        ("key" = String, Path, description = "name of the key"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = PeerKeyOrder, example = json!({"state": "retained", "reason": "对端已换用新密钥"})),
    responses(
        (status = 200, body = KeyDone),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn change_peer_key(
    State(edge): State<Edge>,
    who: SignedIn,
    names: Names<2>,
    Keyed { key, body }: Keyed<PeerKeyOrder>,
) -> Result<Json<KeyDone>, Problem> {
    let Names([link, named]) = names;
    let done = edge
        .app()
        .change_peer_key(who.actor(), &link, &named, &body, &key)
        .await?;
    Ok(Json(done))
}
