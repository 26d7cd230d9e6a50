//! POST /api/link-keys/{link}/read

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Named, Sent};
use crate::session::SignedIn;
use app::view::{KeyText, ReadKey};
use axum::Json;
use axum::extract::State;

/// Reads the text a peer gave as its public key. It enters nothing, so it carries no key.
#[utoipa::path(
    post,
    path = "/api/link-keys/{link}/read",
    operation_id = "read_peer_link_key",
    tag = "link",
    params(
        ("link" = String, Path, description = "name of the link"),
    ),
    request_body(content = KeyText, example = json!({"text": ""})),
    responses(
        (status = 200, body = ReadKey),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn read_peer_key(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(link): Named,
    Sent(body): Sent<KeyText>,
) -> Result<Json<ReadKey>, Problem> {
    let done = edge.app().read_peer_key(who.actor(), &link, &body).await?;
    Ok(Json(done))
}
